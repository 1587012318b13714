"""What is stored tersely, in the words of whoever works with it."""

from models.enums import IntakeKind
from models.labels import label_of

FILES = frozenset(one.value for one in IntakeKind)


def file_kind(kind: str) -> str:
    """The source of a file or a payment in a sentence: ``payment file``; one that is no import as it is."""
    if kind not in FILES:
        return words(kind)
    label = label_of(IntakeKind, kind)
    return label if label.startswith("Synthea") else label[:1].lower() + label[1:]


def words(value: object) -> str:
    """A word of a closed list as it is read: ``insurance pending``."""
    return str(value).replace("_", " ").replace("-", " ")
