"""Deadlines of matters: computed, alerted in advance, exported as a calendar."""
