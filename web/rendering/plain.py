"""Short stored words, in the terms of the staff who use them."""

from models.enums import IntakeKind
from models.labels import label_of, words

FILES = frozenset(one.value for one in IntakeKind)


def file_kind(kind: str) -> str:
    """The source of a file or a payment in a sentence: ``payment file``; another source is unchanged."""
    if kind not in FILES:
        return words(kind)
    label = label_of(IntakeKind, kind)
    return label if label.startswith("Synthea") else label[:1].lower() + label[1:]
