"""Print batches: numbered, released, written to files, mailed."""
