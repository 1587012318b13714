"""What can go wrong with a letter, each as a sentence a person can act on."""


class LetterError(ValueError):
    """Base of every error of this package; its text says what is wrong, where, and what to do."""


class LetterFault(LetterError):
    """The merge data of one letter cannot be true, so the letter is not written."""


class TemplateRefused(LetterError):
    """A Word template that cannot be used: broken, unsafe, or with tags that do not parse."""


class MissingField(LetterError):
    """A template names a field that a letter's data does not have."""


class UnknownKind(LetterError):
    """No template on the shelf for this kind of letter."""


class UnlikeTemplates(LetterError):
    """Letters of templates with different styles cannot share one print file."""


class TooManyLetters(LetterError):
    """A print file that would grow past what a Word file can hold."""
