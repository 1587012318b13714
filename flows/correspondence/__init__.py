"""Outgoing letters: written, printed, mailed, e-mailed, returned, voided and reprinted."""
