"""Small decision trees, walked: what a fitted forest adds to the odds.

A tree is a number (what it adds), or ``[fact, above, otherwise, then]``: whether the fact is above a number decides
which of the two trees goes on. They are grown by ``ingest.bench.trees`` and kept as data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Tree = float | list[Any]


def walk(trees: Sequence[Tree], facts: Sequence[float]) -> float:
    """What the trees together say of these facts."""
    total = 0.0
    for tree in trees:
        node = tree
        while isinstance(node, list):
            node = node[3] if facts[node[0]] > node[1] else node[2]
        total += node
    return total
