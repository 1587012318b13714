"""Schedules as managers write them: what one says, how its file is read, and what is checked before it is published."""
