"""Text messages that say that a letter came, as a file for whoever sends them."""
