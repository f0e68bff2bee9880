"""Archival packages (AIP): one certificate's PDF/A in the folder that an archive takes in, whole or not at all.

Owns what a package is called and where each file lies; the XML is ``package_xml``'s, the check ``package_check``'s.
Source: TT 05/2025/TT-BNV, Phụ lục I. The codes below are those of the annex's lists, as land-office software has them.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

from archive.outgoing import disk_errors, file_sha256, whole_folder
from archive.package_xml import (
    Holder,
    KeptFile,
    PreservedDocument,
    package_mets,
    preservation,
    representation_mets,
    simple_description,
)
from certificate.errors import SettingsInvalid
from certificate.text import strip_accents

SCHEMAS = ("DILCISExtensionMETS.xsd", "EAD.xsd", "EAD_doc.xsd", "METS.xsd", "PREMIS.xsd", "xlink.xsd")
METS, REP, REP_METS = "METS.xml", "representations/rep1", "representations/rep1/METS.xml"
EAD, PREMIS = "metadata/descriptive/EAD.xml", "metadata/preservation/PREMIS.xml"
REP_PREMIS = "metadata/preservation/PREMIS_rep1.xml"
# Of the annex's lists: kept for ever, used on condition, in Vietnamese, a document of another kind, digitised from
# paper, whose condition is ordinary (what could not be read is not archived).
_FOR_EVER, _ON_CONDITION, _VIETNAMESE, _OTHER_KIND, _DIGITISED, _ORDINARY = "01", "02", "01", "32", "02", "02"
# How much the annex's fields hold.
_KEYWORDS, _SIGN, _NOTES, _NAMES, _NUMBER, _SUBJECT, _TITLE = 100, 30, 2000, 200, 11, 500, 1000
_XML, _PDF = "text/xml", "application/pdf"
_FONDS = re.compile(r"[A-Za-z0-9.-]+")
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sohoa:aip:1")
# The code names the package's files; a serial number read wrong may be of any length.
_LONGEST_SERIAL = 40
_NOT_CODE = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class PackageContent:
    """A certificate as its package tells it; ``pdf_sha256`` tells one version's package from the next one's."""

    certificate_id: str
    title: str
    serial_number: str | None
    year: int | None
    first_day: date | None
    last_day: date | None
    keywords: Sequence[str]
    description: str
    authority: str | None
    signer: str | None
    original_name: str
    page_count: int
    paper_count: int
    pdf_sha256: str
    pdfa_part: str
    decided_at: datetime
    archived_at: datetime
    register_number: str | None = None
    events: Sequence[tuple[str, datetime, str]] = field(default=())


def check_holder(holder: Holder) -> None:
    """``SettingsInvalid`` unless the fonds has a code that may stand in a package's name."""
    if not _FONDS.fullmatch(holder.fonds_code):
        raise SettingsInvalid("fonds_code: mã phông, chữ cái không dấu, chữ số, dấu chấm, gạch nối / letters, digits")


def objid_of(content: PackageContent, holder: Holder) -> str:
    """The package's identifier, the same at every export of the same version."""
    number = uuid.uuid5(_SPACE, f"{content.certificate_id}|{content.pdf_sha256}")
    return f"urn:{holder.fonds_code}:uuid:{str(number).upper()}"


def folder_name(objid: str) -> str:
    """The name of the package's folder."""
    return objid.replace(":", "_")


def file_code(content: PackageContent, holder: Holder) -> str:
    """The dossier's code in the archive: archive, fonds, year and serial number; the archive may number it anew."""
    serial = _NOT_CODE.sub("", strip_accents(content.serial_number or ""))[:_LONGEST_SERIAL]
    # The end of an id is what tells two papers of one scan apart.
    serial = serial or content.certificate_id[-12:].upper()
    parts = (holder.archive_code, holder.fonds_code, str(content.year or "0000"), serial)
    return ".".join(part for part in parts if part)


def write_package(target: Path, content: PackageContent, holder: Holder, copy_pdf: Callable[[Path], None]) -> Path:
    """Write the package below ``target`` and give its folder; one that is there already is left alone.

    ``copy_pdf`` puts the PDF/A at a path. Raises ``StoreFull``, ``StoreUnwritable``, ``SettingsInvalid``.
    """
    check_holder(holder)
    objid = objid_of(content, holder)
    place = target / folder_name(objid)
    if place.is_dir():
        return place
    with whole_folder(place) as folder:
        _Writer(folder, objid, content, holder).write(copy_pdf)
    return place


@dataclass(frozen=True)
class _Writer:
    folder: Path
    objid: str
    content: PackageContent
    holder: Holder

    def write(self, copy_pdf: Callable[[Path], None]) -> None:
        given, code = self.content, file_code(self.content, self.holder)
        schemas = [
            self._put(f"schemas/{name}", files("archive").joinpath("data", "schemas", name).read_bytes(), "")
            for name in SCHEMAS
        ]
        name = f"{code}.001"
        document = self._document(f"{REP}/data/{name}.pdf", copy_pdf)
        kept = PreservedDocument(document, given.original_name, given.pdfa_part, given.events)
        description = self._put(f"{REP}/metadata/descriptive/EAD_doc_{name}.xml", self._of_document(code, name), REP)
        rep_premis = self._put(f"{REP}/{REP_PREMIS}", preservation(self.objid, [kept], representation=True), REP)
        rep_mets = representation_mets(
            self.objid,
            given.title,
            self.holder,
            given.archived_at,
            descriptions=[description],
            preservation=rep_premis,
            documents=[document],
        )
        representation = self._put(REP_METS, rep_mets, "")
        ead = self._put(EAD, self._of_dossier(code), "")
        premis = self._put(PREMIS, preservation(self.objid, [kept], representation=False), "")
        mets = package_mets(
            self.objid,
            given.title,
            self.holder,
            given.archived_at,
            description=ead,
            preservation=premis,
            schemas=schemas,
            representation=representation,
        )
        self._put(METS, mets, "")

    def _put(self, path: str, data: bytes, root: str) -> KeptFile:
        place = self.folder / path
        with disk_errors("write", place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return self._kept(path, root, _XML)

    def _document(self, path: str, copy_pdf: Callable[[Path], None]) -> KeptFile:
        place = self.folder / path
        with disk_errors("write", place):
            place.parent.mkdir(parents=True, exist_ok=True)
            copy_pdf(place)
        return self._kept(path, REP, _PDF)

    def _kept(self, path: str, root: str, media_type: str) -> KeptFile:
        place = self.folder / path
        inside = path.removeprefix(f"{root}/") if root else path
        return KeptFile(inside, media_type, place.stat().st_size, file_sha256(place), self.content.archived_at)

    def _of_dossier(self, code: str) -> bytes:
        given = self.content
        return simple_description(
            (
                ("arcFileCode", code),
                ("title", _shortened(given.title, _TITLE)),
                ("maintenance", _FOR_EVER),
                ("mode", _ON_CONDITION),
                ("language", _VIETNAMESE),
                ("startDate", given.first_day.isoformat() if given.first_day else None),
                ("endDate", given.last_day.isoformat() if given.last_day else None),
                ("keyword", _joined(given.keywords)),
                ("totalDoc", "1"),
                ("numberOfPaper", str(given.paper_count)),
                ("numberOfPage", str(given.page_count)),
                ("format", _ORDINARY),
                ("inforSign", _shortened(given.serial_number, _SIGN)),
                ("confidenceLevel", _DIGITISED),
                ("paperFileCode", _shortened(given.register_number or given.serial_number or code, _KEYWORDS)),
                ("description", _shortened(given.description, _NOTES)),
            )
        )

    def _of_document(self, code: str, name: str) -> bytes:
        given = self.content
        return simple_description(
            (
                ("arcFileCode", code),
                ("mode", _ON_CONDITION),
                ("language", _VIETNAMESE),
                ("keyword", _joined(given.keywords)),
                ("numberOfPage", str(given.page_count)),
                ("format", _ORDINARY),
                ("inforSign", _shortened(given.serial_number, _SIGN)),
                ("confidenceLevel", _DIGITISED),
                ("description", _shortened(f"Người ký: {given.signer}", _NOTES) if given.signer else None),
                ("docCode", name),
                ("docOrdinal", "1"),
                ("typeName", _OTHER_KIND),
                ("codeNumber", _shortened(given.serial_number, _NUMBER)),
                ("codeNotation", _shortened(given.register_number, _SIGN)),
                ("issuedDate", given.first_day.isoformat() if given.first_day else None),
                ("organName", _shortened(given.authority, _NAMES)),
                ("subject", _shortened(given.title, _SUBJECT)),
            )
        )


def _shortened(text: str | None, most: int) -> str | None:
    """As much of a text as a field of the annex holds; the whole stands in the document itself."""
    return text if text is None or len(text) <= most else f"{text[: most - 1]}…"


def _joined(keywords: Sequence[str]) -> str:
    """As many whole keywords as the field holds."""
    found = ""
    for keyword in keywords:
        longer = f"{found}; {keyword}" if found else keyword
        if len(longer) <= _KEYWORDS:
            found = longer
    return found
