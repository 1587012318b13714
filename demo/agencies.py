"""Two made-up agencies: their terms, and the files that they send: acknowledgments, payments, returns."""

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
from models.columns import AnyRow
from models.enums import AgencyFileKind

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

GOLDEN = 0.6180339887
"""Multiples of it, without their whole part, are evenly spread: so are the placements that are paid."""

FIRST_DAYS, MEAN_DAYS, PARTS = 7, 40, (1, 1, 1, 2, 3)
"""People pay an agency after the first of these days and, on average, the second more; in one of these many parts."""

GRIEVANCES = ("called at work after being asked not to", "was not told which bill it is", "a letter came after payment")

KEEPS_MORE = 40
"""Of the payments on one of this many placements, an agency keeps a dollar too much."""


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
            self._write(conn, code, AgencyFileKind.PAYMENTS, list(_payments(placed, code, today, self.seed)), today)
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


def _payments(placed: list[AnyRow], code: str, today: date, seed: int) -> Iterator[Mapping[str, object]]:
    """Some people pay; occasionally an agency keeps a dollar too much."""
    for row in placed:
        gross = 0 if row.suspended_until is not None else _collected(row, code, today, seed)
        if gross <= 0:
            continue
        kept = commission(gross, row.rate_bp)
        if row.id % KEEPS_MORE == 0 and gross > kept + 100:
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


def _collected(row: AnyRow, code: str, today: date, seed: int) -> int:
    """What an agency collects on a placement in the week that ends today, in cents."""
    if row.id * GOLDEN % 1 >= rates.LIQUIDATED[code]:
        return 0
    chance = random.Random(f"{seed} placement {row.id}")
    begins, parts = FIRST_DAYS + int(chance.expovariate(1 / MEAN_DAYS)), chance.choice(PARTS)
    weeks = ((today - row.placed_on).days - begins) // 7
    if weeks % 4 or not 0 <= weeks // 4 < parts:
        return 0
    return row.balance_cents if weeks // 4 == parts - 1 else min(row.balance_cents, row.placed_cents // parts)
