"""What an agency can be sent about an account beside the usual: only what its layout has a column for."""

import csv
from typing import Any

import sqlalchemy as sa

from flows.agency_handoff.commands import publish_layout
from flows.agency_handoff.files.background import BACKGROUND
from flows.agency_handoff.files.fields import FIELDS
from flows.agency_handoff.files.layout_file import shipped_layouts
from flows.agency_handoff.files.records import placement_records
from flows.practice import Practice
from flows.settings.contracts.queries import agencies_now
from models.enums import AgencyFileKind
from tests.flows.agency_handoff.agencies import FIRST, begin, look, pay, publish, sent_to, stay, terms_text, want
from tests.small_book import account_of

PLACED = FIELDS[AgencyFileKind.PLACEMENT]


def with_layout(practice: Practice) -> None:
    """The agency's layout has a column for everything."""
    text = shipped_layouts()["plain-csv"].read_text().replace("layout: plain-csv", "layout: everything")
    more = "\n".join(f"      - {{field: {name}}}" for name in sorted(PLACED) if f"field: {name}}}" not in text)
    text = text.replace("      - {field: tier}", f"      - {{field: tier}}\n{more}", 1)
    with practice.database.transaction(actor="boss", business_date=FIRST) as tx:
        publish_layout(tx, text, "everything.yaml")
    publish(practice.database, terms_text(layout="everything"), terms_text("beacon", tier="2", layout="everything"))


def story(practice: Practice) -> None:
    """A payment, insurance, two letters of which one was voided, calls, a broken promise and a broken plan."""
    account = account_of(practice.database, "A1")
    pay(practice.database, "A1", 40_00)
    person, creditor = account.guarantor_id, account.creditor_id

    def add(conn: sa.engine.Connection, table: str, **values: Any) -> None:
        names = ", ".join(values)
        conn.execute(
            sa.text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values
        )

    both = {"guarantor_id": person, "creditor_id": creditor}
    with practice.database.engine.begin() as conn:
        for key, (kind, state) in enumerate([("final-notice", "mailed"), ("final-notice", "voided")], 901):
            letter = {"id": key, "kind": kind, "state": state, "queued_on": "2026-03-01", "mailed_on": "2026-03-02"}
            rest = {"language": "en", "channel": "post", "origin": "asked", "large_print": False}
            add(conn, "letter", **letter, **rest, **both, enclose="", about_entries="", attempts=0)
            add(conn, "letter_account", letter_id=key, account_id=account.id, kind=kind)
        for key, (inbound, talked) in enumerate([(False, False), (False, True), (True, False)], 901):
            call = {"id": key, "kind": "call", "made_on": "2026-03-04", "at": "2026-03-04T15:00:00+00:00"}
            add(
                conn,
                "contact_attempt",
                **call,
                **both,
                disposition="x",
                talked=talked,
                counts=True,
                made_by="m",
                inbound=inbound,
            )
        due = {"made_on": "2026-03-04", "due_on": "2026-03-10", "judge_on": "2026-03-15"}
        add(conn, "promise", id=901, **both, amount_cents=10_00, **due, state="broken", paid_cents=0, after_entry_id=0)
        add(conn, "promise_account", promise_id=901, account_id=account.id)
        for payer, member in (("Acme Health", "Q1"), ("Blue Oak", "Q2")):
            named = {"payer": payer, "payer_class": "commercial", "member_id": member, "state": "refused"}
            add(
                conn,
                "coverage",
                account_id=account.id,
                **named,
                reported_on="2026-03-01",
                source="call",
                recorded_by="m",
            )


def sent(practice: Practice) -> dict[str, str]:
    want(practice.database, "A1")
    look(practice)
    (line, _) = csv.DictReader(sent_to(practice)[-1].read_text().splitlines())
    return line


def test_the_account_comes_with_its_story(practice: Practice) -> None:
    begin(practice)
    with_layout(practice)
    story(practice)
    line = sent(practice)
    assert {name: line[name] for name in BACKGROUND if line[name] not in ("", "0", "0.00")} == {
        "total_charges": "500.00",
        "patient_paid": "40.00",
        "insurer": "Blue Oak",
        "policy_number": "Q2",
        "letters_sent": "1",
        "last_letter_on": "2026-03-02",
        "final_notice_on": "2026-03-02",
        "calls_made": "2",
        "last_talked_on": "2026-03-04",
        "promises_broken": "1",
    }
    assert line["balance"] == "460.00"
    assert (line["is_patient"], line["patient_birth_date"]) == ("yes", line["birth_date"])


def test_what_the_layout_has_no_column_for_is_not_read(practice: Practice) -> None:
    begin(practice)
    story(practice)
    assert not BACKGROUND & sent(practice).keys()
    placed = stay(practice.database)
    with practice.database.reading() as conn:
        terms = agencies_now(conn).terms["harbor"]
        ((_, plain),) = placement_records(conn, placed.file_id, terms)
        ((_, whole),) = placement_records(conn, placed.file_id, terms, BACKGROUND)
    assert not BACKGROUND & plain.keys()
    assert whole.keys() >= PLACED.keys(), "a field of the list that no record has"
