"""/api: the same commands for practice systems and dialers, described by OpenAPI at /api/openapi.json."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, time
from pathlib import Path as FilePath
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, File, Path, Query, Request, UploadFile
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response

from compliance.nonclaim import EstateFacts
from compliance.nonclaim import deadline as deadline_of
from flows.accounts.holds import clear_holds, open_hold_of, open_manual_hold
from flows.accounts.queries import account_row
from flows.agency_handoff.commands import record_fact
from flows.calls.assignment import collectors_here, release_call, take
from flows.calls.commands import CallResult, record_call_result
from flows.calls.decide import Listed
from flows.calls.next_call import take_next
from flows.calls.queries import accounts_of_call, calls_of_the_day, names_of, numbers_of
from flows.correspondence.queue import answer_request
from flows.dunning.stuck.queries import account_row as stuck_row
from flows.dunning.stuck.queries import reason_row, stuck_for, stuck_reasons
from flows.estates.matters.docket import docket
from flows.estates.matters.queries import matter_row, persons_of_matters
from flows.estates.matters.view import matter_view
from flows.insurance.decide import require_named
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.ledger.payments import Payment, take_payment
from flows.ledger.transfer import transfer
from flows.people.contact.commands import change_person
from flows.people.search import read_wanted
from flows.reports.account import account_view, events_of, explain
from flows.reports.account_documents import EventLine
from flows.reports.person import find
from flows.users.view_log import View
from letters.kinds import letter_name
from letters.numbers import letter_number
from models.enums import HoldKind, HoldScope
from models.errors import BadInput, NotFound, RefusalKind, Refused
from models.ids import MatterId
from models.values import BadValue, utc_text
from web.api import experiments, insurance, schedules, values, work
from web.api.door import Call, Key, NoKey, NoRight, TooManyKeys
from web.auth.rights import Right
from web.auth.session import Workspace
from web.rendering.files import store
from web.rendering.refusals import sentence

AccountNumber = Annotated[str, Path(min_length=1, max_length=64, description="The account's number.")]
TaskNumber = Annotated[int, Path(ge=1, le=2**53, description="The call's number.")]
MatterNumber = Annotated[MatterId, Path(ge=1, le=2**53, description="The matter's number.")]

PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": values.Problem, "description": "No key, or an unknown key"},
    403: {"model": values.Problem, "description": "The key's role does not have this right"},
    404: {"model": values.Problem, "description": "Not found"},
    409: {"model": values.Problem, "description": "Refused, with what to do"},
    422: {"model": values.Unfit, "description": "The request is invalid or does not match this description"},
    429: {"model": values.Problem, "description": "Too many wrong keys from this address"},
}


def create_api(workspace: Workspace) -> FastAPI:
    """The API of a workspace."""
    api = FastAPI(title="pastdue", version="1", docs_url=None, redoc_url=None, openapi_url=None, responses=PROBLEMS)
    api.state.work = workspace
    api.add_exception_handler(NoKey, _no_key)
    api.add_exception_handler(NoRight, _no_right)
    api.add_exception_handler(RequestValidationError, _wrong)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(TooManyKeys, _too_many)
    for path, endpoint, method in (*ROUTES, *insurance.ROUTES, *work.ROUTES, *schedules.ROUTES, *experiments.ROUTES):
        api.add_api_route(path, endpoint, methods=[method])
    api.add_api_route("/openapi.json", described, methods=["GET"], include_in_schema=False)
    return api


def described(request: Request, _call: Annotated[Call, Depends(Key(Right.OWN_PASSWORD))]) -> JSONResponse:
    """All addresses, for programs that have a key."""
    return JSONResponse({**request.app.openapi(), "servers": [{"url": request.scope["root_path"]}]})


def _too_many(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"error": "too many wrong keys from this address; wait a few minutes, then try again"}, 429)


def _no_key(_request: Request, _error: Exception) -> Response:
    says = "send an API key: Authorization: Bearer KEY"
    return JSONResponse({"error": says}, 401, {"WWW-Authenticate": "Bearer"})


def _no_right(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 403)


def _wrong(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # The request is not sent back: it may contain a person's data.
    detail = [{"loc": list(one["loc"]), "msg": one["msg"], "type": one["type"]} for one in error.errors()]
    says = "The request does not match the description of the API."
    return JSONResponse({"error": says, "kind": RefusalKind.BAD_INPUT, "detail": jsonable_encoder(detail)}, 422)


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return JSONResponse(_problem(error), STATUS_OF[error.kind])


STATUS_OF = {
    RefusalKind.NOT_FOUND: 404,
    RefusalKind.CONFLICT: 409,
    RefusalKind.BAD_INPUT: 422,
    RefusalKind.NOT_ALLOWED: 403,
}
"""The HTTP status for each kind of refusal."""


def _problem(error: Refused) -> Mapping[str, object]:
    remedy = error.advice.remedy
    facts = {**error.advice.facts} or None
    return {"error": sentence(error), "kind": error.kind, "remedy": remedy, "facts": facts}


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
    return _events_since(call, {row.id: row.history_seq})


def fact(
    number: AccountNumber, new: values.FactIn, call: Annotated[Call, Depends(Key(Right.HOLD_ACCOUNTS))]
) -> list[values.EventOut]:
    """Record or remove a compliance fact of an account, with its source."""
    with call.transaction() as tx:
        row = account_row(tx.conn, number)
        amount = None if new.amount_cents is None or not new.there else new.amount_cents
        record_fact(tx, row, new.fact, new.source, there=new.there, on=new.on, amount_cents=amount)
    return _events_since(call, {row.id: row.history_seq})


def clear(
    number: AccountNumber, what: values.ClearIn, call: Annotated[Call, Depends(Key(Right.HOLD_ACCOUNTS))]
) -> list[values.EventOut]:
    """Release a hold. The account continues on its schedule."""
    with call.transaction() as tx:
        row = account_row(tx.conn, number)
        clear_holds(tx, [open_hold_of(tx, row, _word(HoldKind, what.kind))], what.reason)
    return _events_since(call, {row.id: row.history_seq})


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


def calls(
    call: Annotated[Call, Depends(Key(Right.WORK_CALLS))],
    collector: Annotated[str | None, Query(max_length=63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[values.CallOut]:
    """Today's calls, highest priority first: all calls, or one collector's list."""
    with call.reading() as conn:
        known = [one.name for one in collectors_here(conn)]
        if collector is not None and collector not in known:
            raise NotFound("the collector was not found", f"choose one of: {', '.join(known) or 'none'}")
        listed, _ = calls_of_the_day(conn, call.today, collector=collector, now=call.now)
    return _told(call, listed[:limit])


def _told(call: Call, listed: list[Listed]) -> list[values.CallOut]:
    with call.reading() as conn:
        numbers = numbers_of(conn, sorted({key for one in listed for key in one.account_ids}))
        names = names_of(conn, [one.group.person.id for one in listed])
    call.saw([View(one.group.person.id) for one in listed], "calls")
    return [
        values.CallOut(
            task=one.task.id,
            guarantor=names[one.group.person.id],
            phone=one.group.person.phone,
            language=one.group.person.language,
            window_start=one.window_start,
            window_end=one.window_end,
            open_now=one.open_at(call.now),
            priority=one.priority,
            accounts=[numbers[key] for key in one.account_ids],
            balance_cents=one.balance_cents,
            reason=one.reason,
            calls_this_week=one.calls_this_week(call.today),
            taken_by=one.task.in_progress_by,
        )
        for one in listed
    ]


def next_call(call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]) -> values.CallOut | None:
    """Start the highest-priority call that can be made now; null if there is none. No other collector can start it."""
    found = take_next(call.practice.database, call.who.name, call.today, call.now)
    return None if found is None else _told(call, [found])[0].model_copy(update={"taken_by": call.who.name})


def take_one(task: TaskNumber, call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]) -> values.CallOut:
    """Start one call. Refused outside calling hours, when a rule blocks it, or when a colleague has it."""
    with call.transaction() as tx:
        found = take(tx, task, call.now)
    return _told(call, [found])[0].model_copy(update={"taken_by": call.who.name})


def back(task: TaskNumber, call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]) -> dict[str, int]:
    """Return a call to the queue."""
    with call.transaction() as tx:
        release_call(tx, task)
    return {"task": task}


def disposition(
    task: TaskNumber, how: values.DispositionIn, call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]
) -> list[values.EventOut]:
    """Record the result of a call and what follows from it. Returns the events recorded."""
    try:
        at = None if how.at is None else time.fromisoformat(how.at)
    except ValueError:
        raise BadValue(f'"{how.at}" is not a time; enter a time such as 08:45') from None
    said = CallResult(how.code, utc_text(call.now), how.amount_cents, how.on, how.note, at, how.patient)
    require_named(said.code, None, said.note)
    with call.reading() as conn:
        ids = accounts_of_call(conn, task)
        before = {key: len(events_of(conn, key)) for key in ids}
    with call.transaction() as tx:
        record_call_result(tx, task, said)
    return _events_since(call, before)


def _events_since(call: Call, before: dict[int, int]) -> list[values.EventOut]:
    with call.reading() as conn:
        numbers = numbers_of(conn, list(before))
        return [
            _event_out(numbers[key], event)
            for key, seen in before.items()
            for event in events_of(conn, key)
            if event["seq"] > seen
        ]


def _event_out(account: str, event: EventLine) -> values.EventOut:
    return values.EventOut(
        account=account,
        seq=event["seq"],
        business_date=event["business_date"],
        kind=event["kind"],
        why=event["why"],
        actor=event["actor"],
    )


def intake(
    files: Annotated[list[UploadFile], File(description="Files of any type that can be imported.")],
    call: Annotated[Call, Depends(Key(Right.TAKE_FILES))],
) -> list[values.FileOut]:
    """Import files. A file that was imported before changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [store(one.file, one.filename, FilePath(folder)) for one in files]
        reports = take_files(call.practice.database, paths, Options(), call.today, call.practice.settings.rejects)
    return [values.FileOut(**{name: asdict(one)[name] for name in values.FileOut.model_fields}) for one in reports]


def matters(
    call: Annotated[Call, Depends(Key(Right.SEE_ESTATES))],
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[values.Anything]:
    """Estate docket, nearest deadline first."""
    with call.reading() as conn:
        rows = docket(conn, call.today, skip=skip, at_most=limit)
        persons = persons_of_matters(conn, [row["matter"] for row in rows])
    call.saw([View(persons[row["matter"]]) for row in rows], "docket")
    return [*rows]


def matter(key: MatterNumber, call: Annotated[Call, Depends(Key(Right.SEE_ESTATES))]) -> values.Anything:
    """One matter: facts, parties, deadlines, documents, dates and accounts."""
    with call.reading() as conn:
        view, person = matter_view(conn, key, call.today), matter_row(conn, key).person_id
    call.saw([View(person)], "matter")
    return view


def deadline(
    state: Annotated[str, Query(min_length=2, max_length=2, pattern="^[A-Za-z]{2}$")],
    death: date,
    call: Annotated[Call, Depends(Key(Right.SEE_ESTATES))],
    letters: date | None = None,
    published: date | None = None,
    notice: date | None = None,
    insolvency: date | None = None,
) -> values.Anything:
    """Last day to file a claim against an estate under the state's rule. No matter is needed."""
    facts = EstateFacts(death, letters, published, notice, insolvent=insolvency)
    return asdict(deadline_of(state.upper(), facts, call.today))


def stuck(
    call: Annotated[Call, Depends(Key(Right.HOLD_ACCOUNTS))],
    reason: Annotated[str | None, Query(max_length=80)] = None,
) -> list[values.Anything]:
    """Stuck accounts: all reasons, or the accounts of one reason, nearest payer filing deadline first."""
    with call.reading() as conn:
        if reason is None:
            return [reason_row(one) for one in stuck_reasons(conn, call.today)]
        found = stuck_for(conn, reason)
    call.saw([View(one.guarantor_id, one.id) for one in found], "stuck")
    return [stuck_row(one) for one in found]


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
    ("/calls", calls, "GET"),
    ("/calls/next", next_call, "POST"),
    ("/calls/{task}/take", take_one, "POST"),
    ("/calls/{task}/back", back, "POST"),
    ("/calls/{task}/disposition", disposition, "POST"),
    ("/files", intake, "POST"),
    ("/stuck", stuck, "GET"),
    ("/estates", matters, "GET"),
    ("/estates/deadline", deadline, "GET"),
    ("/estates/{key}", matter, "GET"),
)
"""Every address of the API, with the function that handles it."""
