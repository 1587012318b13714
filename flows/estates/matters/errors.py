"""What is wrong with something asked of a matter."""

from models.errors import Refused


class RefusedMatter(Refused):
    """A matter that cannot be opened; the message says what to do."""
