"""Who signs in, which programs connect, and the logs that nobody can alter; on both databases."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from flows.reports.view_log import Asked, gave_a_reason, views
from flows.users.commands import add_user, agree_to_roles, decline_roles, disable_user, set_roles
from flows.users.keys import add_token, digest_of, revoke_token
from flows.users.passwords import hash_password, is_password
from flows.users.queries import Person, here_now, program_of, users
from flows.users.sign_in import NotSignedIn, try_to_sign_in
from flows.users.throttle import FREE, LONGEST_WAIT, Tries, waits_until
from flows.users.view_log import View, write_views
from models.database import Database, Transaction
from models.errors import BadInput, Refused
from models.user_enums import Role, Seen
from tests.small_book import rows, someone, take_in
from tests.web.site import NOON

DAY = date(2026, 2, 17)
GOOD = "four lemons under a boat"


@pytest.fixture
def staffed(database: Database) -> Database:
    with database.transaction(actor="setup", business_date=DAY) as tx:
        add_user(tx, "ada", "Ada", [Role.ADMIN], GOOD, NOON, must_change=False)
        add_user(tx, "leo", "Leo", [Role.CLERK, Role.MAIL_ROOM], None, NOON)
    return database


def sign_in(database: Database, password: str, minutes: float = 0, source: str = "10.0.0.1") -> Person | NotSignedIn:
    return try_to_sign_in(database, "ada", password, source, NOON + timedelta(minutes=minutes), DAY)


def test_a_password_is_kept_as_argon2_and_told_apart_from_every_other() -> None:
    hashed = hash_password(GOOD, "ada")
    assert hashed.startswith("$argon2id$")
    assert is_password(GOOD, hashed)
    assert not is_password(GOOD + " ", hashed)
    assert not is_password(GOOD, None)


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "short",
        "password12345",
        "ada ada ada ada",
        "abababababababab",
        "x" * 201,
        "iloveyou1234",
        "Summer2026!!",
        "trustno1trustno1",
        "abcdefghijkl",
        "collections1",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(weak: str) -> None:
    with pytest.raises(BadInput):
        hash_password(weak, "ada")


def test_after_five_wrong_passwords_each_next_try_waits_longer_and_the_right_one_ends_it(staffed: Database) -> None:
    assert isinstance(sign_in(staffed, GOOD), Person)
    for _ in range(5):
        assert isinstance(sign_in(staffed, "wrong"), NotSignedIn)
    assert isinstance(sign_in(staffed, GOOD, minutes=0.4), NotSignedIn)
    assert isinstance(sign_in(staffed, "wrong", minutes=0.6), NotSignedIn)
    assert isinstance(sign_in(staffed, GOOD, minutes=1.5), NotSignedIn)
    assert isinstance(sign_in(staffed, GOOD, minutes=1.7), Person)
    assert isinstance(sign_in(staffed, "wrong", minutes=1.8), NotSignedIn)
    assert isinstance(sign_in(staffed, GOOD, minutes=1.9), Person)
    told = [row.outcome for row in rows(staffed, "SELECT outcome FROM sign_in ORDER BY id")]
    assert told == ["signed_in", *["wrong"] * 5, "too_many", "wrong", "too_many", "signed_in", "wrong", "signed_in"]


def test_who_types_wrong_passwords_elsewhere_keeps_nobody_out(staffed: Database) -> None:
    for minute in range(60):
        sign_in(staffed, "wrong", minutes=minute, source="203.0.113.9")
    assert isinstance(sign_in(staffed, GOOD, minutes=60, source="203.0.113.9"), NotSignedIn)
    assert isinstance(sign_in(staffed, GOOD, minutes=60), Person)
    assert isinstance(sign_in(staffed, GOOD, minutes=60, source="203.0.113.9 browser ab12"), Person)


def test_a_name_that_there_is_none_of_waits_as_long_as_one_that_there_is(staffed: Database) -> None:
    def told(name: str) -> list[tuple[str, str]]:
        tries = [try_to_sign_in(staffed, name, "wrong", "10.0.0.7", NOON, DAY) for _ in range(7)]
        return [(one.outcome.value, str(one)) for one in tries if isinstance(one, NotSignedIn)]

    assert told("ada") == told("nobody-of-this-name")
    assert [outcome for outcome, _ in told("leo")] == ["wrong"] * 5 + ["too_many"] * 2


@given(st.integers(0, 10**6))
def test_the_wait_never_shrinks_and_never_passes_its_longest(wrong: int) -> None:
    waits = [waits_until(Tries(n, NOON)) for n in (wrong, wrong + 1)]
    spans = [timedelta(0) if until is None else until - NOON for until in waits]
    assert timedelta(0) <= spans[0] <= spans[1] <= LONGEST_WAIT
    assert (spans[0] == timedelta(0)) == (wrong < FREE)


def test_every_change_of_a_user_ends_their_sessions(staffed: Database) -> None:
    with staffed.reading() as conn:
        assert here_now(conn, "leo", 1) is not None
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        set_roles(tx, "leo", [Role.CLERK], NOON)
    with staffed.reading() as conn:
        assert here_now(conn, "leo", 1) is None
        assert here_now(conn, "leo", 2) is not None
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        disable_user(tx, "leo", NOON)
    with staffed.reading() as conn:
        assert here_now(conn, "leo", 3) is None
        assert [one["name"] for one in users(conn)] == ["ada", "leo"]


def test_the_last_administrator_cannot_be_ended(staffed: Database) -> None:
    with (
        pytest.raises(Refused, match="last administrator"),
        staffed.transaction(actor="x", business_date=DAY) as tx,
    ):
        disable_user(tx, "ada", NOON)
    with staffed.transaction(actor="x", business_date=DAY) as tx:
        set_roles(tx, "leo", [Role.ADMIN], NOON)
        disable_user(tx, "ada", NOON)


def test_two_administrators_agree_on_who_watches_over_the_others(staffed: Database) -> None:
    def roles(name: str) -> str:
        return rows(staffed, "SELECT roles FROM app_user WHERE name = :n", n=name)[0].roles

    def does(actor: str, what: Callable[[Transaction], object]) -> object:
        with staffed.transaction(actor=actor, business_date=DAY) as tx:
            return what(tx)

    assert does("ada", lambda tx: set_roles(tx, "leo", [Role.ADMIN], NOON)) is True, "there is no second one yet"
    does("ada", lambda tx: add_user(tx, "eve", "Eve", [Role.AUDITOR], None, NOON))
    assert roles("eve") == ""
    with pytest.raises(Refused, match="can't change their own"):
        does("ada", lambda tx: set_roles(tx, "ada", [Role.ADMIN, Role.MANAGER], NOON))
    for wrong in ("ada", "eve"):
        with pytest.raises(Refused, match="another administrator"):
            does(wrong, lambda tx: agree_to_roles(tx, "eve", NOON))
    does("leo", lambda tx: agree_to_roles(tx, "eve", NOON))
    assert roles("eve") == "auditor"
    assert does("leo", lambda tx: set_roles(tx, "eve", [Role.ADMIN], NOON)) is False
    does("ada", lambda tx: decline_roles(tx, "eve", NOON))
    assert roles("eve") == "auditor"
    with pytest.raises(Refused, match="no role change is requested"):
        does("ada", lambda tx: agree_to_roles(tx, "eve", NOON))
    told = [row.what for row in rows(staffed, "SELECT what FROM user_change WHERE name = 'eve' ORDER BY id")]
    assert told[1] == "roles: auditor (before: none); requested by ada"


def test_a_manager_makes_no_manager(staffed: Database) -> None:
    with staffed.transaction(actor="setup", business_date=DAY) as tx:
        add_user(tx, "grace", "Grace", [Role.MANAGER], None, NOON)
    for role in (Role.MANAGER, Role.AUDITOR, Role.ADMIN):
        with (
            pytest.raises(Refused, match="only an administrator"),
            staffed.transaction(actor="grace", business_date=DAY) as tx,
        ):
            set_roles(tx, "leo", [role], NOON)


def test_a_name_is_never_given_to_another(staffed: Database) -> None:
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        disable_user(tx, "leo", NOON)
    with pytest.raises(Refused, match="already"), staffed.transaction(actor="ada", business_date=DAY) as tx:
        add_user(tx, "leo", "Another Leo", [Role.CLERK], None, NOON)


def test_a_programs_key_is_known_by_its_digest_only_and_until_it_is_revoked(staffed: Database) -> None:
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        key = add_token(tx, "dialler", [Role.COLLECTOR], NOON)
    assert key not in str([tuple(row) for row in rows(staffed, "SELECT * FROM api_token")])
    with staffed.reading() as conn:
        found = program_of(conn, digest_of(key), DAY)
        assert found is not None
        assert found.roles == {Role.COLLECTOR}
        assert program_of(conn, digest_of(key + "x"), DAY) is None
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        revoke_token(tx, "dialler", NOON)
    with staffed.reading() as conn:
        assert program_of(conn, digest_of(key), DAY) is None


def test_a_key_ends_on_its_day(staffed: Database) -> None:
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        key = add_token(tx, "dialler", [Role.COLLECTOR], NOON, days=30)
    with staffed.reading() as conn:
        assert program_of(conn, digest_of(key), DAY + timedelta(days=30)) is not None
        assert program_of(conn, digest_of(key), DAY + timedelta(days=31)) is None
    for days in (0, 3_651):
        with (
            pytest.raises(Refused, match="valid for 1 to"),
            staffed.transaction(actor="ada", business_date=DAY) as tx,
        ):
            add_token(tx, "other", [Role.COLLECTOR], NOON, days=days)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ATTORNEY])
def test_a_program_is_no_administrator_and_no_attorney(staffed: Database, role: Role) -> None:
    with pytest.raises(Refused), staffed.transaction(actor="ada", business_date=DAY) as tx:
        add_token(tx, "dialler", [role], NOON)


@pytest.fixture
def looked_at(staffed: Database) -> Database:
    """Two people; Leo saw both, and said why about one."""
    take_in(staffed, [someone("Cleo", number="C-1"), someone("Ben", number="B-1")], DAY)
    ids = {row.first_name: row.id for row in rows(staffed, "SELECT first_name, id FROM person")}
    with staffed.transaction(actor="leo", business_date=DAY) as tx:
        write_views(tx, Seen.SEARCH, [View(ids["Cleo"]), View(ids["Ben"])], NOON)
        write_views(tx, Seen.PERSON, [View(ids["Cleo"])], NOON, "They called us")
    return staffed


def test_the_log_tells_who_saw_a_person_and_why(looked_at: Database) -> None:
    with looked_at.reading() as conn:
        cleo = views(conn, Asked(number="C-1"))
        assert [(one["what"], one["why"]) for one in cleo] == [("person", "They called us"), ("search", "")]
        assert views(conn, Asked(user="nobody")) == []
        assert len(views(conn, Asked(user="leo", since=DAY, until=DAY))) == 3
        assert views(conn, Asked(until=DAY - timedelta(days=1))) == []
        ids = {row.first_name: row.id for row in rows(looked_at, "SELECT first_name, id FROM person")}
        assert gave_a_reason(conn, "leo", ids["Cleo"], DAY)
        assert not gave_a_reason(conn, "leo", ids["Cleo"], DAY + timedelta(days=1))
        assert not gave_a_reason(conn, "leo", ids["Ben"], DAY)


@pytest.mark.parametrize("table", ["patient_view", "sign_in", "user_change"])
@pytest.mark.parametrize("change", ["DELETE FROM {t}", "UPDATE {t} SET at = 'x'"])
def test_nobody_alters_the_logs(looked_at: Database, table: str, change: str) -> None:
    sign_in(looked_at, GOOD)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), looked_at.engine.begin() as conn:
        conn.exec_driver_sql(change.format(t=table))
