"""The commands of `pastdue`, a file for each kind of work. Only output.py reads what day it is."""
