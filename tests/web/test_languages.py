"""A person's language is chosen by its name, and told by it."""

import re

from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import DAY, Site


def test_the_language_is_chosen_by_name_and_told_by_name(site: Site) -> None:
    cleo = rows(site.practice.database, "SELECT id FROM person WHERE first_name = 'Cleo'")[0].id
    clerk, page = site.as_(Role.CLERK), f"/people/{cleo}"
    text = clerk.get(page).text
    assert '<option value="en" selected>English</option>' in text
    assert '<option value="vi">Vietnamese: calls with an interpreter, letters in English</option>' in text
    assert clerk.submit(f"{page}/contact", language="Spanish", seen=clerk.seen(page)).status_code == 422
    text = clerk.submit(f"{page}/contact", language="vi", phone="937-555-0155", seen=clerk.seen(page)).text
    assert "· Vietnamese ·" in text
    task = rows(site.practice.database, "SELECT id FROM task WHERE kind = 'call' AND guarantor_id = :p", p=cleo)[0].id
    grace = site.as_(Role.MANAGER)
    assert "· Vietnamese ·" in grace.get(f"/calls/{task}").text
    assert "· Vietnamese" in grace.get("/calls?whose=all").text


def test_a_code_that_the_list_has_not_stays_chosen(site: Site) -> None:
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE person SET language = 'es-mx' WHERE first_name = 'Cleo'")
    cleo = rows(site.practice.database, "SELECT id FROM person WHERE first_name = 'Cleo'")[0].id
    text = site.as_(Role.CLERK).get(f"/people/{cleo}").text
    assert re.search(r'<option value="es-mx" selected>Spanish \(es-mx\)</option>', text)
    assert len(re.findall(r"<option [^>]*selected>[^<]*Spanish", text)) == 1
