"""Payments of an estate: received, awaited, and reversed."""
