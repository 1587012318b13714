"""Every kind of letter there is, in one table: what it is called, what it asks, and how it may travel.

A template is named after its kind. `titled` and `called` are filters a template may use:
`{{ letter.kind|titled("es") }}` heads the letter, `{{ account.kind|called }}` says in the table
what the letter is to an account.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """A part of the merge data that only some kinds have, and cannot do without."""

    LEDGER = "ledger"
    ARRANGEMENT = "arrangement"
    PROMISE = "promise"
    AGENCY = "agency"
    REFUND = "refund"
    RETURNED_PAYMENT = "returned_payment"
    DISPUTE = "dispute"


class Coming(StrEnum):
    """How a letter comes about. SCHEDULED keeps the schedule's distance between letters; an ANSWER to something
    that a person did or asked need not; an ENCLOSURE goes in another's envelope."""

    SCHEDULED = "scheduled"
    ANSWER = "answer"
    ENCLOSURE = "enclosure"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter. `pay_by_days` is the time it gives to pay, None where it asks for nothing.

    `title` heads the letter, `called` stands in the row of an account, each in English and in
    Spanish. `by_post_only`: the law or the practice wants paper. `law` is what the rules call it
    (`step.letter_kind` of compliance/rules/vocabulary.yaml): a kind without one cannot be written.
    """

    name: str
    title: tuple[str, str]
    called: tuple[str, str]
    pay_by_days: int | None
    coming: Coming = Coming.SCHEDULED
    by_post_only: bool = False
    needs: Section | None = None
    law: str = field(kw_only=True)

    @property
    def asks_for_payment(self) -> bool:
        """Whether it names an amount to pay, and so has a coupon."""
        return self.pay_by_days is not None


_ALL = (
    Kind(
        "statement", ("Your statement", "Su estado de cuenta"), ("Statement", "Estado de cuenta"), 21, law="statement"
    ),
    Kind(
        "reminder-1",
        ("A reminder about your balance", "Un recordatorio sobre su saldo"),
        ("First reminder", "Primer recordatorio"),
        21,
        law="reminder_1",
    ),
    Kind(
        "reminder-2",
        ("A second reminder about your balance", "Un segundo recordatorio sobre su saldo"),
        ("Second reminder", "Segundo recordatorio"),
        21,
        law="reminder_2",
    ),
    Kind(
        "reminder-3",
        ("Please get in touch about your balance", "Comuníquese con nosotros sobre su saldo"),
        ("Third reminder", "Tercer recordatorio"),
        21,
        law="reminder_3",
    ),
    # Thirty days (26 CFR 1.501(r)-6(c)(4)) and five for the mail.
    Kind(
        "final-notice",
        ("Final notice about your balance", "Último aviso sobre su saldo"),
        ("Final notice", "Último aviso"),
        35,
        by_post_only=True,
        law="final_notice",
    ),
    Kind(
        "arrangement-offer",
        ("Monthly payments that may suit you", "Pagos mensuales a su medida"),
        ("Payment plan offered", "Plan de pagos ofrecido"),
        None,
        needs=Section.ARRANGEMENT,
        law="notice",
    ),
    Kind(
        "arrangement-confirmation",
        ("Your payment plan", "Su plan de pagos"),
        ("In your payment plan", "En su plan de pagos"),
        None,
        Coming.ANSWER,
        needs=Section.ARRANGEMENT,
        law="arrangement_confirmation",
    ),
    Kind(
        "arrangement-broken",
        ("A payment of your plan is missing", "Falta un pago de su plan"),
        ("In your payment plan", "En su plan de pagos"),
        21,
        Coming.ANSWER,
        needs=Section.ARRANGEMENT,
        law="broken_arrangement",
    ),
    Kind(
        "promise-broken",
        ("About the payment you told us of", "Sobre el pago que nos anunció"),
        ("Payment expected", "Pago esperado"),
        14,
        Coming.ANSWER,
        needs=Section.PROMISE,
        law="reminder_1",
    ),
    Kind(
        "paid-in-full",
        ("Thank you. You are paid in full", "Gracias. Su cuenta está pagada por completo"),
        ("Paid in full", "Pagada por completo"),
        None,
        law="payoff",
    ),
    Kind(
        "returned-check",
        ("Your payment was returned", "Su pago fue devuelto"),
        ("Payment returned", "Pago devuelto"),
        14,
        Coming.ANSWER,
        needs=Section.RETURNED_PAYMENT,
        law="reminder_1",
    ),
    Kind(
        "dispute-received",
        ("We have received your dispute", "Recibimos su reclamo"),
        ("In dispute", "En disputa"),
        None,
        Coming.ANSWER,
        needs=Section.DISPUTE,
        law="dispute_answer",
    ),
    Kind(
        "itemised-statement",
        ("Your itemized statement", "Su estado de cuenta detallado"),
        ("Itemized", "Detallada"),
        21,
        Coming.ANSWER,
        needs=Section.LEDGER,
        law="itemized_bill",
    ),
    Kind(
        "placement-notice",
        ("Your account is with a collection agency", "Su cuenta está con una agencia de cobros"),
        ("With the agency", "Con la agencia"),
        None,
        Coming.ANSWER,
        by_post_only=True,
        needs=Section.AGENCY,
        law="placement_notice",
    ),
    Kind(
        "refund-notice",
        ("A refund for you", "Un reembolso para usted"),
        ("Refund", "Reembolso"),
        None,
        Coming.ANSWER,
        needs=Section.REFUND,
        law="notice",
    ),
    Kind(
        "address-check",
        ("Please check your address with us", "Confirme su dirección con nosotros"),
        ("Address to check", "Dirección por confirmar"),
        None,
        Coming.ANSWER,
        by_post_only=True,
        law="returned_mail",
    ),
    Kind(
        "financial-assistance-summary",
        ("Help with paying: a summary in plain language", "Ayuda para pagar: un resumen en lenguaje sencillo"),
        ("Summary of help", "Resumen de ayuda"),
        None,
        Coming.ENCLOSURE,
        law="notice",
    ),
)

KINDS = {kind.name: kind for kind in _ALL}
"""The kinds by name, those of a schedule in the order in which it goes through them."""

LANGUAGES = ("en", "es")
"""The languages in which every shipped letter is written."""


def kind_of(name: str) -> Kind:
    """A kind by name. One that a practice made up itself is a reminder of its own, called after its file."""
    found = KINDS.get(name.replace("_", "-"))
    if found is not None:
        return found
    spoken = name.replace("-", " ").replace("_", " ").capitalize()
    return Kind(name, (spoken, spoken), (spoken, spoken), 21, law="reminder_1")


def titled(name: str, language: str = "en") -> str:
    """The heading of a letter of a kind."""
    return _in(kind_of(name).title, language)


def called(name: str, language: str = "en") -> str:
    """What a letter of a kind is to an account, as its table says it."""
    return _in(kind_of(name).called, language)


_ENTRIES = {
    "opening": ("Balance brought forward", "Saldo anterior"),
    "charge": ("Charge", "Cargo"),
    "insurance_payment": ("Insurance payment", "Pago del seguro"),
    "contractual": ("Insurance adjustment", "Ajuste del seguro"),
    "patient_payment": ("Your payment", "Su pago"),
    "discount": ("Discount", "Descuento"),
    "refund": ("Refund to you", "Reembolso a usted"),
    "write_off": ("Taken off the balance", "Descontado del saldo"),
    "interest": ("Interest", "Interés"),
    "transfer": ("Moved between accounts", "Traslado entre cuentas"),
}


def entry(name: str, language: str = "en") -> str:
    """A kind of ledger entry in words."""
    return _in(_ENTRIES.get(name, (name, name)), language)


def _in(words: tuple[str, str], language: str) -> str:
    return words[1] if language.partition("-")[0] == "es" else words[0]
