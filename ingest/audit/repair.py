"""Building again what can be built again: after an audit, one damaged scan after the other.

What is rebuilt comes from what vouches for it: PDF/A from original and approved version, previews from the original,
an original from the PDF/A that holds its bytes, a record from its version, copies and the search index from the record,
exported packages from the archive, jobs from the database. Everything else stays as it is and in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from archive.pdfa import image_with_hash
from certificate.errors import ArchiveError, BlobCorrupt, BlobMissing, SohoaError
from ingest import retention
from ingest.audit.checks import Scope
from ingest.audit.damages import Damage, Gravity, Role
from ingest.audit.rebuilding import rebuild_index, rebuild_packages
from ingest.audit.records import attested_pictures, look_at_scan
from ingest.audit.run import Report, write_report
from ingest.locks import archive_in_use
from ingest.office import Office
from ingest.pipeline import as_file, keep_pdfa
from ingest.scheduling import reconcile
from store.rows import VersionKind

_log = structlog.get_logger()


def repair(office: Office, report: Report, *, who: str) -> Report:
    """Rebuild what the report names, look again, and write the report anew with what is mended.

    A repair that fails leaves its damage in the report; the others go on.
    """
    mended: set[tuple[str, ...]] = set()
    for scan_id in dict.fromkeys(damage.scan_id for damage in report.damages if damage.scan_id):
        damages = [damage for damage in report.damages if damage.scan_id == scan_id]
        with archive_in_use(office.settings):
            for work in _WORKS:
                _try(work, office, damages, who)
        mended |= _mended(office, scan_id, damages)
    mended |= _mend_the_rest(office, report.damages)
    damages_now = tuple(replace(damage, mended=damage.key in mended or damage.mended) for damage in report.damages)
    done = replace(report, damages=damages_now)
    write_report(done)
    return done


_Work = Callable[[Office, Damage, str], None]


def _try(work: tuple[Callable[[Damage], bool], _Work], office: Office, damages: Iterable[Damage], who: str) -> None:
    applies, mend = work
    for damage in damages:
        if applies(damage):
            try:
                mend(office, damage, who)
            except SohoaError as error:
                _log.warning("not_repaired", scan_id=damage.scan_id, damage=damage.code, code=error.code)


def _mended(office: Office, scan_id: str, damages: list[Damage]) -> set[tuple[str, ...]]:
    with office.database.unit_of_work(read_only=True) as unit:
        scan = unit.inventory.scan(scan_id)
    if scan is None:
        return set()
    scope = Scope(office, False, datetime.now(UTC), lambda _: True, lambda _: True)  # noqa: FBT003 - not thorough
    # By what is hurt, not by its words: a blob may be damaged in another way by now.
    left = {_place(damage) for damage in look_at_scan(scope, scan)}
    return {
        damage.key
        for damage in damages
        if _place(damage) not in left and damage.gravity is not Gravity.NOTICE and damage.code != "scan_stranded"
    }


def _place(damage: Damage) -> tuple[str, ...]:
    return (damage.scan_id, damage.certificate_id, damage.blob, "" if damage.blob else damage.code)


def _mend_the_rest(office: Office, damages: Sequence[Damage]) -> set[tuple[str, ...]]:
    mended: set[tuple[str, ...]] = set()
    stranded = [damage for damage in damages if damage.code == "scan_stranded"]
    try:
        if stranded:
            reconcile(office)
            mended |= {damage.key for damage in stranded}
        for damage in damages:
            if damage.code == "retention_unfinished":
                retention.execute(office, damage.detail)
                mended.add(damage.key)
        mended |= rebuild_index(office, damages)
        mended |= rebuild_packages(office, damages)
    except SohoaError as error:
        _log.warning("not_repaired", code=error.code)
    return mended


# --- the single repairs


def _restore_record(office: Office, damage: Damage, who: str) -> None:
    """The newest version, if the chain vouches for it: ``row_damages`` has said so by not naming it."""
    with office.database.unit_of_work() as unit:
        newest = unit.versions.list(damage.certificate_id)[-1]
        attested = any(
            event.detail.get("record_sha256") == newest.record_sha256 for event in unit.events.for_scan(damage.scan_id)
        )
        if attested:
            record = unit.versions.record(damage.certificate_id, newest.number)
            unit.repairs.restore_record(damage.certificate_id, record, who)
            unit.commit()


def _rewrite_copies(office: Office, damage: Damage, who: str) -> None:
    with office.database.unit_of_work() as unit:
        unit.repairs.rewrite_copies(damage.certificate_id, who)
        unit.commit()


def _name_pictures(office: Office, damage: Damage, who: str) -> None:
    """Name the pictures again that the chain vouches for."""
    with office.database.unit_of_work() as unit:
        named = attested_pictures(unit.events.for_scan(damage.scan_id), damage.certificate_id)
        if named is not None:
            unit.repairs.replace_previews(damage.certificate_id, named, who)
            unit.commit()


def _recover_original(office: Office, damage: Damage, who: str) -> None:
    """A JPEG scan lies whole in its PDF/A; of other files only pictures are there, and those are not the original."""
    del who
    with office.database.unit_of_work(read_only=True) as unit:
        papers = unit.certificates.for_scan(damage.scan_id)
    for paper in papers:
        if paper.pdfa_sha256 is None:
            continue
        try:
            data = image_with_hash(office.blobs.get(paper.pdfa_sha256), damage.blob)
        except (BlobMissing, BlobCorrupt):
            continue
        if data is not None:
            office.blobs.put(data)
            return


def _draw_previews(office: Office, damage: Damage, who: str) -> None:
    """Read the original again for its pictures; what was read then stays."""
    with office.database.unit_of_work(read_only=True) as unit:
        scan = unit.scans.get(damage.scan_id)
        papers = unit.certificates.for_scan(damage.scan_id)
    with as_file(office, scan.sha256) as path:
        reading = office.reader.read(path, scan.file_name)
    for paper in papers:
        if paper.position >= len(reading.certificates):
            continue
        faces = reading.certificates[paper.position].faces
        if len(faces) != len(paper.previews) or damage.blob not in paper.previews:
            continue
        drawn = [office.blobs.put(face.preview_jpeg) for face in faces]
        kept = [new if old == damage.blob else old for old, new in zip(paper.previews, drawn, strict=True)]
        if kept != paper.previews:
            with office.database.unit_of_work() as unit:
                unit.repairs.replace_previews(paper.id, kept, who)
                unit.commit()


def _write_pdfa(office: Office, damage: Damage, who: str) -> None:
    """Write the document again of the version that it was made of."""
    with office.database.unit_of_work(read_only=True) as unit:
        scan = unit.scans.get(damage.scan_id)
        certificate = unit.certificates.get(damage.certificate_id)
        made_of = [
            version
            for version in unit.versions.list(damage.certificate_id)
            if version.pdfa_sha256 == damage.blob and version.kind is VersionKind.APPROVED
        ]
        if not made_of:
            raise ArchiveError("no approved version names this document")
        record = unit.versions.record(damage.certificate_id, made_of[-1].number)
    original = office.blobs.get(scan.sha256)
    sha256 = keep_pdfa(office, scan, certificate, record, made_of[-1].at, original)
    if sha256 != damage.blob:
        with office.database.unit_of_work() as unit:
            unit.repairs.replace_pdfa(damage.certificate_id, damage.blob, sha256, who)
            unit.commit()


def _is_blob(damage: Damage, *roles: Role) -> bool:
    return bool(damage.blob) and damage.role in {role.value for role in roles}


# In this order: what later ones build on comes first.
_WORKS: tuple[tuple[Callable[[Damage], bool], _Work], ...] = (
    (lambda damage: damage.code == "record_altered", _restore_record),
    (lambda damage: damage.code == "copies_differ", _rewrite_copies),
    (lambda damage: damage.code == "pictures_differ", _name_pictures),
    (lambda damage: _is_blob(damage, Role.ORIGINAL), _recover_original),
    (lambda damage: _is_blob(damage, Role.PREVIEW), _draw_previews),
    (lambda damage: _is_blob(damage, Role.PDFA, Role.OLD_PDFA), _write_pdfa),
)
