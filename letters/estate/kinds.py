"""Every document type of an estate matter, in one table: its name, its recipients, its required data.

A template in `letters/templates/estate` is named after its type. Who can receive letters about a decedent's debts: 12
CFR 1006.6(a)(4) with comment 1. To locate that person, others can be asked who it is, and nothing else (1006.10(b)).
"""

from dataclasses import dataclass
from enum import StrEnum


class Reader(StrEnum):
    """The recipient type of a document."""

    HOUSEHOLD = "household"
    REPRESENTATIVE = "representative"
    COURT = "court"
    OUR_ATTORNEY = "our_attorney"
    FILE = "file"


class Part(StrEnum):
    """Merge data that a document type requires, by the name of its field."""

    CASE = "case"
    CLAIM = "claim"
    DUE = "due"
    LEDGER = "ledger"
    ANSWER = "answer"
    OFFER = "offer"
    RECEIPT = "receipt"
    TERMS = "terms"
    MAILINGS = "mailings"
    HISTORY = "history"
    REASON = "reason"
    PETITION = "petition"
    AWAITED = "awaited"


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One document type. `formal`: a filing or service required by law, which is sent to the representative even if
    they have an attorney. `names_debt`: it states that money is owed, so that only those who act for the decedent, the
    court, and our own side can have it. `sworn`: the signer swears it or declares it to be true."""

    name: str
    title: str
    readers: tuple[Reader, ...]
    needs: tuple[Part, ...] = ()
    names_debt: bool = True
    formal: bool = False
    sworn: bool = False


_PUBLIC = (Reader.COURT, Reader.REPRESENTATIVE)
_OURS = (Reader.OUR_ATTORNEY, Reader.FILE)

_ALL = (
    PaperKind("inquiry", "Our condolences and a question", (Reader.HOUSEHOLD,), names_debt=False),
    PaperKind("condolence", "Our condolences", (Reader.REPRESENTATIVE,)),
    PaperKind("representative-notice", "Notice of an account owed by the estate", (Reader.REPRESENTATIVE,)),
    PaperKind("notice-demand", "Request for notice", _PUBLIC, (Part.CASE,), formal=True),
    PaperKind(
        "petition",
        "Creditor's petition to appoint a personal representative",
        (Reader.COURT, *_OURS),
        (Part.PETITION,),
        formal=True,
        sworn=True,
    ),
    PaperKind("claim", "Creditor's claim", (*_PUBLIC, *_OURS), (Part.CLAIM,), formal=True, sworn=True),
    PaperKind(
        "claim-ca",
        "Creditor's claim (fields of form DE-172)",
        (*_PUBLIC, *_OURS),
        (Part.CLAIM,),
        formal=True,
        sworn=True,
    ),
    PaperKind(
        "claim-mi",
        "Statement and proof of claim (fields of form PC 570)",
        (*_PUBLIC, *_OURS),
        (Part.CLAIM,),
        formal=True,
        sworn=True,
    ),
    PaperKind(
        "claim-sc",
        "Statement of creditor's claim (fields of form 371ES)",
        (*_PUBLIC, *_OURS),
        (Part.CLAIM,),
        formal=True,
        sworn=True,
    ),
    PaperKind(
        "claim-wi",
        "Claim against estate (fields of form PR-1819)",
        (*_PUBLIC, *_OURS),
        (Part.CLAIM,),
        formal=True,
        sworn=True,
    ),
    PaperKind(
        "amended-claim",
        "Amended creditor's claim",
        (*_PUBLIC, *_OURS),
        (Part.CLAIM, Part.REASON),
        formal=True,
        sworn=True,
    ),
    PaperKind("affidavit", "Affidavit of account", (*_PUBLIC, *_OURS), (Part.CLAIM,), formal=True, sworn=True),
    PaperKind("itemised-statement", "Itemized statement of account", (*_PUBLIC, *_OURS), (Part.LEDGER,), formal=True),
    PaperKind("court-cover", "Claim for filing", (Reader.COURT,), (Part.CLAIM,), formal=True),
    PaperKind("attorney-cover", "Referral of an estate matter", (Reader.OUR_ATTORNEY,), (Part.TERMS,)),
    PaperKind(
        "proof-of-mailing",
        "Proof of mailing and service",
        (Reader.COURT, *_OURS),
        (Part.MAILINGS,),
        formal=True,
        sworn=True,
    ),
    PaperKind("disallowance-response", "Response to a disallowance", (Reader.REPRESENTATIVE, *_OURS), (Part.ANSWER,)),
    PaperKind("compromise-offer", "An offer to settle the claim", (Reader.REPRESENTATIVE,), (Part.OFFER,)),
    PaperKind("payment-reminder", "Payment reminder", (Reader.REPRESENTATIVE,), (Part.AWAITED,)),
    PaperKind("satisfaction", "Satisfaction and release of claim", _PUBLIC, (Part.RECEIPT,), formal=True, sworn=True),
    PaperKind("withdrawal", "Withdrawal of claim", _PUBLIC, (Part.CLAIM, Part.REASON), formal=True),
    PaperKind("apology", "Our apology", (Reader.HOUSEHOLD,), names_debt=False),
    PaperKind("history-extract", "History extract", _OURS, (Part.HISTORY,)),
    PaperKind("deadlines", "Deadlines and their basis", _OURS),
    PaperKind("index", "Contents of this packet", _OURS),
    PaperKind("write-off-memo", "Write-off memorandum", (Reader.FILE,), (Part.REASON,)),
)

PAPERS = {kind.name: kind for kind in _ALL}
"""The document types by name, in the order of a matter."""


_RECORDED = {
    "opening": "Previous balance",
    "charge": "Charge",
    "insurance_payment": "Insurance payment",
    "contractual": "Insurance adjustment",
    "patient_payment": "Payment received",
    "discount": "Discount",
    "refund": "Refund paid",
    "write_off": "Balance adjustment",
    "interest": "Interest",
    "transfer": "Transfer between accounts",
}


def recorded(name: str) -> str:
    """A ledger entry type in words for a court: a letter's "Your payment" would have no meaning there."""
    return _RECORDED.get(name, name)
