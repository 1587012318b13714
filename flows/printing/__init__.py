"""Print batches: the letters that go to the printer together."""
