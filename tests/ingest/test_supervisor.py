"""The supervisor: starts in order, restarts what dies, stops in order, and leaves nothing behind however it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from certificate.errors import AlreadyRunning, PortTaken, SettingsInvalid
from ingest.commands import add
from ingest.home import runtime_dir
from ingest.services import free_port, note_running, only_one, private_folder, redis_configuration, what_runs
from ingest.settings import Settings, load
from ingest.supervisor import LOGS_KEPT, News, Service, Supervisor, What, rotate

_PATIENCE_S = 60.0
_SLEEPER = "import signal; signal.pause()"
_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"


def service(name: str, code: str = _SLEEPER, **how: Any) -> Service:
    """A part that runs a few words of Python."""
    return Service(**{"name": name, "command": [sys.executable, "-c", code], "rank": 0, **how})


def eventually(condition: Callable[[], Any]) -> Any:
    """What the condition gives once it is true; fails when it never is."""
    until = time.monotonic() + _PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)
    return found


def run(tmp_path: Path, services: list[Service], on_news: Callable[[Supervisor, News], None]) -> list[News]:
    """Run a supervisor over these parts and hear everything it tells; ``on_news`` stops it."""
    heard: list[News] = []

    def tell(news: News) -> None:
        heard.append(news)
        assert len(heard) < 200, "it goes on and on"
        on_news(supervisor, news)

    supervisor = Supervisor(services, tmp_path / "log", tell)
    supervisor.run(supervisor.stop if on_news is _when_ready else lambda: None)
    return heard


def _when_ready(_supervisor: Supervisor, _news: News) -> None:
    """Stop as soon as everything answers."""


def names(heard: list[News], what: What) -> list[str]:
    """The parts to which something happened, in that order."""
    return [news.name for news in heard if news.what is what]


def test_parts_start_by_rank_and_stop_the_other_way_round(tmp_path: Path) -> None:
    """What others need is there before them and goes after them."""
    parts = [service("web", rank=2), service("redis", rank=0), service("worker", rank=1)]
    heard = run(tmp_path, parts, _when_ready)
    assert names(heard, What.STARTED) == ["redis", "worker", "web"]
    assert names(heard, What.STOPPED) == ["web", "worker", "redis"]


def test_a_rank_waits_until_the_one_below_answers(tmp_path: Path) -> None:
    """A part is started only when what it needs answers, not merely lives."""
    asked = iter([False, False, True])
    heard = run(tmp_path, [service("redis", answers=lambda: next(asked)), service("web", rank=1)], _when_ready)
    order = [(news.what, news.name) for news in heard]
    assert order.index((What.READY, "redis")) < order.index((What.STARTED, "web"))


def test_what_dies_is_started_again_after_growing_pauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that dies at once is not started a hundred times a second."""
    monkeypatch.setattr("ingest.supervisor.FIRST_PAUSE_S", 0.01)

    def stop_after_four(supervisor: Supervisor, _news: News) -> None:
        if supervisor.children[0].restarts == 4:
            supervisor.stop()

    heard = run(tmp_path, [service("sick", "raise SystemExit(7)")], stop_after_four)
    told = [news.detail for news in heard if news.what is What.DIED]
    assert told[:4] == [f"status 7, again in {pause} s" for pause in ("0.01", "0.02", "0.04", "0.08")]


def test_a_part_that_lived_well_starts_again_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deaths long apart are not counted together."""
    monkeypatch.setattr("ingest.supervisor.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("ingest.supervisor.WELL_AFTER_S", 0.0)

    def stop_after_four(supervisor: Supervisor, _news: News) -> None:
        if supervisor.children[0].restarts == 4:
            supervisor.stop()

    heard = run(tmp_path, [service("old", "pass")], stop_after_four)
    assert {news.detail for news in heard if news.what is What.DIED} == {"status 0, again in 0.01 s"}


def test_a_part_that_has_done_its_turn_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that ends in good order after its scans is no death: a fresh one takes its place."""
    monkeypatch.setattr("ingest.supervisor.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("ingest.supervisor.RENEWAL_AFTER_S", 0.0)

    def stop_after_two(supervisor: Supervisor, _news: News) -> None:
        if supervisor.children[0].restarts == 2:
            supervisor.stop()

    heard = run(tmp_path, [service("worker", "pass")], stop_after_two)
    assert names(heard, What.RENEWED) == ["worker"] * 2
    assert names(heard, What.DIED) == []


def test_a_part_that_keeps_dying_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three quick deaths its mending is called, and it lives."""
    monkeypatch.setattr("ingest.supervisor.FIRST_PAUSE_S", 0.01)
    cure = tmp_path / "cure"
    code = f"import pathlib, signal; pathlib.Path({str(cure)!r}).exists() or exit(1); signal.pause()"

    def stop_when_mended(supervisor: Supervisor, news: News) -> None:
        if news.what is What.STARTED and cure.exists():
            supervisor.stop()

    heard = run(tmp_path, [service("redis", code, mend=cure.touch)], stop_when_mended)
    assert names(heard, What.DIED) == ["redis"] * 3
    assert names(heard, What.MENDED) == ["redis"]


def test_what_does_not_stop_in_time_is_killed_with_all_it_started(tmp_path: Path) -> None:
    """A deaf part, and the process it started, are gone all the same."""
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {_DEAF!r}]); print(p.pid); {_DEAF}"
    log = tmp_path / "log" / "deaf.log"
    deaf = service("deaf", code, stop_within_s=0.1, answers=lambda: log.read_text().count("deaf") == 2)
    heard = run(tmp_path, [deaf], _when_ready)
    assert names(heard, What.KILLED) == ["deaf"]
    grandchild = next(int(line) for line in log.read_text().splitlines() if line.isdigit())
    eventually(lambda: not _lives(grandchild))


def test_logs_are_kept_apart_and_turned_when_large(tmp_path: Path) -> None:
    """Each part writes to its own log; an old one goes to .1, and the oldest is dropped in the end."""
    log = tmp_path / "web.log"
    for number in range(LOGS_KEPT + 3):
        log.write_text(f"{number}" * 20, encoding="ascii")
        rotate(log, max_bytes=10)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"web.log.{n}" for n in range(1, LOGS_KEPT + 1)]
    log.write_text("short", encoding="ascii")
    rotate(log, max_bytes=10)
    assert log.read_text() == "short"


def test_one_home_is_run_once(tmp_path: Path) -> None:
    """A second supervisor on the same home is told so; afterwards nothing says that it runs."""
    settings = load(tmp_path, {})
    assert what_runs(settings) is None
    with only_one(settings):
        assert what_runs(settings) == {}
        with pytest.raises(AlreadyRunning), only_one(settings):
            pass
    assert what_runs(settings) is None


def test_the_sockets_folder_is_ours_alone(tmp_path: Path) -> None:
    """A folder that somebody else might look into is closed; one that is a trap is refused."""
    open_folder = tmp_path / "open"
    open_folder.mkdir(mode=0o777)
    assert private_folder(open_folder).stat().st_mode & 0o777 == 0o700
    trap = tmp_path / "trap"
    trap.symlink_to(open_folder)
    with pytest.raises(SettingsInvalid):
        private_folder(trap)


def test_redis_never_drops_a_job_for_room() -> None:
    """What the design asks of Redis stands in its configuration, whatever the folder is called."""
    text = redis_configuration(Path("/run/s.sock"), Path('/home/cán bộ "A"/redis'))
    for line in ("port 0", "appendonly yes", "maxmemory-policy noeviction", r'dir "/home/cán bộ \"A\"/redis"'):
        assert line in text.splitlines()


def test_a_port_in_use_is_told_before_anything_starts() -> None:
    """A port that another program has is refused; 0 gives one that is free."""
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(PortTaken):
        free_port("127.0.0.1", server.getsockname()[1])
    assert free_port("127.0.0.1", 0) > 0


def test_who_hands_in_waits_for_the_queue_of_a_system_that_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a system starts its queue is waited for and its workers are counted on; where none runs, nobody waits."""
    settings = load(tmp_path, {})
    looks: list[float] = []

    def look_again(pause_s: float) -> None:
        looks.append(pause_s)
        services = [{"name": "redis", "ready": len(looks) == 3}, {"name": "worker-uploads-1", "ready": False}]
        note_running(settings, {"services": services})

    monkeypatch.setattr("ingest.commands.add.time.sleep", look_again)
    add._await_queue(settings)
    assert looks == []
    with only_one(settings):
        add._await_queue(settings)
        assert len(looks) == 3
        assert add._starts_workers(what_runs(settings), "uploads")
        assert not add._starts_workers(what_runs(settings), "bulk")
        note_running(settings, {"services": []})  # The queue is another machine's.
        add._await_queue(settings)
    assert len(looks) == 3
    assert not add._starts_workers(what_runs(settings), "uploads")


# --- the whole office


@dataclass(frozen=True)
class Running:
    """``sohoa up`` as a process of its own."""

    process: subprocess.Popen[str]
    settings: Settings
    ready: dict[str, Any]

    def part(self, name: str) -> dict[str, Any]:
        """What is noted of one part now."""
        state = what_runs(self.settings) or {}
        return next((part for part in state.get("services", []) if part["name"] == name), {})

    def processes(self) -> list[int]:
        """Everything that runs for this home, the supervisor included."""
        marks = (str(self.settings.home), str(runtime_dir(self.settings)))
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "status"]):
            line = " ".join(process.info["cmdline"] or [])
            if any(mark in line for mark in marks) and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.info["pid"])
        return found


@contextmanager
def running(home: Path) -> Iterator[Running]:
    """A whole office with one worker, answering; killed at the end with all its parts if it still runs."""
    command = [sys.executable, "-m", "ingest.cli", "--home", str(home), "up", "--port", "0", "--workers", "1"]
    command += ["--bulk", "1", "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    log = home.with_name("up.log")
    with log.open("w") as stderr, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            # The line comes when all parts answer, or the pipe ends when the process did.
            line = process.stdout.readline()
            assert line, log.read_text(encoding="utf-8")
            yield Running(process, load(home, {}), json.loads(line))
        finally:
            process.kill()


@pytest.mark.slow
def test_an_office_runs_mends_itself_and_stops_cleanly(tmp_path: Path) -> None:
    """Killed parts come back at their old address; Ctrl-C ends all of them and nothing is left."""
    with running(tmp_path / "home") as office:
        assert {part["name"] for part in office.ready["services"]} == {
            "redis", "registry", "worker-uploads-1", "worker-quick-1", "worker-bulk-1", "reconciler", "runs", "web",
        }  # fmt: skip
        before = {part["name"]: part["pid"] for part in office.ready["services"]}
        for name in ("worker-uploads-1", "redis", "web"):
            os.kill(before[name], signal.SIGKILL)
        for name in ("worker-uploads-1", "redis", "web"):
            eventually(lambda name=name: office.part(name).get("restarts") and office.part(name)["ready"])
            assert office.part(name)["pid"] != before[name]
        state = what_runs(office.settings)
        assert state is not None
        assert (state["web"], state["registry"]) == (office.ready["web"], office.ready["registry"])
        office.process.send_signal(signal.SIGINT)
        assert office.process.wait(timeout=_PATIENCE_S) == 0
        assert office.processes() == []
        assert not runtime_dir(office.settings).exists()


@pytest.mark.slow
def test_nothing_is_left_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    """Even SIGKILL of the supervisor ends every part; the next start mends what it finds, a broken Redis file too."""
    home = tmp_path / "home"
    with running(home) as office:
        office.process.kill()
        office.process.wait(timeout=_PATIENCE_S)
        eventually(lambda: office.processes() == [])
    (manifest,) = (home / "redis").rglob("*.manifest")
    manifest.write_text("no manifest at all")
    with running(home) as again:
        assert list(home.glob("redis-broken-*")), "the broken file was put aside, not deleted"
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(timeout=_PATIENCE_S) == 0


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
