"""Deleting what an office need not keep any longer: proposed by one person, decided by another, traced for good.

The rows of a scan go, the events about it stay. Which rule allows what is the use case's business; here only the four
eyes are held, because a mistake in them could not be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from certificate.errors import NotFound, RetentionRefused
from certificate.states import State
from store import attested
from store.events import EventRepository
from store.identifiers import new_id
from store.inventory import BLOB_COLUMNS
from store.rows import CaseStatus, RetentionCaseRow
from store.tables import Certificate, RecordVersion, RetentionCase, Scan

# Fewer than the variables that SQLite allows in one statement.
_AT_ONCE = 500


class RetentionRepository:
    """All proposals to delete, and the deletion itself."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], events: EventRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events

    def due(
        self, states: Collection[State], untouched_since: datetime, limit: int | None, office: str | None = None
    ) -> tuple[str, ...]:
        """Scans in one of these states that nobody touched since then, oldest first.

        A scan that others are duplicates of is not among them: they would point nowhere.
        """
        other = Scan.__table__.alias("other")
        query = (
            select(Scan.id)
            .where(
                Scan.state.in_(sorted(state.value for state in states)),
                Scan.updated_at < untouched_since,
                ~exists().where(other.c.duplicate_of == Scan.id),
            )
            .order_by(Scan.id)
            .limit(limit)
        )
        if office is not None:
            query = query.where(Scan.office == office)
        return tuple(self._connection.execute(query).scalars())

    def propose(self, rule: str, reason: str, scan_ids: Sequence[str], who: str) -> RetentionCaseRow:
        """Put a proposal down; nothing is deleted by it."""
        case_id = new_id()
        said = {"rule": rule, "reason": reason, "proposed_by": who, "scans": list(scan_ids)}
        self._connection.execute(
            insert(RetentionCase).values(
                id=case_id, status=CaseStatus.PROPOSED.value, proposed_at=self._clock(), **said
            )
        )
        detail = {"case": case_id, "rule": rule, "scans": list(scan_ids), attested.CASE: attested.case_hash(said)}
        self._events.add(who, "retention_proposed", None, detail)
        return self.get(case_id)

    def get(self, case_id: str) -> RetentionCaseRow:
        """One proposal; ``NotFound`` when there is none."""
        row = self._connection.execute(
            select(*RetentionCase.__table__.columns).where(RetentionCase.id == case_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"retention case {case_id}")
        return _case(row)

    def list(self, statuses: Collection[CaseStatus] | None = None) -> tuple[RetentionCaseRow, ...]:
        """All proposals, newest first, or those of these statuses."""
        query = select(*RetentionCase.__table__.columns).order_by(RetentionCase.id.desc())
        if statuses is not None:
            query = query.where(RetentionCase.status.in_(sorted(status.value for status in statuses)))
        return tuple(_case(row) for row in self._connection.execute(query))

    def confirm(self, case_id: str, who: str) -> RetentionCaseRow:
        """A second person agrees; ``RetentionRefused`` for the first one, or when it is decided already."""
        return self._decide(case_id, CaseStatus.CONFIRMED, who)

    def withdraw(self, case_id: str, who: str) -> RetentionCaseRow:
        """Anybody in charge stops a proposal, the one who made it included."""
        return self._decide(case_id, CaseStatus.WITHDRAWN, who)

    def _decide(self, case_id: str, status: CaseStatus, who: str) -> RetentionCaseRow:
        case = self.get(case_id)
        if status is CaseStatus.CONFIRMED and case.proposed_by == who:
            raise RetentionRefused("the same person cannot propose and confirm")
        changed = self._connection.execute(
            update(RetentionCase)
            .where(RetentionCase.id == case_id, RetentionCase.status == CaseStatus.PROPOSED.value)
            .values(status=status.value, decided_by=who, decided_at=self._clock())
        )
        if changed.rowcount != 1:
            raise RetentionRefused(f"the proposal is {case.status} already")
        self._events.add(who, f"retention_{status.value}", None, {"case": case_id, "proposed_by": case.proposed_by})
        return self.get(case_id)

    def dispose(self, case: RetentionCaseRow, scan_id: str, states: Collection[State]) -> None:
        """Delete a scan's rows with all that was read from it.

        Noted in the chain with both names, the scan's hash and the blobs that it named. ``NotFound`` when it is gone
        already, ``RetentionRefused`` when the case is not confirmed or the scan has moved on since.
        """
        if case.status is not CaseStatus.CONFIRMED or case.decided_by in {None, case.proposed_by}:
            raise RetentionRefused("nobody else has confirmed it")
        query = select(Scan.sha256, Scan.state).where(Scan.id == scan_id).with_for_update()
        scan = self._connection.execute(query).one_or_none()
        if scan is None:
            raise NotFound(f"scan {scan_id}")
        if scan.state not in {state.value for state in states}:
            raise RetentionRefused(f"the scan is {scan.state} now")
        if self._connection.execute(select(Scan.id).where(Scan.duplicate_of == scan_id).limit(1)).first():
            raise RetentionRefused("another scan is a duplicate of it")
        blobs = sorted(self._blobs_of(scan_id) | {scan.sha256})
        self._connection.execute(delete(RecordVersion).where(RecordVersion.scan_id == scan_id))
        self._connection.execute(delete(Certificate).where(Certificate.scan_id == scan_id))
        self._connection.execute(delete(Scan).where(Scan.id == scan_id))
        detail = {
            "case": case.id, "rule": case.rule, "sha256": scan.sha256, "state": scan.state, "blobs": blobs,
            "proposed_by": case.proposed_by, "confirmed_by": case.decided_by,
        }  # fmt: skip
        self._events.add(case.decided_by or "", "scan_disposed", scan_id, detail)

    def still_needed(self, sha256s: Collection[str]) -> frozenset[str]:
        """Those of these blobs that some row names; previews have no index, so it is one walk for all of them."""
        wanted, found = set(sha256s), set[str | None]()
        names = sorted(wanted)
        for column in BLOB_COLUMNS:
            for at in range(0, len(names), _AT_ONCE):
                query = select(column).where(column.in_(names[at : at + _AT_ONCE]))
                found |= set(self._connection.execute(query).scalars())
        for row in self._connection.execute(select(Certificate.pdfa_sha256, Certificate.previews)):
            found |= wanted & {row.pdfa_sha256, *row.previews}
        return frozenset(sha256 for sha256 in found if sha256)

    def executed(self, case: RetentionCaseRow) -> RetentionCaseRow:
        """Note that all of it is done."""
        self._connection.execute(
            update(RetentionCase)
            .where(RetentionCase.id == case.id, RetentionCase.status == CaseStatus.CONFIRMED.value)
            .values(status=CaseStatus.EXECUTED.value, executed_at=self._clock())
        )
        self._events.add(case.decided_by or "", "retention_executed", None, {"case": case.id})
        return self.get(case.id)

    def _blobs_of(self, scan_id: str) -> set[str]:
        found: set[str] = set()
        for row in self._connection.execute(
            select(Certificate.pdfa_sha256, Certificate.previews).where(Certificate.scan_id == scan_id)
        ):
            found |= {*row.previews, *([row.pdfa_sha256] if row.pdfa_sha256 else [])}
        query = select(RecordVersion.pdfa_sha256).where(RecordVersion.scan_id == scan_id)
        return found | {sha256 for sha256 in self._connection.execute(query).scalars() if sha256}


def _case(row: Row[Any]) -> RetentionCaseRow:
    return RetentionCaseRow(
        id=row.id,
        rule=row.rule,
        reason=row.reason,
        status=CaseStatus(row.status),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        executed_at=row.executed_at,
        scan_ids=tuple(row.scans),
    )
