"""What the tables of agencies say, in words, so that two versions can be compared. Pure."""

from collections.abc import Mapping
from typing import Any

from flows.agency_handoff.files.layout_edit import column_name
from flows.settings.tables.difference import NOTHING, Sections, sections_of
from flows.settings.tables.edit import plain_of
from flows.settings.tables.lines import keyed
from models.documents import is_mapping
from models.enums import PayerClass
from models.labels import label_of, plain
from models.places import STATE_NAMES
from models.values import capitalized, day_text

_BY_CODE = {code: name.title() for name, code in STATE_NAMES.items()}


def terms_sections(text: str) -> Sections:
    """An agency's contract: its licenses by state, and everything else by the words of the text."""
    document = plain_of(text)
    found = _without(text, plain("licences"))
    needless = document.get("no_licence_needed") or ()
    found.pop(plain("no_licence_needed"), None)
    found["No license needed"] = ", ".join(map(str, needless)) or NOTHING
    licenses = keyed(document.get("licences") or (), lambda line: str(line.get("state")))
    return {"": found} | {
        f"License in {_BY_CODE.get(state, state)}": {
            "Number": str(one.get("number")),
            "Valid through": day_text(until) if (until := one.get("until")) else NOTHING,
        }
        for state, one in licenses.items()
    }


def pools_sections(text: str) -> Sections:
    """The pools: the weight of each agency, and what applies to all accounts of a pool."""
    pools: Mapping[str, Any] = plain_of(text).get("pools") or {}
    return {f"Pool {name}": _pool(one) for name, one in pools.items()}


def _pool(one: Mapping[str, Any]) -> dict[str, str]:
    left_out = [label_of(PayerClass, str(word)) for word in one.get("leave_out") or ()]
    return {
        **{f"Weight of {line['agency']}": str(line["weight"]) for line in one.get("agencies") or ()},
        "Champion": str(one.get("champion") or NOTHING),
        "Accounts of a guarantor stay together": _yes(one.get("keep_together", True)),
        "Letter to the guarantor about the placement": _yes(one.get("notice_letter", False)),
        "Payer classes left out": ", ".join(left_out) or NOTHING,
    }


def layout_sections(text: str) -> Sections:
    """A layout: the columns of each file, each after which one it comes, and everything else by its words."""
    files: Mapping[str, Any] = plain_of(text).get("files") or {}
    found: dict[str, Mapping[str, str]] = {"": {}}
    rest = dict(sections_of(text)[""])
    for kind, file in files.items():
        prefix = f"{plain('files')}, {kind}, line, "
        rest = {what: value for what, value in rest.items() if not what.startswith(prefix)}
        before = "first"
        for key, line in keyed(file.get("line") or (), column_name).items():
            name = key.partition(" ")[2]
            found[f"{capitalized(kind)} file, column {name}"] = {"Place": before, **_column(line)}
            before = f"after {name}"
    return {**found, "": rest}


def _column(line: Mapping[str, Any]) -> dict[str, str]:
    given = {word: value for word, value in line.items() if word not in ("field", "const", "about")}
    return {plain(word): _value(value) for word, value in given.items()}


def _without(text: str, what: str) -> dict[str, str]:
    """All values of a text except those of one list."""
    found = sections_of(text)[""]
    return {key: value for key, value in found.items() if key != what and not key.startswith(f"{what}, ")}


def _value(value: Any) -> str:
    if is_mapping(value):
        return ", ".join(f"{key}: {one}" for key, one in value.items()) or NOTHING
    return _yes(value) if isinstance(value, bool) else str(value)


def _yes(value: object) -> str:
    return "yes" if value in (True, "yes", "Yes", "true") else "no"
