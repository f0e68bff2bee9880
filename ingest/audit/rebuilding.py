"""Builds again what stands beside the records: the search index, and packages that were exported."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

import structlog

from archive.package_xml import Holder
from archive.packages import folder_name, objid_of
from certificate.errors import SohoaError
from ingest.audit import index, packages
from ingest.audit.damages import Damage
from ingest.exports.formats import rewrite_package
from ingest.exports.gathering import handed_on
from ingest.exports.packaging import package_content
from ingest.office import Office
from store.rows import HandedOnFilter

_log = structlog.get_logger()
_BATCH = 200


def rebuild_index(office: Office, damages: Iterable[Damage]) -> set[tuple[str, ...]]:
    """Make damaged rows of the search index anew, and the engine's index where it is damaged; gives what is mended."""
    mended = set()
    for damage in damages:
        if damage.code not in {*index.CODES.values(), index.ENGINE}:
            continue
        with office.database.unit_of_work() as unit:
            if damage.code == index.ENGINE:
                unit.search.rebuild_engine_index()
            else:
                unit.search.refresh(damage.certificate_id)
            unit.commit()
        mended.add(damage.key)
    return mended


def rebuild_packages(office: Office, damages: Iterable[Damage]) -> set[tuple[str, ...]]:
    """Write damaged and missing packages again from the archive; gives what is mended.

    A package of a version that is no longer the newest cannot be written again: it stays in the report.
    """
    wanted = {
        Path(damage.detail.partition(": ")[0]): damage
        for damage in damages
        if damage.code in {packages.DAMAGED, packages.MISSING}
    }
    mended = set()
    for place in _rewritten(office, wanted) if wanted else ():
        mended.add(wanted[place].key)
    return mended


def _rewritten(office: Office, wanted: Collection[Path]) -> Iterable[Path]:
    settings = office.settings
    holder = Holder(settings.fonds_code, settings.fonds_name, settings.archive_code, settings.archive_name)
    by_name: dict[str, list[Path]] = {}
    for place in wanted:
        by_name.setdefault(place.name, []).append(place)
    after = ""
    while True:
        with office.database.unit_of_work(read_only=True) as unit:
            rows = unit.handing_on.batch(HandedOnFilter(), after=after, limit=_BATCH)
        if not rows:
            return
        after = rows[-1].certificate_id
        for row in rows:
            given = handed_on(row)
            if given.pdfa_sha256 is None:
                continue
            content = package_content(given, f"{settings.pdfa_part}b")
            for place in by_name.get(folder_name(objid_of(content, holder)), ()):
                try:
                    shutil.rmtree(place, ignore_errors=True)
                    rewrite_package(office.blobs, place.parent, content, holder)
                    yield place
                except SohoaError as error:
                    _log.warning("not_repaired", package=place.name, code=error.code)
