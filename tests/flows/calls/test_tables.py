"""The tables that a manager changes: what is wrong is named with its line, and nothing can be made laxer."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from compliance.hours import Window
from flows.calls.assigning import CallToAssign, CollectorNow, choose_collectors
from flows.calls.dispositions import DISPOSITIONS, SHIPPED, dispositions_from
from flows.calls.scoring import SHIPPED as SCORING
from flows.calls.scoring import Merits, scoring_from, shipped_scoring
from flows.calls.script import TELLING, Caller, Missed, script, voicemail_text
from flows.people.contact.call_times import read_no_call_times, without
from flows.settings.tables.yaml_text import BadSchedule
from models.errors import BadInput

DOMAIN = (
    "no_answer, busy, voicemail, wrong_number, disconnected, third_party, right_party_no_commitment, promise_to_pay, paid, "
    "arrangement, callback, dispute, insurance_provided, financial_assistance_requested, hardship, cease, attorney, "
    "bankruptcy, deceased, language_barrier, refused"
).split(", ")


def test_every_way_for_a_call_to_end_is_shipped_on_a_key_of_its_own() -> None:
    assert set(DISPOSITIONS) == set(DOMAIN)
    keys = [one.key for one in DISPOSITIONS.values()]
    assert len(set(keys)) == len(keys)


def test_a_manager_adds_a_code_of_the_house() -> None:
    table = dispositions_from(
        "dispositions:\n  moved_away: {says: They moved, talked: true, closes: true, hold: {kind: manager, days: 10},\n"
        "    task: {kind: find-address, role: clerk}, letter: address-check, then: {resume_at: reminder-1}}\n"
    )
    one = table["moved_away"]
    assert (one.hold, one.hold_days, one.then.resume_at) == ("manager", 10, "reminder-1")
    assert len(table) == len(DOMAIN) + 1


LAXER = [
    ("cease: {says: Stop, talked: true, closes: true}", 2, "opens a hold of kind cease"),
    ("dispute: {says: No, talked: true, hold: {kind: dispute, days: 5}}", 2, "can't be removed or weakened"),
    ("cease: {says: Stop, talked: true, hold: {kind: cease, scope: letters}}", 2, "removed or weakened"),
    ("deceased: {says: Died, closes: true}", 2, "must keep does: death"),
    ("refused: {says: No}", 2, "talked of refused can't be turned off"),
    ("no_answer: {says: Nobody, counts: false}", 2, "can't be turned off"),
    ("moved: {says: x, letter: hello}", 2, 'there is no letter "hello"'),
    ("moved: {says: x, key: n}", 2, 'key "n" is already used by'),
    ("moved: {says: x, does: promise}", 2, "a promise needs"),
    ("moved: {says: x, closes: true, next_try_days: 3}", 2, "remove next_try_days or closes"),
    ("moved: {says: x, holds: {kind: dispute}}", 2, 'did you mean "hold"'),
    ("moved: {says: x, hold: {kind: disput}}", 2, 'did you mean "dispute"'),
    ("moved: {}", 2, "says: is missing"),
]


@pytest.mark.parametrize(("line", "place", "says"), LAXER)
def test_a_wrong_or_laxer_code_is_refused_with_its_line(line: str, place: int, says: str) -> None:
    with pytest.raises(BadSchedule, match=says.replace("[", r"\[")) as refused:
        dispositions_from(f"dispositions:\n  {line}\n", "house.yaml")
    assert str(refused.value).startswith(f"house.yaml:{place}: ")


def test_the_shipped_tables_pass_their_own_check() -> None:
    assert dispositions_from(SHIPPED.read_text(), "shipped") == DISPOSITIONS
    assert scoring_from(SCORING.read_text()).balance == shipped_scoring().balance


def merits(**more: Any) -> Merits:
    return Merits(**{"balance_cents": 300_00, "age_days": 95, "days_open": 10, "tries": 0, **more})


def test_points_are_those_of_every_line_that_holds() -> None:
    table = shipped_scoring()
    assert dict(table.points(merits())) == {"balance": 400, "age": 250}
    assert dict(table.points(merits(tries=2, reached_at_hour=True))) == {
        "balance": 400,
        "age": 250,
        "earlier attempts without an answer": -200,
        "answered at this hour before": 300,
    }
    first, second, third = (
        sum(points for _, points in table.points(merits(**more)))
        for more in ({"callback_today": True}, {"broken_promise": True}, {"balance_cents": 9_999_00, "days_open": 0})
    )
    assert first > second > third


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("callback: 10000", "calback: 10000", r'scoring.yaml:\d+: points.calback.*did you mean "callback"'),
        ("at_least: 200.00", "at_least: 20.00", r"scoring.yaml:\d+: balance.1: must be higher"),
        ("broken_promise: 5000", "broken_promise: lots", "broken_promise"),
    ],
)
def test_a_slip_in_the_scoring_table_is_named_with_its_line(old: str, new: str, says: str) -> None:
    with pytest.raises(BadSchedule, match=says):
        scoring_from(SCORING.read_text().replace(old, new), "scoring.yaml")


MARIA = CollectorNow("maria", frozenset({"en", "es"}), 2)
BOB = CollectorNow("bob", frozenset({"en"}), 2)


def call(task: int, guarantor: int | None = None, language: str = "en", **more: Any) -> CallToAssign:
    return CallToAssign(task, task if guarantor is None else guarantor, "C1", language, **more)


def test_calls_are_dealt_evenly_best_first_and_no_more_than_each_can_make() -> None:
    assigned = choose_collectors([call(n) for n in range(1, 7)], [MARIA, BOB])
    assert assigned == {1: "bob", 2: "maria", 3: "bob", 4: "maria"}


def test_a_call_goes_to_who_speaks_the_language_and_to_its_owner_before_all() -> None:
    assigned = choose_collectors(
        [call(1, language="es-MX"), call(2, owner="bob"), call(3, owner="bob"), call(4, owner="bob")], [MARIA, BOB]
    )
    assert assigned == {1: "maria", 2: "bob", 3: "bob", 4: "bob"}
    assert choose_collectors([call(1, language="vi")], [MARIA, BOB]) == {}
    assert choose_collectors([call(1, owner="gone")], [BOB]) == {1: "bob"}


def test_two_calls_to_one_person_are_one_collectors() -> None:
    assigned = choose_collectors([call(1), call(2), call(3, guarantor=1), call(4, guarantor=2)], [MARIA, BOB])
    assert assigned[1] == assigned[3] != assigned[2] == assigned[4]


def test_who_works_for_one_creditor_gets_no_calls_of_another() -> None:
    assert choose_collectors([call(1)], [CollectorNow("zoe", frozenset({"en"}), 5, frozenset({"C2"}))]) == {}


TUESDAY = date(2026, 3, 3)
DAY = Window(datetime(2026, 3, 3, 13, tzinfo=UTC), datetime(2026, 3, 4, 2, tzinfo=UTC))
EAST = ("America/New_York",)


def hours(text: str, zones: tuple[str, ...] = EAST) -> list[str]:
    return [f"{w.start:%H:%M}-{w.end:%H:%M}" for w in without(DAY, read_no_call_times(text), zones, TUESDAY)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ["13:00-02:00"]),
        ("mon-fri 09:00-17:00", ["13:00-14:00", "22:00-02:00"]),
        ("sun", ["13:00-02:00"]),
        ("tue", []),
        ("12:00-13:00", ["13:00-17:00", "18:00-02:00"]),
        ("00:00-12:00; 18:00-24:00", ["17:00-23:00"]),
        ("fri-tue 8-20", ["01:00-02:00"]),
    ],
)
def test_nobody_is_called_at_the_hours_that_they_refused(text: str, left: list[str]) -> None:
    assert hours(text) == left


def test_refused_hours_count_in_every_zone_that_they_may_be_in() -> None:
    assert hours("12:00-13:00", (*EAST, "America/Chicago")) == ["13:00-17:00", "19:00-02:00"]


@pytest.mark.parametrize("text", ["soon", "mon-xyz", "17:00-09:00", "25:00-26:00", "mon 9-", "-"])
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_no_call_times(text)


CALLER = Caller("Ada Tester", "Maple Street Clinic", "maria", "937-555-0100")


@pytest.mark.parametrize("language", ["en", "es", "vi"])
@pytest.mark.parametrize("name", ["first-call", "broken-promise", None])
def test_what_strangers_hear_tells_nothing_of_a_debt_or_of_care(language: str, name: str | None) -> None:
    said = script(CALLER, name, language)
    for part in ("ask", "third_party", "voicemail"):
        assert TELLING.search(said[part]) is None, said[part]
    assert said["needs_interpreter"] is (language == "vi")


OWING = replace(CALLER, owed_cents=204_42, services=(date(2026, 9, 6),))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_amount_and_the_visit_are_said_once_the_person_is_known(language: str) -> None:
    said = script(OWING, "first-call", language)
    assert "$204.42" in said["purpose"]
    assert "September 6, 2026" in said["purpose"] or "6 de septiembre de 2026" in said["purpose"]
    for part in ("ask", "know", "open", "third_party", "voicemail"):
        assert "$" not in (said[part] or "") and "2026" not in (said[part] or "")


def test_the_missed_promise_is_named_with_its_amount_and_day() -> None:
    missed = replace(OWING, missed=Missed(45_69, date(2026, 11, 22)))
    said = script(missed, "broken-promise", "en")["purpose"]
    assert "a payment of $45.69 by November 22, 2026. We haven't received it." in said
    assert "promise" not in script(OWING, "broken-promise", "en")["purpose"], "there is none on record any more"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "by November 22, 2026. We received $20.00, thank you, but not the other $25.69. Did something come up?"),
        ("es", "el 22 de noviembre de 2026. Recibimos $20.00, gracias, pero nos faltan $25.69. ¿Pasó algo?"),
    ],
)
def test_of_a_promise_kept_in_part_the_script_asks_for_the_rest(language: str, said: str) -> None:
    missed = replace(OWING, missed=Missed(45_69, date(2026, 11, 22), 20_00))
    assert said in script(missed, "broken-promise", language)["purpose"]


@pytest.mark.parametrize(
    ("services", "own", "said"),
    [
        ((), True, "for care you received."),
        ((date(2026, 9, 6),), False, "for the visit on September 6, 2026."),
        ((date(2026, 10, 2), date(2026, 9, 6)), True, "for your visits on September 6, 2026 and October 2, 2026."),
        (tuple(date(2026, 9, day) for day in range(1, 6)), True, "for your 5 visits from September 1, 2026 to"),
    ],
)
def test_visits_are_named_or_counted(services: tuple[date, ...], own: bool, said: str) -> None:
    assert said in script(replace(OWING, services=services, own=own), None, "en")["purpose"]


@pytest.mark.parametrize(
    "name", ["Lakeside Oncology", "Smith Billing Office", "Hope Fertility Center", "City Psychiatric"]
)
def test_no_voicemail_in_a_name_that_tells_of_the_care(name: str) -> None:
    telling = Caller("Ada Tester", name, "maria", "937-555-0100")
    assert voicemail_text(telling, "en") is None
    assert script(telling, None, "en")["no_voicemail"] is not None
    plain = Caller("Ada Tester", name, "maria", "937-555-0100", "Lakeside Associates")
    assert "Lakeside Associates" in (voicemail_text(plain, "en") or "")


def test_a_time_of_day_is_read_as_people_write_it() -> None:
    (one,) = read_no_call_times("mon 9-17")
    assert (one.starts, one.ends) == (time(9), time(17))
