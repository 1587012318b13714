"""The patient died and the guarantor is living: a manager releases the account to the guarantor."""

import sqlalchemy as sa

from flows.accounts.happenings import wake
from flows.accounts.holds import clear_holds
from flows.estates.death.later_services import undecided, watch_services
from flows.estates.matters.queries import ACCOUNT, HOLD, MATTER, MATTER_ACCOUNT, account_rows, late_rows, matter_row
from flows.people.queries import person_of
from models.database import Transaction
from models.enums import HoldKind
from models.errors import BadInput, NotPermitted, Refused
from models.estate_enums import MatterState
from models.estate_events import AccountReleased
from models.remedies import Remedy
from models.user_enums import Role


def release(tx: Transaction, matter_id: int, number: str, why: str, role: Role) -> None:
    """Release an account from a matter: its guarantor by contract is living, and its schedule resumes.

    A matter without an account is closed. Raises Refused for an account whose only guarantor is the decedent, and for
    any role but a manager.
    """
    matter = matter_row(tx.conn, matter_id, lock=True)
    account = next((one for one in account_rows(tx.conn, matter_id) if one.number == number), None)
    if role is not Role.MANAGER:
        raise NotPermitted("only a manager can release an account to a living guarantor", remedy=Remedy.AS_MANAGER)
    if account is None:
        raise Refused(f"account {number} is not of matter {matter_id}", remedy=Remedy.SHOW_MATTER, matter=matter_id)
    guarantor = person_of(tx.conn, account.guarantor_id)
    if account.guarantor_id == matter.person_id or guarantor.death_date is not None:
        raise Refused(f"the guarantor of account {number} has died", "the account stays with the estate")
    if matter.filed_on is not None:
        raise Refused(f"matter {matter_id} has a claim filed with the court", "withdraw it first")
    if any(one.number == number for one in undecided(late_rows(tx.conn, matter))):
        raise Refused(
            f"account {number} has a service after the death on {matter.death_on}",
            "decide the service first",
            remedy=Remedy.DECIDE_SERVICE,
            matter=matter_id,
            account=number,
        )
    if not why.strip():
        raise BadInput("enter the basis of the guarantor's responsibility, such as the parent who signed", field="why")
    answers = sa.update(ACCOUNT).where(ACCOUNT.c.id == account.id)
    tx.conn.execute(answers.values(guarantor_liable_since=tx.business_date))
    mine = sa.and_(MATTER_ACCOUNT.c.matter_id == matter_id, MATTER_ACCOUNT.c.account_id == account.id)
    tx.conn.execute(sa.delete(MATTER_ACCOUNT).where(mine))
    held = sa.select(HOLD.c.id).where(
        HOLD.c.account_id == account.id, HOLD.c.kind == HoldKind.DECEASED.value, HOLD.c.cleared_on.is_(None)
    )
    clear_holds(tx, list(tx.conn.execute(held).scalars()), "the living guarantor is responsible for it")
    tx.record(AccountReleased(account_id=account.id, matter=matter_id, reason=why))
    wake(tx, [account.id])
    watch_services(tx, matter_row(tx.conn, matter_id))
    if not account_rows(tx.conn, matter_id):
        over = {
            "state": MatterState.ANNULLED.value,
            "closed_on": tx.business_date,
            "review_on": None,
            "action_due_on": None,
            "reason": "the living guarantor is responsible for every account",
            "version": MATTER.c.version + 1,
        }
        tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter_id).values(**over))
