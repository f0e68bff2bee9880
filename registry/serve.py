"""Run the mock registry as a process of its own, by waitress."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from waitress.server import create_server

from registry.service import create_app


def serve(
    host: str,
    port: int,
    database: Path,
    api_key: str,
    *,
    officers: frozenset[str] | None = None,
    ready_file: Path | None = None,
    threads: int = 8,
    seed: int = 0,
) -> None:
    """Answer calls until the process is told to end (SIGTERM or Ctrl-C).

    Port 0 takes a free one. Once calls are answered, the address stands on standard output as ``ready URL``, and as
    ``URL`` in ``ready_file`` where one is given; that file is gone when the service has ended.
    """
    app = create_app(database, api_key=api_key, officers=officers, seed=seed)
    server = create_server(app, host=host, port=port, threads=threads, clear_untrusted_proxy_headers=True, ident=None)
    listening: int = getattr(server, "effective_port", port)
    shown_host = f"[{host}]" if ":" in host else host
    url = f"http://{shown_host}:{listening}"

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
    # Waitress ends its loop, its threads and its connections on this.
    raise SystemExit(0)
