"""The text of a claim against an estate, in our own form or beside the fields of a state's form.

A court's file holds the minimum necessary (45 CFR 164.502(b)): accounts, dates and amounts, nothing about the care.
"""

from letters.estate.pieces import ClaimParts, Column, Facts, Form, Note, Piece, Rows, Said, Under, When, Wording

_PART = (
    "{{ a.part }}{% if a.part and a.insurance_open %}; {% endif %}{% if a.insurance_open %}insurance pending{% endif %}"
)

ACCOUNTS = Rows(
    "a in accounts",
    (
        Column("Account", "{{ a.number }}", 18, remark=("a.part or a.insurance_open", _PART)),
        Column(
            "Date of service",
            '{{ a.service_from|date("short") }}',
            15,
            remark=("a.service_to != a.service_from", 'to {{ a.service_to|date("short") }}'),
        ),
        Column("Charges", "{{ a.charges_cents|money }}", 15, right=True),
        Column("Insurance paid", "{{ a.insurance_cents|money }}", 14, right=True),
        Column("Adjustments", "{{ a.adjustments_cents|money }}", 13, right=True),
        Column("Other payments", "{{ a.paid_cents|money }}", 12, right=True),
        Column("Balance", "{{ a.balance_cents|money }}", 13, right=True),
    ),
    (
        "Total",
        "",
        "{{ charges_cents|money }}",
        "{{ insurance_cents|money }}",
        "{{ adjustments_cents|money }}",
        "{{ paid_cents|money }}",
        "{{ total_cents|money }}",
    ),
)

PARTS = ClaimParts()

CLAIMANT = Facts(
    (
        ("Claimant", "**{{ creditor.name }}**"),
        ("Address", "{{ creditor.address_lines|join(', ') }}, {{ creditor.city_line }}"),
        ("Phone", "{{ creditor.phone }}"),
        ("EIN", "{{ ein }}", "ein"),
        ("Our matter", "{{ matter }}"),
        (
            "Decedent",
            "{{ decedent.name }}, died {{ decedent.died_on|date }}{% if decedent.address_lines %}, last of "
            "{{ decedent.address_lines|join(', ') }}{% endif %}",
        ),
        (
            "Representative",
            "{{ representative.name }}{% if representative.address_lines %}, "
            "{{ representative.address_lines|join(', ') }}{% endif %}",
            "representative",
        ),
    )
)

_WHAT: tuple[Said, ...] = (
    Under("Amount and basis"),
    "The claimant claims **{{ claim.amount_cents|money }}** from the estate. Basis of the claim: {{ claim.basis }}.",
    Under("Due and contingent; priority"),
    "{% if claim.contingent_cents %}{{ claim.due_cents|money }} is due. {{ claim.contingent_cents|money }} is "
    "contingent: it depends on a pending insurance determination, and the claim will be amended when that "
    "determination is made."
    "{% else %}The whole amount is due. No part of it is contingent.{% endif %} {{ claim.last_illness_cents|money }} "
    "is for medical and hospital expenses of the last illness, and {{ claim.other_cents|money }} is not.",
    PARTS,
    Under("Security, interest and credits"),
    "Security: none. The claim is not secured by any mortgage, lien, pledge or judgment. Interest: none is claimed. "
    "All "
    "payments, credits, adjustments and offsets known to the claimant have been allowed"
    "{% if accounts %}, as follows:{% else %}.{% endif %}",
    When("accounts", (ACCOUNTS,)),
)

VERIFICATION: tuple[Said, ...] = (
    When(
        "claim and claim.sworn",
        (
            Under("Verification"),
            "I, {{ signer.name }}, {{ signer.title }}, am authorized to make this claim for the claimant. I "
            "have read it and know what it says. To the best of my knowledge, information and belief it is true and "
            "correct, the amount is justly due, or will be as stated, and every payment, credit and offset that is "
            "known has been allowed. I declare under penalty of perjury that this is true and correct.",
            Piece.SWORN,
        ),
    ),
    When("not (claim and claim.sworn)", ("Signed for the claimant:", Piece.SIGNATURE)),
)

_ENDS: tuple[Said, ...] = (*VERIFICATION, Piece.SERVICE)

_CLAIM = Wording(Form.COURT, (CLAIMANT, *_WHAT, *_ENDS))

_AMENDED = Wording(
    Form.COURT,
    (
        CLAIMANT,
        Under("What is amended"),
        "This claim amends the claimant's claim{% if sheet.amends %} {{ sheet.amends }}{% endif %}"
        "{% if claim.filed_on %}, filed on {{ claim.filed_on|date }}{% endif %}.",
        Facts((("What has changed", "{{ claim.changed }}", "claim.changed"), ("Why", "{{ reason }}"))),
        "It replaces the earlier claim and, to the extent the law allows, relates back to the date on which that "
        "claim was presented. The claimant withdraws nothing else.",
        *_WHAT,
        *_ENDS,
    ),
)


def _of_state(form: str, of: str) -> Wording:
    """A claim in a state with its own form: the form's fields, then the attachments."""
    note = (
        f"**This sheet is not the official form.** Copy the fields below onto form {form} ({of}) in its current "
        "edition, sign that form, and attach this sheet to it as its statement of account."
    )
    boxes = Rows(
        "box in boxes", (Column("Field of the form", "{{ box.label }}", 38), Column("Entry", "{{ box.value }}", 62))
    )
    said = (Note(note), When("boxes", (Under(f"Fields of form {form}"), boxes)), CLAIMANT, *_WHAT, *_ENDS)
    return Wording(Form.COURT, said)


WORDS = {
    "claim": _CLAIM,
    "claim-ca": _of_state("DE-172", "Creditor's Claim, Judicial Council of California"),
    "claim-mi": _of_state("PC 570", "Statement and Proof of Claim, Michigan State Court Administrative Office"),
    "claim-sc": _of_state("371ES", "Statement of Creditor's Claim, South Carolina probate courts"),
    "claim-wi": _of_state("PR-1819", "Claim Against Estate, Wisconsin circuit courts"),
    "amended-claim": _AMENDED,
}
