"""Every kind of letter, in one table: its title, the payment it asks for, and how it can be sent.

A template is named after its kind. `titled` and `called` are filters for templates: `{{ letter.kind|titled("es") }}` is
the letter's heading, `{{ account.kind|called }}` in the table is the type of letter for an account.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from compliance.facts import LawWord


class LetterKind(StrEnum):
    """A kind of letter that pastdue knows, by its stored word."""

    STATEMENT = "statement"
    REMINDER_1 = "reminder-1"
    REMINDER_2 = "reminder-2"
    REMINDER_3 = "reminder-3"
    FINAL_NOTICE = "final-notice"
    ARRANGEMENT_OFFER = "arrangement-offer"
    ARRANGEMENT_CONFIRMATION = "arrangement-confirmation"
    ARRANGEMENT_BROKEN = "arrangement-broken"
    PROMISE_BROKEN = "promise-broken"
    PAID_IN_FULL = "paid-in-full"
    RETURNED_CHECK = "returned-check"
    DISPUTE_RECEIVED = "dispute-received"
    ITEMISED_STATEMENT = "itemised-statement"
    PLACEMENT_NOTICE = "placement-notice"
    REFUND_NOTICE = "refund-notice"
    ADDRESS_CHECK = "address-check"
    FINANCIAL_ASSISTANCE_SUMMARY = "financial-assistance-summary"


PracticeLetter = NewType("PracticeLetter", str)
"""A kind of letter that a practice created: the name of its template."""

LetterName = LetterKind | PracticeLetter


class Section(StrEnum):
    """Merge data that only some kinds have and that they require."""

    LEDGER = "ledger"
    ARRANGEMENT = "arrangement"
    PROMISE = "promise"
    AGENCY = "agency"
    REFUND = "refund"
    RETURNED_PAYMENT = "returned_payment"
    DISPUTE = "dispute"


class LetterOrigin(StrEnum):
    """The origin of a letter. SCHEDULED observes the schedule's minimum days between letters; an ANSWER to an action or
    a request does not have to; an ENCLOSURE is put in another letter's envelope."""

    SCHEDULED = "scheduled"
    REPLY = "answer"
    ENCLOSURE = "enclosure"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter. `pay_by_days` is the time allowed to pay, None if it asks for no payment.

    `title` is the letter's heading, `called` is shown in an account's row, each in English and in Spanish.
    `by_post_only`: the law or the practice requires paper. `law` is the rules' name for it (`step.letter_kind`); a kind
    without one cannot be written.
    """

    name: LetterName
    title: tuple[str, str]
    called: tuple[str, str]
    pay_by_days: int | None
    origin: LetterOrigin = LetterOrigin.SCHEDULED
    by_post_only: bool = False
    needs: Section | None = None
    law: LawWord = field(kw_only=True)

    @property
    def asks_for_payment(self) -> bool:
        """Whether it states an amount that is due."""
        return self.pay_by_days is not None

    @property
    def has_coupon(self) -> bool:
        """Whether it has a coupon: for the amount due, or for the first payment of a plan."""
        return self.asks_for_payment or self.name is LetterKind.ARRANGEMENT_CONFIRMATION


_ALL = (
    Kind(
        LetterKind.STATEMENT,
        ("Your statement", "Su estado de cuenta"),
        ("Statement", "Estado de cuenta"),
        21,
        law=LawWord.STATEMENT,
    ),
    Kind(
        LetterKind.REMINDER_1,
        ("A reminder about your balance", "Un recordatorio sobre su saldo"),
        ("First reminder", "Primer recordatorio"),
        21,
        law=LawWord.REMINDER_1,
    ),
    Kind(
        LetterKind.REMINDER_2,
        ("A second reminder about your balance", "Un segundo recordatorio sobre su saldo"),
        ("Second reminder", "Segundo recordatorio"),
        21,
        law=LawWord.REMINDER_2,
    ),
    Kind(
        LetterKind.REMINDER_3,
        ("Please call us about your balance", "Llámenos sobre su saldo"),
        ("Third reminder", "Tercer recordatorio"),
        21,
        law=LawWord.REMINDER_3,
    ),
    # Thirty days (26 CFR 1.501(r)-6(c)(4)) and five for the mail.
    Kind(
        LetterKind.FINAL_NOTICE,
        ("Final notice about your balance", "Último aviso sobre su saldo"),
        ("Final notice", "Último aviso"),
        35,
        by_post_only=True,
        law=LawWord.FINAL_NOTICE,
    ),
    Kind(
        LetterKind.ARRANGEMENT_OFFER,
        ("Payment plans you can choose from", "Planes de pago que puede elegir"),
        ("Payment plan offered", "Plan de pagos ofrecido"),
        None,
        needs=Section.ARRANGEMENT,
        law=LawWord.ARRANGEMENT_OFFER,
    ),
    Kind(
        LetterKind.ARRANGEMENT_CONFIRMATION,
        ("Your payment plan", "Su plan de pagos"),
        ("In your payment plan", "En su plan de pagos"),
        None,
        LetterOrigin.REPLY,
        needs=Section.ARRANGEMENT,
        law=LawWord.ARRANGEMENT_CONFIRMATION,
    ),
    Kind(
        LetterKind.ARRANGEMENT_BROKEN,
        ("We missed a payment on your plan", "No recibimos un pago de su plan"),
        ("In your payment plan", "En su plan de pagos"),
        21,
        LetterOrigin.REPLY,
        needs=Section.ARRANGEMENT,
        law=LawWord.BROKEN_ARRANGEMENT,
    ),
    Kind(
        LetterKind.PROMISE_BROKEN,
        ("About the payment you planned to make", "Sobre el pago que pensaba hacer"),
        ("Payment planned", "Pago prometido"),
        14,
        LetterOrigin.REPLY,
        needs=Section.PROMISE,
        law=LawWord.BROKEN_PROMISE,
    ),
    Kind(
        LetterKind.PAID_IN_FULL,
        ("Thank you. You have paid in full", "Gracias. Ha pagado por completo"),
        ("Paid in full", "Pagada por completo"),
        None,
        law=LawWord.PAYOFF,
    ),
    Kind(
        LetterKind.RETURNED_CHECK,
        ("Your payment was returned", "Su pago fue devuelto"),
        ("Payment returned", "Pago devuelto"),
        14,
        LetterOrigin.REPLY,
        needs=Section.RETURNED_PAYMENT,
        law=LawWord.RETURNED_PAYMENT,
    ),
    Kind(
        LetterKind.DISPUTE_RECEIVED,
        ("We received your dispute", "Recibimos su disputa"),
        ("Disputed", "En disputa"),
        None,
        LetterOrigin.REPLY,
        needs=Section.DISPUTE,
        law=LawWord.DISPUTE_ANSWER,
    ),
    Kind(
        LetterKind.ITEMISED_STATEMENT,
        ("Your itemized statement", "Su estado de cuenta detallado"),
        ("Account statement", "Estado de cuenta"),
        21,
        LetterOrigin.REPLY,
        needs=Section.LEDGER,
        law=LawWord.ITEMIZED_BILL,
    ),
    Kind(
        LetterKind.PLACEMENT_NOTICE,
        ("Your account is with a collection agency", "Su cuenta está con una agencia de cobros"),
        ("With an agency", "Con una agencia"),
        None,
        LetterOrigin.REPLY,
        by_post_only=True,
        needs=Section.AGENCY,
        law=LawWord.PLACEMENT_NOTICE,
    ),
    Kind(
        LetterKind.REFUND_NOTICE,
        ("A refund for you", "Un reembolso para usted"),
        ("Refund", "Reembolso"),
        None,
        LetterOrigin.REPLY,
        needs=Section.REFUND,
        law=LawWord.NOTICE,
    ),
    Kind(
        LetterKind.ADDRESS_CHECK,
        ("Please confirm your address", "Confirme su dirección"),
        ("Address check", "Dirección por confirmar"),
        None,
        LetterOrigin.REPLY,
        by_post_only=True,
        law=LawWord.RETURNED_MAIL,
    ),
    Kind(
        LetterKind.FINANCIAL_ASSISTANCE_SUMMARY,
        ("Financial assistance: a plain-language summary", "Asistencia financiera: un resumen en lenguaje sencillo"),
        ("Financial assistance summary", "Resumen de asistencia financiera"),
        None,
        LetterOrigin.ENCLOSURE,
        law=LawWord.NOTICE,
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
"""The kinds by name; those of a schedule are in the schedule's order."""

LANGUAGES = ("en", "es")
"""The languages in which every shipped letter is written."""


def letter_name(word: str) -> LetterName:
    """A kind of letter by its word in a file, a form or a table."""
    known = word.replace("_", "-")
    return LetterKind(known) if known in KINDS else PracticeLetter(word)


def kind_of(name: str) -> Kind:
    """A kind by name. Only the file of a practice's own kind is known, so the rules treat it as one that asks for
    payment: a reminder."""
    called = letter_name(name)
    if isinstance(called, LetterKind):
        return KINDS[called]
    spoken = name.replace("-", " ").replace("_", " ").capitalize()
    return Kind(called, (spoken, spoken), (spoken, spoken), 21, law=LawWord.REMINDER_1)


def titled(name: str, language: str = "en") -> str:
    """The heading of a letter of a kind."""
    return _in(kind_of(name).title, language)


def called(name: str, language: str = "en") -> str:
    """The type of letter for an account, as in the letter's table."""
    return _in(kind_of(name).called, language)


_ENTRIES = {
    "opening": ("Previous balance", "Saldo anterior"),
    "charge": ("Charge", "Cargo"),
    "insurance_payment": ("Insurance payment", "Pago del seguro"),
    "contractual": ("Insurance adjustment", "Ajuste del seguro"),
    "patient_payment": ("Your payment", "Su pago"),
    "discount": ("Discount", "Descuento"),
    "refund": ("Refund to you", "Reembolso a usted"),
    "write_off": ("Balance adjustment", "Ajuste del saldo"),
    "interest": ("Interest", "Interés"),
    "transfer": ("Transfer between accounts", "Transferencia entre cuentas"),
}


def entry(name: str, language: str = "en") -> str:
    """A ledger entry type in words."""
    return _in(_ENTRIES.get(name, (name, name)), language)


def _in(words: tuple[str, str], language: str) -> str:
    return words[1] if language.partition("-")[0] == "es" else words[0]
