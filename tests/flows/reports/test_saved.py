"""Saved reports: due on their days, delivered by mail, SFTP or to a folder, compared with their target."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from flows.practice import Practice
from flows.reports.asked import Given
from flows.reports.registry import REPORTS
from flows.reports.saved.commands import Wanted, forget_report, save_report
from flows.reports.saved.decide import Every, Period, SendBy, TargetWay, days_of, is_due, is_missed
from flows.reports.saved.deliver import deliver_due
from flows.reports.saved.queries import Sending, Target, all_saved, saved_of
from models.errors import BadInput, NotFound, NotPermitted, Refused
from models.user_enums import Role
from tests.flows.correspondence.email_server import Postman, mail_server
from tests.random_books import fresh_practice
from tests.small_book import someone, take_in

MADE = date(2026, 4, 1)
TODAY = date(2026, 4, 2)
MANAGER = frozenset({Role.MANAGER})
FOLDER = Sending(Every.DAY, SendBy.FOLDER, "", "csv")


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.THIS_MONTH, date(2026, 3, 1), date(2026, 3, 31)),
        (Period.LAST_MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (Period.LAST_30_DAYS, date(2026, 3, 2), date(2026, 3, 31)),
        (Period.LAST_90_DAYS, date(2026, 1, 1), date(2026, 3, 31)),
        (Period.LAST_12_MONTHS, date(2025, 3, 1), date(2026, 2, 28)),
    ],
)
def test_the_days_of_a_period_move_along(period: Period, first: date, last: date) -> None:
    assert days_of(period, date(2026, 3, 31)) == (first, last)


@pytest.mark.parametrize(
    ("every", "today", "delivered", "due"),
    [
        (Every.DAY, date(2026, 4, 2), None, True),
        (Every.DAY, date(2026, 4, 1), None, False),
        (Every.DAY, date(2026, 4, 2), date(2026, 4, 2), False),
        (Every.WEEK, date(2026, 4, 6), None, True),
        (Every.WEEK, date(2026, 4, 5), None, False),
        (Every.WEEK, date(2026, 4, 8), None, True),
        (Every.WEEK, date(2026, 4, 8), date(2026, 4, 6), False),
        (Every.MONTH, date(2026, 4, 30), None, False),
        (Every.MONTH, date(2026, 5, 3), None, True),
        (Every.MONTH, date(2026, 5, 3), date(2026, 5, 1), False),
    ],
)
def test_a_report_is_due_once_on_its_day_or_on_the_next_night_that_runs(
    every: Every, today: date, delivered: date | None, due: bool
) -> None:
    assert is_due(every, today, delivered, MADE) is due


@pytest.mark.parametrize(
    ("way", "value", "missed"),
    [
        (TargetWay.AT_MOST, 45.0, False),
        (TargetWay.AT_MOST, 45.1, True),
        (TargetWay.AT_LEAST, 44.9, True),
        (TargetWay.AT_LEAST, None, False),
    ],
)
def test_a_target_is_missed_on_its_wrong_side(way: TargetWay, value: float | None, missed: bool) -> None:
    assert is_missed(way, 45, value) is missed


@pytest.fixture
def practice(empty_sqlite: Path) -> Iterator[Practice]:
    with fresh_practice(empty_sqlite) as opened:
        take_in(opened.database, [someone("Ada", cents=10_000)], date(2026, 1, 5))
        yield opened


def wanted(name: str = "Aging", report: str = "aging", **more: object) -> Wanted:
    return replace(Wanted(name, REPORTS[report], Period.THIS_MONTH, Given()), **more)  # type: ignore[arg-type]


def save(practice: Practice, what: Wanted, user: str = "grace", on: date = MADE) -> None:
    with practice.database.transaction(actor=user, business_date=on) as tx:
        save_report(tx, what, MANAGER, None)


def test_a_due_report_is_in_the_folder_once_and_the_next_day_again(practice: Practice) -> None:
    save(practice, wanted(sending=FOLDER, columns=("balance_cents",)))
    assert deliver_due(practice, TODAY)["delivered"] == 1
    assert deliver_due(practice, TODAY)["delivered"] == 0
    assert deliver_due(practice, TODAY + timedelta(days=1))["delivered"] == 1
    files = sorted((practice.settings.outbox / "reports").iterdir())
    assert [path.name for path in files] == ["aging-2026-04-02.csv", "aging-2026-04-03.csv"]
    assert files[0].read_bytes() == b"Days since first statement,Balance\r\n61-90 days,100\r\nTotal,100\r\n"


def test_a_missed_target_is_said_until_it_is_met(practice: Practice) -> None:
    save(practice, wanted(target=Target("balance_cents", TargetWay.AT_MOST, 9_000)))
    deliver_due(practice, TODAY)
    with practice.database.reading() as conn:
        (one,) = all_saved(conn)
    assert one.missed == "Balance is $100.00; the target is at most $90.00"
    with pytest.raises(Refused, match="to replace it"):
        save(practice, wanted())
    save(practice, wanted(target=Target("balance_cents", TargetWay.AT_MOST, 11_000), replace=True))
    deliver_due(practice, TODAY)
    with practice.database.reading() as conn:
        assert all_saved(conn)[0].missed == ""


def test_a_mail_has_the_file_and_nobodys_name_in_its_text(practice: Practice, tmp_path: Path) -> None:
    save(practice, wanted(sending=Sending(Every.DAY, SendBy.EMAIL, "grace@example.com", "csv")))
    postman = Postman()
    with mail_server(postman, tmp_path) as url:
        settings = replace(practice.settings, smtp_url=url, mail_from="office@example.com")
        assert deliver_due(replace(practice, settings=settings), TODAY) == {"delivered": 1}
    content = postman.taken[0].content
    assert isinstance(content, bytes)
    message = message_from_bytes(content)
    text, file = message.get_payload()  # type: ignore[misc]
    assert message["To"] == "grace@example.com" and message["Subject"] == "A/R aging: this month"
    assert text.get_payload().strip() == "Aging, 2026-04-02 to 2026-04-02. The report is attached."  # type: ignore[union-attr]
    assert file.get_filename() == "aging-2026-04-02.csv"  # type: ignore[union-attr]


def test_what_was_not_delivered_says_why_and_does_not_stop_the_others(practice: Practice) -> None:
    save(practice, wanted("By mail", sending=Sending(Every.DAY, SendBy.EMAIL, "grace@example.com", "csv")))
    save(practice, wanted("By SFTP", sending=Sending(Every.DAY, SendBy.SFTP, "sftp://u@127.0.0.1/in", "csv")))
    save(practice, wanted("Folder", sending=FOLDER))
    assert deliver_due(practice, TODAY) == {"delivered": 1, "failed": 2}
    with practice.database.reading() as conn:
        problems = {one.name: one.problem for one in all_saved(conn)}
    assert "no mail server" in problems["By mail"]
    assert "reports: the file was not found" in problems["By SFTP"]
    assert problems["Folder"] == ""


def test_a_report_belongs_to_its_owner_and_is_read_by_the_role_that_it_is_shared_with(practice: Practice) -> None:
    save(practice, wanted(share=Role.AUDITOR))
    with practice.database.reading() as conn:
        assert [one.name for one in saved_of(conn, "grace", MANAGER)] == ["Aging"]
        assert [one.name for one in saved_of(conn, "omar", {Role.AUDITOR})] == ["Aging"]
        assert saved_of(conn, "leo", {Role.CLERK}) == []
    with pytest.raises(Refused, match="another user"):
        save(practice, wanted(), "otto")
    with (
        pytest.raises(NotPermitted, match="belongs to grace"),
        practice.database.transaction(actor="omar", business_date=TODAY) as tx,
    ):
        forget_report(tx, "Aging", {Role.AUDITOR})
    with (
        pytest.raises(NotFound),
        practice.database.transaction(actor="leo", business_date=TODAY) as tx,
    ):
        forget_report(tx, "Aging", {Role.CLERK})
    with practice.database.transaction(actor="grace", business_date=TODAY) as tx:
        forget_report(tx, "Aging", MANAGER)
    with practice.database.reading() as conn:
        assert all_saved(conn) == []


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (wanted("x"), "2 to 60"),
        (wanted(columns=("moon",)), 'no column "moon"'),
        (wanted(share=Role.CLERK), "may not read"),
        (wanted(target=Target("bucket", TargetWay.AT_MOST, 1)), 'no total of "bucket"'),
        (wanted(sending=replace(FOLDER, format="pdf")), "csv or xlsx"),
        (wanted(sending=Sending(Every.DAY, SendBy.EMAIL, "nowhere", "csv")), "e-mail address"),
        (wanted(sending=Sending(Every.DAY, SendBy.SFTP, "ftp://x", "csv")), "SFTP address"),
        (
            wanted(report="call-attempts", sending=Sending(Every.DAY, SendBy.EMAIL, "a@example.com", "csv")),
            "names persons",
        ),
        (wanted(given=Given(by=("moon",))), "no rows by"),
    ],
)
def test_a_report_that_can_not_be_saved_is_refused_in_a_sentence(practice: Practice, what: Wanted, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        save(practice, what)
