"""``sohoa worker`` with a reader and a registry that know the answers: arguments are those of ``sohoa``."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

from ingest import services
from ingest.cli import command
from ingest.services import worker_service
from ingest.settings import Settings


def with_stand_ins(settings: Settings, queue: str, name: str, *options: str) -> Any:
    """The worker's service, its process started on the stand-ins."""
    return dataclasses.replace(
        worker_service(settings, queue, name, *options),
        command=[sys.executable, "-m", "ingest.bench.stand_ins", str(settings.home), queue],
    )


if __name__ == "__main__":
    services.worker_service = with_stand_ins
    command(prog_name="sohoa")
