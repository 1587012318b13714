"""The deadline of a matter, computed from its facts, with its reason and how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from compliance.nonclaim import Deadline, EstateFacts, RuleName, deadline, missing_bases, settled_day, suit_bar
from compliance.nonclaim_table import BadEstateFacts, Base, DeadlineKind, rule_of
from compliance.presented_claim import sue_by
from flows.estates.deadlines.decide import Counts, DayThatCounts, Standing
from models.columns import AnyRow
from models.estate_enums import EstateFactName, MatterState
from models.labels import label_of


@dataclass(slots=True)
class Computed:
    """A deadline as column values of a matter; dates are `None` where there is none. A value."""

    deadline_on: date | None
    deadline_rule: str
    deadline_kind: str
    deadline_confidence: str
    deadline_citation: str
    deadline_why: str
    file_by_on: date | None
    earliest_on: date | None
    latest_on: date | None
    provisional: bool
    open_estate_by: date | None


def computed(row: AnyRow, today: date) -> Computed:
    """The deadline of a matter from its facts, or the reason why there is none."""
    if row.death_on is None:
        return _none("the date of death is unknown; request it and confirm the death")
    if row.jurisdiction is None:
        return _none("the state of the estate is unknown; enter it")
    facts = _known(row)
    try:
        found = deadline(row.jurisdiction, facts, today, with_candidates=False)
    except BadEstateFacts as error:
        return _none(str(error))
    return _columns(found)


def _columns(found: Deadline) -> Computed:
    return Computed(
        found.on,
        found.rule.value,
        found.kind.value,
        found.confidence,
        found.citation,
        found.because if found.on is not None else found.why_none,
        found.file_by,
        found.earliest,
        found.latest,
        found.provisional,
        found.open_by,
    )


def _none(why: str) -> Computed:
    return Computed(None, "none", "none", "", "", why, None, None, None, False, None)


def standing_of(row: AnyRow, found: Computed, last_search: date | None = None, *, petitioned: bool = False) -> Standing:
    """A matter, for its deadlines."""
    return Standing(
        MatterState(row.state),
        row.death_on,
        row.jurisdiction,
        found.file_by_on,
        found.deadline_on,
        row.sue_by_on,
        found.open_estate_by,
        _is_open(row),
        row.no_response_on,
        row.offer_until,
        row.last_alert_days,
        last_search,
        row.reviewed_on,
        petitioned,
        suit_day(row, found),
        row.not_presented_to is not None,
        _safe_day(row, found),
    )


def suit_day(row: AnyRow, found: Computed) -> date | None:
    """The last day to sue once a claim is filed: the earliest that applies of three. They are the claim's deadline
    where presenting alone preserves nothing, the outside date for suits under the law, and the last day to sue after
    no response that means a disallowance."""
    if row.filed_on is None or row.jurisdiction is None or row.death_on is None:
        return None
    days = [suit_bar(row.jurisdiction, _known(row))]
    if found.deadline_kind == DeadlineKind.SUIT.value:
        days.append(found.deadline_on)
    if row.no_response_on is not None and (row.no_response_effect or "").startswith("rejected"):
        days.append(sue_by(row.jurisdiction, row.no_response_on, independent=bool(row.independent)))
    return min((day for day in days if day is not None), default=None)


def _is_open(row: AnyRow) -> bool:
    """Whether the estate is open: letters are known, or a fact that requires letters."""
    return any(day is not None for day in (row.letters_on, row.published_on, row.notice_on))


def _known(row: AnyRow) -> EstateFacts:
    return EstateFacts(
        row.death_on,
        row.letters_on,
        row.published_on,
        row.notice_on,
        row.court_set_claim_by,
        insolvent=row.insolvent_on,
    )


def _safe_day(row: AnyRow, found: Computed) -> date | None:
    """The earliest safe date, if it can no longer move and is before the deadline, or if there is no deadline yet."""
    if row.death_on is None or row.jurisdiction is None or found.deadline_rule == RuleName.ORDER:
        return None
    safe = settled_day(row.jurisdiction, _known(row))
    return safe if safe is not None and (found.deadline_on is None or safe < found.deadline_on) else None


_FACT_OF: Mapping[Base, EstateFactName] = {
    Base.LETTERS: EstateFactName.LETTERS_ISSUED,
    Base.PUBLISHED: EstateFactName.FIRST_PUBLICATION,
    Base.NOTICE: EstateFactName.NOTICE_RECEIVED,
    Base.INSOLVENCY: EstateFactName.INSOLVENCY_FOUND,
}


def facts_missing(row: AnyRow) -> tuple[str, ...]:
    """The missing facts that could change the deadline, by name; none if the deadline is settled."""
    if row.death_on is None:
        return ("the date of death",)
    if row.jurisdiction is None:
        return (EstateFactName.STATE.value,)
    if row.deadline_on is not None and not row.provisional:
        return ()
    bases = missing_bases(row.jurisdiction, _known(row))
    return tuple(_FACT_OF[base].value for base in bases if base in _FACT_OF)


def earliest_now(row: AnyRow, today: date) -> date | None:
    """The earliest safe date as of today; the stored one is as of the day on which it was computed."""
    return computed(row, today).earliest_on


def how_sure(row: AnyRow, today: date) -> str:
    """How sure a claim's deadline is: the confidence in the rule, missing facts, earliest and outside dates."""
    said = [f"confidence in the rule: {row.deadline_confidence}"] if row.deadline_confidence else []
    if missing := facts_missing(row):
        said.append(f"missing facts: {', '.join(label_of(EstateFactName, name).lower() for name in missing)}")
        if (earliest := earliest_now(row, today)) is not None:
            said.append(f"earliest deadline {earliest}, if they arrived on {today}")
        if row.latest_on is not None:
            said.append(f"outside date {row.latest_on}")
    return "; ".join(said).capitalize()


@dataclass(frozen=True, slots=True)
class Reason:
    """The basis of a date, and its citation."""

    because: str
    citation: str


def reason_of(row: AnyRow, day: DayThatCounts | None) -> Reason:
    """The basis of a matter's controlling deadline. For a suit it is the disallowance, not the basis of the claim's
    deadline."""
    if day is not None and day.what is Counts.SUIT and row.jurisdiction is not None:
        rule = rule_of(row.jurisdiction)
        if day.on != row.sue_by_on:
            return Reason(_why_suit(row, day.on), rule.citation)
        disallowed = MatterState(row.state) in (MatterState.DISALLOWED, MatterState.ALLOWED_IN_PART)
        of = f" of {row.answered_on}" if disallowed else ""
        within = "the time" if rule.sue_within is None else rule.sue_within.said
        return Reason(f"{within} to sue after the notice of disallowance{of}", rule.citation)
    if day is not None and day.what is Counts.OPEN:
        return Reason(f"the deadline to open an estate; {row.deadline_why}", row.deadline_citation)
    if day is None and row.filed_on is not None:
        return Reason(f"the claim was filed on {row.filed_on}", row.deadline_citation)
    if day is not None and day.on != row.deadline_on:
        until = f"; the outside date is {row.latest_on}" if row.latest_on else ""
        missing = ", ".join(label_of(EstateFactName, name).lower() for name in facts_missing(row))
        return Reason(f"the earliest safe date while these facts are missing: {missing}{until}", row.deadline_citation)
    return Reason(row.deadline_why, row.deadline_citation)


def _why_suit(row: AnyRow, on: date) -> str:
    """Why a suit must be filed by a date that no disallowance set."""
    if row.no_response_on is not None and row.jurisdiction and sue_by(row.jurisdiction, row.no_response_on) == on:
        return f"no answer by {row.no_response_on} means {row.no_response_effect}; the time to sue runs from then"
    if row.deadline_kind == DeadlineKind.SUIT.value and on == row.deadline_on:
        return f"a suit must be filed by this date; presenting the claim alone does not preserve it; {row.deadline_why}"
    return "no suit can be filed after this date, whatever was presented"


def stored(row: AnyRow) -> Computed:
    """A matter's deadline as last computed."""
    return Computed(
        row.deadline_on,
        row.deadline_rule,
        row.deadline_kind,
        row.deadline_confidence,
        row.deadline_citation,
        row.deadline_why,
        row.file_by_on,
        row.earliest_on,
        row.latest_on,
        row.provisional,
        row.open_estate_by,
    )
