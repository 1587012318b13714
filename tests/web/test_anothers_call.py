"""A call that somebody else has taken."""

from tests.small_book import rows
from tests.web.site import Site


def test_whose_call_it_is_stands_on_the_page_and_nobody_else_can_take_it(site: Site) -> None:
    first = rows(site.practice.database, "SELECT id FROM task WHERE kind = 'call' ORDER BY id")[0].id
    maria, sam = site.as_("maria"), site.as_("sam")
    assert "Start call" in sam.get(f"/calls/{first}").text
    maria.submit(f"/calls/{first}/take")
    text = sam.get(f"/calls/{first}").text
    assert "Maria is on a call with this guarantor" in text
    assert f'action="/calls/{first}/take"' not in text
    assert "is on a call with" not in maria.get(f"/calls/{first}").text
    maria.submit(f"/calls/{first}/back")
    assert "Start call" in sam.get(f"/calls/{first}").text
