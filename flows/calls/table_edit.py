"""Edits of the tables of calls from their forms: what a form changed, on top of what others changed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.calls.dispositions import DispositionText, shipped
from flows.calls.scoring import ScoringText
from flows.calls.table_words import results_words, scoring_words
from flows.settings.tables.edit import REMOVED, Place, changes, plain_of, with_changes
from models.enums import HoldKind, HoldScope
from models.errors import BadInput, NotFound
from models.labels import result_label

RESULTS = "dispositions"
"""The word of the file under which its call results are."""


def edit_scoring(base: str, present: str, mine: ScoringText) -> str:
    """The call priority in force with what a form changed since `base`, the text that it was drawn from."""
    before, after = (_in_order(one.model_dump()) for one in (scoring_words(base), mine))
    return with_changes(present, changes(before, after))


def _in_order(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        **found,
        "balance": sorted(found["balance"], key=lambda line: line["at_least"]),
        "age": sorted(found["age"], key=lambda line: line["at_least_days"]),
    }


def edit_result(base: str, present: str, code: str, mine: DispositionText) -> str:
    """The table in force with what a form changed of one call result since `base`, or with a new result."""
    after = _dumped(mine)
    if code not in _codes(present):
        return with_changes(present, {(RESULTS, code): after})
    known = results_words(base)
    before: Mapping[str, Any] = _dumped(known[code]) if code in known else {}
    return with_changes(present, {(RESULTS, code, *place): value for place, value in changes(before, after).items()})


def remove_result(present: str, code: str) -> str:
    """The table without what it says of a call result: the practice's own is removed, a shipped one is as shipped."""
    if code not in _codes(present):
        raise NotFound(f'the table has no call result "{code}"', "it is as shipped already")
    wanted: Mapping[Place, Any] = {(RESULTS, code): REMOVED}
    if len(_codes(present)) == 1:
        wanted = {(RESULTS,): {}}
    return with_changes(present, wanted)


def _codes(text: str) -> Mapping[str, Any]:
    return plain_of(text).get(RESULTS) or {}


def _dumped(one: DispositionText) -> Mapping[str, Any]:
    return one.model_dump(mode="json", exclude_defaults=True)


def code_of(label: str, taken: Mapping[str, object]) -> str:
    """The code of a new call result, from its label. Raises BadInput if there is one already."""
    plain = "".join(one if one.isascii() and one.isalnum() else " " for one in label.lower())
    code = "_".join(plain.split())[:40].strip("_")
    if not code or not code[0].isalpha():
        raise BadInput("the label must begin with a letter", "such as: Left town", field="result_label")
    if code in taken:
        raise BadInput(f'there is a call result "{result_label(code)}" already', "enter another label")
    return code


@dataclass(frozen=True, slots=True)
class Fixed:
    """What of a shipped call result can't be changed: a rule that stops contact is added, never removed."""

    talked: bool = False
    counts: bool = False
    does: bool = False
    hold: HoldKind | None = None
    scope: HoldScope | None = None


def fixed_of(code: str) -> Fixed:
    """What of a call result can't be changed; nothing of the practice's own."""
    one = shipped().get(code)
    if one is None:
        return Fixed()
    return Fixed(one.talked, one.counts, one.does is not None, one.hold, one.scope)
