"""Which inputs a feeder had in its hands when it died: so that the next one takes each alone, and gives up the killer.

Kept as a small file in the home folder, because what dies so leaves no other trace, and a row of the ledger written
before every input would cost more than the input. Lost, it costs a further try, nothing else.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog

from certificate.errors import SohoaError
from ingest.settings import Settings

_log = structlog.get_logger()


class Attempts:
    """How often a feeder of this home folder began with an input and did not come to the end of it."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.home / "run" / "feeding.json"

    def unfinished(self) -> Mapping[str, int]:
        """The inputs that a feeder died with, by their ids, and how often; those of a feeder at work count too."""
        try:
            read = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {key: count for key, count in read.items() if isinstance(count, int)} if isinstance(read, dict) else {}

    @contextmanager
    def counted(self, input_ids: Collection[str]) -> Iterator[None]:
        """Count an attempt on these inputs, and forget them when it ends.

        An attempt that ends in order, because something else is away, is as if it had not been; one that ends in an
        error that nobody foresaw, or not at all, stays counted.
        """
        before = self.unfinished()
        self._write({each: before.get(each, 0) + 1 for each in input_ids})
        try:
            yield
        except (SohoaError, KeyboardInterrupt, SystemExit):
            self._write({each: before.get(each, 0) for each in input_ids})
            raise
        self._write(dict.fromkeys(input_ids, 0))

    def _write(self, counts: Mapping[str, int]) -> None:
        """Set the counts of these inputs; what has none is left out."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._locked():
                kept = {**self.unfinished(), **counts}
                fresh = self._path.with_suffix(".new")
                fresh.write_text(json.dumps({key: count for key, count in kept.items() if count}), encoding="utf-8")
                fresh.replace(self._path)
        except OSError as error:
            # A full disk must not keep a run from going on: it is told of where bytes are to be kept.
            _log.warning("attempts_not_written", reason=error.strerror)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with Path(f"{self._path}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
