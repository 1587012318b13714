"""Templates and logos that letters were written with, stored permanently."""
