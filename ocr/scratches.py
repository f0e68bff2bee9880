"""Scratches: thin lines that run down through print over part of a face, where no rule of a table ever runs.

A dirty glass, a fold's edge or a pen leaves them; those that run down a whole page are gone before (``ocr.streaks``).
Taken for a rule, one cuts numbers in two that each look whole. Owns how they are told from rules and how print is
mended where they were.
"""

from __future__ import annotations

import cv2
import numpy as np

from certificate.geometry import Box
from ocr.engines.images import Pixels
from ocr.runs import true_runs

# Beside a rule is white on one side at least; print as near as this part of the face's height, on both sides at once,
# in so many stretches and in so much of what has print on one side, tells a scratch. Of 300 rules on four hands' papers
# none had more than one such stretch; two scratches on one had 12 and 28, three and four fifths of the print.
_NEAR = 0.0035
_FEWEST, _BOTH = 4, 0.25
# It matters where it runs through a table: over so much of the face's height, and across so many rules.
_LENGTH, _CROSSED = 0.1, 3
# How far it is sought beside its place on the smaller mask, and how dark it is.
_BESIDE_PX, _INKED = 4, 170


def is_scratch(box: Box, piece: Pixels, print_alone: Pixels, across: Pixels) -> bool:
    """Whether a line down runs through a table's print: ``piece`` is its mask in ``box``.

    ``print_alone`` is the face's ink without lines, ``across`` the mask of those that run across.
    """
    if (
        box.height < _LENGTH * print_alone.shape[0]
        or len(true_runs(across[box.top : box.bottom, box.left] > 0)) < _CROSSED
    ):
        return False
    near = max(2, round(_NEAR * max(print_alone.shape)))
    left, right = max(0, box.left - near), min(print_alone.shape[1], box.right + near)
    ink = print_alone[box.top : box.bottom, left:right] > 0
    line = np.zeros(ink.shape, np.bool_)
    line[:, box.left - left : box.left - left + piece.shape[1]] = piece > 0
    held = line.any(axis=1)
    columns = np.arange(ink.shape[1])
    first = np.where(held, line.argmax(axis=1), 0)[:, None]
    last = np.where(held, ink.shape[1] - 1 - line[:, ::-1].argmax(axis=1), 0)[:, None]
    before = (ink & (columns < first) & (columns >= first - near)).any(axis=1) & held
    behind = (ink & (columns > last) & (columns <= last + near)).any(axis=1) & held
    both = before & behind
    return len(true_runs(both)) >= _FEWEST and int(both.sum()) >= _BOTH * int((before | behind).sum())


def mended(flat: Pixels, scratches: Pixels) -> Pixels:
    """A grey face with its scratches white; ``scratches`` is their mask, maybe smaller.

    Where one runs into a letter the letter stays as it is: as much as a stroke would be lost, or gained.
    """
    mask = cv2.resize(scratches, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_NEAREST)
    seen: list[tuple[int, int, int]] = []
    for y in np.flatnonzero(mask.any(axis=1)).tolist():
        for start, stop in true_runs(mask[y] > 0):
            left, right = max(1, start - _BESIDE_PX), min(flat.shape[1] - 1, stop + _BESIDE_PX)
            inked = [run for run in true_runs(flat[y, left:right] < _INKED) if run[0] > 0 and run[1] < right - left]
            if len(inked) == 1:
                seen.append((y, left + inked[0][0], left + inked[0][1]))
    widest = float(np.median([last - first for _, first, last in seen])) + 1 if seen else 0
    clean = flat.copy()
    for y, first, last in seen:
        if last - first <= widest:
            # With the grey that lies at an edge.
            clean[y, first - 1 : last + 1] = max(int(flat[y, max(0, first - 2)]), int(flat[y, last]))
    return clean
