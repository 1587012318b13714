"""Accounts placed with agencies: who gets them, the files exchanged, and the money."""
