"""The picture of a schedule: every step on its day and in its lane, and no label over another."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from flows.dunning.versions.publish import SHIPPED
from flows.schedules.picture import CHARACTER, LEFT, WIDTH, Delay, Lane, Mark, picture
from flows.schedules.schedule_file import build, read_source
from tests.random_books import schedules
from web.rendering.templates import environment


@pytest.mark.parametrize("name", ["patient-balance", "patient-balance-agency", "medicare", "small-practice"])
def test_each_shipped_schedule_has_every_step_in_its_lane(name: str) -> None:
    schedule = build(read_source(Path(SHIPPED / f"{name}.yaml").read_text(), name).words)
    drawn = picture(schedule)
    assert {mark.id for mark in drawn.marks} == set(schedule.position)
    assert all(LEFT <= mark.x <= WIDTH for mark in drawn.marks)
    assert {lane.lane for lane in drawn.lanes} == {mark.lane for mark in drawn.marks}
    assert all(mark.lane is Lane.LETTERS for mark in drawn.marks if mark.id.startswith(("reminder", "final")))


def span(mark: Mark) -> tuple[float, float]:
    wide = len(mark.title) * CHARACTER
    return (mark.label_x - wide, mark.x) if mark.label_end else (mark.x, mark.label_x + wide)


@settings(max_examples=80, deadline=None)
@given(text=schedules())
def test_no_label_lies_over_another(text: str) -> None:
    drawn = picture(build(read_source(text, "x").words))
    rows: dict[float, list[Mark]] = {}
    for mark in drawn.marks:
        rows.setdefault(mark.y, []).append(mark)
    for marks in rows.values():
        for one, other in pairwise(sorted(map(span, marks))):
            assert one[1] <= other[0] + 1


def test_a_citation_is_shown_verbatim() -> None:
    later = Delay("reminder-1", 30, "Pub. Act 103-0323", "some accounts in IL")
    assert later.sentence == "30 days later for some accounts in IL (Pub. Act 103-0323)"
    first = Delay("reminder-1", 0, "Pub. Act 103-0323", "some accounts in IL", "screening for aid")
    assert first.sentence == "Screening for aid first for some accounts in IL (Pub. Act 103-0323)"
    page = environment().from_string("{% import 'picture.html' as drawn %}{{ drawn.steps(picture) }}")
    drawn = picture(build(read_source((SHIPPED / "small-practice.yaml").read_text(), "x").words), [later, first])
    assert page.render(picture=drawn).count("(Pub. Act 103-0323)") == 2


def test_two_pictures_of_one_length_can_be_compared() -> None:
    text = Path(SHIPPED / "small-practice.yaml").read_text()
    schedule = build(read_source(text, "x").words)
    assert picture(schedule, days=400).days == 400
