"""Commands once a practice is at work: the system's user decides, not what the environment claims."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import typist
from cli.app import app
from cli.output import open_practice
from cli.rights import GROUPS, NEEDS, OLD_NAMES, OPERATES
from flows.users.commands import add_user
from models.clock import system_clock
from models.environment import MADE_UP
from models.user_enums import Role
from tests.command_line import all_commands
from tests.small_book import rows, someone, take_in

DAY = date(2026, 2, 6)
ACCOUNTS = {
    "gholloway": ("grace", Role.MANAGER),
    "mcosta": ("maria", Role.COLLECTOR),
    "awhitcomb": ("ada", Role.ADMIN),
    "lbrandt": ("leo", Role.CLERK),
    "pwalsh": ("pat", Role.MAIL_ROOM),
}


class Machine:
    """The machine as each account of it types on it."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self._patch = home, monkeypatch
        self.account = "root"
        monkeypatch.setattr(typist, "system_user", lambda _owner=False: self.account)
        self.owner = True
        monkeypatch.setattr(typist.os, "getuid", lambda: 0 if self.owner else 4_000_000)

    def types(self, account: str, *words: str, claims: str = "") -> Result:
        self.account, self.owner = account, account == "root"
        self._patch.setenv("PASTDUE_USER", claims)
        return CliRunner().invoke(app, list(words))

    def said(self, account: str, *words: str, claims: str = "") -> Any:
        done = self.types(account, *words, "--json", claims=claims)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with open_practice() as practice:
            return [tuple(row) for row in rows(practice.database, query)]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A home of one account, in which nobody signs in yet."""
    home = tmp_path / "home"
    monkeypatch.setenv("PASTDUE_HOME", str(home))
    monkeypatch.delenv("PASTDUE_DATABASE_URL", raising=False)
    made = Machine(home, monkeypatch)
    assert made.types("root", "init", "--date", "2026-01-01").exit_code == 0
    with open_practice() as practice:
        take_in(practice.database, [someone("Zebulon", "A1")], date(2026, 1, 20))
    return made


@pytest.fixture
def at_work(machine: Machine) -> Machine:
    """The same, with users who type under accounts of their own."""
    with open_practice() as practice, practice.database.transaction(actor="setup", business_date=DAY) as tx:
        for account, (name, role) in ACCOUNTS.items():
            add_user(tx, name, name, [role], None, system_clock(), system_user=account)
    return machine


def test_every_command_says_what_right_it_needs() -> None:
    typed = {command.removeprefix("pastdue ") for command in all_commands()}
    grouped = {command for command in typed if command.partition(" ")[0] in GROUPS}
    assert set(NEEDS) <= typed
    assert typed - set(NEEDS) <= grouped
    assert typed >= OPERATES


def test_a_command_also_works_by_the_name_it_had_before_and_needs_the_same_right(at_work: Machine) -> None:
    typed = {command.removeprefix("pastdue ") for command in all_commands()}
    assert set(OLD_NAMES.values()) <= typed and not set(OLD_NAMES) & typed
    for old in OLD_NAMES:
        assert at_work.types("root", *old.split(), "--help").exit_code == 0, old
    words = ("fact", "A1", "screened", "--source", "form 12", "--date", "2026-02-06")
    assert at_work.types("lbrandt", *words).exit_code == 0
    refused = at_work.types("mcosta", "agency", "take", "nothing.csv")
    assert "`pastdue agency import`" in " ".join(refused.output.split())


def test_in_a_trial_the_history_names_who_was_claimed_and_the_account_beside(machine: Machine) -> None:
    assert machine.said("root", "note", "A1", "hello", claims="grace")["actor"] == "grace (root)"
    assert machine.said("root", "note", "A1", "again")["actor"] == "root"


def test_at_work_a_claimed_name_opens_nothing_and_stands_beside_the_true_one(at_work: Machine) -> None:
    assert at_work.said("lbrandt", "note", "A1", "hello", claims="grace")["actor"] == "leo (lbrandt as grace)"
    refused = at_work.types("lbrandt", "user", "add", "mallory", "--role", "admin", claims="ada")
    assert refused.exit_code == 1
    assert (
        "leo (clerk) has no permission for `pastdue user add`; it requires one of these roles: admin, manager"
        in " ".join(refused.output.split())
    )
    stranger = at_work.types("mallory", "note", "A1", "hello", claims="grace")
    assert stranger.exit_code == 1
    assert "pastdue user system NAME mallory" in " ".join(stranger.output.split())


@pytest.mark.parametrize(
    ("account", "words", "may"),
    [
        ("gholloway", ("pay", "A1", "--amount", "1.00", "--ref", "c1", "--date", "2026-02-06"), True),
        ("mcosta", ("pay", "A1", "--amount", "1.00", "--ref", "c1", "--date", "2026-02-06"), False),
        ("awhitcomb", ("account", "A1"), False),
        ("awhitcomb", ("user", "list"), True),
        ("mcosta", ("settings", "set", "refund_days", "5"), False),
        ("lbrandt", ("agency", "place", "A1", "--reason", "refuses to pay"), False),
        ("awhitcomb", ("task-done", "1", "--outcome", "compared"), False),
        ("root", ("account", "A1"), False),
        ("root", ("note", "A1", "hello"), False),
        ("root", ("history", "verify"), True),
        ("root", ("user", "list"), True),
        ("mallory", ("history", "verify"), False),
    ],
)
def test_roles_decide_as_in_the_browser(at_work: Machine, account: str, words: tuple[str, ...], may: bool) -> None:
    assert (at_work.types(account, *words).exit_code == 0) is may


def test_the_owner_of_the_home_binds_accounts_and_that_is_recorded(at_work: Machine) -> None:
    at_work.said("root", "user", "system", "leo", "leo2", claims="ada")
    assert at_work.types("lbrandt", "account", "A1").exit_code == 1
    assert at_work.types("leo2", "account", "A1").exit_code == 0
    taken = at_work.types("root", "user", "system", "maria", "leo2")
    assert "a system user can be linked to one user only" in " ".join(taken.output.split())
    (change,) = at_work.rows("SELECT name, what, actor FROM user_change ORDER BY id DESC LIMIT 1")
    assert change == ("leo", "command-line account leo2", "system:root (as ada)")
    at_work.said("root", "user", "disable", "leo")
    assert at_work.types("leo2", "account", "A1").exit_code == 1


LOOKS = [
    ("account", "A1"),
    ("explain", "A1"),
    ("history", "packet", "A1"),
    ("insurance", "list", "A1"),
    ("agency", "account", "A1"),
    ("letters", "preview", "A1", "reminder-1", "--date", "2026-02-06"),
]


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_a_command_that_shows_a_person_is_in_the_log_of_looks(at_work: Machine, words: tuple[str, ...]) -> None:
    at_work.said("gholloway", *words)
    assert at_work.rows("SELECT DISTINCT user_name, why FROM patient_view") == [("grace", "typed by gholloway")]


def test_a_collector_says_why_they_look_where_no_call_of_theirs_is_about_the_person(at_work: Machine) -> None:
    refused = at_work.types("mcosta", "account", "A1")
    assert refused.exit_code == 1
    assert "--why" in refused.output
    assert at_work.types("mcosta", "account", "A1", "--why", "they called the front desk").exit_code == 0
    assert at_work.rows("SELECT why FROM patient_view") == [("they called the front desk; typed by mcosta",)]


def test_who_comes_by_sudo_is_who_typed_and_elsewhere_that_word_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typist.os, "getuid", lambda: 0)
    monkeypatch.setenv("SUDO_UID", "4000001")
    assert typist.system_user(home_owner=True) == "uid-4000001"
    assert typist.system_user(home_owner=False) == "root"
    monkeypatch.setenv("SUDO_UID", "grace")
    assert typist.system_user(home_owner=True) == "root"


def test_only_a_manager_forces_a_run(at_work: Machine) -> None:
    refused = at_work.types("root", "run", "--date", "2031-01-01", "--force")
    assert refused.exit_code == 1
    assert "--force requires a manager" in refused.output


def test_only_a_manager_releases_letters_over_a_limit(at_work: Machine) -> None:
    refused = at_work.types("pwalsh", "letters", "print", "--approve")
    assert refused.exit_code == 1
    assert "--approve requires a manager" in refused.output


def test_the_demonstration_stays_a_trial(at_work: Machine) -> None:
    (at_work.home / MADE_UP).touch()
    assert at_work.said("anybody", "note", "A1", "hello", claims="maria")["actor"] == "maria (anybody)"
