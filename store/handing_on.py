"""Certificates on their way to other systems: archived ones in the order of their ids, a stretch at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, text

from certificate.record import Form, Record
from certificate.states import State
from store.rows import ArchivedRow, HandedOnFilter
from store.run_scans import SCANS_OF_RUN, check_run
from store.serializing import answer_from_json, card_from_json
from store.tables import Certificate, OwnerAnswer, OwnerCard, Scan

_COLUMNS = (
    Certificate.id,
    Certificate.scan_id,
    Certificate.record,
    Certificate.pdfa_sha256,
    Certificate.decided_by,
    Certificate.decided_at,
    Certificate.archived_at,
    Certificate.version,
    Scan.sha256,
    Scan.file_name,
    Scan.page_count,
    Scan.office,
)
_NO_CERTIFICATES = (Form.CCCD.value, Form.OTHER.value)


class HandingOnRepository:
    """What may be handed on: certificates whose scan is archived."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, wanted: HandedOnFilter) -> int:
        """How many certificates pass the filter; ``RunNotFound``."""
        if wanted.run:
            check_run(self._connection, wanted.run)
        total: int = self._connection.execute(_filtered(select(func.count(Certificate.id)), wanted)).scalar_one()
        return total

    def offices(self) -> tuple[str, ...]:
        """The names of all offices that have scans."""
        query = select(Scan.office).where(Scan.office != "").distinct().order_by(Scan.office)
        return tuple(self._connection.execute(query).scalars())

    def batch(self, wanted: HandedOnFilter, *, after: str = "", limit: int = 200) -> tuple[ArchivedRow, ...]:
        """The next certificates after the one with the id ``after``, with what is known of their owners."""
        query = _filtered(select(*_COLUMNS), wanted).where(Certificate.id > after).order_by(Certificate.id)
        return self._rows(self._connection.execute(query.limit(limit)).all())

    def opened_again(self, wanted: HandedOnFilter) -> tuple[tuple[str, str | None], ...]:
        """Id and serial number of those that pass the filter but were taken out of the archive to be corrected."""
        query = _filtered(select(Certificate.id, Certificate.serial_number), wanted, archived=False)
        query = query.where(Certificate.archived_at.is_not(None)).order_by(Certificate.id)
        return tuple((row.id, row.serial_number) for row in self._connection.execute(query))

    def those(self, certificate_ids: Collection[str]) -> tuple[ArchivedRow, ...]:
        """Certificates by their ids, archived or not; those that are not there are left out."""
        query = select(*_COLUMNS).join(Scan, Scan.id == Certificate.scan_id)
        return self._rows(self._connection.execute(query.where(Certificate.id.in_(certificate_ids))).all())

    def _rows(self, rows: Iterable[Row[Any]]) -> tuple[ArchivedRow, ...]:
        found = list(rows)
        ids = [row.id for row in found]
        answers: dict[str, dict[int, Any]] = {one: {} for one in ids}
        for row in self._connection.execute(
            select(OwnerAnswer.certificate_id, OwnerAnswer.owner_index, OwnerAnswer.answer).where(
                OwnerAnswer.certificate_id.in_(ids)
            )
        ):
            answers[row.certificate_id][row.owner_index] = answer_from_json(row.answer)
        cards: dict[str, dict[int, Any]] = {one: {} for one in ids}
        for row in self._connection.execute(
            select(OwnerCard.certificate_id, OwnerCard.owner_index, OwnerCard.card).where(
                OwnerCard.certificate_id.in_(ids)
            )
        ):
            cards[row.certificate_id][row.owner_index] = card_from_json(row.card)
        return tuple(
            ArchivedRow(
                certificate_id=row.id,
                scan_id=row.scan_id,
                record=Record.from_json(row.record),
                pdfa_sha256=row.pdfa_sha256,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
                archived_at=row.archived_at,
                version=row.version,
                scan_sha256=row.sha256,
                scan_name=row.file_name,
                page_count=row.page_count,
                office=row.office,
                answers=answers[row.id],
                cards=cards[row.id],
            )
            for row in found
        )


def _filtered(
    query: Select[*tuple[Any, ...]], wanted: HandedOnFilter, *, archived: bool = True
) -> Select[*tuple[Any, ...]]:
    is_archived = Scan.state == State.ARCHIVED.value
    query = (
        query.join(Scan, Scan.id == Certificate.scan_id)
        .where(is_archived if archived else ~is_archived)
        .where(Certificate.form.not_in(_NO_CERTIFICATES))
    )
    if wanted.since is not None:
        query = query.where(Certificate.archived_at >= wanted.since)
    if wanted.office:
        query = query.where(Scan.office == wanted.office)
    if wanted.run:
        query = query.where(text(f"scans.id IN ({SCANS_OF_RUN})").bindparams(run=wanted.run))
    return query
