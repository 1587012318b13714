"""What the operator learns of a night, in counts only. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.values import counted

FIGURES: Mapping[str, str] = {
    "due": "accounts due",
    "advanced": "accounts advanced",
    "blocked": "steps blocked by a rule",
    "letters": "letters written",
    "calls": "calls to make",
    "placements": "accounts placed with agencies",
    "estates": "estate deadlines computed",
    "set_aside": "exceptions",
}
"""The counts of a night that the report names, with their words."""


@dataclass(frozen=True, slots=True)
class Made:
    """The backup of a night: its file name and size in bytes, or why there is none. Empty: none was wanted."""

    name: str = ""
    bytes: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Night:
    """How a night went: the day that it ran through, the exit code of its process, its backup, its counts by name,
    and the open work that waits for people, by its words."""

    day: date
    code: int
    made: Made = field(default_factory=Made)
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    work: Mapping[str, int] = field(default_factory=dict[str, int])
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the day was run to its end, and backed up if it should be."""
        return self.code == 0 and not self.made.problem and not self.problem


@dataclass(frozen=True, slots=True)
class Report:
    """The e-mail about a night."""

    subject: str
    text: str


def report_of(night: Night) -> Report:
    """The report of a night: whether it completed, its figures, and what needs a person."""
    needs = _needs(night)
    state = "FAILED" if night.code or night.problem else "complete"
    rest = f", {counted(len(needs), 'item')} to resolve" if needs else ""
    lines = [f"The nightly run through {night.day:%B %d, %Y} is {state.lower()}."]
    if needs:
        lines += ["", "To resolve:", *(f"- {one}" for one in needs)]
    figures = [f"- {words}: {night.counts[name]:,}" for name, words in FIGURES.items() if name in night.counts]
    if figures:
        lines += ["", "Figures of the day:", *figures]
    if night.made.name:
        lines += ["", f"Backup: {night.made.name}, {night.made.bytes / 1_000_000:,.1f} MB."]
    return Report(f"pastdue: {night.day:%b %d} {state}{rest}", "\n".join(lines) + "\n")


def _needs(night: Night) -> list[str]:
    """What needs a person, the gravest first."""
    found: list[str] = []
    if night.problem:
        found.append(f"{night.problem[:1].upper()}{night.problem[1:]}.")
    if night.code:
        found.append(
            f"The run ended with code {night.code}. The next run continues where it stopped. Its log says why; "
            "you can run it now: pastdue run."
        )
    if night.made.problem:
        found.append(f"The backup failed: {night.made.problem}.")
    found += [f"{words}: {count:,}" for words, count in night.work.items() if count]
    return found
