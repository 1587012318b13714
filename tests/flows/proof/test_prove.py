"""Whoever alters what was recorded is found out, also with the triggers gone and every plain digest made anew."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from flows.accounts.notes import note
from flows.accounts.queries import account_row
from flows.ledger.payments import Payment, take_payment
from flows.practice import Practice
from flows.proof.commands import seal_book
from flows.proof.key import FILE, HistoryKeyLost
from flows.proof.prove import prove
from flows.reports.audit_packet import audit_packet
from flows.users.commands import add_user
from flows.users.sign_in import sign_out
from flows.users.view_log import View, write_views
from models.history import GENESIS, event_digest
from models.user_enums import Role, Seen
from tests.small_book import account_of, publish_shipped, rows, run_days, someone, take_in

FIRST, SEALED, LATER = date(2026, 2, 6), date(2026, 2, 9), date(2026, 2, 10)
NOW = datetime(2026, 2, 9, 12, tzinfo=UTC)
GUARDED = ("account_event", "ledger_entry", "patient_view", "sign_in", "user_change", "seal")


@pytest.fixture
def sealed(practice: Practice) -> Practice:
    """A book of two accounts after some days: letters written, a payment, a hold, looks, sign-ins; sealed each day."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1"), someone("Ben", "B1", phone=None)], date(2026, 1, 20))
    seal_book(practice.database, practice.settings, FIRST)
    run_days(practice, FIRST, SEALED)
    with practice.database.transaction(actor="leo", business_date=SEALED) as tx:
        row = account_row(tx.conn, "A1")
        take_payment(tx, row, Payment(SEALED, 10_00, "check 7", None))
        note(tx, row.id, "called the front desk")
        from flows.accounts.holds import open_manual_hold
        from models.enums import HoldKind

        open_manual_hold(tx, HoldKind.DISPUTE, row)
        write_views(tx, Seen.ACCOUNT, [View(row.guarantor_id, row.id)], NOW)
        add_user(tx, "leo", "Leo", [Role.CLERK], None, NOW)
        sign_out(tx, "leo", "127.0.0.1", NOW)
    seal_book(practice.database, practice.settings, SEALED)
    return practice


def flaws(practice: Practice, number: str | None = None) -> list[tuple[str, str]]:
    with practice.database.reading() as conn:
        return [(one["number"], one["what"]) for one in prove(conn, practice.settings, number)["broken"]]


def disarm(practice: Practice) -> None:
    """Take the triggers away, as somebody with the keys to the database could."""
    with practice.database.engine.begin() as conn:
        for name in GUARDED:
            if conn.dialect.name == "sqlite":
                for verb in ("update", "delete"):
                    conn.execute(sa.text(f"DROP TRIGGER {name}_no_{verb}"))
            else:
                conn.execute(sa.text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))


def do(practice: Practice, *statements: str, **values: Any) -> None:
    disarm(practice)
    with practice.database.engine.begin() as conn:
        for statement in statements:
            conn.execute(sa.text(statement), values)


def rewrite(practice: Practice, number: str, drop_last: int = 0) -> None:
    """Make an account's chain anew with another word in it, and every plain digest right."""
    disarm(practice)
    key = account_of(practice.database, number).id
    events = rows(practice.database, "SELECT * FROM account_event WHERE account_id = :key ORDER BY seq", key=key)
    previous, last = GENESIS, 0
    kept = events[: len(events) - drop_last]
    with practice.database.engine.begin() as conn:
        for event in kept:
            why = event.why.replace("queued", "not queued") if not drop_last else event.why
            day = (
                event.business_date
                if isinstance(event.business_date, date)
                else date.fromisoformat(event.business_date)
            )
            hashed = (
                event.account_id,
                event.seq,
                event.at,
                day,
                event.kind,
                event.step,
                event.cycle,
                event.schedule_version_id,
                event.actor,
                why,
                event.data,
            )
            digest = event_digest(previous, hashed)
            conn.execute(
                sa.text(
                    "UPDATE account_event SET why = :why, previous_digest = :previous, digest = :digest "
                    "WHERE account_id = :key AND seq = :seq"
                ),
                {"why": why, "previous": previous, "digest": digest, "key": key, "seq": event.seq},
            )
            previous, last = digest, event.seq
        conn.execute(
            sa.text("DELETE FROM account_event WHERE account_id = :key AND seq > :last"), {"key": key, "last": last}
        )
        conn.execute(
            sa.text("UPDATE account SET history_seq = :last, history_digest = :digest WHERE id = :key"),
            {"last": last, "digest": previous, "key": key},
        )


def swap(practice: Practice) -> None:
    do(
        practice,
        "UPDATE account_event SET seq = 1000 WHERE seq = 2 AND account_id = 1",
        "UPDATE account_event SET seq = 2 WHERE seq = 1 AND account_id = 1",
        "UPDATE account_event SET seq = 1 WHERE seq = 1000 AND account_id = 1",
    )


MANIPULATIONS: dict[str, tuple[Any, str, str]] = {
    "why altered": (
        lambda h: do(h, "UPDATE account_event SET why = 'x' WHERE seq = 2 AND account_id = 1"),
        "A1",
        "event 2 was altered",
    ),
    "at altered": (
        lambda h: do(h, "UPDATE account_event SET at = 'x' WHERE seq = 1 AND account_id = 1"),
        "A1",
        "event 1 was altered",
    ),
    "middle deleted": (
        lambda h: do(h, "DELETE FROM account_event WHERE seq = 2 AND account_id = 1"),
        "A1",
        "event 2 is missing",
    ),
    "last deleted": (
        lambda h: do(
            h, "DELETE FROM account_event WHERE account_id = 1 AND seq = (SELECT history_seq FROM account WHERE id = 1)"
        ),
        "A1",
        "and later events are missing",
    ),
    "two swapped": (swap, "A1", "event 1 does not follow"),
    "last deleted and the head moved back": (lambda h: rewrite(h, "A1", drop_last=1), "A1", "is missing"),
    "a whole chain rewritten": (lambda h: rewrite(h, "A1"), "A1", "is not the sealed event"),
    "all history of an account erased": (
        lambda h: do(
            h,
            "DELETE FROM account_event WHERE account_id = 1",
            "UPDATE account SET history_seq = 0, history_digest = '' WHERE id = 1",
        ),
        "A1",
        "is missing",
    ),
    "an account's head erased from what was sealed": (
        lambda h: do(
            h,
            "DELETE FROM account_event WHERE account_id = 1",
            "UPDATE account SET history_seq = 0, history_digest = '' WHERE id = 1",
            "DELETE FROM sealed_head WHERE account_id = 1",
        ),
        "heads",
        "some are missing",
    ),
    "ledger amount changed": (
        lambda h: do(h, "UPDATE ledger_entry SET amount_cents = amount_cents - 10000 WHERE id = 1"),
        "ledger",
        "was altered",
    ),
    "ledger amount and balance changed": (
        lambda h: do(
            h,
            "UPDATE ledger_entry SET amount_cents = amount_cents - 100 WHERE id = 1",
            "UPDATE account SET balance_cents = balance_cents - 100 WHERE id = 1",
        ),
        "ledger",
        "was altered",
    ),
    "ledger row deleted": (
        lambda h: do(h, "DELETE FROM ledger_entry WHERE id = (SELECT max(id) FROM ledger_entry)"),
        "ledger",
        "3 rows were sealed, but 2",
    ),
    "balance changed": (
        lambda h: do(h, "UPDATE account SET balance_cents = 1 WHERE id = 1"),
        "A1",
        "the balance is 1 cents",
    ),
    "a letter's data changed": (
        lambda h: do(h, "UPDATE letter SET data = replace(data, 'Ada', 'Eve') WHERE id = 1"),
        "L-00000001-3",
        "was altered",
    ),
    "holds deleted": (lambda h: do(h, "DELETE FROM hold"), "holds", "were sealed, but 0"),
    "looks emptied": (lambda h: do(h, "DELETE FROM patient_view"), "looks", "1 rows were sealed, but 0"),
    "sign-ins emptied": (lambda h: do(h, "DELETE FROM sign_in"), "sign_ins", "1 rows were sealed, but 0"),
    "changes of users emptied": (
        lambda h: do(h, "DELETE FROM user_change"),
        "user_changes",
        "1 rows were sealed, but 0",
    ),
    "a head altered": (lambda h: do(h, "UPDATE seal SET totals = '{}' WHERE id = 1"), "heads", "head 1 was altered"),
    "the last head deleted": (lambda h: do(h, "DELETE FROM seal WHERE id = 2"), "heads", "the database is older"),
    "all heads deleted": (lambda h: do(h, "DELETE FROM seal"), "heads", "there are head files"),
}


def test_a_book_that_nobody_touched_is_whole_and_stays_so_while_work_goes_on(sealed: Practice) -> None:
    assert flaws(sealed) == []
    assert flaws(sealed, "A1") == []
    run_days(sealed, LATER, LATER)
    assert flaws(sealed) == []
    seal_book(sealed.database, sealed.settings, LATER)
    assert flaws(sealed) == []
    with sealed.database.reading() as conn:
        found = prove(conn, sealed.settings)
    assert (found["heads"], found["head"], found["letters"]) == (3, "3 of 2026-02-10", 3)


@pytest.mark.parametrize("how", sorted(MANIPULATIONS))
def test_whoever_alters_the_book_is_found_out(sealed: Practice, how: str) -> None:
    manipulate, where, says = MANIPULATIONS[how]
    manipulate(sealed)
    found = flaws(sealed)
    assert any(number == where and says in what for number, what in found), found


@pytest.mark.parametrize("how", ["a whole chain rewritten", "last deleted and the head moved back", "balance changed"])
def test_one_account_is_proved_alone_and_the_next_seal_does_not_bless_what_was_altered(
    sealed: Practice, how: str
) -> None:
    MANIPULATIONS[how][0](sealed)
    run_days(sealed, LATER, date(2026, 3, 20), ("advance",))
    seal_book(sealed.database, sealed.settings, LATER)
    assert flaws(sealed, "A1")
    assert flaws(sealed, "B1") == []


def test_a_database_put_back_to_an_earlier_day_is_older_than_the_heads_in_the_home(sealed: Practice) -> None:
    newest = sealed.settings.heads / "00000003.head"
    seal_book(sealed.database, sealed.settings, LATER)
    assert newest.exists()
    do(sealed, "DELETE FROM seal WHERE id = 3")
    assert (
        "heads",
        f"head 3 is in {sealed.settings.heads} but not in the database: the database is older than the file",
    ) in flaws(sealed)


def test_without_the_key_nothing_is_sealed_anew_and_the_proof_says_so(sealed: Practice) -> None:
    key = sealed.settings.home / FILE
    assert key.stat().st_mode & 0o077 == 0
    assert key.read_text() not in rows(sealed.database, "SELECT totals || mac || key_id FROM seal WHERE id = 1")[0][0]
    key.rename(key.with_suffix(".away"))
    assert [what for _, what in flaws(sealed)] == [
        "the key that sealed the heads is missing, so they can't be verified; restore the key"
    ]
    with pytest.raises(HistoryKeyLost, match="restore it from a backup"):
        seal_book(sealed.database, sealed.settings, LATER)
    assert not key.exists(), "no key is made in the place of one that is lost"


def test_a_night_killed_between_the_database_and_the_file_is_made_good_by_the_next(sealed: Practice) -> None:
    (sealed.settings.heads / "00000002.head").unlink()
    assert any("without a file" in what for _, what in flaws(sealed))
    seal_book(sealed.database, sealed.settings, LATER)
    assert flaws(sealed) == []


def test_the_audit_packet_proves_the_ledger_too(sealed: Practice) -> None:
    assert audit_packet(sealed, "A1", LATER).intact
    do(sealed, "UPDATE account SET balance_cents = 1 WHERE id = 1")
    assert not audit_packet(sealed, "A1", LATER).intact
