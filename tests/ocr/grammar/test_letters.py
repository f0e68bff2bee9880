"""Spelling of Vietnamese syllables, and letters without marks."""

from __future__ import annotations

import pytest

from ocr.grammar.letters import fold, is_syllable, plausibility, skeleton


@pytest.mark.parametrize(
    "word",
    [
        "Nguyễn",
        "Huỳnh",
        "Quách",
        "nghị",
        "Giang",
        "gìn",
        "Kiệt",
        "khuyên",
        "Ủy",
        "Uỷ",
        "nhượng",
        "nghiệp",
        "quyết",
        "Đặng",
        "ấp",
    ],
)
def test_syllables_of_the_language_are_known(word: str) -> None:
    """Real words are spelt as the language allows, wherever the tone stands."""
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Hiẹp", "Ngyễn", "Bìnhh", "NIIÂN", "cap2", "gắc̀"])
def test_misread_words_are_no_syllables(word: str) -> None:
    """A missing vowel mark before a stop, a lost letter or two tones give the misreading away."""
    assert not is_syllable(word)


def test_folding_keeps_every_place() -> None:
    """Each letter folds to one letter, so that places found in the folded text hold in the print."""
    text = "Đường Ngô Quyền, ấp Hòa Lợi"
    assert fold(text) == "duong ngo quyen, ap hoa loi"
    letters, places = skeleton(text)
    assert all(fold(text[place]) == letter for letter, place in zip(letters, places, strict=True))


def test_plausibility_counts_words() -> None:
    """Half of the words being none gives a half; no words at all give no doubt."""
    assert plausibility("nhân dân xkq wrzt") == 0.5
    assert plausibility("12/5") == 1.0
