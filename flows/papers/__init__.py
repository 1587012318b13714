"""The templates and logos that letters were written with, kept for ever by their content."""
