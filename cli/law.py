"""Commands for the rules: is a step allowed, and what a rule states. Not legal advice; counsel has checked nothing."""

from collections.abc import Mapping, Sequence
from datetime import date as Day
from typing import Annotated, TypedDict

import typer

from cli.law_view import CheckView, decision_view, known_view, rule_view, why_not_in_force
from cli.output import (
    BusinessDate,
    Json,
    business_date,
    open_practice,
    out,
    refusals,
    say_json,
    say_known,
    say_table,
)
from compliance.check import check, nearest
from compliance.decisions import Allow
from compliance.facts import BadFacts, Fact, FactType, Field, MadeFacts, flaws_of, nearest_name, read_moment
from compliance.gaps import not_given
from compliance.known import oldest, warning
from compliance.letter_lines import TABLE as LINES
from compliance.load import catalogue
from compliance.rules import Actor, StepKind
from compliance.spouses import spouse_laws
from compliance.tables import dated_rows, tables_known
from flows.estates.liability.spouse import approvals_now
from flows.intake.book_files import STATES
from models.documents import is_list
from models.errors import BadInput, NotFound
from models.labels import plain
from models.values import counted

law = typer.Typer(help="Look up the compliance rules.", no_args_is_help=True)

UNCHECKED = "No rule has been checked by counsel."

_DECISIONS = {"allow": "Allowed", "block": "Blocked", "require": "Allowed only with what the rules require"}
_OUTCOMES = {"allow": "Allowed by", "block": "Blocked by", "require": "Required by"}
_RULES = {"id": "Rule", "not_in_force": "Why it is not applied"}


@law.command("check")
@refusals
def check_step(
    step: Annotated[str, typer.Option("--step", help="letter, call, text, email, placement, lawsuit, ...")],
    state: Annotated[str, typer.Option("--state", help="The person's state, such as TX.")],
    actor: Annotated[str, typer.Option("--actor", help="first_party or third_party.")] = "first_party",
    facts: Annotated[
        str, typer.Option("--facts", help='The facts, by their names in vocabulary.yaml: "name=value; name=one|two".')
    ] = "",
    facility_state: Annotated[
        str | None, typer.Option("--facility-state", help="The state in which the care was provided.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Check whether a step is allowed on a date with these facts. Shows the governing rule, citation and end date."""
    kind, today = _step(step), business_date(date)
    given = {"actor": actor, "person.state": _state(state), **read_facts(facts)}
    if facility_state is not None:
        given["account.facility_state"] = _state(facility_state)
    if actor not in tuple(Actor):
        raise BadInput(f'"{actor}" is not an actor', "enter first_party (the creditor) or third_party (an agency)")
    try:
        decision = check(kind, given, today)
        allowed = isinstance(decision, Allow)
        near = nearest(kind, given, today) if allowed else None
        gaps: Mapping[str, Sequence[str]] = not_given(kind, given, today) if allowed else {}
    except BadFacts as error:
        raise BadInput(str(error)) from None
    as_known = oldest(rule.as_known for rule in catalogue().index(kind, given).rules if rule.in_force(today))
    view: CheckView = {
        **decision_view(decision, near),
        "not_given": {name: list(rules) for name, rules in gaps.items()},
        **known_view(as_known, today),
    }
    if json:
        say_json(view)
        return
    until = _until(view["until"])
    out.print(f"[bold]{_DECISIONS[view['decision']]}[/bold]{until}")
    for found in view["findings"]:
        until = _until(found["until"])
        out.print(f"  {_OUTCOMES[found['outcome']]} {found['rule']}{until}: {found['reason']}")
        out.print(f"    {found['citation']}; confidence: {found['confidence']}; known as of {found['as_known']}")
        if found["not_in_force"] is not None:
            out.print(f"    not applied in pastdue: {found['not_in_force']}")
    if near is not None:
        out.print(f"  Closest rule: {near.rule}: {near.title} ({near.citation})")
    if gaps:
        out.print(
            f"Facts that were not entered, used by rules that could block the step: {', '.join(gaps)}.", soft_wrap=True
        )
    say_known(as_known, today)
    out.print(UNCHECKED)


def _until(until: str | None) -> str:
    """Until when a rule blocks, as the end of a sentence."""
    return "" if until is None else " until released" if until == "cleared" else f" until {until}"


def _step(text: str) -> StepKind:
    if text not in tuple(StepKind):
        raise BadInput(
            f'"{text}" is not a kind of step{nearest_name(text, list(StepKind))}',
            f"the kinds are {', '.join(StepKind)}",
        )
    return StepKind(text)


def _state(text: str) -> str:
    if text.upper() not in STATES:
        raise BadInput(f'"{text}" is not a state', "enter two letters, such as TX")
    return text.upper()


def read_facts(text: str) -> MadeFacts:
    """Facts as they are written on the command line and in the worked cases. Raises BadInput."""
    vocabulary = catalogue().vocabulary
    found: MadeFacts = {}
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = (part.strip() for part in pair.partition("="))
        field = vocabulary.get(name)
        if field is None:
            raise BadInput(f'"{name}" is not a fact of the vocabulary{nearest_name(name, vocabulary)}')
        if not equals:
            raise BadInput(f'"{pair}" has no value', f"enter {name}=...")
        found[name] = _value(field, value)
    flaws = list(flaws_of(found, vocabulary))
    if flaws:
        raise BadInput("; ".join(flaws))
    return found


def _value(field: Field, text: str) -> Fact:
    words = [word.strip() for word in text.split("|") if text] if field.type is FactType.LIST else [text]
    for word in words:
        if field.words and word not in field.words:
            hint = nearest_name(word, field.words) or f"; they are {', '.join(sorted(field.words))}"
            raise BadInput(f'"{word}" is not a value of {field.name}{hint}')
    try:
        match field.type:
            case FactType.LIST:
                return tuple(words)
            case FactType.BOOL:
                return {"true": True, "false": False}[text.lower()]
            case FactType.INT:
                return int(text)
            case FactType.FLOAT:
                return float(text)
            case FactType.DATE | FactType.TIME:
                return read_moment(text, field.type)
            case FactType.TEXT | FactType.ENUM:
                return text
    except (ValueError, KeyError):
        wanted = {"bool": "true or false", "date": "a date such as 2026-01-31", "time": "a time such as 08:30"}
        raise BadInput(f'{field.name} is {wanted.get(field.type.value, "a number")}, not "{text}"') from None


@law.command("show")
@refusals
def show_rule(
    rule_id: Annotated[str, typer.Argument(help="The rule's ID.")], date: BusinessDate = None, json: Json = False
) -> None:
    """Show a rule: its condition and effect, citation, source and date, and whether pastdue applies it."""
    rules = {rule.id: rule for rule in catalogue().rules}
    if rule_id not in rules:
        raise NotFound(
            f'rule "{rule_id}" was not found{nearest_name(rule_id, rules)}', "`pastdue law list` lists the rules"
        )
    today, rule = business_date(date), rules[rule_id]
    view = {**rule_view(rule), "warning": warning(rule.as_known, today)}
    if json:
        say_json(view)
        return
    for name, value in view.items():
        said = ", ".join(value) if is_list(value) else value
        if said not in (None, {}):
            out.print(f"{plain(name)}: {said}", soft_wrap=True)
    out.print(UNCHECKED)


@law.command("list")
@refusals
def list_rules(
    state: Annotated[str | None, typer.Option("--state", help="Rules of one state, and rules for all states.")] = None,
    step: Annotated[str | None, typer.Option("--step", help="Rules about one type of step.")] = None,
    not_in_force: Annotated[
        bool, typer.Option("--not-in-force", help="Only rules that pastdue does not apply, with the reason.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """List the rules, with the steps they block, their citations, and which of them pastdue does not apply and why."""
    today = business_date(date)
    kind = None if step is None else _step(step)
    where = None if state is None else _state(state)
    rows = [
        rule_view(rule)
        for rule in catalogue().rules
        if (kind is None or kind in rule.applies_to)
        and (where is None or not rule.of_a_state or rule.jurisdiction == where)
        and (not not_in_force or why_not_in_force(rule.id) is not None)
    ]
    if json:
        say_json(rows)
        return
    idle = sum(row["not_in_force"] is not None for row in rows)
    columns = ("id", "jurisdiction", "title", "citation", "confidence", "as_known", "in_force")
    if not_in_force:
        columns = ("id", "title", "not_in_force")
    say_table(
        f"{counted(len(rows), 'rule')}, {idle} of them not applied in pastdue. {UNCHECKED}", rows, columns, heads=_RULES
    )
    say_known(oldest(Day.fromisoformat(row["as_known"]) for row in rows), today)


@law.command("tables")
@refusals
def tables(date: BusinessDate = None, json: Json = False) -> None:
    """List the tables of law and the date as of which each is known. Rows looked up later have a date of their own."""
    today = business_date(date)
    days = {**tables_known(), LINES.name: dated_rows(LINES).as_known}
    rows = [{"table": name, "as_known": day.isoformat(), "warning": warning(day, today)} for name, day in days.items()]
    if json:
        say_json(rows)
    else:
        say_table("Tables of law", rows, ("table", "as_known", "warning"))


class SpouseLawView(TypedDict):
    """Whether a surviving spouse answers in a state, and who approved asking."""

    state: str
    kind: str
    conditions: list[str]
    citation: str
    confidence: str
    note: str
    in_force: bool
    as_known: str
    warning: str | None
    approved_by: str | None


@law.command("spouses")
@refusals
def spouses(
    state: Annotated[str | None, typer.Option("--state", help="One state, such as OH.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """List by state whether a surviving spouse is responsible for a patient's care, and whether counsel approved it."""
    today, where = business_date(date), None if state is None else _state(state)
    with open_practice() as practice, practice.database.reading() as conn:
        approved = approvals_now(conn)
    rows: list[SpouseLawView] = []
    for code, one in sorted(spouse_laws().items()):
        if where is not None and code != where:
            continue
        word = approved.get(code)
        holds = word is not None and word.holds(today)
        rows.append(
            {
                "state": code,
                "kind": one.kind.value,
                "conditions": sorted(one.conditions),
                "citation": one.citation,
                "confidence": one.confidence,
                "note": one.note,
                "in_force": one.holds(today),
                "as_known": one.as_of.isoformat(),
                "warning": warning(one.as_of, today),
                "approved_by": word.by if word is not None and holds else None,
            }
        )
    if json:
        say_json(rows)
    else:
        columns = ("state", "kind", "conditions", "citation", "confidence", "as_known", "approved_by")
        say_table(
            f"Responsibility of surviving spouses. {UNCHECKED}", rows, columns, {"kind": plain, "conditions": plain}
        )
        say_known(oldest(Day.fromisoformat(row["as_known"]) for row in rows), today)
