"""Posting an insurer's remittance: its payments and adjustments, the patient's responsibility, and its denials."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from flows.accounts.facts.commands import record_facts
from flows.accounts.facts.cost_share import confirm_cost_share, is_cost_share
from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.holds import NewHold, clear_holds, holds_of, open_holds
from flows.insurance.commands import decided
from flows.intake.file_format import FileFormat, Options
from flows.intake.queries import ACCOUNT, Remitted, accounts_in_any_case, patient_paid, remitted, written_off_by_claim
from flows.intake.reading import Reject
from flows.intake.remittance_file import (
    ESTIMATE_ONLY,
    PATIENT_GROUP,
    UNNAMED,
    Claim,
    Remittance,
    read_remittances,
)
from flows.intake.tally import Taker, Tally
from flows.ledger.commands import already_posted, post
from flows.ledger.entry import Entry
from flows.people.death import suspect_death
from models.columns import AnyRow
from models.database import Database, Transaction
from models.enums import FactName, HoldKind, IntakeKind, LedgerKind, PayerClass
from models.events import RemittanceRead
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

SOURCE = "835"

DIED_BEFORE_SERVICE = "13"
"""The adjustment code by which a payer reports a death without its date: it precedes the date of service."""
APPEAL_DAYS = 30

_NEXT_PLACE = 1_000_000
"""Beyond the claims of any one remittance."""


def take_remittance(database: Database, path: Path, tally: Tally, today: date) -> None:
    """Post an 835 file in one transaction; raises BadFile, with nothing posted, when it is broken or off balance."""
    remittances = read_remittances(path.read_bytes(), path.name)
    taker = Taker(database, today, SOURCE)
    with taker.transaction() as tx:
        for remittance in remittances:
            _take_payment(tx, tally, remittance)


def _take_payment(tx: Transaction, tally: Tally, remittance: Remittance) -> None:
    known = accounts_in_any_case(tx.conn, [claim.account_number for claim in remittance.claims])
    ids = [account.id for account in known.values()]
    standing = _Standing(
        {one.id: one.balance_cents for one in known.values()},
        patient_paid(tx.conn, ids),
        remitted(tx.conn, ids, SOURCE, f"{remittance.payer_id}:{remittance.trace}:"),
    )
    # Reversals come first: the corrected claim may be before its reversal in the file.
    places = sorted(enumerate(remittance.claims), key=lambda one: not one[1].reversed)
    for place, claim in places:
        tally.rows += 1
        account = known.get(claim.account_number)
        if account is None:
            _reject(tally, claim, "CLP01", f'there is no account "{claim.account_number}"')
        elif claim.status == ESTIMATE_ONLY:
            _reject(tally, claim, "CLP02", "is an estimate (status 25), not a payment")
        else:
            _take_claim(tx, tally, remittance, claim, place, account, standing)
    tally.warnings.extend(
        f"provider adjustment {one.reason} of {dollars(one.cents)} (PLB, trace {remittance.trace}) belongs to no "
        "account; post it to the practice's books"
        for one in remittance.provider
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """The balances of accounts while a payment is posted, and the earlier payments of their patients, in cents;
    `remitted` has what this payer posted under this trace before: each repeated claim uses one of them up."""

    balances: dict[int, int]
    paid: dict[int, int]
    remitted: dict[int, list[Remitted]]

    def is_known(self, account_id: int, control: str, posted_on: date, paid: int, written_off: int | None) -> bool:
        """Whether a claim is already posted: of this control number, day and amounts, at any place in a file."""
        for one in self.remitted.get(account_id, ()):
            if one.is_claim(control, posted_on, paid, written_off):
                self.remitted[account_id].remove(one)
                return True
        return False


def _reject(tally: Tally, claim: Claim, element: str, reason: str) -> None:
    """Reject a claim; its line is the number of its segment."""
    tally.rejects.append(Reject(claim.segment, element, reason, (claim.account_number,)))
    tally.rejected_cents += claim.paid


def _take_claim(
    tx: Transaction,
    tally: Tally,
    remittance: Remittance,
    claim: Claim,
    place: int,
    account: AnyRow,
    standing: _Standing,
) -> None:
    written_off = claim.written_off()
    on = _posted_on(remittance, tx.business_date)
    if standing.is_known(account.id, claim.payer_control, on, claim.paid, None if claim.reversed else written_off):
        tally.know(claim.paid)
        return
    if claim.reversed:
        before = written_off_by_claim(tx.conn, account.id, SOURCE, claim.payer_control)
        # What was not written off, as for a denied claim, is not reversed.
        written_off = written_off if before is None else -before
    entries = _entries(remittance, claim, place, account, on, written_off)
    while already_posted(tx, [(entry.source, entry.external_id) for entry in entries]):
        # Another claim of this trace was posted from this place, with other amounts or of another day.
        place += _NEXT_PLACE
        entries = _entries(remittance, claim, place, account, on, written_off)
    moved = sum(entry.amount_cents for entry in entries)
    balance = standing.balances[account.id]
    if moved < 0 and balance + moved < min(0, -standing.paid.get(account.id, 0)):
        reason = (
            f"posting would leave the account at {dollars(balance + moved)}: its balance of {dollars(balance)} "
            "does not include the insurer's part; post the claim by hand or import the charges first"
        )
        _reject(tally, claim, "CLP04", reason)
        return
    post(tx, entries)
    standing.balances[account.id] += moved
    tally.post(claim.paid)
    if account.insurer is None and remittance.payer != UNNAMED:
        tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(insurer=remittance.payer))
    _follow(tx, remittance, claim, account)
    _to_law(tx, remittance, claim, account, standing)


def _entries(
    remittance: Remittance, claim: Claim, place: int, account: AnyRow, on: date, written_off: int
) -> list[Entry]:
    """The entries of a claim: the insurer's payment, and the contractual adjustment.

    A zero payment is posted too, so that the claim is recognized when it is sent again.
    """
    key = f"{remittance.payer_id}:{remittance.trace}:{place}:{claim.account_number}:{claim.payer_control}"
    reference = f"{remittance.payer} {remittance.trace}"
    moved = [(LedgerKind.INSURANCE_PAYMENT, claim.paid)]
    if written_off:
        moved.append((LedgerKind.CONTRACTUAL, written_off))
    return [Entry(account.id, on, kind, -cents, SOURCE, f"{key}:{kind.value}", reference) for kind, cents in moved]


def _posted_on(remittance: Remittance, today: date) -> date:
    """The payment date of a remittance, today at the latest."""
    if not _is_day(remittance.paid_on):
        return today
    return min(datetime.strptime(remittance.paid_on, "%Y%m%d").date(), today)


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d")
    except ValueError:
        return False
    return True


def _follow(tx: Transaction, remittance: Remittance, claim: Claim, account: AnyRow) -> None:
    codes = tuple(sorted({f"{one.group}-{one.code}" for one in claim.every_adjustment()}))
    tx.record(
        RemittanceRead(
            account_id=account.id,
            payer=remittance.payer,
            claim=claim.payer_control,
            paid_cents=claim.paid,
            patient_cents=claim.patient_part(),
            denied=claim.denied,
            codes=codes,
        )
    )
    if claim.denied or claim.unsettled():
        _to_appeal(tx, remittance, claim, account, codes)
    # A decision that is reversed repeats its codes.
    if not claim.reversed and any(one.code == DIED_BEFORE_SERVICE for one in claim.every_adjustment()):
        suspect_death(tx, account.patient_id, f"{remittance.payer}: date of death before date of service (CARC 13)")
    pending = holds_of(tx, account.id, HoldKind.INSURANCE_PENDING)
    if not (claim.forwarded or claim.reversed):
        says = "claim denied" if claim.denied else f"paid {dollars(claim.paid)}"
        if not decided(tx, account.id, remittance.payer, says):
            clear_holds(tx, pending, f"{remittance.payer} processed the claim")
    elif not pending:
        what = "forwarded the claim to another insurer" if claim.forwarded else "reversed its decision"
        note = f"{remittance.payer} {what}"
        open_holds(tx, [NewHold(HoldKind.INSURANCE_PENDING, account_id=account.id, note=note)])


NOT_NECESSARY = "50"
"""CARC 50: not deemed a medical necessity; in group CO it is the provider's responsibility."""


def _to_law(tx: Transaction, remittance: Remittance, claim: Claim, account: AnyRow, standing: _Standing) -> None:
    """Facts for the rules from a remittance: whether the balance is the cost share, what Medicare denied."""
    adjustments = list(claim.every_adjustment())
    if account.payer_class == PayerClass.TRICARE.value:
        left = [one for one in adjustments if one.group == PATIENT_GROUP and one.cents]
        decided = not (claim.denied or claim.forwarded or claim.reversed or claim.unsettled())
        confirmed = decided and is_cost_share(
            [one.code for one in left],
            claim.patient_part(),
            standing.balances[account.id],
            standing.paid.get(account.id, 0),
        )
        confirm_cost_share(tx, account.id, remittance.payer, confirmed=confirmed)
    refused = any(one.group == "CO" and one.code == NOT_NECESSARY and one.cents for one in adjustments)
    if refused and not claim.reversed and account.payer_class == PayerClass.MEDICARE.value:
        source = f"835 of {remittance.payer}: CO-{NOT_NECESSARY}"
        record_facts(tx, [account.id], FactName.DENIED_NOT_NECESSARY, source, tx.business_date)


def _to_appeal(tx: Transaction, remittance: Remittance, claim: Claim, account: AnyRow, codes: Sequence[str]) -> None:
    what = "denied the claim or a part of it" if claim.denied else f"left {dollars(claim.unsettled())} unresolved"
    reason = f"{remittance.payer} {what}: {', '.join(codes) or 'no code'}"
    if not holds_of(tx, account.id, HoldKind.DENIAL_APPEAL):
        open_holds(tx, [NewHold(HoldKind.DENIAL_APPEAL, account_id=account.id, note=reason)])
    about = (account.id,)
    task = NewTask(
        TaskKind.APPEAL_DENIAL, Role.CLERK, reason, account.guarantor_id, account.creditor_id, about, APPEAL_DAYS
    )
    open_tasks(tx, [task])


def _check(path: Path, _options: Options) -> None:
    read_remittances(path.read_bytes(), path.name)


def _take(database: Database, path: Path, _options: Options, tally: Tally, today: date) -> None:
    take_remittance(database, path, tally, today)


FORMAT = FileFormat(
    IntakeKind.REMITTANCE,
    recognizes=lambda file: file.head.lstrip()[:3] in (b"ISA", b"ST*", b"GS*"),
    check=_check,
    take=_take,
)
"""An electronic remittance (835)."""
