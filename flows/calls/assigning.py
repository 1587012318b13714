"""Which collector gets which calls: by language, ownership and capacity. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.ids import PersonId, TaskId


@dataclass(frozen=True, slots=True)
class CollectorNow:
    """A person who makes calls today. `creditors` empty: all."""

    name: str
    languages: frozenset[str]
    calls_a_day: int
    creditors: frozenset[str] = frozenset()

    def suits(self, language: str, creditor: str) -> bool:
        """Whether the collector can make a call: they speak the language and work for the creditor."""
        return language.partition("-")[0] in self.languages and (not self.creditors or creditor in self.creditors)


@dataclass(frozen=True, slots=True)
class CallToAssign:
    """A call of today's list, in its rank. `owner` is the collector who has an agreement with the guarantor."""

    task: TaskId
    guarantor: PersonId
    creditor: str
    language: str
    owner: str | None = None
    assigned_to: str | None = None


def choose_collectors(calls: Sequence[CallToAssign], collectors: Sequence[CollectorNow]) -> dict[int, str]:
    """The collector of each call, best calls first; a call that fits no collector, or exceeds capacity, is left out.

    All calls to one guarantor go to one collector. A call is assigned to its owner while they are here, whatever
    their load; else to the fitting collector with the most capacity left.
    """
    here = {one.name: one for one in collectors}
    load = {one.name: 0 for one in collectors}
    whose: dict[int, str] = {}
    assigned: dict[int, str] = {}
    for call in calls:
        if call.assigned_to in here:
            whose.setdefault(call.guarantor, call.assigned_to)
    for call in calls:
        name = whose.get(call.guarantor) or _choose(call, here, load)
        if name is None:
            continue
        whose[call.guarantor] = name
        assigned[call.task] = name
        load[name] += 1
    return assigned


def _choose(call: CallToAssign, here: Mapping[str, CollectorNow], load: Mapping[str, int]) -> str | None:
    owner = here.get(call.owner or "")
    if owner is not None and owner.suits(call.language, call.creditor):
        return owner.name
    free = [
        one for one in here.values() if load[one.name] < one.calls_a_day and one.suits(call.language, call.creditor)
    ]
    return min(free, key=lambda one: (load[one.name] / one.calls_a_day, one.name)).name if free else None
