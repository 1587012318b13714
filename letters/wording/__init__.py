"""What letters say, in English and Spanish, and how values look on paper."""
