"""How likely a line spells a text: CTC over all ways to spell it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ocr.engines.spelling import Steps

LETTERS = "ab"


def _steps(*rows: tuple[float, float, float]) -> Steps:
    """Probabilities of the blank, a and b at each step."""
    return Steps(np.array(rows, dtype=np.float32), LETTERS)


def test_all_ways_to_spell_a_text_add_up() -> None:
    """Over two steps "a" is spelt as a-, -a and aa; "ab" in one way; "aa" would need a blank between."""
    steps = _steps((0.5, 0.3, 0.2), (0.4, 0.1, 0.5))
    a, ab, aa = steps.log_likelihood(["a", "ab", "aa"])
    assert a == pytest.approx(math.log(0.3 * 0.4 + 0.5 * 0.1 + 0.3 * 0.1), abs=1e-4)
    assert ab == pytest.approx(math.log(0.3 * 0.5), abs=1e-4)
    assert aa < -1e6


def test_a_letter_said_twice_needs_a_blank_between() -> None:
    """Over three steps "aa" is spelt in one way only."""
    (twice,) = _steps((0.2, 0.7, 0.1), (0.6, 0.3, 0.1), (0.2, 0.7, 0.1)).log_likelihood(["aa"])
    assert twice == pytest.approx(math.log(0.7 * 0.6 * 0.7), abs=1e-4)


def test_texts_of_different_lengths_do_not_touch_each_other() -> None:
    """Each gets what it gets alone."""
    steps = _steps((0.5, 0.3, 0.2), (0.4, 0.1, 0.5), (0.1, 0.8, 0.1))
    texts = ["a", "aba", "b", "ba"]
    together = steps.log_likelihood(texts)
    assert together == pytest.approx([steps.log_likelihood([text])[0] for text in texts])


@pytest.mark.parametrize("text", ["", "x", "ax"])
def test_what_has_no_letters_or_unknown_ones_is_impossible(text: str) -> None:
    """Neither an empty text nor a letter that the model does not know can be spelt."""
    assert _steps((0.5, 0.3, 0.2)).log_likelihood([text]) == [-math.inf]


def test_a_line_without_steps_spells_nothing() -> None:
    """Paper without print."""
    assert Steps(np.zeros((0, 3), np.float32), LETTERS).log_likelihood(["a"]) == [-math.inf]
