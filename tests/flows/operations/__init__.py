"""Operating an installation."""
