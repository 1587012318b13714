"""Whether a letter can reach somebody who takes part in a matter, and what of their address is missing. Pure."""

from models.values import Columns

_PARTS = (("address1", "the street"), ("city", "the city"), ("state", "the state"), ("zip", "the ZIP code"))


def address_lacks(party: Columns) -> tuple[str, ...]:
    """What of a participant's address is not known, as it is spoken; nothing where a letter can reach them."""
    return tuple(spoken for name, spoken in _PARTS if not (getattr(party, name) or "").strip())


def not_whole(party: Columns) -> str:
    """Why nothing can be posted to a participant; empty where it can."""
    lacks = address_lacks(party)
    if not lacks:
        return ""
    return f"{party.name} (party {party.id}) has no complete address, which mail requires: {', '.join(lacks)} missing"
