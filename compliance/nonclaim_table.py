"""The states' rules for claims against estates, read from nonclaim.yaml and checked completely."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta
from ruamel.yaml.error import YAMLError

from compliance.tables import BadTable
from models.documents import is_list, is_mapping, read_yaml
from models.errors import Refused
from models.values import counted

TABLE = Path(__file__).with_name("nonclaim.yaml")


class BadEstateFacts(Refused):
    """Impossible facts of an estate; the message states why, and what to do."""


class DeadlineKind(StrEnum):
    """The kinds of deadline; `nonclaim.yaml` explains each."""

    BAR = "bar"
    PROTECTIVE = "protective"
    SUIT = "suit"
    COURT_SET = "court_set"
    NONE = "none"


class Base(StrEnum):
    """A date from which a period runs."""

    DEATH = "death"
    LETTERS = "letters"
    PUBLISHED = "published"
    NOTICE = "notice"
    INSOLVENCY = "insolvency"


class Joins(StrEnum):
    """How the terms of a rule are joined."""

    ONE = "one"
    LATER = "later_of"
    EARLIER = "earlier_of"


class PayClass(StrEnum):
    """A class of debts of an insolvent estate."""

    ADMINISTRATION = "administration"
    FUNERAL = "funeral"
    ALLOWANCES = "allowances"
    FEDERAL = "federal"
    LAST_ILLNESS = "last_illness"
    MEDICAID = "medicaid"
    STATE = "state"
    JUDGMENTS = "judgments"
    YEAR_OF_CARE = "year_of_care"
    OTHER = "other"


OFTEN_OTHER = (PayClass.MEDICAID, PayClass.JUDGMENTS, PayClass.YEAR_OF_CARE)
"""Classes that most states do not rank separately: own classes only if a row's `classes` name them, otherwise among the
others."""


class SilenceMeans(StrEnum):
    """The effect of no response from the representative."""

    ALLOWED = "allowed"
    REJECTED = "rejected"
    REJECTED_AT_CHOICE = "rejected, at the creditor's choice"


STATES = frozenset(
    "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR "
    "PA PR RI SC SD TN TX UT VA VT WA WI WV WY".split()
)

UNITS = ("days", "weeks", "months", "years")

_BASE_SAID = {
    Base.DEATH: "death",
    Base.LETTERS: "letters were issued",
    Base.PUBLISHED: "first publication",
    Base.NOTICE: "the notice to us",
    Base.INSOLVENCY: "the court found the estate insolvent",
}


@dataclass(frozen=True, slots=True, eq=False)
class Period:
    """A length of time: weeks and days first, then months and years."""

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """The date that much later; the last day of the month if the month is too short."""
        moved = date.fromordinal(day.toordinal() + self.days) if self.days else day
        return moved + relativedelta(months=self.months) if self.months else moved

    def before(self, day: date) -> date:
        """The date that much earlier."""
        return day - relativedelta(months=self.months, days=self.days)

    @property
    def said(self) -> str:
        """The period in words."""
        years, months = divmod(self.months, 12)
        weeks = self.days // 7 if self.days and self.days % 7 == 0 and self.months else 0
        days = 0 if weeks else self.days
        parts = ((weeks, "week"), (days, "day"), (months, "month"), (years, "year"))
        return " and ".join(counted(count, unit) for count, unit in parts if count)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A period from a date, or terms of which the later or the earlier applies.

    Compared by identity, not by content: a term is created once, and is the key of its cached results.
    """

    joins: Joins
    base: Base | None = None
    period: Period = Period()
    terms: "tuple[Term, ...]" = ()
    bases: frozenset[Base] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        # Every date it depends on, computed once: it is needed for every deadline.
        inner = frozenset(base for term in self.terms for base in term.bases)
        object.__setattr__(self, "bases", inner if self.base is None else inner | {self.base})

    @property
    def said(self) -> str:
        """The term in words."""
        if self.base is not None:
            return f"{self.period.said} after {_BASE_SAID[self.base]}"
        joined = ", ".join(term.said for term in self.terms)
        return f"the {'later' if self.joins is Joins.LATER else 'earlier'} of {joined}"


@dataclass(frozen=True, slots=True)
class SilenceRule:
    """The effect of no response, after a period from presentation or from the end of the claim period."""

    means: SilenceMeans
    period: Period
    from_presentation: bool


@dataclass(frozen=True, slots=True)
class StateRule:
    """One state's row. `present_to` is representative, court, either or both."""

    state: str
    name: str
    kind: DeadlineKind
    claim: Term | None
    unknown: Term | None
    silent: Term | None
    bar: Term | None
    argued: Term | None
    open_by: Term | None
    suit_bar: Term | None
    present_to: str
    sworn: bool
    form: str | None
    sue_within: Period | None
    silence: SilenceRule | None
    last_illness_rank: int | None
    last_illness_window: Period | None
    last_illness_cap_cents: int | None
    last_illness_other_cap_cents: int | None
    year_of_care: Period | None
    classes: tuple[tuple[PayClass, ...], ...] | None
    protective: Term | None
    insolvent: Term | None
    independent: bool
    citation: str
    confidence: str
    note: str
    as_known: date
    source: str | None
    read_on: date | None


_KNOWN = frozenset(
    {
        "name",
        "upc",
        "kind",
        "claim",
        "unknown",
        "silent",
        "bar",
        "argued",
        "protective",
        "insolvent",
        "open_by",
        "suit_bar",
        "present_to",
        "sworn",
        "form",
        "sue_within",
        "silence",
        "independent",
        "last_illness_rank",
        "last_illness",
        "year_of_care",
        "classes",
        "citation",
        "confidence",
        "note",
        "source",
        "read_on",
    }
)
_TERMS = ("claim", "unknown", "silent", "bar", "argued", "protective", "insolvent", "open_by", "suit_bar")
_PRESENT = ("representative", "court", "either", "both")
_CONFIDENCE = ("high", "medium", "low")


def read_table(text: str, name: str = TABLE.name) -> Mapping[str, StateRule]:
    """The rows of a table by state. Raises BadTable for any entry that it cannot read."""
    try:
        found = read_yaml(text)
    except YAMLError as error:
        raise BadTable(f"{name}: is not valid YAML here: {error}") from None
    if not is_mapping(found) or set(found) != {"as_known", "upc_defaults", "states"}:
        raise BadTable(f"{name}: it must contain only as_known, upc_defaults and states")
    if not isinstance(found["as_known"], date):
        raise BadTable(f'{name}: as_known is "{found["as_known"]}"; write a date such as 2026-01-31')
    for part in ("upc_defaults", "states"):
        if not is_mapping(found[part]):
            raise BadTable(f"{name}, {part}: write fields and their values")
    defaults, as_known = found["upc_defaults"], found["as_known"]
    return {state: _row(name, state, row, defaults, as_known) for state, row in found["states"].items()}


def _row(name: str, state: str, row: Any, defaults: Mapping[str, Any], as_known: date) -> StateRule:
    where = f"{name}, {state}"
    if not is_mapping(row):
        raise BadTable(f"{where}: write fields and their values, such as {{name: Ohio, kind: bar}}")
    if unknown := sorted(set(row) - _KNOWN):
        near = get_close_matches(unknown[0], sorted(_KNOWN), 1)
        raise BadTable(f"{where}: {unknown[0]} is not a field" + (f'; did you mean "{near[0]}"?' if near else ""))
    values = {**(defaults if row.get("upc") else {}), **row}
    for needed in ("name", "kind", "citation", "confidence", "present_to", "sworn"):
        if values.get(needed) in (None, ""):
            raise BadTable(f"{where}: {needed} is missing; write it")
    if "claim" not in values:
        raise BadTable(f"{where}: claim is missing; write the term, or null where there is no term")
    for word, words in (("present_to", _PRESENT), ("confidence", _CONFIDENCE), ("kind", tuple(DeadlineKind))):
        if values[word] not in words:
            raise BadTable(f'{where}: {word} is "{values[word]}"; write one of {", ".join(words)}')
    for flag in ("upc", "sworn", "independent"):
        if not isinstance(values.get(flag, False), bool):
            raise BadTable(f'{where}: {flag} is "{values[flag]}"; write true or false')
    read_on = values.get("read_on")
    if (read_on is None) != (values.get("source") is None) or not isinstance(read_on, date | None):
        raise BadTable(f"{where}: source and read_on go together; write the source of the row and the date")
    terms = {name: _term(f"{where}, {name}", values.get(name)) for name in _TERMS}
    window, cap, other_cap = _last_illness(f"{where}, last_illness", values.get("last_illness") or {})
    year = values.get("year_of_care")
    rank, sue = values.get("last_illness_rank"), values.get("sue_within")
    if rank is not None and (type(rank) is not int or rank <= 0):
        raise BadTable(f'{where}: last_illness_rank is "{rank}"; write 1 for the first class, 2 and so on, or null')
    rule = StateRule(
        state=state,
        name=str(values["name"]),
        kind=DeadlineKind(values["kind"]),
        **terms,
        present_to=str(values["present_to"]),
        sworn=bool(values["sworn"]),
        form=values.get("form"),
        sue_within=None if sue is None else _period(f"{where}, sue_within", sue),
        silence=_silence(f"{where}, silence", values.get("silence")),
        independent=bool(values.get("independent", False)),
        last_illness_rank=rank,
        last_illness_window=window,
        last_illness_cap_cents=cap,
        last_illness_other_cap_cents=other_cap,
        year_of_care=None if year is None else _period(f"{where}, year_of_care", year),
        classes=_classes(f"{where}, classes", values.get("classes")),
        citation=str(values["citation"]),
        confidence=str(values["confidence"]),
        note=str(values.get("note") or ""),
        as_known=read_on or as_known,
        source=values.get("source"),
        read_on=read_on,
    )
    _refuse_contradictions(where, rule, terms)
    return rule


def _refuse_contradictions(where: str, rule: StateRule, terms: Mapping[str, Term | None]) -> None:
    """Raises BadTable where the terms of a row cannot all be meant."""
    if (rule.claim is None) != (rule.kind is DeadlineKind.NONE):
        raise BadTable(f"{where}: claim is null where kind is none, and a term everywhere else")
    if rule.insolvent is not None and rule.insolvent.bases != frozenset({Base.INSOLVENCY}):
        raise BadTable(f"{where}, insolvent: write it from insolvency; it holds when the court has found it")
    if any(term is not None and Base.INSOLVENCY in term.bases for name, term in terms.items() if name != "insolvent"):
        raise BadTable(f"{where}: only the term insolvent runs from insolvency")
    if rule.bar is not None and rule.bar.bases != frozenset({Base.DEATH}):
        raise BadTable(f"{where}, bar: write it from death; it holds whatever else is known")


def _term(where: str, found: Any) -> Term | None:
    if found is None:
        return None
    if not is_mapping(found) or not found:
        raise BadTable(f"{where}: write a term such as {{from: published, months: 4}}")
    for joins in (Joins.LATER, Joins.EARLIER):
        if joins.value in found:
            if not is_list(found[joins.value]):
                raise BadTable(f"{where}: {joins} holds a list of terms")
            inner = [_term(where, one) for one in found[joins.value]]
            if len(found) != 1 or len(inner) < 2 or None in inner:
                raise BadTable(f"{where}: {joins} holds two terms or more, and stands alone")
            return Term(joins, terms=tuple(one for one in inner if one is not None))
    if found.get("from") not in tuple(Base):
        raise BadTable(f'{where}: from is "{found.get("from")}"; write one of {", ".join(Base)}')
    period = _period(where, {unit: count for unit, count in found.items() if unit != "from"})
    return Term(Joins.ONE, Base(found["from"]), period)


def _period(where: str, found: Any) -> Period:
    if not is_mapping(found) or not found or not set(found) <= set(UNITS):
        raise BadTable(f"{where}: write a period in {', '.join(UNITS)}, such as {{months: 4}}")
    if any(type(count) is not int or count <= 0 for count in found.values()):
        raise BadTable(f"{where}: a period is a whole number above zero")
    return Period(found.get("days", 0) + 7 * found.get("weeks", 0), found.get("months", 0) + 12 * found.get("years", 0))


def _silence(where: str, found: Any) -> SilenceRule | None:
    if found is None:
        return None
    if not is_mapping(found):
        raise BadTable(f"{where}: write means and one period after it, such as days_after_period")
    rest = {key: value for key, value in found.items() if key != "means"}
    if found.get("means") not in tuple(SilenceMeans) or len(rest) != 1:
        raise BadTable(f"{where}: write means ({', '.join(SilenceMeans)}) and one period after it")
    ((key, count),) = rest.items()
    unit, _, after = str(key).partition("_after_")
    if after not in ("presentation", "period"):
        raise BadTable(f"{where}: {key} is not known; write days_after_presentation or days_after_period")
    return SilenceRule(SilenceMeans(found["means"]), _period(where, {unit: count}), after == "presentation")


_CAPS = ("cap_cents", "other_cap_cents")


def _last_illness(where: str, found: Any) -> tuple[Period | None, int | None, int | None]:
    """The window, the cap, and the cap for providers other than hospitals and nursing homes."""
    if not is_mapping(found):
        raise BadTable(f"{where}: write a period before death, such as {{days: 60}}, or cap_cents, or both")
    for name in _CAPS:
        cap = found.get(name)
        if cap is not None and (type(cap) is not int or cap <= 0):
            raise BadTable(f"{where}: {name} is a whole number of cents above zero")
    rest = {key: value for key, value in found.items() if key not in _CAPS}
    return (_period(where, rest) if rest else None), found.get("cap_cents"), found.get("other_cap_cents")


def _classes(where: str, found: Any) -> tuple[tuple[PayClass, ...], ...] | None:
    if found is None:
        return None
    if not is_list(found) or not all(is_list(group) for group in found):
        raise BadTable(f"{where}: write a list of lists, the class that is paid first at its head")
    flat = [name for group in found for name in group]
    always = sorted(set(PayClass) - set(OFTEN_OTHER))
    if sorted(set(flat) - set(OFTEN_OTHER)) != always or len(set(flat)) != len(flat):
        raise BadTable(f"{where}: name every class once: {', '.join(always)}; {', '.join(OFTEN_OTHER)} at most once")
    return tuple(tuple(PayClass(name) for name in group) for group in found)


@cache
def state_rules() -> Mapping[str, StateRule]:
    """The rows of the shipped table, read once. Raises BadTable if a state has none."""
    rules = read_table(TABLE.read_text("utf-8"))
    if wrong := sorted(STATES ^ set(rules)):
        raise BadTable(
            f"{TABLE.name}: it must have one row for each of the 50 states, DC and PR; check {', '.join(wrong)}"
        )
    return rules


def rule_of(state: str) -> StateRule:
    """A state's row. Raises BadEstateFacts for a state that does not exist, with the nearest match."""
    found = state_rules().get(state)
    if found is None:
        near = get_close_matches(state.upper(), state_rules(), 1)
        hint = f'; did you mean "{near[0]}"?' if near else "; enter two letters, such as OH"
        raise BadEstateFacts(f'state "{state}" is not in the table of claims{hint}')
    return found
