"""The name of a county, however it is typed: "Montgomery" and "montgomery county" are one. Pure."""

ENDINGS = ("county", "parish", "borough", "census area", "municipality")
"""What may follow a county's name: Louisiana has parishes, Alaska boroughs."""


def county_key(text: str) -> str:
    """The name in lowercase without its ending; empty for no name."""
    key = " ".join(text.lower().split())
    for ending in ENDINGS:
        key = key.removesuffix(f" {ending}")
    return key


def spellings(key: str) -> tuple[str, ...]:
    """Each way in which a county of this key may be stored, in lowercase."""
    return (key, *(f"{key} {ending}" for ending in ENDINGS))
