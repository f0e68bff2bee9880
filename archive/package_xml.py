"""The XML of an archival package: METS for its structure, EAD for what it is, PREMIS for how it is kept.

Knows the three vocabularies and nothing of disks. Everything is made of what is given, so the same package gives the
same bytes. Source: TT 05/2025/TT-BNV, Phụ lục I (AIP_hoso); E-ARK CSIP; METS 1.12; PREMIS 3.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from lxml import etree

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
PREMIS = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
VIETNAM = timezone(timedelta(hours=7))
SOFTWARE = "Sổ Hóa"
_PROFILE = "https://earkaip.dilcis.eu/profile/E-ARK-AIP.xml"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sohoa:package:1")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose papers these are: the fonds (phông) and the archive that keeps it, each by code and name."""

    fonds_code: str
    fonds_name: str
    archive_code: str = ""
    archive_name: str = ""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the package as METS lists it; ``path`` is relative to that METS."""

    path: str
    media_type: str
    size_bytes: int
    sha256: str
    created: datetime


@dataclass(frozen=True, slots=True)
class PreservedDocument:
    """A document as PREMIS lists it: its file, the name its scan came by, and what became of it, in order.

    ``format_version`` is the part of PDF/A, such as ``2b``; ``events`` are kind, moment and outcome.
    """

    file: KeptFile
    original_name: str
    format_version: str
    events: Sequence[tuple[str, datetime, str]]


def moment(at: datetime) -> str:
    """A moment as the annex wants it: ISO 8601 on Vietnam's clock."""
    return at.astimezone(VIETNAM).replace(microsecond=0).isoformat()


def identifier(objid: str, *parts: str) -> str:
    """An ID for a part of a package: always the same for the same part."""
    return f"uuid-{str(uuid.uuid5(_SPACE, '|'.join((objid, *parts)))).upper()}"


def xml_text(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def serialized(element: Any) -> bytes:
    """The element as a document."""
    text: bytes = etree.tostring(element, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def simple_description(values: Iterable[tuple[str, str | None]]) -> bytes:
    """A description by plain elements, those without a value left out."""
    root = etree.Element("simpledc")
    for name, value in values:
        if value:
            etree.SubElement(root, name).text = xml_text(value)
    return serialized(root)


def package_mets(
    objid: str,
    label: str,
    holder: Holder,
    created: datetime,
    *,
    description: KeptFile,
    preservation: KeptFile,
    schemas: Sequence[KeptFile],
    representation: KeptFile,
) -> bytes:
    """The METS of the whole package."""
    root = _mets(objid, label, holder, created)
    dmd, amd = _sections(root, objid, [description], preservation)
    files = _sub(root, "fileSec", ID=identifier(objid, "fileSec"))
    schema_ids = _group(files, objid, "Schemas", schemas)
    representation_ids = _group(files, objid, "Representations/rep1", [representation])
    top = _structure(root, objid, label)
    _sub(top, "div", ID=identifier(objid, "div", "Metadata"), LABEL="Metadata", DMDID=" ".join(dmd), ADMID=amd)
    for name, ids in (("Schemas", schema_ids), ("Representations/rep1", representation_ids)):
        part = _sub(top, "div", ID=identifier(objid, "div", name), LABEL=name)
        if name != "Schemas":
            pointer = _sub(part, "mptr", LOCTYPE="URL")
            _place(pointer, representation.path)
            pointer.set(f"{{{XLINK}}}title", "METS rep1")
        for file_id in ids:
            _sub(part, "fptr", FILEID=file_id)
    return serialized(root)


def representation_mets(
    objid: str,
    label: str,
    holder: Holder,
    created: datetime,
    *,
    descriptions: Sequence[KeptFile],
    preservation: KeptFile,
    documents: Sequence[KeptFile],
) -> bytes:
    """The METS of the representation: its documents, each with its description."""
    root = _mets("rep1", label, holder, created)
    dmd, amd = _sections(root, f"{objid}/rep1", descriptions, preservation)
    files = _sub(root, "fileSec", ID=identifier(objid, "rep1", "fileSec"))
    ids = _group(files, f"{objid}/rep1", "Data", documents)
    top = _structure(root, f"{objid}/rep1", label)
    data = _sub(top, "div", ID=identifier(objid, "rep1", "div", "Data"), LABEL="Data")
    links = _sub(top, "div", ID=identifier(objid, "rep1", "div", "MetadataLink"), LABEL="MetadataLink")
    for document, file_id, description_id in zip(documents, ids, dmd, strict=True):
        name = document.path.rpartition("/")[2]
        _sub(
            _sub(data, "div", ID=identifier(objid, "rep1", "Data", name), LABEL=name),
            "fptr",
            FILEID=file_id,
        )
        link = _sub(
            links,
            "div",
            ID=identifier(objid, "rep1", "MetadataLink", name),
            LABEL="MetadataLink/File",
            DMDID=description_id,
            ADMID=amd,
        )
        _sub(link, "fptr", FILEID=file_id)
    return serialized(root)


def file_identifier(objid: str, path: str) -> str:
    """The ID under which the representation's METS lists a document; PREMIS speaks of it by this."""
    return identifier(f"{objid}/rep1", "file", path)


def preservation(objid: str, documents: Sequence[PreservedDocument], *, representation: bool) -> bytes:
    """PREMIS: the documents with their fixity (or the representation that they are parts of), events and the agent."""
    root = etree.Element(f"{{{PREMIS}}}premis", version="3.0", nsmap={"premis": PREMIS, "xsi": XSI})
    ids = [file_identifier(objid, document.file.path) for document in documents]
    if representation:
        _representation(root, ids)
    else:
        for document, file_id in zip(documents, ids, strict=True):
            _document(root, document, file_id)
    agent = identifier(objid, "agent")
    for document, file_id in zip(documents, ids, strict=True):
        for number, (kind, at, outcome) in enumerate(document.events, 1):
            event = _premis(root, "event")
            value = identifier(objid, "event", file_id, str(number), "rep1" if representation else "")
            _pair(event, "eventIdentifier", "UUID", value)
            _premis(event, "eventType").text = kind
            _premis(event, "eventDateTime").text = moment(at)
            _premis(_premis(event, "eventOutcomeInformation"), "eventOutcome").text = outcome
            _pair(event, "linkingAgentIdentifier", "UUID", agent)
            _pair(event, "linkingObjectIdentifier", "UUID", "rep1" if representation else file_id)
    acting = _premis(root, "agent")
    _pair(acting, "agentIdentifier", "UUID", agent)
    _premis(acting, "agentName").text = SOFTWARE
    _premis(acting, "agentType").text = "software"
    return serialized(root)


# --- pieces


def _mets(objid: str, label: str, holder: Holder, created: datetime) -> Any:
    root = etree.Element(
        f"{{{METS}}}mets",
        nsmap={"mets": METS, "xlink": XLINK, "csip": CSIP, "xsi": XSI},
        OBJID=objid,
        TYPE="Mixed",
        LABEL=xml_text(label),
        PROFILE=_PROFILE,
    )
    header = _sub(root, "metsHdr", CREATEDATE=moment(created), RECORDSTATUS="NEW")
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", "AIP")
    _agent(header, "CREATOR", holder.fonds_name or holder.fonds_code, holder.fonds_code)
    software = _sub(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    _sub(software, "name").text = SOFTWARE
    if holder.archive_code or holder.archive_name:
        _agent(header, "ARCHIVIST", holder.archive_name or holder.archive_code, holder.archive_code)
    return root


def _agent(header: Any, role: str, name: str, code: str) -> None:
    agent = _sub(header, "agent", ROLE=role, TYPE="ORGANIZATION")
    _sub(agent, "name").text = name
    if code:
        note = _sub(agent, "note")
        note.text = code
        note.set(f"{{{CSIP}}}NOTETYPE", "IDENTIFICATIONCODE")


def _sections(
    root: Any, at: str, descriptions: Sequence[KeptFile], preservation_file: KeptFile
) -> tuple[list[str], str]:
    ids = []
    for file in descriptions:
        section_id = identifier(at, "dmdSec", file.path)
        section = _sub(root, "dmdSec", ID=section_id, CREATED=moment(file.created), STATUS="CURRENT")
        _reference(section, at, "EAD", file)
        ids.append(section_id)
    amd_id = identifier(at, "amdSec")
    section = _sub(root, "amdSec", ID=amd_id)
    _reference(
        _sub(section, "digiprovMD", ID=identifier(at, "digiprovMD"), STATUS="CURRENT"), at, "PREMIS", preservation_file
    )
    return ids, amd_id


def _reference(parent: Any, at: str, kind: str, file: KeptFile) -> None:
    element = _sub(parent, "mdRef", ID=identifier(at, "mdRef", file.path), LOCTYPE="URL", MDTYPE=kind, **_fixity(file))
    _place(element, file.path)


def _group(files: Any, at: str, use: str, kept: Sequence[KeptFile]) -> list[str]:
    group = _sub(files, "fileGrp", ID=identifier(at, "fileGrp", use), USE=use)
    ids = []
    for file in kept:
        file_id = identifier(at, "file", file.path)
        element = _sub(group, "file", ID=file_id, **_fixity(file))
        _place(_sub(element, "FLocat", LOCTYPE="URL"), file.path)
        ids.append(file_id)
    return ids


def _structure(root: Any, at: str, label: str) -> Any:
    element = _sub(root, "structMap", ID=identifier(at, "structMap"), TYPE="PHYSICAL", LABEL="CSIP")
    return _sub(element, "div", ID=identifier(at, "div", "top"), LABEL=xml_text(label))


def _fixity(file: KeptFile) -> dict[str, str]:
    return {
        "MIMETYPE": file.media_type,
        "SIZE": str(file.size_bytes),
        "CREATED": moment(file.created),
        "CHECKSUM": file.sha256,
        "CHECKSUMTYPE": "SHA-256",
    }


def _place(element: Any, path: str) -> None:
    element.set(f"{{{XLINK}}}type", "simple")
    element.set(f"{{{XLINK}}}href", path)


def _document(root: Any, document: PreservedDocument, file_id: str) -> None:
    element = _premis(root, "object", xmlID=file_id)
    element.set(f"{{{XSI}}}type", "premis:file")
    _pair(element, "objectIdentifier", "UUID", file_id)
    _pair(element, "objectIdentifier", "LOCAL_FILENAME", document.file.path.rpartition("/")[2])
    what = _premis(element, "objectCharacteristics")
    fixity = _premis(what, "fixity")
    _premis(fixity, "messageDigestAlgorithm").text = "SHA-256"
    _premis(fixity, "messageDigest").text = document.file.sha256
    _premis(what, "size").text = str(document.file.size_bytes)
    designation = _premis(_premis(what, "format"), "formatDesignation")
    _premis(designation, "formatName").text = "PDF/A"
    _premis(designation, "formatVersion").text = document.format_version
    if document.original_name:
        _premis(element, "originalName").text = xml_text(document.original_name)


def _representation(root: Any, ids: Sequence[str]) -> None:
    element = _premis(root, "object", xmlID="rep1")
    element.set(f"{{{XSI}}}type", "premis:representation")
    _pair(element, "objectIdentifier", "UUID", "rep1")
    for file_id in ids:
        relation = _premis(element, "relationship")
        _premis(relation, "relationshipType").text = "structural"
        _premis(relation, "relationshipSubType").text = "has part"
        _pair(relation, "relatedObjectIdentifier", "UUID", file_id)


def _pair(parent: Any, name: str, kind: str, value: str) -> None:
    element = _premis(parent, name)
    _premis(element, f"{name}Type").text = kind
    _premis(element, f"{name}Value").text = value


def _sub(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{METS}}}{name}", **attributes)


def _premis(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{PREMIS}}}{name}", **attributes)
