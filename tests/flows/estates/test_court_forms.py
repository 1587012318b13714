"""Court forms: a blank is checked by its field names and filled as PDF; without one the sheet is written as before."""

import io

import pytest
from pypdf import PdfReader

from flows.estates.documents.blanks import add_blank, form_lines
from flows.estates.documents.commands import estate_desk
from flows.estates.documents.court_forms import SHIPPED, TABLE, form_for, forms_from
from flows.estates.documents.file_check import scripts_in
from flows.estates.documents.form_pdf import check_blank, fields_of, filled
from flows.estates.documents.packet import make_packet
from flows.practice import Practice
from flows.practice_tables import publish_table
from flows.settings.tables.yaml_text import BadSchedule
from letters.estate.form_values import FormValue
from models.errors import BadInput, NotFound
from tests.flows.estates.estates import LATER, act, die, harold, holder, paper, to_claim
from tests.scans import fillable, pdf

OHIO = """
forms:
  oh-claim:
    state: OH
    number: C-1
    name: Claim against an estate
    paper: claim
    url: https://court.example/forms
    fields: {Creditor Name: creditor, Estate of: decedent, Case: case_number, Total: amount, Died: date_of_death}
    ticks: {Sworn: /Yes}
    source: a form of this test
    read_on: 2026-03-01
    confidence: high
"""
NAMES = ("Creditor Name", "Estate of", "Case", "Total", "Died", "Signature")
FORM = forms_from(OHIO)["oh-claim"]


def value_of(content: bytes, name: str) -> str:
    return str((PdfReader(io.BytesIO(content)).get_fields() or {})[name].value or "")


def test_the_shipped_rows_say_where_they_are_from_and_fill_nothing_that_was_not_read() -> None:
    forms = forms_from(SHIPPED.read_text("utf-8"))
    assert {form.number for form in forms.values()} == {"DE-172", "PC 570", "371ES", "PR-1819"}
    assert all(form.source and not form.fields for form in forms.values())
    assert form_for(forms, "claim-ca", "CA") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OHIO.replace("state: OH", "state: Ohio"), "is not a state"),
        (OHIO.replace("paper: claim", "paper: clam"), '"clam" is not a document'),
        (OHIO.replace("Case: case_number", "Case: docket"), "fields.Case"),
        (OHIO.replace("url: https:", "url: http:"), "url"),
        (OHIO + OHIO.split("forms:\n")[1].replace("oh-claim", "oh-other"), "same document and state as oh-claim"),
    ],
)
def test_a_table_of_forms_that_cannot_be_used_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadSchedule, match=says):
        forms_from(text)


def test_the_fields_of_a_blank_are_listed_with_the_values_of_its_boxes() -> None:
    fields = {one.name: one for one in fields_of(fillable(("Case",), ("Sworn",)))}
    assert fields["Case"].is_text and fields["Sworn"].states == ("/Yes",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK a Word file", "not a PDF"),
        (pdf(), "no fields to fill"),
        (pdf(password="secret"), "needs a password"),
        (fillable(NAMES[1:], ("Sworn",)), "form C-1 has no field Creditor Name"),
        (fillable(NAMES), "form C-1 has no field Sworn"),
    ],
)
def test_a_blank_that_is_not_this_form_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        check_blank(content, FORM)


def test_a_box_that_has_no_such_value_is_refused() -> None:
    on = FORM.model_copy(update={"ticks": {"Sworn": "/On"}})
    with pytest.raises(BadInput, match="the box Sworn of form C-1 can be /Yes"):
        check_blank(fillable(NAMES, ("Sworn",)), on)


@pytest.mark.parametrize("blank", [fillable(NAMES, ("Sworn",)), fillable(NAMES, ("Sworn",), "app.alert(1)", "owner")])
def test_a_filled_form_has_its_entries_no_script_and_no_signature(blank: bytes) -> None:
    values = dict.fromkeys(FormValue, "") | {FormValue.CREDITOR: "Maple Street Clinic", FormValue.AMOUNT: "$200.00"}
    made = filled(blank, FORM, values)
    assert (value_of(made, "Creditor Name"), value_of(made, "Total")) == ("Maple Street Clinic", "$200.00")
    assert (value_of(made, "Sworn"), value_of(made, "Signature")) == ("/Yes", "")
    assert scripts_in(PdfReader(io.BytesIO(made))) is None


@pytest.fixture
def matter(practice: Practice) -> int:
    harold(practice.database)
    found = die(practice.database)
    to_claim(practice, found)
    act(practice.database, LATER, publish_table, TABLE, OHIO, "forms.yaml", "the form of our court")
    return found


def test_a_blank_is_kept_by_version_and_the_same_one_once(practice: Practice, matter: int) -> None:
    blank = fillable(NAMES, ("Sworn",))
    added = [act(practice.database, LATER, add_blank, "oh-claim", content, "2026") for content in (blank, blank)]
    assert added == [1, 1]
    assert act(practice.database, LATER, add_blank, "oh-claim", fillable((*NAMES, "New"), ("Sworn",)), "2027") == 2
    with practice.database.reading() as conn:
        (line,) = form_lines(conn)
    assert (line.version, line.edition, line.mapped) == (2, "2027", 6)
    with pytest.raises(NotFound, match='no form "oh-other"'):
        act(practice.database, LATER, add_blank, "oh-other", blank, "2026")


def test_a_claim_is_the_courts_form_once_its_blank_is_there_and_in_the_packet(practice: Practice, matter: int) -> None:
    before = paper(practice, matter, "claim", holder(practice.database, matter))
    assert before.file.suffix == ".docx"
    act(practice.database, LATER, add_blank, "oh-claim", fillable(NAMES, ("Sworn",)), "2026")
    made = paper(practice, matter, "claim", holder(practice.database, matter))
    content = made.file.read_bytes()
    assert made.file.name == "02-claim.pdf"
    said = [value_of(content, name) for name in NAMES]
    assert said == ["Maple Street Clinic", "Harold Tester", "26-EST-1", "$200.00", "February 1, 2026", ""]
    packet = act(practice.database, LATER, make_packet, estate_desk(practice), matter, ("Priya Raman", "Coordinator"))
    assert any(one["name"].endswith("-claim.pdf") for one in packet.files)


def test_another_edition_in_the_table_than_the_blank_is_refused_and_not_filled_half(
    practice: Practice, matter: int
) -> None:
    act(practice.database, LATER, add_blank, "oh-claim", fillable(NAMES, ("Sworn",)), "2026")
    changed = OHIO.replace("Case: case_number", "Docket No: case_number")
    act(practice.database, LATER, publish_table, TABLE, changed, "forms.yaml", "the new edition")
    with pytest.raises(BadInput, match="form C-1 has no field Docket No"):
        paper(practice, matter, "claim", holder(practice.database, matter))
