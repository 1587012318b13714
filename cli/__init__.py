"""The command `pastdue`: a file for each group of commands. Only output.py reads today's date."""
