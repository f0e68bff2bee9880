"""Checks an archival package: nothing missing, nothing added, nothing altered, every part what its schema allows.

Trusts nothing inside the package: schemas are our own, references may not lead out of the folder, links are not
followed, documents with entities are not expanded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from archive.outgoing import file_sha256
from archive.package_xml import METS as METS_SPACE
from archive.package_xml import PREMIS as PREMIS_SPACE
from archive.package_xml import XLINK
from archive.packages import EAD, METS, PREMIS, REP, REP_METS, REP_PREMIS, folder_name
from archive.pdfa import declared_part

_SPACES = {"mets": METS_SPACE, "premis": PREMIS_SPACE}
# No XML of a package comes near this; a bomb does.
_MOST_XML_BYTES = 20_000_000


class PackageFaultKind(StrEnum):
    """What can be wrong with a package."""

    NO_PACKAGE = "no_package"
    WRONG_NAME = "wrong_name"
    MISSING = "missing"
    UNLISTED = "unlisted"
    ALTERED = "altered"
    NOT_XML = "not_xml"
    AGAINST_SCHEMA = "against_schema"
    LEADS_OUT = "leads_out"
    DISAGREES = "disagrees"
    OTHER_FORMAT = "other_format"


@dataclass(frozen=True, slots=True)
class PackageFault:
    """One thing wrong with a package: where, and in what way."""

    kind: PackageFaultKind
    path: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file as METS lists it, by its path from the package's folder."""

    path: str
    size_bytes: int
    sha256: str


def check_package(path: Path) -> tuple[PackageFault, ...]:
    """Everything that is wrong with the package in a folder; empty when it is whole."""
    if not path.is_dir() or path.is_symlink():
        return (PackageFault(PackageFaultKind.NO_PACKAGE, path.name, "no such folder"),)
    return tuple(_faults(path))


def _faults(path: Path) -> Iterator[PackageFault]:
    present = dict(_files(path))
    for name, is_link in present.items():
        if is_link:
            yield PackageFault(PackageFaultKind.LEADS_OUT, name, "a link, not a file")
    trees: dict[str, Any] = {}
    for name, schema in _documents(present):
        if name not in present:
            yield PackageFault(PackageFaultKind.MISSING, name)
            continue
        tree, fault = _parsed(path / name, name, schema)
        if fault:
            yield fault
        if tree is not None:
            trees[name] = tree
    listed: dict[str, _Listed] = {}
    for file, name in _all_listed(trees):
        if _leads_out(file.path):
            yield PackageFault(PackageFaultKind.LEADS_OUT, name, file.path)
        else:
            listed[file.path] = file
    objid = trees[METS].getroot().get("OBJID", "") if METS in trees else None
    if objid is not None and folder_name(objid) != path.name:
        yield PackageFault(PackageFaultKind.WRONG_NAME, path.name, objid)
    yield from _compare(path, present, listed)
    yield from _agreement(trees, listed)
    yield from _formats(path, trees, listed)


def _all_listed(trees: dict[str, Any]) -> Iterator[tuple[_Listed, str]]:
    """The files that the two METS list, with the METS that does."""
    for name, root in ((METS, ""), (REP_METS, REP)):
        if name in trees:
            for file in _listed(trees[name], root):
                yield file, name


def _compare(path: Path, present: dict[str, bool], listed: dict[str, _Listed]) -> Iterator[PackageFault]:
    """The files that are there against those that METS lists."""
    for name in sorted(listed.keys() - present.keys()):
        yield PackageFault(PackageFaultKind.MISSING, name)
    for name in sorted(present.keys() - listed.keys() - {METS}):
        yield PackageFault(PackageFaultKind.UNLISTED, name)
    for name in sorted(listed.keys() & present.keys()):
        file = path / name
        if present[name]:
            continue
        if file.stat().st_size != listed[name].size_bytes or file_sha256(file) != listed[name].sha256:
            yield PackageFault(PackageFaultKind.ALTERED, name)
    if METS in present and not any(name.startswith(f"{REP}/data/") for name in listed):
        yield PackageFault(PackageFaultKind.MISSING, f"{REP}/data", "no document")


def _agreement(trees: dict[str, Any], listed: dict[str, _Listed]) -> Iterator[PackageFault]:
    """PREMIS must say of each document what METS says of it."""
    if PREMIS not in trees:
        return
    known = {(file.sha256, str(file.size_bytes)) for name, file in listed.items() if name.startswith(f"{REP}/data/")}
    kept = {
        (element.findtext(".//premis:messageDigest", "", _SPACES), element.findtext(".//premis:size", "", _SPACES))
        for element in trees[PREMIS].iterfind("premis:object", _SPACES)
    }
    if known != kept:
        yield PackageFault(PackageFaultKind.DISAGREES, PREMIS, "fixity differs from METS")


def _formats(path: Path, trees: dict[str, Any], listed: dict[str, _Listed]) -> Iterator[PackageFault]:
    """PREMIS must say of each document which part of PDF/A it follows, as the document itself does."""
    if PREMIS not in trees:
        return
    said = {
        element.findtext(".//premis:messageDigest", "", _SPACES): element.findtext(
            ".//premis:formatVersion", "", _SPACES
        )
        for element in trees[PREMIS].iterfind("premis:object", _SPACES)
    }
    for name, file in listed.items():
        place = path / name
        if file.sha256 not in said or not name.startswith(f"{REP}/data/") or place.is_symlink() or not place.is_file():
            continue
        part = declared_part(place.read_bytes())
        if part is not None and said[file.sha256] != f"{part}b":
            yield PackageFault(PackageFaultKind.OTHER_FORMAT, PREMIS, f"{said[file.sha256]}, not {part}b")


def _files(path: Path) -> Iterator[tuple[str, bool]]:
    """Every file of the package by its path, and whether it is a link."""
    for folder, folders, names in os.walk(path):
        for name in names + [each for each in folders if (Path(folder) / each).is_symlink()]:
            place = Path(folder) / name
            yield place.relative_to(path).as_posix(), place.is_symlink()


def _documents(present: dict[str, bool]) -> Iterator[tuple[str, str]]:
    """The XML documents that there must be, and those that there may be, with their schema."""
    yield METS, "METS.xsd"
    yield EAD, "EAD.xsd"
    yield PREMIS, "PREMIS.xsd"
    yield REP_METS, "METS.xsd"
    yield f"{REP}/{REP_PREMIS}", "PREMIS.xsd"
    for name in sorted(present):
        if PurePosixPath(name).name.startswith("EAD_doc_") and name.endswith(".xml"):
            yield name, "EAD_doc.xsd"


def _parsed(place: Path, name: str, schema: str) -> tuple[Any, PackageFault | None]:
    if place.is_symlink() or place.stat().st_size > _MOST_XML_BYTES:
        return None, PackageFault(PackageFaultKind.NOT_XML, name, "too large or a link")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.parse(str(place), parser)
    except (etree.XMLSyntaxError, OSError) as error:
        return None, PackageFault(PackageFaultKind.NOT_XML, name, str(error).splitlines()[0][:200])
    if tree.docinfo.doctype:
        return None, PackageFault(PackageFaultKind.NOT_XML, name, "a document type of its own")
    checked = _schema(schema)
    if not checked.validate(tree):
        first = checked.error_log.last_error
        detail = f"line {first.line}: {first.message}"[:300] if first else ""
        return tree, PackageFault(PackageFaultKind.AGAINST_SCHEMA, name, detail)
    return tree, None


@cache
def _schema(name: str) -> Any:
    # The schemas refer to one another by name, so they must lie side by side as files.
    with as_file(files("archive").joinpath("data", "schemas")) as folder:
        return etree.XMLSchema(etree.parse(str(folder / name)))


def _listed(tree: Any, root: str) -> Iterator[_Listed]:
    """The files that a METS lists, by their paths from the package's folder."""
    for element in tree.iterfind(".//mets:mdRef", _SPACES):
        yield _as_listed(element, element, root)
    for element in tree.iterfind(".//mets:file", _SPACES):
        place = element.find("mets:FLocat", _SPACES)
        if place is not None:
            yield _as_listed(place, element, root)


def _as_listed(place: Any, fixity: Any, root: str) -> _Listed:
    href = place.get(f"{{{XLINK}}}href", "")
    size = fixity.get("SIZE", "")
    return _Listed(
        f"{root}/{href}" if root else href, int(size) if size.isdecimal() else -1, fixity.get("CHECKSUM", "").lower()
    )


def _leads_out(path: str) -> bool:
    parts = PurePosixPath(path)
    return parts.is_absolute() or ".." in parts.parts or ":" in path or "\\" in path
