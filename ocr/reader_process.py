"""The child process that reads scans for ``ocr.pool``: models loaded once, limits set, one scan at a time.

It runs in a session of its own, so that it and every engine it started can be killed together. It ends with its
parent: when the parent's end of the lifeline closes, whatever the reason, it kills its whole group.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from certificate.errors import SohoaError
from certificate.reading import RegionReading, ScanReading
from ocr.engines.heap import give_back

Reader = Callable[[bytes, str, Any], ScanReading | RegionReading]

READY = "ready"
# A reading makes no circles that reference counts do not free, and looking for some over all lists took 20 to 60 ms of
# each and 140 of the first: every 10,000 objects instead of every 700.
_COLLECT_EVERY = 10_000


def main(arguments: list[str]) -> int:
    """Serve until the parent closes the connection; arguments are two open descriptors: connection and lifeline."""
    connection, lifeline = Connection(int(arguments[0])), int(arguments[1])
    threading.Thread(target=_die_with_parent, args=(lifeline,), daemon=True).start()
    try:
        reader_name, options, memory_bytes = connection.recv()
    except EOFError:
        return 0
    _set_limits(memory_bytes)
    gc.set_threshold(_COLLECT_EVERY, 10, 10)
    reader = _find(reader_name)
    connection.send(READY)
    while True:
        try:
            path, source = connection.recv()
        except EOFError:
            _close_engines()
            return 0
        connection.send_bytes(_answer(reader, path, source, options))
        give_back()


def _answer(reader: Reader, path: str, source: str, options: object) -> bytes:
    """The reading, or the error it was refused with, as bytes. Anything unexpected ends this process, on purpose."""
    try:
        answer: ScanReading | RegionReading | SohoaError = reader(Path(path).read_bytes(), source, options)
    except SohoaError as error:
        answer = error
    return pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)


def _find(name: str) -> Reader:
    module, _, function = name.partition(":")
    found: Reader = getattr(importlib.import_module(module), function)
    return found


def _close_engines() -> None:
    """End the program that stays beside this process, if the reader has started it; the parent counts what it used."""
    tesseract = sys.modules.get("ocr.engines.tesseract")
    if tesseract is not None:
        tesseract.close()


def _set_limits(memory_bytes: int | None) -> None:
    # A core dump would hold the picture of somebody's paper.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_bytes is not None:
        # Data rather than address space: models and libraries map far more than they use.
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def _die_with_parent(lifeline: int) -> None:
    # Nothing is ever written: reading returns when the parent's end is closed, by it or by its death.
    os.read(lifeline, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    # Tearing down models and libraries takes as long as reading half a face, and all of it goes with the process.
    os._exit(main(sys.argv[1:]))
