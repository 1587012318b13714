"""The shape of what a kind of letter says; the words themselves stand in `words_en` and `words_es`.

A sentence may hold template tags. A reminder speaks of nothing that may follow. Only the final notice does, only for
the accounts it lists, and only of what a creditor may truly do after at least 30 days.
"""

from dataclasses import dataclass
from enum import StrEnum


class Block(StrEnum):
    """A part of a letter that only some kinds have, drawn by `letters.layout.page`."""

    PLAN_OPTIONS = "plan options"
    INSTALMENTS = "instalments"
    DISCLOSURES = "disclosures"
    LEDGER = "ledger"
    AGENCY = "agency"
    REPLY_SLIP = "reply slip"


@dataclass(frozen=True, slots=True)
class Topic:
    """A short paragraph of help; `charity` is the longer one of a nonprofit hospital."""

    title: str
    text: str
    charity: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """The box beside the address: what a patient has to know at first sight. `money`: the big line is an amount."""

    label: str
    big: str
    line: str
    money: bool = True
    when: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What one kind of letter says, in one language.

    `final` is said for the accounts that a final notice is for, `charity` where the creditor is a charitable hospital.
    `accounts` is false for a letter that may tell nothing of them; `addressed` for a sheet that is only enclosed;
    `tells_not_due` where nothing is asked for now anyway, so that "not due now" would say too much.
    """

    box: Box
    opening: tuple[str, ...]
    help: tuple[tuple[Topic, ...], tuple[Topic, ...]]
    blocks: tuple[Block, ...] = ()
    closing: tuple[str, ...] = ()
    final: tuple[str, ...] = ()
    final_charity: tuple[str, ...] = ()
    accounts: bool = True
    addressed: bool = True
    tells_not_due: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """The words around every letter: table heads, coupon, salutation, and how days and kinds are said."""

    salutation: str
    date: str
    letter: str
    heads: tuple[str, str, str, str, str, str, str, str]
    total: str
    paid_in_full: str
    not_due: str
    since: str
    days: str
    how_it_came: str
    large_heads: tuple[str, str, str]
    cut: str
    payable_to: str
    sender: str
    amount_due: str
    pay_by: str
    on_receipt: str
    enclosed: str
    ledger_heads: tuple[str, str, str, str, str]
    plan_heads: tuple[str, str, str, str]
    instalment_heads: tuple[str, str, str]
    disclosures: tuple[str, str, str, str, str, str]
    day: str
    short_day: str
    titled: str
    called: str
    entry: str
    state_line: str
    credit: str
    reply: tuple[str, ...]
    agency: tuple[str, str, str, str]
