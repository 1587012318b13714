"""Guarantors and patients: search, contact, duplicates, and deaths."""
