"""One export from beginning to end: who asked, for what purpose, how far it came, what it gave.

Every export is written into the audit log when it begins and when it is whole, with its purpose, its count and its
hash. One that is cut off goes on when the same is asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from archive.package_xml import Holder
from certificate.errors import NothingToExport, OfficeUnknown, PurposeMissing
from certificate.handed_on import Remark
from ingest.exports import formats
from ingest.exports.formats import Format, hash_of
from ingest.exports.gathering import handed_on, opened_again
from ingest.exports.journal import Journal
from ingest.office import Office
from store.rows import HandedOnFilter

_BATCH = 100
_NAMES_TOLD = 10


@dataclass(frozen=True, slots=True)
class ExportDone:
    """What an export gave; ``sha256`` is that of the list of its files and their hashes."""

    format: str
    folder: Path
    certificates: int
    lines: int
    sha256: str
    files: Sequence[str]
    remarks: Sequence[Remark]
    resumed: bool


def run_export(
    office: Office,
    export_format: str,
    folder: Path,
    *,
    who: str,
    purpose: str,
    since: datetime | None = None,
    office_name: str = "",
    run_name: str = "",
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> ExportDone:
    """Hand the archived certificates on into a folder of their own.

    Raises ``PurposeMissing``, ``OfficeUnknown``, ``RunNotFound``, ``NothingToExport``, and ``ExportConflict`` when the
    folder holds something else; ``StoreFull``, ``StoreUnwritable``, ``BlobMissing``, ``BlobCorrupt``,
    ``PackageInvalid``: then asking again goes on.
    """
    if not purpose.strip():
        raise PurposeMissing
    wanted = HandedOnFilter(since=since, office=office_name, run=run_name)
    total = _count(office, wanted)
    asked = {"since": since.isoformat() if since else "", "office": office_name, "run": run_name}
    if not total:
        words = ", ".join(f"--{name} {value}" for name, value in asked.items() if value)
        raise NothingToExport("; ".join(filter(None, (words, _being_corrected(office, wanted)))))
    journal = Journal(folder, export_format, asked)
    try:
        writer = _writer(office, export_format, journal)
        journal.begin()
        resumed = journal.is_resumed
        if not resumed:
            _log(office, who, "export_begun", {"format": export_format, "purpose": purpose, **asked})
        _hand_on(office, wanted, journal, writer, lambda done: told(done, total))
        files = writer.finish()
        sha256, names = hash_of(files, folder)
        # Noted before the folder says so: an export that is whole must never be missing from the log.
        detail = {
            "format": export_format,
            "purpose": purpose,
            "certificates": journal.progress.certificates,
            "sha256": sha256,
            # Where the audit finds the packages again.
            **({"folder": str(folder.resolve())} if export_format == "aip" else {}),
            **asked,
        }
        _log(office, who, "export_finished", detail)
        journal.finish(names, sha256)
    finally:
        journal.close()
    progress = journal.progress
    return ExportDone(
        export_format, folder, progress.certificates, progress.lines, sha256, names, tuple(journal.remarks), resumed
    )


def _count(office: Office, wanted: HandedOnFilter) -> int:
    """How many certificates there are to hand on; a name that nobody has is told, with those that there are."""
    with office.database.unit_of_work(read_only=True) as unit:
        offices = unit.handing_on.offices() if wanted.office else ()
        if wanted.office and wanted.office not in offices:
            near = get_close_matches(wanted.office, offices, n=_NAMES_TOLD, cutoff=0) or offices[:_NAMES_TOLD]
            raise OfficeUnknown(f"«{wanted.office}»; có: {'; '.join(near) or '–'}")
        return unit.handing_on.count(wanted)


def _being_corrected(office: Office, wanted: HandedOnFilter) -> str:
    """In words, what would be handed on had nobody opened it again."""
    opened = [remark.serial_number or remark.certificate_id for remark in opened_again(office, wanted)]
    more = f" và {len(opened) - _NAMES_TOLD} giấy khác" if len(opened) > _NAMES_TOLD else ""
    return f"đang mở lại để sửa: {', '.join(opened[:_NAMES_TOLD])}{more}" if opened else ""


def _hand_on(
    office: Office, wanted: HandedOnFilter, journal: Journal, writer: Format, told: Callable[[int], None]
) -> None:
    while True:
        with office.database.unit_of_work(read_only=True) as unit:
            rows = unit.handing_on.batch(wanted, after=journal.progress.last_id, limit=_BATCH)
        if not rows:
            journal.remarks += [one for one in opened_again(office, wanted) if one not in journal.remarks]
            journal.note(journal.progress.last_id, 0)
            return
        for row in rows:
            writer.add(handed_on(row))
        journal.note(rows[-1].certificate_id, len(rows))
        told(journal.progress.certificates)


def _writer(office: Office, export_format: str, journal: Journal) -> Format:
    settings = office.settings
    if export_format == "aip":
        holder = Holder(settings.fonds_code, settings.fonds_name, settings.archive_code, settings.archive_name)
        return formats.Packages(journal, office.blobs, holder, settings.pdfa_part)
    kinds: Mapping[str, Callable[..., Format]] = {
        "pl3": formats.Workbook,
        "land-xml": formats.LandXml,
        "jsonl": formats.JsonLines,
        "csv": formats.Csv,
    }
    return kinds[export_format](journal, office.blobs)


def _log(office: Office, who: str, action: str, detail: Mapping[str, object]) -> None:
    with office.database.unit_of_work() as unit:
        unit.events.add(who, action, detail=detail)
        unit.commit()
