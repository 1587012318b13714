"""Importing files into people, accounts and the ledger. Rejected rows are recorded with their line and reason."""
