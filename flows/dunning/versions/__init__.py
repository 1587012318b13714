"""Versions of schedules: published, listed, compared, put back; and the accounts that move from one to another."""
