"""The commands of `pastdue`, a file for each kind of work. The one place where the clock's date is read is output.py."""
