"""How a person can be reached, and how they want to be."""
