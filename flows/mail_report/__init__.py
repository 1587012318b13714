"""What a day of letters came to, and what was held back."""
