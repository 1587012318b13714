"""Two made-up agencies: their terms, and the files that they send: acknowledgments, payments, returns."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo import rates
from flows.accounts.placed import PLACED
from flows.agency_handoff.commands import note_complaint, publish_agency, publish_pools
from flows.agency_handoff.files.desk import layout_named
from flows.agency_handoff.files.writing import About, Writer, file_name
from flows.agency_handoff.queries import ACCOUNT, AGENCY, PLACEMENT
from flows.dunning.versions.publish import SHIPPED, publish
from flows.practice import Practice
from flows.schedules.schedule_file import read_source
from flows.settings.contracts.terms import commission
from models import LedgerEntry
from models.columns import AnyRow, table
from models.enums import AgencyFileKind

LEDGER = table(LedgerEntry)

STATES = ("OH", "IN", "KY", "CO", "PA", "MI", "WV", "IL", "TX", "NY", "CA", "WA", "NJ", "MA", "FL")

_TERMS = """
agency: {code}
name: {name}
tier: 1
contact: {{person: Dana Example, phone: {phone}, address1: 12 Pier Road, city: Columbus, state: OH, zip: "43215"}}
business_associate_agreement: {{signed: 2020-01-02}}
contract:
  begins: 2020-01-02
  charity_terms: yes            # 26 CFR 1.501(r)-6(c)(10)
  keeps_records: yes            # 12 CFR 1006.100
  suspend_days: 30
  recall_after_days: 180
licences:
{licences}
rates:
  - {{percent: {percent}}}
  - {{percent: {small}, below: 100.00}}
layout: {layout}
transport: {{folder: {{put: agencies-far-away/{code}/in, get: agencies-far-away/{code}/out}}}}
"""

_POOLS = """
pools:
  primary:
    champion: harbor
    notice_letter: yes
    agencies: [{agency: harbor, weight: 60}, {agency: beacon, weight: 40}]
"""

MADE_UP = {
    "harbor": ("Harbor Recovery (made up)", "614-555-0142", 22, 30, "plain-csv"),
    "beacon": ("Beacon Accounts (made up)", "614-555-0143", 18, 28, "fixed-400"),
}

FIRST_DAYS, MEAN_DAYS = 7, 60
"""Nobody pays an agency before the first of these days; the second is the average wait of those who pay."""

GRIEVANCES = (
    "called at work after being asked not to",
    "did not say which bill it is about",
    "a letter came after payment",
)

LEAST_CENTS = 25_00
"""People pay an agency at least this much at a time, or their balance."""

KEEPS_MORE = 0.02
"""How often an agency keeps a dollar too much of a payment."""


class MadeUpAgencies:
    """The agencies' side of the demonstration, the same for the same seed and day."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice = practice
        self.seed = seed

    def set_up(self, today: date) -> None:
        """Publish the agencies, their pool, and a schedule that places accounts with them."""
        path = SHIPPED / "patient-balance-agency.yaml"
        schedule = path.read_text("utf-8")
        with self.practice.database.transaction(actor="manager", business_date=today) as tx:
            for code, (name, phone, percent, small, layout) in MADE_UP.items():
                licences = "\n".join(f"  - {{state: {one}, number: {one}-100, until: 2099-12-31}}" for one in STATES)
                text = _TERMS.format(
                    code=code, name=name, phone=phone, percent=percent, small=small, layout=layout, licences=licences
                )
                publish_agency(tx, text, f"{code}.yaml")
            publish_pools(tx, _POOLS, "pools.yaml")
            publish(tx, read_source(schedule, path.name), schedule, letters=self.practice.shelf.kinds())

    def morning(self, today: date) -> None:
        """Write the files for us in the agencies' folders: acknowledgments, payments on Fridays, some returns."""
        with self.practice.database.reading() as conn:
            for code in MADE_UP:
                chance = random.Random(f"{self.seed} {code} {today}")
                self._agency(conn, code, today, chance)

    def complaints(self, today: date) -> None:
        """A few people complain of an agency to the practice."""
        chance = random.Random(f"{self.seed} complaints {today}")
        with self.practice.database.transaction(actor="leo", business_date=today) as tx:
            placed = [row for code in MADE_UP for row in _placed(tx.conn, code, today)]
            for row in placed:
                if chance.random() < rates.COMPLAINTS.value:
                    account = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == row.account_id)).one()
                    note_complaint(tx, account, chance.choice(GRIEVANCES), None)

    def _agency(self, conn: Connection, code: str, today: date, chance: random.Random) -> None:
        placed = _placed(conn, code, today)
        answers = [
            {
                "account_number": row.number,
                "their_number": f"{code[:1].upper()}{row.id}",
                "answer": "accepted",
                "balance": row.placed_cents,
            }
            for row in placed
            if row.acknowledged_on is None
        ]
        self._write(conn, code, AgencyFileKind.ACKNOWLEDGMENT, answers, today)
        if today.weekday() == 4:
            self._write(conn, code, AgencyFileKind.PAYMENTS, list(_payments(conn, placed, code, today, chance)), today)
            back = [row for row in placed if (today - row.placed_on).days > 40 and chance.random() < 0.03]
            given = [
                {
                    "account_number": row.number,
                    "code": "uncollectible",
                    "returned_on": today,
                    "balance": row.balance_cents,
                }
                for row in back
            ]
            self._write(conn, code, AgencyFileKind.RETURNS, given, today)

    def _write(
        self, conn: Connection, code: str, kind: AgencyFileKind, records: Sequence[Mapping[str, object]], on: date
    ) -> None:
        if not records:
            return
        layout = layout_named(conn, MADE_UP[code][-1])
        writer = Writer(layout, kind)
        for record in records:
            writer.add(record)
        about = About(code, on, on.toordinal(), kind)
        name = file_name(layout.files[kind], about).replace("*", f"-{on:%Y%m%d}")
        path: Path = self.practice.settings.home / "agencies-far-away" / code / "out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(writer.content(about))


def _placed(conn: Connection, code: str, today: date) -> list[AnyRow]:
    query = (
        sa.select(PLACEMENT, ACCOUNT.c.number, ACCOUNT.c.balance_cents)
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .where(AGENCY.c.code == code, PLACED, PLACEMENT.c.placed_on <= today - timedelta(days=1))
        .order_by(PLACEMENT.c.id)
    )
    return list(conn.execute(query))


def _payments(
    conn: Connection, placed: list[AnyRow], code: str, today: date, chance: random.Random
) -> Iterator[Mapping[str, object]]:
    """Some people pay, until the agency has what it should by now; occasionally it keeps a dollar too much."""
    missing = _expected(conn, code, today) - _collected(conn, code)
    owing = [row for row in placed if row.suspended_until is None and (today - row.placed_on).days >= FIRST_DAYS]
    for row in chance.sample(owing, len(owing)):
        whole = chance.random() < rates.AGENCY_PAID_IN_FULL.value
        gross = row.balance_cents if whole else row.balance_cents * chance.randrange(10, 60) // 100
        gross = min(row.balance_cents, max(gross, LEAST_CENTS))
        if not 0 < gross <= missing:
            continue
        missing -= gross
        kept = commission(gross, row.rate_bp)
        if chance.random() < KEEPS_MORE and gross > kept + 100:
            kept += 100
        yield {
            "reference": f"{today:%y%m%d}{row.id}",
            "account_number": row.number,
            "kind": "payment",
            "paid_on": today,
            "gross": gross,
            "commission": kept,
            "net": gross - kept,
        }


def _expected(conn: Connection, code: str, today: date) -> int:
    """What an agency should have collected by now, in cents: more of a placement the longer it has or had it."""
    columns = (PLACEMENT.c.placed_cents, PLACEMENT.c.placed_on, PLACEMENT.c.ended_on)
    query = sa.select(*columns).join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id).where(AGENCY.c.code == code)
    query = query.where(PLACEMENT.c.placed_on.is_not(None))
    shares = ((row.placed_cents, ((row.ended_on or today) - row.placed_on).days) for row in conn.execute(query))
    return round(sum(cents * rates.LIQUIDATED[code] * (1 - math.exp(-days / MEAN_DAYS)) for cents, days in shares))


def _collected(conn: Connection, code: str) -> int:
    query = sa.select(sa.func.coalesce(sa.func.sum(LEDGER.c.amount_cents), 0))
    return -int(conn.execute(query.where(LEDGER.c.source == f"agency:{code}")).scalar_one())
