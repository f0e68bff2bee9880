"""What is given for installing: units that systemd understands, and that keep the parts in their bounds."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ingest.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.target")])
SERVICES = [path for path in UNITS if path.suffix == ".service"]
# 0 is sealed off and 10 wide open, by “systemd-analyze security”.
MOST_EXPOSED = 2.0


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units with a program in them that is there on this machine."""
    for path in UNITS:
        text = re.sub(r"/opt/sohoa/current/\.venv/bin/\w+", "/usr/bin/env", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
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


def test_containers_name_commands_that_exist() -> None:
    """Every part that compose.yaml starts is a command of ``sohoa`` or the pages."""
    from ingest.cli import _COMMANDS

    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    wanted = {match.split(",")[0].strip() for match in re.findall(r"^    command: \[([^\]]+)\]", text, re.MULTILINE)}
    assert wanted - {"redis-server"} <= set(_COMMANDS)
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE))
    assert copied == {"archive", "certificate", "ingest", "ocr", "registry", "samples", "store", "web"}
