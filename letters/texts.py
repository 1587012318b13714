"""The words of each shipped letter: plain, kind, and within what the law allows at that stage.

A reminder speaks of nothing that may follow. Only the final notice does, only for the
accounts it lists, and only of what a creditor may truly do after at least 30 days.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A short paragraph of help; `charity` is the longer one of a nonprofit hospital."""

    title: str
    text: str
    charity: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What one kind of letter says, and whether it asks for money (and so has a coupon).

    `space_above_coupon` is the room left on the page, in twips, when the letter has one account.
    """

    opening: tuple[str, ...]
    help: tuple[tuple[Topic, ...], tuple[Topic, ...]]
    final: tuple[str, ...] = ()
    final_charity: tuple[str, ...] = ()
    asks_for_payment: bool = True
    space_above_coupon: int = 2500


_PAY = Topic(
    "Ways to pay.",
    "Mail a check with the coupon below, or call {{ creditor.phone }} to pay by card or from a bank account.",
)
_PLAN = Topic(
    "Need more time?",
    "You do not have to pay it all at once. Call us and we will set up monthly payments that you can manage.",
)
_DISPUTE = Topic(
    "Something looks wrong?",
    "You may ask for an itemized bill, free of charge, and you may dispute any part of this balance by phone or in "
    "writing to the address at the top. We will check it and answer you.",
)
_INSURANCE = Topic(
    "Insurance we do not know of?",
    "If you had any coverage on the date of service, Medicare and Medicaid included, call us so that we can bill it.",
)
_ASSISTANCE = Topic(
    "Help with paying.",
    "Financial assistance may be available to you. Call us and we will tell you how to apply, free of charge.",
    "Our financial assistance policy offers free or reduced-cost care to people who qualify, mostly by income. You "
    "may apply until at least 240 days after your first bill. Call or visit us for free copies of the policy, its "
    "plain-language summary and the application, or for help to fill it in.",
)
_CALL = Topic("Talk to us.", "{{ creditor.phone }}, {{ creditor.phone_hours }}.")
_LANGUAGE = Topic(
    "Language help is free.",
    "Para español, llame al {{ creditor.phone }}. Call the same number for an interpreter in your language, large "
    "print, or other help, at no cost to you.",
)
_HELP = ((_PAY, _PLAN, _DISPUTE, _CALL), (_ASSISTANCE, _INSURANCE, _LANGUAGE))

KINDS: dict[str, Words] = {
    "reminder-1": Words(
        (
            "This is a friendly reminder that a balance is open for the care listed below. If you have already sent "
            "your payment, thank you; please set this letter aside.",
            "If not, you may pay with the coupon below, or call us. We are glad to answer questions and to find a "
            "way to pay that works for you.",
        ),
        _HELP,
    ),
    "reminder-2": Words(
        (
            "We wrote to you before about the balance below and have not yet received full payment. If it is on its "
            "way, thank you.",
            "If paying is difficult, please tell us. Most people we talk to find a way: smaller monthly payments, "
            "financial assistance, or insurance that was not billed. One call is enough to begin.",
        ),
        _HELP,
    ),
    "reminder-3": Words(
        (
            "The balance below is still open after our earlier letters. We would like to help you settle it.",
            "Please pay, or call us by the date above to choose monthly payments, to apply for financial assistance, "
            "or to tell us what is wrong with the bill. We will listen.",
        ),
        _HELP,
    ),
    "final-notice": Words(
        (
            "We have written to you about the balance below, and it is still open. There is still time to settle it "
            "with us, and we would much rather do that.",
        ),
        _HELP,
        final=(
            "This is a final notice for: LISTING. If by {{ letter.pay_by|date }}, which is at least 30 days from the "
            "date of this letter, you have not paid, arranged monthly payments, applied for financial assistance or "
            "disputed the balance, we may give the account to a collection agency. Until then, nothing changes. "
            "Financial assistance exists and you may apply for it now.",
        ),
        final_charity=("A plain-language summary of our financial assistance policy is enclosed with this letter.",),
        space_above_coupon=1900,
    ),
    "paid-in-full": Words(
        (
            "Thank you for your payment. As of {{ letter.date|date }}, the accounts marked “Paid in full” below have a "
            "zero balance, and you owe nothing more for that care.",
            "Please keep this letter for your records. You do not need to do anything else.",
        ),
        (
            (
                Topic(
                    "Something looks wrong?",
                    "You may ask for an itemized bill, free of charge. If you believe you paid too much, or insurance "
                    "pays later, call us: we will check it and refund what is yours.",
                ),
                _CALL,
            ),
            (
                Topic(
                    "Future care.",
                    "If paying for care is ever difficult, ask us first. Financial assistance may be available to you.",
                    "If paying for care is ever difficult, ask us first. Our financial assistance policy offers free "
                    "or reduced-cost care to people who qualify; copies and applications are free.",
                ),
                _LANGUAGE,
            ),
        ),
        asks_for_payment=False,
    ),
}
