"""Serves the pages: ``python -m web.serve --home DIR``, or ``main`` from the supervisor of ``sohoa up``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog
from waitress.server import create_server

from ingest import logs
from ingest.office import Office
from ingest.settings import load
from web.app import create_app

log = structlog.get_logger(__name__)


def main(home: Path | None = None) -> None:
    """Serve the pages of the office in this home folder until the process is told to stop."""
    settings = load(home)
    office = Office.open(settings)
    office.hasty = True
    try:
        server = create_server(
            create_app(office),
            host=settings.web_host,
            port=settings.web_port,
            threads=settings.web_threads,
            ident="sohoa",
            max_request_body_size=settings.max_bytes + 2 * 1024 * 1024,
        )
        log.info("web_started", host=settings.web_host, port=server.effective_port)
        server.run()
    finally:
        office.close()


def run(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and serve."""
    logs.set_up(json_lines=not sys.stderr.isatty())
    parser = argparse.ArgumentParser(prog="python -m web.serve", description="Serve the pages of Sổ Hóa.")
    parser.add_argument("--home", type=Path, default=None, help="the office's home folder")
    main(parser.parse_args(arguments).home)


if __name__ == "__main__":
    run()
