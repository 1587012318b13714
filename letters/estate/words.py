"""What the letters of an estate matter say: kind to those who mourn, plain about what is asked and what is not.

To the household: only the question who handles the estate (12 CFR 1006.10(b); binds agencies, here it is policy).
Nobody is told or led to think that they owe themselves.
"""

from letters.estate.claim_words import ACCOUNTS, PARTS
from letters.estate.pieces import Facts, Form, Piece, Under, When, Wording

_SYMPATHY = (
    "We were sorry to learn of the death of {{ decedent.name }}. All of us at {{ creditor.name }} send you our "
    "sympathy."
)
# "The household at 77 Orchard Lane" is no name to say Dear to
_DEAR = (
    '{% if recipient.name[:4]|lower == "the " %}To the {{ recipient.name[4:] }}{% else %}Dear {{ recipient.name }}'
    "{% endif %}:"
)
_CALL = "call {{ creditor.phone }} ({{ creditor.phone_hours }})"
_TO_PAY = (
    'A payment of the estate may be made by check to {{ creditor.name }}, marked "{{ matter }}", and sent to: '
    "{{ creditor.remit_lines|join(', ') }}."
)

_INQUIRY = Wording(
    Form.HOUSEHOLD,
    (
        _DEAR,
        _SYMPATHY,
        "We are writing to ask one thing: **who is handling the estate?** That is the person who was named executor, "
        "administrator or personal representative, or who otherwise looks after its affairs. We would like to write to "
        "that person, and to nobody else.",
        "If you know who it is, or if it is you, please fill in the form below and send it back in the enclosed "
        f"envelope, or {_CALL}. If you do not know, please tell us so, and we will not ask you again. By answering you "
        "take nothing upon yourself. Nothing else is asked of you.",
        Piece.REGARDS_OF_NOBODY,
        Piece.WHO_HANDLES_IT,
    ),
)

_APOLOGY = Wording(
    Form.HOUSEHOLD,
    (
        _DEAR,
        "Not long ago we wrote to you as though {{ decedent.name }} had died. That was a mistake, and we are truly "
        "sorry for it. A report that reached us was wrong, or was about another person of that name. We should have "
        "made sure before we wrote, and we know how hard such a letter is to open.",
        "We have put our records right. Please set aside whatever we sent you because of that report. You do not have "
        "to do anything, and nothing is asked of you.",
        "Should anything else reach you that looks like the same mistake, or if you would like to speak with one of us "
        f"about it, please ask for {{{{ signer.name }}}} when you {_CALL}. Again, we apologize to you and to your "
        "family.",
        Piece.REGARDS_OF_NOBODY,
    ),
)

_CONDOLENCE = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        _SYMPATHY,
        "We understand that you look after the estate, or may come to. Thank you for taking this on at such a time. "
        "**This letter asks for no payment.** It only tells you whom you may speak with, so that nothing of this "
        "has to be harder than it is.",
        "{{ decedent.name }} was a patient of ours. Our letters and calls to the home have stopped. If something "
        "remains to be settled with the estate, we will write about it later, and only to you or to the estate's "
        "attorney.",
        "Three things would help us, whenever you find the time: the court and the case number, if there are any; the "
        "name of the estate's attorney, if it has one; and any insurance, Medicare or Medicaid of the time that we may "
        "not know of, so that it can be billed first.{% if creditor.is_nonprofit_hospital %} The estate may also apply "
        "for our financial assistance, and we will gladly send you the form.{% endif %}",
        f"You may send back the form below in the enclosed envelope, or {_CALL} and ask for {{{{ signer.name }}}}. An "
        "interpreter costs you nothing.",
        Piece.REGARDS,
        Piece.WHERE_IT_STANDS,
    ),
    in_care=True,
    whose="Whatever may remain to be settled concerns the estate only. No family member, and nobody who acts for the "
    "estate, becomes personally responsible for anything by receiving this letter.",
)

_NOTICE = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "We write to you because you act, or may act, for the estate of {{ decedent.name }}, who died on "
        "{{ decedent.died_on|date }} and was a patient of ours. "
        "Please accept our sympathy. Here is a clear account of what our books show.",
        When(
            "accounts",
            (
                "The unpaid balance in the name of {{ decedent.name }} is **{{ total_cents|money }}** as of "
                "{{ sheet.date|date }}{% if claim and claim.contingent_cents %}, of which "
                "{{ claim.contingent_cents|money }} still depends on what insurance decides{% endif %}:",
                ACCOUNTS,
            ),
        ),
        "**If something looks wrong.** You may ask for an itemized statement, free of charge, and you may dispute any "
        "part of this by phone or in writing to the address at the top; we will look into it and answer you. If there "
        "was insurance, Medicare or Medicaid at the time, tell us, so that it can be billed."
        "{% if creditor.is_nonprofit_hospital %} The estate may apply for our financial assistance.{% endif %}",
        f"**How it may be paid.** Only out of the estate, in the order that the law of the state sets. {_TO_PAY} We "
        "may also file a claim with the court or present one to you, so that the estate's debts can be settled in "
        "their order.",
        f"If the estate has an attorney, please tell us who it is, and we will write there. To speak with us, {_CALL} "
        "and ask for {{ signer.name }}.",
        Piece.REGARDS,
    ),
    in_care=True,
)

_DISALLOWED = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "We have the notice of {{ answer.on|date }} about our claim against the estate of {{ decedent.name }}. This is "
        "how we understand it:",
        Facts(
            (
                ("Claimed", "{{ claim.amount_cents|money }}", "claim"),
                ("Allowed", "{{ answer.allowed_cents|money }}"),
                ("Disallowed", "{{ answer.refused_cents|money }}"),
                ("Ground given", "{% if answer.grounds %}{{ answer.grounds }}{% else %}none{% endif %}"),
                ("Sue or petition by", "{{ answer.sue_by|date }}", "answer.sue_by"),
            )
        ),
        "The creditor does not accept the disallowance, and stands by the claim for the part that was disallowed.",
        When("reason", (Under("Our answer to the ground given"), "{{ reason }}")),
        When(
            "answer.sue_by",
            (
                "Unless this is settled before, we may bring an action or petition the court by "
                "**{{ answer.sue_by|date }}**. Nothing in this letter gives up that right or agrees to more time for "
                "either side; an agreement about that has to be in writing and signed.",
            ),
        ),
        f"We would rather settle this with you than in court. Please send us what the ground rests on, or {_CALL} and "
        "ask for {{ signer.name }}.",
        Piece.REGARDS,
    ),
    in_care=True,
)

_REMINDER = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "We write about the estate of {{ decedent.name }}{% if case.number %}, case no. {{ case.number }}{% endif %}. "
        "For some time nothing has reached us on what was allowed or agreed, and we would be glad to know where the "
        "estate stands.",
        Facts(
            (
                ("Still to come", "**{{ awaited.amount_cents|money }}**"),
                ("Awaited since", "{{ awaited.since|date }}"),
                ("Our matter", "{{ matter }}"),
            )
        ),
        f"If it may be paid, please let it reach us. {_TO_PAY} If the estate cannot pay yet, or not all of it, please "
        "tell us when, or send us the inventory or the account; we know that an estate pays in the order that the law "
        "sets. If it has been paid, please tell us the day and the number of the check, and take our thanks.",
        f"To speak with us, {_CALL}.",
        Piece.REGARDS,
    ),
    in_care=True,
)

_OFFER = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "We would like to bring our claim against the estate of {{ decedent.name }} to an end in good understanding, "
        "and make this offer to the estate:",
        Facts(
            (
                ("We will take", "**{{ offer.amount_cents|money }}**"),
                ("Instead of", "{{ offer.instead_of_cents|money }}"),
                ("The offer holds until", "**{{ offer.valid_to|date }}**"),
            )
        ),
        "To accept it, please sign below, return one copy, and let the payment reach us by {{ offer.valid_to|date }}. "
        f"{_TO_PAY}",
        "When the payment has been received, the claim is satisfied, and we will sign a satisfaction and release and "
        "file it where the claim was filed. Until then **the claim stays as it is, for its full amount**. If the offer "
        "is not accepted and paid by that day, it lapses by itself.",
        "This is an offer of compromise. By it nothing is admitted by either side, and it may not be used to prove or "
        "disprove the claim or its amount (Federal Rule of Evidence 408 and the rules of the states like it). It "
        "extends no time to file, answer or sue.",
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
                    "we know of; should there be one, please call and we will pay it at once{% endif %}",
                ),
            )
        ),
        "Please file the original, stamp the extra copy with the day of filing, and return that copy to us in the "
        "enclosed self-addressed, stamped envelope.",
        "If the claim cannot be filed as it is, or belongs to another court or case, please call {{ signer.name }} at "
        "{{ creditor.phone }} before sending it back, for our time to file is limited by law. Thank you.",
        Piece.REGARDS,
    ),
)

_TO_ATTORNEY = Wording(
    Form.LETTER,
    (
        "Dear {{ recipient.name }}:",
        "**Privileged and confidential: attorney and client.** We refer to you the matter of the estate of "
        "{{ decedent.name }}, who died on {{ decedent.died_on|date }}.",
        Facts(
            (
                ("What we ask", "{{ terms.asked }}"),
                ("Deadline", "**{{ due.on|date }}**; please file by **{{ due.file_by|date }}**", "due"),
                ("What sets it", "{{ due.rule }} ({{ due.citation }})", "due"),
                ("How sure", "{{ due.sure }}", "due and due.sure"),
                ("Sue or petition by", "{{ answer.sue_by|date }}", "answer and answer.sue_by"),
                ("Budget", "{{ terms.budget_cents|money }}; please ask us before you go beyond it"),
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
        "Please confirm within two business days that you take this on, that there is no conflict of interests, and "
        "that the deadline is on your calendar; check it against the file of the court, for we work from what is known "
        "to us. The packet holds no diagnosis and no social security number: please ask before you file anything of "
        "the kind.",
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
