"""Calls to make, call results, and promises to pay."""
