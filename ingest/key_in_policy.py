"""What is typed twice by the office's policy, and where a record stands on the way: rules without a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certificate.record import Record
from certificate.text import same_value
from ingest.settings import Settings
from store.review_rows import KeyIn, Stage

ID_NUMBERS, HANDWRITING = "id_numbers", "handwriting"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which two people differ, or that the second has still to type."""

    path: str
    first: str | None
    second: str | None


def paths_to_key_in(record: Record, settings: Settings) -> tuple[str, ...]:
    """The fields that the policy wants typed twice."""
    wanted = settings.key_in_twice
    return tuple(
        path
        for path, field in record.fields.items()
        if (ID_NUMBERS in wanted and path.endswith("id_number"))
        or (HANDWRITING in wanted and "handwritten" in field.findings)
    )


def stage_of(lines: Sequence[KeyIn]) -> Stage:
    """Which look comes next for a certificate with these key-ins."""
    turns = {line.turn for line in lines}
    if 1 not in turns:
        return Stage.REVIEW
    return Stage.THIRD if 2 in turns else Stage.SECOND


def people_of(lines: Sequence[KeyIn]) -> tuple[str, ...]:
    """Who has keyed in already."""
    return tuple(sorted({line.who for line in lines}))


def differences(lines: Sequence[KeyIn]) -> tuple[Difference, ...]:
    """The fields on which the first two people differ."""
    first = {line.path: line.value for line in lines if line.turn == 1}
    second = {line.path: line.value for line in lines if line.turn == 2}
    return tuple(
        Difference(path, value, second.get(path)) for path, value in first.items() if not same(value, second.get(path))
    )


def same(left: str | None, right: str | None) -> bool:
    """Whether two people typed the same, absent values included."""
    return left == right or (left is not None and right is not None and same_value(left, right))
