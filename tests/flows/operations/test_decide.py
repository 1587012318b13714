"""What the operator reads in the morning: whether the night completed, its figures, and what needs a person."""

from datetime import date

import pytest

from flows.operations.decide import Made, Night, report_of

DAY = date(2026, 11, 30)


def test_a_quiet_night_says_so_in_its_subject_and_has_its_figures() -> None:
    night = Night(
        DAY, 0, Made("pastdue-1.tar", 62_600_000), {"due": 1_200, "letters": 412, "secret": 5}, {"Overdue tasks": 0}
    )
    report = report_of(night)
    assert night.is_complete
    assert report.subject == "pastdue: Nov 30 complete"
    assert report.text.splitlines() == [
        "The nightly run through November 30, 2026 is complete.",
        "",
        "Figures of the day:",
        "- accounts due: 1,200",
        "- letters written: 412",
        "",
        "Backup: pastdue-1.tar, 62.6 MB.",
    ]


def test_what_needs_a_person_stands_before_the_figures() -> None:
    report = report_of(Night(DAY, 0, Made(), {"due": 3}, {"Overdue tasks": 2, "Accounts that are exceptions": 1}))
    assert report.subject == "pastdue: Nov 30 complete, 2 items to resolve"
    assert report.text.index("To resolve:") < report.text.index("Figures of the day:")
    assert "- Overdue tasks: 2" in report.text


@pytest.mark.parametrize(
    ("night", "says"),
    [
        (Night(DAY, 1), "The run ended with code 1."),
        (Night(DAY, -9), "The run ended with code -9."),
        (Night(DAY, 1, problem="the database does not respond (OperationalError)"), "The database does not respond"),
    ],
)
def test_a_night_that_failed_is_called_failed(night: Night, says: str) -> None:
    report = report_of(night)
    assert not night.is_complete
    assert report.subject.startswith("pastdue: Nov 30 FAILED")
    assert says in report.text


def test_a_night_without_its_backup_is_not_complete_for_the_monitor() -> None:
    night = Night(DAY, 0, Made(problem="there is not enough space"))
    assert not night.is_complete
    assert "The backup failed: there is not enough space." in report_of(night).text
