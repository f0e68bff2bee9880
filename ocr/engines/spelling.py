"""How likely a line spells a given text, from what LineNet saw at each step along it (CTC's forward pass).

Pure numbers; it must not know which model they come from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BLANK = 0
_LEAST = np.float32(-1e9)
# No letter is less likely than this at any step: a stroke across a letter must not rule it out.
_FLOOR = 1e-6


@dataclass(frozen=True, eq=False)
class Steps:
    """Probabilities of the blank and each of ``letters`` at every step along a line: float32 ``[step, letter]``."""

    probabilities: NDArray[np.float32]
    letters: str

    def log_likelihood(self, texts: Sequence[str]) -> list[float]:
        """The natural logarithm of how likely the line spells each text; minus infinity for an unknown letter."""
        places = {letter: index + 1 for index, letter in enumerate(self.letters)}
        spelt = [[places.get(letter, -1) for letter in unicodedata.normalize("NFC", text)] for text in texts]
        known = [index for index, labels in enumerate(spelt) if labels and -1 not in labels]
        found = [-np.inf] * len(texts)
        if known and len(self.probabilities):
            totals = _forward(np.log(np.maximum(self.probabilities, _FLOOR)), [spelt[index] for index in known])
            for index, total in zip(known, totals, strict=True):
                found[index] = float(total)
        return found


def _forward(logs: NDArray[np.float32], spelt: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    width = 2 * max(len(labels) for labels in spelt) + 1
    states = np.full((len(spelt), width), _BLANK, np.int64)
    for row, labels in enumerate(spelt):
        states[row, 1 : 2 * len(labels) : 2] = labels
    skips = np.zeros(states.shape, np.bool_)
    skips[:, 2:] = (states[:, 2:] != _BLANK) & (states[:, 2:] != states[:, :-2])
    alpha = np.full(states.shape, _LEAST, np.float32)
    alpha[:, :2] = logs[0][states[:, :2]]
    for step in logs[1:]:
        stay_or_next = alpha.copy()
        stay_or_next[:, 1:] = np.logaddexp(alpha[:, 1:], alpha[:, :-1])
        jump = np.full_like(alpha, _LEAST)
        jump[:, 2:] = np.where(skips[:, 2:], alpha[:, :-2], _LEAST)
        alpha = (np.logaddexp(stay_or_next, jump) + step[states]).astype(np.float32)
    rows = np.arange(len(spelt))
    ends = np.array([2 * len(labels) for labels in spelt])
    return np.asarray(np.logaddexp(alpha[rows, ends], alpha[rows, ends - 1]), dtype=np.float32)
