"""Whether a party of a matter has a complete address, and which parts are missing. Pure."""

from models.values import Columns

_PARTS = (("address1", "the street"), ("city", "the city"), ("state", "the state"), ("zip", "the ZIP code"))


def address_lacks(party: Columns) -> tuple[str, ...]:
    """The missing parts of a party's address, in words; empty if it is complete."""
    return tuple(spoken for name, spoken in _PARTS if not (getattr(party, name) or "").strip())


def not_whole(party: Columns) -> str:
    """Why no mail can be sent to a party; empty if it can."""
    lacks = address_lacks(party)
    if not lacks:
        return ""
    return f"{party.name} (party {party.id}) has no complete address, which mail requires; missing: {', '.join(lacks)}"
