"""Agencies' collections: posted, checked against the contract, and reconciled."""
