"""A court's blank form: its fields are read and checked, and it is filled. Scripts do not go along. Pure."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pypdf import PdfReader, PdfWriter
from pypdf.constants import UserAccessPermissions
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject

from flows.estates.documents.court_forms import FormText
from flows.estates.documents.file_check import LARGEST_FILE, read_pdf
from letters.estate.form_values import FormValue
from models.errors import BadInput, Refused


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form: its name, whether it is a text or a box, and the values of a box."""

    name: str
    is_text: bool
    states: tuple[str, ...] = ()


def read_blank(content: bytes) -> PdfReader:
    """A court's blank form. Raises BadInput for a file that is no PDF, needs a password, or may not be filled."""
    if not content.startswith(b"%PDF-") or len(content) > LARGEST_FILE:
        raise BadInput("the file is not a PDF of up to 20 MB", "download the form from the court again")
    reader = read_pdf(content)
    if not reader.is_encrypted:
        return reader
    try:
        opened = bool(reader.decrypt(""))
    except (PyPdfError, NotImplementedError) as error:
        raise BadInput("the form can't be read", "download the form from the court again") from error
    if not opened:
        raise BadInput("the form needs a password", "download the court's own blank form")
    allowed = reader.user_access_permissions
    if allowed is not None and not allowed & UserAccessPermissions.FILL_FORM_FIELDS:
        raise BadInput("the court does not allow this form to be filled", "use the sheet with its entries")
    return reader


def fields_of(content: bytes) -> tuple[FormField, ...]:
    """The fields of a blank form, in its order. Raises BadInput for a form without fields."""
    reader = read_blank(content)
    try:
        found = reader.get_fields() or {}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("the form is damaged", "download it from the court again") from error
    fields = tuple(
        FormField(
            name, one.field_type == "/Tx", tuple(str(state) for state in one.get("/_States_", ()) if state != "/Off")
        )
        for name, one in found.items()
        if one.field_type in ("/Tx", "/Btn", "/Ch")
    )
    if not fields:
        raise BadInput("the PDF has no fields to fill", "use a form that the court gives as fillable")
    return fields


def check_blank(content: bytes, form: FormText) -> tuple[FormField, ...]:
    """The fields of a blank, if it has each that the table names. Raises BadInput with those that are missing."""
    fields = fields_of(content)
    there = {one.name: one for one in fields}
    missing = [name for name in (*form.fields, *form.ticks) if name not in there]
    if missing:
        raise BadInput(
            f"form {form.number} has no field {_listed(missing)}",
            "it may be another edition: list its fields, and correct the table court-forms",
        )
    wrong = [name for name, value in form.ticks.items() if there[name].states and value not in there[name].states]
    if wrong:
        can = ", ".join(there[wrong[0]].states)
        raise BadInput(f"the box {wrong[0]} of form {form.number} can be {can}", "correct the table court-forms")
    return fields


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"


def filled(content: bytes, form: FormText, values: Mapping[FormValue, str]) -> bytes:
    """The form with its fields filled. Raises Refused if a field did not take its value."""
    entries: dict[str, str] = {name: values[value] for name, value in form.fields.items()}
    entries |= form.ticks
    reader = read_blank(content)
    # Not as a context manager: entering one empties a writer that was made from another PDF.
    writer = PdfWriter(clone_from=reader)
    _drop_scripts(writer)
    for page in writer.pages:
        if "/Annots" in page:
            writer.update_page_form_field_values(page, cast(Any, entries), auto_regenerate=False)
    made = io.BytesIO()
    writer.write(made)
    _check_filled(made.getvalue(), form, entries)
    return made.getvalue()


def _drop_scripts(writer: PdfWriter) -> None:
    """Without what makes the form act: its scripts would run on our entries, and a court's intake may refuse them."""
    root = writer.root_object
    for key in ("/OpenAction", "/AA"):
        root.pop(NameObject(key), None)
    names = root.get("/Names")
    if names is not None:
        cast(DictionaryObject, names.get_object()).pop(NameObject("/JavaScript"), None)
    acro = root.get("/AcroForm")
    if acro is not None:
        cast(DictionaryObject, acro.get_object()).pop(NameObject("/XFA"), None)
    for page in writer.pages:
        page.pop(NameObject("/AA"), None)
        for annotation in cast(Any, page.get("/Annots") or ()):
            held = annotation.get_object()
            held.pop(NameObject("/AA"), None)
            held.pop(NameObject("/A"), None)


def _check_filled(content: bytes, form: FormText, entries: Mapping[str, str]) -> None:
    found = PdfReader(io.BytesIO(content)).get_fields() or {}
    wrong = [
        name
        for name, value in entries.items()
        if value and (name not in found or str(found[name].value or "") != value)
    ]
    if wrong:
        raise Refused(
            f"form {form.number} did not take its entry for {_listed(wrong)}",
            "correct the table court-forms, or write the document without the form",
        )
