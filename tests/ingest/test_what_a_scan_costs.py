"""What one scan costs the database on its way to the archive: a bar, so that it does not creep up again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from certificate.states import State
from ingest.bench.recorded import RecordedReader, numbered_scan, small_scan
from ingest.bench.stand_ins import RecordedRegistry
from ingest.intake import receive
from ingest.office import Office
from ingest.pipeline import advance
from ingest.settings import load

# Claiming it, what was read, what the checks gave, the archived document: each is durable before the next begins.
COMMITS = 4
STATEMENTS = 60


@pytest.fixture
def said() -> Iterator[Counter[str]]:
    """Counts statements and commits from now on."""
    counted: Counter[str] = Counter()

    def listen_statement(*_given: Any) -> None:
        counted["statements"] += 1

    def listen_commit(*_given: Any) -> None:
        counted["commits"] += 1

    event.listen(Engine, "before_cursor_execute", listen_statement)
    event.listen(Engine, "commit", listen_commit)
    yield counted
    event.remove(Engine, "before_cursor_execute", listen_statement)
    event.remove(Engine, "commit", listen_commit)


def test_a_certain_scan_is_archived_in_four_commits(
    tmp_path: Path, redis_url: str, ready_home: Callable[[Path], Path], said: Counter[str]
) -> None:
    """A scan of one certificate that goes straight through, its registry's answer included."""
    settings = load(ready_home(tmp_path / "home"), {}, redis_url=redis_url)
    with Office(settings, reader=RecordedReader(), registry=RecordedRegistry()) as office:
        scan_id = receive(office, numbered_scan(small_scan(), 7), "scan.jpg", who="clerk").scan_id
        said.clear()
        assert advance(office, scan_id, "worker") is State.ARCHIVED
    assert said["commits"] == COMMITS
    assert said["statements"] <= STATEMENTS, said
