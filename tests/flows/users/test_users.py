"""Who signs in, which programs connect, and the logs that nobody can alter; on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from flows.access.commands import View, write_views
from flows.access.queries import Asked, gave_a_reason, views
from flows.users.commands import (
    NotSignedIn,
    RefusedUser,
    add_token,
    add_user,
    digest_of,
    disable_user,
    enable_user,
    revoke_token,
    set_roles,
    try_to_sign_in,
)
from flows.users.passwords import WeakPassword, hash_password, is_password
from flows.users.queries import Person, here_now, program_of, users
from models.database import Book
from models.user_kinds import Role, Seen
from tests.small_book import rows, someone, take_in
from tests.web.site import NOON

DAY = date(2026, 2, 17)
GOOD = "four lemons under a boat"


@pytest.fixture
def staffed(book: Book) -> Book:
    with book.transaction(actor="setup", business_date=DAY) as tx:
        add_user(tx, "ada", "Ada", [Role.ADMIN], GOOD, NOON, must_change=False)
        add_user(tx, "leo", "Leo", [Role.CLERK, Role.MAIL_ROOM], None, NOON)
    return book


def sign_in(book: Book, password: str, minutes: int = 0) -> Person | NotSignedIn:
    return try_to_sign_in(book, "ada", password, "10.0.0.1", NOON + timedelta(minutes=minutes), DAY)


def test_a_password_is_kept_as_argon2_and_told_apart_from_every_other() -> None:
    hashed = hash_password(GOOD, "ada")
    assert hashed.startswith("$argon2id$")
    assert is_password(GOOD, hashed)
    assert not is_password(GOOD + " ", hashed)
    assert not is_password(GOOD, None)


@pytest.mark.parametrize("weak", ["", "short", "password12345", "ada ada ada ada", "abababababababab", "x" * 201])
def test_a_password_that_is_easily_guessed_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        hash_password(weak, "ada")


def test_wrong_passwords_lock_a_name_and_the_right_one_opens_it_when_the_time_is_over(staffed: Book) -> None:
    assert isinstance(sign_in(staffed, GOOD), Person)
    for _ in range(5):
        assert isinstance(sign_in(staffed, "wrong"), NotSignedIn)
    assert isinstance(sign_in(staffed, GOOD, minutes=14), NotSignedIn)
    assert isinstance(sign_in(staffed, GOOD, minutes=16), Person)
    told = [row.outcome for row in rows(staffed, "SELECT outcome FROM sign_in ORDER BY id")]
    assert told == ["signed_in", *["wrong"] * 5, "locked", "signed_in"]


def test_an_administrator_opens_a_locked_name(staffed: Book) -> None:
    for _ in range(5):
        sign_in(staffed, "wrong")
    with staffed.transaction(actor="grace", business_date=DAY) as tx:
        enable_user(tx, "ada", NOON)
    assert isinstance(sign_in(staffed, GOOD), Person)


def test_every_change_of_a_user_ends_their_sessions(staffed: Book) -> None:
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


def test_the_last_administrator_cannot_be_ended(staffed: Book) -> None:
    with pytest.raises(RefusedUser, match="last administrator"), staffed.transaction(actor="x", business_date=DAY) as tx:
        disable_user(tx, "ada", NOON)
    with staffed.transaction(actor="x", business_date=DAY) as tx:
        set_roles(tx, "leo", [Role.ADMIN], NOON)
        disable_user(tx, "ada", NOON)


def test_a_name_is_never_given_to_another(staffed: Book) -> None:
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        disable_user(tx, "leo", NOON)
    with pytest.raises(RefusedUser, match="already"), staffed.transaction(actor="ada", business_date=DAY) as tx:
        add_user(tx, "leo", "Another Leo", [Role.CLERK], None, NOON)


def test_a_programs_key_is_known_by_its_digest_only_and_until_it_is_revoked(staffed: Book) -> None:
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        key = add_token(tx, "dialler", [Role.COLLECTOR], NOON)
    assert key not in str([tuple(row) for row in rows(staffed, "SELECT * FROM api_token")])
    with staffed.reading() as conn:
        found = program_of(conn, digest_of(key))
        assert found is not None
        assert found.roles == {Role.COLLECTOR}
        assert program_of(conn, digest_of(key + "x")) is None
    with staffed.transaction(actor="ada", business_date=DAY) as tx:
        revoke_token(tx, "dialler", NOON)
    with staffed.reading() as conn:
        assert program_of(conn, digest_of(key)) is None


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ATTORNEY])
def test_a_program_is_no_administrator_and_no_attorney(staffed: Book, role: Role) -> None:
    with pytest.raises(RefusedUser), staffed.transaction(actor="ada", business_date=DAY) as tx:
        add_token(tx, "dialler", [role], NOON)


@pytest.fixture
def looked_at(staffed: Book) -> Book:
    """Two people; Leo saw both, and said why about one."""
    take_in(staffed, [someone("Cleo", number="C-1"), someone("Ben", number="B-1")], DAY)
    ids = {row.first_name: row.id for row in rows(staffed, "SELECT first_name, id FROM person")}
    with staffed.transaction(actor="leo", business_date=DAY) as tx:
        write_views(tx, Seen.SEARCH, [View(ids["Cleo"]), View(ids["Ben"])], NOON)
        write_views(tx, Seen.PERSON, [View(ids["Cleo"])], NOON, "They called us")
    return staffed


def test_the_log_tells_who_saw_a_person_and_why(looked_at: Book) -> None:
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
def test_nobody_alters_the_logs(looked_at: Book, table: str, change: str) -> None:
    sign_in(looked_at, GOOD)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), looked_at.engine.begin() as conn:
        conn.exec_driver_sql(change.format(t=table))
