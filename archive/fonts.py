"""Fonts in archived PDFs: the invisible one that is put in, and what text those of other writers spell.

Owns the embedding of ``archive/data/invisible.ttf`` (made by ``script/build-invisible-font``) and the reading of a
font's ToUnicode map. A font here is a PDF object; where letters stand is ``archive.text_layer``'s business.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from archive.packing import deflated, packed
from archive.text_layer import GLYPH_WIDTH_EM, SPACE_CODE, SPACE_WIDTH_EM, Letters, glyph_map, to_unicode_map

_BASE_FONT = "/SohoaInvisible"
_SYMBOLIC = 4
_HEX = rb"<\s*([0-9A-Fa-f\s]*)>"
_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CHAR = re.compile(_HEX + rb"\s*" + _HEX)
_RANGE = re.compile(_HEX + rb"\s*" + _HEX + rb"\s*(?:" + _HEX + rb"|\[([^\]]*)\])")
_ONE_HEX = re.compile(_HEX)
# A range this long is no map that a writer of documents makes.
_MAX_RANGE = 0x10000


@cache
def _font_file() -> bytes:
    return (files("archive") / "data" / "invisible.ttf").read_bytes()


@cache
def _font_packed() -> bytes:
    return deflated(_font_file())


def add_invisible_font(pdf: Pdf, letters: Letters) -> Object:
    """Put the invisible font into a document, with codes for these letters, and return it for pages to use."""
    data = _font_file()
    width, space = round(1000 * GLYPH_WIDTH_EM), round(1000 * SPACE_WIDTH_EM)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(_BASE_FONT),
        Flags=_SYMBOLIC,
        FontBBox=Array([0, 0, width, 1000]),
        ItalicAngle=0,
        Ascent=1000,
        Descent=0,
        CapHeight=1000,
        StemV=80,
        FontFile2=Stream(pdf, _font_packed(), Filter=Name.FlateDecode, Length1=len(data)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(_BASE_FONT),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=width,
        W=Array([SPACE_CODE, Array([space])]),
        CIDToGIDMap=packed(pdf, glyph_map(letters)),
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name(_BASE_FONT),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=packed(pdf, to_unicode_map(letters)),
    )
    return pdf.make_indirect(font)


class FontReader:
    """Turns the strings that a page shows in one font into text, as far as the font tells what they spell."""

    def __init__(self, font: Object) -> None:
        self._code_bytes = 2 if font.get(Name.Subtype) == Name.Type0 else 1
        to_unicode = font.get(Name.ToUnicode)
        self._map = read_to_unicode(to_unicode.read_bytes()) if isinstance(to_unicode, Stream) else None

    def read(self, shown: bytes) -> str:
        """The text of one shown string; letters that the font does not explain are left out."""
        if self._map is None:
            return shown.decode("cp1252", "ignore") if self._code_bytes == 1 else ""
        step = self._code_bytes
        codes = (int.from_bytes(shown[at : at + step], "big") for at in range(0, len(shown), step))
        return "".join(self._map.get(code, "") for code in codes)


def read_to_unicode(cmap: bytes) -> dict[int, str]:
    """What each code of a ToUnicode map spells."""
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(cmap):
        if kind == b"bfchar":
            found.update((_code(code), _text(text)) for code, text in _CHAR.findall(body))
            continue
        for first, last, start, listed in _RANGE.findall(body):
            codes = range(_code(first), min(_code(last), _code(first) + _MAX_RANGE) + 1)
            if listed:
                found.update(zip(codes, map(_text, _ONE_HEX.findall(listed)), strict=False))
            elif text := _text(start):
                found.update((code, text[:-1] + chr(ord(text[-1]) + n)) for n, code in enumerate(codes))
    return found


def _code(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _text(digits: bytes) -> str:
    return bytes.fromhex(b"".join(digits.split()).decode("ascii")).decode("utf-16-be", "ignore")
