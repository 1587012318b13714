"""Posting an insurer's remittance: what it paid and wrote off, what it leaves to the patient, what it refused."""

from datetime import date, datetime
from pathlib import Path

from flows.happenings.commands import NewTask, open_tasks
from flows.holds.commands import NewHold, clear_holds, holds_of, open_holds
from flows.intake.commands import Taker, Tally
from flows.intake.queries import accounts_known, patient_paid
from flows.intake.reading import Reject
from flows.intake.remittance_file import ESTIMATE_ONLY, Claim, Remittance, read_remittances
from flows.ledger.commands import Entry, post
from models.columns import AnyRow
from models.database import Book, Transaction
from models.events import RemittanceRead
from models.kinds import HoldKind, LedgerKind
from models.values import dollars

SOURCE = "835"
APPEAL_DAYS = 30


def take_remittance(book: Book, path: Path, tally: Tally, today: date) -> None:
    """Post an 835 file in one transaction; raises BadFile, with nothing posted, when it is broken or off balance."""
    remittances = read_remittances(path.read_bytes(), path.name)
    taker = Taker(book, today, SOURCE)
    with taker.transaction() as tx:
        for remittance in remittances:
            numbers = [claim.account_number for claim in remittance.claims]
            known = accounts_known(tx.conn, numbers)
            paid = patient_paid(tx.conn, [account.id for account in known.values()])
            for place, claim in enumerate(remittance.claims):
                tally.rows += 1
                _take_claim(tx, tally, remittance, claim, place, known, paid)


def _take_claim(
    tx: Transaction,
    tally: Tally,
    remittance: Remittance,
    claim: Claim,
    place: int,
    known: dict[str, AnyRow],
    paid: dict[int, int],
) -> None:
    account = known.get(claim.account_number)
    if account is None:
        reason = f'there is no account "{claim.account_number}"'
        tally.rejects.append(Reject(claim.segment, "CLP01", reason, (claim.account_number,)))
        return
    if claim.status == ESTIMATE_ONLY:
        reason = "is an estimate (status 25), not a payment"
        tally.rejects.append(Reject(claim.segment, "CLP02", reason, (claim.account_number,)))
        return
    entries = _entries(remittance, claim, place, account, tx.business_date)
    left = account.balance_cents + sum(entry.amount_cents for entry in entries)
    if left < min(0, -paid.get(account.id, 0)):
        reason = (
            f"posting it would leave the account at {dollars(left)}: its balance of {dollars(account.balance_cents)} "
            "does not hold the insurer's part; post it by hand or take in the charges first"
        )
        tally.rejects.append(Reject(claim.segment, "CLP04", reason, (claim.account_number,)))
        return
    posted = post(tx, entries)
    if entries and not posted:
        return
    tally.taken += 1
    _follow(tx, remittance, claim, account)


def _entries(remittance: Remittance, claim: Claim, place: int, account: AnyRow, today: date) -> list[Entry]:
    """What a claim moves: the insurer's payment, and what the contract takes off."""
    on = datetime.strptime(remittance.paid_on, "%Y%m%d").date() if _is_day(remittance.paid_on) else today
    key = f"{remittance.trace}:{place}:{claim.account_number}:{claim.payer_control}"
    reference = f"{remittance.payer} {remittance.trace}"
    moved = ((LedgerKind.INSURANCE_PAYMENT, claim.paid), (LedgerKind.CONTRACTUAL, claim.written_off()))
    return [
        Entry(account.id, min(on, today), kind, -cents, SOURCE, f"{key}:{kind.value}", reference)
        for kind, cents in moved
        if cents
    ]


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
            account_id=account.id, payer=remittance.payer, claim=claim.payer_control, paid_cents=claim.paid,
            patient_cents=claim.patient_part(), denied=claim.denied, codes=codes,
        )
    )  # fmt: skip
    pending = holds_of(tx, account.id, HoldKind.INSURANCE_PENDING)
    if claim.denied:
        reason = f"{remittance.payer} refused the claim or a part of it: {', '.join(codes)}"
        if not holds_of(tx, account.id, HoldKind.DENIAL_APPEAL):
            open_holds(tx, [NewHold(HoldKind.DENIAL_APPEAL, account_id=account.id, note=reason)])
        open_tasks(
            tx,
            [
                NewTask(
                    "appeal-denial",
                    "clerk",
                    reason,
                    account.guarantor_id,
                    account.creditor_id,
                    (account.id,),
                    APPEAL_DAYS,
                )
            ],
        )
    clear_holds(tx, pending, f"{remittance.payer} has decided")
