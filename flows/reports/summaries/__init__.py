"""Summaries of the ledger that reports read, how they are kept up, and how they are checked."""
