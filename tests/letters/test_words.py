"""What each kind of letter says, and what it must never say, in both languages and both sizes of print."""

import datetime as dt
from dataclasses import replace

import pytest

from compliance.letter_lines import StateLine
from letters.data import CreditLine, LetterData
from letters.docx.shelf import Shelf
from letters.kinds import KINDS, kind_of
from letters.samples import sample_letter
from tests.letters.reading import words

SHELF = Shelf()

TELLING = sorted(set(KINDS) - {"address-check", "financial-assistance-summary"})
ASKING_KINDS = [kind for kind in TELLING if kind_of(kind).asks_for_payment]

EVERY = ("Lakeview Community Hospital", "1200 Shoreline Drive", "20004481", "(608) 555-0142")
ASKING = {
    "en": (
        "Amount due",
        "monthly payments",
        "dispute",
        "Do you have other insurance",
        "Medicaid",
        "Detach and return",
        "Amount enclosed",
        "PO Box 44120",
        "L-00000123",
        "itemized bill",
        "inancial assistance",
        "at no cost",
        "Para español",
        "interpreter",
        "Monday to Friday",
        "pay.lakeview.example",
    ),
    "es": (
        "Monto a pagar",
        "pagos mensuales",
        "disputar",
        "Medicaid",
        "Desprenda esta parte",
        "Monto que envía",
        "PO Box 44120",
        "L-00000123",
        "factura detallada",
        "sistencia financiera",
        "sin costo",
        "intérprete",
        "lunes a viernes",
        "pay.lakeview.example",
    ),
}
NEVER = (
    "diagnosis",
    "department",
    "clinic ",
    "lawsuit",
    "sue ",
    "legal",
    "court",
    "attorney",
    "garnish",
    " lien",
    "credit report",
    "credit score",
    "bureau",
    "failure to",
    "immediately",
    "must pay",
    "consequences",
    "past due",
    "overdue",
    "vencid",
    "atrasad",
    "delinquent",
    "moros",
    "waive",
    "renuncia",
    "cobranza",
    "informe de crédito",
    "acción legal",
    "acciones legales",
    "diagnóstico",
    "demanda",
    "tribunal",
    "abogado",
    "embargo",
    "buró",
    "de inmediato",
    "consecuencias",
)
AFTERWARDS = ("agency", "collector", "agencia", "final notice", "último aviso")
NO_DEMAND = (
    "detach",
    "Amount enclosed",
    "pay by",
    "Desprenda esta parte y envíela",
    "Monto que envía",
    "más tardar el 23",
)

MUST: dict[str, tuple[str, str]] = {
    "statement": ("This is your statement", "Este es su estado de cuenta"),
    "reminder-1": ("friendly reminder", "recordatorio amable"),
    "reminder-2": ("wrote to you before", "Ya le escribimos"),
    "reminder-3": ("We will listen", "Le escucharemos"),
    "final-notice": (
        "This is a final notice for: 20004481 ($143.20).",
        "Este es el último aviso para: 20004481 ($143.20).",
    ),
    "paid-in-full": ("zero balance", "saldo cero"),
    "itemised-statement": ("Insurance payment", "Pago del seguro"),
    "arrangement-offer": ("None of them has interest, fees", "Ninguno tiene intereses"),
    "arrangement-confirmation": ("There is no interest, no fee", "No hay intereses"),
    "arrangement-broken": ("set up one that does", "hacer otro"),
    "promise-broken": (
        "planned to pay $100.00 by January 26, 2026",
        "pensaba pagar $100.00 a más tardar el 26 de enero de 2026",
    ),
    "returned-check": ("We do not charge a fee", "No le cobramos nada"),
    "dispute-received": ("answer you by March 1, 2026", "responderemos a más tardar el 1 de marzo de 2026"),
    "placement-notice": ("Harbor Recovery Partners", "Harbor Recovery Partners"),
    "refund-notice": ("refunding $120.55 to you", "le reembolsamos $120.55"),
    "address-check": ("Is this still your name and address?", "¿Son correctos su nombre y su dirección?"),
    "financial-assistance-summary": ("amounts generally billed", "montos que generalmente se cobran"),
}


def said(data: LetterData, kind: str, *, large: bool = False) -> str:
    return words(SHELF.find(kind, data.letter.language, large_print=large).render(data))


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_says_what_its_kind_must_say(kind: str, language: str, large: bool) -> None:
    text = said(sample_letter(kind, 2, language=language), kind, large=large)
    needed = [MUST[kind][language == "es"]]
    if kind in TELLING:
        needed += EVERY
    if kind in ASKING_KINDS:
        needed += ASKING[language]
    assert [need for need in needed if need not in text] == []


@pytest.mark.parametrize("charity", [True, False])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_never_says_what_its_kind_must_not(kind: str, language: str, charity: bool) -> None:
    data = sample_letter(kind, 2, language=language)
    text = said(replace(data, creditor=replace(data.creditor, is_nonprofit_hospital=charity)), kind).lower()
    forbidden = NEVER
    if kind not in ("final-notice", "placement-notice"):
        forbidden += AFTERWARDS
    if not kind_of(kind).has_coupon:
        forbidden += NO_DEMAND if kind != "address-check" else ("Amount enclosed", "Monto que envía", "pay by")
    assert [word for word in forbidden if word.lower() in text.replace("issue ", "")] == []


def test_a_first_bill_is_not_called_past_due() -> None:
    text = said(sample_letter("statement"), "statement").lower() + said(
        sample_letter("statement", language="es"), "statement"
    )
    assert not [word for word in ("past due", "overdue", "vencid", "atrasad") if word in text]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("kind", "language", "told"),
    [
        ("reminder-2", "en", "13, 2026"),
        ("reminder-3", "en", "13, 2026"),
        ("final-notice", "en", "13, 2026"),
        ("reminder-2", "es", "13 "),
        ("reminder-3", "es", "13 "),
        ("final-notice", "es", "13 "),
    ],
)
def test_from_the_second_reminder_on_the_last_payment_is_told_with_its_day(
    kind: str, language: str, told: str, large: bool
) -> None:
    data = sample_letter(kind, 1, language=language)
    never = replace(data, accounts=(replace(data.accounts[0], last_payment_on=None),), final_accounts=())
    assert data.accounts[0].last_payment_on == dt.date(2026, 1, 13)
    assert told in said(data, kind, large=large)
    assert told not in said(never, kind, large=large)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            (
                "P-000045",
                "March 1, 2026",
                "August 1, 2026",
                "$143.20 in 6 payments",
                "we will write to you first",
                "the plan may end",
                "The rest of the balance does not become due automatically",
                "If you authorized automatic payments",
            ),
        ),
        (
            "es",
            (
                "P-000045",
                "1 de marzo de 2026",
                "1 de agosto de 2026",
                "$143.20 en 6 pagos",
                "primero le escribiremos",
                "el plan podría terminar",
                "El resto del saldo no vence automáticamente",
                "Si autorizó pagos automáticos",
            ),
        ),
    ],
)
def test_a_confirmed_plan_tells_its_payments_and_what_a_missed_one_does(
    language: str, told: tuple[str, ...], large: bool
) -> None:
    text = said(
        sample_letter("arrangement-confirmation", 1, language=language), "arrangement-confirmation", large=large
    )
    assert [line for line in told if line not in text] == []


@pytest.mark.parametrize(
    ("language", "told", "not_told"),
    [
        (
            "en",
            (
                "(414) 555-0177",
                "88 Wharf Road",
                "February 2, 2026",
                "send payments to the agency, not to us",
                "240 days",
                "dispute the balance",
            ),
            "not due now",
        ),
        (
            "es",
            (
                "(414) 555-0177",
                "88 Wharf Road",
                "2 de febrero de 2026",
                "envíe sus pagos a la agencia, no a nosotros",
                "240 días",
                "disputar el saldo",
            ),
            "no se cobra ahora",
        ),
    ],
)
def test_a_placement_notice_says_whom_to_pay_from_now_on_and_that_help_is_still_open(
    language: str, told: tuple[str, ...], not_told: str
) -> None:
    text = said(sample_letter("placement-notice", 2, language=language), "placement-notice")
    assert [line for line in told if line not in text] == []
    assert not_told not in text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            (
                "Who can get help",
                "How to apply",
                "240 days",
                "amounts generally billed",
                "are free",
                "lakeview.example",
                "1200 Shoreline Drive",
                "mail them to you",
                "Help filling it out",
                "in Spanish",
                "other languages",
            ),
        ),
        (
            "es",
            (
                "Quién puede recibir ayuda",
                "Cómo solicitarla",
                "240 días",
                "montos que generalmente se cobran",
                "son gratis",
                "lakeview.example",
                "1200 Shoreline Drive",
                "enviaremos por correo",
                "Ayuda para llenarla",
                "en español",
                "otros idiomas",
            ),
        ),
    ],
)
def test_the_summary_holds_what_the_tax_rules_want_of_it(language: str, told: tuple[str, ...]) -> None:
    # 26 CFR 1.501(r)-1(b)(24)
    kind = "financial-assistance-summary"
    text = said(sample_letter(kind, 1, language=language), kind)
    assert [line for line in told if line not in text] == []
    assert "L-00000123" not in text
    assert "Gutierrez" not in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_stranger_who_opens_the_address_check_learns_of_no_account_and_no_amount(language: str) -> None:
    text = said(sample_letter("address-check", 2, language=language), "address-check")
    assert "$" not in text
    assert "4481" not in text
    assert "balance" not in text.lower()
    assert "saldo" not in text.lower()


@pytest.mark.parametrize("language", ["en", "es"])
def test_interest_is_spoken_of_only_to_say_that_there_is_none(language: str) -> None:
    for kind in KINDS:
        text = said(sample_letter(kind, 1, language=language), kind).lower()
        told = [line for line in text.splitlines() if "interest" in line.split() or "intereses" in line]
        assert all(
            "no interest" in line or "none of them" in line or "no hay" in line or "ninguno" in line for line in told
        )


def test_a_final_notice_speaks_only_for_its_own_accounts() -> None:
    data = sample_letter("final-notice", 3)
    text = said(replace(data, final_accounts=data.accounts[1:2]), "final-notice")
    assert "This is a final notice for: 20004518 ($162.25)." in text
    sentence = next(line for line in text.splitlines() if "collection agency" in line)
    assert "20004481" not in sentence
    assert "20004555" not in sentence
    several = said(replace(data, final_accounts=data.accounts[:2]), "final-notice")
    assert "for: 20004481 ($143.20), 20004518 ($162.25)." in several


def test_a_final_notice_without_final_accounts_speaks_of_no_agency() -> None:
    text = said(replace(sample_letter("final-notice", 2), final_accounts=()), "final-notice")
    assert "agency" not in text
    assert "is enclosed" not in text


def test_only_a_nonprofit_hospital_encloses_its_summary_and_offers_its_policy() -> None:
    data = sample_letter("final-notice")
    other = replace(data, creditor=replace(data.creditor, is_nonprofit_hospital=False))
    assert "summary of our financial assistance policy is enclosed" in said(data, "final-notice")
    assert "240 days" in said(data, "final-notice")
    assert "summary" not in said(other, "final-notice")
    assert "Financial assistance may be available to you." in said(other, "final-notice")


def test_an_account_paid_in_full_says_so_beside_those_that_are_due() -> None:
    data = sample_letter("reminder-1", 2)
    paid = replace(data.accounts[1], balance_cents=0, kind="paid-in-full")
    text = said(replace(data, accounts=(data.accounts[0], paid), total_cents=14_320), "reminder-1")
    assert text.splitlines().count("Paid in full") == 2
    assert "$0.00" in text


def test_a_balance_that_is_not_asked_for_here_says_so() -> None:
    data = sample_letter("reminder-1", 2)
    later = replace(data.accounts[1], due_here=False)
    text = said(replace(data, accounts=(data.accounts[0], later), total_cents=14_320), "reminder-1")
    assert "not due now" in text


@pytest.mark.parametrize("kind", TELLING)
def test_the_lines_of_a_state_are_printed_word_for_word(kind: str) -> None:
    lines = (
        StateLine("New Jersey: this debt is not reported & will not be.", "Nueva Jersey: no se informa."),
        StateLine("Vermont: <see reverse>.", "Vermont: <vea el reverso>."),
    )
    assert all(line.en in said(sample_letter(kind, 1, lines), kind).splitlines() for line in lines)
    assert all(line.es in said(sample_letter(kind, 1, lines, "es"), kind).splitlines() for line in lines)


def test_a_reminder_without_a_day_to_pay_by_still_reads_well() -> None:
    data = sample_letter("reminder-1")
    text = said(replace(data, letter=replace(data.letter, pay_by=None)), "reminder-1")
    assert "please pay by" not in text
    assert "on receipt" in text


def test_the_coupon_of_a_missed_payment_asks_for_what_is_missing_and_not_for_all() -> None:
    data = sample_letter("arrangement-broken", 3)
    text = said(data, "arrangement-broken")
    assert data.arrangement is not None
    assert data.asked_cents == data.arrangement.missed_cents < data.total_cents
    assert f"{data.asked_cents:010d}" in text
    assert said(sample_letter("promise-broken", 3), "promise-broken").count("$60.00") == 2


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Credit on account ending 1234: $42.50. We are applying it to your balance."),
        ("es", "Crédito en la cuenta que termina en 1234: $42.50. Lo estamos aplicando a su saldo."),
    ],
)
@pytest.mark.parametrize("kind", ASKING_KINDS)
def test_a_letter_that_asks_tells_of_a_credit_where_there_is_one(
    kind: str, language: str, told: str, large: bool
) -> None:
    data = sample_letter(kind, 1, language=language)
    with_credit = said(replace(data, credits=(CreditLine("1234", 42_50),)), kind, large=large)
    assert with_credit.count(told) == 1
    assert "1234:" not in said(data, kind, large=large)


def test_the_amount_says_what_it_is_the_amount_of_and_names_the_accounts_that_are_not_in_it() -> None:
    text = said(sample_letter("reminder-1", 2), "reminder-1")
    assert "Due on this letter" in text
    assert "Not in this amount" not in text
    data = replace(sample_letter("reminder-1", 2), elsewhere=("30001", "30002"))
    assert "Not in this amount: your accounts 30001, 30002 with us." in said(data, "reminder-1")
    other = replace(sample_letter("reminder-1", 1, language="es"), elsewhere=("30001",))
    assert "No está en este monto: su cuenta 30001" in said(other, "reminder-1")
    assert "Missed payment" in said(sample_letter("arrangement-broken", 1), "arrangement-broken")


def test_a_coupon_shows_whole_account_numbers_up_to_four_of_them() -> None:
    assert "Accounts 20004481, 20004518" in said(sample_letter("reminder-1", 2), "reminder-1")
    many = said(sample_letter("reminder-1", 6), "reminder-1")
    assert "Accounts 20004481, 20004518, 20004555, 20004592 + 2" in many


@pytest.mark.parametrize("large", [False, True])
def test_service_provider_and_insurer_are_shown_where_they_are_known(large: bool) -> None:
    data = sample_letter("statement", 2)
    known = replace(data.accounts[0], service="Office visit", provider="Dr. Ada Quill", insurer="Prairie Mutual")
    partly = replace(data.accounts[1], insurer="Prairie Mutual")
    lines = said(replace(data, accounts=(known, partly)), "statement", large=large).splitlines()
    assert "Service: Office visit · Provider: Dr. Ada Quill · Insurance on file: Prairie Mutual" in lines
    assert "Insurance on file: Prairie Mutual" in lines
    assert not any(line.startswith(("Service:", "Insurance on file:")) for line in said(data, "statement").splitlines())


def test_a_statement_is_called_itemized_only_if_the_service_of_each_charge_is_known() -> None:
    plain = sample_letter("itemised-statement", 1)
    text = said(plain, "itemised-statement")
    assert "Your account statement" in text
    assert "We will send you a bill with every line, free of charge." in text
    assert "Your itemized statement" not in text
    charge, *rest = plain.ledger
    known = replace(charge, code="99213", description="Office visit, established patient", units=2)
    text = said(replace(plain, ledger=(known, *rest)), "itemised-statement")
    assert "Your itemized statement" in text
    assert "Office visit, established patient (99213) × 2" in text
    assert not plain.itemized


def test_the_letter_of_a_plan_has_a_coupon_for_its_first_payment() -> None:
    data = sample_letter("arrangement-confirmation", 1)
    assert data.arrangement is not None
    first = data.arrangement.instalments[0]
    text = said(data, "arrangement-confirmation")
    assert "First payment" in text
    assert data.asked_cents == first.amount_cents
    assert data.scan_line in text
    assert "Account 20004481" in text
    none = replace(data, arrangement=replace(data.arrangement, instalments=()))
    assert "Detach and return" not in said(none, "arrangement-confirmation")
