"""From the database's words to the law's: the facts of a step, and what blocks it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache, lru_cache

from compliance.check import check
from compliance.decisions import Allow, Block, Require
from compliance.facts import Facts, MadeFacts, words_in
from compliance.hours import is_number, zones_of
from compliance.letter_lines import lines_for
from compliance.medicare import files_cost_report
from compliance.rules import StepKind
from flows.accounts.blocker import CHASE_DAYS, Blocker, stop_of
from flows.accounts.facts.called import rule_facts
from flows.accounts.limits import limit_stop
from flows.accounts.placement_eligibility import eligible_agencies, practice_stop_while_placed
from flows.accounts.snapshot import AccountNow, GroupNow, HoldNow, PersonNow
from flows.schedules.actions import row_of
from flows.schedules.conditions import is_minor
from flows.schedules.schedule import (
    Action,
    OpenCall,
    Place,
    SendLetter,
    WriteOff,
)
from flows.settings.contracts.terms import Member
from letters.kinds import LANGUAGES, LetterKind, LetterName, kind_of
from models.enums import CreditorKind, HoldKind, HoldScope
from models.labels import label

NOON = time(12)

FLAG_OF_HOLD: Mapping[HoldKind, str] = {
    HoldKind.DISPUTE: "disputed",
    HoldKind.INSURANCE_PENDING: "insurance_pending",
    HoldKind.DENIAL_APPEAL: "appeal_open",
    HoldKind.BANKRUPTCY: "bankruptcy_stay",
    HoldKind.ATTORNEY: "attorney_represented",
}
"""What a hold is called in the rules."""

ATTACHMENTS = ("fap_notice", "language_notice", "caller_identity")
"""What every letter and call script of the practice contains: help with the bill and in other languages, who we are."""

SUMMARY = LetterKind.FINANCIAL_ASSISTANCE_SUMMARY

NOT_STOPPED_BY: Mapping[str, frozenset[HoldKind]] = {
    LetterKind.DISPUTE_RECEIVED: frozenset({HoldKind.DISPUTE}),
    LetterKind.ITEMISED_STATEMENT: frozenset(
        {
            HoldKind.DISPUTE,
            HoldKind.INSURANCE_PENDING,
            HoldKind.DENIAL_APPEAL,
            HoldKind.FINANCIAL_ASSISTANCE,
            HoldKind.ARRANGEMENT,
            HoldKind.PROMISE,
            HoldKind.SETTLEMENT,
            HoldKind.MANAGER,
            HoldKind.COMPLAINT,
            HoldKind.CREDIT,
        }
    ),
    LetterKind.REFUND_NOTICE: frozenset(
        set(HoldKind)
        - {
            HoldKind.DECEASED,
            HoldKind.ADDRESS_UNKNOWN,
            HoldKind.BANKRUPTCY,
            HoldKind.ATTORNEY,
            HoldKind.MINOR,
            HoldKind.IDENTITY,
        }
    ),
    LetterKind.RETURNED_CHECK: frozenset({HoldKind.PROMISE, HoldKind.ARRANGEMENT, HoldKind.SETTLEMENT}),
    LetterKind.PROMISE_BROKEN: frozenset({HoldKind.PROMISE}),
    LetterKind.ARRANGEMENT_OFFER: frozenset({HoldKind.PROMISE}),
    LetterKind.ARRANGEMENT_CONFIRMATION: frozenset({HoldKind.PROMISE, HoldKind.ARRANGEMENT}),
    LetterKind.ARRANGEMENT_BROKEN: frozenset({HoldKind.PROMISE, HoldKind.ARRANGEMENT}),
    LetterKind.ADDRESS_CHECK: frozenset({HoldKind.ADDRESS_UNKNOWN}),
}
"""Holds of the practice that do not block a reply, because it replies to them. The law is still checked."""

WRITE_OFF_REASON: Mapping[str, str] = {
    "small-balance": "small_balance",
    "uncollectible": "uncollectible",
    "medicare-bad-debt": "medicare_bad_debt",
    "charity": "charity",
    "bankruptcy": "bankruptcy",
    "courtesy": "courtesy",
    "deceased-no-estate": "deceased_no_estate",
}
"""What a reason to write off is called in the rules."""

REFUSED_CHANNELS: Mapping[HoldScope, tuple[str, ...]] = {
    HoldScope.CALLS: ("call", "text"),
    HoldScope.LETTERS: ("letter",),
}
"""Which channels a person refused who asked to stop this kind of contact only."""


@lru_cache(65_536)
def _is_number(phone: str | None) -> bool:
    return phone is not None and is_number(phone)


def is_held(account: AccountNow, group: GroupNow, today: date) -> bool:
    """Whether something stops every step of this account, so that even its conditions are not checked."""
    if group.person.died_on is not None or account.patient_died_on is not None:
        return True
    return any(hold.scope is HoldScope.ALL and hold.stands(today) for hold in (*account.holds, *group.person.holds))


def stop_for(act: Action | None, account: AccountNow, group: GroupNow, today: date) -> Blocker | None:
    """What blocks an act today: the law first, then the holds of the practice."""
    if isinstance(act, SendLetter):
        act = with_enclosures(act, group)
    kind = None if act is None else row_of(act).law
    if isinstance(act, Place):
        found = who_may_have(act, account, group, today)
        return found if isinstance(found, Blocker) else None
    if kind is not None:
        found = check(kind, facts_for(kind, act, account, group, today), today)
        if isinstance(found, Block | Require):
            return stop_of(found, today)
    return _practice_stop(act, account, group, today)


@dataclass(frozen=True, slots=True)
class Fit:
    """The agencies that an account can be placed with, and the facts that this was decided by."""

    members: tuple[Member, ...]
    facts: Facts


def who_may_have(act: Place, account: AccountNow, group: GroupNow, today: date) -> Fit | Blocker:
    """Which agencies of a pool an account can be placed with today, or what blocks it."""
    facts = facts_for(StepKind.PLACEMENT, act, account, group, today)
    found = eligible_agencies(act, account, group, facts, today)
    if isinstance(found, Blocker):
        return found
    return _practice_stop(act, account, group, today) or Fit(found, facts)


def email_allowed(kind: LetterName, account: AccountNow, group: GroupNow, today: date) -> bool:
    """Whether a letter of a kind may go by e-mail to a person who agreed to it; the e-mail explains how to opt out."""
    if group.limits.no_emails:
        return False
    facts = facts_for(StepKind.EMAIL, SendLetter(kind), account, group, today)
    facts.update(
        {
            "step.channel": "email",
            "step.attachments": (*words_in(facts, "step.attachments"), "opt_out_line"),
            "step.email_source": "person",
            "person.email_ok": True,
            "contact.local_time_earliest": NOON,
            "contact.local_time_latest": NOON,
        }
    )
    return isinstance(check(StepKind.EMAIL, facts, today), Allow)


def text_allowed(account: AccountNow, group: GroupNow, today: date) -> bool:
    """Whether a text message may notify a person who agreed to it that a letter was sent."""
    if group.limits.no_texts:
        return False
    facts = facts_for(StepKind.TEXT, None, account, group, today)
    facts.update(call_facts(group, today))
    facts.update(
        {
            "step.channel": "text",
            "step.attachments": (*words_in(facts, "step.attachments"), "opt_out_line"),
            "person.mobile_consent": True,
        }
    )
    return isinstance(check(StepKind.TEXT, facts, today), Allow) and not is_held(account, group, today)


def with_enclosures(act: SendLetter, group: GroupNow) -> SendLetter:
    """A letter with its enclosures: those that the schedule names, and the summary that a charity's final notice
    must have with it (26 CFR 1.501(r)-6(c)(4)(i)(B))."""
    if act.kind != LetterKind.FINAL_NOTICE or group.creditor.kind != "nonprofit_hospital" or SUMMARY in act.enclose:
        return act
    return SendLetter(act.kind, (*act.enclose, SUMMARY))


def _no_call(person: PersonNow) -> str | None:
    """Why a person can't be called at any hour of any day; None if the person can be called."""
    if person.phone is None:
        return "no phone number on file"
    if not _is_number(person.phone):
        return "the phone number on file is invalid"
    if not zones_of(person.zip, person.phone, state=person.state, country=person.country):
        return "the time zone is unknown; neither the phone number nor the address shows it"
    return None


def _practice_stop(act: Action | None, account: AccountNow, group: GroupNow, today: date) -> Blocker | None:
    stop = limit_stop(act, account, group, today) or practice_stop_while_placed(act, account, today)
    if stop is not None:
        return stop
    if isinstance(act, SendLetter) and not group.person.reachable_by_mail:
        reason = "the guarantor's address is incomplete"
        chase = today + timedelta(days=CHASE_DAYS)
        return Blocker("house-address", "practice policy", reason, None, "clerk", chase, needs="address")
    silent = _no_call(group.person) if isinstance(act, OpenCall) else None
    if silent is not None:
        reason = silent
        chase = today + timedelta(days=CHASE_DAYS)
        return Blocker("house-phone", "practice policy", reason, None, "clerk", chase, needs="phone")
    dead = group.person.died_on or account.patient_died_on
    if dead is not None:
        reason = f"a death on {dead} is on file"
        return Blocker(
            "house-deceased", "practice policy", reason, None, "estate desk", today + timedelta(days=CHASE_DAYS)
        )
    answered = NOT_STOPPED_BY.get(act.kind, frozenset()) if isinstance(act, SendLetter) else frozenset[HoldKind]()
    holds = [
        hold
        for hold in (*account.holds, *group.person.holds)
        if hold.stands(today) and _covers(hold, act) and hold.kind not in answered
    ]
    if not holds:
        return None
    # The hold that lasts longest sets the next review date; one without an end lasts longest of all.
    hold = max(holds, key=lambda one: one.until or date.max)
    chase = today + timedelta(days=CHASE_DAYS)
    return Blocker(
        rule=f"hold:{hold.kind}",
        citation="practice policy",
        reason=f"on hold since {hold.from_on} ({label(hold.kind).lower()})",
        until=hold.until,
        cleared_by=None if hold.until else "an authorized user",
        review_on=hold.until or chase,
    )


def _covers(hold: HoldNow, act: Action | None) -> bool:
    match hold.scope:
        case HoldScope.ALL:
            return True
        case HoldScope.LETTERS:
            return isinstance(act, SendLetter)
        case HoldScope.CALLS:
            return isinstance(act, OpenCall)
        case HoldScope.PLACEMENT:
            return isinstance(act, Place)


def facts_for(kind: StepKind, act: Action | None, account: AccountNow, group: GroupNow, today: date) -> MadeFacts:
    """The facts that the rules ask about, in their vocabulary; unknown facts are left out."""
    facts = account_facts(account, group, today)
    match act:
        case SendLetter():
            facts["step.letter_kind"] = kind_of(act.kind).law.value
            facts["step.channel"] = "letter"
            if act.enclose:
                inside = enclosed(act.enclose, group.person.language)
                facts["step.attachments"] = (*words_in(facts, "step.attachments"), *inside)
        case OpenCall():
            facts["step.channel"] = "call"
            facts.update(call_facts(group, today))
        case WriteOff():
            facts["step.write_off_reason"] = WRITE_OFF_REASON.get(act.reason, "uncollectible")
            facts["account.write_off_cents"] = account.balance_cents
        case _:
            pass
    facts["step.kind"] = kind.value
    return facts


def enclosed(enclosures: tuple[str, ...], language: str) -> tuple[str, ...]:
    """What a letter contains because of its enclosures, in the words of the rules."""
    if SUMMARY not in enclosures:
        return ()
    translated = ("translated_summary",) if language.partition("-")[0] in LANGUAGES[1:] else ()
    return ("plain_language_summary", *translated)


@cache
def attachments_for(person_state: str | None, facility_state: str | None) -> tuple[str, ...]:
    """What a letter to a state contains: the practice's own, and the lines that the state requires."""
    return (*ATTACHMENTS, *(line.attachment for line in lines_for(person_state, facility_state)))


def account_facts(account: AccountNow, group: GroupNow, today: date) -> MadeFacts:
    """What the rules ask about an account, its creditor and its guarantor, whatever the step."""
    creditor, person = group.creditor, group.person
    facts: MadeFacts = {
        "actor": "first_party",
        "account.creditor_kind": creditor.kind,
        "account.creditor_is_nonprofit_hospital": creditor.kind == CreditorKind.NONPROFIT_HOSPITAL.value,
        "account.on_cost_report": files_cost_report(creditor.kind),
        "account.creditor_name": creditor.name,
        "account.facility_state": creditor.state,
        "account.payer_class": account.payer_class,
        "account.balance_cents": account.balance_cents,
        "account.service_on": account.service_from,
        "account.discharge_on": account.service_to or account.service_from,
        "account.first_bill_on": account.first_statement_on,
        "account.debt_age_days": (today - account.service_from).days,
        "person.state": person.state,
        "person.city": person.city,
        "person.language": person.language,
        "contact.addressed_to": "guarantor",
        "step.sender_name": creditor.name,
        "step.attachments": attachments_for(person.state, creditor.state),
    }
    if account.itemized_bill_on is not None:
        facts["account.itemized_bill_on"] = account.itemized_bill_on
    if account.plan_offered_on is not None:
        facts["account.plan_offered_on"] = account.plan_offered_on
    if account.plan_missed_since is not None:
        facts["account.plan_missed_since"] = account.plan_missed_since
    if account.facts or account.placed is not None or account.agency_returned_on is not None:
        facts.update(placement_facts(account))
    if (died := person.died_on or account.patient_died_on) is not None:
        facts["person.deceased_on"] = died
    if account.patient_is_guarantor and is_minor(account.patient_birth, today):
        facts["person.is_minor"] = True
        facts["contact.addressed_to"] = "person"
    if account.holds or person.holds:
        _add_holds(facts, (*account.holds, *person.holds), today)
    return facts


def placement_facts(account: AccountNow) -> MadeFacts:
    """What the rules ask about notices given, screenings done, and placements with agencies."""
    facts: MadeFacts = {}
    if account.placed is not None:
        facts["account.agency_placed_on"] = account.placed.placed_on
    if account.agency_returned_on is not None:
        facts["account.agency_returned_on"] = account.agency_returned_on
    facts.update(rule_facts(account.facts, account.amounts))
    return facts


def _add_holds(facts: MadeFacts, holds: tuple[HoldNow, ...], today: date) -> None:
    flags: list[str] = []
    refused: list[str] = []
    for hold in holds:
        if not hold.stands(today):
            continue
        if hold.kind in FLAG_OF_HOLD:
            flags.append(FLAG_OF_HOLD[hold.kind])
        elif hold.kind is HoldKind.CEASE:
            if hold.scope is HoldScope.ALL:
                flags.append("cease_communication")
            refused.extend(REFUSED_CHANNELS.get(hold.scope, ()))
        elif hold.kind is HoldKind.FINANCIAL_ASSISTANCE:
            facts["account.fa_status"] = "pending"
            facts["account.fa_application_on"] = hold.from_on
        elif hold.kind is HoldKind.ARRANGEMENT:
            facts["account.plan_active"] = True
        elif hold.kind is HoldKind.DECEASED:
            facts.setdefault("person.deceased_on", hold.from_on)
    if flags:
        facts["account.flags"] = (*words_in(facts, "account.flags"), *flags)
    if refused:
        facts["person.refused_channels"] = tuple(refused)


def call_facts(group: GroupNow, today: date) -> MadeFacts:
    """What the rules ask about calls made before. Today and the six days before it are the last seven days.

    The hour of a call still to be planned is noon, which every rule allows; the call list and the moment of
    calling are checked with the guarantor's local hour.
    """
    contacts = group.contacts
    week = [day for day in contacts.calls_made if day > today - timedelta(days=7)]
    facts: MadeFacts = {
        "contact.local_time_earliest": NOON,
        "contact.local_time_latest": NOON,
        "contact.calls_last_7_days": len(week),
        "contact.contacts_last_7_days": len(week),
    }
    if contacts.calls_asked:
        facts["contact.asked_calls_last_7_days"] = sum(1 for day in contacts.calls_asked if day in week)
    if contacts.asked_on is not None and contacts.callback_on == today:
        facts["contact.asked_to_be_called"] = True
        facts["contact.asked_days_ago"] = (today - contacts.asked_on).days
    if week:
        facts["contact.oldest_call_on"] = min(week)
        facts["contact.oldest_contact_on"] = min(week)
    if contacts.last_talk_on is not None:
        facts["contact.conversation_on"] = contacts.last_talk_on
    return facts
