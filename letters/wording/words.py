"""The structure of a letter's text; the words are in `english` and `spanish`.

A sentence can contain template tags. A reminder mentions no later action. Only the final notice does, only for the
accounts it lists, and only actions that a creditor may truly take after at least 30 days.
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
    """The box beside the address: what a patient must see first. `money`: the big line is an amount."""

    label: str
    big: str
    line: str
    money: bool = True
    when: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The text of one kind of letter, in one language.

    `final` is used for the accounts of a final notice, `charity` if the creditor is a charitable hospital. `accounts`
    is false for a letter that must not mention them, and `addressed` for a sheet that is only an enclosure.
    `tells_not_due` is false if the letter asks for no payment anyway, because "not due now" would be too much.
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
    plain: "Plain | None" = None


@dataclass(frozen=True, slots=True)
class Plain:
    """What an itemized statement is called, and says first, while the services of its charges are not known."""

    title: str
    opening: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The words around every letter: table heads, coupon, salutation, and the formats of dates and kinds."""

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
    described: str
    elsewhere: str
    of_accounts: str
    first_payment: str
    unit: str
