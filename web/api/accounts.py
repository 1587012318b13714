"""The API for accounts: ledger, holds, facts, contact, letters, and the search for people."""

from typing import Annotated, TypeVar

from fastapi import Depends, Path

from flows.accounts.holds import clear_holds, open_hold_of, open_manual_hold
from flows.accounts.queries import account_row
from flows.agency_handoff.commands import record_fact
from flows.correspondence.queue import answer_request
from flows.ledger.payments import Payment, take_payment
from flows.ledger.transfer import transfer
from flows.people.contact.commands import change_person
from flows.people.search import read_wanted
from flows.reports.account import account_view, explain
from flows.reports.person import find
from flows.users.view_log import View
from letters.kinds import letter_name
from letters.numbers import letter_number
from models.enums import HoldKind, HoldScope
from models.errors import BadInput
from web.api import values
from web.api.door import Call, Key
from web.api.history import events_since
from web.auth.rights import Right

AccountNumber = Annotated[str, Path(min_length=1, max_length=64, description="The account's number.")]


def account(number: AccountNumber, call: Annotated[Call, Depends(Key(Right.SEE_ACCOUNTS))]) -> values.Anything:
    """One account: guarantor, patient, ledger, history and holds."""
    with call.reading() as conn:
        row = account_row(conn, number)
        view = account_view(conn, number)
    call.saw([View(row.guarantor_id, row.id)], "account")
    return view


def explained(number: AccountNumber, call: Annotated[Call, Depends(Key(Right.SEE_ACCOUNTS))]) -> values.Anything:
    """Account history, next step, its date, and the reason it is not sooner."""
    with call.reading() as conn:
        row = account_row(conn, number)
        view = explain(conn, number, call.today)
    call.saw([View(row.guarantor_id, row.id)], "explain")
    return view


def pay(
    number: AccountNumber, payment: values.PaymentIn, call: Annotated[Call, Depends(Key(Right.POST_PAYMENTS))]
) -> values.PaymentOut:
    """Post a patient payment. The same reference is posted only once."""
    on = payment.on or call.today
    with call.transaction() as tx:
        row = account_row(tx.conn, number)
        paid = Payment(
            on,
            payment.amount_cents,
            payment.reference,
            payment.method,
            part=payment.part,
            same_number=payment.same_number,
            trace=payment.trace,
        )
        posted = take_payment(tx, row, paid)
        after = account_row(tx.conn, number)
    return values.PaymentOut(
        number=number,
        already_posted=posted.entry is None,
        balance_cents=after.balance_cents,
        settled=after.balance_cents <= 0,
        possible_duplicate_of=None if posted.like is None else posted.like.paid_on,
    )


def move_credit(
    number: AccountNumber, move: values.TransferIn, call: Annotated[Call, Depends(Key(Right.POST_PAYMENTS))]
) -> values.TransferOut:
    """Move a credit balance to another account with the same guarantor and creditor."""
    with call.transaction() as tx:
        source, target = account_row(tx.conn, number), account_row(tx.conn, move.to)
        moved = transfer(tx, source, target, move.amount_cents, move.reason)
        left = account_row(tx.conn, number).balance_cents
    return values.TransferOut(number=number, to=move.to, amount_cents=moved, balance_cents=left)


W = TypeVar("W", HoldKind, HoldScope)


def _word(kind: type[W], word: str) -> W:
    try:
        return kind(word)
    except ValueError:
        raise BadInput(f'"{word}" is not one of: {", ".join(kind)}') from None


def hold(
    number: AccountNumber, new: values.HoldIn, call: Annotated[Call, Depends(Key(Right.HOLD_ACCOUNTS))]
) -> list[values.EventOut]:
    """Place a hold on an account, or on its guarantor for a type that applies to the person."""
    scope = None if new.scope is None else _word(HoldScope, new.scope)
    with call.transaction() as tx:
        row = account_row(tx.conn, number)
        open_manual_hold(tx, _word(HoldKind, new.kind), row, scope=scope, until=new.until)
    return events_since(call, {row.id: row.history_seq})


def fact(
    number: AccountNumber, new: values.FactIn, call: Annotated[Call, Depends(Key(Right.HOLD_ACCOUNTS))]
) -> list[values.EventOut]:
    """Record or remove a compliance fact of an account, with its source."""
    with call.transaction() as tx:
        row = account_row(tx.conn, number)
        amount = None if new.amount_cents is None or not new.there else new.amount_cents
        record_fact(tx, row, new.fact, new.source, there=new.there, on=new.on, amount_cents=amount)
    return events_since(call, {row.id: row.history_seq})


def clear(
    number: AccountNumber, what: values.ClearIn, call: Annotated[Call, Depends(Key(Right.HOLD_ACCOUNTS))]
) -> list[values.EventOut]:
    """Release a hold. The account continues on its schedule."""
    with call.transaction() as tx:
        row = account_row(tx.conn, number)
        clear_holds(tx, [open_hold_of(tx, row, _word(HoldKind, what.kind))], what.reason)
    return events_since(call, {row.id: row.history_seq})


def contact(
    number: AccountNumber, changes: values.ContactIn, call: Annotated[Call, Depends(Key(Right.CHANGE_CONTACT))]
) -> values.ChangedOut:
    """Change the address, phone numbers, language or preferences of the guarantor of an account."""
    told = changes.model_dump(exclude_none=True)
    given = {name: None if value == "" else value for name, value in told.items()}
    with call.transaction() as tx:
        changed = change_person(tx, account_row(tx.conn, number).guarantor_id, given, f"reported by {call.who.name}")
    return values.ChangedOut(changed=list(changed))


def letter(
    number: AccountNumber, wanted: values.LetterIn, call: Annotated[Call, Depends(Key(Right.SEND_LETTERS))]
) -> values.LetterOut:
    """Queue a requested letter."""
    call.practice.shelf.find(wanted.kind)
    with call.transaction() as tx:
        key = answer_request(tx, letter_name(wanted.kind), account_row(tx.conn, number).id)
    return values.LetterOut(letter=key, number=letter_number(key), state="queued")


def people(wanted: values.FindIn, call: Annotated[Call, Depends(Key(Right.FIND_PEOPLE))]) -> list[values.FoundOut]:
    """Search people by name, account, phone digits or date of birth. Returns up to 20."""
    with call.reading() as conn:
        found = find(conn, read_wanted(wanted.wanted))
    call.saw([View(one["id"]) for one in found], "search")
    return [values.FoundOut(**one) for one in found]


ROUTES = (
    ("/accounts/{number}", account, "GET"),
    ("/accounts/{number}/explain", explained, "GET"),
    ("/accounts/{number}/payments", pay, "POST"),
    ("/accounts/{number}/transfer", move_credit, "POST"),
    ("/accounts/{number}/holds", hold, "POST"),
    ("/accounts/{number}/holds/clear", clear, "POST"),
    ("/accounts/{number}/facts", fact, "POST"),
    ("/accounts/{number}/contact", contact, "PATCH"),
    ("/accounts/{number}/letters", letter, "POST"),
    ("/people/find", people, "POST"),
)
