"""Documents of a made-up estate matter, to try a template with: for checks, previews and pictures."""

import datetime as dt
from dataclasses import replace

from letters.estate.data import (
    Answer,
    Awaited,
    Box,
    Case,
    Claim,
    Decedent,
    Due,
    EstateAccount,
    EstateEntry,
    EstatePaper,
    HistoryLine,
    Offer,
    Party,
    Petition,
    Receipt,
    Sent,
    Sheet,
    Signer,
    Terms,
)
from letters.estate.kinds import PAPERS, Reader
from letters.samples import CREDITOR

_DAY = dt.date(2026, 6, 15)
_DIED = dt.date(2026, 2, 9)

REPRESENTATIVE = Party(
    "Anna Whitcombe-Osei", "personal representative", ("77 Orchard Lane", "Madison, WI 53711-2204"), "(608) 555-0161"
)
ESTATE_ATTORNEY = Party(
    "Tobias Lindqvist",
    "attorney for the estate",
    ("Lindqvist & Hale", "9 Pinckney Street", "Madison, WI 53703"),
    "(608) 555-0118",
)
OUR_ATTORNEY = Party(
    "Miriam Castellanos",
    "attorney",
    ("Castellanos Law Office", "410 East Wilson Street", "Madison, WI 53703"),
    "(608) 555-0133",
)
_CLERK = Party("Register in Probate", "clerk", ("Dane County Courthouse", "215 Hamilton Street", "Madison, WI 53703"))
_HOUSEHOLD = Party("The household at 77 Orchard Lane", "", ("77 Orchard Lane", "Madison, WI 53711-2204"))
_FILE = Party("File of matter E-000042")

_RECIPIENTS = {
    Reader.HOUSEHOLD: _HOUSEHOLD,
    Reader.REPRESENTATIVE: REPRESENTATIVE,
    Reader.COURT: _CLERK,
    Reader.OUR_ATTORNEY: OUR_ATTORNEY,
    Reader.FILE: _FILE,
}

_ACCOUNTS = (
    EstateAccount(
        "LC-20884481", dt.date(2026, 1, 28), _DIED, 4_812_600, 3_610_450, 770_016, 0, 432_134, part="last illness"
    ),
    EstateAccount(
        "LC-20884518",
        dt.date(2026, 1, 14),
        dt.date(2026, 1, 14),
        138_900,
        0,
        0,
        2_500,
        136_400,
        insurance_open=True,
        part="last illness",
    ),
    EstateAccount(
        "LC-20871902", dt.date(2024, 9, 3), dt.date(2024, 9, 3), 96_250, 57_750, 9_625, 10_000, 18_875, part="other"
    ),
)
_TOTAL = sum(account.balance_cents for account in _ACCOUNTS)

_CLAIM = Claim(
    amount_cents=_TOTAL,
    due_cents=_TOTAL - 136_400,
    contingent_cents=136_400,
    last_illness_cents=432_134 + 136_400,
    other_cents=18_875,
    basis="hospital and medical services furnished to the decedent, by the accounts listed below",
    sworn=True,
)

_DUE = Due(
    dt.date(2026, 7, 20),
    dt.date(2026, 7, 17),
    "the day that the court named in its order of March 30, 2026",
    "Wis. Stat. 859.01, 859.02",
    "The confidence in the rule is high; facts are missing: notice received; 2026-07-20 at the earliest",
)
_OTHER_DAYS = (
    Due(
        dt.date(2026, 9, 1), dt.date(2026, 9, 1), "hearing on claims", "notice of the Register in Probate, June 1, 2026"
    ),
    Due(dt.date(2027, 1, 14), dt.date(2027, 1, 14), "insurance may still be billed for LC-20884518", "42 CFR 424.44"),
)

_MAILINGS = (
    Sent(
        dt.date(2026, 6, 16),
        "Creditor's claim, file-stamped copy",
        "Anna Whitcombe-Osei, 77 Orchard Lane, Madison, WI 53711-2204",
        "Certified mail",
        "9407 0000 0000 5550 0161",
    ),
    Sent(
        dt.date(2026, 6, 16),
        "Creditor's claim, file-stamped copy",
        "Tobias Lindqvist, 9 Pinckney Street, Madison, WI 53703",
        "First-class mail",
    ),
    Sent(
        dt.date(2026, 6, 16),
        "Creditor's claim and affidavit of account",
        "Register in Probate, Dane County",
        "Express mail",
        "9470 0000 0000 5550 0118",
    ),
)
_HISTORY = (
    HistoryLine(dt.date(2026, 2, 17), "Death reported by telephone by a relative; letters, calls and debits stopped"),
    HistoryLine(
        dt.date(2026, 2, 18), "Death confirmed: notice of the state's vital records, date of death February 9, 2026"
    ),
    HistoryLine(dt.date(2026, 3, 12), "Probate search, Dane County: no case by name and date of death"),
    HistoryLine(dt.date(2026, 4, 14), "Probate search, Dane County: case 2026PR000187, letters of March 23, 2026"),
    HistoryLine(dt.date(2026, 4, 15), "Condolence letter EP-000031 mailed to the representative"),
)
_PACKET = (
    "Creditor's claim, $5,874.09, with verification",
    "Affidavit of account",
    "Itemized statement of account",
    "History extract",
    "Proof of mailing and service",
    "Deadlines and their basis",
)

_BOXES = {
    "claim-ca": (
        "Total amount of the claim",
        "Claimant's name",
        "Claimant is (individual, business, partnership, other)",
        "Claimant's address and phone",
        "Claimant is the creditor, or acts for the creditor",
        "Claimant is, or is not, the personal representative",
        "Date of item, facts supporting the claim, amount",
        "Signer's name and title",
    ),
    "claim-mi": (
        "Claimant's name, address and phone",
        "Nature of the claim",
        "Amount of the claim",
        "Date due, if not yet due",
        "Contingent or unliquidated: why",
        "Secured: by what",
        "Presented to (court, representative)",
    ),
    "claim-sc": (
        "Claimant's name and address",
        "Basis of the claim",
        "Amount claimed",
        "Date due",
        "Uncertainty, if contingent",
        "Security, if any",
        "Signer's name and title",
    ),
    "claim-wi": (
        "Claimant's name and address",
        "Amount of the claim",
        "Claim is due, not yet due or contingent",
        "Basis of the claim and its dates",
        "Security or lien",
        "Payments and offsets",
    ),
}


def sample_paper(kind: str) -> EstatePaper:
    """A document of any kind with made-up people, the same each time, with all data that such a document has."""
    about = PAPERS[kind]
    paper = EstatePaper(
        sheet=Sheet("EP-000057", kind, about.title, _DAY),
        creditor=CREDITOR,
        recipient=_RECIPIENTS[about.readers[0]],
        decedent=Decedent(
            "Harold J. Whitcombe", _DIED, ("77 Orchard Lane", "Madison, WI 53711-2204"), dt.date(1941, 5, 30)
        ),
        signer=Signer("Priya Raman", "Estate coordinator"),
        matter="E-000042",
        ein="39-5550142",
    )
    if not about.names_debt:
        return paper
    paper = replace(
        paper,
        case=Case("Circuit Court, Register in Probate", "Dane", "WI", "2026PR000187"),
        accounts=_ACCOUNTS,
        total_cents=_TOTAL,
        representative=REPRESENTATIVE,
        estate_attorney=ESTATE_ATTORNEY,
        our_attorney=OUR_ATTORNEY,
        claim=_CLAIM,
        due=_DUE,
    )
    return _of_kind(paper, kind)


def _of_kind(paper: EstatePaper, kind: str) -> EstatePaper:
    """The data that only this document type has."""
    filed = replace(_CLAIM, filed_on=dt.date(2026, 6, 16))
    answer = Answer(dt.date(2026, 8, 3), 18_875, _TOTAL - 18_875, "insurance should have paid", dt.date(2026, 10, 2))
    match kind:
        case "claim-ca" | "claim-mi" | "claim-sc" | "claim-wi":
            return replace(paper, boxes=tuple(Box(label, _entry(label)) for label in _BOXES[kind]))
        case "amended-claim":
            return _amended(paper, filed)
        case "itemised-statement":
            return replace(paper, ledger=tuple(line for account in _ACCOUNTS for line in _ledger(account)))
        case "court-cover":
            return replace(
                paper, enclosures=(*_PACKET[:3], "One copy to be stamped, and an envelope"), filing_fee_cents=3_500
            )
        case "attorney-cover":
            asked = "File the claim and appear at the hearing on claims; answer a disallowance"
            return replace(
                paper, terms=Terms(asked, 150_000, "hourly, $240, as agreed on January 5, 2026"), enclosures=_PACKET
            )
        case "proof-of-mailing":
            return replace(paper, claim=filed, mailings=_MAILINGS)
        case "disallowance-response":
            reason = "Insurance has decided on LC-20884481; its statement of payment is enclosed. It owes nothing more."
            return replace(paper, claim=filed, answer=answer, reason=reason)
        case "compromise-offer":
            return replace(paper, claim=filed, offer=Offer(400_000, _TOTAL, dt.date(2026, 9, 30)))
        case "petition":
            return _petition(paper)
        case "payment-reminder":
            return replace(paper, claim=filed, awaited=Awaited(_TOTAL, dt.date(2026, 5, 4), 1))
        case "satisfaction":
            return replace(paper, claim=filed, receipt=Receipt(_TOTAL, dt.date(2026, 11, 4)))
        case "withdrawal":
            return replace(paper, claim=filed, reason="the balance has been paid by insurance")
        case "history-extract":
            return replace(paper, history=_HISTORY)
        case "deadlines":
            return replace(paper, deadlines=_OTHER_DAYS, answer=answer)
        case "index":
            return replace(paper, enclosures=_PACKET)
        case "write-off-memo":
            return replace(
                paper,
                claim=filed,
                history=_HISTORY,
                mailings=_MAILINGS,
                reason="no assets: the inventory of October 1, 2026 shows less than the costs and the funeral",
            )
        case _:
            return paper


def _amended(paper: EstatePaper, filed: Claim) -> EstatePaper:
    """A claim that changes the one that was filed."""
    return replace(
        paper,
        sheet=replace(paper.sheet, amends="EP-000049"),
        claim=replace(filed, changed="account LC-20884518 is $1,364.00 instead of $1,389.00"),
        reason="a payment of $25.00 was recorded after the claim was filed",
    )


def _petition(paper: EstatePaper) -> EstatePaper:
    """A petition to open the estate: there is no court case and no representative yet."""
    kin = (Party("June Whitcombe", "spouse", ("77 Orchard Lane", "Madison, WI 53711-2204"), "(608) 555-0170"),)
    asked = "That the court appoint a personal representative of this estate."
    return replace(
        paper,
        representative=None,
        estate_attorney=None,
        due=Due(
            dt.date(2027, 2, 9), dt.date(2027, 2, 9), "the last day to have the estate opened", "Wis. Stat. 865.06"
        ),
        case=replace(paper.case, number=""),
        petition=Petition("The petitioner is a creditor of the decedent.", asked, kin),
    )


def _entry(label: str) -> str:
    """The entry in a field of a state's form, by its label."""
    creditor = f"{CREDITOR.name}, {', '.join(CREDITOR.address_lines)}, {CREDITOR.city_line}"
    for word, entry in (
        ("Signer", "Priya Raman, Estate coordinator"),
        ("Claimant is the creditor", "The creditor"),
        ("Claimant is, or", "Is not"),
        ("Claimant is (", "Business: hospital"),
        ("Claimant's name and", creditor),
        ("Claimant's name,", f"{creditor}, {CREDITOR.phone}"),
        ("Claimant's address", f"{creditor}, {CREDITOR.phone}"),
        ("Claimant's name", CREDITOR.name),
        ("Date of item", "See the accounts below"),
        ("mount", "$5,874.09"),
        ("asis", _CLAIM.basis),
        ("Nature", _CLAIM.basis),
        ("ecur", "None"),
        ("ayments", "See the accounts below"),
        ("Presented", "Both"),
    ):
        if word in label:
            return entry
    return "$4,510.09 is due; $1,364.00 is contingent on insurance"


def _ledger(account: EstateAccount) -> list[EstateEntry]:
    entries = (
        ("charge", account.charges_cents),
        ("insurance_payment", -account.insurance_cents),
        ("contractual", -account.adjustments_cents),
        ("patient_payment", -account.paid_cents),
    )
    found: list[EstateEntry] = []
    balance = 0
    for n, (entry, cents) in enumerate(entries):
        if cents:
            balance += cents
            day = account.service_to + dt.timedelta(days=11 * n)
            found.append(EstateEntry(account.number, day, entry, cents, balance))
    return found
