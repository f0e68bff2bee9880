"""Run the mock registry as a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from registry.http_server import HttpServer
from registry.service import MAX_REQUEST_BYTES, Service


def serve(
    host: str,
    port: int,
    database: Path,
    api_key: str,
    *,
    officers: frozenset[str] | None = None,
    ready_file: Path | None = None,
    seed: int = 0,
) -> None:
    """Answer calls until the process is told to end (SIGTERM or Ctrl-C).

    Port 0 takes a free one. Once calls are answered, the address stands on standard output as ``ready URL``, and as
    ``URL`` in ``ready_file`` where one is given; that file is gone when the service has ended.
    """
    service = Service(database, api_key=api_key, officers=officers, seed=seed)
    server = HttpServer(service, host, port, most_body_bytes=MAX_REQUEST_BYTES)
    shown_host = f"[{host}]" if ":" in host else host
    url = f"http://{shown_host}:{server.port}"

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    if ready_file is not None:
        temporary = ready_file.with_name(f".{ready_file.name}.{os.getpid()}")
        temporary.write_text(url + "\n", encoding="utf-8")
        temporary.replace(ready_file)
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)


def _end(_signal: int, _frame: FrameType | None) -> None:
    # The server lets the calls that are on their way end, then goes.
    raise SystemExit(0)
