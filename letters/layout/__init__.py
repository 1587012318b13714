"""The page layout of a letter."""
