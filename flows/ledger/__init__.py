"""What is owed, and what moved it."""
