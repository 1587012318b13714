"""The pictures of screens in docs/pictures: captured in a browser from the demonstration's made-up practice.

`make pictures` captures them again, after a screen has changed.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.web.browsing import Desk, make_practice, query, serve

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDE: ViewportSize = {"width": 1366, "height": 768}


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen: the file without its extension, the user, the address on the workspace, a button to press first."""

    name: str
    who: str
    address: Callable[[Desk], str]
    press: str | None = None


def _at(path: str) -> Callable[[Desk], str]:
    return lambda _: path


def _of(path: str, text: str) -> Callable[[Desk], str]:
    """The address of a record that a query finds."""
    return lambda desk: path.format(query(desk, text)[0][0])


_CALL = "SELECT id FROM task WHERE kind = 'call' AND state = 'open' AND assigned_to = 'maria' ORDER BY id LIMIT 1"
_PERSON = (
    "SELECT guarantor_id FROM account WHERE id IN (SELECT account_id FROM hold WHERE kind = 'dispute') AND state = 'open' "
    "ORDER BY id LIMIT 1"
)

ALL = (
    Picture("my-calls", "maria", _at("/calls")),
    Picture("call", "maria", _of("/calls/{}", _CALL), press="Start call"),
    Picture("account", "leo", _of("/people/{}", _PERSON)),
    Picture("payments", "leo", _at("/payments")),
    Picture("files", "leo", _at("/files")),
    Picture("mail-room", "omar", _at("/mail")),
    Picture("batch", "omar", _of("/mail/batches/{}", "SELECT id FROM print_batch ORDER BY id DESC LIMIT 1")),
    Picture("docket", "priya", _at("/estates")),
    Picture("matter", "priya", _of("/estates/{}", "SELECT id FROM estate_matter ORDER BY id LIMIT 1")),
    Picture("dashboard", "grace", _at("/house")),
    Picture("agencies", "grace", _at("/house/agencies")),
    Picture("settings", "grace", _at("/house/settings")),
    Picture("schedule", "grace", _at("/schedules/patient-balance")),
    Picture("draft", "grace", _at("/schedules/patient-balance"), press="Start draft"),
    Picture("templates", "grace", _at("/templates")),
    Picture("stuck", "grace", _at("/stuck")),
    Picture("users", "ada", _at("/users")),
)


def main() -> None:
    """Capture every picture again."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        demo = make_practice(home)
        with serve(home, f"sqlite:///{home / 'pastdue.db'}", demo) as desk:
            pages: dict[str, Page] = {}
            for picture in ALL:
                if picture.who not in pages:
                    pages[picture.who] = desk.sign_in(picture.who)
                page = pages[picture.who]
                page.set_viewport_size(WIDE)
                page.goto(desk.url + picture.address(desk))
                if picture.press is not None:
                    page.get_by_role("button", name=picture.press).click()
                page.wait_for_load_state("networkidle")
                page.screenshot(path=PICTURES / f"{picture.name}.png")


if __name__ == "__main__":
    main()
