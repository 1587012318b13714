"""What can go wrong with a letter, each as a sentence a person can act on."""

from models.errors import BadInput


class LetterError(BadInput):
    """Base of every error of this package; its text says what is wrong, where, and what to do."""


class LetterFault(LetterError):
    """The merge data of one letter cannot be true, so the letter is not written."""


class UnknownKind(LetterError):
    """No template on the shelf for this kind of letter."""
