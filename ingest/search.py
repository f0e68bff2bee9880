"""Finding certificates and looking at one: what somebody may see, its files, its relatives, its places then and now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from archive.blobs import BlobStore
from certificate import places
from certificate.addresses import resolve_address
from certificate.errors import BlobCorrupt, BlobMissing, NotFound
from certificate.keys import named_serials, number_key, parcel_keys
from certificate.places import Commune
from certificate.record import Form, Record
from certificate.rules.facts import indexes, issue_day, read_span
from certificate.search_query import SearchQuery, read_query
from ingest.office import Office
from ingest.sight import scope_of
from store.database import UnitOfWork
from store.rows import (
    CertificateRow,
    Event,
    FieldChange,
    LegacyDifferenceRow,
    OwnerAnswerRow,
    Page,
    ScanRow,
    SearchHit,
    SearchScope,
)

__all__ = [
    "FileKept",
    "Page",
    "PlaceThenAndNow",
    "RecordView",
    "Related",
    "SearchHit",
    "SearchQuery",
    "SearchScope",
    "check_difference",
    "find",
    "note_opened",
    "open_differences",
    "parse_day",
    "read_query",
    "record_view",
    "reveal",
    "scope_of",
    "verify_files",
]
PAGE_SIZE = 25
_MOST_RELATED = 20
_NO_CERTIFICATES = frozenset({Form.CCCD, Form.OTHER})
_KINDS = ("parcel", "owner", "earlier", "later")


@dataclass(frozen=True, slots=True)
class FileKept:
    """A file of a certificate in the store; ``sound`` is ``None`` until somebody has it read again."""

    kind: str
    sha256: str
    sound: bool | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PlaceThenAndNow:
    """Where a parcel lies: as printed, the commune it means, and today's."""

    parcel_index: int
    printed: str
    then: Commune | None
    now: tuple[Commune, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Another certificate and what joins the two; ``kinds`` are parcel, owner, earlier and later."""

    hit: SearchHit
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """Everything about one certificate that its page shows."""

    scan: ScanRow
    certificate: CertificateRow
    record: Record
    answers: tuple[OwnerAnswerRow, ...]
    history: tuple[FieldChange, ...]
    events: tuple[Event, ...]
    files: tuple[FileKept, ...]
    places: tuple[PlaceThenAndNow, ...]
    related: tuple[Related, ...]
    differences: tuple[LegacyDifferenceRow, ...]


def find(office: Office, query: SearchQuery, *, scope: SearchScope, page: int = 1) -> Page[SearchHit]:
    """One page of certificates; nothing for an empty query."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.search.find(query, scope, page, PAGE_SIZE)


def record_view(office: Office, certificate_id: str, *, scope: SearchScope) -> RecordView:
    """One certificate with all that belongs to it; ``NotFound`` when there is none that the person may see."""
    with office.database.unit_of_work(read_only=True) as unit:
        if not unit.search.visible(certificate_id, scope):
            raise NotFound(f"certificate {certificate_id}")
        row = unit.certificates.get(certificate_id)
        scan = unit.scans.get(row.scan_id)
        return RecordView(
            scan=scan,
            certificate=row,
            record=row.record,
            answers=unit.certificates.answers(certificate_id),
            history=unit.certificates.history(certificate_id),
            events=unit.events.for_scan(scan.id),
            files=_files(scan, row),
            places=tuple(_places(row.record)),
            related=_related(unit, row, scope),
            differences=unit.legacy.differences(certificate_id),
        )


def verify_files(office: Office, certificate_id: str, *, scope: SearchScope, who: str) -> tuple[FileKept, ...]:
    """Read every file of the certificate again and compare it with its hash; that it was done is noted."""
    with office.database.unit_of_work(read_only=True) as unit:
        if not unit.search.visible(certificate_id, scope):
            raise NotFound(f"certificate {certificate_id}")
        row = unit.certificates.get(certificate_id)
        files = _files(unit.scans.get(row.scan_id), row)
    checked = tuple(_verified(office.blobs, file) for file in files)
    with office.database.unit_of_work() as unit:
        bad = [file.kind for file in checked if not file.sound]
        unit.events.add(who, "files_verified", row.scan_id, {"certificate_id": certificate_id, "bad": bad})
        unit.commit()
    return checked


def note_opened(office: Office, certificate_id: str, *, scope: SearchScope, who: str) -> None:
    """Note that somebody opened the certificate's page; ``NotFound`` out of their sight."""
    with office.database.unit_of_work() as unit:
        if not unit.search.visible(certificate_id, scope):
            raise NotFound(f"certificate {certificate_id}")
        scan_id = unit.certificates.get(certificate_id).scan_id
        unit.events.add(who, "record_opened", scan_id, {"certificate_id": certificate_id})
        unit.commit()


def open_differences(office: Office, *, scope: SearchScope, page: int = 1) -> Page[LegacyDifferenceRow]:
    """One page of what other registers say otherwise and nobody has settled, as far as the person may see."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.legacy.open_differences(scope=scope, page_number=page)


def check_difference(office: Office, difference_id: str, *, scope: SearchScope) -> None:
    """``NotFound`` unless the person may see the certificate that a difference is about."""
    with office.database.unit_of_work(read_only=True) as unit:
        if not unit.search.visible(unit.legacy.get(difference_id).certificate_id, scope):
            raise NotFound(f"difference {difference_id}")


def reveal(office: Office, certificate_id: str, *, scope: SearchScope, who: str, why: str) -> None:
    """Note that somebody has the identity numbers shown in full, and why; ``NotFound`` out of their sight."""
    with office.database.unit_of_work() as unit:
        if not unit.search.visible(certificate_id, scope):
            raise NotFound(f"certificate {certificate_id}")
        scan_id = unit.certificates.get(certificate_id).scan_id
        unit.events.add(who, "identity_shown", scan_id, {"certificate_id": certificate_id, "why": why})
        unit.commit()


# --- pieces


def _files(scan: ScanRow, row: CertificateRow) -> tuple[FileKept, ...]:
    files = [FileKept("scan", scan.sha256)]
    if row.pdfa_sha256:
        files.append(FileKept("pdfa", row.pdfa_sha256))
    return (*files, *(FileKept("preview", sha256) for sha256 in row.previews))


def _verified(blobs: BlobStore, file: FileKept) -> FileKept:
    try:
        blobs.verify(file.sha256)
    except (BlobMissing, BlobCorrupt) as error:
        return FileKept(file.kind, file.sha256, sound=False, fault=error.code)
    return FileKept(file.kind, file.sha256, sound=True)


def _places(record: Record) -> Iterator[PlaceThenAndNow]:
    on = issue_day(record)
    for index in indexes(record, "parcels"):
        address = record.value(f"parcels.{index}.address")
        if address:
            place = resolve_address(address, on).place
            yield PlaceThenAndNow(index, address, place, places.today(place) if place else ())


def _related(unit: UnitOfWork, row: CertificateRow, scope: SearchScope) -> tuple[Related, ...]:
    """Certificates of the same parcel or owner, and those that came before and after, as far as the person may see."""
    if row.form in _NO_CERTIFICATES:
        return ()
    kinds: dict[str, set[str]] = {}
    for kind, other in _candidates(unit, row, scope):
        if other != row.id:
            kinds.setdefault(other, set()).add(kind)
    related = []
    for hit in unit.search.hits(list(kinds)[: 2 * _MOST_RELATED], scope):
        if hit.form not in _NO_CERTIFICATES:
            joined = kinds[hit.certificate_id] | _order(unit, row.record, hit, kinds[hit.certificate_id])
            related.append(Related(hit, tuple(sorted(joined, key=_KINDS.index))))
    return tuple(sorted(related, key=lambda other: other.hit.issue_date or "")[:_MOST_RELATED])


def _candidates(unit: UnitOfWork, row: CertificateRow, scope: SearchScope) -> Iterator[tuple[str, str]]:
    """What joins another certificate to this one, and its id."""
    record = row.record
    for key in parcel_keys(record).values():
        for other in unit.certificates.same_parcel(key, except_id=row.id):
            yield "parcel", other.id
    for _, serial in named_serials(record):
        for other in unit.certificates.same_serial(serial, except_id=row.id):
            yield "earlier", other.id
    for index in indexes(record, "owners"):
        number = record.value(f"owners.{index}.id_number")
        if number:
            for hit in unit.search.find(SearchQuery(id_number=number), scope, 1, _MOST_RELATED).items:
                yield "owner", hit.certificate_id


def _order(unit: UnitOfWork, record: Record, hit: SearchHit, joined: set[str]) -> set[str]:
    """Whether another certificate came before or after: by the numbers they name, else by the days of one parcel's."""
    if "earlier" in joined:
        return set()
    if _names(unit, hit.certificate_id, record):
        return {"later"}
    own, other = read_span(record.value("issue_date")), read_span(hit.issue_date)
    if "parcel" not in joined or own is None or other is None or own.first == other.first:
        return set()
    return {"earlier" if other.first < own.first else "later"}


def _names(unit: UnitOfWork, certificate_id: str, record: Record) -> bool:
    """Whether another certificate names this one as its predecessor."""
    own = number_key(record.value("serial_number") or "")
    if not own:
        return False
    other = unit.certificates.get(certificate_id).record
    return own in {number_key(serial) for _, serial in named_serials(other)}


def parse_day(text: str) -> date | None:
    """A day typed as ``12/05/2015`` or ``2015-05-12``; ``None`` for anything else."""
    query = read_query(text)
    return query.issued_from if query.issued_from and not query.text else None
