"""What each kind of letter must show and must not state; an edited template is checked against it.

Every line is from the table of letters in the compliance notes (the required and forbidden content of each kind), which
cites the rules; counsel supplies the final wording. Words are matched at their beginning, in upper or lower case.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from letters.kinds import KINDS, LetterKind, Section, kind_of


@dataclass(frozen=True, slots=True)
class Duty:
    """An error in what a template shows or states, and what to do."""

    what: str
    do: str
    words: str = ""


_EVERY = ("creditor.name", "creditor.phone", "guarantor.name", "letter.number", "letter.date")
_ASKING = (
    "asked_cents",
    "letter.pay_by",
    "accounts.balance_cents",
    "accounts.patient",
    "accounts.service_on",
    "accounts.number",
    "creditor.remit_lines",
    "texts",
)
_HOURS = {"en": "creditor.phone_hours", "es": "creditor.phone_hours_es"}

_SECTION_FIELDS: Mapping[Section, tuple[str, ...]] = {
    Section.LEDGER: ("ledger.posted_on", "ledger.amount_cents", "ledger.balance_cents"),
    Section.ARRANGEMENT: (),
    Section.PROMISE: ("promise.amount_cents",),
    Section.AGENCY: ("agency.name", "agency.phone", "agency.placed_on", "agency.amount_cents"),
    Section.REFUND: ("refund.amount_cents",),
    Section.RETURNED_PAYMENT: ("returned_payment.amount_cents", "returned_payment.returned_on"),
    Section.DISPUTE: ("dispute.answer_by",),
}

_OF_KIND: Mapping[str, tuple[str, ...]] = {
    LetterKind.FINAL_NOTICE: ("final_accounts",),
    LetterKind.ARRANGEMENT_OFFER: ("arrangement.options.monthly_cents", "arrangement.options.first_on"),
    LetterKind.ARRANGEMENT_CONFIRMATION: (
        "arrangement.instalments.due_on",
        "arrangement.instalments.amount_cents",
        "arrangement.financed_cents",
    ),
    LetterKind.ARRANGEMENT_BROKEN: ("arrangement.missed_cents",),
}

_CHARITY = frozenset(
    {
        LetterKind.STATEMENT,
        LetterKind.REMINDER_1,
        LetterKind.REMINDER_2,
        LetterKind.REMINDER_3,
        LetterKind.FINAL_NOTICE,
        LetterKind.PROMISE_BROKEN,
        LetterKind.ARRANGEMENT_BROKEN,
        LetterKind.RETURNED_CHECK,
    }
)
"""Kinds in which a charitable hospital describes its policy (26 CFR 1.501(r)-4(b)(5)(i)(D)(2))."""

_NO_ADDRESS = frozenset({LetterKind.FINANCIAL_ASSISTANCE_SUMMARY})
_TELLS_NOTHING = frozenset({LetterKind.ADDRESS_CHECK, LetterKind.FINANCIAL_ASSISTANCE_SUMMARY})

_NEVER = ("diagnos", "lawsuit", "demanda judicial", "garnish", "embargo de", "jail", "cárcel", "arrest")
_AFTERWARDS = (
    "collection agency",
    "credit bureau",
    "credit report",
    "legal action",
    "attorney",
    "agencia de cobro",
    "buró",
    "informe de crédito",
    "acción legal",
    "acciones legales",
    "abogado",
)
_NOT_BEFORE_FINAL = frozenset(
    {LetterKind.STATEMENT, LetterKind.REMINDER_1, LetterKind.REMINDER_2, LetterKind.REMINDER_3}
)
_FIRST_BILL = ("past due", "overdue", "vencid")
_BUREAU = ("credit bureau", "credit report", "buró", "informe de crédito")

_MUST_NOT: Mapping[str, tuple[str, ...]] = {
    LetterKind.STATEMENT: _FIRST_BILL,
    LetterKind.PLACEMENT_NOTICE: _BUREAU,
    LetterKind.ARRANGEMENT_CONFIRMATION: ("waive", "renuncia a"),
    LetterKind.ADDRESS_CHECK: ("balance due", "amount due", "saldo pendiente", "monto adeudado"),
}


def must_show(kind: str, language: str) -> frozenset[str]:
    """The fields that a template of a kind must use. For a practice's own kind, none are known."""
    if kind not in KINDS:
        return frozenset()
    about = kind_of(kind)
    fields: set[str] = set(_EVERY)
    if kind in _NO_ADDRESS:
        fields -= {"guarantor.name", "letter.number", "letter.date"}
    else:
        fields |= {"guarantor.address_lines", _HOURS.get(language, _HOURS["en"])}
    if about.asks_for_payment:
        fields |= set(_ASKING)
    if about.needs is not None:
        fields |= set(_SECTION_FIELDS[about.needs])
    fields |= set(_OF_KIND.get(kind, ()))
    if kind in _CHARITY:
        fields.add("creditor.is_nonprofit_hospital")
    return frozenset(fields)


def must_not_show(kind: str) -> frozenset[str]:
    """The fields that a template of a kind must not use: a stranger may open it."""
    if kind not in _TELLS_NOTHING:
        return frozenset()
    return frozenset({"accounts", "total_cents", "asked_cents", "ledger"})


def duties_broken(kind: str, language: str, fields: frozenset[str], text: str) -> Iterator[Duty]:
    """What a template of a kind fails to show, shows although it must not, or states although it must not."""
    for name in sorted(must_show(kind, language) - fields):
        yield Duty(
            f"a letter {kind} must show {name}, and this template does not", f"put {{{{ {name} }}}} into it", name
        )
    for name in sorted(must_not_show(kind) & fields):
        yield Duty(f"a letter {kind} may not show {name}", "take the field out", name)
    forbidden = (*_NEVER, *(_AFTERWARDS if kind in _NOT_BEFORE_FINAL else ()), *_MUST_NOT.get(kind, ()))
    for words in forbidden if kind in KINDS else ():
        if re.search(rf"\b{re.escape(words)}", text, re.IGNORECASE):
            yield Duty(f'a letter {kind} must not say "{words}"', "take the sentence out; counsel knows why", words)
