"""Certificates: what was read, what people made of it, and what the registry said.

``record`` is the whole record as it stands now; ``as_read`` is what the reader gave and never changes; the tables
``fields`` and ``owners`` repeat the record's values so that they can be searched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from certificate.arrangement import arranged, indexes, written
from certificate.errors import MoveNotAllowed, NotFound, VersionConflict
from certificate.keys import ParcelKey
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Record
from certificate.states import State
from store import attested, projections, versions
from store import certificate_statements as statements
from store.events import EventRepository
from store.identifiers import new_id
from store.rows import CertificateRow, CertificateSummary, FieldChange, FieldRow, OwnerAnswerRow, OwnerCardRow
from store.search_index import refresh_entry
from store.serializing import (
    answer_from_json,
    answer_to_json,
    card_from_json,
    card_to_json,
    query_from_json,
    query_to_json,
)
from store.tables import (
    Certificate,
    FieldChangeLine,
    OwnerCard,
    plain,
)

# Remarks about the scan rather than the paper: another scan may be better.
SCAN_QUALITY = frozenset(
    {"blank_page", "page_unreadable", "blurred", "low_resolution", "low_contrast", "cut_off", "face_missing"}
)
# Nobody has changed a certificate of this version since it was read.
FIRST_VERSION = 1


class CertificateRepository:
    """All certificates of the office."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], events: EventRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events

    def get(self, certificate_id: str) -> CertificateRow:
        """One certificate by its id; ``NotFound`` when there is none."""
        row = self._connection.execute(statements.ONE, {"certificate": certificate_id}).one_or_none()
        if row is None:
            raise NotFound(f"certificate {certificate_id}")
        return statements.certificate_of(row)

    def for_scan(self, scan_id: str) -> tuple[CertificateRow, ...]:
        """The certificates of a scan in the order they lie in it."""
        return tuple(
            statements.certificate_of(row) for row in self._connection.execute(statements.OF_SCAN, {"scan": scan_id})
        )

    def has_undecided(self, scan_id: str) -> bool:
        """Whether a certificate of the scan waits for its decision."""
        return self._connection.execute(statements.UNDECIDED, {"scan": scan_id}).first() is not None

    def summaries(self, scan_ids: Collection[str]) -> dict[str, tuple[CertificateSummary, ...]]:
        """The certificates of several scans without their records, for a list; every asked id has its entry."""
        query = (
            select(*statements.SUMMARY)
            .where(Certificate.scan_id.in_(list(scan_ids)))
            .order_by(Certificate.scan_id, Certificate.position)
        )
        found: dict[str, list[CertificateSummary]] = {scan_id: [] for scan_id in scan_ids}
        for summary in self._summarised(query):
            found[summary.scan_id].append(summary)
        return {scan_id: tuple(items) for scan_id, items in found.items()}

    def search_serial(self, text: str, limit: int = 50) -> tuple[CertificateSummary, ...]:
        """Certificates whose serial number begins with ``text``, whatever its letter case and spaces."""
        key = projections.serial_key(text)
        if not key:
            return ()
        query = (
            select(*statements.SUMMARY)
            .where(Certificate.serial_key >= key, Certificate.serial_key < key + "\uffff")
            .order_by(Certificate.serial_key, Certificate.id)
            .limit(limit)
        )
        return self._summarised(query)

    def same_serial(
        self, serial_number: str, *, except_id: str = "", leave_out: Collection[State] = ()
    ) -> tuple[CertificateSummary, ...]:
        """The other certificates with exactly this serial number: a conflict for a person to solve.

        ``leave_out`` are states of scans whose certificates don't count, here and in the two below.
        """
        where = {"key": projections.serial_key(serial_number)}
        return self._others(statements.SAME_SERIAL, where, except_id, leave_out)

    def same_parcel(
        self, key: ParcelKey, *, except_id: str = "", leave_out: Collection[State] = ()
    ) -> tuple[CertificateSummary, ...]:
        """The other certificates for the same parcel of the same commune."""
        where = {"place": key.place, "map_sheet": key.map_sheet, "parcel": key.parcel}
        return self._others(statements.SAME_PARCEL, where, except_id, leave_out)

    def same_register_number(
        self, key: str, *, except_id: str = "", leave_out: Collection[State] = ()
    ) -> tuple[CertificateSummary, ...]:
        """The other certificates with the same entry in the register (``certificate.keys.register_key``)."""
        return self._others(statements.SAME_REGISTER_NUMBER, {"key": key}, except_id, leave_out)

    def _others(
        self,
        asked: tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]],
        where: Mapping[str, str],
        except_id: str,
        leave_out: Collection[State],
    ) -> tuple[CertificateSummary, ...]:
        everywhere, in_play = asked
        given: dict[str, Any] = {**where, "but": except_id}
        if leave_out:
            given["out"] = [state.value for state in leave_out]
        return tuple(
            statements.summary_of(row) for row in self._connection.execute(in_play if leave_out else everywhere, given)
        )

    def as_read(self, certificate_id: str) -> Record:
        """The record as the reader gave it, before any check or correction."""
        row = self._connection.execute(statements.AS_READ, {"certificate": certificate_id}).one_or_none()
        if row is None:
            raise NotFound(f"certificate {certificate_id}")
        return Record.from_json(row.as_read)

    def fields(self, certificate_id: str) -> tuple[FieldRow, ...]:
        """Every field as it stands now and who settled it, by path."""
        return tuple(
            FieldRow(row.path, row.value, Decision(row.decision), row.confidence, row.settled_by, row.settled_at)
            for row in self._connection.execute(statements.FIELDS, {"certificate": certificate_id})
        )

    def history(self, certificate_id: str) -> tuple[FieldChange, ...]:
        """Every change of every field, oldest first."""
        return tuple(
            FieldChange(row.path, row.old, row.new, row.who, row.why, row.at)
            for row in self._connection.execute(statements.HISTORY, {"certificate": certificate_id})
        )

    def answers(self, certificate_id: str) -> tuple[OwnerAnswerRow, ...]:
        """What the registry said of each owner, by their order on the certificate."""
        return tuple(
            OwnerAnswerRow(row.owner_index, answer_from_json(row.answer), query_from_json(row.query))
            for row in self._connection.execute(statements.ANSWERS, {"certificate": certificate_id})
        )

    def replace_reading(
        self, scan_id: str, reading: ScanReading, previews: Sequence[Sequence[str]] | None = None
    ) -> tuple[CertificateRow, ...]:
        """Keep what was read from a scan in place of any earlier reading of it.

        A second run replaces and never doubles: a certificate keeps its id, and what a person settled stays settled.
        ``previews`` holds the SHA-256 of each face's picture, per certificate. Raises ``MoveNotAllowed`` unless the
        scan is being read: a worker that lost its claim must not overwrite what has gone on since.
        """
        self.keep_reading(scan_id, reading, previews)
        return self.for_scan(scan_id)

    def keep_reading(self, scan_id: str, reading: ScanReading, previews: Sequence[Sequence[str]] | None = None) -> None:
        """The same for who does not want to see what is kept now."""
        self._lock_scan(scan_id, State.READING)
        before = {row.position: row for row in self.for_scan(scan_id)}
        readings: dict[str, str] = {}
        named: dict[str, list[str]] = {}
        for position, found in enumerate(reading.certificates):
            pictures = list(previews[position]) if previews else []
            if position in before:
                certificate_id = before[position].id
                self._read_again(before[position], found, pictures)
            else:
                certificate_id = self._insert(scan_id, position, found, pictures)
            readings[certificate_id] = versions.record_hash(found.record.to_json())
            named[certificate_id] = pictures
        surplus = [row.id for position, row in before.items() if position >= len(reading.certificates)]
        if surplus:
            self._connection.execute(delete(Certificate).where(Certificate.id.in_(surplus)))
        self._note_pages(scan_id, reading)
        detail = {
            "certificates": len(reading.certificates),
            "pages": reading.page_count,
            "unreadable": [page.page_number for page in reading.unreadable],
            attested.READINGS: readings,
            attested.PICTURES: named,
        }
        if surplus:
            detail["dropped"] = surplus
        self._events.add("system", "scan_read", scan_id, detail)

    def save_checked(
        self,
        certificate: str | CertificateRow,
        record: Record,
        answers: Iterable[OwnerAnswerRow] | None = None,
        cards: Iterable[OwnerCardRow] | None = None,
    ) -> CertificateRow:
        """Keep a record after its checks: new findings, confidences and decisions; and what the registry said, and
        whose cards lie beside it, where these are given.

        ``certificate`` is its id, or the row that was checked: then nobody may have changed it since. What a person
        settled stays as they settled it.
        """
        current = certificate if isinstance(certificate, CertificateRow) else self.get(certificate)
        certificate_id = current.id
        # The record last: its words for searching, written with it, name the numbers that these give.
        if answers is not None:
            self._keep_answers(certificate_id, current.scan_id, list(answers))
        if cards is not None:
            self._keep_cards(certificate_id, current.scan_id, tuple(cards))
        settled = self._settled(certificate_id) if current.version > FIRST_VERSION else {}
        record = self._with_settled(current, record, settled)
        self._change(current, **projections.certificate_columns(record), record=record.to_json())
        projections.write(self._connection, certificate_id, record, settled, before=current.record)
        return self.get(certificate_id)

    def save_answers(self, certificate_id: str, answers: Iterable[OwnerAnswerRow]) -> None:
        """Keep what the registry said, in place of earlier answers."""
        self._keep_answers(certificate_id, self.get(certificate_id).scan_id, list(answers))
        refresh_entry(self._connection, certificate_id)

    def _keep_answers(self, certificate_id: str, scan_id: str, rows: Sequence[OwnerAnswerRow]) -> None:
        self._connection.execute(statements.DROP_ANSWERS, {"certificate": certificate_id})
        lines = [
            {
                "certificate_id": certificate_id,
                "owner_index": row.owner_index,
                "verdict": row.answer.verdict.value,
                "answer": answer_to_json(row.answer),
                "query": query_to_json(row.query),
            }
            for row in rows
        ]
        if lines:
            self._connection.execute(statements.ADD_ANSWERS, lines)
        verdicts = {str(row.owner_index): row.answer.verdict.value for row in rows}
        officer = next((row.answer.officer_code for row in rows if row.answer.officer_code), None)
        detail = {"certificate_id": certificate_id, "verdicts": verdicts, "officer_code": officer}
        hashed = {attested.ANSWERS: attested.answers_hash(lines)}
        self._events.add("system", "registry_answered", scan_id, detail | hashed)

    def cards(self, certificate_id: str) -> tuple[OwnerCardRow, ...]:
        """The identity cards beside the certificate that belong to its owners, by their order."""
        found = self._connection.execute(statements.CARDS, {"certificate": certificate_id})
        return tuple(OwnerCardRow(row.owner_index, card_from_json(row.card)) for row in found)

    def save_cards(self, certificate_id: str, cards: Iterable[OwnerCardRow]) -> None:
        """Keep which identity cards belong to the owners, in place of what was kept before; noted when it changes."""
        if self._keep_cards(certificate_id, self.get(certificate_id).scan_id, tuple(cards)):
            refresh_entry(self._connection, certificate_id)

    def _keep_cards(self, certificate_id: str, scan_id: str, rows: tuple[OwnerCardRow, ...]) -> bool:
        if rows == self.cards(certificate_id):
            return False
        self._connection.execute(delete(OwnerCard).where(OwnerCard.certificate_id == certificate_id))
        lines = [
            {"certificate_id": certificate_id, "owner_index": row.owner_index, "card": card_to_json(row.found)}
            for row in rows
        ]
        if lines:
            self._connection.execute(insert(OwnerCard), lines)
        joined = {str(row.owner_index): row.found.joined_by.value for row in rows}
        hashed = {attested.CARDS: attested.cards_hash(lines)}
        detail = {"certificate_id": certificate_id, "joined_by": joined, **hashed}
        self._events.add("system", "identity_cards_joined", scan_id, detail)
        return True

    def correct_field(
        self, certificate_id: str, version: int, path: str, value: str | None, who: str, why: str = ""
    ) -> CertificateRow:
        """Settle one field: a person confirms its value, gives the right one, or (``None``) says that there is none.

        Of a record that was approved before, the correction makes a new version. Raises ``VersionConflict`` when
        somebody changed the certificate since ``version``.
        """
        current = self._at_version(certificate_id, version)
        fields = dict(current.record.fields)
        seen = fields.get(path)
        old = seen.value if seen else None
        if value is None:
            fields.pop(path, None)
        elif seen:
            fields[path] = seen.replace(value=value, confidence=1.0, decision=Decision.ACCEPT)
        else:
            fields[path] = FieldReading(value=value, raw=None, confidence=1.0, decision=Decision.ACCEPT)
        settled = self._settled(certificate_id)
        settled[path] = (who, self._clock())
        record = current.record.replace(fields=fields)
        self._write_record(current, record, settled)
        line = self._add_line(certificate_id, path, (old, value), who, why, settled[path][1])
        action = "field_confirmed" if old == value else "field_corrected"
        version_made = versions.add_corrected(self._connection, current, record, who, settled[path][1])
        detail = {"certificate_id": certificate_id, "path": path, attested.LINE: line, **version_made}
        self._events.add(who, action, current.scan_id, detail)
        return self.get(certificate_id)

    def arrange(
        self, certificate_id: str, version: int, group: str, order: tuple[int, ...], who: str
    ) -> CertificateRow:
        """Put owners, parcels or changes into another order, or leave some out (``certificate.arrangement``)."""
        current = self._at_version(certificate_id, version)
        fields = arranged(current.record.fields, group, order)
        settled = arranged(self._settled(certificate_id), group, order)
        self._write_record(current, current.record.replace(fields=fields), settled)
        old = written(indexes(current.record.fields, group))
        line = self._add_line(certificate_id, group, (old, written(order)), who, "", self._clock())
        detail = {"certificate_id": certificate_id, "group": group, attested.LINE: line}
        self._events.add(who, "record_arranged", current.scan_id, detail)
        return self.get(certificate_id)

    def _add_line(
        self, certificate_id: str, path: str, values: tuple[str | None, str | None], who: str, why: str, at: datetime
    ) -> str:
        """Write a line of the history; gives the hash by which the chain vouches for it."""
        old, new = values
        line = FieldChangeLine(certificate_id=certificate_id, path=path, old=old, new=new, who=who, why=why, at=at)
        columns = ("certificate_id", "path", "old", "new", "who", "why", "at")
        self._connection.execute(insert(FieldChangeLine).values({name: getattr(line, name) for name in columns}))
        return attested.line_hash(line)

    def decide(self, certificate: str | CertificateRow, version: int, who: str) -> CertificateRow:
        """Note that a certificate is right as it stands, and keep that as a version of its record.

        ``certificate`` is its id, or the row as the caller has read it; ``who`` is a person, or ``system`` when it was
        certain.
        """
        current = self._at_version(certificate, version)
        now = self._clock()
        decided = self._update(current, decided_by=plain(who), decided_at=now)
        detail = versions.add_approved(self._connection, current, who, now)
        self._events.add(who, "certificate_decided", current.scan_id, {"certificate_id": current.id, **detail})
        return decided

    def reopen(self, scan_id: str, who: str) -> None:
        """Take the decision back for every certificate of a scan; what was archived stays in the archive."""
        for current in self.for_scan(scan_id):
            if current.decided_at is not None:
                self._update(current, decided_by=None, decided_at=None)
                self._events.add(who, "certificate_reopened", scan_id, {"certificate_id": current.id})

    def set_archived(self, certificate: str | CertificateRow, pdfa_sha256: str) -> CertificateRow:
        """Note where the certificate's PDF/A lies; a second run for the same decision changes nothing.

        ``certificate`` is its id, or the row that the PDF/A was made of: then nobody may have changed it since.
        """
        current = certificate if isinstance(certificate, CertificateRow) else self.get(certificate)
        if current.pdfa_sha256 == pdfa_sha256 and current.is_archived:
            return current
        archived = self._update(current, pdfa_sha256=pdfa_sha256, archived_at=self._clock())
        versions.note_pdfa(self._connection, current.id, pdfa_sha256)
        detail = {"certificate_id": current.id, "pdfa_sha256": pdfa_sha256, "before": current.pdfa_sha256}
        self._events.add("system", "certificate_archived", current.scan_id, detail)
        return archived

    # What follows keeps the record and its searchable copies together.

    def _lock_scan(self, scan_id: str, state: State) -> None:
        row = self._connection.execute(statements.LOCK, {"scan": scan_id}).one_or_none()
        if row is None:
            raise NotFound(f"scan {scan_id}")
        if row.state != state.value:
            raise MoveNotAllowed(f"scan {scan_id} is {row.state}, not {state}")

    def _at_version(self, certificate: str | CertificateRow, version: int) -> CertificateRow:
        current = certificate if isinstance(certificate, CertificateRow) else self.get(certificate)
        if current.version != version:
            raise VersionConflict(f"certificate {current.id}: seen {version}, now {current.version}")
        return current

    def _change(self, current: CertificateRow, **values: Any) -> None:
        where = {"certificate": current.id, "seen_version": current.version}
        values |= {"version": current.version + 1, "updated_at": self._clock()}
        if self._connection.execute(statements.UPDATE, {**where, **values}).rowcount != 1:
            raise VersionConflict(f"certificate {current.id}: somebody changed it at the same moment")

    def _update(self, current: CertificateRow, **values: Any) -> CertificateRow:
        """Change columns that the row shows as they are, and give the row as it now is."""
        self._change(current, **values)
        return dataclasses.replace(current, **values, version=current.version + 1)

    def _insert(self, scan_id: str, position: int, found: CertificateReading, pictures: list[str]) -> str:
        now = self._clock()
        certificate_id = new_id()
        record = found.record.to_json()
        self._connection.execute(
            statements.ADD,
            {
                "id": certificate_id,
                "scan_id": scan_id,
                "position": position,
                **projections.certificate_columns(found.record),
                "record": record,
                "as_read": record,
                "faces": [face.to_json() for face in found.faces],
                "previews": pictures,
                "version": FIRST_VERSION,
                "created_at": now,
                "updated_at": now,
            },
        )
        projections.add(self._connection, certificate_id, found.record)
        return certificate_id

    def _read_again(self, current: CertificateRow, found: CertificateReading, pictures: list[str]) -> None:
        same_paper = current.form is found.record.form
        settled = self._settled(current.id) if same_paper else {}
        record = self._with_settled(current, found.record, settled) if same_paper else found.record
        self._write_record(
            current,
            record,
            settled,
            as_read=found.record.to_json(),
            faces=[face.to_json() for face in found.faces],
            previews=pictures,
            decided_by=None,
            decided_at=None,
        )

    def _write_record(
        self,
        current: CertificateRow,
        record: Record,
        settled: Mapping[str, tuple[str, datetime]],
        **values: Any,
    ) -> None:
        self._change(current, **projections.certificate_columns(record), record=record.to_json(), **values)
        projections.write(self._connection, current.id, record, settled)

    def _settled(self, certificate_id: str) -> dict[str, tuple[str, datetime]]:
        return {
            row.path: (row.settled_by, row.settled_at)
            for row in self.fields(certificate_id)
            if row.settled_by is not None and row.settled_at is not None
        }

    @staticmethod
    def _with_settled(current: CertificateRow, record: Record, settled: Iterable[str]) -> Record:
        """The record with the values that a person settled put in the place of the machine's."""
        fields = dict(record.fields)
        for path in settled:
            kept = current.record.fields.get(path)
            if kept is None:
                fields.pop(path, None)
                continue
            again = fields.get(path, kept)
            fields[path] = again.replace(value=kept.value, confidence=kept.confidence, decision=kept.decision)
        return record.replace(fields=fields)

    def _note_pages(self, scan_id: str, reading: ScanReading) -> None:
        unreadable = {page.page_number: page.reason for page in reading.unreadable}
        self._connection.execute(statements.DROP_PAGES, {"scan": scan_id})
        lines = [
            {"scan_id": scan_id, "page_number": number, "unreadable": unreadable.get(number)}
            for number in range(1, reading.page_count + 1)
        ]
        if lines:
            self._connection.execute(statements.ADD_PAGES, lines)
        # What the clerk can mend is said of the scan, too, where the clerk's list finds it without opening records.
        of_papers = [one for paper in reading.certificates for one in paper.record.findings if one.code in SCAN_QUALITY]
        findings = [finding.to_json() for finding in dict.fromkeys((*reading.findings, *of_papers))]
        kept = {"page_count": reading.page_count, "findings": findings}
        self._connection.execute(statements.SET_SCAN, {"scan": scan_id, **kept})

    def _summarised(self, query: Select[*tuple[Any, ...]]) -> tuple[CertificateSummary, ...]:
        return tuple(statements.summary_of(row) for row in self._connection.execute(query))
