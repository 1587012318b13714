"""Errors of letters, each as a sentence that staff can act on."""

from models.errors import BadInput


class LetterError(BadInput):
    """Base of every error of this package; its text states what is wrong, where, and what to do."""


class LetterFault(LetterError):
    """The merge data of one letter is invalid, so the letter is not written."""


class UnknownKind(LetterError):
    """No template on the shelf for this kind of letter."""
