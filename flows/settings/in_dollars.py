"""Money settings as the screen shows them: in dollars. They are stored in cents."""

import re

from flows.settings.policy import may_be_none, read_setting
from flows.settings.queries import SettingNow
from models.errors import BadInput
from models.values import cents_from_dollars, dollars

MONEY = "_cents"
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d{2})?")


class ShownSetting(SettingNow):
    """A setting for the screen; money is in dollars, and so its value a text."""

    title: str


def shown(row: SettingNow) -> ShownSetting:
    """A setting for the screen: its `title`, its meaning and its value, money in dollars."""
    if not row["name"].endswith(MONEY):
        return {**row, "title": row["name"]}
    value = dollars(row["value"]) if isinstance(row["value"], int) else None
    meaning = row["meaning"].replace(", in cents,", "").replace(", in cents", "")
    return {**row, "title": row["name"].removesuffix(MONEY), "value": value, "meaning": meaning}


def shown_value(name: str, value: object) -> str:
    """A value of a setting as the screen shows it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name.endswith(MONEY):
        return dollars(value)
    return str(value) or "none"


def typed(name: str, text: str) -> str:
    """The text of a form as a setting is read: dollars as cents. Raises BadInput in dollars."""
    if not name.endswith(MONEY) or (text.lower() == "none" and may_be_none(name)):
        return text
    plain = text.removeprefix("$")
    plain = plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain
    try:
        cents = str(cents_from_dollars(plain))
        read_setting(name, cents)
    except BadInput:
        none = ", or none" if may_be_none(name) else ""
        raise BadInput(
            f"{name.removesuffix(MONEY)} must be an amount from $0 to $1,000,000,000.00, such as 250.00{none}",
            f'not "{text[:40]}"',
        ) from None
    return cents
