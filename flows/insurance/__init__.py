"""Reported insurance: billed before the patient is billed again."""
