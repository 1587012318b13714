"""A matter as people and other programs see it: facts, participants, deadlines, papers, dates, accounts, history."""

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from flows.estates.matters.docket import docket
from flows.estates.matters.numbers import paper_number
from flows.estates.matters.queries import (
    account_rows,
    dates_of,
    deadlines_of,
    facts_of,
    late_rows,
    matter_row,
    papers_of,
    parties_of,
    payers_open,
    plain_row,
    referral_of,
)
from flows.estates.matters.said import fact_said
from flows.estates.payments.ledger import paid_cents
from flows.people.queries import person_of
from models.ids import MatterId


def matter_view(conn: Connection, matter_id: MatterId, today: date) -> dict[str, Any]:
    """Everything about one matter. Raises NotFound.

    Amounts are cents, the `value` of a fact too; its `says` is what people read.
    """
    row = matter_row(conn, matter_id)
    (line,) = docket(conn, today, ended=True, only=[matter_id])
    accounts = account_rows(conn, matter_id)
    pending = payers_open(conn, [account.id for account in accounts])
    late = {one.id: one.after_death for one in late_rows(conn, row)}
    person, referral = person_of(conn, row.person_id), referral_of(conn, matter_id)
    return {
        **line,
        "born_on": person.birth_date,
        **plain_row(
            row,
            "death_on",
            "opened_on",
            "opened_by",
            "source",
            "claim_cents",
            "contingent_cents",
            "last_illness_cents",
            "filed_on",
            "answered_on",
            "allowed_cents",
            "sue_by_on",
            "offer_cents",
            "offer_until",
            "reason",
            "closed_on",
            "version",
        ),
        "silence_on": row.no_response_on,
        "silence_means": row.no_response_effect,
        "open_by_on": row.open_estate_by,
        "look_on": row.review_on,
        "paid_cents": paid_cents(conn, matter_id),
        "accounts": [
            {
                **plain_row(one, "number", "payer_class", "service_from", "service_to", "balance_cents", "state"),
                "insurance_open": one.id in pending,
                "after_death": one.id in late,
                "decided": late.get(one.id),
            }
            for one in accounts
        ],
        "facts": [
            {
                **plain_row(fact, "name", "value", "source", "source_on", "set_on", "set_by"),
                "says": fact_said(fact.name, fact.value),
            }
            for fact in facts_of(conn, matter_id)
        ],
        "participants": [
            plain_row(
                party,
                "id",
                "role",
                "authority",
                "authority_source",
                "name",
                "address1",
                "address2",
                "city",
                "state",
                "zip",
                "phone",
                "email",
            )
            for party in parties_of(conn, matter_id)
        ],
        "deadlines": [
            plain_row(one, "computed_on", "deadline_on", "file_by_on", "rule", "why", "citation", "replaced_on")
            for one in deadlines_of(conn, matter_id)
        ],
        "papers": [
            {
                "paper": paper_number(matter_id, one.serial),
                **plain_row(
                    one,
                    "kind",
                    "reader",
                    "party_id",
                    "made_on",
                    "made_by",
                    "amount_cents",
                    "file",
                    "sent_on",
                    "how",
                    "tracking",
                    "rendered_digest",
                ),
            }
            for one in papers_of(conn, matter_id)
        ],
        "dates": [plain_row(one, "id", "kind", "on", "at", "place", "note") for one in dates_of(conn, matter_id)],
        "referral": None
        if referral is None
        else plain_row(referral, "code", "name", "referred_on", "asked", "budget_cents", "fee", "status", "status_on"),
    }
