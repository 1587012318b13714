"""The text of an estate matter's letters: kind to the bereaved, clear about what is requested and what is not.

To the household: only the question of who handles the estate (12 CFR 1006.10(b); it binds agencies, here it is policy).
No letter suggests to relatives that they owe the debt themselves.
"""

from letters.estate.claim_words import ACCOUNTS, PARTS
from letters.estate.pieces import Facts, Form, Piece, Under, When, Wording

_SYMPATHY = (
    "We were sorry to learn of the death of {{ decedent.name }}. All of us at {{ creditor.name }} send you our "
    "sympathy."
)
# "The household at 77 Orchard Lane" is not a name for "Dear"
_DEAR = (
    '{% if recipient.name[:4]|lower == "the " %}To the {{ recipient.name[4:] }}{% else %}Dear {{ recipient.name }}'
    "{% endif %}:"
)
_CALL = "call {{ creditor.phone }} ({{ creditor.phone_hours }})"
_TO_PAY = (
    'The estate can pay by check to {{ creditor.name }}, marked "{{ matter }}", mailed to: '
    "{{ creditor.remit_lines|join(', ') }}."
)

_INQUIRY = Wording(
    Form.HOUSEHOLD,
    (
        _DEAR,
        _SYMPATHY,
        "We are writing to ask one thing: **who is handling the estate?** This is the person named executor, "
        "administrator or personal representative, or another person who handles its affairs. We would like to write "
        "only to that person.",
        "If you know who it is, or if it is you, please fill out the form below and return it in the enclosed "
        f"envelope, or {_CALL}. If you do not know, please let us know, and we will not ask you again. Answering does "
        "not make you responsible for anything. You do not need to do anything else.",
        Piece.REGARDS_OF_NOBODY,
        Piece.WHO_HANDLES_IT,
    ),
)

_APOLOGY = Wording(
    Form.HOUSEHOLD,
    (
        _DEAR,
        "We recently wrote to you as if {{ decedent.name }} had died. That was a mistake, and we are truly sorry. "
        "The report we received was wrong, or was about another person with that name. We should have checked before "
        "we wrote. We know how hard it is to open such a letter.",
        "We have corrected our records. Please disregard anything that we sent you because of that report. You do "
        "not need to do anything.",
        "If you receive anything else that looks like the same mistake, or if you would like to talk with us about "
        f"it, please ask for {{{{ signer.name }}}} when you {_CALL}. Again, we apologize to you and to your "
        "family.",
        Piece.REGARDS_OF_NOBODY,
    ),
)

_CONDOLENCE = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        _SYMPATHY,
        "We understand that you handle the estate, or may do so. Thank you for doing this at such a time. **This "
        "letter does not ask for payment.** It only lets you know whom you can talk to, so that this is no harder "
        "than it has to be.",
        "{{ decedent.name }} was a patient of ours. Our letters and calls to the home have stopped. If there is "
        "something to resolve with the estate, we will write about it later, and only to you or to the estate's "
        "attorney.",
        "Three things would help us when you have time. First, the court and the case number, if there is a case. "
        "Second, the name of the estate's attorney, if it has one. Third, any insurance, Medicare or Medicaid "
        "coverage that we may not have on file, so that we can bill it first.{% if creditor.is_nonprofit_hospital %} "
        "The estate may also apply "
        "for our financial assistance, and we are happy to send you the form.{% endif %}",
        f"You can return the form below in the enclosed envelope, or {_CALL} and ask for {{{{ signer.name }}}}. An "
        "interpreter is free.",
        Piece.REGARDS,
        Piece.WHERE_IT_STANDS,
    ),
    in_care=True,
    whose="Anything that remains to be resolved concerns the estate only. Receiving this letter does not make any "
    "family member, or anyone who acts for the estate, personally responsible for it.",
)

_NOTICE = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "We are writing to you because you act, or may act, for the estate of {{ decedent.name }}, who died on "
        "{{ decedent.died_on|date }} and was a patient of ours. "
        "Please accept our sympathy. Here is what our records show.",
        When(
            "accounts",
            (
                "The unpaid balance in the name of {{ decedent.name }} is **{{ total_cents|money }}** as of "
                "{{ sheet.date|date }}{% if claim and claim.contingent_cents %}, of which "
                "{{ claim.contingent_cents|money }} still depends on what insurance decides{% endif %}:",
                ACCOUNTS,
            ),
        ),
        "**If something looks wrong.** You can ask for a free itemized statement, and you can dispute any part of "
        "this by phone or in writing to the address at the top. We will review it and answer you. If there was "
        "insurance, Medicare or Medicaid at the time, let us know so that we can bill it."
        "{% if creditor.is_nonprofit_hospital %} The estate can apply for our financial assistance.{% endif %}",
        f"**How it can be paid.** Only from the estate, in the order that state law sets. {_TO_PAY} We "
        "may also file a claim with the court or present one to you, so that the estate's debts can be paid in that "
        "order.",
        "If the estate has an attorney, please let us know who it is, and we will write to the attorney. To talk with "
        f"us, {_CALL} "
        "and ask for {{ signer.name }}.",
        Piece.REGARDS,
    ),
    in_care=True,
)

_DISALLOWED = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "We received the notice dated {{ answer.on|date }} about our claim against the estate of {{ decedent.name "
        "}}. This is our understanding of it:",
        Facts(
            (
                ("Claimed", "{{ claim.amount_cents|money }}", "claim"),
                ("Allowed", "{{ answer.allowed_cents|money }}"),
                ("Disallowed", "{{ answer.refused_cents|money }}"),
                ("Grounds stated", "{% if answer.grounds %}{{ answer.grounds }}{% else %}none{% endif %}"),
                ("Sue or petition by", "{{ answer.sue_by|date }}", "answer.sue_by"),
            )
        ),
        "The creditor does not accept the disallowance and maintains its claim for the part that was disallowed.",
        When("reason", (Under("Our response to the grounds stated"), "{{ reason }}")),
        When(
            "answer.sue_by",
            (
                "Unless this is resolved first, we may bring an action or petition the court by "
                "**{{ answer.sue_by|date }}**. Nothing in this letter waives that right or extends time for either "
                "side; any such agreement must be in writing and signed.",
            ),
        ),
        "We would prefer to resolve this with you rather than in court. Please send us the basis for the "
        f"disallowance, or {_CALL} and "
        "ask for {{ signer.name }}.",
        Piece.REGARDS,
    ),
    in_care=True,
)

_REMINDER = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "We are writing about the estate of {{ decedent.name }}{% if case.number %}, case no. {{ case.number }}{% "
        "endif %}. "
        "We have not received a payment on the allowed or agreed amount for some time, and we would like to know the "
        "status of the estate.",
        Facts(
            (
                ("Amount unpaid", "**{{ awaited.amount_cents|money }}**"),
                ("Unpaid since", "{{ awaited.since|date }}"),
                ("Our matter", "{{ matter }}"),
            )
        ),
        f"If it can be paid now, please send the payment. {_TO_PAY} If the estate cannot pay yet, or cannot pay all "
        "of it, please let us know when it can, or send us the inventory or the account. We understand that an "
        "estate pays in the order that the law sets. If it has been paid, please send us the date and the check "
        "number. Thank you.",
        f"To talk with us, {_CALL}.",
        Piece.REGARDS,
    ),
    in_care=True,
)

_OFFER = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "We would like to resolve our claim against the estate of {{ decedent.name }} and make this offer to the "
        "estate:",
        Facts(
            (
                ("We will accept", "**{{ offer.amount_cents|money }}**"),
                ("In full settlement of", "{{ offer.instead_of_cents|money }}"),
                ("Offer valid through", "**{{ offer.valid_to|date }}**"),
            )
        ),
        "To accept it, please sign below, return one copy, and make sure that we receive the payment by {{ "
        "offer.valid_to|date }}. "
        f"{_TO_PAY}",
        "When we receive the payment, the claim is satisfied, and we will sign a satisfaction and release and file "
        "it where the claim was filed. Until then **the claim remains in effect for its full amount**. If the offer "
        "is not accepted and paid by that date, it lapses automatically.",
        "This is an offer of compromise. It is not an admission by either side and may not be used to prove or "
        "disprove the claim or its amount (Federal Rule of Evidence 408 and similar state rules). It does not extend "
        "any time to file, answer or sue.",
        Piece.REGARDS,
        Piece.ACCEPTANCE,
    ),
    in_care=True,
)

_TO_CLERK = Wording(
    Form.LETTER,
    (
        "Dear Clerk:",
        "Enclosed for filing is the claim of {{ creditor.name }} against the estate of {{ decedent.name }}, who died "
        "on {{ decedent.died_on|date }}, in the amount of **{{ claim.amount_cents|money }}**.",
        Facts(
            (
                ("Court", "{{ case.court }}", "case.court"),
                ("County and state", "{{ case.county }}, {{ case.state }}", "case.county"),
                ("Case no.", "{{ case.number }}", "case.number"),
                ("To be filed by", "{{ due.file_by|date }}", "due"),
                (
                    "Filing fee",
                    "{% if filing_fee_cents %}{{ filing_fee_cents|money }}, by the enclosed check{% else %}none that "
                    "we know of; if there is one, please call and we will pay it at once{% endif %}",
                ),
            )
        ),
        "Please file the original, stamp the extra copy with the filing date, and return that copy to us in the "
        "enclosed self-addressed, stamped envelope.",
        "If the claim cannot be filed in this form, or belongs to another court or case, please call {{ signer.name "
        "}} at {{ creditor.phone }} before returning it, because our time to file is limited by law. Thank you.",
        Piece.REGARDS,
    ),
)

_TO_ATTORNEY = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "**Privileged and confidential: attorney-client communication.** We are referring to you the matter of the "
        "estate of "
        "{{ decedent.name }}, who died on {{ decedent.died_on|date }}.",
        Facts(
            (
                ("Requested services", "{{ terms.asked }}"),
                ("Deadline", "**{{ due.on|date }}**; please file by **{{ due.file_by|date }}**", "due"),
                ("Basis of deadline", "{{ due.rule }} ({{ due.citation }})", "due"),
                ("Confidence", "{{ due.sure }}", "due and due.sure"),
                ("Sue or petition by", "{{ answer.sue_by|date }}", "answer and answer.sue_by"),
                ("Budget", "{{ terms.budget_cents|money }}; please ask us before you exceed it"),
                ("Fee", "{{ terms.fee }}"),
            )
        ),
        When(
            "claim",
            (Under("Our claim"), PARTS),
        ),
        Under("The estate"),
        Facts(
            (
                (
                    "Court and case",
                    "{{ case.court }}{% if case.county %}, {{ case.county }}{% endif %}, "
                    "{{ case.state }}; no. {% if case.number %}{{ case.number }}{% else %}not known{% endif %}",
                    "case.court",
                ),
                (
                    "Representative",
                    "{{ representative.name }}, {{ representative.address_lines|join(', ') }}",
                    "representative",
                ),
                (
                    "The estate's attorney",
                    "{{ estate_attorney.name }}, {{ estate_attorney.address_lines|join(', ') }}",
                    "estate_attorney",
                ),
                (
                    "Disallowance",
                    "on {{ answer.on|date }}, {{ answer.refused_cents|money }} refused"
                    "{% if answer.grounds %}: {{ answer.grounds }}{% endif %}",
                    "answer",
                ),
            )
        ),
        "Please confirm within two business days that you accept this matter, that there is no conflict of interest, "
        "and that the deadline is on your calendar. Please check it against the court's file, because we rely on the "
        "facts known to us. The packet contains no diagnosis and no Social Security number. Please ask us before you "
        "file anything of that kind.",
        Piece.REGARDS,
    ),
)

WORDS = {
    "inquiry": _INQUIRY,
    "condolence": _CONDOLENCE,
    "representative-notice": _NOTICE,
    "court-cover": _TO_CLERK,
    "attorney-cover": _TO_ATTORNEY,
    "disallowance-response": _DISALLOWED,
    "compromise-offer": _OFFER,
    "payment-reminder": _REMINDER,
    "apology": _APOLOGY,
}
