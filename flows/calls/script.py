"""What a collector says on a call, and on a voicemail: nothing of the debt before the person is known. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

from models.documents import read_yaml

SCRIPTS = Path(__file__).with_name("scripts.yaml")

TELLING = re.compile(
    r"\b(debts?|owe[ds]?|owing|bills?|billing|balances?|past.?due|overdue|collect\w*|pay(?:ment)?s?|account(?:s|ing)?|"
    r"oncolog\w*|cancer|tumor|psych\w*|mental|behavio(?:u)?ral|addiction|recovery|rehab\w*|detox|fertility|ivf|"
    r"urolog\w*|hiv|aids|std|hospice|dialysis|cardi\w*|surg\w*|obstetric\w*|gyn\w*|pregnan\w*|maternity|abortion|"
    r"deudas?|debe|saldos?|cuentas?|pagos?|cobr\w*|facturas?|c[aá]ncer)\b",
    re.IGNORECASE,
)
"""Words that tell a stranger of a debt or of somebody's care (12 CFR 1006.2(j); 45 CFR 164.530(c))."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, for whom: the name that is said to strangers is `voicemail_name`, where the creditor has one."""

    guarantor: str
    creditor: str
    collector: str
    phone: str
    voicemail_name: str | None = None


class Script(TypedDict):
    """What is said on a call, in the order of a call.

    `voicemail` is None where no name of the creditor may be said to a stranger; `no_voicemail` then says what to do.
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


def script(caller: Caller, name: str | None, language: str) -> Script:
    """What is said on a call. In a language without a script it is English, and says so."""
    spoken = language.partition("-")[0]
    words = _scripts().get(spoken, _scripts()["en"])
    named = {
        "guarantor": caller.guarantor,
        "creditor": caller.creditor,
        "collector": caller.collector,
        "phone": caller.phone,
    }
    voicemail = voicemail_text(caller, language)
    purposes = words["purposes"]
    return {
        "language": spoken if spoken in _scripts() else "en",
        "needs_interpreter": spoken not in _scripts(),
        "ask": words["ask"].format(**named),
        "know": words["know"].format(**named),
        "open": words["open"].format(**named),
        "purpose": purposes.get(name, purposes["other"]).format(**named),
        "help": words["help"].format(**named),
        "third_party": words["third_party"].format(**named),
        "voicemail": voicemail,
        "no_voicemail": None
        if voicemail
        else "Leave no message: the creditor's name would tell of the debt or of the "
        "care. A manager can set a voicemail name that reveals nothing (voicemail_name of the creditor).",
        "never": list(words["never"]),
    }


def words_after_death(language: str) -> Mapping[str, Any]:
    """What to say, and what never, to whoever tells of a death (12 CFR 1006.6(a)(4), 1006.10; 45 CFR 164.510(b)(5)).

    In a language without a script it is English.
    """
    return _scripts().get(language.partition("-")[0], _scripts()["en"])["death"]


def voicemail_text(caller: Caller, language: str) -> str | None:
    """What may be left on a voicemail, which anybody may hear; None where no name may be said."""
    name = caller.voicemail_name or caller.creditor
    if TELLING.search(name):
        return None
    spoken = language.partition("-")[0]
    words = _scripts().get(spoken, _scripts()["en"])["voicemail"]
    text = words.format(guarantor=caller.guarantor, collector=caller.collector, callback=name, phone=caller.phone)
    return " ".join(text.split())
