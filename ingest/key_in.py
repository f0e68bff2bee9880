"""The second, independent key-in: by the office's policy some fields are typed by two people who do not see each other.

The first person's settled values count as the first key-in. The second types from the scan alone. Where they agree
the record is approved; where they differ a third person settles it with both before them.
"""

from __future__ import annotations

from collections.abc import Mapping

from certificate.errors import KeyedInBefore, MoveNotAllowed, RecordIncomplete, VersionConflict
from certificate.states import State
from ingest import desk
from ingest.key_in_policy import differences, paths_to_key_in, people_of, same, stage_of
from ingest.office import Office
from ingest.settings import Settings
from store.database import UnitOfWork
from store.review_rows import KeyIn, Stage
from store.rows import CertificateRow, UserRow


def begin(unit: UnitOfWork, settings: Settings, row: CertificateRow, who: str) -> bool:
    """Take what the first person settled as the first key-in; ``False`` when the policy asks for none."""
    paths = paths_to_key_in(row.record, settings)
    if not paths:
        return False
    unit.reviews.key_in(row.id, 1, who, {path: row.record.value(path) for path in paths})
    unit.events.add(who, "keyed_in", row.scan_id, {"certificate_id": row.id, "turn": 1, "fields": len(paths)})
    desk.describe(unit, settings, row.scan_id)
    unit.reviews.let_go(row.scan_id, who)
    return True


def second(
    office: Office, certificate_id: str, *, version: int, values: Mapping[str, str | None], who: UserRow
) -> Stage | State:
    """Take the second person's typing: the record is approved when both agree, else a third person is asked.

    Raises ``KeyedInBefore`` for the first person, ``RecordIncomplete`` when a field was left empty.
    """
    with office.database.unit_of_work() as unit:
        row, lines = _at(unit, certificate_id, version, Stage.SECOND, who)
        wanted = [line.path for line in lines if line.turn == 1]
        if any(not values.get(path) for path in wanted):
            raise RecordIncomplete(certificate_id)
        unit.reviews.key_in(row.id, 2, who.name, {path: values[path] for path in wanted})
        left = differences(unit.reviews.key_ins(row.id))
        detail = {"certificate_id": row.id, "turn": 2, "differences": len(left)}
        unit.events.add(who.name, "keyed_in", row.scan_id, detail)
        if left:
            desk.describe(unit, office.settings, row.scan_id)
            unit.reviews.let_go(row.scan_id, who.name)
            unit.commit()
            return Stage.THIRD
        state = desk.decide(unit, office.settings, row, who.name)
        unit.commit()
    desk.go_on(office, row.scan_id, state)
    return state


def settle(
    office: Office, certificate_id: str, *, version: int, values: Mapping[str, str | None], who: UserRow
) -> State:
    """Take the third person's decision on every field on which the first two differ, and approve the record."""
    with office.database.unit_of_work() as unit:
        row, lines = _at(unit, certificate_id, version, Stage.THIRD, who)
        left = differences(lines)
        if any(not values.get(one.path) for one in left):
            raise RecordIncomplete(certificate_id)
        unit.reviews.key_in(row.id, 3, who.name, {one.path: values[one.path] for one in left})
        for one in left:
            current = unit.certificates.get(certificate_id)
            if not same(current.record.value(one.path), values[one.path]):
                unit.certificates.correct_field(
                    certificate_id, current.version, one.path, values[one.path], who.name, "key_in"
                )
        unit.events.add(who.name, "keyed_in", row.scan_id, {"certificate_id": row.id, "turn": 3})
        unit.commit()
    desk.check_again(office, certificate_id, who.officer_code)
    with office.database.unit_of_work() as unit:
        state = desk.decide(unit, office.settings, unit.certificates.get(certificate_id), who.name)
        unit.commit()
    desk.go_on(office, row.scan_id, state)
    return state


def _at(
    unit: UnitOfWork, certificate_id: str, version: int, stage: Stage, who: UserRow
) -> tuple[CertificateRow, tuple[KeyIn, ...]]:
    row = unit.certificates.get(certificate_id)
    lines = unit.reviews.key_ins(certificate_id)
    if row.decided_at is not None or stage_of(lines) is not stage:
        raise MoveNotAllowed(f"certificate {certificate_id} is not at {stage}")
    if row.version != version:
        raise VersionConflict(f"certificate {certificate_id}: seen {version}, now {row.version}")
    if who.name in people_of(lines):
        raise KeyedInBefore(certificate_id)
    return row, lines
