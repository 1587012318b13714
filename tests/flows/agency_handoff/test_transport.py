"""Files over a real SFTP server that drops the connection, is full, renames late or loses what it got: sent once, and
never called sent where it is not there."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pysequoia
import pytest

from flows.agency_handoff.files import transport
from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.files.export import settle_file
from flows.agency_handoff.files.sealing import BadKey, open_sealed, seal
from flows.agency_handoff.nightly import export, take_from_agencies
from flows.practice import Practice, practice_of
from flows.settings.contracts.terms import Seal, Sealing
from models.database import open_database
from models.enums import AgencyFileKind, AgencyFileState
from models.environment import Settings
from tests.conftest import TickingClock
from tests.flows.agency_handoff.agencies import (
    TODAY,
    begin,
    look,
    payment,
    publish,
    stay,
    terms_text,
    want,
    write,
)
from tests.sftp_server import Trouble, sftp_server
from tests.small_book import account_of, rows


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A server on this machine, with its folder and the keys to it."""
    with sftp_server(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture
def over_sftp(
    empty_sqlite: Path, tmp_path: Path, served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Practice]:
    """A practice whose agency is reached over SFTP, with an account that waits."""
    Trouble.reset()
    monkeypatch.setattr(transport, "SETTLE_SECONDS", 1.5)
    for one in ("in", "out"):
        shutil.rmtree(served["root"] / one)
        (served["root"] / one).mkdir()
    path = tmp_path / "pastdue.db"
    shutil.copy(empty_sqlite, path)
    database = open_database(f"sqlite:///{path}", TickingClock())
    practice = practice_of(database, Settings(tmp_path / "home", f"sqlite:///{path}"))
    shutil.copytree(served["keys"], tmp_path / "home" / "keys")
    begin(practice)
    publish(database, terms_text(transport=way(served)), terms_text("beacon"))
    yield practice
    database.close()


def way(served: dict[str, Any], known: str = "known", more: str = "") -> str:
    return (
        f"{{sftp: {{host: 127.0.0.1, port: {served['port']}, user: clinic, key: keys/id, known_hosts: keys/{known}, "
        f"put: /in, get: /out{more}}}}}"
    )


def there(served: dict[str, Any]) -> list[str]:
    return sorted(path.name for path in (served["root"] / "in").iterdir())


def file_state(practice: Practice) -> tuple[str, str | None]:
    row = rows(practice.database, "SELECT state, problem FROM agency_file WHERE sequence IS NOT NULL ORDER BY id")[0]
    return row[0], row[1]


def go(practice: Practice) -> dict[str, int]:
    want(practice.database, "A1")
    return look(practice)


NAME = "harbor-placement-20260601-0001.csv"


def test_a_file_arrives_whole_under_its_own_name(over_sftp: Practice, served: dict[str, Any]) -> None:
    go(over_sftp)
    assert there(served) == [NAME]
    assert file_state(over_sftp) == ("sent", None)
    mine = over_sftp.settings.home / "agencies" / "harbor" / "out" / NAME
    assert (served["root"] / "in" / NAME).read_bytes() == mine.read_bytes()


def test_when_the_connection_drops_the_rest_goes_later_and_what_is_there_is_not_sent_again(
    over_sftp: Practice, served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "BLOCK", 200)
    Trouble.drop_after = 400
    assert go(over_sftp)["agency_files_not_sent"] == 1
    assert file_state(over_sftp)[0] == "made"
    partly = (served["root"] / "in" / f".{NAME}.part").stat().st_size
    assert partly >= 400
    Trouble.written = 0
    export(agency_desk(over_sftp), TODAY)
    assert file_state(over_sftp) == ("sent", None)
    whole = (served["root"] / "in" / NAME).stat().st_size
    assert Trouble.written == whole - partly
    assert there(served) == [NAME]


def test_a_part_that_is_not_the_beginning_of_our_file_is_not_built_upon(
    over_sftp: Practice, served: dict[str, Any]
) -> None:
    (served["root"] / "in" / f".{NAME}.part").write_bytes(b"x" * 300)
    go(over_sftp)
    mine = over_sftp.settings.home / "agencies" / "harbor" / "out" / NAME
    assert (served["root"] / "in" / NAME).read_bytes() == mine.read_bytes()


def test_a_server_that_is_full_gets_it_once_there_is_room(over_sftp: Practice, served: dict[str, Any]) -> None:
    Trouble.full_after = 100
    assert go(over_sftp)["agency_files_not_sent"] == 1
    state, problem = file_state(over_sftp)
    assert state == "made" and "No space left" in (problem or "")
    Trouble.full_after = None
    export(agency_desk(over_sftp), TODAY)
    assert file_state(over_sftp) == ("sent", None) and there(served) == [NAME]


def test_a_server_that_renames_late_is_waited_for(over_sftp: Practice, served: dict[str, Any]) -> None:
    Trouble.rename = "late"
    go(over_sftp)
    assert file_state(over_sftp) == ("sent", None) and there(served) == [NAME]


def test_a_file_that_the_server_lost_while_naming_it_is_not_called_sent_and_not_sent_twice(
    over_sftp: Practice, served: dict[str, Any]
) -> None:
    Trouble.rename = "loses"
    go(over_sftp)
    assert file_state(over_sftp)[0] == "unsure"
    Trouble.rename = "at once"
    counts = export(agency_desk(over_sftp), TODAY)
    assert counts["agency_files_unsure"] == 1 and there(served) == []
    with over_sftp.database.transaction(actor="boss", business_date=TODAY) as tx:
        settle_file(tx, 1, AgencyFileState.MADE)
    export(agency_desk(over_sftp), TODAY)
    assert file_state(over_sftp) == ("sent", None) and there(served) == [NAME]


@pytest.mark.parametrize("when", ["drops after", "drops before"])
def test_a_connection_that_drops_at_the_rename_leads_to_one_file(
    over_sftp: Practice, served: dict[str, Any], when: str
) -> None:
    Trouble.rename = when
    go(over_sftp)
    assert file_state(over_sftp)[0] == "renaming"
    Trouble.rename = "at once"
    before = len(Trouble.uploads)
    export(agency_desk(over_sftp), TODAY)
    assert file_state(over_sftp) == ("sent", None) and there(served) == [NAME]
    assert len(Trouble.uploads) == before


def test_an_agency_that_takes_files_at_once_need_not_show_them(over_sftp: Practice, served: dict[str, Any]) -> None:
    publish(over_sftp.database, terms_text(transport=way(served, more=", taken_at_once: yes")), terms_text("beacon"))
    Trouble.rename = "loses"
    go(over_sftp)
    assert file_state(over_sftp) == ("sent", None)


def test_a_host_that_is_not_the_known_one_gets_nothing(over_sftp: Practice, served: dict[str, Any]) -> None:
    publish(over_sftp.database, terms_text(transport=way(served, "other")), terms_text("beacon"))
    go(over_sftp)
    state, problem = file_state(over_sftp)
    assert state == "made" and "has a different host key" in (problem or "")
    assert there(served) == []


def test_a_key_that_is_not_there_is_said_and_keeps_no_other_agency(over_sftp: Practice, served: dict[str, Any]) -> None:
    (over_sftp.settings.home / "keys" / "id").unlink()
    go(over_sftp)
    assert "the file was not found" in (file_state(over_sftp)[1] or "")


def test_another_file_of_the_same_name_is_not_overwritten(over_sftp: Practice, served: dict[str, Any]) -> None:
    (served["root"] / "in" / NAME).write_text("somebody else's")
    go(over_sftp)
    assert "a different file named" in (file_state(over_sftp)[1] or "")
    assert (served["root"] / "in" / NAME).read_text() == "somebody else's"


def test_a_file_changed_on_the_disk_does_not_go(over_sftp: Practice, served: dict[str, Any]) -> None:
    Trouble.full_after = 100
    go(over_sftp)
    mine = over_sftp.settings.home / "agencies" / "harbor" / "out" / NAME
    mine.write_text("changed")
    Trouble.full_after = None
    export(agency_desk(over_sftp), TODAY)
    assert "was changed after it was created" in (file_state(over_sftp)[1] or "")
    with over_sftp.database.transaction(actor="boss", business_date=TODAY) as tx:
        settle_file(tx, 1, AgencyFileState.OPEN)
    export(agency_desk(over_sftp), TODAY)
    assert file_state(over_sftp) == ("sent", None)


def test_what_the_agency_has_for_us_is_fetched_taken_in_and_taken_away_once(
    over_sftp: Practice, served: dict[str, Any]
) -> None:
    go(over_sftp)
    path = write(over_sftp, AgencyFileKind.PAYMENTS, [payment("A1", 100_00, "R1")])
    shutil.copy(path, served["root"] / "out" / path.name)
    (served["root"] / "out" / "harbor-returns-bad.csv").write_text("record\r\n")
    counts = take_from_agencies(agency_desk(over_sftp), TODAY)
    assert (counts["agency_files_taken"], counts["agency_files_refused"]) == (1, 1)
    assert account_of(over_sftp.database, "A1").balance_cents == 400_00
    assert [one.name for one in (served["root"] / "out").iterdir()] == ["harbor-returns-bad.csv"]
    shutil.copy(path, served["root"] / "out" / path.name)
    take_from_agencies(agency_desk(over_sftp), TODAY)
    assert account_of(over_sftp.database, "A1").balance_cents == 400_00


def keys_for(how: Seal, home: Path) -> Sealing:
    home.mkdir(parents=True, exist_ok=True)
    if how is Seal.AGE:
        identity: Any = pyrage.x25519.Identity.generate()
        (home / "ours.key").write_text(f"# made for tests\n{identity}\n")
        (home / "theirs.pub").write_text(f"{identity.to_public()}\n")
    else:
        secret = pysequoia.Tsk.generate("Harbor <files@harbor.example>")
        (home / "ours.key").write_text(str(secret))
        (home / "theirs.pub").write_text(str(secret.extract_certificate()))
    return Sealing(how, "theirs.pub", "ours.key")


@pytest.mark.parametrize("how", [Seal.AGE, Seal.PGP])
def test_a_sealed_file_opens_with_its_key_and_with_no_other(how: Seal, tmp_path: Path) -> None:
    keys = keys_for(how, tmp_path / "a")
    sealed = seal(b"record,balance", keys, tmp_path / "a")
    assert b"record" not in sealed
    assert open_sealed(sealed, keys, tmp_path / "a", f"file.csv.{how.value}") == b"record,balance"
    keys_for(how, tmp_path / "b")
    with pytest.raises(BadKey, match="can't be decrypted"):
        open_sealed(sealed, keys, tmp_path / "b", f"file.csv.{how.value}")
    with pytest.raises(BadKey, match="the key file was not found"):
        seal(b"", Sealing(how, "missing.pub"), tmp_path)
    (tmp_path / "junk.pub").write_text("junk")
    with pytest.raises(BadKey, match="is not a public key"):
        seal(b"", Sealing(how, "junk.pub"), tmp_path)


@pytest.mark.parametrize("how", [Seal.AGE, Seal.PGP])
def test_an_agency_that_wants_it_gets_sealed_files_and_may_send_them(over_sftp: Practice, how: Seal) -> None:
    home = over_sftp.settings.home
    keys_for(how, home / "keys")
    sealed = f"{{{how.value}: keys/theirs.pub, open_with: keys/ours.key}}"
    publish(over_sftp.database, terms_text(seal=sealed), terms_text("beacon"))
    go(over_sftp)
    (path,) = (home / "there" / "harbor" / "in").iterdir()
    assert path.name == f"{NAME}.{how.value}"
    opened = open_sealed(path.read_bytes(), Sealing(open_with="keys/ours.key"), home, path.name)
    # A needle of a whole line: two bytes of one stand in a random cipher text now and then.
    header = opened.splitlines()[0]
    assert b"A1" in opened
    assert len(header) > 20
    assert header not in path.read_bytes()
    plain = write(over_sftp, AgencyFileKind.PAYMENTS, [payment("A1", 100_00, "R1")])
    incoming = home / "there" / "harbor" / "out" / f"{plain.name}.{how.value}"
    incoming.parent.mkdir(parents=True)
    incoming.write_bytes(seal(plain.read_bytes(), Sealing(how, "keys/theirs.pub"), home))
    take_from_agencies(agency_desk(over_sftp), TODAY)
    assert account_of(over_sftp.database, "A1").balance_cents == 400_00
    assert stay(over_sftp.database).state == "placed"
