"""Queued letters: checked once more, composed, rendered and kept."""
