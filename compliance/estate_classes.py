"""What an insolvent estate may pay us: classes in order, each in full before the next. Pure, an estimate."""

from collections.abc import Mapping
from dataclasses import dataclass

from compliance.nonclaim_table import OFTEN_OTHER, PayClass, rule_of

_P = PayClass

FIRST_BEHIND_FEDERAL = 4
"""The Uniform Probate Code's rank of the last illness, where rank 3 is debts with federal preference."""


@dataclass(frozen=True, slots=True)
class ClassShare:
    """The payment of one class, in cents: `claims` in it, `paid` of them, `ours` of that."""

    names: tuple[PayClass, ...]
    claims_cents: int
    paid_cents: int
    ours_cents: int


@dataclass(frozen=True, slots=True)
class Share:
    """Our expected share of an estate, by class. An estimate: other claims may be larger."""

    ours_cents: int
    classes: tuple[ClassShare, ...]


def classes_of(state: str) -> tuple[tuple[PayClass, ...], ...]:
    """The classes of a state in the order in which they are paid.

    The usual order, with the last illness inserted at its rank (1 is paid first); without a rank it is in the last
    class. From rank 4 on it is after debts with federal preference (31 USC 3713; UPC 3-805) and before the state's: a
    state with rank 5, 6 or 7 counts costs or allowances separately. Where the order differs, the row has `classes`.
    """
    rule = rule_of(state)
    if rule.classes is not None:
        named = {name for group in rule.classes for name in group}
        return tuple(_with_the_unnamed(group, named) for group in rule.classes)
    order: list[tuple[PayClass, ...]] = [
        (_P.ADMINISTRATION,),
        (_P.FUNERAL,),
        (_P.ALLOWANCES,),
        (_P.FEDERAL,),
        (_P.STATE,),
    ]
    if rule.last_illness_rank is None:
        return (*order, (_P.OTHER, _P.LAST_ILLNESS, *OFTEN_OTHER))
    behind_federal = order.index((_P.FEDERAL,)) + 1
    place = rule.last_illness_rank - 1 if rule.last_illness_rank < FIRST_BEHIND_FEDERAL else behind_federal
    order.insert(place, (_P.LAST_ILLNESS,))
    return (*order, (_P.OTHER, *OFTEN_OTHER))


def _with_the_unnamed(group: tuple[PayClass, ...], named: set[PayClass]) -> tuple[PayClass, ...]:
    """The class of all other debts also includes those that a row does not rank separately."""
    if _P.OTHER not in group:
        return group
    return (*group, *(name for name in OFTEN_OTHER if name not in named))


def share_of(state: str, assets_cents: int, claims: Mapping[PayClass, int], ours: Mapping[PayClass, int]) -> Share:
    """Our payment: each class in full before the next, pro rata within a class, rounded down to the cent.

    `claims` are all claims by class, including ours.
    """
    left = assets_cents
    found: list[ClassShare] = []
    for names in classes_of(state):
        asked = sum(claims.get(name, 0) for name in names)
        mine = sum(ours.get(name, 0) for name in names)
        paid = min(left, asked)
        found.append(ClassShare(names, asked, paid, paid * mine // asked if asked else 0))
        left -= paid
    return Share(sum(one.ours_cents for one in found), tuple(found))
