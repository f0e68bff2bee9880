"""What a run leaves aside in its folder, by name: files that are no scans, or scans that its manifest does not name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from certificate.errors import ManifestInvalid
from ingest.office import Office
from ingest.runs.control import manifest_of
from ingest.runs.reporting import csv_line
from ingest.runs.walking import Walk
from store.run_rows import RunRow

_NO_SCAN = "không phải bản quét (theo đuôi tệp)"
_NOT_LISTED = "không có trong danh mục"


def aside_lines(office: Office, run: RunRow) -> Iterator[str]:
    """The files as CSV, as the folder is now; ``FolderUnreachable``."""
    aside: list[str] = []
    walk = Walk(Path(run.folder), aside.append)
    manifest = manifest_of(office, run)
    try:
        for _ in manifest or ():
            pass
    except ManifestInvalid:
        # Nothing can be said any more of what it named.
        manifest = None
    yield "\ufeff" + csv_line(("file", "reason"))
    for found in walk:
        yield from (csv_line((path, _NO_SCAN)) for path in aside)
        aside.clear()
        if manifest is not None and not manifest.names(found):
            yield csv_line((found.path, _NOT_LISTED))
    yield from (csv_line((path, _NO_SCAN)) for path in aside)
