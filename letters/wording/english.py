"""The text of each letter in English: plain, kind, and within what the law allows at that stage."""

from letters.wording.words import Block, Box, Frame, Plain, Topic, Words

FRAME = Frame(
    salutation="Dear {{ guarantor.name }},",
    date="Date ",
    letter="Letter ",
    heads=(
        "Account and patient",
        "Date of service, first\u00a0bill",
        "Status",
        "Charges",
        "Insurance paid",
        "Adjustments",
        "Your payments, last\u00a0date",
        "Balance",
    ),
    total="Total on this letter",
    paid_in_full="Paid in full",
    not_due="not due now",
    since="since ",
    days='{{ a.service_on|date("short") }} (first bill {{ a.first_statement_on|date("short") }})',
    how_it_came=(
        "Charges {{ a.charges_cents|money }}, insurance paid {{ a.insurance_cents|money }}, adjustments "
        "{{ a.adjustments_cents|money }}, your payments {{ a.paid_cents|money }}{% if a.last_payment_on %} (last on "
        "{{ a.last_payment_on|date }}){% endif %}"
    ),
    large_heads=("Account", "Status", "Balance"),
    cut="✂  Detach and return with your payment",
    payable_to="Make checks payable and mail to",
    sender="From ",
    amount_due="Amount due",
    pay_by="Please pay by",
    on_receipt="on receipt",
    enclosed="Amount enclosed",
    ledger_heads=("Account", "Date", "Description", "Amount", "Balance"),
    plan_heads=("Payments", "Monthly payment", "Last payment", "First due date"),
    instalment_heads=("", "Due date", "Amount"),
    disclosures=(
        "Federal Truth in Lending disclosures",
        "Amount financed (the amount of credit provided to you)",
        "Finance charge (the dollar amount the credit will cost you)",
        "Annual percentage rate (the cost of your credit as a yearly rate)",
        "Total of payments (what you will have paid after all scheduled payments)",
        "{{ arrangement.instalments|length }} payments, on the dates and in the amounts above. There is no security "
        "interest, no late charge, and no penalty for paying early.",
    ),
    day="date",
    short_day='date("short")',
    titled="titled",
    called="called",
    entry="entry",
    state_line="line.en",
    credit=(
        "Credit on account ending {{ credit.ending }}: {{ credit.amount_cents|money }}. We are applying it to your "
        "balance."
    ),
    reply=(
        "✂  Detach and return this part",
        "Is this still your name and address?",
        "☐  Yes, everything is right.",
        "☐  No. My address is now:",
    ),
    agency=("Agency", "Address", "Phone", "Amount on {{ agency.placed_on|date }}"),
    described=(
        "{% if a.service %}Service: {{ a.service }}{% endif %}{% if a.provider %}{% if a.service %} · {% endif %}"
        "Provider: {{ a.provider }}{% endif %}{% if a.insurer %}{% if a.service or a.provider %} · {% endif %}"
        "Insurance on file: {{ a.insurer }}{% endif %}"
    ),
    elsewhere=(
        "Not in this amount: your {% if elsewhere|length == 1 %}account{% else %}accounts{% endif %} "
        "{{ elsewhere|join(', ') }} with us. This letter is only about {% if accounts|length == 1 %}the account"
        "{% else %}the accounts{% endif %} listed above."
    ),
    of_accounts="{% if accounts|length == 1 %}Account {% else %}Accounts {% endif %}",
    first_payment="First payment",
    unit=" × {{ line.units }}",
)

_PAY = Topic(
    "Ways to pay.",
    "Mail a check with the coupon below{% if creditor.pay_online %}, pay online at {{ creditor.pay_online }}{% endif %}"
    ", or call {{ creditor.phone }} to pay by card or from your bank account.",
)
_PLAN = Topic(
    "Need more time?",
    "You do not have to pay it all at once. Call us to set up monthly payments that work for you.",
)
_DISPUTE = Topic(
    "Does something look wrong?",
    "You can ask for a free itemized bill. You can also dispute any part of this balance, by phone or in writing to "
    "the address at the top. We will review it and answer you.",
)
_INSURANCE = Topic(
    "Do you have other insurance?",
    "If you had any coverage on the date of service, including Medicare or Medicaid, call us so we can bill it.",
)
_ASSISTANCE = Topic(
    "Help paying your bill.",
    "Financial assistance may be available to you. Call us to find out how to apply. Applying is free.",
    "Our financial assistance policy offers free or reduced-cost care to people who qualify, based mostly on income. "
    "You can apply until at least 240 days after your first bill. Call or visit us for free copies of the policy, its "
    "plain-language summary and the application, or for help filling it out."
    "{% if creditor.assistance_url %} You can also find them at {{ creditor.assistance_url }}.{% endif %}",
)
_CALL = Topic("Call us.", "{{ creditor.phone }}, {{ creditor.phone_hours }}.")
_LANGUAGE = Topic(
    "Language help is free.",
    "Para español, llame al {{ creditor.phone }}. Call the same number for an interpreter in your language, large "
    "print, or other help, at no cost to you.",
)
_HELP = ((_PAY, _PLAN, _DISPUTE, _CALL), (_ASSISTANCE, _INSURANCE, _LANGUAGE))
_QUIET_HELP = ((_DISPUTE, _CALL), (_ASSISTANCE, _LANGUAGE))

_ACCOUNTS = "{% if accounts|length == 1 %}account{% else %}accounts{% endif %}"
_THESE = "{% if accounts|length == 1 %}this account{% else %}these accounts{% endif %}"
"""One account or several, in a sentence."""

_PAY_BY = "please pay by "
_ASKS = Box("Due on this letter", "{{ asked_cents|money }}", _PAY_BY, when="letter.pay_by")


def _asks_for(label: str) -> Box:
    """The box of a letter that asks for one payment, not for the total of its accounts."""
    return Box(label, "{{ asked_cents|money }}", _PAY_BY, when="letter.pay_by")


WORDS: dict[str, Words] = {
    "statement": Words(
        _ASKS,
        (
            "This is your statement for the care listed below. We have billed any insurance that we have on file for "
            "you. The amount shown is your part.",
            "You can pay with the coupon below or call us. We are happy to explain any charge.",
        ),
        _HELP,
    ),
    "reminder-1": Words(
        _ASKS,
        (
            "This is a friendly reminder that you have a balance for the care listed below. If you already sent your "
            "payment, thank you. Please disregard this letter.",
            "If not, you can pay with the coupon below or call us. We are happy to answer questions and to find a "
            "payment option that works for you.",
        ),
        _HELP,
    ),
    "reminder-2": Words(
        _ASKS,
        (
            "We wrote to you before about the balance below. We have not received full payment yet. If your payment "
            "is on its way, thank you.",
            "If paying is hard for you, please call us. There are choices: smaller monthly payments, financial "
            "assistance, or insurance that was not billed. One call is enough to get started.",
        ),
        _HELP,
    ),
    "reminder-3": Words(
        _ASKS,
        (
            "The balance below is still unpaid after our earlier letters. We would like to help you resolve it.",
            "Please pay, or call us by the date above. You can choose monthly payments, apply for financial "
            "assistance, or let us know if something is wrong with the bill. We will listen.",
        ),
        _HELP,
    ),
    "final-notice": Words(
        _ASKS,
        (
            "We have written to you about the balance below, and it is still unpaid. You still have time to resolve "
            "it with us, and we would like to help you do that.",
        ),
        _HELP,
        final=(
            "This is a final notice for: LISTING. You have until {{ letter.pay_by|date }}, which is at least 30 days "
            "from the date of this letter. If by then you have not paid, set up monthly payments, applied for "
            "financial assistance or disputed the balance, we may send the account to a collection agency. Nothing "
            "changes before that date. Financial assistance is available to people who qualify, and you can apply for "
            "it now.",
        ),
        final_charity=("A plain-language summary of our financial assistance policy is enclosed with this letter.",),
    ),
    "paid-in-full": Words(
        Box("Balance", "{{ total_cents|money }}", "paid in full as of {{ letter.date|date }}"),
        (
            "Thank you for your payment. As of {{ letter.date|date }}, the accounts marked “Paid in full” below have "
            "a zero balance. You owe nothing more for that care.",
            "Please keep this letter for your records. You do not need to do anything else.",
        ),
        (
            (
                Topic(
                    "Does something look wrong?",
                    "You can ask for a free itemized bill. If you think you paid too much, or if insurance pays "
                    "later, call us. We will check and refund what we owe you.",
                ),
                _CALL,
            ),
            (
                Topic(
                    "Future care.",
                    "If you ever have trouble paying for care, call us first. Financial assistance may be available "
                    "to you.",
                    "If you ever have trouble paying for care, call us first. Our financial assistance policy offers "
                    "free or reduced-cost care to people who qualify. Copies and applications are free.",
                ),
                _LANGUAGE,
            ),
        ),
    ),
    "itemised-statement": Words(
        _ASKS,
        (
            "Here is the itemized statement of your account. It lists every charge, payment and adjustment on record, "
            "with the balance after each one.",
            "If a line is not clear, or if you think it is wrong, please call us. We will go through it with you.",
        ),
        _HELP,
        blocks=(Block.LEDGER,),
        plain=Plain(
            "Your account statement",
            (
                "Here is the statement of your account. It lists each charge as one amount, and every payment and "
                "adjustment on record, with the balance after each one.",
                "Would you like to see each service with its code and price? Call us. We will send you a bill with "
                "every line, free of charge.",
            ),
        ),
    ),
    "arrangement-offer": Words(
        Box("Balance", "{{ arrangement.total_cents|money }}", "in monthly payments, if you choose"),
        (
            "You do not have to pay your balance all at once. You can choose one of the payment plans below. None of "
            "them has interest, fees or any other charge.",
        ),
        _QUIET_HELP,
        blocks=(Block.PLAN_OPTIONS,),
        closing=(
            "To choose a plan, call {{ creditor.phone }}, {{ creditor.phone_hours }}. If none of them works for you, "
            "let us know what would. We can often find another. If you choose a plan, you keep your right to dispute "
            "the balance and to apply for financial assistance.",
        ),
        tells_not_due=False,
    ),
    "arrangement-confirmation": Words(
        Box(
            "Your payment plan",
            "{{ arrangement.total_cents|money }}",
            "{% if arrangement.instalments %}first payment {{ arrangement.instalments[0].due_on|date }}{% endif %}",
        ),
        (
            "Thank you. This is your payment plan{% if arrangement.number %} "
            "(plan {{ arrangement.number }}){% endif %} "
            f"for the {_ACCOUNTS} listed below: "
            "{{ arrangement.total_cents|money }} in "
            "{{ arrangement.instalments|length }} payments{% if arrangement.down_payment_cents %}, after a down "
            "payment of {{ arrangement.down_payment_cents|money }}{% endif %}. There is no interest, no fee and no "
            "other charge.",
        ),
        _QUIET_HELP,
        blocks=(Block.INSTALMENTS, Block.DISCLOSURES),
        closing=(
            "You can make each payment in one of these ways. Mail a check with the coupon below for the first payment, "
            "and with number {{ letter.number }} on it for each later one, to "
            "{{ creditor.remit_lines|join(', ') }}. {% if creditor.pay_online %}Pay online at "
            "{{ creditor.pay_online }}. {% endif %}Or call {{ creditor.phone }} to pay with a card or from your bank "
            "account.",
            "If a due date or an amount no longer works for you, call us before it is due and we will look for "
            "another. If you miss a payment, we will write to you first, and you will have time to catch up. The rest "
            "of the balance does not become due automatically. If you do not catch up, the plan may end. You can pay "
            "more or pay early at any time. If you authorized automatic payments, you can call us to ask for a copy "
            "of the authorization or to cancel it.",
        ),
        tells_not_due=False,
    ),
    "arrangement-broken": Words(
        _asks_for("Missed payment"),
        (
            "We have not received a payment on your payment plan{% if arrangement.number %} "
            "(plan {{ arrangement.number }}){% endif %}: {{ arrangement.missed_cents|money }}"
            "{% if arrangement.missed_on %}, due on "
            "{{ arrangement.missed_on|date }}{% endif %}. If it is on its way, thank you.",
            "Your plan stays active if you make this payment{% if arrangement.cure_by %} by "
            "{{ arrangement.cure_by|date }}{% endif %}. If the plan no longer works for you, call us. We will help "
            "you set up one that does.",
        ),
        _HELP,
    ),
    "promise-broken": Words(
        _asks_for("Planned payment"),
        (
            "When we spoke, you planned to pay {{ promise.amount_cents|money }} by {{ promise.due_on|date }}. "
            "{% if promise.paid_cents %}We received {{ promise.paid_cents|money }}. Thank you. If the rest is on its "
            "way, please disregard this letter.{% else %}We have not received it yet. If it is on its way, please "
            "disregard this letter.{% endif %}",
            "Plans change, and that is all right. Please call us so we can find a date or an amount that works for "
            "you.",
        ),
        _HELP,
    ),
    "returned-check": Words(
        _asks_for("Returned payment"),
        (
            "{% if returned_payment.count == 1 %}On {{ returned_payment.returned_on|date }} the bank returned your "
            "payment of {{ returned_payment.amount_cents|money }} made on {{ returned_payment.paid_on|date }}."
            "{% else %}The bank returned {{ returned_payment.count }} of your payments, "
            "{{ returned_payment.amount_cents|money }} in total, by {{ returned_payment.returned_on|date }}."
            "{% endif %} The balance below is now due again. We do not charge a fee for this.",
            "This can happen to anyone. Please send another payment, or call us to pay another way.",
        ),
        _HELP,
    ),
    "dispute-received": Words(
        Box("Nothing to pay now", "Under review", "our answer by {{ dispute.answer_by|date }}", money=False),
        (
            "We received your dispute on {{ dispute.received_on|date }} about the "
            f"{_ACCOUNTS} listed below. Thank you for letting us know.",
            "We will compare it with our records and answer you by {{ dispute.answer_by|date }}, with copies of what "
            f"we find. Until then, we will not send reminders about {_THESE}. You do not have to pay the "
            "amount you dispute.",
            "If you have papers that can help, such as a letter from your insurance or a receipt, please send copies "
            "to the address at the top. Write the letter number on them.",
        ),
        ((_INSURANCE, _CALL), (_ASSISTANCE, _LANGUAGE)),
        tells_not_due=False,
    ),
    "placement-notice": Words(
        Box("Your account is now with", "{{ agency.name }}", "{{ agency.phone }}", money=False),
        (
            "On {{ agency.placed_on|date }} we placed the "
            f"{_ACCOUNTS} listed below with the agency named here. From now on, please send payments to the agency, "
            f"not to us, and contact the agency about {_THESE}. The "
            "agency must send you its own notice of your rights.",
        ),
        (
            (
                Topic(
                    "Already paid, or does something look wrong?",
                    "Contact the agency or us, by phone or in writing. You can dispute the balance and ask for a free "
                    "itemized bill. We will notify the agency the same day.",
                ),
                _CALL,
            ),
            (
                Topic(
                    "Help paying your bill.",
                    "You can still ask us for financial assistance. Call us to find out how to apply. Applying is "
                    "free.",
                    "You can still apply for financial assistance until at least 240 days after your first bill. "
                    "While we review your application, collection stops. Copies and help are "
                    "free{% if creditor.assistance_url %}: {{ creditor.assistance_url }}{% endif %}.",
                ),
                _LANGUAGE,
            ),
        ),
        blocks=(Block.AGENCY,),
        tells_not_due=False,
    ),
    "refund-notice": Words(
        Box("Refund to you", "{{ refund.amount_cents|money }}", "sent on {{ refund.sent_on|date }}"),
        (
            "Your account was paid more than was owed, so we are refunding {{ refund.amount_cents|money }} to you. "
            "{% if refund.by_check %}A check will come by mail to the address above.{% else %}We are sending it back "
            "the way it was paid.{% endif %}",
            "You do not need to do anything. If you have not received it after 21 days, please call us.",
        ),
        (
            (
                Topic(
                    "Questions?",
                    "We are happy to explain the refund and to send you a free itemized bill.",
                ),
                _CALL,
            ),
            (_LANGUAGE,),
        ),
        tells_not_due=False,
    ),
    "address-check": Words(
        Box("Please check", "Is this right?", "call {{ creditor.phone }}", money=False),
        (
            "We want to be sure that our mail reaches you. Please check the name and address above. If they are "
            "right, let us know. If not, send us the right ones.",
            "You can call {{ creditor.phone }}, {{ creditor.phone_hours }}, or return the part below.",
            "If this person does not live here, please write “not at this address” on the envelope and give it back "
            "to the mail carrier. Thank you.",
        ),
        ((_LANGUAGE,), ()),
        blocks=(Block.REPLY_SLIP,),
        accounts=False,
    ),
    "financial-assistance-summary": Words(
        Box("", "", ""),
        (
            "**Who can get help.** People who cannot pay their bill in full may get free care or care at a lower "
            "price. It depends mostly on your income and the size of your family. People without insurance and people "
            "with insurance can both qualify.",
            "**What you would pay.** If you qualify for help, we will not charge you more for emergency or other "
            "medically necessary care than the amounts generally billed to people who have insurance for such care.",
            "**How to apply.** Ask for an application, fill it out, and send it to us with the papers that it asks "
            "for. You can apply at any time until at least 240 days after your first bill. While we review it, we do "
            "not ask you to pay.",
            "**Where to get the papers.** The financial assistance policy, this summary and the application are "
            "free. Call {{ creditor.phone }}, visit us at {% for line in creditor.address_lines %}{{ line }}, "
            "{% endfor %}{{ creditor.city_line }}{% if creditor.assistance_url %}, or go to "
            "{{ creditor.assistance_url }}{% endif %}, or write to that address and we will mail them to you.",
            "**Help filling it out.** Call {{ creditor.phone }}, {{ creditor.phone_hours }}, or visit us. The help is "
            "free.",
            "**Other languages.** The policy, this summary and the application are free in Spanish (en español) and "
            "in the other languages that many of our patients speak. An interpreter is free too.",
        ),
        ((), ()),
        accounts=False,
        addressed=False,
    ),
}
