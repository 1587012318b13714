"""What each collector got done, and at what hours people answer."""

from flows.reports.calls.attempts import CUBE, ties
from flows.reports.model import Chart, Group, Report, Span

_TIES_OUT = "The calls equal those on record that were made in the period."

WORKLOAD = Report(
    name="workload",
    title="Collector productivity",
    group=Group.CALLS,
    question="How many calls, conversations, promises and dollars did each collector bring?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out=_TIES_OUT,
    ties=ties,
    dimensions=CUBE.dimensions,
    by=("collector",),
    drill=CUBE.drill(),
    chart=Chart(("dials",)),
)

CONTACT_HOURS = Report(
    name="contact-hours",
    title="Contacts by hour and weekday",
    group=Group.CALLS,
    question="At which hour and on which weekday, in their own time, do people answer?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out=_TIES_OUT,
    ties=ties,
    dimensions=CUBE.dimensions,
    by=("hour",),
    drill=CUBE.drill(),
    chart=Chart(("contact_percent",)),
    months=6,
)
