"""Settlements: proposed, approved by a manager, paid in time, or over."""
