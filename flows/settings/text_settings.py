"""How the text settings of the practice are read: a zone, an hour, roles, phrases, names. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import available_timezones

from models.user_enums import Role


@dataclass(frozen=True, slots=True)
class TextSetting:
    """A text setting: how it is read, None if invalid, and its description."""

    read: Callable[[str], str | None]
    says: str


def _zone(text: str) -> str | None:
    return text if text in available_timezones() else None


def _hour(text: str) -> str | None:
    digits = text.replace(":", "", 1)
    if len(text) != 5 or text[2] != ":" or not (digits.isascii() and digits.isdigit()):
        return None
    return text if int(text[:2]) < 24 and int(text[3:]) < 60 else None


def _signer(text: str) -> str | None:
    if text.lower() == "none":
        return ""
    name, _, title = text.partition(",")
    return f"{name.strip()}, {title.strip()}" if name.strip() and title.strip() else None


def _name(text: str) -> str | None:
    if text.lower() == "none":
        return ""
    return " ".join(text.split()) if 2 <= len(text.strip()) <= 60 else None


def _phrases(text: str) -> str | None:
    if text.lower() == "none":
        return ""
    phrases = [" ".join(one.split()) for one in text.split(";") if one.strip()]
    return "; ".join(phrases) if phrases and all(len(one) <= 120 for one in phrases) else None


def _roles(text: str) -> str | None:
    if text.lower() == "none":
        return ""
    words = [word.strip().lower().replace(" ", "_") for word in text.split(",")]
    return ", ".join(sorted(set(words))) if set(words) <= {role.value for role in Role} else None


TEXTS: Mapping[str, TextSetting] = {
    "time_zone": TextSetting(_zone, "a time zone such as America/Chicago"),
    "nightly_at": TextSetting(_hour, "a time as HH:MM from 00:00 to 23:59, such as 02:00 or 21:30"),
    "second_factor_roles": TextSetting(_roles, f"roles separated by commas, from {', '.join(Role)} (none: no role)"),
    "practice_name": TextSetting(_name, "a name of 2 to 60 characters (none: pastdue)"),
    "note_phrases": TextSetting(_phrases, "phrases of up to 120 characters separated by semicolons (none: no phrases)"),
    "estate_signer": TextSetting(
        _signer, "a name and a title such as: Priya Raman, Estate coordinator (none: no default)"
    ),
}
"""How each text setting is read, by its name."""
