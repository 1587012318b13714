"""Envelopes on their way: written, looked at once more, printed, mailed, come back."""
