"""Saved reports over a real SFTP server: the file arrives whole, once, and what went wrong is said to its owner."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from flows.agency_handoff.files import transport
from flows.practice import Practice
from flows.reports.asked import Given
from flows.reports.registry import REPORTS
from flows.reports.saved.commands import Wanted, save_report
from flows.reports.saved.decide import Every, Period, SendBy
from flows.reports.saved.deliver import KEY, KNOWN_HOSTS, deliver_due
from flows.reports.saved.queries import Sending, all_saved
from models.errors import BadInput
from models.user_enums import Role
from tests.random_books import fresh_practice
from tests.sftp_server import Trouble, sftp_server
from tests.small_book import someone, take_in

MADE, TODAY = date(2026, 4, 1), date(2026, 4, 2)
NAME = "aging-2026-04-02.csv"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A server on this machine, with its folder and the keys to it."""
    with sftp_server(tmp_path_factory.mktemp("sftp")) as server:
        (server["root"] / "month end").mkdir()
        yield server


@pytest.fixture
def practice(empty_sqlite: Path, served: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    """A practice with an account and the keys to the server."""
    Trouble.reset()
    monkeypatch.setattr(transport, "SETTLE_SECONDS", 0.3)
    for path in served["root"].glob("*/*"):
        path.unlink()
    with fresh_practice(empty_sqlite) as opened:
        take_in(opened.database, [someone("Ada", cents=10_000)], date(2026, 1, 5))
        home = opened.settings.home
        for here, there in ((KEY, "id"), (KNOWN_HOSTS, "known")):
            (home / here).parent.mkdir(parents=True, exist_ok=True)
            copy(served["keys"] / there, home / here)
        yield opened


def save(practice: Practice, address: str) -> None:
    sending = Sending(Every.DAY, SendBy.SFTP, address, "csv")
    wanted = Wanted(
        "Aging", REPORTS["aging"], Period.THIS_MONTH, Given(), ("balance_cents",), sending=sending, replace=True
    )
    with practice.database.transaction(actor="grace", business_date=MADE) as tx:
        save_report(tx, wanted, {Role.MANAGER}, None)


def at(served: dict[str, Any], folder: str) -> str:
    return f"sftp://clinic@127.0.0.1:{served['port']}{folder}"


def problem(practice: Practice) -> str:
    with practice.database.reading() as conn:
        (one,) = all_saved(conn)
    return one.problem


def there(served: dict[str, Any], folder: str = "in") -> list[str]:
    return sorted(path.name for path in (served["root"] / folder).iterdir())


@pytest.mark.parametrize(("address", "folder"), [("/in", "in"), ("/in/", "in"), ("/month%20end", "month end")])
def test_a_report_arrives_whole_under_its_own_name(
    practice: Practice, served: dict[str, Any], address: str, folder: str
) -> None:
    save(practice, at(served, address))
    assert deliver_due(practice, TODAY) == {"delivered": 1}
    assert problem(practice) == ""
    assert there(served, folder) == [NAME]
    content = (served["root"] / folder / NAME).read_bytes()
    assert content == b"Days since first statement,Balance\r\n61-90 days,100\r\nTotal,100\r\n"
    assert content == (practice.settings.outbox / "reports" / NAME).read_bytes()
    assert deliver_due(practice, TODAY) == {}
    assert deliver_due(practice, TODAY + timedelta(days=1)) == {"delivered": 1}
    assert there(served, folder) == [NAME, "aging-2026-04-03.csv"]


def test_without_a_folder_it_goes_where_the_user_lands(practice: Practice, served: dict[str, Any]) -> None:
    save(practice, at(served, ""))
    assert deliver_due(practice, TODAY) == {"delivered": 1}
    (served["root"] / NAME).unlink()


def test_a_report_that_the_server_lost_is_not_called_delivered_and_goes_the_next_night(
    practice: Practice, served: dict[str, Any]
) -> None:
    Trouble.rename = "loses"
    save(practice, at(served, "/in"))
    assert deliver_due(practice, TODAY) == {"failed": 1}
    assert "127.0.0.1 does not show" in problem(practice)
    Trouble.reset()
    assert deliver_due(practice, TODAY + timedelta(days=1)) == {"delivered": 1}
    assert (problem(practice), there(served)) == ("", ["aging-2026-04-03.csv"])


def test_a_report_that_stopped_on_its_way_is_completed_by_the_next_try(
    practice: Practice, served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "BLOCK", 20)
    Trouble.drop_after = 40
    save(practice, at(served, "/in"))
    assert deliver_due(practice, TODAY) == {"failed": 1}
    assert there(served) == [f".{NAME}.part"]
    assert deliver_due(practice, TODAY) == {"delivered": 1}
    assert there(served) == [NAME]


def test_another_file_of_its_name_is_not_overwritten(practice: Practice, served: dict[str, Any]) -> None:
    (served["root"] / "in" / NAME).write_text("an earlier one")
    save(practice, at(served, "/in"))
    assert deliver_due(practice, TODAY) == {"failed": 1}
    assert "a different file named" in problem(practice) and "agency" not in problem(practice)
    assert (served["root"] / "in" / NAME).read_text() == "an earlier one"


@pytest.mark.parametrize(
    ("key", "name", "says"), [("other", KNOWN_HOSTS, "different host key"), ("", KEY, "the file was not found")]
)
def test_a_wrong_key_is_said_without_a_word_of_agencies(
    practice: Practice, served: dict[str, Any], key: str, name: str, says: str
) -> None:
    path = practice.settings.home / name
    path.unlink()
    if key:
        copy(served["keys"] / key, path)
    save(practice, at(served, "/in"))
    assert deliver_due(practice, TODAY) == {"failed": 1}
    assert says in problem(practice) and "agency" not in problem(practice)
    assert there(served) == []


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("sftp://clinic@host:many/in", "SFTP address"),
        ("sftp://clinic:secret@host/in", "password"),
        ("sftp://host/in", "SFTP address"),
    ],
)
def test_an_address_that_can_not_work_is_refused_when_it_is_saved(practice: Practice, address: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        save(practice, address)
    assert "secret" not in str(refused.value)
