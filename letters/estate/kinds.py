"""Every kind of paper of an estate matter, in one table: what it is called, to whom it may go, what it cannot lack.

A template in `letters/templates/estate` is named after its kind. Who may be written to about a dead person's debts:
12 CFR 1006.6(a)(4) with comment 1; to find that person one may ask others who it is, and nothing else (1006.10(b)).
"""

from dataclasses import dataclass
from enum import StrEnum


class Reader(StrEnum):
    """For whom a paper is meant."""

    HOUSEHOLD = "household"
    REPRESENTATIVE = "representative"
    COURT = "court"
    OUR_ATTORNEY = "our_attorney"
    FILE = "file"


class Part(StrEnum):
    """A part of the merge data that a kind of paper cannot do without, by the name of its field."""

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
    """One kind of paper. `formal`: a filing or service that the law itself asks for, which goes to the representative
    though they have an attorney. `names_debt`: it says that money is owed, so that only those may have it who stand
    in the dead person's shoes, the court, and our own side. `sworn`: somebody swears it or declares it to be true."""

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
"""The kinds by name, in the order of a matter."""


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
    """A kind of ledger entry in words that a court can read: a letter's "Your payment" would be nobody's there."""
    return _RECORDED.get(name, name)
