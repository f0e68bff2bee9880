"""What the store holds besides: blobs that no scan named in the walk before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.audit.checks import Scope, Step
from ingest.audit.damages import Damage
from ingest.audit.fixity import Looked, look

_BATCH_BYTES = 64 << 20
_BATCH = 500


def run(scope: Scope, after: str) -> Iterator[Step]:
    """Walk through the store's names; what no row names is hashed too, and told."""
    strays: list[Looked] = []
    items, name = 0, after
    for name in scope.office.blobs.names(after):
        items += 1
        if not scope.was_seen(name):
            strays.append(look(scope.office.blobs, name))
        if items >= _BATCH or sum(stray.size_bytes for stray in strays) >= _BATCH_BYTES:
            yield _step(scope, name, items, strays)
            strays, items = [], 0
    yield replace(_step(scope, name, items, strays), is_last=True)


def _step(scope: Scope, cursor: str, items: int, strays: Sequence[Looked]) -> Step:
    named: set[str] = set()
    if strays:  # Work that came in while the audit ran has its rows by now.
        with scope.office.database.unit_of_work(read_only=True) as unit:
            named = {stray.sha256 for stray in strays} & set(unit.inventory.blob_names(scope.started_at))
    damages = tuple(
        Damage("blob_unnamed", blob=stray.sha256, detail=stray.code) for stray in strays if stray.sha256 not in named
    )
    return Step(cursor, damages, items, sum(stray.size_bytes for stray in strays))
