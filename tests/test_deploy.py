"""What is given for installing: units that systemd understands, and that keep the parts in their bounds."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from ingest.services import plan_services
from ingest.settings import Settings, load

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.target"), *DEPLOY.glob("*.timer")])
SERVICES = [path for path in UNITS if path.suffix == ".service"]
# 0 is sealed off and 10 wide open, by “systemd-analyze security”.
MOST_EXPOSED = 2.0


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units in a folder by themselves."""
    for path in UNITS:
        shutil.copy(path, tmp_path)
    return [str(tmp_path / path.name) for path in UNITS]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_every_service_is_bounded(path: Path) -> None:
    """No new privileges, private temporary files, a limit of memory, a user of its own."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for line in (
        "NoNewPrivileges=yes",
        "PrivateTmp=yes",
        "ProtectSystem=strict",
        "User=sohoa",
        "CapabilityBoundingSet=",
    ):
        assert line in lines
    assert any(line.startswith("MemoryMax=") for line in lines)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_switch_of_releases_does_not_reach_what_runs(path: Path, tmp_path: Path) -> None:
    """Each unit's own command starts the program by the release's path, and hands it every word."""
    for release in ("1.0", "1.1"):
        (tmp_path / release / ".venv/bin").mkdir(parents=True)
        script = tmp_path / release / ".venv/bin/python"
        script.write_text('#!/bin/sh\necho "$0"\nfor word; do echo "$word"; done\n')
        script.chmod(0o755)
    (tmp_path / "current").symlink_to("1.0")
    (said,) = re.findall(r"^ExecStart=(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    for mark, meant in (
        ("$$", "$"), ("%%", "%"), ("%f", "'/srv/a b'"), ("/opt/sohoa", str(tmp_path)),
    ):  # fmt: skip
        said = said.replace(mark, meant)
    environment = {"PATH": "/usr/bin:/bin", "SOHOA_HOME": "/var/lib/sohoa", "INSTANCE": "bulk-1"}
    done = subprocess.run(shlex.split(said), capture_output=True, text=True, check=True, env=environment)
    program, *words = done.stdout.splitlines()
    assert Path(program).parent == tmp_path / "1.0/.venv/bin"
    command = ["-P", "-m", "ingest.cli"]
    wanted = {
        "sohoa-backup@.service": [*command, "backup", "/srv/a b"],
        "sohoa-migrate.service": [*command, "migrate"],
        "sohoa-reconciler.service": [*command, "reconcile"],
        "sohoa-runs.service": [*command, "run", "feed"],
        "sohoa-watch@.service": [*command, "watch", "/srv/a b"],
        "sohoa-web.service": ["-P", "-m", "web.serve", "--home", "/var/lib/sohoa"],
        "sohoa-worker@.service": ["-P", "-m", "worker", "/var/lib/sohoa", "bulk"],
    }
    assert words == wanted[path.name]


def test_every_volume_belongs_to_the_program(tmp_path: Path) -> None:
    """A container engine gives a new volume the owner of the folder in the image that it is mounted on."""
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    places = set(re.findall(r"^    - \w+:(/\S+)$", compose, re.MULTILINE))
    assert places == {"/var/lib/sohoa", "/srv/blobs"}
    given = set(re.findall(r"--home-dir (\S+)|chown sohoa:sohoa (\S+)", image))
    assert {home or folder for home, folder in given} == places


def test_the_feeder_has_room_for_the_largest_page() -> None:
    """It decodes pages that it joins: one may take four bytes a pixel, and as much again without its transparency."""
    needed = 2 * 4 * Settings(home=Path()).max_pixels
    unit = (DEPLOY / "sohoa-runs.service").read_text(encoding="utf-8")
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8").partition("\n  runs:\n")[2]
    for text, pattern in ((unit, r"MemoryMax=(\d+)G"), (compose, r"mem_limit: (\d+)g")):
        found = re.search(pattern, text)
        assert found is not None
        assert int(found[1]) << 30 > needed


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze (package systemd) is not here")
def test_systemd_understands_the_units(units: list[str]) -> None:
    """Verified without a word of complaint, and each service sealed off well."""
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    for unit in (unit for unit in units if unit.endswith(".service")):
        told = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", unit],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        level = re.search(r"exposure level for \S+: ([\d.]+)", told.stdout)
        assert level is not None, told.stderr
        assert float(level[1]) <= MOST_EXPOSED, unit


def test_every_installation_starts_what_sohoa_up_starts(tmp_path: Path) -> None:
    """A queue that nobody serves is noticed here and not by a reviewer."""
    settings = load(tmp_path, {}, redis_url="redis://localhost", registry_url="http://localhost", web_port=0)
    parts = {
        re.sub(r"-\d+$", "", service.name)
        for service in plan_services(settings, uploads_workers=1, bulk_workers=1).services
    }
    target = (DEPLOY / "sohoa.target").read_text(encoding="utf-8")
    units = {name.replace("@", "-") for name in re.findall(r"sohoa-([\w@]+)(?:-\d+)?\.service", target)}
    assert units == parts
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    commands = re.findall(r"^    command: \[([^\]]+)\]", compose, re.MULTILINE)
    queues = {f"worker-{command.rpartition(', ')[2]}" for command in commands if command.startswith("worker")}
    assert queues == {part for part in parts if part.startswith("worker-")}
    assert {"reconcile", "run, feed"} <= set(commands)


def test_containers_name_commands_that_exist() -> None:
    """Every part that compose.yaml starts is a command of ``sohoa`` or the pages."""
    from ingest.cli import _COMMANDS

    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    wanted = {match.split(",")[0].strip() for match in re.findall(r"^    command: \[([^\]]+)\]", text, re.MULTILINE)}
    assert wanted - {"redis-server"} <= set(_COMMANDS)
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE))
    assert copied == {"archive", "certificate", "ingest", "ocr", "registry", "samples", "store", "web"}
