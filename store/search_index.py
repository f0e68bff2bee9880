"""The words by which a certificate is found: made from its record, kept in one row, compared by the audit.

Knows how a row is filled; ``store.search`` knows how it is asked. The full-text index over the rows follows by triggers
(see migration 0005), so nothing else has to think of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from certificate import places
from certificate.addresses import resolve_address
from certificate.errors import DatabaseDamaged
from certificate.identity import normalise_id
from certificate.keys import number_key
from certificate.places import Commune
from certificate.record import Record
from certificate.rules.facts import indexes, issue_day, issue_span
from certificate.search_text import (
    accented_words,
    commune_word,
    folded_words,
    name_word,
    office_word,
    packed,
    parcel_word,
    person_word,
    sheet_and_parcel_word,
    sheet_word,
    year_word,
)
from store.serializing import card_from_json
from store.tables import Certificate, OwnerAnswer, OwnerCard, Scan, SearchEntry, SearchWord, plain, table_of

# Between two names, so that a phrase never begins in one and ends in the next; no name holds a digit.
BETWEEN = " 0 "
_LONGEST_BODY = 20_000
_NUMBERS = ("id_number", "old_id_number")
# What reading a row raises that is not what we wrote.
_FORGED = (TypeError, KeyError, ValueError)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class EntryTexts:
    """What a certificate's row in the index says."""

    serial_key: str | None
    register_key: str | None
    issued: str | None
    shown: dict[str, Any]
    accents: str
    names: str
    codes: str
    body: str

    def columns(self) -> dict[str, Any]:
        """The values by the names of their columns."""
        return {name: getattr(self, name) for name in EntryTexts.__slots__}


def entry_texts(record: Record, *, office: str, uploaded_by: str, other_numbers: Iterable[str] = ()) -> EntryTexts:
    """The words for a record. ``other_numbers`` are identity numbers known of its owners but not printed on it."""
    names = [record.value(f"owners.{index}.full_name") or "" for index in indexes(record, "owners")]
    numbers = {
        packed(normalise_id(field.value))
        for path, field in record.fields.items()
        if field.value and path.startswith("owners.") and path.endswith(_NUMBERS)
    } | {packed(normalise_id(number)) for number in other_numbers}
    parcels = _parcels(record)
    span = issue_span(record)
    codes = [*sorted(numbers), *_parcel_words(parcels), office_word(office), person_word(uploaded_by)]
    if span:
        codes.append(year_word(span.first.year))
    serial, register = record.value("serial_number"), record.value("register_number")
    folded = plain(BETWEEN.join(" ".join(folded_words(name)) for name in names))
    return EntryTexts(
        serial_key=number_key(plain(serial)) or None if serial else None,
        register_key=packed(plain(register))[:80] or None if register else None,
        issued=span.first.isoformat() if span else None,
        shown={
            "form": record.form.value,
            "serial_number": serial,
            "register_number": register,
            "issue_date": record.value("issue_date"),
            "owners": [name for name in names if name],
            "parcels": [[parcel.sheet, parcel.parcel, parcel.address] for parcel in parcels],
        },
        accents=plain(BETWEEN.join(" ".join(accented_words(name)) for name in names)),
        names=folded,
        codes=f"{plain(' '.join(dict.fromkeys(codes)))} {_whole_names(folded)}",
        body=plain(_body(record, register, parcels)),
    )


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A parcel as it is searched: sheet, number, address, and the communes in which it lies, then and now."""

    sheet: str
    parcel: str
    address: str
    then: Commune | None
    now: tuple[Commune, ...]


def _parcels(record: Record) -> list[_Parcel]:
    on = issue_day(record)
    found = []
    for index in indexes(record, "parcels"):
        at = f"parcels.{index}"
        address = record.value(f"{at}.address") or ""
        place = resolve_address(address, on).place if address else None
        found.append(
            _Parcel(
                record.value(f"{at}.map_sheet_number") or "",
                record.value(f"{at}.parcel_number") or "",
                address,
                place,
                places.today(place) if place else (),
            )
        )
    return found


def _parcel_words(parcels: Sequence[_Parcel]) -> Iterator[str]:
    for parcel in parcels:
        sheet_key, parcel_key = number_key(parcel.sheet), number_key(parcel.parcel)
        if sheet_key:
            yield sheet_word(sheet_key)
        if parcel_key:
            yield parcel_word(parcel_key)
        if sheet_key and parcel_key:
            yield sheet_and_parcel_word(sheet_key, parcel_key)
        for unit in dict.fromkeys((parcel.then, *parcel.now)):
            if unit:
                yield commune_word(unit.era, unit.code)


def _whole_names(folded: str) -> str:
    """A word for each owner's whole name. Migration 0009 makes the same of the same text in SQL."""
    return " ".join(name_word(name.split()) for name in folded.split(BETWEEN))


def _body(record: Record, register: str | None, parcels: Sequence[_Parcel]) -> str:
    """Every word of the record, each once, and today's names of its places."""
    texts = [field.value for path, field in record.fields.items() if field.value and path != "qr"]
    texts += [unit.address for parcel in parcels for unit in parcel.now]
    words = folded_words("\n".join(texts))
    if register:
        words.append(packed(register))
    return " ".join(dict.fromkeys(words))[:_LONGEST_BODY]


# --- keeping the rows


_TABLE = table_of(SearchEntry)
_ADD = insert(_TABLE)
_SET = update(_TABLE).where(_TABLE.c.certificate_id == bindparam("certificate"))
_FIND = (
    select(*(_TABLE.c[name] for name in EntryTexts.__slots__), Scan.office, Scan.uploaded_by)
    .join(Scan, Scan.id == _TABLE.c.scan_id)
    .where(_TABLE.c.certificate_id == bindparam("certificate"))
)
_SCAN_OF = (
    select(Scan.id, Scan.office, Scan.uploaded_by)
    .join(Certificate, Certificate.scan_id == Scan.id)
    .where(Certificate.id == bindparam("certificate"))
)
_CARDS = select(OwnerCard.card).where(OwnerCard.certificate_id == bindparam("certificate"))
_ANSWERS = select(OwnerAnswer.answer).where(OwnerAnswer.certificate_id == bindparam("certificate"))
_KNOWN_WORDS = select(SearchWord.word).where(SearchWord.word.in_(bindparam("words", expanding=True)))
_ADD_WORDS = text("INSERT INTO search_words (word) VALUES (:word) ON CONFLICT DO NOTHING")


def add_entry(connection: Connection, certificate_id: str, record: Record) -> None:
    """Write the row of a certificate that has just been added."""
    scan = connection.execute(_SCAN_OF, {"certificate": certificate_id}).one()
    texts = entry_texts(record, office=scan.office, uploaded_by=scan.uploaded_by)
    _insert(connection, certificate_id, scan.id, texts)


def write_entry(connection: Connection, certificate_id: str, record: Record) -> None:
    """Make the certificate's row say what its record says; one that says it already is left alone."""
    found = connection.execute(_FIND, {"certificate": certificate_id}).one_or_none()
    if found is None:
        _write_anew(connection, certificate_id, record)
        return
    numbers = _other_numbers(connection, certificate_id)
    texts = entry_texts(record, office=found.office, uploaded_by=found.uploaded_by, other_numbers=numbers)
    if any(getattr(found, name) != value for name, value in texts.columns().items()):
        connection.execute(_SET, {"certificate": certificate_id, **texts.columns()})
        _keep_words(connection, texts.names)


def refresh_entry(connection: Connection, certificate_id: str) -> None:
    """Write the row anew from what the store has, even one that looks right: a repair relies on what follows it."""
    record = connection.execute(select(Certificate.record).where(Certificate.id == certificate_id)).scalar_one()
    _write_anew(connection, certificate_id, Record.from_json(record))


def _write_anew(connection: Connection, certificate_id: str, record: Record) -> None:
    scan_id, texts = _present(connection, certificate_id, record)
    changed = connection.execute(_SET, {"certificate": certificate_id, **texts.columns()})
    if changed.rowcount == 0:
        _insert(connection, certificate_id, scan_id, texts)
    else:
        _keep_words(connection, texts.names)


def _insert(connection: Connection, certificate_id: str, scan_id: str, texts: EntryTexts) -> None:
    connection.execute(_ADD, {"certificate_id": certificate_id, "scan_id": scan_id, **texts.columns()})
    _keep_words(connection, texts.names)


def _present(connection: Connection, certificate_id: str, record: Record) -> tuple[str, EntryTexts]:
    """What the row must say, and the scan that the certificate lies in."""
    scan = connection.execute(_SCAN_OF, {"certificate": certificate_id}).one()
    numbers = _other_numbers(connection, certificate_id)
    return scan.id, entry_texts(record, office=scan.office, uploaded_by=scan.uploaded_by, other_numbers=numbers)


def _other_numbers(connection: Connection, certificate_id: str) -> set[str]:
    """Identity numbers that cards beside the paper and the registry give: the new one to an old one, and back.

    A row forged into something else gives none: that it was is told by the chain, and the audit must come that far.
    """
    found: set[str | None] = set()
    for row in connection.execute(_CARDS, {"certificate": certificate_id}):
        with suppress(*_FORGED):
            card = card_from_json(row.card).card
            found |= {card.id_number, card.old_id_number}
    for row in connection.execute(_ANSWERS, {"certificate": certificate_id}):
        with suppress(*_FORGED):
            citizen = row.answer["citizen"]
            # Only a citizen whom the verdict takes for the owner: another man's number must not lead here.
            if citizen and row.answer["verdict"] in {"match", "only_old_id", "deceased"}:
                found |= {citizen["citizen_id"], citizen["old_id"]}
    return {number for number in found if isinstance(number, str) and number}


def _keep_words(connection: Connection, names: str) -> None:
    words = sorted({word for word in names.split() if word != BETWEEN.strip()})
    known = set(connection.execute(_KNOWN_WORDS, {"words": words}).scalars())
    lines = [{"word": word} for word in words if word not in known]
    if lines:
        # Another writer may have met the same syllable at the same moment.
        connection.execute(_ADD_WORDS, lines)


# --- comparing, for the audit


@dataclass(frozen=True, slots=True)
class IndexFault:
    """A certificate that cannot be found as it should, or a row that leads nowhere; ``kind`` is missing or stale."""

    certificate_id: str
    kind: str


def index_faults(
    connection: Connection, *, after: str = "", limit: int = _BATCH
) -> tuple[list[IndexFault], str | None]:
    """Compare one stretch of the index with the records, from the certificate after ``after``.

    Gives the faults and the id to go on after, ``None`` at the end.
    """
    rows = connection.execute(
        select(Certificate.id, Certificate.record)
        # A certificate whose scan is gone is another check's damage.
        .join(Scan, Scan.id == Certificate.scan_id)
        .where(Certificate.id > after)
        .order_by(Certificate.id)
        .limit(limit)
    ).all()
    entries = {
        row.certificate_id: row
        for row in connection.execute(
            select(*SearchEntry.__table__.columns).where(SearchEntry.certificate_id.in_([row.id for row in rows]))
        )
    }
    faults = []
    for row in rows:
        entry = entries.get(row.id)
        if entry is None:
            faults.append(IndexFault(row.id, "missing"))
            continue
        _, texts = _present(connection, row.id, Record.from_json(row.record))
        if any(getattr(entry, name) != value for name, value in texts.columns().items()):
            faults.append(IndexFault(row.id, "stale"))
    return faults, rows[-1].id if len(rows) == limit else None


def count_certificates(connection: Connection, *, after: str, until: str | None) -> int:
    """How many certificates there are after one id, up to another one where that is given."""
    query = select(func.count()).select_from(Certificate).where(Certificate.id > after)
    counted: int = connection.execute(query if until is None else query.where(Certificate.id <= until)).scalar_one()
    return counted


def engine_index_is_complete(connection: Connection) -> bool:
    """Whether the engine's full-text index has a row for each of the index's rows, and no more."""
    if connection.dialect.name != "sqlite":
        return engine_index_is_sound(connection)
    # FTS5 notes the length of every row that it has indexed in a table of its own.
    lost = "SELECT 1 FROM search_entries e LEFT JOIN search_fts_docsize f ON f.id = e.number WHERE f.id IS NULL LIMIT 1"
    counts = "SELECT (SELECT count(*) FROM search_entries) = (SELECT count(*) FROM search_fts_docsize)"
    return connection.exec_driver_sql(lost).first() is None and bool(connection.exec_driver_sql(counts).scalar_one())


def engine_index_is_sound(connection: Connection) -> bool:
    """Whether the engine's full-text index says what the rows say."""
    from sqlalchemy.exc import DatabaseError

    if connection.dialect.name == "sqlite":
        try:
            connection.exec_driver_sql("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)")
        except (DatabaseError, DatabaseDamaged):
            return False
        return True
    # The index of a table row is PostgreSQL's own care; what could be lost is the row.
    lost = connection.execute(
        text(
            "SELECT 1 FROM search_entries e FULL JOIN search_fts f USING (number) "
            "WHERE f.number IS NULL OR e.number IS NULL LIMIT 1"
        )
    ).first()
    return lost is None


def rebuild_engine_index(connection: Connection) -> None:
    """Make the engine's full-text index anew from the rows."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
        return
    connection.exec_driver_sql("DELETE FROM search_fts")
    connection.exec_driver_sql("UPDATE search_entries SET names = names")


def forget_entry(connection: Connection, certificate_id: str) -> None:
    """Take a certificate's row out, for one whose record is gone."""
    connection.execute(delete(SearchEntry).where(SearchEntry.certificate_id == certificate_id))
