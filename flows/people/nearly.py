"""Names and birth dates that are the same but for a typing mistake, and short forms of first names. Pure."""

from datetime import date

_SHORT = """
abby abigail | al albert alfred alan | alex alexander alexandra alexis | andy andrew | angie angela | art arthur
barb barbara | becky rebecca | ben benny benjamin | bernie bernard bernadette | beth betsy betty liz lizzie elizabeth
bill billy will willie william | bob bobby rob robbie robert | brad bradley | cathy kathy kate katie katherine catherine
charlie chuck charles | chris christopher christine christina | cindy cynthia | connie constance | dan danny daniel
dave david | deb debbie deborah | dick rick ricky rich richard | don donny donald | dot dottie dorothy | doug douglas
ed eddie ted edward | ellie ellen eleanor | frank francis | fred frederick | gabe gabriel | gene eugene | greg gregory
hank harry henry | jack john johnny | jake jacob | jan janet janice | jeff jeffrey | jen jenny jennifer | jerry gerald
jess jessica jessie | jim jimmy james | joe joey joseph | jon jonathan | josh joshua | judy judith | ken kenny kenneth
larry lawrence | len lenny leonard | lou louis louise | maggie peggy meg margaret | marge marjorie | matt matthew
mel melvin melissa | mike mickey michael | mandy amanda | nan nancy | nate nathan nathaniel | nick nicholas
pam pamela | pat patty trish patricia patrick | pete peter | phil philip | ray raymond | ron ronnie ronald
ros rosie rosa rose | russ russell | sam sammy samuel samantha | sandy sandra | stan stanley | steve steven stephen
sue susie susan | teddy theodore theo | terry teresa theresa | tim timmy timothy | tina christina | tom tommy thomas
tony anthony | val valerie | vicky victoria | vince vincent | walt walter | wendy gwendolyn
"""

SHORT_FORMS: tuple[frozenset[str], ...] = tuple(
    frozenset(group.split()) for group in _SHORT.strip().replace("\n", " | ").split(" | ")
)
"""Forms of one first name; a name may be short for several."""

_NONE: frozenset[int] = frozenset()
_GROUPS: dict[str, frozenset[int]] = {
    name: frozenset(number for number, group in enumerate(SHORT_FORMS) if name in group)
    for name in frozenset[str]().union(*SHORT_FORMS)
}
"""The groups of a name."""

SHORTEST = 4
"""A name with fewer letters differs from too many others by one."""

DECADE = 2
"""The place of the digit of the decade in a date, as YYYY-MM-DD."""


def same_first_name(one: str, other: str) -> bool:
    """Whether one of two first names is a short form of the other; without case and accents."""
    return not _GROUPS.get(one, _NONE).isdisjoint(_GROUPS.get(other, _NONE))


def one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one typo: an extra, missing or wrong letter, or two swapped letters."""
    if one == other or min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    at = next((place for place, mark in enumerate(one) if mark != other[place]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    return one[at + 1 :] == other[at + 1 :] or (
        one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    )


def turned(day: date) -> date | None:
    """A date with its day and month swapped; None if that is the same date or invalid."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def nearly_same_day(one: date, other: date) -> bool:
    """Whether two birth dates differ by one typo: day and month swapped, or one digit wrong; a wrong digit of the
    decade is not a typo, because it may be parent and child."""
    if one == other:
        return False
    if turned(one) == other:
        return True
    pairs = zip(one.isoformat(), other.isoformat(), strict=True)
    wrong = [place for place, (mine, theirs) in enumerate(pairs) if mine != theirs]
    return len(wrong) == 1 and wrong[0] > DECADE
