"""When a creditor must claim against a decedent's estate: the deadline, the business day before it, and its basis.

Pure. A deadline is the computed date; no weekend or holiday is assumed to move it (`file_by` is the last business day
on or before it). While facts are missing, there is an earliest safe date and a latest possible one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

import holidays

from compliance.nonclaim_table import BadEstateFacts, Base, DeadlineKind, Joins, Period, StateRule, Term, rule_of


class RuleName(StrEnum):
    """The part of a state's rule that sets a date."""

    CLAIM = "claim"
    UNKNOWN = "unknown"
    SILENT = "silent"
    BAR = "bar"
    ARGUED = "argued"
    PROTECTIVE = "protective"
    INSOLVENT = "insolvent"
    ORDER = "order"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EstateFacts:
    """The known facts. `letters`: issued, or the representative qualified; `published`: the notice's first publication;
    `notice`: mailed to us or served on us; `order`: the deadline set by a court or stated in the notice; `insolvent`:
    the court found the estate insolvent."""

    death: date
    letters: date | None = None
    published: date | None = None
    notice: date | None = None
    order: date | None = None
    born: date | None = None
    insolvent: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A date that a part of the rule sets, controlling or not. `provisional`: a fact still missing could move it."""

    rule: RuleName
    on: date
    file_by: date
    provisional: bool
    because: str


@dataclass(slots=True)
class Deadline:
    """The deadline of a claim. A value, not frozen because a hundred thousand are made at once.

    `on` is None if no rule sets one, and `why_none` states why. `earliest`: the safe date while a notice not known yet
    may arrive; it is the date that would apply if it were published or mailed today. `latest`: the date after which no
    claim survives, whatever happens.
    """

    state: str
    on: date | None
    file_by: date | None
    rule: RuleName
    citation: str
    confidence: str
    kind: DeadlineKind
    because: str
    provisional: bool
    earliest: date | None
    latest: date | None
    candidates: tuple[Candidate, ...]
    open_by: date | None
    suit_bar: date | None
    note: str
    why_none: str
    as_known: date


def deadline(state: str, facts: EstateFacts, today: date, *, with_candidates: bool = True) -> Deadline:
    """The deadline to claim in a state, from the facts so far, with every candidate unless the caller needs none.

    Raises BadEstateFacts for an unknown state and for impossible facts.
    """
    rule = rule_of(state)
    _refuse_wrong(facts, today)
    days = _days(facts)
    by_claim = _reckon(rule.claim, days)
    by_silence = _reckon(rule.silent, days) if by_claim is None else None
    bar = _reckon(rule.bar, days)
    name, on = (RuleName.CLAIM, by_claim) if by_claim else (RuleName.SILENT, by_silence)
    if (by_insolvency := _reckon(rule.insolvent, days)) is not None:
        name, on = RuleName.INSOLVENT, by_insolvency
    elif on is None and (protected := _reckon(rule.protective, days)) is not None:
        name, on = RuleName.PROTECTIVE, protected
    if bar is not None and (on is None or bar < on):
        name, on = RuleName.BAR, bar
    if facts.order is not None and (rule.kind is DeadlineKind.COURT_SET or on is None or facts.order < on):
        name, on = RuleName.ORDER, facts.order
    earliest = _earliest(rule, facts, on, today)
    if name is RuleName.ORDER:
        # A court's date stands; a date stated in a notice applies only until the law sets an earlier one.
        earliest = on if rule.kind is DeadlineKind.COURT_SET else earliest
        provisional, latest = earliest != on, on
    else:
        provisional = on is not None and _may_move(rule, facts, name)
        latest = on if on is not None and not provisional else bar
    found = tuple(_candidates(rule, facts, days)) if with_candidates else ()
    return Deadline(
        state=rule.state,
        on=on,
        file_by=None if on is None else file_by(state, on),
        rule=name if on is not None else RuleName.NONE,
        citation=rule.citation,
        confidence=rule.confidence,
        kind=DeadlineKind.PROTECTIVE if name is RuleName.PROTECTIVE else rule.kind,
        because=_because(rule, name, facts) if on is not None else "",
        provisional=provisional,
        earliest=earliest,
        latest=latest,
        candidates=found,
        open_by=_reckon(rule.open_by, days),
        suit_bar=_reckon(rule.suit_bar, days),
        note=rule.note,
        why_none="" if on is not None else _why_none(rule),
        as_known=rule.as_known,
    )


Days = tuple[date, date | None, date | None, date | None, date | None]
_PLACE = {Base.DEATH: 0, Base.LETTERS: 1, Base.PUBLISHED: 2, Base.NOTICE: 3, Base.INSOLVENCY: 4}


def _days(facts: EstateFacts) -> Days:
    return facts.death, facts.letters, facts.published, facts.notice, facts.insolvent


def _reckon(term: Term | None, days: Days) -> date | None:
    """The date by a term; None if none of its facts is known."""
    if term is None:
        return None
    if term.base is not None:
        start = days[_PLACE[term.base]]
        return None if start is None else _after(term.period, start)
    found = [day for day in (_reckon(inner, days) for inner in term.terms) if day is not None]
    if not found:
        return None
    return max(found) if term.joins is Joins.LATER else min(found)


@lru_cache(65_536)
def _after(period: Period, start: date) -> date:
    return period.after(start)


def _refuse_wrong(facts: EstateFacts, today: date) -> None:
    death, letters, published = facts.death, facts.letters, facts.published
    for name, day in (("death", death), ("letters", letters), ("publication", published), ("notice", facts.notice)):
        if day is not None and day > today:
            raise BadEstateFacts(f"a {name} on {day} is in the future; today is {today}", "enter it after it happened")
    if facts.insolvent is not None and not death <= facts.insolvent <= today:
        raise BadEstateFacts(
            f"the insolvency date {facts.insolvent} is before the death on {death} or in the future",
            "correct one of them",
        )
    if facts.born is not None and death < facts.born:
        raise BadEstateFacts(f"a death on {death} is before the birth on {facts.born}", "correct one of them")
    if letters is not None and letters < death:
        raise BadEstateFacts(f"letters issued on {letters} are before the death on {death}", "correct one of them")
    for name, day in (("publication", published), ("notice", facts.notice)):
        if day is not None and day < death:
            raise BadEstateFacts(f"a {name} on {day} is before the death on {death}", "correct one of them")
        if day is not None and letters is not None and day < letters:
            raise BadEstateFacts(
                f"a {name} on {day} is before the letters of {letters}: a representative gives notice only "
                "after the appointment",
                "correct one of them",
            )
    if facts.order is not None and facts.order < death:
        raise BadEstateFacts(
            f"a court-set deadline of {facts.order} is before the death on {death}", "correct one of them"
        )


def _may_move(rule: StateRule, facts: EstateFacts, name: RuleName) -> bool:
    """Whether a missing fact could change the date."""
    if name is RuleName.BAR:
        # Only a fact that sets an earlier date could still move a bar.
        return rule.claim is not None and any(_is_missing(base, facts) for base in rule.claim.bases)
    if name is RuleName.INSOLVENT:
        return False
    asked = rule.claim.bases if rule.claim is not None else frozenset[Base]()
    return name in (RuleName.SILENT, RuleName.PROTECTIVE) or any(_is_missing(base, facts) for base in asked)


def _is_missing(base: Base, facts: EstateFacts) -> bool:
    return _days(facts)[_PLACE[base]] is None


def _earliest(rule: StateRule, facts: EstateFacts, on: date | None, today: date) -> date | None:
    """The safe date: the earliest that would apply if any of the missing facts occurred today.

    Facts before today that are unknown to us are found by the desk's searches; no rule can detect them. But if a
    publication or notice is known and letters are not, the letters were issued before it: no notice is possible without
    letters.
    """
    known = _days(facts)
    if facts.insolvent is not None and rule.insolvent is not None:
        return on
    by = min((day for day in (facts.published, facts.notice) if day is not None), default=today)
    came = (today, by, today, today, today)
    asked = (
        ()
        if rule.claim is None
        else tuple(_PLACE[base] for base in Base if base in rule.claim.bases and known[_PLACE[base]] is None)
    )
    days = [] if on is None else [on]
    for places in _subsets(asked):
        filled = tuple(came[place] if place in places else day for place, day in enumerate(known))
        found = _reckon(rule.claim, filled)  # pyright: ignore[reportArgumentType]
        if found is not None:
            days.append(found)
    return min(days, default=None)


def missing_bases(state: str, facts: EstateFacts) -> tuple[Base, ...]:
    """The missing dates from which the state's rule runs."""
    rule = rule_of(state)
    return (
        ()
        if rule.claim is None
        else tuple(base for base in Base if base in rule.claim.bases and _is_missing(base, facts))
    )


def settled_day(state: str, facts: EstateFacts) -> date | None:
    """The safe date that can no longer move although letters are unknown; None if there is none.

    No notice is possible without letters: they were issued no later than a known publication or notice. So a period
    that runs from letters ends no later than it would from that date.
    """
    rule = rule_of(state)
    known = min((day for day in (facts.published, facts.notice) if day is not None), default=None)
    if known is None or rule.claim is None or facts.letters is not None or Base.LETTERS not in rule.claim.bases:
        return None
    return _reckon(rule.claim, (facts.death, known, facts.published, facts.notice, facts.insolvent))


@lru_cache(64)
def _subsets(places: tuple[int, ...]) -> tuple[frozenset[int], ...]:
    """All non-empty subsets of these."""
    return tuple(frozenset(chosen) for count in range(1, len(places) + 1) for chosen in combinations(places, count))


def _candidates(rule: StateRule, facts: EstateFacts, days: Days) -> list[Candidate]:
    named = (
        (RuleName.CLAIM, rule.claim),
        (RuleName.UNKNOWN, rule.unknown),
        (RuleName.SILENT, rule.silent),
        (RuleName.BAR, rule.bar),
        (RuleName.ARGUED, rule.argued),
        (RuleName.PROTECTIVE, rule.protective),
        (RuleName.INSOLVENT, rule.insolvent),
    )
    found: list[Candidate] = []
    for name, term in named:
        on = _reckon(term, days)
        if term is not None and on is not None:
            missing = any(_is_missing(base, facts) for base in term.bases)
            found.append(Candidate(name, on, file_by(rule.state, on), missing, _said(term, days)))
    if facts.order is not None:
        because = "named by the court or in the notice"
        found.append(Candidate(RuleName.ORDER, facts.order, file_by(rule.state, facts.order), False, because))
    return found


def _because(rule: StateRule, name: RuleName, facts: EstateFacts) -> str:
    if name is RuleName.ORDER:
        return f"the day named by the court or in the notice, {facts.order}"
    term = {
        RuleName.CLAIM: rule.claim,
        RuleName.SILENT: rule.silent,
        RuleName.BAR: rule.bar,
        RuleName.PROTECTIVE: rule.protective,
        RuleName.INSOLVENT: rule.insolvent,
    }[name]
    return "" if term is None else _said(term, _days(facts))


@lru_cache(65_536)
def _said(term: Term, days: Days) -> str:
    """A term in words, with the date it runs from if there is one."""
    if term.base is not None:
        start = days[_PLACE[term.base]]
        return f"{term.said} ({start or 'not known'})"
    known = [inner for inner in term.terms if _reckon(inner, days) is not None]
    if len(known) == 1:
        return _said(known[0], days)
    joined = ", ".join(_said(inner, days) for inner in known)
    return f"the {'later' if term.joins is Joins.LATER else 'earlier'} of {joined}"


_AWAITED = {
    Base.DEATH: "the death",
    Base.LETTERS: "an appointment with letters",
    Base.PUBLISHED: "the publication of a notice to creditors",
    Base.NOTICE: "a notice to us",
    Base.INSOLVENCY: "a finding that the estate is insolvent",
}


def _why_none(rule: StateRule) -> str:
    if rule.claim is None:
        return f"{rule.name} has no period for claims: {rule.note}"
    awaited = " or ".join(_AWAITED[base] for base in Base if base in rule.claim.bases)
    return f"no period runs in {rule.name} until there is {awaited}"


@lru_cache(65_536)
def file_by(state: str, day: date) -> date:
    """The last business day on or before a day: not a weekend, and not an actual or observed federal or state
    holiday."""
    while day.weekday() >= 5 or day in _holidays(state, day.year):
        day -= timedelta(days=1)
    return day


@lru_cache(1_024)
def _holidays(state: str, year: int) -> frozenset[date]:
    known = state if state in holidays.country_holidays("US").subdivisions else None
    found: set[date] = set()
    for observed in (True, False):
        found.update(holidays.country_holidays("US", subdiv=known, years=year, observed=observed))
    return frozenset(found)


def suit_bar(state: str, facts: EstateFacts) -> date | None:
    """The outside deadline to sue, whatever was presented before; None if the table has none."""
    return _reckon(rule_of(state).suit_bar, _days(facts))
