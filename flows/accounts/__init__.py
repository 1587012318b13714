"""Accounts as they stand: what a decision reads of them, what may happen to them, and what is put on them."""
