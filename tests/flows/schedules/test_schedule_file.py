"""A schedule that is wrong is refused with file, line, field and what would be right."""

import pytest

from flows.dunning.versions.publish import SHIPPED
from flows.schedules.check import problems_of
from flows.schedules.schedule_file import build, read_source
from flows.settings.tables.yaml_text import BadSchedule
from tests.small_book import LETTERS

TEXT = (SHIPPED / "patient-balance.yaml").read_text()


def problems(text: str) -> list[str]:
    try:
        source = read_source(text, "test.yaml")
    except BadSchedule as error:
        return [str(problem) for problem in error.problems]
    return [str(problem) for problem in problems_of(source, letters=LETTERS, pools=())]


def line_of(part: str, text: str = TEXT) -> int:
    return text[: text.index(part)].count("\n") + 1


WRONG = [
    ("payer_class: [self_pay", "payerclass: [self_pay", "enter.payerclass", 'did you mean "payer_class"?'),
    ("self_pay, commercial", "self_pay, comercial", "enter.payer_class.1", 'did you mean "commercial"?'),
    ("attempts: 3", "atempts: 3", "steps.1.do.call.atempts", 'did you mean "attempts"?'),
    (
        "{after: reminder-2, days: 7}",
        "{after: final-notise, days: 7}",
        "steps.3.at.after",
        'did you mean "final-notice"?',
    ),
    ("{after: reminder-1, days: 10}", "{after: reminder-1}", "steps.1.at", "go together"),
    ("{day: 60}", "{day: 60, after: reminder-1, days: 3}", "steps.2.at", "either"),
    ("{day: 60}", "{day: soon}", "steps.2.at.day", "valid integer"),
    ("id: reminder-2", "id: reminder-1", "steps.2.id", "is used twice"),
    ("letter: reminder-2", "letter: reminder-two", "steps.2.do.letter", "no template"),
    (
        "offer_arrangement: standard",
        "offer_arrangement: generous",
        "steps.3.do.offer_arrangement",
        "no payment plan terms",
    ),
    ("{write_off: {reason: small-balance}}", "{letter: reminder-1}", "small_balance.do", "only be written off"),
    (
        "task: {kind: placement-review",
        "place: {pool: primary}, task: {kind: placement-review",
        "steps.5.do",
        "exactly one",
    ),
    ("then: finish", "then: {resume_at: reminder-9}", "on.paid_in_full.then.resume_at", "is not defined"),
    ("anchor: first_statement_on", "anchor: birthday", "anchor", "first_statement_on"),
    ("at_least: 50.00", "at_least: 50.00, at_most: 40.00", "steps.1.when.balance", "can never be true"),
    ("title: Patient", "tittle: Patient", "tittle", 'did you mean "title"?'),
]


@pytest.mark.parametrize(("right", "wrong", "field", "said"), WRONG, ids=lambda text: str(text)[:25])
def test_a_slip_is_named_with_its_line_and_the_nearest_right_word(
    right: str, wrong: str, field: str, said: str
) -> None:
    found = problems(TEXT.replace(right, wrong, 1))
    assert any(f": {field}: " in problem and said in problem for problem in found), found
    line = line_of(right)
    assert any(problem.startswith(f"test.yaml:{line}:") for problem in found), (line, found)


STEPS = "schedule: s\ntitle: S\nenter: {overdue_days: 30}\nsteps:\n"

UNREACHABLE = [
    (
        "  - {id: a, at: {after: b, days: 1}, do: {letter: reminder-1}}\n"
        "  - {id: b, at: {after: a, days: 1}, do: {letter: reminder-2}}\n",
        "has a circular reference (a and b)",
    ),
    ("  - {id: a, at: {after: a, days: 1}, do: {letter: reminder-1}}\n", "has a circular reference (a)"),
    (
        "  - {id: a, at: {after: b, days: 1}, do: {letter: reminder-1}}\n"
        "  - {id: b, at: {day: 40}, do: {letter: reminder-2}}\n",
        'can never be reached: it waits for "b" below it',
    ),
    (
        "  - {id: a, at: {day: 40}, do: {write_off: {reason: uncollectible}}}\n"
        "  - {id: b, at: {day: 50}, do: {letter: reminder-2}}\n",
        'can never be reached: "a" above it ends the schedule',
    ),
]


@pytest.mark.parametrize(("steps", "said"), UNREACHABLE, ids=["cycle", "itself", "below", "after the end"])
def test_a_step_that_can_never_be_reached_is_refused(steps: str, said: str) -> None:
    assert any(said in problem for problem in problems(STEPS + steps))


def test_a_step_for_a_class_that_never_enters_is_refused() -> None:
    text = TEXT.replace("when: {balance: {at_least: 50.00}}", "when: {payer_class: [medicare]}", 1)
    assert any("no account with this payer_class enters" in problem for problem in problems(text))


FIRST = "  - {id: r1, at: {day: 30}, do: {letter: reminder-1}}\n"
FINAL = "  - {id: last, at: {day: %s}, do: {letter: final-notice}}\n"
UNMEANT = [
    (FINAL % 20 + FIRST, "is a final notice and the first contact"),
    (
        FIRST + FINAL % 40 + "  - {id: r2, at: {day: 60}, do: {letter: reminder-2}}\n",
        '"r2" is a reminder after it on day 60',
    ),
    (
        FIRST + FINAL % 60 + "  - {id: go, at: {after: last, days: 1}, do: {place: {pool: primary}}}\n",
        "1 day after the final",
    ),
    (
        FIRST + FINAL % 60 + "  - {id: go, at: {day: 89}, do: {place: {pool: primary}}}\n",
        "29 days after the final notice",
    ),
    (
        FIRST + "  - {id: r2, at: {day: 35}, do: {letter: reminder-2}}\n",
        'is a letter on day 35, after "r1" on day 30; letters are at least 14 days apart: this one would wait until '
        "day 44",
    ),
    (FIRST + "  - {id: look, at: {day: 60}, do: {task: {kind: look, role: clerk}}}\n", "no user has the role clerk"),
    (FIRST + "  - {id: r2, at: {day: 60}, do: {letter: reminder-2}}\n", "has no Spanish template"),
]


@pytest.mark.parametrize(("steps", "said"), UNMEANT)
def test_what_can_hardly_be_meant_is_a_warning(steps: str, said: str) -> None:
    source = read_source(STEPS + steps, "test.yaml")
    found = problems_of(source, letters=LETTERS, pools=["primary"], roles={"manager"}, one_language={"reminder-2"})
    assert found
    assert all(problem.warning for problem in found)
    assert any(said in str(problem) for problem in found), found


@pytest.mark.parametrize("name", ["patient-balance", "patient-balance-agency", "medicare", "small-practice"])
def test_letters_of_a_shipped_schedule_are_far_enough_apart(name: str) -> None:
    assert not too_close((SHIPPED / f"{name}.yaml").read_text())


def too_close(text: str) -> list[str]:
    found = problems_of(read_source(text, "t.yaml"), letters=LETTERS, pools=["primary"], roles=None)
    return [problem.message for problem in found if "days apart" in problem.message]


def test_a_letter_that_waits_delays_the_next_one() -> None:
    text = STEPS + FIRST + "  - {id: r2, at: {day: 35}, do: {letter: reminder-2}}\n" + FINAL % 50
    assert [said.rsplit(" ", 1)[1] for said in too_close(text)] == ["44", "58"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("payer_class: [commercial]", "payer_class: [self_pay]"),
        ("has_email: true", "has_email: false"),
        ("balance: {below: 100.00}", "balance: {at_least: 100.00}"),
    ],
)
def test_letters_that_no_account_gets_both_of_may_be_on_one_day(one: str, other: str) -> None:
    steps = (
        f"  - {{id: a, at: {{day: 30}}, when: {{{one}}}, do: {{letter: reminder-1}}}}\n"
        f"  - {{id: b, at: {{day: 30}}, when: {{{other}}}, do: {{letter: reminder-2}}}}\n"
    )
    assert not too_close(STEPS + steps)
    assert len(too_close(STEPS + steps.replace(other, one))) == 1


def test_a_placement_thirty_days_after_the_final_notice_is_as_it_should_be() -> None:
    source = read_source(
        STEPS + FIRST + FINAL % 60 + "  - {id: go, at: {day: 90}, do: {place: {pool: primary}}}\n", "t.yaml"
    )
    assert problems_of(source, letters=LETTERS, pools=["primary"]) == []


@pytest.mark.parametrize(
    ("at_most", "in_days", "warned"), [(7, 7, False), (8, 7, True), (3, 3, True), (1, 1, False), (10, 30, True)]
)
def test_more_calls_than_the_law_allows_are_warned_of(at_most: int, in_days: int, warned: bool) -> None:
    text = TEXT.replace("calls: {at_most: 7, in_days: 7}", f"calls: {{at_most: {at_most}, in_days: {in_days}}}")
    assert any("calls in 7 days" in problem for problem in problems(text)) is warned


def test_what_is_no_schedule_at_all_is_refused_with_a_line() -> None:
    assert problems("- a\n- b\n") == [
        "test.yaml:1: file: the file is empty, or is not a schedule (the first line must be `schedule: NAME`)"
    ]
    (broken,) = problems("schedule: x\n  steps: [\n")
    assert broken.startswith("test.yaml:2: file: is not YAML here")
    (doubled,) = problems("schedule: x\nschedule: y\n")
    assert "test.yaml:2" in doubled


def test_the_days_of_steps_that_go_as_they_should_are_known() -> None:
    schedule = build(read_source(TEXT, "test.yaml").words)
    assert {step.id: step.nominal_day for step in schedule.steps} == {
        "reminder-1": 30,
        "first-call": 40,
        "reminder-2": 60,
        "offer-plan": 67,
        "final-notice": 90,
        "review": 120,
    }
