"""Where the made-up people live: real towns, ZIPs, area codes and counties. The streets do not exist there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Town:
    """A town with one of its ZIPs; `weight` is its share of the people, relative to the other towns."""

    city: str
    state: str
    zip: str
    area: str
    county: str
    weight: int = 2


TOWNS = (
    Town("Dayton", "OH", "45402", "937", "Montgomery County", 6),
    Town("Dayton", "OH", "45417", "937", "Montgomery County", 3),
    Town("Columbus", "OH", "43215", "614", "Franklin County", 5),
    Town("Toledo", "OH", "43604", "419", "Lucas County", 3),
    Town("Cleveland", "OH", "44113", "216", "Cuyahoga County"),
    Town("Akron", "OH", "44304", "330", "Summit County"),
    Town("Cincinnati", "OH", "45202", "513", "Hamilton County", 3),
    Town("Fort Wayne", "IN", "46802", "260", "Allen County", 4),
    Town("Indianapolis", "IN", "46204", "317", "Marion County", 3),
    Town("Lexington", "KY", "40507", "859", "Fayette County", 4),
    Town("Louisville", "KY", "40202", "502", "Jefferson County", 3),
    Town("Chicago", "IL", "60607", "312", "Cook County", 5),
    Town("Rockford", "IL", "61101", "815", "Winnebago County"),
    Town("El Paso", "TX", "79901", "915", "El Paso County", 4),
    Town("Austin", "TX", "78701", "512", "Travis County", 3),
    Town("Denver", "CO", "80202", "303", "Denver County", 4),
    Town("Pueblo", "CO", "81003", "719", "Pueblo County"),
)


def town_of(state: str | None, number: int) -> Town:
    """A town of a state, the same for the same number. If no one here lives there, a town of any state."""
    found = [town for town in TOWNS if town.state == state] or list(TOWNS)
    return found[number % len(found)]


def town_at(zip_code: str | None) -> Town:
    """The town of a ZIP; the first town if the ZIP belongs to none."""
    return next((town for town in TOWNS if town.zip == zip_code), TOWNS[0])
