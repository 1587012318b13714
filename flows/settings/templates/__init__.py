"""Templates and logos that letters were written with, kept for ever."""
