"""Words of the layer: what text they hold and how it is coded."""

from __future__ import annotations

import dataclasses
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fonts import read_to_unicode
from archive.text_layer import Letters, PageFrame, clean_text, coverage, layer_content, to_unicode_map
from certificate.errors import PdfInvalid
from certificate.geometry import Box
from certificate.reading import FaceReading, Word
from certificate.record import Face, Part


@given(st.text())
def test_text_survives_coding(text: str) -> None:
    """Any text comes back from its codes through the map, letters beyond the first plane included."""
    letters = Letters()
    clean = clean_text(text)
    codes = letters.encode(clean)
    spelt = read_to_unicode(to_unicode_map(letters))
    assert "".join(spelt[int.from_bytes(codes[at : at + 2], "big")] for at in range(0, len(codes), 2)) == clean


@given(st.text())
def test_clean_text_is_text(text: str) -> None:
    """No control character and no half of a letter is left; cleaning twice is cleaning once."""
    clean = clean_text(text)
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Cn"} for c in clean)
    assert clean_text(clean) == clean


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ([], "", 1.0),  # Nothing wanted is nothing missing.
        (["đất"], "", 0.0),
        (["đất", "ở"], "ở đất", 1.0),  # Order and spaces do not count.
        (["aa"], "a", 0.5),  # Each letter counts as often as it stands.
        ([unicodedata.normalize("NFD", "ế")], "ế", 1.0),  # The same letter in two spellings is one.
    ],
)
def test_coverage(words: list[str], text: str, expected: float) -> None:
    """How much of the words a text has."""
    assert coverage(words, text) == expected


def face_with(*words: Word, to_source: tuple[float, ...] = (1, 0, 0, 0, 1, 0, 0, 0, 1)) -> FaceReading:
    return FaceReading(Face(1, Part.WHOLE, None, 0, 100, 100), words, 100, 100, to_source)  # type: ignore[arg-type]


FRAME = PageFrame(0, 0, 100, 100)


def test_flat_words() -> None:
    """A box without height or width, or one of no letters, breaks nothing."""
    flat = [Word("a", Box(5, 5, 5, 5), 0), Word("", Box(1, 1, 9, 9), 0), Word("\x00", Box(1, 1, 9, 9), 0)]
    content = layer_content([face_with(*flat)], FRAME, Letters())
    assert content.count(b"Tj") == 1
    assert b"nan" not in content
    assert b"inf" not in content
    assert layer_content([face_with(*flat[1:])], FRAME, Letters()) == b""


def test_words_of_a_bent_sheet_lie_as_its_mesh_does() -> None:
    """Each word stands where its part of the sheet rose to, leaning with it."""
    mesh = (((0.0, 0.0), (50.0, 10.0), (100.0, 0.0)), ((0.0, 100.0), (50.0, 110.0), (100.0, 100.0)))
    words = (Word("a", Box(10, 20, 20, 30), 0), Word("b", Box(80, 20, 90, 30), 0))
    bent = dataclasses.replace(face_with(*words), mesh=mesh)
    first, second = re.findall(rb"(\S+ \S+ \S+ \S+ \S+ \S+) Tm", layer_content([bent], FRAME, Letters()))
    # A fifth of a pixel down the page for each along it, then up again.
    assert [float(one) for one in first.split()] == pytest.approx([0.9806, -0.1961, 0, 1, 10, 68], abs=0.05)
    assert [float(one) for one in second.split()] == pytest.approx([0.9806, 0.1961, 0, 1, 80, 66], abs=0.05)


@pytest.mark.parametrize(
    "to_source", [(0, 0, 0, 0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 1, 0, -0.1, 0, 1), (1e9, 0, 0, 0, 1, 0, 0, 0, 1)]
)
def test_words_off_the_page(to_source: tuple[float, ...]) -> None:
    """A map that sends words to the horizon or far away is an error of the reading, not a broken file."""
    with pytest.raises(PdfInvalid):
        layer_content([face_with(Word("a", Box(5, 5, 15, 15), 0), to_source=to_source)], FRAME, Letters())


def test_read_ranges() -> None:
    """Maps of other writers may count up or list; odd ones are read as far as they make sense."""
    cmap = (
        b"1 beginbfchar <01> <0041> endbfchar 2 beginbfrange <02> <04> <0061> <05> <06> [<0078> <00790079>] endbfrange"
    )
    assert read_to_unicode(cmap) == {1: "A", 2: "a", 3: "b", 4: "c", 5: "x", 6: "yy"}
    assert read_to_unicode(b"beginbfrange <00> <FFFFFFFF> <> endbfrange") == {}
