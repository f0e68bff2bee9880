"""How quickly the campaign's workbook is written: many rows from a few made-up certificates."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

from certificate.handed_on import HandedOn
from certificate.pl3 import rows_of
from ingest.bench_search import made_up_records
from ingest.exports.workbook import write_workbook


@dataclass(frozen=True, slots=True)
class WorkbookTiming:
    """What writing a workbook took."""

    rows: int
    seconds: float
    cpu_seconds: float
    size_bytes: int


def bench_workbook(rows: int, folder: Path, *, seed: int = 1) -> WorkbookTiming:
    """Make rows of certificates, as an export does, and write them; the file stays in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    begun, begun_cpu = time.perf_counter(), time.process_time()
    place = folder / "PL3-01.xlsx"
    count = write_workbook(place, _rows(rows, seed), ())
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - begun_cpu
    return WorkbookTiming(count, seconds, cpu_seconds, place.stat().st_size)


def _rows(wanted: int, seed: int) -> Iterator[dict[str, Any]]:
    given = 0
    for record, office, _ in cycle(made_up_records(seed, 2_000)):
        certificate = HandedOn(f"{given:032x}", record, pdfa_sha256="0" * 64, office=office)
        rows, _ = rows_of(certificate)
        for row in rows:
            if given == wanted:
                return
            yield {key: float(cell) if isinstance(cell, Decimal) else cell for key, cell in row.items()}
            given += 1
