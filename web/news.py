"""Tells open pages that something happened: one look at the diary for all of them, not one for each.

A stream holds a thread of the server while it lasts, so there are only so many; a page that gets none asks by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import structlog

from certificate.errors import SohoaError
from ingest.office import Office

log = structlog.get_logger(__name__)
LOOK_EVERY_S = 0.5
# So that a page that is gone is noticed, and proxies keep the line.
HEARTBEAT_S = 15.0
# How soon a stream sees that its page is gone, and gives its thread back.
LOOK_ROUND_S = 1.0
# A page comes back by itself; meanwhile its session may have ended.
LONGEST_S = 300.0


class News:
    """Watches the diary while anybody listens."""

    def __init__(self, office: Office, most_streams: int) -> None:
        self._office = office
        self._free = threading.BoundedSemaphore(most_streams) if most_streams else None
        self._changed = threading.Condition()
        self._newest = 0
        self._listeners = 0

    def stream(self, mark: Callable[[], str], gone: Callable[[], bool] = lambda: False) -> Iterator[str] | None:
        """An answer that speaks whenever ``mark`` changes, until the page is ``gone``; ``None`` for one too many."""
        if self._free is None or not self._free.acquire(blocking=False):
            return None
        return self._told(mark, gone, self._free)

    def _told(
        self, mark: Callable[[], str], gone: Callable[[], bool], place: threading.BoundedSemaphore
    ) -> Iterator[str]:
        self._listen(1)
        try:
            seen, looked, last, began = "", -1, time.monotonic(), time.monotonic()
            yield "retry: 2000\n\n"
            while time.monotonic() - began < LONGEST_S and not gone():
                newest = self._newest
                if newest != looked and (now := mark()) != seen:
                    yield f"data: {now}\n\n"
                    seen, last = now, time.monotonic()
                looked = newest
                with self._changed:
                    if self._newest == newest:
                        self._changed.wait(timeout=LOOK_ROUND_S)
                if time.monotonic() - last >= HEARTBEAT_S:
                    yield ": still here\n\n"
                    last = time.monotonic()
        finally:
            self._listen(-1)
            place.release()

    def _listen(self, more: int) -> None:
        with self._changed:
            self._listeners += more
            if more > 0 and self._listeners == 1:
                threading.Thread(target=self._watch, name="news", daemon=True).start()

    def _watch(self) -> None:
        while True:
            with self._changed:
                if self._listeners == 0:
                    return
            try:
                with self._office.database.unit_of_work(read_only=True) as unit:
                    newest = next((event.number or 0 for event in unit.events.latest(1)), 0)
            except SohoaError as error:
                log.warning("news_missed", code=error.code)
                newest = self._newest
            if newest != self._newest:
                with self._changed:
                    self._newest = newest
                    self._changed.notify_all()
            time.sleep(LOOK_EVERY_S)
