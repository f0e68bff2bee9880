"""The tables, typed; the migrations build exactly these (a test compares them).

JSON is plain ``JSON``, not ``JSONB``, because ``JSONB`` would forget the printed order of a record's fields.
Identifiers and search keys collate by bytes on PostgreSQL, so that ranges and sorting mean the same on both engines.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time: goes in aware of its zone, is kept in UTC, comes out in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Text(TypeDecorator[str]):
    """Text that both engines take: file names from a disk may hold NUL or bytes that are no UTF-8."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else plain(value)


def plain(text: str) -> str:
    """The text without NUL and with ``?`` for what is no character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


# SQLite counts rows by itself only in a column that is exactly INTEGER, which holds 64 bits there.
_Big = BigInteger().with_variant(Integer(), "sqlite")


def _key(length: int) -> String:
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: Moment(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


def table_of(model: type[Base]) -> Table:
    """The table behind a class, for statements that are made once and run often."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _few(column: str) -> Index:
    """An index over the rows of ``scans`` that have something in this column."""
    there = literal_column(column).is_not(None)
    return Index(f"ix_scans_{column}", column, sqlite_where=there, postgresql_where=there)


class Scan(Base):
    __tablename__ = "scans"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    sha256: Mapped[str] = mapped_column(_key(64), index=True)
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(_Big)
    page_count: Mapped[int | None]
    state: Mapped[str] = mapped_column(_key(20))
    error_code: Mapped[str | None]
    return_reason: Mapped[str | None]
    queue: Mapped[str] = mapped_column(_key(40))
    uploaded_by: Mapped[str]
    office: Mapped[str]
    attempts: Mapped[int]
    job_id: Mapped[str | None]
    lease_worker: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    duplicate_of: Mapped[str | None] = mapped_column(_key(32), ForeignKey("scans.id"))
    findings: Mapped[list[Any]]
    # The newer scan of the same paper; no foreign key, which SQLite cannot add to a table that is there.
    replaced_by: Mapped[str | None] = mapped_column(_key(32))

    # Lists and queues filter by these and sort by id, which is the order of arrival.
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "office", "state", "id"),
        Index(None, "uploaded_by", "id"),
        # Of the few that have one: over all rows, nearly all empty, SQLite takes them for useless.
        _few("duplicate_of"),
        _few("replaced_by"),
    )


class ScanPage(Base):
    __tablename__ = "pages"

    scan_id: Mapped[str] = mapped_column(_key(32), ForeignKey("scans.id", ondelete="CASCADE"), primary_key=True)
    page_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unreadable: Mapped[str | None]


class Certificate(Base):
    __tablename__ = "certificates"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    scan_id: Mapped[str] = mapped_column(_key(32), ForeignKey("scans.id"))
    position: Mapped[int]
    form: Mapped[str] = mapped_column(_key(20))
    serial_number: Mapped[str | None]
    serial_key: Mapped[str | None] = mapped_column(_key(40), index=True)
    register_key: Mapped[str | None] = mapped_column(_key(200), index=True)
    verdict: Mapped[str] = mapped_column(_key(10))
    record: Mapped[dict[str, Any]]
    as_read: Mapped[dict[str, Any]]
    faces: Mapped[list[Any]]
    previews: Mapped[list[Any]]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    pdfa_sha256: Mapped[str | None] = mapped_column(_key(64))
    archived_at: Mapped[datetime | None]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    # A job that runs twice must not double a certificate.
    __table_args__ = (UniqueConstraint("scan_id", "position"),)


class Field(Base):
    __tablename__ = "fields"

    certificate_id: Mapped[str] = mapped_column(
        _key(32), ForeignKey("certificates.id", ondelete="CASCADE"), primary_key=True
    )
    path: Mapped[str] = mapped_column(_key(100), primary_key=True)
    value: Mapped[str | None]
    decision: Mapped[str] = mapped_column(_key(10))
    confidence: Mapped[float]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class FieldChangeLine(Base):
    __tablename__ = "field_changes"

    id: Mapped[int] = mapped_column(_Big, primary_key=True)
    certificate_id: Mapped[str] = mapped_column(_key(32), ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(_key(100))
    old: Mapped[str | None]
    new: Mapped[str | None]
    who: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]


class Owner(Base):
    __tablename__ = "owners"

    certificate_id: Mapped[str] = mapped_column(
        _key(32), ForeignKey("certificates.id", ondelete="CASCADE"), primary_key=True
    )
    owner_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str | None]
    full_name: Mapped[str | None]
    name_key: Mapped[str | None] = mapped_column(_key(200), index=True)
    id_number: Mapped[str | None] = mapped_column(_key(40), index=True)


class Parcel(Base):
    __tablename__ = "parcels"

    certificate_id: Mapped[str] = mapped_column(
        _key(32), ForeignKey("certificates.id", ondelete="CASCADE"), primary_key=True
    )
    parcel_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(_key(20))
    map_sheet: Mapped[str] = mapped_column(_key(40))
    parcel: Mapped[str] = mapped_column(_key(40))

    __table_args__ = (Index(None, "place", "map_sheet", "parcel"),)


class SearchEntry(Base):
    """A certificate's words for searching; the index over them, ``search_fts``, follows by triggers on both engines."""

    __tablename__ = "search_entries"

    number: Mapped[int] = mapped_column(_Big, primary_key=True, autoincrement=True)
    certificate_id: Mapped[str] = mapped_column(
        _key(32), ForeignKey("certificates.id", ondelete="CASCADE"), unique=True
    )
    scan_id: Mapped[str] = mapped_column(_key(32), index=True)
    serial_key: Mapped[str | None] = mapped_column(_key(40), index=True)
    register_key: Mapped[str | None] = mapped_column(_key(80), index=True)
    issued: Mapped[str | None] = mapped_column(_key(10), index=True)
    shown: Mapped[dict[str, Any]]
    accents: Mapped[str]
    names: Mapped[str]
    codes: Mapped[str]
    body: Mapped[str]


class SearchWord(Base):
    """Every syllable that stands in an owner's name, for finding names with one wrong letter."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(_key(60), primary_key=True)


class OwnerAnswer(Base):
    __tablename__ = "owner_answers"

    certificate_id: Mapped[str] = mapped_column(
        _key(32), ForeignKey("certificates.id", ondelete="CASCADE"), primary_key=True
    )
    owner_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verdict: Mapped[str] = mapped_column(_key(30), index=True)
    answer: Mapped[dict[str, Any]]
    query: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class OwnerCard(Base):
    __tablename__ = "owner_cards"

    certificate_id: Mapped[str] = mapped_column(
        _key(32), ForeignKey("certificates.id", ondelete="CASCADE"), primary_key=True
    )
    owner_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    card: Mapped[dict[str, Any]]


class RegistryLine(Base):
    __tablename__ = "registry_lines"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    certificate_id: Mapped[str] = mapped_column(_key(32), ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    owner_index: Mapped[int]
    query: Mapped[dict[str, Any]]
    exported_at: Mapped[datetime]
    exported_by: Mapped[str]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    citizens: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class RecordVersion(Base):
    __tablename__ = "record_versions"

    # No foreign key: what was once approved stays readable even when a later reading dropped the certificate.
    certificate_id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scan_id: Mapped[str] = mapped_column(_key(32), index=True)
    kind: Mapped[str] = mapped_column(_key(20))
    who: Mapped[str]
    at: Mapped[datetime]
    record: Mapped[dict[str, Any]]
    record_sha256: Mapped[str] = mapped_column(_key(64))
    pdfa_sha256: Mapped[str | None] = mapped_column(_key(64), index=True)


class RetentionCase(Base):
    __tablename__ = "retention_cases"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    rule: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(_key(20))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    executed_at: Mapped[datetime | None]
    scans: Mapped[list[Any]]


class EventLine(Base):
    __tablename__ = "events"

    number: Mapped[int] = mapped_column(_Big, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    who: Mapped[str]
    action: Mapped[str] = mapped_column(_key(40))
    scan_id: Mapped[str | None] = mapped_column(_key(32), index=True)
    detail: Mapped[dict[str, Any]]
    prev_hash: Mapped[str] = mapped_column(_key(64))
    hash: Mapped[str] = mapped_column(_key(64))


class User(Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    name: Mapped[str] = mapped_column(_key(80), unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(_key(20))
    office: Mapped[str]
    officer_code: Mapped[str | None]
    active: Mapped[bool]
    created_at: Mapped[datetime]
    totp_secret: Mapped[str | None] = mapped_column(_key(64))
    totp_step: Mapped[int] = mapped_column(_Big, server_default="0")


class ReviewTask(Base):
    __tablename__ = "review_tasks"

    scan_id: Mapped[str] = mapped_column(_key(32), ForeignKey("scans.id", ondelete="CASCADE"), primary_key=True)
    office: Mapped[str]
    queue: Mapped[str] = mapped_column(_key(40))
    uploaded_by: Mapped[str]
    form: Mapped[str | None] = mapped_column(_key(20))
    reason: Mapped[str | None] = mapped_column(_key(40))
    confidence: Mapped[float | None]
    doubtful: Mapped[int]
    due_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(_key(10))
    keyed_by: Mapped[str]
    entered_at: Mapped[datetime]
    postponed_until: Mapped[datetime | None]
    locked_by: Mapped[str | None]
    locked_until: Mapped[datetime | None]
    # How sure the machine is, as one of ``Band``; kept so that the index below counts without opening a row.
    band: Mapped[str] = mapped_column(_key(10), server_default="high")
    # The run over a back catalogue that brought the scan in, by its name.
    run: Mapped[str | None] = mapped_column(_key(120))

    __table_args__ = (
        Index(None, "due_at", "scan_id"),
        Index(None, "office", "due_at", "scan_id"),
        # Everything the queue filters by, in the order in which it is counted.
        Index(
            "ix_review_tasks_facts",
            *("office", "form", "reason", "queue", "run", "band", "stage", "uploaded_by", "postponed_until"),
        ),
    )


class NoteLine(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(_Big, primary_key=True)
    scan_id: Mapped[str] = mapped_column(_key(32), ForeignKey("scans.id", ondelete="CASCADE"), index=True)
    who: Mapped[str]
    at: Mapped[datetime]
    text: Mapped[str]


class KeyInLine(Base):
    __tablename__ = "key_ins"

    id: Mapped[int] = mapped_column(_Big, primary_key=True)
    certificate_id: Mapped[str] = mapped_column(_key(32), ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(_key(100))
    turn: Mapped[int]
    who: Mapped[str]
    value: Mapped[str | None]
    at: Mapped[datetime]


class ReceiptLine(Base):
    __tablename__ = "receipts"

    code: Mapped[str] = mapped_column(_key(20), primary_key=True)
    scan_id: Mapped[str] = mapped_column(_key(32), ForeignKey("scans.id", ondelete="CASCADE"), unique=True)
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class LegacyLine(Base):
    """One row of another register, kept as it came, and the certificate with its serial number."""

    __tablename__ = "legacy_lines"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    source_sha256: Mapped[str] = mapped_column(_key(64))
    source_name: Mapped[str]
    line_number: Mapped[int]
    serial_key: Mapped[str | None] = mapped_column(_key(40), index=True)
    certificate_id: Mapped[str | None] = mapped_column(
        _key(32), ForeignKey("certificates.id", ondelete="SET NULL"), index=True
    )
    outcome: Mapped[str] = mapped_column(_key(20))
    diagnoses: Mapped[list[Any]]
    content: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]

    # The same file read in twice gives the same rows once.
    __table_args__ = (UniqueConstraint("source_sha256", "line_number"),)


class LegacyDifference(Base):
    """A value in which another register differs from a record, until a person has settled which is right."""

    __tablename__ = "legacy_differences"

    id: Mapped[str] = mapped_column(_key(32), primary_key=True)
    line_id: Mapped[str] = mapped_column(_key(32), ForeignKey("legacy_lines.id", ondelete="CASCADE"), index=True)
    certificate_id: Mapped[str] = mapped_column(_key(32), ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(_key(100))
    ours: Mapped[str | None]
    theirs: Mapped[str | None]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_as: Mapped[str | None] = mapped_column(_key(10), index=True)
