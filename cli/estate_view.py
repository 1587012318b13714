"""How a matter is printed: its deadline, the confidence in it, and the next step."""

from collections.abc import Sequence
from datetime import date as Day
from typing import Any, TypedDict

from cli.output import ACCOUNT, capital, labels, out, say_json, say_table
from compliance.known import warning
from compliance.nonclaim import Deadline
from flows.estates.matters.docket import DocketLine, MatterDay
from flows.estates.matters.view import MatterView
from models.enums import AccountState, PayerClass
from models.estate_enums import AttachmentKind, Authority, DateKind, EstateFactName, MatterState, PartyRole
from models.labels import label_of, plain
from models.values import counted, dollars

_FACT = {"name": labels(EstateFactName)}
_FACT_HEADS = {"source_on": "Source date", "set_by": "Entered by"}
_PARTY = {"role": labels(PartyRole), "authority": labels(Authority)}
_PAPER = {"kind": plain, "reader": plain}


def docket_line(row: DocketLine) -> dict[str, object]:
    """A matter in the few columns that a screen has room for."""
    sure = f"{row['because']} (confidence: {row['confidence'] or 'not rated'})"
    by = f"{row['file_by']}\n{days_left(row)}" if row["file_by"] else "no deadline"
    return {
        "matter": f"{row['number']}\n{row['decedent']}",
        "target date": by,
        "basis": "\n".join(filter(None, (sure, missing_said(row)))),
        "state": "\n".join(filter(None, _stands(row))),
        "balance_cents": row["balance_cents"],
        "next": row["next"],
    }


def _stands(row: DocketLine) -> tuple[str | None, ...]:
    """Where a matter stands, and who works it."""
    paralegal = row["paralegal"] and f"paralegal {row['paralegal']}"
    attorney = row["attorney"] and f"attorney {row['attorney']}"
    return label_of(MatterState, row["state"]), row["county"], row["case_number"], paralegal, attorney


def days_left(view: MatterDay) -> str:
    """How many days are left until the controlling deadline, or how many it is past due."""
    left = view["days_left"]
    assert left is not None
    return f"{counted(left, 'day')} left" if left >= 0 else f"{counted(-left, 'day')} PAST DUE"


def missing_said(view: DocketLine) -> str:
    """The missing facts, and the dates between which the deadline can be; empty if no fact is missing."""
    if not view["missing"]:
        return ""
    said = f"Missing facts: {', '.join(label_of(EstateFactName, name).lower() for name in view['missing'])}"
    if view["earliest"]:
        said += f"; earliest deadline {view['earliest']}, if they arrived today"
    return said + (f"; outside date {view['latest']}" if view["latest"] else "; no outside date is known")


def claim_lines(view: MatterView) -> list[str]:
    """The status of the claim and of the estate, one line for each known part."""
    return [line for line in (_claimed(view), _answered(view), _to_come(view), _where(view)) if line]


def _claimed(view: MatterView) -> str:
    if not view["claim_cents"]:
        return "Claim: not decided yet"
    parts = (
        f"{dollars(view['contingent_cents'])} contingent, {dollars(view['last_illness_cents'])} for the last illness"
    )
    filed = f"filed on {view['filed_on']}" if view["filed_on"] else "not filed"
    return f"Claim: {dollars(view['claim_cents'])} ({parts}), {filed}"


def _answered(view: MatterView) -> str:
    """The answer to the claim and its outcome."""
    said: list[str] = []
    if view["answered_on"]:
        said.append(f"answered on {view['answered_on']}: {dollars(view['allowed_cents'] or 0)} allowed")
    if view["offer_cents"]:
        said.append(f"offer of {dollars(view['offer_cents'])} until {view['offer_until']}")
    if view["claim_cents"] or view["paid_cents"]:
        said.append(f"{dollars(view['paid_cents'])} paid by the estate")
    return _sentence(said)


def _to_come(view: MatterView) -> str:
    said: list[str] = []
    if view["silence_on"]:
        said.append(f"no answer by {view['silence_on']} means: {plain(view['silence_means'] or '').lower()}")
    if view["sue_by_on"]:
        said.append(f"deadline to sue {view['sue_by_on']}")
    return _sentence(said)


def _where(view: MatterView) -> str:
    told = (
        ("state", view["jurisdiction"]),
        ("county", view["county"]),
        ("court", view["court"]),
        ("case", view["case_number"]),
    )
    said = [f"{label} {value}" for label, value in told if value]
    if view["paralegal"]:
        said.append(f"paralegal {view['paralegal']}")
    if view["referral"]:
        one = view["referral"]
        said.append(f"referred to attorney {one['name']} ({one['code']}) since {one['referred_on']}")
    return _sentence(said)


def _sentence(parts: list[str]) -> str:
    whole = "; ".join(parts)
    return whole[:1].upper() + whole[1:]


def say_late(late: Sequence[Any]) -> None:
    """Warn of services after the day of death: the person or a date may be wrong. Rows with number, service_from."""
    if late:
        said = ", ".join(f"{one.number} (DOS {one.service_from})" for one in late)
        out.print(
            f"Warning: service dates after the date of death: {said}. Check the person and the dates. These services "
            "are not in a claim until they are decided (`pastdue estate service`)."
        )


def say_matter(view: MatterView, json: bool) -> None:
    """One matter, for people or as JSON."""
    if json:
        say_json(view)
        return
    out.print(
        f"Matter {view['number']}: {view['decedent']}, date of death {view['death_on'] or 'unknown'}, "
        f"{view['creditor']}; {label_of(MatterState, view['state'])}, {dollars(view['balance_cents'])}"
    )
    if view["deadline"]:
        what = capital(view["what"] or "deadline")
        out.print(f"{what}: by {view['deadline']}, target {view['file_by']} ({days_left(view)})")
    none = "" if view["deadline"] else "No deadline: "
    sure = f"confidence: {view['confidence'] or 'not rated'}"
    out.print(f"{none}{view['because']} ({view['citation'] or 'no rule'}; {sure})")
    if view["as_known"] is not None:
        warned = f". Warning: {view['warning']}" if view["warning"] else ""
        out.print(f"Law as known on {view['as_known']}{warned}.")
    if between := missing_said(view):
        out.print(between)
    if after := [one for one in view["accounts"] if one["after_death"]]:
        said = ", ".join(f"{one['number']} (DOS {one['service_from']})" for one in after)
        out.print(f"Services after the date of death, not in a claim: {said}")
    if (court := view["probate_court"]) is not None:
        said = "; ".join(filter(None, (court["address"], court["fee_said"] and f"filing fee {court['fee_said']}")))
        out.print(f"Court: {court['name']}{f', {said}' if said else ''} (confidence: {court['confidence']})")
    for one in view["remedies"]:
        until = f" until {one['until']}" if one["until"] else ""
        out.print(f"Perhaps: {one['label']}{until}: {one['says']} ({one['citation']}; confidence: {one['confidence']})")
    for line in claim_lines(view):
        out.print(line)
    following = (
        f"Possible next states: {', '.join(map(_state, view['may_follow']))}"
        if view["may_follow"]
        else "The matter is closed"
    )
    out.print(f"Next: {view['next']}. {following}" if view["next"] else following)
    say_table(
        "Accounts",
        view["accounts"],
        ("number", "payer_class", "service_from", "balance_cents", "insurance_open", "state"),
        {"payer_class": labels(PayerClass), "state": labels(AccountState)},
        ACCOUNT,
    )
    if view["facts"]:
        facts = [{**fact, "value": fact["says"]} for fact in view["facts"]]
        say_table("Facts", facts, ("name", "value", "source", "source_on", "set_by"), _FACT, _FACT_HEADS)
    if view["participants"]:
        say_table("Parties", view["participants"], ("id", "role", "authority", "name", "city", "phone"), _PARTY)
    if view["papers"]:
        columns = ("paper", "kind", "reader", "made_on", "sent_on", "how", "voided_on", "file")
        say_table("Documents", view["papers"], columns, _PAPER)
    if view["files"]:
        columns = ("serial", "kind", "media", "pages", "added_on", "in_packet", "withdrawn_on")
        say_table("Files", view["files"], columns, {"kind": labels(AttachmentKind)}, {"serial": "File"})
    if view["dates"]:
        say_table("Dates", view["dates"], ("id", "kind", "on", "at", "place", "note"), {"kind": labels(DateKind)})


def _state(word: str) -> str:
    """A state with the word to type: ``Claim due (claim_due)``."""
    return f"{label_of(MatterState, word)} ({word})"


class CandidateView(TypedDict):
    """A deadline by one rule."""

    rule: str
    deadline: Day | None
    file_by: Day | None
    provisional: bool
    because: str


class DeadlineView(TypedDict):
    """The deadline for a claim, with the deadline by each rule."""

    state: str
    deadline: Day | None
    file_by: Day | None
    rule: str
    citation: str
    confidence: str
    kind: str
    because: str
    reason: str
    provisional: bool
    earliest: Day | None
    latest: Day | None
    open_by: Day | None
    suit_bar: Day | None
    note: str
    as_known: Day
    warning: str | None
    all: list[CandidateView]


def deadline_view(found: Deadline, today: Day) -> DeadlineView:
    """The deadline for a claim as JSON, with the deadline by each rule."""
    return {
        "state": found.state,
        "deadline": found.on,
        "file_by": found.file_by,
        "rule": found.rule.value,
        "citation": found.citation,
        "confidence": found.confidence,
        "kind": found.kind.value,
        "because": found.because,
        "reason": found.why_none,
        "provisional": found.provisional,
        "earliest": found.earliest,
        "latest": found.latest,
        "open_by": found.open_by,
        "suit_bar": found.suit_bar,
        "note": found.note,
        "as_known": found.as_known,
        "warning": warning(found.as_known, today),
        "all": [
            {
                "rule": one.rule.value,
                "deadline": one.on,
                "file_by": one.file_by,
                "provisional": one.provisional,
                "because": one.because,
            }
            for one in found.candidates
        ],
    }
