"""The stretches of a row or column in which something holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def true_runs(held: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where each run of true values begins, and where the values behind it do."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], held.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
