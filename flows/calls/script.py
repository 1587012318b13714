"""The script of a call: identity first, then the amount and what it is for; a voicemail without debt. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

from letters.wording.values import date as in_words
from models.documents import read_yaml
from models.task_kinds import BROKEN_PROMISE
from models.values import dollars

NAMED = 3
"""Up to this many visits are named by their dates."""

SCRIPTS = Path(__file__).with_name("scripts.yaml")

TELLING = re.compile(
    r"\b(debts?|owe[ds]?|owing|bills?|billing|balances?|past.?due|overdue|collect\w*|pay(?:ment)?s?|account(?:s|ing)?|"
    r"oncolog\w*|cancer|tumor|psych\w*|mental|behavio(?:u)?ral|addiction|recovery|rehab\w*|detox|fertility|ivf|"
    r"urolog\w*|hiv|aids|std|hospice|dialysis|cardi\w*|surg\w*|obstetric\w*|gyn\w*|pregnan\w*|maternity|abortion|"
    r"deudas?|debe|saldos?|cuentas?|pagos?|cobr\w*|facturas?|c[aá]ncer)\b",
    re.IGNORECASE,
)
"""Words that disclose a debt or a patient's care to a stranger (12 CFR 1006.2(j); 45 CFR 164.530(c))."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A promise to pay that was not kept, or only in part: cents promised, the due date, and cents received."""

    amount_cents: int
    due_on: date
    paid_cents: int = 0


@dataclass(frozen=True, slots=True)
class Caller:
    """The people and accounts of a call. `voicemail_name`: the creditor's neutral name for strangers, if any.

    `owed_cents` is the total due on the accounts of the call, `services` their dates of service; `own`: whether all the
    care was the guarantor's own.
    """

    guarantor: str
    creditor: str
    collector: str
    phone: str
    voicemail_name: str | None = None
    owed_cents: int = 0
    services: tuple[date, ...] = ()
    own: bool = True
    missed: Missed | None = None


class Script(TypedDict):
    """The parts of a call, in their order: `ask` and `know` come before any mention of the bill.

    `voicemail` is None where the creditor's name would disclose the bill; `no_voicemail` then says what to do.
    """

    language: str
    needs_interpreter: bool
    ask: str
    know: str
    open: str
    purpose: str
    help: str
    third_party: str
    voicemail: str | None
    no_voicemail: str | None
    never: list[str]


@cache
def _scripts() -> Mapping[str, Any]:
    return read_yaml(SCRIPTS.read_text("utf-8"))


def script_names() -> list[str]:
    """The scripts that a schedule can name; any other name is the general one."""
    return sorted(name for name in _scripts()["en"]["purposes"] if name not in ("other", "callback"))


def script(caller: Caller, name: str | None, language: str, *, inbound: bool = False) -> Script:
    """The script of a call, made or received. In a language without a script it is English, and marked so."""
    spoken = language.partition("-")[0]
    words = _scripts().get(spoken, _scripts()["en"])
    named = {
        "guarantor": caller.guarantor,
        "creditor": caller.creditor,
        "collector": caller.collector,
        "phone": caller.phone,
        "amount": dollars(caller.owed_cents),
        "visits": _visits(caller, words["visits"], words["dates"]),
        **({} if caller.missed is None else _promise(caller.missed, words["dates"], words["received"])),
    }
    voicemail = voicemail_text(caller, language)
    purposes = words["purposes"]
    if name == BROKEN_PROMISE and caller.missed is None:
        name = None  # no broken promise is on file now
    begins = words["inbound"] if inbound else words
    purpose = begins["purpose"] if inbound else purposes.get(name, purposes["other"])
    return {
        "language": spoken if spoken in _scripts() else "en",
        "needs_interpreter": spoken not in _scripts(),
        "ask": begins["ask"].format(**named),
        "know": words["know"].format(**named),
        "open": begins["open"].format(**named),
        "purpose": purpose.format(**named),
        "help": words["help"].format(**named),
        "third_party": words["third_party"].format(**named),
        "voicemail": voicemail,
        "no_voicemail": None
        if voicemail
        else "Do not leave a message: the creditor's name would disclose the bill or the care. A manager can set "
        "a neutral voicemail name for the creditor.",
        "never": list(words["never"]),
    }


def _visits(caller: Caller, words: Mapping[str, str], form: str) -> str:
    """The care in words: ``your visit on September 6, 2026``; for more than three visits their number and date
    range."""
    days = sorted(set(caller.services))
    whose = words["your"] if caller.own else words["the"]
    said = [in_words(day, form) for day in days]
    match said:
        case []:
            return words["none"]
        case [day]:
            return words["one"].format(whose=whose, day=day)
        case [*first, last] if len(days) <= NAMED:
            return words["few"].format(whose=whose, days=", ".join(first), last=last)
        case [first, *_, last]:
            return words["many"].format(whose=whose, count=len(days), first=first, last=last)
        case _:
            raise AssertionError("a list is empty, or has a first and a last")


def _promise(missed: Missed, form: str, received: Mapping[str, str]) -> dict[str, str]:
    said = received["part" if missed.paid_cents else "nothing"]
    missing = dollars(missed.amount_cents - missed.paid_cents)
    return {
        "promised": dollars(missed.amount_cents),
        "promised_on": in_words(missed.due_on, form),
        "received": said.format(paid=dollars(missed.paid_cents), missing=missing),
    }


def words_after_death(language: str) -> Mapping[str, Any]:
    """What to say, and what never, to a caller who reports a death.

    12 CFR 1006.6(a)(4), 1006.10; 45 CFR 164.510(b)(5). In a language without a script it is English.
    """
    return _scripts().get(language.partition("-")[0], _scripts()["en"])["death"]


def voicemail_text(caller: Caller, language: str) -> str | None:
    """The voicemail, which anyone may hear; None where the creditor's name must not be said."""
    name = caller.voicemail_name or caller.creditor
    if TELLING.search(name):
        return None
    spoken = language.partition("-")[0]
    words = _scripts().get(spoken, _scripts()["en"])["voicemail"]
    text = words.format(guarantor=caller.guarantor, collector=caller.collector, callback=name, phone=caller.phone)
    return " ".join(text.split())
