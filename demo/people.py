"""Made-up people and their accounts, the same for the same seed. The streets are made up too."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from demo.names import FIRST, LAST, STREETS
from demo.towns import TOWNS
from models.csv_files import csv_text

CREDITORS = (
    (
        "maple",
        "Maple Street Family Practice",
        "physician_practice",
        "12 Maple Street",
        "Dayton",
        "OH",
        "45402",
        "937-555-0110",
    ),
    (
        "harbor",
        "Harbor Light Community Hospital",
        "nonprofit_hospital",
        "400 Harbor Light Way",
        "Columbus",
        "OH",
        "43215",
        "614-555-0120",
    ),
    ("summit", "Summit Surgery Center", "asc", "77 Summit Road", "Lexington", "KY", "40507", "859-555-0130"),
)

SERVICES = (
    "Office visit",
    "Annual physical",
    "Blood tests",
    "X-ray of the chest",
    "Physical therapy, 3 visits",
    "Outpatient procedure",
    "Emergency room visit",
)
"""What the made-up charges are for, as a bill says it."""

PAYERS = (
    ("self_pay", 30),
    ("commercial", 42),
    ("medicare", 14),
    ("medicare_advantage", 5),
    ("tricare", 3),
    ("auto", 2),
    ("medicaid", 2),
    ("qmb", 1),
    ("workers_comp", 1),
)


AT_TWO = 0.14
"""The share of guarantors with accounts at two of the creditors."""


Rows = dict[str, list[dict[str, object]]]
"""Rows of the five account files, by file."""


@dataclass(frozen=True)
class MadeUpBook:
    """The five account files, as CSV text by name: those of the first day, and the weekly ones that follow, by day."""

    files: dict[str, str]
    later: dict[date, dict[str, str]]


def make_book(accounts: int, seed: int, first_day: date, days: int) -> MadeUpBook:
    """A book of this many accounts. Its statements are dated before and during the days that will be run: the accounts
    of each week arrive on the Monday after it, with their people."""
    chance = random.Random(seed)
    rows: Rows = {
        "creditors": list(_creditors()),
        "guarantors": [],
        "patients": [],
        "accounts": [],
        "transactions": [],
    }
    made = 0
    while made < accounts:
        made += _family(chance, rows, made, accounts - made, first_day, days)
    parts = _by_arrival(rows, first_day)
    texts = {on: {name: _csv(found) for name, found in part.items() if found} for on, part in sorted(parts.items())}
    return MadeUpBook(texts.pop(first_day), texts)


def _by_arrival(rows: Rows, first_day: date) -> dict[date, Rows]:
    """The rows by the day on which they arrive; a person arrives with the first account."""
    accounts = {row["account_number"]: _arrival(row, first_day) for row in rows["accounts"]}
    persons: dict[object, date] = {}
    for row in rows["accounts"]:
        on = accounts[row["account_number"]]
        for key in (row["guarantor_id"], row["patient_id"]):
            persons[key] = min(on, persons.get(key, on))
    days: dict[str, Callable[[dict[str, object]], date]] = {
        "creditors": lambda _: first_day,
        "guarantors": lambda row: persons[row["guarantor_id"]],
        "patients": lambda row: persons[row["patient_id"]],
        "accounts": lambda row: accounts[row["account_number"]],
        "transactions": lambda row: accounts[row["account_number"]],
    }
    parts: dict[date, Rows] = {first_day: {name: [] for name in days}}
    for name, found in rows.items():
        for row in found:
            parts.setdefault(days[name](row), {each: [] for each in days})[name].append(row)
    return parts


def _arrival(account: dict[str, object], first_day: date) -> date:
    billed = account["first_statement_on"]
    assert isinstance(billed, date)
    monday = billed + timedelta(days=-billed.weekday() % 7)
    return first_day if billed <= first_day else monday


def _creditors() -> Iterator[dict[str, object]]:
    names = ("creditor_id", "name", "kind", "address1", "city", "state", "zip", "phone")
    for row in CREDITORS:
        yield dict(zip(names, row, strict=True))


def _family(chance: random.Random, rows: Rows, made: int, left: int, first_day: date, days: int) -> int:
    """One guarantor, who is a patient or a patient's parent, with one to four accounts."""
    number = len(rows["guarantors"]) + 1
    guarantor = f"G{number:05d}"
    town = chance.choices(TOWNS, [one.weight for one in TOWNS])[0]
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(22_000))
    first, last = chance.choice(FIRST), chance.choice(LAST)
    no_address = chance.random() < 0.01
    rows["guarantors"].append(
        {
            "guarantor_id": guarantor,
            "first_name": first,
            "last_name": last,
            "birth_date": born,
            "ssn_last4": f"{chance.randrange(10_000):04d}",
            "address1": "" if no_address else f"{chance.randrange(1, 990)} {chance.choice(STREETS)}",
            "city": town.city,
            "state": town.state,
            "zip": town.zip,
            "phone": f"{town.area}-555-01{chance.randrange(100):02d}" if chance.random() < 0.93 else "",
            "email": f"{first}.{last}@example.com".lower() if chance.random() < 0.6 else "",
            "email_consent": "yes" if chance.random() < 0.4 else "no",
            "language": "es" if chance.random() < 0.08 else "en",
        }
    )
    child = chance.random() < 0.15
    patient = f"P{number:05d}"
    rows["patients"].append(
        {
            "patient_id": patient,
            "guarantor_id": guarantor,
            "first_name": chance.choice(FIRST) if child else first,
            "last_name": last,
            "birth_date": date(2012, 1, 1) + timedelta(days=chance.randrange(4_000)) if child else born,
        }
    )
    creditors = [chance.choices([row[0] for row in CREDITORS], (5, 4, 1))[0]]
    payer = chance.choices([name for name, _ in PAYERS], [weight for _, weight in PAYERS])[0]
    if child and payer.startswith("medicare"):
        payer = "commercial"
    count = chance.choices((1, 2, 3, 4), (64, 22, 10, 4))[0]
    if chance.random() < AT_TWO:
        creditors.append(chance.choice([row[0] for row in CREDITORS if row[0] != creditors[0]]))
        count = max(2, count)
    count = min(left, count)
    for place in range(count):
        creditor = creditors[place % len(creditors)]
        _account(chance, rows, f"{20_000 + made + place}", creditor, patient, guarantor, payer, first_day, days)
    return count


def _account(
    chance: random.Random,
    rows: Rows,
    number: str,
    creditor: str,
    patient: str,
    guarantor: str,
    payer: str,
    first_day: date,
    days: int,
) -> None:
    served = first_day + timedelta(days=chance.randrange(-120, max(1, days - 40)))
    billed = served + timedelta(days=chance.randrange(14, 46))
    charge = int(chance.lognormvariate(9.9, 1.0)) // 5 * 5 + 900
    lines = [("charge", charge, served)]
    if payer != "self_pay":
        contractual = charge * chance.randrange(25, 60) // 100
        insurance = (charge - contractual) * chance.randrange(40, 90) // 100
        lines += [("contractual", -contractual, billed), ("insurance_payment", -insurance, billed)]
    elif chance.random() < 0.3:
        lines.append(("discount", -(charge * 20 // 100), billed))
    balance = sum(cents for _, cents, _ in lines)
    rows["accounts"].append(
        {
            "account_number": number,
            "creditor_id": creditor,
            "patient_id": patient,
            "guarantor_id": guarantor,
            "payer_class": payer,
            "service_from": served,
            "service_to": served,
            "first_statement_on": billed,
            "balance": f"{balance / 100:.2f}",
        }
    )
    for place, (kind, cents, on) in enumerate(lines):
        rows["transactions"].append(
            {
                "transaction_id": f"T{number}-{place}",
                "account_number": number,
                "date": on,
                "kind": kind,
                "amount": f"{cents / 100:.2f}",
                "reference": "",
                "description": SERVICES[int(number) % len(SERVICES)] if kind == "charge" else "",
            }
        )


def _csv(rows: list[dict[str, object]]) -> str:
    return csv_text([list(rows[0]), *([row[name] for name in rows[0]] for row in rows)], newline="\n")
