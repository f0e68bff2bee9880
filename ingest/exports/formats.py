"""The formats in which certificates are handed on; each turns certificates into spooled lines or files, then finishes.

A format never holds more than one certificate in memory but the workbook, which writes its rows as it goes.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from archive.blobs import BlobStore
from archive.land_database import land_remarks, land_xml
from archive.outgoing import disk_errors, file_sha256, make_folder, sync_folder, write_whole
from archive.package_check import check_package
from archive.package_xml import Holder
from archive.packages import PackageContent, check_holder, write_package
from archive.pdfa import declared_part
from certificate.changes import holder_remarks
from certificate.errors import PackageInvalid
from certificate.handed_on import HandedOn, RemarkCode, pdf_name
from certificate.pl3 import columns, rows_of
from ingest.exports.journal import Journal
from ingest.exports.packaging import package_content
from ingest.exports.workbook import write_workbook

SUMS = "SHA256SUMS"
# A cell that begins so is a formula to Excel; a quote before it makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Format(Protocol):
    """A way to hand certificates on."""

    def add(self, given: HandedOn) -> None:
        """Take one certificate; what is not noted in the journal may be asked for again."""

    def finish(self) -> list[Path]:
        """Make the export whole; gives its files, for their hashes."""


class Workbook:
    """The campaign's workbook, with the PDF/As beside it."""

    def __init__(self, journal: Journal, blobs: BlobStore) -> None:
        self._journal, self._blobs = journal, blobs

    def add(self, given: HandedOn) -> None:
        name = _named(self._journal, given)
        rows, remarks = rows_of(given, file_name=name)
        self._journal.remarks += remarks
        if given.pdfa_sha256:
            _copy_blob(self._blobs, given.pdfa_sha256, self._journal.folder / name)
        lines = [json.dumps({key: _plain(cell) for key, cell in row.items()}, ensure_ascii=False) for row in rows]
        self._journal.write([line.encode() for line in lines])

    def finish(self) -> list[Path]:
        place = self._journal.folder / "PL3-01.xlsx"
        write_workbook(place, (json.loads(line) for line in self._journal.spooled()), self._journal.remarks)
        return [place, *sorted(self._journal.folder.glob("*.pdf"))]


class JsonLines:
    """Everything known of a certificate, one JSON object a line; what ``sohoa import`` takes back."""

    def __init__(self, journal: Journal, blobs: BlobStore) -> None:
        del blobs
        self._journal = journal

    def add(self, given: HandedOn) -> None:
        self._journal.remarks += holder_remarks(given)
        self._journal.write([json.dumps(as_json(given), ensure_ascii=False).encode()])

    def finish(self) -> list[Path]:
        return [_moved(self._journal, "giay-chung-nhan.jsonl")]


class Csv:
    """The workbook's rows as a table for any program: comma-separated, UTF-8 with a mark so that Excel sees it."""

    def __init__(self, journal: Journal, blobs: BlobStore) -> None:
        del blobs
        self._journal = journal
        self._keys = [column.key for column in columns() if column.key != "line"]
        if journal.progress.spool_bytes == 0:
            journal.write([b"\xef\xbb\xbf" + _csv_line(self._keys)], counted=False)

    def add(self, given: HandedOn) -> None:
        # The names of the workbook's export: whoever takes the scans from there finds each paper's own.
        rows, remarks = rows_of(given, file_name=_named(self._journal, given))
        self._journal.remarks += remarks
        self._journal.write([_csv_line([_harmless(row.get(key)) for key in self._keys]) for row in rows])

    def finish(self) -> list[Path]:
        return [_moved(self._journal, "giay-chung-nhan.csv")]


class LandXml:
    """One dossier of the land database a file, with the PDF/A beside it."""

    def __init__(self, journal: Journal, blobs: BlobStore) -> None:
        self._journal, self._blobs = journal, blobs

    def add(self, given: HandedOn) -> None:
        name = _named(self._journal, given)
        self._journal.remarks += dict.fromkeys((*holder_remarks(given), *land_remarks(given)))
        write_whole(self._journal.folder / f"{name.removesuffix('.pdf')}.xml", land_xml(given, file_name=name))
        if given.pdfa_sha256:
            _copy_blob(self._blobs, given.pdfa_sha256, self._journal.folder / name)

    def finish(self) -> list[Path]:
        return sorted(path for path in self._journal.folder.iterdir() if path.suffix in {".xml", ".pdf"})


class Packages:
    """One archival package a certificate; each is checked once it is written."""

    def __init__(self, journal: Journal, blobs: BlobStore, holder: Holder, pdfa_part: int) -> None:
        check_holder(holder)
        self._journal, self._blobs, self._holder, self._part = journal, blobs, holder, pdfa_part

    def add(self, given: HandedOn) -> None:
        if given.pdfa_sha256 is None:
            self._journal.remarks.append(given.remark(RemarkCode.NOT_ARCHIVED))
            return
        content = package_content(given, f"{self._part}b")
        place = _write_package(self._blobs, self._journal.folder, content, self._holder)
        if check_package(place):
            # Left from a disk that failed: made anew once, and if that fails too, it is told.
            shutil.rmtree(place)
            rewrite_package(self._blobs, self._journal.folder, content, self._holder)

    def finish(self) -> list[Path]:
        return sorted(self._journal.folder.glob("urn_*/METS.xml"))


def rewrite_package(blobs: BlobStore, folder: Path, content: PackageContent, holder: Holder) -> None:
    """Write a package that is not there; ``PackageInvalid`` when what was written does not pass its check."""
    place = _write_package(blobs, folder, content, holder)
    if faults := check_package(place):
        raise PackageInvalid(f"{place.name}: {faults[0].kind} {faults[0].path}")


def _write_package(blobs: BlobStore, folder: Path, content: PackageContent, holder: Holder) -> Path:
    # The setting may have changed since: which part of PDF/A it follows the document says itself.
    pdf = blobs.get(content.pdf_sha256)
    part = declared_part(pdf)
    content = replace(content, pdfa_part=f"{part}b") if part else content
    return write_package(folder, content, holder, lambda path: write_whole(path, pdf))


def as_json(given: HandedOn) -> dict[str, Any]:
    """A certificate as a line of JSON Lines."""
    return {
        "certificate_id": given.certificate_id,
        "scan_id": given.scan_id,
        "scan_sha256": given.scan_sha256,
        "pdfa_sha256": given.pdfa_sha256,
        "office": given.office,
        "decided_by": given.decided_by,
        "decided_at": given.decided_at.isoformat() if given.decided_at else None,
        "archived_at": given.archived_at.isoformat() if given.archived_at else None,
        "version": given.version,
        "personal_numbers": {str(index): number for index, number in given.numbers.items()},
        "personal_number_sources": {str(index): source for index, source in given.number_sources.items()},
        "verdicts": {str(index): verdict.value for index, verdict in given.verdicts.items()},
        "record": given.record.to_json(),
    }


def hash_of(files: Sequence[Path], folder: Path) -> tuple[str, list[str]]:
    """One hash for an export's files, and the list it is the hash of (as ``sha256sum`` writes and checks it)."""
    lines = [f"{file_sha256(path)}  {path.relative_to(folder).as_posix()}" for path in files]
    write_whole(folder / SUMS, "".join(f"{line}\n" for line in lines).encode())
    return file_sha256(folder / SUMS), [path.relative_to(folder).as_posix() for path in files]


# --- pieces


def _named(journal: Journal, given: HandedOn) -> str:
    """The name of the certificate's PDF in this export; a second paper with the same number gets a number behind."""
    first = pdf_name(given)
    number = journal.times_named(first)
    name = pdf_name(given, number)
    if number > 1:
        journal.remarks.append(given.remark(RemarkCode.NAME_TAKEN, name))
    return name


def _copy_blob(blobs: BlobStore, sha256: str, place: Path) -> None:
    """Copy a blob, checked, under a name; one that is there and sound is left."""
    if place.exists() and file_sha256(place) == sha256:
        return
    content = blobs.get(sha256)
    make_folder(place.parent)
    write_whole(place, content)


def _moved(journal: Journal, name: str) -> Path:
    """The spool under its lasting name, too: it goes only once the journal says that all is done."""
    place = journal.folder / name
    with disk_errors("write", place):
        place.unlink(missing_ok=True)
        try:
            place.hardlink_to(journal.spool_path())
        except OSError:  # A stick's file system has no links.
            shutil.copyfile(journal.spool_path(), place)
        sync_folder(journal.folder)
    return place


def _csv_line(cells: Sequence[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue().replace("\n", " ").encode()


def _harmless(cell: object) -> object:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(cell: object) -> object:
    """A cell as JSON keeps it; numbers keep their type so that the workbook writes them as numbers."""
    return float(cell) if isinstance(cell, Decimal) else cell
