"""What each letter says in English: plain, kind, and within what the law allows at that stage."""

from letters.wording.words import Block, Box, Frame, Topic, Words

FRAME = Frame(
    salutation="Dear {{ guarantor.name }},",
    date="Date ",
    letter="Letter ",
    heads=(
        "Account and patient",
        "Service, first\u00a0bill",
        "This is",
        "Charges",
        "Insurance paid",
        "Adjustments",
        "You paid, last\u00a0on",
        "Balance",
    ),
    total="Total of this letter",
    paid_in_full="Paid in full",
    not_due="not due now",
    since="since ",
    days='{{ a.service_on|date("short") }} (first bill {{ a.first_statement_on|date("short") }})',
    how_it_came=(
        "Charges {{ a.charges_cents|money }}, insurance paid {{ a.insurance_cents|money }}, adjustments "
        "{{ a.adjustments_cents|money }}, you paid {{ a.paid_cents|money }}{% if a.last_payment_on %}, last on "
        "{{ a.last_payment_on|date }}{% endif %}"
    ),
    large_heads=("Account", "This is", "Balance"),
    cut="✂  Please detach here and return this part with your payment",
    payable_to="Make checks payable and send to",
    sender="From ",
    amount_due="Amount due",
    pay_by="Please pay by",
    on_receipt="on receipt",
    enclosed="Amount enclosed",
    ledger_heads=("Account", "Date", "What", "Amount", "Balance"),
    plan_heads=("Payments", "Each month", "Last payment", "First payment on"),
    instalment_heads=("", "Due on", "Amount"),
    disclosures=(
        "Federal Truth in Lending disclosures",
        "Amount financed (what is paid after any down payment)",
        "Finance charge (what the plan costs you)",
        "Annual percentage rate (that cost as a yearly rate)",
        "Total of payments",
        "{{ arrangement.instalments|length }} payments, on the days and in the amounts above. There is no security, no "
        "late charge, and nothing to pay for paying early.",
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
        "✂  Please detach here and return this part",
        "Is this still your name and address?",
        "☐  Yes, everything is right.",
        "☐  No. My address is now:",
    ),
    agency=("Agency", "Address", "Phone", "Amount on {{ agency.placed_on|date }}"),
)

_PAY = Topic(
    "Ways to pay.",
    "Mail a check with the coupon below{% if creditor.pay_online %}, pay at {{ creditor.pay_online }}{% endif %}, or "
    "call {{ creditor.phone }} to pay by card or from a bank account.",
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
    "plain-language summary and the application, or for help to fill it in{% if creditor.assistance_url %}; they are "
    "also at {{ creditor.assistance_url }}{% endif %}.",
)
_CALL = Topic("Talk to us.", "{{ creditor.phone }}, {{ creditor.phone_hours }}.")
_LANGUAGE = Topic(
    "Language help is free.",
    "Para español, llame al {{ creditor.phone }}. Call the same number for an interpreter in your language, large "
    "print, or other help, at no cost to you.",
)
_HELP = ((_PAY, _PLAN, _DISPUTE, _CALL), (_ASSISTANCE, _INSURANCE, _LANGUAGE))
_QUIET_HELP = ((_DISPUTE, _CALL), (_ASSISTANCE, _LANGUAGE))

_ASKS = Box("Amount due", "{{ asked_cents|money }}", "please pay by ", when="letter.pay_by")

WORDS: dict[str, Words] = {
    "statement": Words(
        _ASKS,
        (
            "This is your statement for the care listed below. Your insurance, where we know of any, has been "
            "billed; the amount shown is what remains for you.",
            "You may pay with the coupon below, or call us. We are glad to explain any line of it.",
        ),
        _HELP,
    ),
    "reminder-1": Words(
        _ASKS,
        (
            "This is a friendly reminder that a balance is open for the care listed below. If you have already sent "
            "your payment, thank you; please set this letter aside.",
            "If not, you may pay with the coupon below, or call us. We are glad to answer questions and to find a "
            "way to pay that works for you.",
        ),
        _HELP,
    ),
    "reminder-2": Words(
        _ASKS,
        (
            "We wrote to you before about the balance below and have not yet received full payment. If it is on its "
            "way, thank you.",
            "If paying is difficult, please tell us. Most people we talk to find a way: smaller monthly payments, "
            "financial assistance, or insurance that was not billed. One call is enough to begin.",
        ),
        _HELP,
    ),
    "reminder-3": Words(
        _ASKS,
        (
            "The balance below is still open after our earlier letters. We would like to help you settle it.",
            "Please pay, or call us by the date above to choose monthly payments, to apply for financial assistance, "
            "or to tell us what is wrong with the bill. We will listen.",
        ),
        _HELP,
    ),
    "final-notice": Words(
        _ASKS,
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
    ),
    "paid-in-full": Words(
        Box("Balance", "{{ total_cents|money }}", "paid in full as of {{ letter.date|date }}"),
        (
            "Thank you for your payment. As of {{ letter.date|date }}, the accounts marked “Paid in full” below have "
            "a zero balance, and you owe nothing more for that care.",
            "Please keep this letter for your records. You do not need to do anything else.",
        ),
        (
            (
                Topic(
                    "Something looks wrong?",
                    "You may ask for an itemized bill, free of charge. If you believe you paid too much, or "
                    "insurance pays later, call us: we will check it and refund what is yours.",
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
    ),
    "itemised-statement": Words(
        _ASKS,
        (
            "Here is the itemized statement of your account: every charge, every payment and every adjustment that "
            "we have on record, with the balance after each.",
            "If a line is not clear, or you believe it is wrong, please call us. We will go through it with you.",
        ),
        _HELP,
        blocks=(Block.LEDGER,),
    ),
    "arrangement-offer": Words(
        Box("Balance", "{{ arrangement.total_cents|money }}", "in monthly payments, if you wish"),
        (
            "You do not have to pay your balance all at once. You may choose one of these plans. None of them has "
            "interest, fees or any other charge.",
        ),
        _QUIET_HELP,
        blocks=(Block.PLAN_OPTIONS,),
        closing=(
            "To choose a plan, call {{ creditor.phone }}, {{ creditor.phone_hours }}. If none of them suits you, "
            "tell us what would: we can often find another. Choosing a plan does not take away your right to dispute "
            "the balance or to apply for financial assistance.",
        ),
        tells_not_due=False,
    ),
    "arrangement-confirmation": Words(
        Box(
            "Your plan",
            "{{ arrangement.total_cents|money }}",
            "{% if arrangement.instalments %}first payment {{ arrangement.instalments[0].due_on|date }}{% endif %}",
        ),
        (
            "Thank you. This is your payment plan{% if arrangement.number %} {{ arrangement.number }}{% endif %}, "
            "for the accounts listed below: {{ arrangement.total_cents|money }} in "
            "{{ arrangement.instalments|length }} payments{% if arrangement.down_payment_cents %}, after "
            "{{ arrangement.down_payment_cents|money }} paid at the start{% endif %}. There is no interest, no fee "
            "and no other charge.",
        ),
        _QUIET_HELP,
        blocks=(Block.INSTALMENTS, Block.DISCLOSURES),
        closing=(
            "How to pay each payment: mail a check to {{ creditor.remit_lines|join(', ') }}, with number "
            "{{ letter.number }} on it{% if creditor.pay_online %}, pay at {{ creditor.pay_online }}{% endif %}, or "
            "call {{ creditor.phone }} to pay with a card or from a bank account.",
            "If a day or an amount no longer suits you, call us before it is due and we will look for another. If a "
            "payment is missed, we write to you first, and you have time to make it up; nothing else becomes due by "
            "itself. If it stays missing, the plan may end. You may pay more or sooner at any time. If you gave us "
            "leave to debit your account, you may ask for a copy of it, and end it, by calling us.",
        ),
        tells_not_due=False,
    ),
    "arrangement-broken": Words(
        _ASKS,
        (
            "A payment of your plan{% if arrangement.number %} {{ arrangement.number }}{% endif %} has not reached "
            "us: {{ arrangement.missed_cents|money }}{% if arrangement.missed_on %}, due on "
            "{{ arrangement.missed_on|date }}{% endif %}. If it is on its way, thank you.",
            "Your plan goes on if the payment comes{% if arrangement.cure_by %} by "
            "{{ arrangement.cure_by|date }}{% endif %}. If the plan no longer suits you, call us: we will gladly "
            "make another that does.",
        ),
        _HELP,
    ),
    "promise-broken": Words(
        _ASKS,
        (
            "When we spoke, you told us that {{ promise.amount_cents|money }} would come by "
            "{{ promise.due_on|date }}. {% if promise.paid_cents %}We received {{ promise.paid_cents|money }}; thank "
            "you. {% else %}We have not received it yet. {% endif %}If the rest is on its way, please set this "
            "letter aside.",
            "Things change, and that is all right. Please call us, so that we can find a day or an amount that works.",
        ),
        _HELP,
    ),
    "returned-check": Words(
        _ASKS,
        (
            "{% if returned_payment.count == 1 %}Your payment of {{ returned_payment.amount_cents|money }} of "
            "{{ returned_payment.paid_on|date }} was returned by the bank on {{ returned_payment.returned_on|date }}"
            "{% else %}{{ returned_payment.count }} payments of yours, of {{ returned_payment.amount_cents|money }} "
            "together, were returned by the bank by {{ returned_payment.returned_on|date }}{% endif %}, so the balance "
            "below is open again. We charge no fee for it.",
            "This can happen to anybody. Please send another payment, or call us to pay in another way.",
        ),
        _HELP,
    ),
    "dispute-received": Words(
        Box("Nothing to pay now", "We are checking", "our answer by {{ dispute.answer_by|date }}", money=False),
        (
            "We received your dispute on {{ dispute.received_on|date }}, about the accounts listed below. Thank you "
            "for telling us.",
            "We will check what you told us against our records and answer you by {{ dispute.answer_by|date }}, with "
            "copies of what we find. Until then we send no reminders about these accounts, and you need not pay what "
            "you dispute.",
            "If you have papers that help us, such as a letter from your insurance or a receipt, please send copies "
            "to the address at the top, with the letter number.",
        ),
        ((_INSURANCE, _CALL), (_ASSISTANCE, _LANGUAGE)),
        tells_not_due=False,
    ),
    "placement-notice": Words(
        Box("Your account is now with", "{{ agency.name }}", "{{ agency.phone }}", money=False),
        (
            "On {{ agency.placed_on|date }} we gave the accounts listed below to the agency named here. From now on, "
            "please send payments to the agency, not to us, and talk to it about these accounts. The agency must "
            "send you its own notice of your rights.",
        ),
        (
            (
                Topic(
                    "Already paid, or something looks wrong?",
                    "Tell the agency or us, by phone or in writing. You may dispute the balance and ask for an "
                    "itemized bill, free of charge; we tell the agency the same day.",
                ),
                _CALL,
            ),
            (
                Topic(
                    "Help with paying.",
                    "You may still ask us for financial assistance. Call us and we will tell you how to apply, free.",
                    "You may still apply for financial assistance until at least 240 days after your first bill. "
                    "While we look at your application, collection stops. Copies and help are "
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
            "More was paid on your account than was owed, so {{ refund.amount_cents|money }} goes back to you. "
            "{% if refund.by_check %}A check comes by mail to the address above.{% else %}It goes back the way it "
            "was paid.{% endif %}",
            "You do not need to do anything. If it has not reached you after 21 days, please call us.",
        ),
        (
            (
                Topic(
                    "Questions?",
                    "We will gladly explain how the refund came about, and send you an itemized bill, free.",
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
            "We want to be sure that what we send you reaches you. Please look at the name and address above. If "
            "they are right, let us know; if not, tell us the right ones.",
            "You may call {{ creditor.phone }}, {{ creditor.phone_hours }}, or return the part below.",
            "If this person does not live here, please write “not at this address” on the envelope and give it back "
            "to the post. Thank you.",
        ),
        ((_LANGUAGE,), ()),
        blocks=(Block.REPLY_SLIP,),
        accounts=False,
    ),
    "financial-assistance-summary": Words(
        Box("", "", ""),
        (
            "**Who can get help.** People who cannot pay their bill in full may get free care or care at a lower "
            "price. It depends mostly on your income and the number of people in your family. People without "
            "insurance and people with insurance can both qualify.",
            "**What you would pay.** Nobody who qualifies for help is charged more for emergency or other medically "
            "necessary care than the amounts generally billed to people who have insurance for such care.",
            "**How to apply.** Ask for an application, fill it in, and send it to us with the papers that it asks "
            "for. You may apply at any time until at least 240 days after your first bill. While we look at it, we "
            "do not ask you to pay.",
            "**Where to get the papers.** The financial assistance policy, this summary and the application are "
            "free. Call {{ creditor.phone }}, visit us at {% for line in creditor.address_lines %}{{ line }}, "
            "{% endfor %}{{ creditor.city_line }}{% if creditor.assistance_url %}, or go to "
            "{{ creditor.assistance_url }}{% endif %}, or write to that address and we will mail them to you.",
            "**Help to fill it in.** Call {{ creditor.phone }}, {{ creditor.phone_hours }}, or visit us. The help is "
            "free.",
            "**Other languages.** The policy, this summary and the application are free in Spanish (en español) and "
            "in the other languages that many of our patients speak. An interpreter is free too.",
        ),
        ((), ()),
        accounts=False,
        addressed=False,
    ),
}
