"""A form that was not saved is shown again in the words of its own page."""

import re
from pathlib import Path

from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import Site
from web.forms.again import KEYS, LABELS, TICKS, shown

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
NAMED = (
    re.compile(r'kit\.(?:field|tick)\("([a-z0-9_]+)"'),
    re.compile(r'<(?:input|select|textarea|button)[^>]* name="([a-z0-9_]+)"'),
)
APART = {
    "family",
    "form_key",
    "seen",
    "username",
    "kept",
    "files",
    "logo",
    "template",
    "mapping",
    "password",
    "old_password",
    "new_password",
    "new_password_again",
    "half",
    "link",
}


def test_every_field_of_every_form_has_its_words() -> None:
    named = {name for path in TEMPLATES.glob("*.html") for one in NAMED for name in one.findall(path.read_text())}
    assert len(named) > 60
    assert named - APART - set(LABELS) - set(TICKS) - KEYS == set()


def test_what_was_chosen_from_a_list_is_told_in_words_and_is_no_box_to_type_in(site: Site) -> None:
    cleo, clerk = account_of(site.practice.database, "Cleo-1"), site.as_(Role.CLERK)
    page = f"/people/{cleo.guarantor_id}"
    got = clerk.submit(
        f"{page}/inbound/{cleo.creditor_id}/done",
        account=cleo.id,
        code="promise_to_pay",
        note="by check",
        on="2026-02-20",
        seen=clerk.seen(page),
    )
    assert got.status_code == 422
    main = got.text.split("<main")[1]
    assert "Call result (disposition): <strong>Promise to pay</strong>" in main
    assert re.search(r'<input type="hidden" name="code" value="promise_to_pay">', main)
    assert re.search(r'<input type="hidden" name="account" value="\d+">', main)
    assert re.search(r'<input class="form-control" id="again-\d+" name="note" value="by check">', main)
    assert ">Promise_to_pay" not in main


def test_a_box_that_was_ticked_is_a_box_and_labels_are_those_of_the_form(site: Site) -> None:
    cleo, clerk = account_of(site.practice.database, "Cleo-1"), site.as_(Role.CLERK)
    page = f"/people/{cleo.guarantor_id}"
    got = clerk.submit(
        f"{page}/contact", no_call_times="whenever", large_print="yes", language="es", seen=clerk.seen(page)
    )
    assert got.status_code == 422
    assert re.search(r'<label class="form-label" for="again-\d+">Do-not-call times</label>', got.text)
    assert re.search(r'type="checkbox" id="again-\d+" name="large_print" value="yes" checked', got.text)
    assert "Language: <strong>Spanish</strong>" in got.text
    sent = dict(re.findall(r'name="([a-z0-9_]+)" value="([^"]*)"', got.text.split("<main")[1]))
    again = clerk.post(f"{page}/contact", data={**sent, "no_call_times": "sun"})
    assert again.status_code == 200
    row = rows(site.practice.database, "SELECT language, no_call_times FROM person WHERE id = :p", p=cleo.guarantor_id)[
        0
    ]
    assert tuple(row) == ("es", "sun")


def test_a_subject_is_called_by_the_words_of_its_form() -> None:
    assert [one.label for one in shown([("oidc_subject", "x")])] == ["OIDC subject"]
