"""Accounts that go to agencies: who takes them, what must be so before, the files that go between, and the money."""
