"""Staff labels for the sections of letter data that only some kinds of letter have."""

from collections.abc import Mapping

from letters.kinds import Section

_LABELS: Mapping[Section, str] = {
    Section.LEDGER: "ledger entries",
    Section.ARRANGEMENT: "payment plan",
    Section.PROMISE: "promise to pay",
    Section.AGENCY: "agency placement",
    Section.REFUND: "refund",
    Section.RETURNED_PAYMENT: "returned payment",
    Section.DISPUTE: "dispute",
}


def section_label(section: Section) -> str:
    """The name of a section in a sentence, such as ``payment plan``."""
    return _LABELS[section]
