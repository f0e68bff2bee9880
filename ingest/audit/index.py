"""The search index against the records: whoever cannot be found is as good as lost to those who look."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.audit.checks import Scope, Step
from ingest.audit.damages import Damage

CODES = {"missing": "search_missing", "stale": "search_stale"}
ENGINE = "search_engine_damaged"


def run(scope: Scope, after: str) -> Iterator[Step]:
    """Stretch by stretch what each record's row in the index says; last the engine's own index as a whole."""
    cursor: str | None = after
    while cursor is not None:
        with scope.office.database.unit_of_work(read_only=True) as unit:
            faults, following = unit.search.faults(after=cursor)
            counted = unit.search.count_certificates(after=cursor, until=following)
        damages = tuple(Damage(CODES[fault.kind], certificate_id=fault.certificate_id) for fault in faults)
        cursor = following
        if cursor is not None:
            yield Step(cursor, damages, counted)
    whole = () if _engine_is_sound(scope) else (Damage(ENGINE),)
    yield Step("", damages + whole, counted, is_last=True)


def _engine_is_sound(scope: Scope) -> bool:
    """By the number of its rows; word by word only when thorough, for on SQLite nobody can write meanwhile."""
    if not scope.thorough:
        with scope.office.database.unit_of_work(read_only=True) as unit:
            return unit.search.engine_index_is_complete()
    with scope.office.database.unit_of_work() as unit:
        return unit.search.engine_index_is_sound()
