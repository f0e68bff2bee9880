"""The archival packages that exports left on this machine: each file in them against METS, METS against the export.

What an export wrote is known from the chain of events: its folder, and the hash of its list ``SHA256SUMS``. A folder
that has been carried away is none of our business any more, and only told.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.outgoing import file_sha256
from archive.package_check import PackageFaultKind, check_package
from ingest.audit.checks import Scope, Step
from ingest.audit.damages import Damage
from ingest.exports.formats import SUMS

_EVENTS = 500
_PACKAGES = 20
DAMAGED, MISSING, LIST_ALTERED, AWAY = "package_damaged", "package_missing", "package_list_altered", "packages_away"


def run(scope: Scope, after: str) -> Iterator[Step]:
    """Export by export, package by package; the cursor is the event's number and how many packages are done."""
    at, _, done = after.partition(" ")
    number, done_packages = int(at or 0), int(done or 0)
    for event_number, folder, list_sha256 in _exports(scope, number):
        skipped = done_packages if event_number == number else 0
        if not folder.is_dir():
            yield Step(f"{event_number} 0", (Damage(AWAY, detail=str(folder)),))
            continue
        listed, damages = _listed(folder, list_sha256)
        for start in range(skipped, max(len(listed), 1), _PACKAGES):
            part = listed[start : start + _PACKAGES]
            damages += [found for name, sha256 in part for found in _package_damages(folder, name, sha256)]
            yield Step(f"{event_number} {start + len(part)}", tuple(damages), len(part))
            damages = []


def _exports(scope: Scope, number: int) -> Iterator[tuple[int, Path, str]]:
    """The exports of packages from this event on: number, folder, hash of the list; a folder's newest only counts."""
    found: dict[str, tuple[int, str]] = {}
    after = 0
    with scope.office.database.unit_of_work(read_only=True) as unit:
        while events := unit.inventory.events({"export_finished"}, after, _EVENTS):
            after = events[-1].number or after
            for event in events:
                if event.detail.get("format") == "aip" and "folder" in event.detail:
                    found[event.detail["folder"]] = (event.number or 0, event.detail["sha256"])
    for folder, (event_number, sha256) in sorted(found.items(), key=lambda item: item[1]):
        if event_number >= number:
            yield event_number, Path(folder), sha256


def _listed(folder: Path, list_sha256: str) -> tuple[list[tuple[str, str]], list[Damage]]:
    """The packages of an export and the hash of each one's METS; by what is there where the list itself is damaged."""
    place = folder / SUMS
    try:
        if file_sha256(place) == list_sha256:
            lines = place.read_text(encoding="utf-8").splitlines()
            return [
                (name.partition("/")[0], sha256) for sha256, _, name in (line.partition("  ") for line in lines)
            ], []
    except OSError:
        pass
    return [(path.name, "") for path in sorted(folder.glob("urn_*"))], [Damage(LIST_ALTERED, detail=str(place))]


def _package_damages(folder: Path, name: str, mets_sha256: str) -> Iterator[Damage]:
    place = folder / name
    if not place.is_dir():
        yield Damage(MISSING, detail=str(place))
        return
    is_as_exported = (place / "METS.xml").is_file() and file_sha256(place / "METS.xml") == mets_sha256
    # An older package was written by other schemas, and asked the settings for the part of PDF/A; what vouches for it
    # is the hash of its METS.
    kinds = {PackageFaultKind.AGAINST_SCHEMA, PackageFaultKind.OTHER_FORMAT} if is_as_exported else set()
    faults = [f"{fault.kind} {fault.path}" for fault in check_package(place) if fault.kind not in kinds]
    # A package may be forged as a whole, in itself without a fault: the export remembers what its METS was.
    if not faults and mets_sha256 and not is_as_exported:
        faults = ["altered METS.xml"]
    if faults:
        yield Damage(DAMAGED, detail=f"{place}: {faults[0]}")
