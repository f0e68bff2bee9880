"""Writing into a run's ledger what a listing found: the first time, and each time the folder is looked through again.

What a worker has begun with is never taken back. Where its files have changed since, they get a row of their own, so
that the new page or the new scan is taken too; what nobody has begun with is written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from certificate.errors import InputMissing, ManifestRepeats, NameUnreadable, NotAFile
from store.identifiers import new_id
from store.run_rows import CLOSED_FOLDER, GAP, InputState, Listed, NewInput
from store.run_tables import RunInput

# Nobody has made anything of these: a listing done again may say better what they are.
_NOT_BEGUN = frozenset({InputState.LISTED.value, InputState.REFUSED.value})
_SEEN = (
    RunInput.id,
    RunInput.key,
    RunInput.files,
    RunInput.size_bytes,
    RunInput.mark,
    RunInput.state,
    RunInput.reference,
    RunInput.box,
    RunInput.shelf,
    RunInput.created_at,
)


@dataclass(frozen=True, slots=True)
class _Changes:
    """What is to be done with the rows of one batch."""

    new: list[NewInput]
    outdated: list[str]
    kept: list[tuple[str, NewInput]]
    listed: Listed


def write_listing(
    connection: Connection, run_id: str, found: Sequence[NewInput], now: datetime, since: datetime
) -> Listed:
    """Bring the ledger to what the listing that began at ``since`` found, and say what was new and what had changed."""
    if not found:
        return Listed()
    there = _rows(connection, run_id, [each.key for each in found])
    changed_keys = [each.key_when_changed for each in found if each.key in there]
    changes = _compare(found, there, frozenset(_rows(connection, run_id, changed_keys)), since)
    if changes.outdated:
        # Another row and not the same one changed: a feeder that has just read the old files does not find it any more.
        gone = connection.execute(
            delete(RunInput).where(RunInput.id.in_(changes.outdated), RunInput.state.in_(list(_NOT_BEGUN)))
        )
        if gone.rowcount < len(changes.outdated):
            # A feeder was faster with some of them.
            return write_listing(connection, run_id, found, now, since)
    for input_id, each in changes.kept:
        connection.execute(
            update(RunInput)
            .where(RunInput.id == input_id)
            .values(
                **({"mark": each.mark} if each.mark else {}), reference=each.reference, box=each.box, shelf=each.shelf
            )
        )
    _insert(connection, run_id, changes.new, now)
    return changes.listed


def _rows(connection: Connection, run_id: str, keys: Sequence[str]) -> dict[str, Row[Any]]:
    if not keys:
        return {}
    query = select(*_SEEN).where(RunInput.run_id == run_id, RunInput.key.in_(keys))
    return {row.key: row for row in connection.execute(query)}


def _differ(row: Row[Any] | NewInput, each: NewInput) -> bool:
    if row.mark is not None and each.mark is not None:
        return bool(row.mark != each.mark)
    # A row of an older release, or files that are not there to be looked at.
    return (tuple(row.files), row.size_bytes) != (each.files, each.size_bytes)


def _compare(found: Iterable[NewInput], there: dict[str, Row[Any]], again: frozenset[str], since: datetime) -> _Changes:
    new: dict[str, NewInput] = {}
    outdated: list[str] = []
    kept: list[tuple[str, NewInput]] = []
    counts = {"new": 0, "refreshed": 0, "changed": 0}
    for each in found:
        row = there.get(each.key)
        before = new.get(each.key) or row
        if before is None:
            new[each.key] = each
            counts["new"] += each.error_code is None
        elif not _differ(before, each):
            if row is not None and (row.mark, row.reference, row.box, row.shelf) != (
                each.mark, each.reference, each.box, each.shelf
            ):  # fmt: skip
                kept.append((row.id, each))
        elif before is row and row.state in _NOT_BEGUN and row.created_at < since:
            outdated.append(row.id)
            new[each.key] = each
            counts["refreshed"] += 1
        elif each.mark is not None and each.key_when_changed not in again | new.keys():
            new[each.key_when_changed] = each.when_changed()
            counts["changed"] += 1
    apart = sum((each.remark or "").startswith(GAP) for each in new.values())
    return _Changes(list(new.values()), outdated, kept, Listed(**counts, apart=apart))


def _insert(connection: Connection, run_id: str, found: Sequence[NewInput], now: datetime) -> None:
    if not found:
        return
    # Identifiers of one millisecond are in no order of their own; the ledger keeps that of the walk.
    ids = sorted(new_id() for _ in found)
    lines = [
        {
            "id": input_id,
            "run_id": run_id,
            "key": each.key,
            "files": list(each.files),
            "size_bytes": each.size_bytes,
            "mark": each.mark,
            "remark": each.remark,
            "reference": each.reference,
            "box": each.box,
            "shelf": each.shelf,
            "state": (InputState.REFUSED if each.error_code else InputState.LISTED).value,
            "error_code": each.error_code,
            "created_at": now,
            "settled_at": now if each.error_code else None,
        }
        for input_id, each in zip(ids, found, strict=True)
    ]
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        statement: Any = postgresql.insert(RunInput).on_conflict_do_nothing()
    else:
        from sqlalchemy.dialects import sqlite

        statement = sqlite.insert(RunInput).on_conflict_do_nothing()
    connection.execute(statement, lines)


def forget_refusals(connection: Connection, run_id: str, *, by_manifest: bool) -> int:
    """Take out what only the listing refused, because it is about to be done again; gives how many rows.

    With a manifest also what it named and the folder had not: the list says what the inputs are. Without one a file
    that has gone from the folder keeps its row.
    """
    gone = connection.execute(
        delete(RunInput).where(
            RunInput.run_id == run_id,
            RunInput.state == InputState.REFUSED.value,
            RunInput.scan_id.is_(None),
            or_(RunInput.taken_at.is_(None), _may_be_listed_better(by_manifest=by_manifest)),
        )
    )
    return gone.rowcount


def needs_listing(connection: Connection, run_id: str, *, by_manifest: bool) -> bool:
    """Whether an input was refused for which the folder or the manifest should be gone through again."""
    query = select(RunInput.id).where(
        RunInput.run_id == run_id,
        RunInput.state == InputState.REFUSED.value,
        _may_be_listed_better(by_manifest=by_manifest),
    )
    return connection.execute(query.limit(1)).first() is not None


def only_listing_settles() -> Any:
    """The condition for inputs that no second try can take, only another look at the folder or the manifest."""
    return or_(
        func.coalesce(RunInput.error_code, "").in_([ManifestRepeats.code, NameUnreadable.code]),
        RunInput.key.endswith(CLOSED_FOLDER, autoescape=True),
    )


def _may_be_listed_better(*, by_manifest: bool) -> Any:
    """The condition for inputs of which another listing may say something else: a manifest may name them rightly."""
    if not by_manifest:
        return only_listing_settles()
    return or_(only_listing_settles(), RunInput.error_code.in_([InputMissing.code, NotAFile.code]))
