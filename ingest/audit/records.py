"""Scan by scan: every blob it names hashed again, every PDF/A opened, every row compared with the chain of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive.pdfa import check_pdfa, pdfa_facts
from archive.signing import signatures_in
from certificate.errors import PdfInvalid, SigningFailed
from certificate.reading import CertificateReading
from certificate.record import Form
from certificate.states import State
from ingest.audit.checks import Scope, Step
from ingest.audit.damages import Damage, Role
from ingest.audit.fixity import Looked, look
from store import attested
from store.inventory import CertificateInventory, ScanInventory
from store.rows import Event

_BATCH = 50
# Files that intake refused by their size alone were never kept.
_NOT_KEPT = frozenset({"empty_file", "too_large"})
_ONE_TRANSACTION = timedelta(minutes=5)
# Each of these has its line in the history of the record.
_SETTLING = frozenset({"field_confirmed", "field_corrected", "record_arranged"})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A blob that a scan names, and what it must be."""

    sha256: str
    role: Role
    certificate_id: str = ""
    expected_bytes: int | None = None
    serial_number: str | None = None


def run(scope: Scope, after: str) -> Iterator[Step]:
    """Walk through all scans in order of arrival."""
    hurt: dict[str, Damage] = {}
    with ThreadPoolExecutor(scope.office.settings.audit_workers, thread_name_prefix="audit") as pool:
        while True:
            with scope.office.database.unit_of_work(read_only=True) as unit:
                scans = unit.inventory.scans(after, _BATCH)
            if not scans:
                return
            pending = [(scan, wanted, _start(scope, scan, wanted, pool)) for scan in scans for wanted in _wanted(scan)]
            damages: list[Damage] = []
            read = 0
            for scan, wanted, future in pending:
                if future is None:
                    if wanted.sha256 in hurt:
                        damages.append(_for(hurt[wanted.sha256], scan, wanted))
                    continue
                found, size = future.result()
                read += size
                damages += found
                hurt |= {damage.blob: damage for damage in found if damage.code.startswith("blob_")}
            for scan in scans:
                damages += row_damages(scan)
            after = scans[-1].id
            yield Step(after, tuple(damages), len(scans), read)


def look_at_scan(scope: Scope, scan: ScanInventory) -> list[Damage]:
    """Everything wrong with one scan: for a second look after a repair."""
    damages = [damage for wanted in _wanted(scan) for damage in _look_at(scope, scan, wanted)[0]]
    return damages + row_damages(scan)


# --- blobs


def _start(
    scope: Scope, scan: ScanInventory, wanted: _Wanted, pool: ThreadPoolExecutor
) -> Future[tuple[list[Damage], int]] | None:
    """Look at a blob beside the others; ``None`` when it was hashed before: many scans may name the same one."""
    is_new = scope.seen(wanted.sha256)
    if is_new or wanted.role in {Role.PDFA, Role.OLD_PDFA}:
        return pool.submit(_look_at, scope, scan, wanted)
    return None


def _for(damage: Damage, scan: ScanInventory, wanted: _Wanted) -> Damage:
    """The same damage, told of another scan that names the blob."""
    return replace(damage, scan_id=scan.id, certificate_id=wanted.certificate_id, role=wanted.role.value)


def _wanted(scan: ScanInventory) -> list[_Wanted]:
    found = []
    if scan.error_code not in _NOT_KEPT:
        found.append(_Wanted(scan.sha256, Role.ORIGINAL, expected_bytes=scan.size_bytes))
    for certificate in scan.certificates:
        found += [_Wanted(sha256, Role.PREVIEW, certificate.id) for sha256 in certificate.previews]
        if certificate.pdfa_sha256:
            serial = _archived_serial(scan, certificate)
            found.append(_Wanted(certificate.pdfa_sha256, Role.PDFA, certificate.id, serial_number=serial))
    now = {certificate.pdfa_sha256 for certificate in scan.certificates}
    for version in scan.versions:
        sha256 = version.row.pdfa_sha256
        if sha256 and sha256 not in now:
            found.append(
                _Wanted(sha256, Role.OLD_PDFA, version.row.certificate_id, serial_number=version.serial_number)
            )
    return found


def _archived_serial(scan: ScanInventory, certificate: CertificateInventory) -> str | None:
    """The serial number in the version that the PDF/A was made of: the record may have been opened again since."""
    for version in reversed(scan.versions):
        if version.row.certificate_id == certificate.id and version.row.pdfa_sha256 == certificate.pdfa_sha256:
            return version.serial_number
    return certificate.serial_number


def _look_at(scope: Scope, scan: ScanInventory, wanted: _Wanted) -> tuple[list[Damage], int]:
    is_pdfa = wanted.role in {Role.PDFA, Role.OLD_PDFA}
    looked = look(scope.office.blobs, wanted.sha256, expected_bytes=wanted.expected_bytes, want_data=is_pdfa)

    def damage(code: str, detail: str) -> Damage:
        return Damage(code, scan.id, wanted.certificate_id, wanted.sha256, wanted.role.value, detail)

    if looked.code:
        return [damage(looked.code, looked.detail)], looked.size_bytes
    if wanted.expected_bytes is not None and looked.size_bytes != wanted.expected_bytes:
        return [Damage("scan_altered", scan.id, detail="size_bytes")], looked.size_bytes
    if is_pdfa:
        return [damage(code, detail) for code, detail in _look_into(scope, scan, wanted, looked)], looked.size_bytes
    return [], looked.size_bytes


def _look_into(scope: Scope, scan: ScanInventory, wanted: _Wanted, looked: Looked) -> Iterator[tuple[str, str]]:
    """Open a PDF/A: is it one, of this scan, of this certificate? Thorough: word by word against the reading."""
    assert looked.data is not None
    try:
        facts = pdfa_facts(looked.data)
        if scope.thorough and wanted.role is Role.PDFA:
            with scope.office.database.unit_of_work(read_only=True) as unit:
                row = unit.certificates.get(wanted.certificate_id)
            check_pdfa(looked.data, CertificateReading(row.record, row.faces()))
    except PdfInvalid as error:
        yield "pdfa_unreadable", error.detail
        return
    if facts.scan_sha256 != scan.sha256 or facts.serial_number != wanted.serial_number:
        yield "pdfa_of_another", ""
    if facts.is_signed and scope.thorough:
        try:
            if not all(one.is_intact and one.covers_all for one in signatures_in(looked.data)):
                yield "signature_broken", ""
        except SigningFailed as error:
            yield "signature_broken", error.detail


# --- rows


def row_damages(scan: ScanInventory) -> list[Damage]:
    """Where the rows of a scan contradict the chain of events, or each other."""
    damages = _scan_damages(scan)
    for certificate in scan.certificates:
        damages += _certificate_damages(scan, certificate)
    return damages + _version_damages(scan) + _missing_certificates(scan)


def _of(scan: ScanInventory, action: str, certificate_id: str | None = None) -> list[Event]:
    return [
        event
        for event in scan.events
        if event.action == action and (certificate_id is None or event.detail.get("certificate_id") == certificate_id)
    ]


def _scan_damages(scan: ScanInventory) -> list[Damage]:
    added = _of(scan, "scan_added")
    if not added:
        return [Damage("scan_unknown", scan.id)]
    damages = []
    if added[0].detail.get(attested.ROW, scan.row_sha256) != scan.row_sha256 or not is_near(scan.created_at, added):
        damages.append(Damage("scan_altered", scan.id, detail="row"))
    if added[0].detail.get("sha256") != scan.sha256:
        damages.append(Damage("scan_altered", scan.id, detail="sha256"))
    moves = _of(scan, "scan_moved")
    state = moves[-1].detail.get("to") if moves else added[0].detail.get("state")
    if state != scan.state.value:
        damages.append(Damage("scan_altered", scan.id, detail=f"state: {state} in the events"))
    if _of(scan, "scan_read") and scan.page_rows != (scan.page_count or 0):
        damages.append(Damage("pages_differ", scan.id))
    return damages + _beside_damages(scan)


def _beside_damages(scan: ScanInventory) -> list[Damage]:
    """Whether the notes and the receipt of a scan are those that the chain vouches for; older ones it does not know."""
    damages = []
    told = [event.detail.get(attested.NOTE) for event in _of(scan, "note_added")]
    if Counter(filter(None, told)) - Counter(scan.note_hashes) or len(told) != len(scan.note_hashes):
        damages.append(Damage("notes_differ", scan.id))
    given = [event for event in scan.events if event.action in {"receipt_given", "receipt_moved"}]
    if given and attested.RECEIPT in given[-1].detail and given[-1].detail[attested.RECEIPT] != scan.receipt_sha256:
        damages.append(Damage("receipt_differs", scan.id))
    return damages


def _certificate_damages(scan: ScanInventory, certificate: CertificateInventory) -> list[Damage]:
    codes: list[tuple[str, str]] = []
    versions = [version for version in scan.versions if version.row.certificate_id == certificate.id]
    decided = certificate.decided_at is not None
    if decided and versions and certificate.record_sha256 != versions[-1].row.record_sha256:
        codes.append(("record_altered", ""))
    if not certificate.copies_agree:
        codes.append(("copies_differ", ""))
    archived = _of(scan, "certificate_archived", certificate.id)
    if certificate.pdfa_sha256 != (archived[-1].detail.get("pdfa_sha256") if archived else None):
        codes.append(("archive_row_altered", ""))
    needs_archive = scan.state is State.ARCHIVED and certificate.form is not Form.OTHER
    if needs_archive and (certificate.pdfa_sha256 is None or not decided):
        codes.append(("archive_row_altered", "archived without PDF/A or decision"))
    codes += _attested_otherwise(scan, certificate)
    corrected = sum(
        event.action in _SETTLING and event.detail.get("certificate_id") == certificate.id for event in scan.events
    )
    if corrected != certificate.change_count:
        codes.append(("history_differs", f"{corrected} in the events, {certificate.change_count} in the table"))
    for action, key, now, hashed, hash_now in (
        ("registry_answered", "verdicts", certificate.verdicts, attested.ANSWERS, certificate.answers_sha256),
        ("identity_cards_joined", "joined_by", certificate.joined_by, attested.CARDS, certificate.cards_sha256),
    ):
        said = _of(scan, action, certificate.id)
        told = said[-1].detail if said else {key: {}}
        # Events from before the hash was taken have none.
        if told.get(key) != now or told.get(hashed, hash_now) != hash_now:
            codes.append(("answers_differ", action))
    if not _is_settled_as_told(scan, certificate):
        codes.append(("settlement_differs", ""))
    return [Damage(code, scan.id, certificate.id, detail=detail) for code, detail in codes]


def _attested_otherwise(scan: ScanInventory, certificate: CertificateInventory) -> Iterator[tuple[str, str]]:
    """What the chain says of who decided and when, of the machine's reading, and of the lines of the history."""
    decisions = _of(scan, "certificate_decided", certificate.id)
    if certificate.decided_at is not None and decisions:
        if certificate.decided_by != decisions[-1].who:
            yield "archive_row_altered", "decided_by"
        if not is_near(certificate.decided_at, decisions[-1:]):
            yield "archive_row_altered", "decided_at"
    archived = _of(scan, "certificate_archived", certificate.id)
    if certificate.archived_at is not None and archived and not is_near(certificate.archived_at, archived):
        yield "archive_row_altered", "archived_at"
    readings = [event.detail.get(attested.READINGS, {}).get(certificate.id) for event in _of(scan, "scan_read")]
    if readings and readings[-1] not in {None, certificate.read_sha256}:
        yield "reading_altered", ""
    named = attested_pictures(scan.events, certificate.id)
    if named is not None and named != certificate.previews:
        yield "pictures_differ", ""
    told = Counter(
        event.detail[attested.LINE]
        for action in _SETTLING
        for event in _of(scan, action, certificate.id)
        if attested.LINE in event.detail
    )
    if told - Counter(certificate.line_hashes):
        yield "history_differs", "a line says something else"


def _is_settled_as_told(scan: ScanInventory, certificate: CertificateInventory) -> bool:
    """Whether the differences to other registers were settled by those, and as, the chain tells."""
    told = list(_of(scan, "difference_settled", certificate.id))
    for one in certificate.settled:
        said = [
            event
            for event in told
            if (event.detail.get("path"), event.detail.get("settled_as"), event.who)
            == (one.path, one.settled_as, one.who)
        ]
        if not said or one.at is None or not is_near(one.at, said):
            return False
        told.remove(said[0])
    return not told


def attested_pictures(events: Sequence[Event], certificate_id: str) -> tuple[str, ...] | None:
    """The pictures that the chain last named as a certificate's; ``None`` where it never did."""
    named = [event.detail.get(attested.PICTURES, {}).get(certificate_id) for event in events]
    found = [names for names in named if names is not None]
    return tuple(found[-1]) if found else None


def is_near(moment: datetime, events: Sequence[Event]) -> bool:
    """Whether a row's moment is that of one of its events: both are taken in one transaction."""
    return any(abs(moment - event.at) < _ONE_TRANSACTION for event in events)


def _version_damages(scan: ScanInventory) -> list[Damage]:
    """Every version that the events tell of is there, once, and says what it said then."""
    damages = []
    told = {
        (event.detail["certificate_id"], event.detail["version"]): (event.detail["record_sha256"], event.who)
        for event in scan.events
        if "version" in event.detail and "record_sha256" in event.detail
    }
    there = {}
    for version in scan.versions:
        key = version.row.certificate_id, version.row.number
        there[key] = version
        # Those from before versions were kept have no event.
        said, who = told.get(key, (version.row.record_sha256, version.row.who))
        if not version.record_sha256_now == version.row.record_sha256 == said or version.row.who != who:
            damages.append(Damage("version_altered", scan.id, key[0], detail=f"version {key[1]}"))
    damages += [
        Damage("version_missing", scan.id, certificate_id, detail=f"version {number}")
        for certificate_id, number in sorted(told.keys() - there.keys())
    ]
    counted = Counter(certificate_id for certificate_id, _ in there)
    damages += [
        Damage("version_missing", scan.id, certificate.id)
        for certificate in scan.certificates
        if certificate.decided_at is not None and not counted[certificate.id]
    ]
    return damages


def _missing_certificates(scan: ScanInventory) -> list[Damage]:
    """Certificates that were decided or archived and are gone, though no later reading dropped them."""
    there = {certificate.id for certificate in scan.certificates}
    dropped = {dropped for event in _of(scan, "scan_read") for dropped in event.detail.get("dropped", ())}
    told = {
        event.detail["certificate_id"]
        for event in scan.events
        if event.action in {"certificate_decided", "certificate_archived", "registry_answered", *_SETTLING}
    }
    found = [Damage("certificate_missing", scan.id, missing) for missing in sorted(told - there - dropped)]
    readings = _of(scan, "scan_read")
    if not found and readings and readings[-1].detail.get("certificates") != len(there):
        found.append(
            Damage("certificate_missing", scan.id, detail=f"{readings[-1].detail.get('certificates')} were read")
        )
    return found
