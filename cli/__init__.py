"""The command `pastdue`: a file for each group of commands. Only output.py reads what day it is."""
