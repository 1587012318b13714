"""Remittances: an agency's collections are posted to the accounts; its commission is checked against the contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from flows.accounts.placements import reopen_paid
from flows.agency_handoff.files.fields import Paid
from flows.agency_handoff.files.incoming_file import IncomingFile, Page, Placed, differs, placed_with
from flows.agency_handoff.files.reading import Line
from flows.agency_handoff.placement.decide import money_of
from flows.agency_handoff.placement.watch import entry_row, source_of
from flows.agency_handoff.queries import NOTICE, PLACEMENT
from flows.ledger.commands import already_posted, post
from flows.ledger.entry import Entry
from flows.ledger.queries import REVERSAL
from flows.settings.contracts.terms import Terms, commission
from models import LedgerEntry, PlacementEntry, RemitLine
from models.agency_events import AgencyRemitted
from models.columns import AnyRow, ColumnValues, in_keys, table
from models.database import Transaction, batches
from models.enums import AccountState, LedgerKind, NoticeKind, PlacementState, RemitKind
from models.values import dollars

LEDGER = table(LedgerEntry)
REMIT = table(RemitLine)

RECOVERY = ":recovery"
"""The suffix, after the payment's name, of the entry that reverses as much of a write-off as a later payment
recovers."""


@dataclass(slots=True)
class Judged:
    """A line checked against the contract: the commission allowed, the entries to post, and the differences."""

    line: Line[Paid]
    placed: Placed
    kind: RemitKind
    expected_cents: int
    entries: list[Entry] = field(default_factory=list[Entry])
    differences: list[str] = field(default_factory=list[str])


def take_payments(tx: Transaction, incoming: IncomingFile, page: Page[Paid]) -> None:
    """Post an agency's collections; every line is stored as reported, with the amounts by the contract.

    A line with a different commission or net amount is still posted, because the patient paid, and a manager gets a
    task. A line that was already imported changes nothing.
    """
    placed = placed_with(tx, incoming, page)
    known = _known(tx, incoming, page)
    judge = Judge(tx, incoming, page, known, _taken_back(tx, incoming, known))
    read = [judge.line(line, placed[line.values["account_number"]]) for line in page.lines]
    judged = [one for one in read if one is not None]
    again = _reopen(tx, judged)
    post(tx, [entry for one in judged for entry in one.entries])
    _late(tx, [one for one in judged if one.placed.placement.id not in again])
    _remember(tx, incoming, judged)
    for one in judged:
        page.taken += 1
        if one.differences:
            differs(tx, incoming, page, one.placed, one.line, "; ".join(one.differences))


def _known(tx: Transaction, incoming: IncomingFile, page: Page[Paid]) -> dict[str, AnyRow]:
    """Lines of earlier remittances that these lines name, by reference, by uq_remit_line_reference."""
    told = [name for line in page.lines for name in (line.values["reference"], line.values.get("of_reference"))]
    names = {name for name in told if name}
    found: dict[str, AnyRow] = {}
    for part in batches(sorted(names)):
        mine = sa.and_(REMIT.c.agency_id == incoming.agency_id, REMIT.c.reference.in_(part))
        found.update((row.reference, row) for row in tx.conn.execute(sa.select(REMIT).where(mine)))
    return found


def _taken_back(tx: Transaction, incoming: IncomingFile, known: Mapping[str, AnyRow]) -> set[str]:
    """Those of these payments that were already reversed."""
    source = source_of(incoming.terms.code)
    keys = already_posted(tx, [(source, f"{name}{REVERSAL}") for name in known])
    return {external_id.removesuffix(REVERSAL) for _, external_id in keys}


@dataclass(slots=True)
class Judge:
    """Checks the lines of a page in order: each line sees what the earlier ones posted."""

    tx: Transaction
    incoming: IncomingFile
    page: Page[Paid]
    known: Mapping[str, AnyRow]
    taken_back: set[str]
    balances: dict[int, int] = field(default_factory=dict[int, int])
    here: dict[str, Judged] = field(default_factory=dict[str, Judged])
    waived: dict[int, int] = field(default_factory=dict[int, int])

    def line(self, line: Line[Paid], placed: Placed) -> Judged | None:
        """Check one line; None if it was already imported or is rejected. A line imported before is recognized by its
        reference, account, kind, amount and date."""
        values, kind = line.values, RemitKind(line.values["kind"])
        if (why := self._flaw(values, kind)) is not None:
            self.page.reject(line, *why)
            return None
        if (before := self.known.get(values["reference"])) is not None:
            told = (values["gross"], values["paid_on"], kind.value)
            if (before.gross_cents, before.paid_on, before.kind) == told and self._is_of(before, placed):
                self.page.known += 1
            else:
                reason = (
                    f'"{values["reference"]}" was already reported as {before.kind} of {dollars(before.gross_cents)} '
                    f"for {before.paid_on}; ask the agency which is right, and for a unique reference"
                )
                self.page.reject(line, "reference", reason)
            return None
        if values["reference"] in self.here:
            self.page.reject(line, "reference", f'"{values["reference"]}" is in the file twice')
            return None
        one = Judged(line, placed, kind, 0)
        match kind:
            case RemitKind.PAYMENT:
                self._payment(one)
            case RemitKind.DIRECT:
                self._direct(one)
            case RemitKind.REVERSAL:
                if not self._reversal(one):
                    return None
            case RemitKind.ADJUSTMENT:
                self._adjustment(one)
        self._shares(one)
        self.here[values["reference"]] = one
        return one

    def _is_of(self, before: AnyRow, placed: Placed) -> bool:
        """Whether a line that was reported before is about this account."""
        query = sa.select(PLACEMENT.c.account_id).where(PLACEMENT.c.id == before.placement_id)
        return self.tx.conn.execute(query).scalar_one() == placed.account.id

    def _flaw(self, values: Paid, kind: RemitKind) -> tuple[str, str] | None:
        """Why a line is invalid: its field and the reason."""
        if values["paid_on"] > self.tx.business_date:
            return "paid_on", f"{values['paid_on']} is in the future; today is {self.tx.business_date}"
        if kind is RemitKind.REVERSAL and values["gross"] >= 0:
            return "gross", "a reversal must be negative"
        if kind is not RemitKind.REVERSAL and values["gross"] <= 0:
            return "gross", "must be above zero; send a reversed payment as a reversal"
        if kind is RemitKind.REVERSAL and not values.get("of_reference"):
            return "of_reference", "is empty; a reversal must name the payment that it reverses"
        return None

    def _balance(self, placed: Placed) -> int:
        return self.balances.setdefault(placed.account.id, placed.account.balance_cents)

    def _payment(self, one: Judged) -> None:
        gross, account = one.line.values["gross"], one.placed.account
        one.expected_cents = commission(gross, one.placed.placement.rate_bp) if self._earns(one) else 0
        reference = one.line.values["reference"]
        if account.state == AccountState.WRITTEN_OFF.value:
            one.entries.append(self._entry(one, LedgerKind.WRITE_OFF, gross, f"{reference}{RECOVERY}"))
        elif gross > (balance := self._balance(one.placed)):
            one.differences.append(f"{dollars(gross)} was paid on a balance of {dollars(max(balance, 0))}")
        one.entries.append(self._entry(one, LedgerKind.PATIENT_PAYMENT, -gross, reference))

    def _earns(self, one: Judged) -> bool:
        """Whether a payment earns a commission: while the agency has the account, and for some days after."""
        placement, paid_on = one.placed.placement, one.line.values["paid_on"]
        if placement.ended_on is None or paid_on <= placement.ended_on:
            return True
        if placement.earns_until is not None and paid_on <= placement.earns_until:
            return True
        one.differences.append(
            f"paid on {paid_on}, but the account has not been with the agency since {placement.ended_on}"
        )
        return False

    def _direct(self, one: Judged) -> None:
        """A direct payment of which the agency was notified: its commission."""
        gross, placement = one.line.values["gross"], one.placed.placement
        kinds = [NoticeKind.PART_PAYMENT.value, NoticeKind.PAID_IN_FULL.value]
        told = sa.and_(
            NOTICE.c.placement_id == placement.id,
            NOTICE.c.kind.in_(kinds),
            NOTICE.c.amount_cents == gross,
            ~NOTICE.c.claimed,
        )
        notice = self.tx.conn.execute(sa.select(NOTICE.c.id).where(told).order_by(NOTICE.c.id).limit(1)).scalar()
        if notice is None:
            one.differences.append(f"we have no unclaimed direct payment of {dollars(gross)}")
            return
        self.tx.conn.execute(sa.update(NOTICE).where(NOTICE.c.id == notice).values(claimed=True))
        one.expected_cents = commission(gross, placement.direct_bp)

    def _reversal(self, one: Judged) -> bool:
        """A reversal: the payment must have been reported before, on this account, and not be reversed already."""
        values = one.line.values
        of = values.get("of_reference") or ""
        before = self.known.get(of)
        paid = before.gross_cents if before is not None else None
        rate = one.placed.placement.rate_bp
        if before is None and (earlier := self.here.get(of)) is not None:
            paid = earlier.line.values["gross"] if earlier.kind is RemitKind.PAYMENT else None
        elif before is not None and before.kind != RemitKind.PAYMENT.value:
            paid = None
        if paid is None:
            self.page.reject(one.line, "of_reference", f'payment "{of}" was not reported before')
            return False
        if of in self.taken_back:
            self.page.reject(one.line, "of_reference", f'"{of}" was already reversed')
            return False
        if -values["gross"] > paid:
            reason = f"{dollars(-values['gross'])} is more than the {dollars(paid)} that was paid"
            self.page.reject(one.line, "gross", reason)
            return False
        self.taken_back.add(of)
        one.expected_cents = commission(values["gross"], rate)
        one.entries.append(self._entry(one, LedgerKind.PATIENT_PAYMENT, -values["gross"], f"{of}{REVERSAL}"))
        return True

    def _adjustment(self, one: Judged) -> None:
        """An amount that the agency waived: posted up to the contract's limit; a manager decides the rest."""
        gross, placement = one.line.values["gross"], one.placed.placement
        before = self.waived.setdefault(placement.id, self._waived_cents(placement.id))
        most = placement.placed_cents * self.incoming.terms.adjust_percent // 100
        if before + gross > most or gross > self._balance(one.placed) or not one.placed.is_there:
            one.differences.append(
                f"the agency waived {dollars(gross)}; the contract allows {dollars(max(0, most - before))}; "
                "no adjustment was posted"
            )
            return
        self.waived[placement.id] = before + gross
        one.entries.append(self._entry(one, LedgerKind.DISCOUNT, -gross, one.line.values["reference"]))

    def _waived_cents(self, placement_id: int) -> int:
        mine = sa.and_(REMIT.c.placement_id == placement_id, REMIT.c.kind == RemitKind.ADJUSTMENT.value)
        posted = sa.and_(mine, REMIT.c.difference.is_(None))
        total = sa.select(sa.func.coalesce(sa.func.sum(REMIT.c.gross_cents), 0)).where(posted)
        return int(self.tx.conn.execute(total).scalar_one())

    def _entry(self, one: Judged, kind: LedgerKind, amount: int, external_id: str) -> Entry:
        account = one.placed.account
        self.balances[account.id] = self._balance(one.placed) + amount
        return Entry(
            account_id=account.id,
            posted_on=one.line.values["paid_on"],
            kind=kind,
            amount_cents=amount,
            source=source_of(self.incoming.terms.code),
            external_id=external_id,
            reference=f"{self.incoming.terms.name} {one.line.values['reference']}",
        )

    def _shares(self, one: Judged) -> None:
        """Check that the commission and the remitted amount match the contract, to the cent."""
        values = one.line.values
        if values["commission"] != one.expected_cents:
            one.differences.append(
                f"the agency kept {dollars(values['commission'])}; the contract commission is "
                f"{dollars(one.expected_cents)}"
            )
        if values["net"] != (wanted := net_of(one.kind, values["gross"], values["commission"], self.incoming.terms)):
            one.differences.append(
                f"the agency remitted {dollars(values['net'])}; by its own figures it is {dollars(wanted)}"
            )


def net_of(kind: RemitKind, gross: int, kept: int, terms: Terms) -> int:
    """The part of an amount remitted to the practice, in cents; negative if the agency keeps more than it received."""
    came_there = gross if kind in (RemitKind.PAYMENT, RemitKind.REVERSAL) else 0
    return came_there - kept if terms.net else came_there


def _reopen(tx: Transaction, judged: Sequence[Judged]) -> set[int]:
    """A payment that had paid an account in full is reversed: the agency has the account again. Returns the placements
    that resume."""
    paid = {
        one.placed.placement.id: one.placed
        for one in judged
        if one.kind is RemitKind.REVERSAL and one.placed.placement.state == PlacementState.PAID.value
    }
    return reopen_paid(tx, [placed.placement for placed in paid.values()])


def _late(tx: Transaction, judged: Sequence[Judged]) -> None:
    """Record entries on ended placements as late: the account was already counted as returned."""
    late = [one for one in judged if not one.placed.is_there and one.entries]
    if not late:
        return
    stays = {(entry.source, entry.external_id): one for one in late for entry in one.entries}
    accounts = sorted({one.placed.account.id for one in late})
    rows: list[ColumnValues] = []
    for part in batches(accounts):
        query = sa.select(LEDGER).where(in_keys(LEDGER.c.account_id, part)).order_by(LEDGER.c.id)
        for entry in tx.conn.execute(query):
            one = stays.pop((entry.source, entry.external_id), None)
            # If another agency has the account now, the entry fell into that placement and stays there.
            if one is None or one.placed.account.placement_id is not None:
                continue
            money = money_of(LedgerKind(entry.kind), from_agency=True)
            rows.append(entry_row(tx, entry.id, entry.amount_cents, one.placed.placement.id, money, late=True))
    tx.insert(PlacementEntry, rows)


def _remember(tx: Transaction, incoming: IncomingFile, judged: Sequence[Judged]) -> None:
    rows: list[ColumnValues] = []
    for key, one in zip(tx.ids(RemitLine, len(judged)), judged, strict=True):
        values, difference = one.line.values, "; ".join(one.differences) or None
        rows.append(
            {
                "id": key,
                "agency_id": incoming.agency_id,
                "file_id": incoming.file_id,
                "line": one.line.number,
                "placement_id": one.placed.placement.id,
                "kind": one.kind.value,
                "reference": values["reference"],
                "on": tx.business_date,
                "paid_on": values["paid_on"],
                "gross_cents": values["gross"],
                "commission_cents": values["commission"],
                "net_cents": values["net"],
                "expected_cents": one.expected_cents,
                "difference": difference,
            }
        )
        tx.record(
            AgencyRemitted(
                account_id=one.placed.account.id,
                agency=incoming.terms.code,
                what=one.kind.value,
                reference=values["reference"],
                gross_cents=values["gross"],
                commission_cents=values["commission"],
                net_cents=values["net"],
                expected_cents=one.expected_cents,
                file=incoming.name,
                difference=difference,
            )
        )
    tx.insert(RemitLine, rows)
