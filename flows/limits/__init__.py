"""Limits of the house that are stricter than the law, for a creditor or a state."""
