"""Schedules as managers write them: their content, how a file is read, and the checks before it is published."""
