"""How the text settings of the practice are read: a zone, an hour, roles, phrases, names. Pure."""

import re
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


_LETTER = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


def _mailer(text: str) -> str | None:
    if text.lower() == "none":
        return ""
    return text if text.isascii() and text.isdigit() and len(text) in (6, 9) else None


def _service_type(text: str) -> str | None:
    if text.lower() == "none":
        return ""
    return text if text.isascii() and text.isdigit() and len(text) == 3 else None


def _letters(text: str) -> str | None:
    if text.lower() == "none":
        return ""
    names = sorted({word.strip().lower() for word in text.split(",") if word.strip()})
    return ", ".join(names) if names and all(_LETTER.fullmatch(name) for name in names) else None


TEXTS: Mapping[str, TextSetting] = {
    "time_zone": TextSetting(_zone, "a time zone such as America/Chicago"),
    "nightly_at": TextSetting(_hour, "a time as HH:MM from 00:00 to 23:59, such as 02:00 or 21:30"),
    "second_factor_roles": TextSetting(_roles, f"roles separated by commas, from {', '.join(Role)} (none: no role)"),
    "practice_name": TextSetting(_name, "a name of 2 to 60 characters (none: pastdue)"),
    "mailer_id": TextSetting(_mailer, "a USPS mailer ID of 6 or 9 digits (none: no Intelligent Mail barcode)"),
    "service_type_id": TextSetting(_service_type, "a USPS service type ID of 3 digits (none: no barcode)"),
    "certified_letters": TextSetting(
        _letters, "kinds of letter separated by commas, such as: final-notice (none: only what the law asks for)"
    ),
    "note_phrases": TextSetting(_phrases, "phrases of up to 120 characters separated by semicolons (none: no phrases)"),
    "estate_signer": TextSetting(
        _signer, "a name and a title such as: Priya Raman, Estate coordinator (none: no default)"
    ),
}
"""How each text setting is read, by its name."""
