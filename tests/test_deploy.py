"""The container, the compose file and the system services start commands that exist, with few rights."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.command_line import all_commands, run

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())
UNITS = sorted(DEPLOY.glob("*.service"))


def exists(words: list[str]) -> bool:
    """Whether a command with these options is one of pastdue."""
    name = f"pastdue {words[0]}"
    options = {word for word in words if word.startswith("--")}
    shown = run(words[0], "--help").output
    return name in set(all_commands()) and all(option in shown for option in options)


def ours() -> dict[str, list[str]]:
    """The services of the compose file that run pastdue, with their commands."""
    return {name: one["command"] for name, one in COMPOSE["services"].items() if one.get("image") == "pastdue"}


def test_every_service_of_the_compose_file_starts_a_command_that_exists() -> None:
    assert set(ours()) == {"init", "deploy", "web", "worker"}
    assert all(exists(words) for words in ours().values())


def test_two_workers_wait_for_the_deployments_and_nobody_beyond_this_machine_reaches_a_port() -> None:
    services = COMPOSE["services"]
    assert services["worker"]["deploy"]["replicas"] == 2
    assert services["worker"]["depends_on"]["deploy"]["condition"] == "service_completed_successfully"
    ports = [port for one in services.values() for port in one.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_containers_of_pastdue_have_no_rights_and_no_secrets_in_the_file() -> None:
    for name in ours():
        one = COMPOSE["services"][name]
        assert one["read_only"] and one["cap_drop"] == ["ALL"] and "no-new-privileges:true" in one["security_opt"]
    values = [str(value) for one in COMPOSE["services"].values() for value in one.get("environment", {}).values()]
    assert not [value for value in values if re.search(r"(?i)secret=|key=|//\w+:\w+@", value)]
    assert set(COMPOSE["services"]["database"]["environment"]) >= {"POSTGRES_PASSWORD_FILE"}
    container = (DEPLOY / "Containerfile").read_text()
    assert container.count("\nFROM ") == 2 and "\nUSER pastdue" in container
    assert container.index("\nUSER pastdue") < container.index("\nENTRYPOINT")
    assert exists(re.findall(r'"([^"]+)"', container.rsplit("\nCMD", 1)[1]))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_system_service_starts_a_command_that_exists(unit: Path) -> None:
    started = re.findall(r"^ExecStart=\S+/pastdue (.+)$", unit.read_text(), re.MULTILINE)
    assert len(started) == 1 and exists(started[0].split())


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_system_service_has_little_exposure(unit: Path) -> None:
    """By systemd's own measure, from 0 (none) to 10."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    command = ["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=30", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-400:] + done.stderr
