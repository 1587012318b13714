"""The forms of agencies' tables: licenses, files, pools and columns, each with history, the way back and conflicts."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from flows.agency_handoff.commands import publish_agency, publish_layout, publish_pools
from flows.agency_handoff.files.desk import layout_named
from flows.agency_handoff.files.layout_file import shipped_layouts
from flows.practice_tables import table_now
from flows.settings.contracts.queries import agencies_now
from flows.settings.contracts.terms import Agencies, Folder, Seal, Sftp
from models.enums import AgencyFileKind, PayerClass
from models.user_enums import Role
from tests.flows.agency_handoff.agencies import terms_text
from tests.web.site import DAY, Browser, Site

HARBOR, POOLS, CSV = "/house/tables/agency:harbor", "/house/tables/agency-pools", "/house/tables/layout:plain-csv"
LICENSES = "[{number: OH-1, state: OH, until: 2027-12-31}, {state: KY, number: KY-7, until: 2026-03-01}]  # as filed"
TEXT = "pools:\n  primary:  # the first\n    champion: harbor\n    agencies: [{agency: harbor, weight: 80}]\n"

Form = dict[str, Any]


@pytest.fixture
def manager(site: Site) -> Browser:
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        publish_agency(tx, terms_text(licences=LICENSES), "harbor.yaml", "first contract")
        publish_agency(tx, terms_text("beacon"), "beacon.yaml", "second")
        publish_pools(tx, TEXT, "pools.yaml", "begin")
    return site.as_(Role.MANAGER)


def form_of(manager: Browser, at: str, part: str, **changed: str | list[str]) -> Form:
    """A form as a browser would send it: fields that come several times are lists."""
    path = at.partition("?")[0]
    page = manager.get(at).text
    form = page[page.index(f'action="{path}/{part}"') :]
    fields: dict[str, list[str]] = {}
    for tag, inner in re.findall(
        r"(<input[^>]*>|<select[^>]*>)((?:(?!</select>|<input|<select).)*)", form[: form.index("</form>")]
    ):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or name[1] == "form_key" or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        if tag.startswith("<select"):
            chosen = re.search(r"<option([^>]*) selected>([^<]*)", inner) or re.search(r"<option([^>]*)>([^<]*)", inner)
            assert chosen is not None
            given = re.search(r'value="([^"]*)"', chosen[1])
            fields.setdefault(name[1], []).append(given[1] if given else chosen[2])
        else:
            fields.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    many = {"license_state", "license_number", "license_until", "weight", "weight_pool", "weight_agency", "leave_out"}
    many |= {"pool_name", "champion", "pool_together", "pool_notice"}
    return {
        name: values if name in many or name.startswith("column_") else values[0] for name, values in fields.items()
    } | changed


def both(form: Form, changed: Form) -> Form:
    """A form with some fields changed."""
    return form | changed


def agencies(site: Site) -> Agencies:
    with site.practice.database.reading() as conn:
        return agencies_now(conn)


def text_now(site: Site, name: str) -> str:
    with site.practice.database.reading() as conn:
        return table_now(conn, name).text


def test_licenses_are_renewed_added_and_removed_by_their_form(site: Site, manager: Browser) -> None:
    page = manager.get(HARBOR).text
    assert "682 days left" in page and "12 days left" in page, "Ohio and Kentucky, on Feb 17, 2026"
    mine = form_of(manager, HARBOR, "licenses", reason="renewed")
    assert mine["license_state"] == ["OH", "KY", "", ""] and mine["license_until"] == [
        "2027-12-31",
        "2026-03-01",
        "",
        "",
    ]
    assert "same as the version in force" in manager.submit(f"{HARBOR}/licenses", **mine).text
    changed: Form = {
        "license_state": ["OH", "KY", "IN", ""],
        "license_number": ["OH-1", "", "IN-9", ""],
        "license_until": ["2028-12-31", "", "2027-01-31", ""],
        "no_license": "mi, WV",
    }
    page = manager.submit(f"{HARBOR}/licenses", **both(mine, changed)).text
    assert "version 2 published" in page and "renewed" in page
    assert "License in Ohio: valid through: Dec 31, 2028 (before: Dec 31, 2027)." in page
    assert "License in Kentucky is removed" in page
    assert "License in Indiana is added: number: IN-9; valid through: Jan 31, 2027." in page
    assert "No license needed: MI, WV (before: none)." in page
    terms = agencies(site).terms["harbor"]
    assert [(one.state, one.number, one.until) for one in terms.licences] == [
        ("OH", "OH-1", date(2028, 12, 31)),
        ("IN", "IN-9", date(2027, 1, 31)),
    ]
    assert terms.no_licence_needed == {"MI", "WV"} and "# as filed" in text_now(site, "agency:harbor")
    back = manager.submit(f"{HARBOR}/rollback", version=1, reason="not renewed").text
    assert "version 3 published" in back and len(agencies(site).terms["harbor"].licences) == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"license_state": ["OH", "OH", "", ""]}, "Licenses: OH is listed twice"),
        ({"license_state": ["", "KY", "", ""]}, "Licenses: a line has no state"),
        ({"license_until": ["", "2026-03-01", "", ""]}, "Valid through: is required"),
        ({"license_number": ["", "KY-7", "", ""]}, "License number: is required"),
        ({"no_license": "Indiana"}, "States where no license is needed: &#34;INDIANA&#34;"),
        ({"reason": ""}, "Reason is required"),
    ],
)
def test_a_wrong_license_is_refused_by_its_label(manager: Browser, changed: Form, says: str) -> None:
    got = manager.submit(f"{HARBOR}/licenses", **both(form_of(manager, HARBOR, "licenses", reason="x"), changed))
    assert got.status_code == 422 and says in got.text


def test_two_managers_change_licenses_and_files_and_neither_is_lost(site: Site, manager: Browser) -> None:
    first = form_of(manager, HARBOR, "licenses", reason="renewed")
    first["license_until"] = ["2028-12-31", "2026-03-01", "", ""]
    second = form_of(manager, HARBOR, "licenses", reason="moved", no_license="WV")
    second["license_number"] = ["OH-1", "KY-8", "", ""]
    assert manager.submit(f"{HARBOR}/licenses", **first).status_code == 200
    late = manager.submit(f"{HARBOR}/licenses", **second)
    assert late.status_code == 409 and "License in Ohio: valid through: Dec 31, 2028" in late.text
    assert "version 3 published" in manager.submit(f"{HARBOR}/licenses", **both(second, {"seen": "2"})).text
    found = {one.state: (one.number, one.until.year) for one in agencies(site).terms["harbor"].licences}
    assert found == {"OH": ("OH-1", 2028), "KY": ("KY-8", 2026)}


def test_files_go_over_sftp_instead_of_a_folder_and_no_key_is_shown(site: Site, manager: Browser) -> None:
    home = site.practice.settings.home
    (home / "keys").mkdir(parents=True)
    (home / "keys" / "harbor").write_text("BEGIN PRIVATE KEY secret-of-ours")
    mine = form_of(manager, HARBOR, "files", reason="they have a server")
    assert (mine["transport"], mine["folder_put"], mine["layout"]) == ("folder", "there/harbor/in", "plain-csv")
    sftp = {"transport": "sftp", "sftp_host": "files.harbor.example", "sftp_user": "clinic", "sftp_put": "/in"}
    sent = (
        mine | sftp | {"sftp_known_hosts": "keys/hosts", "layout": "fixed-400", "seal": "pgp", "seal_key": "keys/h.asc"}
    )
    lacking = manager.submit(f"{HARBOR}/files", **sent)
    assert lacking.status_code == 422 and "File of our key is required" in lacking.text
    page = manager.submit(f"{HARBOR}/files", **both(sent, {"sftp_key": "keys/harbor", "taken_at_once": "yes"})).text
    assert "version 2 published" in page and "secret-of-ours" not in page and 'value="keys/harbor"' in page
    terms = agencies(site).terms["harbor"]
    assert terms.transport == Sftp(
        "files.harbor.example", "clinic", "keys/harbor", "keys/hosts", put="/in", taken_at_once=True
    )
    assert (terms.layout, terms.sealing.seal, terms.sealing.for_key) == ("fixed-400", Seal.PGP, "keys/h.asc")
    back = form_of(manager, HARBOR, "files", reason="their server is gone", transport="folder", folder_put="x", seal="")
    assert "version 3 published" in manager.submit(f"{HARBOR}/files", **back).text
    terms = agencies(site).terms["harbor"]
    assert (terms.transport, terms.sealing.seal) == (Folder("x"), Seal.NONE)


def test_a_layout_that_lacks_a_file_is_refused_at_the_form(site: Site, manager: Browser) -> None:
    text = shipped_layouts()["plain-csv"].read_text("utf-8").replace("layout: plain-csv", "layout: mine")
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        publish_layout(tx, text[: text.index("  update:")], "mine.yaml")
    mine = form_of(manager, HARBOR, "files", reason="own layout", layout="mine")
    got = manager.submit(f"{HARBOR}/files", **mine)
    assert got.status_code == 422 and "does not define a update file" in got.text
    assert manager.submit(f"{HARBOR}/files", **both(mine, {"layout": "none-such"})).status_code == 422
    assert agencies(site).terms["harbor"].layout == "plain-csv"


def test_pools_are_weighed_added_and_removed_by_their_form(site: Site, manager: Browser) -> None:
    mine = form_of(manager, POOLS, "pools", reason="a second agency")
    assert mine["weight_agency"] == ["beacon", "harbor"] * 2 and mine["weight"] == ["", "80", "", ""]
    changed: Form = {
        "weight": ["20", "80", "100", ""],
        "new_pool": "secondary",
        "pool_notice": ["yes", "no"],
        "leave_out": ["primary:medicare", "+new:tricare"],
    }
    page = manager.submit(f"{POOLS}/pools", **both(mine, changed)).text
    assert "version 2 published" in page and "80% of guarantors" in page
    assert "Pool primary: weight of beacon is added: 20." in page and "Pool secondary is added" in page
    assert "Pool primary: payer classes left out: Medicare (before: none)." in page
    pools = agencies(site).pools
    assert {one.terms.code: one.weight for one in pools["primary"].members} == {"harbor": 80, "beacon": 20}
    assert pools["primary"].leave_out == {PayerClass.MEDICARE} and pools["primary"].notice_letter
    assert [one.terms.code for one in pools["secondary"].members] == ["beacon"]
    assert "# the first" in text_now(site, "agency-pools")
    gone = form_of(manager, POOLS, "pools", reason="one is enough")
    gone["weight"] = ["20", "80", "", "", "", ""]
    assert "Pool secondary is removed" in manager.submit(f"{POOLS}/pools", **gone).text
    assert list(agencies(site).pools) == ["primary"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"weight": ["", "x", "", ""]}, "must be a whole number; &#34;x&#34; is not"),
        ({"weight": ["", "", "", ""]}, "no pool has an agency with a weight"),
        ({"weight": ["", "0", "", ""]}, "no agency has a weight above 0"),
        ({"champion": ["beacon", ""]}, "Champion: &#34;beacon&#34; is not in the pool"),
        ({"new_pool": "secondary"}, "New pool: name and weights belong together"),
        ({"new_pool": "Not a name", "weight": ["", "80", "9", ""]}, "Pools"),
    ],
)
def test_a_wrong_pool_is_refused_by_its_label(site: Site, manager: Browser, changed: Form, says: str) -> None:
    got = manager.submit(f"{POOLS}/pools", **both(form_of(manager, POOLS, "pools", reason="x"), changed))
    assert got.status_code == 422 and says in got.text
    assert text_now(site, "agency-pools") == TEXT


def columns_now(site: Site, kind: AgencyFileKind = AgencyFileKind.PLACEMENT, name: str = "plain-csv") -> list[str]:
    with site.practice.database.reading() as conn:
        return [cell.title for cell in layout_named(conn, name).files[kind].line]


def test_columns_are_moved_named_added_and_removed_by_their_form(site: Site, manager: Browser) -> None:
    assert "File layout plain-csv" in manager.get("/house/tables").text
    before = columns_now(site)
    mine = form_of(manager, CSV, "columns", reason="as Harbor wants it")
    keys, places, titles = (list(mine[f"column_{one}"]) for one in ("key", "place", "title"))
    assert "same as the version in force" in manager.submit(f"{CSV}/columns", **mine).text
    places[keys.index("field balance")] = "1.5"
    titles[keys.index("field balance")] = "AMT"
    keys[len(before)], titles[len(before)], places[len(before)] = "field country", "CTRY", "2.5"
    changed: Form = {"column_key": keys, "column_place": places, "column_title": titles}
    page = manager.submit(f"{CSV}/columns", **both(mine, changed), column_gone=["field tier", "field rate"]).text
    assert "version 1 published" in page and "Placement file, column country is added" in page
    assert "Placement file, column balance: title is added: AMT." in page
    assert "Placement file, column tier is removed" in page
    after = columns_now(site)
    assert after[:4] == ["record", "AMT", "account_number", "CTRY"]
    assert set(before) - set(after) == {"balance", "tier", "rate"}
    assert text_now(site, "layout:plain-csv").startswith("# A plain CSV")
    assert "In force: the shipped table" in manager.submit(f"{CSV}/rollback", version=0, reason="no").text
    assert columns_now(site) == before


def test_columns_of_another_file_and_of_a_fixed_layout(site: Site, manager: Browser) -> None:
    mine = form_of(manager, f"{CSV}?file=update", "columns", reason="their word")
    titles = list(mine["column_title"])
    titles[list(mine["column_key"]).index("field on")] = "DATE"
    assert "version 1 published" in manager.submit(f"{CSV}/columns", **both(mine, {"column_title": titles})).text
    assert "DATE" in columns_now(site, AgencyFileKind.UPDATE)
    fixed = "/house/tables/layout:fixed-400"
    mine = form_of(manager, fixed, "columns", reason="narrower")
    widths = list(mine["column_width"])
    assert widths[1] == "20"
    widths[1] = ""
    got = manager.submit(f"{fixed}/columns", **both(mine, {"column_width": widths}))
    assert got.status_code == 422 and "requires a width in a fixed layout" in got.text and "Columns, line 2" in got.text
    widths[1] = "18"
    got = manager.submit(f"{fixed}/columns", **both(mine, {"column_width": widths}))
    assert "version 1 published" in got.text
    assert manager.get(f"{fixed}?file=nothing").status_code == 404


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("column_place", "first", "Place: must be a number such as 3; &#34;first&#34; is not"),
        ("column_title", "account_number", "two columns have the title"),
        ("column_gone", "field balance", "balance is missing; add it"),
    ],
)
def test_a_wrong_column_is_refused(site: Site, manager: Browser, key: str, value: str, says: str) -> None:
    mine = form_of(manager, CSV, "columns", reason="x")
    if key == "column_gone":
        mine[key] = [value]
    else:
        values = list(mine[key])
        values[0] = value
        mine[key] = values
    got = manager.submit(f"{CSV}/columns", **mine)
    assert got.status_code == 422 and says in got.text
    with site.practice.database.reading() as conn:
        assert table_now(conn, "layout:plain-csv").shipped


def test_two_managers_change_two_columns_and_neither_is_lost(site: Site, manager: Browser) -> None:
    def renamed(field: str, title: str) -> Form:
        mine = form_of(manager, CSV, "columns", reason=title)
        titles = list(mine["column_title"])
        titles[list(mine["column_key"]).index(f"field {field}")] = title
        return mine | {"column_title": titles}

    first, second = renamed("city", "TOWN"), renamed("state", "ST")
    assert manager.submit(f"{CSV}/columns", **first).status_code == 200
    late = manager.submit(f"{CSV}/columns", **second)
    assert late.status_code == 409 and "column city: title is added: TOWN" in late.text
    assert "version 2 published" in manager.submit(f"{CSV}/columns", **both(second, {"seen": "1"})).text
    assert {"TOWN", "ST"} <= set(columns_now(site))


def test_only_a_manager_changes_the_tables_of_agencies(site: Site, manager: Browser) -> None:
    auditor = site.as_(Role.AUDITOR)
    for at in (HARBOR, POOLS, CSV):
        page = auditor.get(at).text
        assert "<fieldset disabled>" in page and ">Publish<" not in page
    for path in (f"{HARBOR}/licenses", f"{HARBOR}/files", f"{POOLS}/pools", f"{CSV}/columns"):
        assert auditor.submit(path, reason="x").status_code == 403
