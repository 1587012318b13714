"""What was asked for and cannot be done."""


class Refused(ValueError):
    """Something that cannot be done as asked; nothing was changed. The message says why, and what to do."""
