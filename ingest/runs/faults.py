"""Which page of a certificate is at fault, when its files were refused together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from certificate.errors import SohoaError
from ingest.runs.grouping import size_within
from ingest.settings import Settings
from ingest.triage import triage


def faulty_page(folder: Path, files: Sequence[str], settings: Settings) -> str | None:
    """The path of the first file that could not be taken by itself; ``None`` where only all of them together are."""
    for path in files:
        try:
            size_within(folder, path)
            if triage(folder / path, settings).refusal is not None:
                return path
        except (SohoaError, OSError):
            return path
    return None
