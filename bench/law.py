"""How many steps a second are looked at by all the rules."""

import time
from datetime import date, timedelta

from bench.measured import Measured
from compliance.check import check
from compliance.load import catalogue
from compliance.rules import StepKind

TODAY = date(2026, 3, 2)


def facts_of(number: int) -> dict[str, object]:
    """The facts of a letter to an ordinary account, each a little different."""
    service = TODAY - timedelta(days=40 + number % 300)
    return {
        "actor": "first_party",
        "account.creditor_kind": "physician_practice",
        "account.creditor_is_nonprofit_hospital": False,
        "account.creditor_name": "Clinic",
        "account.facility_state": "OH",
        "account.payer_class": ("self_pay", "commercial")[number % 2],
        "account.balance_cents": 5_000 + number,
        "account.service_on": service,
        "account.discharge_on": service,
        "account.first_bill_on": service + timedelta(days=14),
        "account.debt_age_days": (TODAY - service).days,
        "person.state": ("OH", "IN", "KY", "PA")[number % 4],
        "person.city": "Dayton",
        "person.language": "en",
        "contact.addressed_to": "guarantor",
        "step.sender_name": "Clinic",
        "step.kind": "letter",
        "step.attachments": ("fap_notice", "language_notice"),
        "step.letter_kind": "reminder_1",
        "step.channel": "letter",
    }


def law_check(scale: float = 1.0) -> list[Measured]:
    """Checks a second with the index, against looking at every rule of the step."""
    count = int(50_000 * scale)
    facts = [facts_of(number) for number in range(1_000)]
    rules = [rule for rule in catalogue().rules if StepKind.LETTER in rule.applies_to]
    check(StepKind.LETTER, facts[0], TODAY)
    start = time.perf_counter()
    for number in range(count):
        check(StepKind.LETTER, facts[number % 1_000], TODAY)
    ours = time.perf_counter() - start
    every = count // 50
    start = time.perf_counter()
    for number in range(every):
        for rule in rules:
            rule.condition.holds(facts[number % 1_000])
    naive = (time.perf_counter() - start) / every * count
    note = f"{len(rules)} of {len(catalogue().rules)} rules are about letters"
    return [
        {
            "name": "law-check",
            "per_second": round(count / ours, 1),
            "ratio": round(naive / ours, 3),
            "against": "every rule",
            "note": note,
        }
    ]
