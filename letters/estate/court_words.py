"""Documents filed or served beside a claim: requests, oaths, statements, and the end of a claim. Formal and short."""

from letters.estate.claim_words import ACCOUNTS, CLAIMANT
from letters.estate.pieces import Column, Facts, Form, Note, Piece, Rows, Under, When, Wording

MAILINGS = Rows(
    "sent in mailings",
    (
        Column("Date", '{{ sent.on|date("short") }}', 14),
        Column("Document", "{{ sent.what }}", 27),
        Column("Sent to", "{{ sent.to }}", 27),
        Column("Method", "{{ sent.how }}", 16),
        Column("Tracking no.", "{{ sent.tracking }}", 16),
    ),
)

LEDGER = Rows(
    "line in ledger",
    (
        Column("Account", "{{ line.account }}", 20),
        Column("Date", '{{ line.posted_on|date("short") }}', 18),
        Column("Entry", "{{ line.entry|recorded }}", 28),
        Column("Amount", "{{ line.amount_cents|money }}", 17, right=True),
        Column("Balance", "{{ line.balance_cents|money }}", 17, right=True),
    ),
)

_NOTHING_OF_THE_CARE = (
    "The nature of the care is omitted, because a court file should contain only the minimum necessary "
    "(45 CFR 164.502(b))."
)

_NOTICE_DEMAND = Wording(
    Form.COURT,
    (
        "{{ creditor.name }} has an interest in this estate as a creditor of {{ decedent.name }}, who died on "
        "{{ decedent.died_on|date }}, and requests special notice under the law of this state that allows an "
        "interested person to request it.",
        Under("Notice is requested of"),
        "every petition, order and hearing; the notice to creditors and the last day for claims; the inventory and "
        "any amendment to it; every account and report; every proposed payment, settlement or distribution; and the "
        "closing of the estate. Notice is to be given at least as far in advance as the law requires for any "
        "interested person.",
        Under("Send it to"),
        Facts(
            (
                ("Name", "**{{ creditor.name }}**, attention {{ signer.name }}, {{ signer.title }}"),
                ("Address", "{{ creditor.address_lines|join(', ') }}, {{ creditor.city_line }}"),
                ("Phone", "{{ creditor.phone }}"),
                ("Our matter", "{{ matter }}"),
            )
        ),
        "This request is not a claim and does not replace a claim.",
        Piece.SIGNATURE,
        Piece.SERVICE,
    ),
)

KIN = Rows(
    "one in petition.kin",
    (
        Column("Name", "{{ one.name }}", 34),
        Column("Relationship, as far as known", "{{ one.role }}", 28),
        Column("Address", "{{ one.address_lines|join(', ') }}", 38),
    ),
)

_PETITION = Wording(
    Form.COURT,
    (
        Note(
            "Many courts require their own form, a filing fee and notice to the persons named below. Copy the "
            "contents to that form. Counsel reviews it before it is filed."
        ),
        "{{ creditor.name }}, the petitioner, states:",
        "1. **The decedent.** {{ decedent.name }} died on {{ decedent.died_on|date }}{% if decedent.address_lines %}, "
        "last of {{ decedent.address_lines|join(', ') }}{% endif %}{% if case.county %}, in the county of "
        "{{ case.county }}{% endif %}. As far as the petitioner knows, no personal representative has been appointed, "
        "and no petition for it is pending, in this state or elsewhere.",
        "2. **The petitioner's interest.** {{ petition.interest }}",
        Facts(
            (
                ("Petitioner", "**{{ creditor.name }}**"),
                ("Address", "{{ creditor.address_lines|join(', ') }}, {{ creditor.city_line }}"),
                ("Phone", "{{ creditor.phone }}"),
                ("EIN", "{{ ein }}", "ein"),
                ("Unpaid", "**{{ total_cents|money }}** as of {{ sheet.date|date }}"),
            )
        ),
        When("accounts", (ACCOUNTS,)),
        _NOTHING_OF_THE_CARE,
        "3. **Next of kin, as far as known to the petitioner.** They may have priority for appointment over a "
        "creditor, and have been or will be given notice of this petition as the law requires.",
        When("petition.kin", (KIN,)),
        When("not petition.kin", ("None is known to the petitioner.",)),
        "4. **Relief requested.** {{ petition.asked }}",
        When(
            "due",
            ("5. **Timeliness.** The last day to open this estate is {{ due.on|date }} ({{ due.citation }}).",),
        ),
        "This petition is not the claim; the claim will be presented after a representative is appointed. I declare "
        "under penalty of perjury that the foregoing is true and correct to the best of the petitioner's knowledge.",
        Piece.SIGNATURE,
    ),
)

_AFFIDAVIT = Wording(
    Form.COURT,
    (
        "{{ signer.name }}, being duly sworn, states:",
        "1. I am {{ signer.title }} of {{ creditor.name }} and a custodian of its records of patient accounts. I am of "
        "legal age, I have personal knowledge of how these records are made and kept, and I can testify to the facts "
        "stated here.",
        "2. The records were made at or near the time of the events recorded by, or from information transmitted by, "
        "a person with knowledge of them. They are kept in the course of the regularly conducted activity of {{ "
        "creditor.name }}, and making them is a regular practice of that activity.",
        "3. According to these records, {{ decedent.name }}, who died on {{ decedent.died_on|date }}, received health "
        "care "
        "services from {{ creditor.name }}, and {{ claim.amount_cents|money }} remains unpaid: "
        "{{ claim.due_cents|money }} due, and {{ claim.contingent_cents|money }} contingent on a pending insurance "
        "determination.",
        When("accounts", ("The accounts are:", ACCOUNTS)),
        "4. All payments, credits, adjustments and offsets known to me have been allowed. The claim is not secured "
        "and includes no interest.",
        f"5. The statement of account attached to this affidavit is a true copy of those records. "
        f"{_NOTHING_OF_THE_CARE}",
        Piece.SWORN,
    ),
)

_STATEMENT = Wording(
    Form.COURT,
    (
        CLAIMANT,
        When("accounts", (Under("Accounts as of {{ sheet.date|date }}"), ACCOUNTS)),
        Under("Every ledger entry, oldest first"),
        LEDGER,
        f"This statement was prepared from the records of {{{{ creditor.name }}}} on {{{{ sheet.date|date }}}}. "
        f"{_NOTHING_OF_THE_CARE}",
    ),
)

_PROOF = Wording(
    Form.COURT,
    (
        "I, {{ signer.name }}, am of legal age and employed by {{ creditor.name }} as {{ signer.title }}. I am "
        "familiar with how its mail is collected and delivered to the carrier. On the dates below, true copies of "
        "the documents named were sent to the persons named, each in a sealed envelope with the address shown and "
        "postage prepaid, or in the manner stated:",
        MAILINGS,
        "Returned mail and the carrier's receipts are kept with this matter ({{ matter }}). I declare under "
        "penalty of perjury that this is true and correct.",
        Piece.SIGNATURE,
    ),
)

_SATISFACTION = Wording(
    Form.COURT,
    (
        "On **{{ receipt.on|date }}** {{ creditor.name }}, the claimant, received **{{ receipt.amount_cents|money }}** "
        "from the estate of {{ decedent.name }} in full satisfaction of its claim{% if claim %} of "
        "{{ claim.amount_cents|money }}{% if claim.filed_on %}, filed on {{ claim.filed_on|date }}{% endif %}"
        "{% endif %}.",
        "The claim is satisfied. The claimant releases the estate and its representative from it, and asks that the "
        "record of the court show so.",
        When(
            "accounts",
            (
                "Nothing more is claimed from the estate on these accounts: {% for a in accounts %}{{ a.number }}"
                "{% if not loop.last %}, {% endif %}{% endfor %}.",
            ),
        ),
        When("claim and claim.sworn", (Piece.SWORN,)),
        When("not (claim and claim.sworn)", (Piece.SIGNATURE,)),
        Piece.SERVICE,
    ),
)

_WITHDRAWAL = Wording(
    Form.COURT,
    (
        "{{ creditor.name }}, the claimant, withdraws its claim of **{{ claim.amount_cents|money }}** against the "
        "estate of {{ decedent.name }}{% if claim.filed_on %}, filed on {{ claim.filed_on|date }}{% endif %}.",
        Facts((("Reason", "{{ reason }}"),)),
        "The claimant asks that the record of the court show so. No payment is expected from the estate on this claim.",
        Piece.SIGNATURE,
        Piece.SERVICE,
    ),
)

WORDS = {
    "notice-demand": _NOTICE_DEMAND,
    "petition": _PETITION,
    "affidavit": _AFFIDAVIT,
    "itemised-statement": _STATEMENT,
    "proof-of-mailing": _PROOF,
    "satisfaction": _SATISFACTION,
    "withdrawal": _WITHDRAWAL,
}
