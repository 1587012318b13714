"""What a manager set for the house: limits and habits, with who set them and when."""
