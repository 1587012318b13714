"""Queued letters: rechecked, composed, rendered and stored."""
