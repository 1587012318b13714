"""Calls to make, how they ended, and what was promised."""
