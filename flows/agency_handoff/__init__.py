"""Accounts that go to agencies: who gets them, the files that go between, and the money."""
