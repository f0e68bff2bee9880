"""What the database says there should be: the audit's view of the rows, many scans at a time.

Reads only. Rows are handed out as they stand, even when they contradict each other: telling that is the audit's work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from certificate.record import Form, Record
from certificate.states import State
from store import attested, projections
from store.events import event_of
from store.rows import Event, VersionKind, VersionSummary
from store.tables import (
    Certificate,
    EventLine,
    Field,
    FieldChangeLine,
    LegacyDifference,
    NoteLine,
    Owner,
    OwnerAnswer,
    OwnerCard,
    Parcel,
    ReceiptLine,
    RecordVersion,
    Scan,
    ScanPage,
    User,
)
from store.versions import record_hash

# Every column that names a blob, beside the certificates' previews and documents. Whoever names blobs in another table
# adds its column here: what is not named may be deleted with a scan, is not backed up, and is told as unnamed.
BLOB_COLUMNS = (Scan.sha256, RecordVersion.pdfa_sha256)


_SCAN_COLUMNS = tuple(column for column in Scan.__table__.columns if column.name != "findings")


@dataclass(frozen=True, slots=True)
class VersionInventory:
    """A version as its row says, and the hash that its record has now."""

    row: VersionSummary
    record_sha256_now: str
    serial_number: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A difference to another register that a person settled: of which value, for which side, who and when."""

    path: str
    settled_as: str
    who: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CertificateInventory:
    """A certificate's row and the rows that hang on it; ``copies_agree``: the searchable copies repeat the record."""

    id: str
    form: Form
    record_sha256: str
    serial_number: str | None
    copies_agree: bool
    previews: tuple[str, ...]
    face_count: int
    read_sha256: str
    decided_by: str | None
    decided_at: datetime | None
    archived_at: datetime | None
    pdfa_sha256: str | None
    change_count: int
    line_hashes: tuple[str, ...]
    verdicts: dict[str, str]
    answers_sha256: str
    joined_by: dict[str, str]
    cards_sha256: str
    settled: tuple[Settled, ...]


@dataclass(frozen=True, slots=True)
class ScanInventory:
    """Everything that the database says about one scan."""

    id: str
    sha256: str
    size_bytes: int
    row_sha256: str
    created_at: datetime
    state: State
    error_code: str | None
    page_count: int | None
    page_rows: int
    note_hashes: tuple[str, ...]
    receipt_sha256: str | None
    certificates: tuple[CertificateInventory, ...]
    versions: tuple[VersionInventory, ...]
    events: tuple[Event, ...]


class InventoryRepository:
    """The rows as an audit walks through them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def scans(self, after: str, limit: int) -> tuple[ScanInventory, ...]:
        """The next scans in order of arrival, behind the id ``after``."""
        query = select(*_SCAN_COLUMNS).where(Scan.id > after).order_by(Scan.id).limit(limit)
        return self._taken(query)

    def scan(self, scan_id: str) -> ScanInventory | None:
        """One scan, if it is there."""
        found = self._taken(select(*_SCAN_COLUMNS).where(Scan.id == scan_id))
        return found[0] if found else None

    def counts(self) -> tuple[int, int]:
        """How many scans there are, and how many bytes their originals have together."""
        row = self._connection.execute(select(func.count(Scan.id), func.sum(Scan.size_bytes))).one()
        return row[0], int(row[1] or 0)

    def present(self, kind: str, ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that have a row; ``kind`` is ``scan``, ``certificate`` or ``user``."""
        column = {"scan": Scan.id, "certificate": Certificate.id, "user": User.id}[kind]
        return frozenset(self._connection.execute(select(column).where(column.in_(list(ids)))).scalars())

    def account_hashes(self) -> dict[str, str]:
        """What the chain should say of each account, by its id."""
        rows = self._connection.execute(select(*User.__table__.columns))
        return {row.id: attested.account_hash(row) for row in rows}

    def user_ids(self) -> frozenset[str]:
        """Every account there is."""
        return frozenset(self._connection.execute(select(User.id)).scalars())

    def events(self, actions: Collection[str], after: int, limit: int) -> tuple[Event, ...]:
        """The next events of these kinds behind number ``after``, in order."""
        query = (
            select(*EventLine.__table__.columns)
            .where(EventLine.number > after, EventLine.action.in_(sorted(actions)))
            .order_by(EventLine.number)
            .limit(limit)
        )
        return tuple(event_of(row) for row in self._connection.execute(query))

    def event(self, number: int) -> Event | None:
        """One event by its number."""
        row = self._connection.execute(
            select(*EventLine.__table__.columns).where(EventLine.number == number)
        ).one_or_none()
        return event_of(row) if row else None

    def blob_names(self, since: datetime | None = None) -> Iterator[str]:
        """Every blob that some row names, some of them several times, in no order; ``since``: of rows touched then."""
        for column in BLOB_COLUMNS:
            query = select(column).where(column.is_not(None))
            touched = next((one for one in column.table.columns if one.name in {"updated_at", "at"}), None)
            if since is not None and touched is not None:
                query = query.where(touched >= since)
            yield from (str(name) for name in self._connection.execute(query).scalars())
        certificates = select(Certificate.pdfa_sha256, Certificate.previews)
        if since is not None:
            certificates = certificates.where(Certificate.updated_at >= since)
        for row in self._connection.execute(certificates):
            if row.pdfa_sha256:
                yield row.pdfa_sha256
            yield from row.previews

    def _taken(self, query: Select[*tuple[Any, ...]]) -> tuple[ScanInventory, ...]:
        scans = self._connection.execute(query).all()
        ids = [row.id for row in scans]
        certificates = self._certificates(ids)
        versions = _grouped(
            self._connection.execute(
                select(*RecordVersion.__table__.columns)
                .where(RecordVersion.scan_id.in_(ids))
                .order_by(RecordVersion.certificate_id, RecordVersion.number)
            ),
            lambda row: row.scan_id,
        )
        events = _grouped(
            self._connection.execute(
                select(*EventLine.__table__.columns).where(EventLine.scan_id.in_(ids)).order_by(EventLine.number)
            ),
            lambda row: row.scan_id,
        )
        pages = self._counted(ScanPage.scan_id, ids)
        notes = _grouped(
            self._connection.execute(
                select(NoteLine.scan_id, NoteLine.who, NoteLine.text).where(NoteLine.scan_id.in_(ids))
            ),
            lambda row: row.scan_id,
        )
        receipts = select(ReceiptLine.scan_id, ReceiptLine.code).where(ReceiptLine.scan_id.in_(ids))
        codes = {row.scan_id: row.code for row in self._connection.execute(receipts)}
        return tuple(
            ScanInventory(
                id=row.id,
                sha256=row.sha256,
                size_bytes=row.size_bytes,
                row_sha256=attested.scan_hash(row),
                created_at=row.created_at,
                state=State(row.state),
                error_code=row.error_code,
                page_count=row.page_count,
                page_rows=pages.get(row.id, 0),
                note_hashes=tuple(attested.note_hash(note.who, note.text) for note in notes.get(row.id, ())),
                receipt_sha256=attested.receipt_hash(codes[row.id]) if row.id in codes else None,
                certificates=tuple(certificates.get(row.id, ())),
                versions=tuple(_version(version) for version in versions.get(row.id, ())),
                events=tuple(event_of(event) for event in events.get(row.id, ())),
            )
            for row in scans
        )

    def _certificates(self, scan_ids: Sequence[str]) -> dict[str, list[CertificateInventory]]:
        query = select(
            Certificate.id, Certificate.scan_id, Certificate.form, Certificate.record, Certificate.previews,
            Certificate.as_read, Certificate.decided_by, Certificate.decided_at, Certificate.archived_at,
            Certificate.pdfa_sha256, Certificate.serial_number,
            Certificate.serial_key, Certificate.register_key, Certificate.verdict,
        ).where(Certificate.scan_id.in_(scan_ids)).order_by(Certificate.scan_id, Certificate.position)  # fmt: skip
        rows = self._connection.execute(query).all()
        ids = [row.id for row in rows]
        copies = {
            table: _grouped(
                self._connection.execute(select(*table.__table__.columns).where(table.certificate_id.in_(ids))),
                lambda row: row.certificate_id,
            )
            for table in (Field, Owner, Parcel)
        }
        answers, cards, lines = (
            _grouped(
                self._connection.execute(select(*table.__table__.columns).where(table.certificate_id.in_(ids))),
                lambda row: row.certificate_id,
            )
            for table in (OwnerAnswer, OwnerCard, FieldChangeLine)
        )
        settled = self._settled(ids)
        found: dict[str, list[CertificateInventory]] = {}
        for row in rows:
            record = Record.from_json(row.record)
            agree = projections.agree(
                record,
                {
                    name: getattr(row, name)
                    for name in ("form", "serial_number", "serial_key", "register_key", "verdict")
                },
                *(copies[table].get(row.id, []) for table in (Field, Owner, Parcel)),
            )
            found.setdefault(row.scan_id, []).append(
                CertificateInventory(
                    id=row.id,
                    form=Form(row.form),
                    record_sha256=record_hash(row.record),
                    serial_number=record.value("serial_number"),
                    copies_agree=agree,
                    previews=tuple(row.previews),
                    face_count=len(record.pages),
                    read_sha256=record_hash(row.as_read),
                    decided_by=row.decided_by,
                    decided_at=row.decided_at,
                    archived_at=row.archived_at,
                    pdfa_sha256=row.pdfa_sha256,
                    change_count=len(lines.get(row.id, ())),
                    line_hashes=tuple(attested.line_hash(line) for line in lines.get(row.id, ())),
                    verdicts={str(one.owner_index): one.verdict for one in answers.get(row.id, ())},
                    answers_sha256=attested.answers_hash(one._asdict() for one in answers.get(row.id, ())),
                    joined_by={str(one.owner_index): _joined_by(one.card) for one in cards.get(row.id, ())},
                    cards_sha256=attested.cards_hash(one._asdict() for one in cards.get(row.id, ())),
                    settled=tuple(settled.get(row.id, ())),
                )
            )
        return found

    def _counted(self, column: Any, ids: Sequence[str]) -> dict[str, int]:
        query = select(column, func.count()).where(column.in_(ids)).group_by(column)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def _settled(self, ids: Sequence[str]) -> dict[str, list[Settled]]:
        query = select(
            LegacyDifference.certificate_id,
            LegacyDifference.path,
            LegacyDifference.settled_as,
            LegacyDifference.settled_by,
            LegacyDifference.settled_at,
        ).where(LegacyDifference.certificate_id.in_(ids), LegacyDifference.settled_as.is_not(None))
        found: dict[str, list[Settled]] = {}
        for row in self._connection.execute(query):
            one = Settled(row.path, row.settled_as, row.settled_by, row.settled_at)
            found.setdefault(row.certificate_id, []).append(one)
        return found


def _grouped(rows: Iterable[Row[Any]], key: Callable[[Row[Any]], str]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _version(row: Row[Any]) -> VersionInventory:
    values = {name: getattr(row, name) for name in VersionSummary.__slots__} | {"kind": VersionKind(row.kind)}
    serial = Record.from_json(row.record).value("serial_number")
    return VersionInventory(VersionSummary(**values), record_hash(row.record), serial)


def _joined_by(card: Any) -> str:
    """How a card came to its owner, as its row says; nothing where it was forged into something that is no card."""
    return str(card.get("joined_by", "")) if isinstance(card, dict) else ""
