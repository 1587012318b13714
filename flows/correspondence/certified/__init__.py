"""Certified mail: article numbers, and return receipts."""
