"""Returned mail."""
