"""Files and void documents on the pages: for the desk, for the attorney of the matter, and for nobody else."""

from flows.users.keys import add_token
from models.user_enums import Role
from tests.scans import pdf
from tests.small_book import rows
from tests.web.site import DAY, NOON, Browser, Site
from tests.web.test_estates import desk, to_claim  # noqa: F401  (the fixture)


def upload(browser: Browser, path: str, content: bytes, kind: str = "stamped_copy", **more: str):
    fields = {"form_key": browser.key, "matter": "1", "kind": kind, **more}
    return browser.post(path, data=fields, files={"file": ("scan.pdf", content, "application/pdf")})


def test_the_desk_adds_a_file_opens_it_and_withdraws_it(desk: Site) -> None:  # noqa: F811
    priya = desk.as_(Role.ESTATE_DESK)
    got = upload(priya, "/estates/files", pdf(2), "letters")
    assert "File 1 added to E-000001" in got.text
    assert "Letters of appointment" in got.text
    back = priya.get("/estates/1/files/1")
    assert back.content == pdf(2)
    assert back.headers["content-disposition"] == 'attachment; filename="E-000001-file-1.pdf"'
    text = priya.submit("/estates/1/files/1/withdraw", why="the wrong estate").text
    assert "Withdrawn" in text and "the wrong estate" in text


def test_a_file_that_may_not_be_stored_says_what_to_choose(desk: Site) -> None:  # noqa: F811
    got = upload(desk.as_(Role.ESTATE_DESK), "/estates/files", b"MZ a program")
    assert got.status_code == 422
    assert "not a PDF, PNG, JPEG or TIFF" in got.text
    assert not rows(desk.practice.database, "SELECT 1 FROM estate_attachment")


def test_an_attorney_adds_and_reads_files_of_their_own_matter_only(desk: Site) -> None:  # noqa: F811
    priya, orin = desk.as_(Role.ESTATE_DESK), desk.as_(Role.ATTORNEY)
    to_claim(priya)
    upload(priya, "/estates/files", pdf(3), "death_certificate", private="yes")
    assert "matter 1 is not referred" in upload(orin, "/matters/files", pdf()).text.lower()
    priya.submit("/estates/1/refer", attorney="fenwicker", asked="File the claim", budget="1500", fee="hourly")
    text = upload(orin, "/matters/files", pdf()).text
    assert "File-stamped copy" in text and "Death certificate" not in text
    assert orin.get("/matters/1/files/2").content == pdf()
    assert orin.get("/matters/1/files/1").status_code in (404, 409)
    assert orin.get("/estates/1/files/2").status_code == 403
    assert "attorneys add stamped copies" in upload(orin, "/matters/files", pdf(4), "will").text.lower()
    priya.submit("/estates/1/refer", end="done")
    assert orin.get("/matters/1/files/2").status_code in (404, 409)


def test_who_opened_a_file_is_in_the_access_log(desk: Site) -> None:  # noqa: F811
    priya = desk.as_(Role.ESTATE_DESK)
    upload(priya, "/estates/files", pdf())
    priya.get("/estates/1/files/1")
    query = "SELECT about FROM patient_view WHERE what = 'estate_paper' ORDER BY id DESC"
    assert rows(desk.practice.database, query)[0].about == "E-000001 file 1"


def test_selected_documents_are_voided_and_shown_so(desk: Site) -> None:  # noqa: F811
    priya = desk.as_(Role.ESTATE_DESK)
    to_claim(priya)
    for _ in range(2):
        priya.submit("/estates/1/paper", kind="deadlines", title="Coordinator")
    got = priya.submit("/estates/1/void", paper=["E-000001/1", "E-000001/2"], why="made twice")
    assert "Voided: E-000001/1, E-000001/2" in got.text
    assert got.text.count('<strong class="kept">VOID</strong>') == 2
    assert "another matter" in priya.submit("/estates/1/void", paper="E-000002/1", why="x").text


def test_a_program_adds_reads_withdraws_and_voids(desk: Site) -> None:  # noqa: F811
    priya = desk.as_(Role.ESTATE_DESK)
    to_claim(priya)
    priya.submit("/estates/1/paper", kind="deadlines", title="Coordinator")
    with desk.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        secret = add_token(tx, "desk", [Role.ESTATE_DESK], NOON)
    key = {"Authorization": f"Bearer {secret}"}
    sent = {"files": {"file": ("x.pdf", pdf(), "application/pdf")}, "data": {"matter": "1", "kind": "will"}}
    assert priya.post("/api/estates/files", headers=key, **sent).json() == {"file": 1}
    assert priya.get("/api/estates/1/files/1", headers=key).content == pdf()
    why = {"why": "not of this estate"}
    assert priya.post("/api/estates/1/files/1/withdraw", json=why, headers=key).json() == {"done": 1}
    assert priya.post("/api/estates/1/void", json={"papers": [1], **why}, headers=key).json() == {"done": 1}
    shown = priya.get("/api/estates/1", headers=key).json()
    assert shown["files"][0]["withdrawn_why"] == shown["papers"][0]["void_reason"] == "not of this estate"
