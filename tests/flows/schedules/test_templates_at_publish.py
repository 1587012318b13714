"""A schedule whose letters cannot be written as they should be is not published."""

import pytest

from flows.dunning.versions.publish import SHIPPED, kinds_sent, refuse_bad_templates
from letters.docx.shelf import SHIPPED as SHELF
from letters.docx.shelf import Shelf
from models.errors import Refused
from tests.letters.reading import document_xml, with_parts

TEXT = (SHIPPED / "patient-balance.yaml").read_text()


def test_a_schedule_names_the_letters_that_it_sends_and_encloses() -> None:
    assert {"reminder-1", "final-notice", "financial-assistance-summary", "paid-in-full"} <= set(kinds_sent(TEXT))


def test_the_shipped_letters_of_a_schedule_can_go() -> None:
    refuse_bad_templates(TEXT, Shelf())


@pytest.mark.parametrize("name", ["final-notice.docx", "final-notice.es.docx"])
def test_a_template_with_a_field_that_there_is_not_keeps_the_schedule_back(tmp_path, name: str) -> None:
    docx = (SHELF / name).read_bytes()
    xml = document_xml(docx).replace("{{ guarantor.name }}", "{{ guarantor.nmae }}").encode()
    (tmp_path / name).write_bytes(with_parts(docx, {"word/document.xml": xml}))
    with pytest.raises(Refused, match=r'did you mean "guarantor\.name"'):
        refuse_bad_templates(TEXT, Shelf((tmp_path, SHELF)))
