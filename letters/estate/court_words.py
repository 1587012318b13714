"""What is filed or served beside a claim: requests, oaths, statements, and the end of a claim. Formal and short."""

from letters.estate.claim_words import ACCOUNTS, CLAIMANT
from letters.estate.pieces import Column, Facts, Form, Note, Piece, Rows, Under, When, Wording

MAILINGS = Rows(
    "sent in mailings",
    (
        Column("Day", '{{ sent.on|date("short") }}', 14),
        Column("What was sent", "{{ sent.what }}", 27),
        Column("To whom, and where", "{{ sent.to }}", 27),
        Column("How", "{{ sent.how }}", 16),
        Column("Tracking no.", "{{ sent.tracking }}", 16),
    ),
)

LEDGER = Rows(
    "line in ledger",
    (
        Column("Account", "{{ line.account }}", 20),
        Column("Day", '{{ line.posted_on|date("short") }}', 18),
        Column("Entry", "{{ line.entry|recorded }}", 28),
        Column("Amount", "{{ line.amount_cents|money }}", 17, right=True),
        Column("Balance", "{{ line.balance_cents|money }}", 17, right=True),
    ),
)

_NOTHING_OF_THE_CARE = (
    "What the care was for and what was done has been left out, for a court's file holds the minimum necessary "
    "(45 CFR 164.502(b))."
)

_NOTICE_DEMAND = Wording(
    Form.COURT,
    (
        "{{ creditor.name }} has an interest in this estate as a creditor of {{ decedent.name }}, who died on "
        "{{ decedent.died_on|date }}, and requests special notice under the law of this state that lets an interested "
        "person ask for it.",
        Under("Notice is requested of"),
        "every petition, order and hearing; the notice to creditors and the last day for claims; the inventory and any "
        "amendment of it; every account and report; every proposed payment, settlement or distribution; and the "
        "closing of the estate. It is to be given at least as long before the event as the law gives any "
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
        "This request is not a claim, and takes the place of none.",
        Piece.SIGNATURE,
        Piece.SERVICE,
    ),
)

KIN = Rows(
    "one in petition.kin",
    (
        Column("Name", "{{ one.name }}", 34),
        Column("Who they are, as far as known", "{{ one.role }}", 28),
        Column("Address", "{{ one.address_lines|join(', ') }}", 38),
    ),
)

_PETITION = Wording(
    Form.COURT,
    (
        Note(
            "Many courts want this on a form of their own, with a fee and a notice to those named below: copy it "
            "there. Counsel looks at it before it is filed."
        ),
        "{{ creditor.name }}, the petitioner, shows the court:",
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
        "3. **Next of kin, as far as known to the petitioner.** They may be appointed before a creditor, and have been "
        "or will be told of this petition as the law asks.",
        When("petition.kin", (KIN,)),
        When("not petition.kin", ("None is known to the petitioner.",)),
        "4. **What is asked.** {{ petition.asked }}",
        When(
            "due",
            ("5. **In time.** The last day to have this estate opened is {{ due.on|date }} ({{ due.citation }}).",),
        ),
        "This petition is not the claim; the claim is presented once a representative has been appointed. I declare "
        "under penalty of perjury that what is said here is true and correct as far as it is known to the petitioner.",
        Piece.SIGNATURE,
    ),
)

_AFFIDAVIT = Wording(
    Form.COURT,
    (
        "{{ signer.name }}, being duly sworn, says:",
        "1. I am {{ signer.title }} of {{ creditor.name }} and a custodian of its records of patient accounts. I am of "
        "legal age, I know of my own knowledge how these records are made and kept, and I can testify to what is said "
        "here.",
        "2. The records were made at or near the time of what they record by, or from information passed on by, a "
        "person with knowledge of it. They are kept in the course of the regular activity of {{ creditor.name }}, and "
        "making them is a regular practice of that activity.",
        "3. By these records {{ decedent.name }}, who died on {{ decedent.died_on|date }}, received health care "
        "services from {{ creditor.name }}, and {{ claim.amount_cents|money }} remains unpaid: "
        "{{ claim.due_cents|money }} due, and {{ claim.contingent_cents|money }} contingent on insurance that has not "
        "decided.",
        When("accounts", ("The accounts are these:", ACCOUNTS)),
        "4. All payments, credits, adjustments and offsets known to me have been allowed. The claim is not secured, "
        "and no interest is in it.",
        f"5. A statement of the account that goes with this affidavit is a true copy of those records. "
        f"{_NOTHING_OF_THE_CARE}",
        Piece.SWORN,
    ),
)

_STATEMENT = Wording(
    Form.COURT,
    (
        CLAIMANT,
        When("accounts", (Under("Accounts as of {{ sheet.date|date }}"), ACCOUNTS)),
        Under("Every entry of the ledger, oldest first"),
        LEDGER,
        f"This statement was taken from the books of {{{{ creditor.name }}}} on {{{{ sheet.date|date }}}}. "
        f"{_NOTHING_OF_THE_CARE}",
    ),
)

_PROOF = Wording(
    Form.COURT,
    (
        "I, {{ signer.name }}, am of legal age and employed by {{ creditor.name }} as {{ signer.title }}. I know how "
        "its mail is gathered and handed to the carrier. On the days below true copies of the papers named were sent "
        "to the persons named, each in a sealed cover with the address that stands with the name and the postage "
        "paid, or in the way stated:",
        MAILINGS,
        "What the carrier returned, and the receipts, are kept with this matter ({{ matter }}). I declare under "
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
                "Of these accounts nothing more is claimed from the estate: {% for a in accounts %}{{ a.number }}"
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
