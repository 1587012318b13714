"""Saved reports: kept under a name, shared, delivered, compared with a target."""
