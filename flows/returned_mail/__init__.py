"""Letters that came back."""
