"""A letter as it was written, again."""
