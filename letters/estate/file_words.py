"""Documents for our attorney's packet and our own file: lists, and the reason for a write-off."""

from letters.estate.claim_words import ACCOUNTS
from letters.estate.court_words import MAILINGS
from letters.estate.pieces import Column, Facts, Form, Piece, Rows, Under, When, Wording

_MATTER = Facts(
    (
        ("Matter", "{{ matter }}"),
        ("Decedent", "{{ decedent.name }}, died {{ decedent.died_on|date }}"),
        ("Creditor", "{{ creditor.name }}"),
        (
            "Court and case",
            "{{ case.court }}{% if case.county %}, {{ case.county }}{% endif %}, {{ case.state }}"
            "{% if case.number %}; no. {{ case.number }}{% endif %}",
            "case.court",
        ),
        ("Representative", "{{ representative.name }}", "representative"),
        ("The estate's attorney", "{{ estate_attorney.name }}", "estate_attorney"),
    )
)

_HISTORY = Rows(
    "line in history", (Column("Date", '{{ line.on|date("short") }}', 16), Column("Event", "{{ line.what }}", 84))
)


def _days(loop: str) -> Rows:
    return Rows(
        loop,
        (
            Column("Deadline", '{{ day.on|date("short") }}', 15),
            Column("File by", '{{ day.file_by|date("short") }}', 15),
            Column("Basis", "{{ day.rule }}", 40),
            Column("Citation", "{{ day.citation }}", 30),
        ),
    )


_EXTRACT = Wording(
    Form.RECORD,
    (
        _MATTER,
        "Contacts and mailings after the death, and the history of the matter as it was recorded, oldest first.",
        _HISTORY,
        Piece.SIGNATURE,
    ),
)

_DEADLINES = Wording(
    Form.RECORD,
    (
        _MATTER,
        "We work to the file-by date: the last business day on or before the deadline. We never rely on a later date "
        "that could be argued. Counsel must check every date here against the court's file and current law.",
        When(
            "due",
            (
                Under("The deadline for the claim"),
                Facts(
                    (
                        ("Deadline", "**{{ due.on|date }}**"),
                        ("File by", "**{{ due.file_by|date }}**"),
                        ("Basis", "{{ due.rule }}"),
                        ("Citation", "{{ due.citation }}"),
                        ("Confidence", "{{ due.sure }}", "due.sure"),
                    )
                ),
            ),
        ),
        When(
            "answer and answer.sue_by",
            (
                Under("After the disallowance"),
                "The claim was disallowed by notice of {{ answer.on|date }}. Sue or petition by "
                "**{{ answer.sue_by|date }}**.",
            ),
        ),
        When("deadlines", (Under("Other dates in this matter"), _days("day in deadlines"))),
        When("not (due or deadlines)", ("No deadline is known yet. The facts that set it are missing.",)),
    ),
)

_INDEX = Wording(
    Form.RECORD,
    (
        _MATTER,
        When(
            "enclosures",
            (
                Rows(
                    "paper in enclosures", (Column("No.", "{{ loop.index }}", 8), Column("Document", "{{ paper }}", 92))
                ),
                "{{ enclosures|length }} documents. None contains a diagnosis, a procedure or a Social Security "
                "number.",
            ),
        ),
        When("not enclosures", ("The packet is empty.",)),
    ),
)

_WRITE_OFF = Wording(
    Form.RECORD,
    (
        _MATTER,
        Facts(
            (
                ("Reason", "**{{ reason }}**"),
                ("Balance written off", "**{{ written_off_cents|money }}**", "written_off_cents"),
                ("Balance to be written off", "**{{ total_cents|money }}**", "not written_off_cents"),
                (
                    "Claimed",
                    "{{ claim.amount_cents|money }}{% if claim.filed_on %}, filed {{ claim.filed_on|date }}{% endif %}",
                    "claim",
                ),
                ("Received from the estate", "{{ receipt.amount_cents|money }} on {{ receipt.on|date }}", "receipt"),
                ("Deadline for a claim", "{{ due.on|date }} ({{ due.citation }})", "due"),
            )
        ),
        When("accounts", (Under("Accounts"), ACCOUNTS)),
        When("history", (Under("Evidence"), _HISTORY)),
        When("mailings", (Under("What was sent"), MAILINGS)),
        Piece.APPROVAL,
    ),
)

WORDS = {
    "history-extract": _EXTRACT,
    "deadlines": _DEADLINES,
    "index": _INDEX,
    "write-off-memo": _WRITE_OFF,
}
