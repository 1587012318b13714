"""The mail room: last night's run, proofing, releasing, printing, mailing, returned mail."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.accounts.counts import Count
from flows.accounts.queries import account_row
from flows.correspondence.addresses.queries import unchecked_letters
from flows.correspondence.certified.queries import why_certified, without_number
from flows.correspondence.letters.commands import mail_room, preview, write_letters
from flows.correspondence.letters.listed import list_letters
from flows.correspondence.letters.queries import recipients
from flows.correspondence.print_batches.commands import accept, print_letters, reject_kind, release_remaining
from flows.correspondence.print_batches.extracts import proof, reprint
from flows.correspondence.print_batches.mailed_date import correct_mailed_date
from flows.correspondence.print_batches.mailing import mail_batch
from flows.correspondence.print_batches.queries import batch_row, list_batches, rejected_kinds
from flows.correspondence.reprint import write_again
from flows.correspondence.returned_mail.commands import return_letter
from flows.correspondence.returned_mail.nixie import CODES, Nixie, reason_of
from flows.correspondence.returned_mail.queries import returnable_letters
from flows.correspondence.returned_mail.scanned import letters_scanned
from flows.correspondence.void import void_letter
from flows.people.contact.commands import ADDRESS
from flows.reports.mail_report import HeldLine, day_of_letters
from flows.users.view_log import View
from letters.kinds import KINDS, letter_name
from letters.numbers import letter_number, letter_of
from models.database import group_by_key
from models.errors import BadInput, NotFound, Refused
from models.ids import BatchId, LetterId
from models.user_enums import Seen
from models.values import BadValue, counted, date_from_iso
from web.auth.rights import Right
from web.auth.session import BatchKey, LetterKey, Page, RequestContext, Requires
from web.forms.fields import must
from web.rendering.files import file_of, pages_of
from web.rendering.slow import drawn_at_length, drawn_shortly

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_LETTERS))
Workers = Depends(Requires(Right.WORK_LETTERS))
Releasers = Depends(Requires(Right.RELEASE_LETTERS))

A_PAGE = 50
LATEST = 25
HELD = 100
"""The most blocked accounts on the page, and in the log of views."""


@router.get("/mail")
def mail_page(on: str = "", page: Page = 1, visit: RequestContext = Lookers) -> Response:
    """The run of a day (default: last night's) with its letters, the blocked accounts and the reasons; batches; letters
    to print, mailed or returned."""
    shown = _day(on, visit.today)
    with visit.reading() as conn:
        day = day_of_letters(conn, shown)
        letters = list_letters(conn, queued_on=shown)
        of_page = letters[(page - 1) * A_PAGE : page * A_PAGE]
        readers = recipients(conn, [one["letter"] for one in of_page])
        batches = list(reversed(list_batches(conn)))[:LATEST]
        rejected = rejected_kinds(conn)
        held = {one["account"] for one in day["held_back"][:HELD]}
        people = [account_row(conn, number) for number in sorted(held)]
    visit.saw(
        Seen.LETTERS,
        [
            *(View(row.guarantor_id, row.id) for row in people),
            *(View(readers[one["letter"]], None, letter_number(one["letter"])) for one in of_page),
        ],
    )
    return visit.page(
        "mail.html",
        day=day,
        on=shown,
        letters=[{**one, "number": letter_number(one["letter"])} for one in of_page],
        total=len(letters),
        page=page,
        a_page=A_PAGE,
        batches=batches,
        rejected=rejected,
        reasons=list(Nixie),
        codes={reason: code.value for code, reason in CODES.items()},
        kinds=sorted(KINDS),
        held=_by_reason(day["held_back"]),
    )


def _day(text: str, today: date) -> date:
    """The day of the page: today, or an earlier one. Raises BadInput."""
    try:
        day = date_from_iso(text) if text else today
    except BadValue as error:
        raise BadInput(str(error), field="on") from None
    if day > today:
        raise BadInput(f"{day} is in the future", "choose today or an earlier day", field="on")
    return day


def _by_reason(held: list[HeldLine]) -> list[tuple[str, list[str]]]:
    """Blocked accounts by reason, the most frequent first."""
    found = group_by_key(dict.fromkeys((row["why"], row["account"]) for row in held))
    return sorted(found.items(), key=lambda one: -len(one[1]))


@router.post("/mail/print")
@drawn_at_length
def print_all(visit: RequestContext = Workers) -> Response:
    """Add the rendered letters to a print batch. A run over a limit waits for the manager."""
    room = mail_room(visit.practice, visit.who.name)
    # Letters requested since the nightly run are rendered first, so that they are printed with today's.
    write_letters(room, visit.today)
    made = print_letters(room, visit.practice.settings.outbox, visit.today)
    if not made:
        return visit.go("/mail", said="No letters to print.")
    return visit.go(f"/mail/batches/{made[-1].batch}")


@router.post("/mail/write")
@drawn_at_length
def write_now(visit: RequestContext = Workers) -> Response:
    """Render the letters in the queue, such as after a template was corrected."""
    counts = write_letters(mail_room(visit.practice, visit.who.name), visit.today)
    waiting = counts[Count.WAITING_FOR_TEMPLATE]
    waits = f" Waiting for a template: {waiting}." if waiting else ""
    return visit.go("/mail", said=f"{counted(counts[Count.LETTERS], 'letter')} created.{waits}")


@router.post("/mail/release")
@drawn_at_length
def release(visit: RequestContext = Releasers) -> Response:
    """Release a waiting batch, as the manager who is responsible for it."""
    room = mail_room(visit.practice, visit.who.name)
    made = print_letters(room, visit.practice.settings.outbox, visit.today, approve=True)
    return visit.go(f"/mail/batches/{made[-1].batch}" if made else "/mail", said="Batch released." if made else "")


@router.get("/mail/batches/{batch}")
def batch_page(batch: BatchKey, page: Page = 1, visit: RequestContext = Lookers) -> Response:
    """One batch with its letters."""
    with visit.reading() as conn:
        row = batch_row(conn, batch)
        if row is None:
            raise NotFound(f"batch {batch} was not found", "choose a batch in the mail room")
        letters = list_letters(conn, batch=batch)
        unchecked = unchecked_letters(conn, visit.today, batch)
        waiting = without_number(conn, batch)
        shown = letters[(page - 1) * A_PAGE : page * A_PAGE]
        readers = recipients(conn, [one["letter"] for one in shown])
    visit.saw(Seen.LETTERS, [View(readers[one["letter"]], None, letter_number(one["letter"])) for one in shown])
    return visit.page(
        "batch.html",
        batch=row,
        letters=[{**one, "number": letter_number(one["letter"])} for one in shown],
        total=len(letters),
        page=page,
        a_page=A_PAGE,
        kinds=sorted({one["kind"] for one in letters}),
        unchecked=unchecked,
        waiting=waiting,
    )


@router.get("/mail/batches/{batch}/file")
def batch_file(batch: BatchKey, word: bool = False, visit: RequestContext = Lookers) -> Response:
    """The print file: the PDF, or the Word file."""
    with visit.reading() as conn:
        row = batch_row(conn, batch)
        if row is None or not (row.file or row.pdf):
            raise Refused(f"batch {batch} has no print file yet", "a batch on hold gets its file when it is released")
        readers = recipients(conn, [one["letter"] for one in list_letters(conn, batch=batch)])
    visit.saw(Seen.LETTERS, [View(key, None, f"print file of batch {batch}") for key in set(readers.values())])
    name = row.file if word or not row.pdf else row.pdf
    outbox = visit.practice.settings.outbox
    return file_of(outbox / Path(name).name, within=outbox)


@router.post("/mail/batches/{batch}/proof")
@drawn_at_length
def batch_proof(batch: BatchKey, visit: RequestContext = Workers) -> Response:
    """The first letter of each kind and five at random, as they will be printed."""
    sample = visit.typed.number("sample", "Random sample")
    seed = visit.now.microsecond
    made = proof(
        mail_room(visit.practice, visit.who.name), visit.practice.settings.outbox, batch, sample=sample, seed=seed
    )
    _saw_batch(visit, batch, "proof")
    return file_of(Path(made.pdf or made.file), within=visit.practice.settings.outbox)


@router.post("/mail/batches/{batch}/reprint")
@drawn_at_length
def print_again(batch: BatchKey, visit: RequestContext = Workers) -> Response:
    """Reprint from a sheet on, or one letter. No history records the letter twice."""
    typed = visit.typed
    letter = None if typed.some("letter") is None else letter_of(typed.text("letter"))
    if letter is None and typed.some("from_sheet") is None:
        raise BadInput("enter the first sheet or the letter to reprint")
    made = reprint(
        mail_room(visit.practice, visit.who.name),
        visit.practice.settings.outbox,
        batch,
        from_sheet=typed.number("from_sheet", "Sheet"),
        letter=letter,
    )
    _saw_batch(visit, batch, "reprint")
    return file_of(Path(made.pdf or made.file), within=visit.practice.settings.outbox)


def _saw_batch(visit: RequestContext, batch: BatchId, what: str) -> None:
    with visit.reading() as conn:
        readers = recipients(conn, [one["letter"] for one in list_letters(conn, batch=batch)])
    visit.saw(Seen.LETTERS, [View(key, None, f"{what} of batch {batch}") for key in set(readers.values())])


@router.post("/mail/batches/{batch}/reject")
@drawn_at_length
def reject(batch: BatchKey, visit: RequestContext = Workers) -> Response:
    """Pull a kind of letter from a waiting batch. The rest is printed, unless a limit still holds the batch."""
    typed = visit.typed
    with visit.transaction() as tx:
        reject_kind(tx, batch, typed.needed("kind", "Letter type"), typed.needed("reason", "Problem"))
    gone = release_remaining(
        mail_room(visit.practice, visit.who.name), visit.practice.settings.outbox, batch, visit.today
    )
    said = "Letter type pulled." if gone is None else "Letter type pulled. The rest is ready to print."
    return visit.go(f"/mail/batches/{batch}" if gone is None or gone.letters else "/mail", said=said)


@router.post("/mail/accept")
def accept_again(visit: RequestContext = Workers) -> Response:
    """Allow a rejected kind of letter again."""
    with visit.transaction() as tx:
        accept(tx, visit.typed.needed("kind", "Letter type"))
    return visit.go("/mail")


@router.post("/mail/batches/{batch}/mailed")
def mailed(batch: BatchKey, visit: RequestContext = Workers) -> Response:
    """Record that a batch was mailed, on which day."""
    on = must(visit.typed.day("on", "Mailing date"), "Mailing date")
    with visit.transaction() as tx:
        mail_batch(tx, batch, on)
        waiting = without_number(tx.conn, batch)
    rest = f" Not mailed, because the Certified Mail number is missing: {waiting}." if waiting else ""
    return visit.go(f"/mail/batches/{batch}", said=f"Marked as mailed and recorded on each account.{rest}")


@router.post("/mail/batches/{batch}/mailed-on")
def correct_mailed(batch: BatchKey, visit: RequestContext = Releasers) -> Response:
    """Correct the day on which a batch was mailed, while nothing depends on it."""
    typed = visit.typed
    on = must(typed.day("on", "Mailing date"), "Mailing date")
    with visit.transaction() as tx:
        correct_mailed_date(tx, batch, on, typed.needed("reason", "Reason for correction"))
    return visit.go(
        f"/mail/batches/{batch}",
        said="Mailing date corrected. The old date, the new date and the reason are recorded on each account.",
    )


@router.post("/mail/returned")
def returned(visit: RequestContext = Workers) -> Response:
    """Returned letters, by scan or number. Their guarantors are shown first. After confirmation, a letter with a new
    address is mailed again; for the others an address search starts."""
    typed = visit.typed
    lines = typed.needed("letters", "Letter numbers").split("\n")
    with visit.reading() as conn:
        keys = [LetterId(one.letter) for one in letters_scanned(conn, lines)]
    address = {name: typed.some(name) for name in ADDRESS}
    new = address if any(address.values()) else None
    if new is not None and len(keys) > 1:
        raise Refused("a new address is for one letter only", "record these letters one at a time")
    reason = reason_of(typed.text("reason") or Nixie.NOT_DELIVERABLE.value)
    if not typed.flag("do"):
        return _whose(visit, keys, reason, address)
    with visit.transaction() as tx:
        again = [return_letter(tx, key, reason, new_address=new) for key in keys]
    goes = sum(1 for one in again if one)
    came = f"Returned mail recorded: {counted(len(keys), 'letter')}."
    if reason is Nixie.DECEASED:
        return visit.go(
            "/mail", said=f"{came} Reported deceased: all activity is on hold, and the estate desk has a task."
        )
    remail = f" To be mailed again to a new address: {goes}." if goes else ""
    rest = f" On hold until a new address is found: {len(keys) - goes}." if goes < len(keys) else ""
    return visit.go("/mail", said=f"{came}{remail}{rest}")


def _whose(visit: RequestContext, keys: Sequence[LetterId], reason: Nixie, address: dict[str, str | None]) -> Response:
    """The guarantors of the letters, before any of their mail stops."""
    with visit.reading() as conn:
        found = returnable_letters(conn, keys, visit.today)
        readers = recipients(conn, keys)
    visit.saw(Seen.LETTERS, [View(readers[one.letter], None, one.number) for one in found])
    return visit.page("returned.html", letters=found, reason=reason, address=address)


@router.get("/letters/{letter}")
def letter_page(letter: LetterKey, visit: RequestContext = Lookers) -> Response:
    """One letter: its content and status."""
    with visit.reading() as conn:
        readers = recipients(conn, [letter])
        if letter not in readers:
            raise NotFound(f"letter {letter_number(letter)} was not found")
        (row,) = list_letters(conn, letter=letter)
        why = why_certified(row["certified"])
    visit.saw(Seen.LETTER, [View(readers[letter], None, letter_number(letter))])
    return visit.page("letter.html", letter=row, number=letter_number(letter), person=readers[letter], why=why)


@router.get("/letters/{letter}/pages")
@drawn_shortly
def letter_pages(letter: LetterKey, visit: RequestContext = Lookers) -> Response:
    """The pages of the letter, as printed or as they will be printed."""
    with visit.reading() as conn:
        readers = recipients(conn, [letter])
    visit.saw(Seen.LETTER, [View(key, None, letter_number(letter)) for key in readers.values()])
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{letter_number(letter)}.docx"
        write_again(visit.practice.database, letter, target, visit.practice.settings.letters)
        return pages_of(target, visit.work.lanes.drawn)


@router.post("/letters/{letter}/void")
def void(letter: LetterKey, visit: RequestContext = Workers) -> Response:
    """Void a letter that has not been sent."""
    with visit.transaction() as tx:
        void_letter(tx, letter, visit.typed.needed("reason", "Reason"))
    return visit.go(f"/letters/{letter}")


@router.post("/mail/preview")
@drawn_shortly
def preview_letter(visit: RequestContext = Lookers) -> Response:
    """The letter of a kind that an account would receive today, as pages; nothing is queued."""
    typed = visit.typed
    number, kind = typed.needed("number", "Account number"), must(typed.some("kind"), "Letter type")
    with visit.reading() as conn:
        row = account_row(conn, number)
    visit.saw(Seen.LETTER, [View(row.guarantor_id, row.id, f"preview of {kind}")])
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"preview-{kind}.docx"
        preview(mail_room(visit.practice, visit.who.name), number, letter_name(kind), visit.today, target)
        return pages_of(target, visit.work.lanes.drawn)
