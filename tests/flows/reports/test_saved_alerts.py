"""The alert of a missed target by e-mail: once per crossing, in words without anybody's data, on a real mail server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.asked import Given
from flows.reports.registry import REPORTS
from flows.reports.saved.commands import Wanted, save_report
from flows.reports.saved.decide import Every, Period, SendBy, TargetWay
from flows.reports.saved.deliver import deliver_due
from flows.reports.saved.queries import Saved, Sending, Target, all_saved
from models.enums import LedgerKind
from models.errors import BadInput
from models.ids import AccountId
from models.user_enums import Role
from tests.flows.correspondence.email_server import Postman, mail_server
from tests.random_books import fresh_practice
from tests.small_book import someone, take_in

MADE, TODAY = date(2026, 4, 1), date(2026, 4, 2)
TARGET = Target("balance_cents", TargetWay.AT_MOST, 90_00, "grace@example.com")


@pytest.fixture
def practice(empty_sqlite: Path) -> Iterator[Practice]:
    """A practice that is owed $100 by one person."""
    with fresh_practice(empty_sqlite) as opened:
        take_in(opened.database, [someone("Ada", cents=100_00)], date(2026, 1, 5))
        yield opened


def save(practice: Practice, target: Target = TARGET, sending: Sending | None = None) -> None:
    wanted = Wanted(
        "Open balances", REPORTS["aging"], Period.THIS_MONTH, Given(), sending=sending, target=target, replace=True
    )
    with practice.database.transaction(actor="grace", business_date=MADE) as tx:
        save_report(tx, wanted, {Role.MANAGER}, None)


def night(practice: Practice, days: int, postman: Postman | None, tmp_path: Path) -> Saved:
    """The saved report after a night, so many days later, with this mail server or without one."""
    if postman is None:
        deliver_due(practice, TODAY + timedelta(days=days))
    else:
        with mail_server(postman, tmp_path) as url:
            settings = replace(practice.settings, smtp_url=url, mail_from="office@example.com")
            deliver_due(replace(practice, settings=settings), TODAY + timedelta(days=days))
    with practice.database.reading() as conn:
        (one,) = all_saved(conn)
    return one


def owed(practice: Practice, days: int, cents: int) -> None:
    """Change what is owed on a day."""
    on, kind = TODAY + timedelta(days=days), LedgerKind.CHARGE if cents > 0 else LedgerKind.PATIENT_PAYMENT
    with practice.database.transaction(actor="leo", business_date=on) as tx:
        post(tx, [Entry(AccountId(1), on, kind, cents, "office", f"day {days}", f"day {days}")])


def said(postman: Postman) -> list[EmailMessage]:
    found = [message_from_bytes(one.content, policy=policy.default) for one in postman.taken]  # type: ignore[arg-type]
    return [one for one in found if isinstance(one, EmailMessage)]


def test_a_crossing_is_told_once_and_the_next_crossing_again(practice: Practice, tmp_path: Path) -> None:
    postman = Postman()
    save(practice)
    assert night(practice, 0, postman, tmp_path).alerted_on == TODAY
    assert night(practice, 1, postman, tmp_path).alerted_on == TODAY
    assert len(postman.taken) == 1
    owed(practice, 2, -20_00)
    assert night(practice, 2, postman, tmp_path).alerted_on is None
    assert len(postman.taken) == 1
    owed(practice, 3, 30_00)
    assert night(practice, 3, postman, tmp_path).alerted_on == TODAY + timedelta(days=3)
    texts = [one.get_content() for one in said(postman)]
    assert ["$100.00" in text for text in texts] == [True, False]
    assert ["$110.00" in text for text in texts] == [False, True]


def test_the_message_has_the_report_the_period_the_figure_and_the_target_and_nobodys_data(
    practice: Practice, tmp_path: Path
) -> None:
    postman = Postman()
    save(practice)
    night(practice, 0, postman, tmp_path)
    (message,) = said(postman)
    assert (message["To"], message["Subject"]) == ("grace@example.com", "Target missed: Open balances")
    assert message.get_content().replace("\r\n", "\n") == (
        "Open balances (A/R aging), 2026-04-02:\nBalance is $100.00; the target is at most $90.00.\n\n"
        "You get this message once. After the target is met, you get another one when it is missed again.\n"
    )
    assert list(message.iter_attachments()) == []
    assert "Ada" not in str(message) and "Tester" not in str(message)


def test_a_message_that_was_not_accepted_is_said_and_tried_again(practice: Practice, tmp_path: Path) -> None:
    postman = Postman(["refuse the message", "accept"])
    save(practice)
    one = night(practice, 0, None, tmp_path)
    assert (one.alerted_on, "the alert was not sent: there is no mail server" in one.problem) == (None, True)
    assert one.missed == "Balance is $100.00; the target is at most $90.00"
    assert "the alert was not sent" in night(practice, 1, postman, tmp_path).problem
    one = night(practice, 2, postman, tmp_path)
    assert (one.alerted_on, one.problem, len(postman.taken)) == (TODAY + timedelta(days=2), "", 1)


def test_a_message_that_may_have_arrived_is_not_sent_twice(practice: Practice, tmp_path: Path) -> None:
    postman = Postman(["take it and hang up", "accept"])
    save(practice)
    one = night(practice, 0, postman, tmp_path)
    assert (one.alerted_on, "may not have arrived" in one.problem) == (TODAY, True)
    night(practice, 1, postman, tmp_path)
    assert len(postman.taken) == 1


def test_a_report_that_could_not_be_delivered_still_alerts(practice: Practice, tmp_path: Path) -> None:
    postman = Postman()
    save(practice, sending=Sending(Every.DAY, SendBy.SFTP, "sftp://u@127.0.0.1/in", "csv"))
    one = night(practice, 0, postman, tmp_path)
    assert (one.delivered_on, one.alerted_on, len(postman.taken)) == (None, TODAY, 1)
    assert "the file was not found" in one.problem


def test_without_an_address_nobody_is_told_by_mail(practice: Practice, tmp_path: Path) -> None:
    postman = Postman()
    save(practice, replace(TARGET, alert_to=""))
    one = night(practice, 0, postman, tmp_path)
    assert (one.missed != "", one.alerted_on, one.problem, postman.taken) == (True, None, "", [])


def test_a_report_that_is_saved_again_alerts_again(practice: Practice, tmp_path: Path) -> None:
    postman = Postman()
    save(practice)
    night(practice, 0, postman, tmp_path)
    save(practice, replace(TARGET, value=80_00))
    night(practice, 1, postman, tmp_path)
    assert len(postman.taken) == 2


def test_what_is_no_address_is_refused(practice: Practice) -> None:
    with pytest.raises(BadInput, match="e-mail address") as refused:
        save(practice, replace(TARGET, alert_to="nowhere"))
    assert "nowhere" not in str(refused.value)
