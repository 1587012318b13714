"""Files of a matter: checked by their content, kept as they came, in the packet and the audit packet, never deleted."""

import io
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from flows.correspondence.print_batches.pdf import can_make_pdf
from flows.estates.documents import file_check
from flows.estates.documents.attachments import NewFile, add_file, content_of, file_row, files_of, withdraw_file
from flows.estates.documents.commands import estate_desk
from flows.estates.documents.file_check import LARGEST_FILE, Media, as_pdf, checked_file
from flows.estates.documents.packet import make_packet, with_pdf
from flows.practice import Practice
from flows.reports.audit_packet import audit_packet
from models.errors import BadInput, NotPermitted, Refused
from models.estate_enums import AttachmentKind
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, die, harold, to_claim
from tests.scans import pdf, picture
from tests.small_book import history

STAMPED = AttachmentKind.STAMPED_COPY


@pytest.mark.parametrize(
    ("content", "media", "pages"),
    [
        (pdf(3), Media.PDF, 3),
        (picture("PNG"), Media.PNG, 1),
        (picture("JPEG"), Media.JPEG, 1),
        (picture("TIFF", 2), Media.TIFF, 2),
    ],
)
def test_a_scan_is_known_by_its_content(content: bytes, media: Media, pages: int) -> None:
    found = checked_file(content)
    assert (found.media, found.pages) == (media, pages)
    assert len(PdfReader(io.BytesIO(as_pdf(content, media))).pages) == pages


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a Word file", "not a PDF, PNG, JPEG or TIFF"),
        (b"<html>%PDF-1.7", "not a PDF, PNG, JPEG or TIFF"),
        (b"%PDF-1.7 and nothing more", "damaged"),
        (picture("PNG")[:60], "damaged"),
        (b"\xff\xd8\xff" + b"0" * 40, "damaged"),
        (pdf(password="secret"), "encrypted"),
        (pdf(script="app.alert('x')"), "active part"),
        (pdf(attached=True), "active part"),
        (b"%PDF-" + b"0" * LARGEST_FILE, "larger than 20 MB"),
        (pdf(501), "501 pages"),
    ],
)
def test_what_is_no_scan_is_refused_and_the_reason_is_said(content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        checked_file(content)


def test_a_picture_of_too_many_points_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_check, "MOST_PIXELS", 60 * 80 - 1)
    with pytest.raises(BadInput, match="too large"):
        checked_file(picture("PNG"))


def test_a_pdf_of_too_many_parts_is_not_walked_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_check, "MOST_OBJECTS", 5)
    with pytest.raises(BadInput, match="too many parts"):
        checked_file(pdf(3))


@pytest.fixture
def matter(practice: Practice) -> int:
    harold(practice.database)
    return die(practice.database)


def add(practice: Practice, matter: int, content: bytes, kind: AttachmentKind = STAMPED, **more: object) -> int:
    role = more.pop("role", Role.ESTATE_DESK)
    new = NewFile(kind, "scan of Harold.pdf", content, bool(more.pop("in_packet", True)))
    return act(practice.database, LATER, add_file, estate_desk(practice), matter, new, role)


def test_a_file_is_kept_as_it_came_with_its_digest_in_every_accounts_history(practice: Practice, matter: int) -> None:
    content = pdf(2)
    assert add(practice, matter, content) == 1
    with practice.database.reading() as conn:
        row = file_row(conn, matter, 1)
    assert content_of(practice.settings.home, row) == content
    assert "Harold" not in row.file
    for number in ("A1", "A2"):
        assert [kind for _, kind, _ in history(practice.database, number)].count("estate_file_added") == 1


def test_the_same_file_twice_is_stored_once_and_never_as_two_kinds(practice: Practice, matter: int) -> None:
    content = pdf()
    assert [add(practice, matter, content), add(practice, matter, content)] == [1, 1]
    with pytest.raises(Refused, match=r"the same file is file 1 \(File-stamped copy\)"):
        add(practice, matter, content, AttachmentKind.WILL)


def test_a_file_that_was_altered_or_lost_is_refused_where_it_is_read(practice: Practice, matter: int) -> None:
    add(practice, matter, pdf())
    with practice.database.reading() as conn:
        row = file_row(conn, matter, 1)
    path: Path = practice.settings.home / row.file
    path.write_bytes(pdf(width=301))
    with pytest.raises(Refused, match="was altered since it was added"):
        content_of(practice.settings.home, row)
    path.unlink()
    with pytest.raises(Refused, match="is missing"):
        content_of(practice.settings.home, row)


def test_an_attorney_adds_papers_of_the_court_and_no_others(practice: Practice, matter: int) -> None:
    assert add(practice, matter, pdf(), role=Role.ATTORNEY) == 1
    with pytest.raises(NotPermitted, match="stamped copies, disallowances and letters"):
        add(practice, matter, pdf(2), AttachmentKind.DEATH_CERTIFICATE, role=Role.ATTORNEY)


def test_a_withdrawn_file_stays_with_its_reason_and_goes_into_no_packet(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    add(practice, matter, pdf(2))
    add(practice, matter, picture("TIFF", 2), AttachmentKind.DISALLOWANCE)
    add(practice, matter, picture("PNG"), AttachmentKind.DEATH_CERTIFICATE, in_packet=False)
    with pytest.raises(BadInput, match="why"):
        act(practice.database, LATER, withdraw_file, matter, 1, " ")
    act(practice.database, LATER, withdraw_file, matter, 1, "of another matter")
    with pytest.raises(Refused, match="already withdrawn"):
        act(practice.database, LATER, withdraw_file, matter, 1, "again")
    made = act(practice.database, LATER, make_packet, estate_desk(practice), matter, ("Priya Raman", "Coordinator"))
    names = [one["name"] for one in made.files]
    assert "file-02-disallowance.tif" in names
    assert not [name for name in names if name.startswith(("file-01", "file-03"))]
    with practice.database.reading() as conn:
        assert [row.withdrawn_why for row in files_of(conn, matter)] == ["of another matter", None, None]
    audit = audit_packet(practice, "A1", LATER)
    with zipfile.ZipFile(io.BytesIO(audit.content)) as packed:
        inside = [name for name in packed.namelist() if name.startswith("estate/")]
        assert packed.read("estate/E-000001/withdrawn/file-01-stamped-copy.pdf") == pdf(2)
    assert inside == [
        "estate/E-000001/withdrawn/file-01-stamped-copy.pdf",
        "estate/E-000001/file-02-disallowance.tif",
        "estate/E-000001/file-03-death-certificate.png",
    ]


@pytest.mark.long
@pytest.mark.skipif(not can_make_pdf(), reason="LibreOffice is not installed")
def test_the_packets_pdf_ends_with_the_pages_of_its_files(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    add(practice, matter, pdf(2, width=333))
    desk = estate_desk(practice)
    made = with_pdf(act(practice.database, LATER, make_packet, desk, matter, ("Priya Raman", "Coordinator")))
    assert made.pdf is not None, made.pdf_problem
    assert [int(page.mediabox.width) for page in PdfReader(made.pdf).pages][-2:] == [333, 333]
