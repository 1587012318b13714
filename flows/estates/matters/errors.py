"""Errors in requests about a matter."""
