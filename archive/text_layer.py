"""The invisible text that lies exactly over the words of a scan, as PDF operators.

Owns where a word goes on the page and how its letters are coded. Every letter is one glyph without ink, half an em wide
(``archive/data/invisible.ttf``); the text matrix turns and leans it as the word lies on the paper, and horizontal
scaling stretches it to the word's width, so that selecting and searching hit the ink. On a flat scan one matrix stands
for a face and the words are laid in its pixels, in whole numbers; on a photo each word has its own. Knows nothing of
pikepdf.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from certificate.errors import PdfInvalid
from certificate.geometry import apply_homography
from certificate.reading import FaceReading, Word

FONT_NAME = "SohoaText"
GLYPH_WIDTH_EM = 0.5
# The space after each word, for programs that read in the file's order; about what printed lines have.
SPACE_WIDTH_EM = 0.25
SPACE_CODE = 0x20
# Below this a whole percent of stretching is too coarse a step.
_FINE_BELOW_PERCENT = 50
# C0 and C1 controls, lone surrogates and code points that stand for nothing have no place in a text layer.
_NO_TEXT = frozenset({"Cc", "Cs", "Cn"})


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The visible box of a page in points, before the page is turned; ``mirrored`` flips the scan left to right."""

    left_pt: float
    bottom_pt: float
    width_pt: float
    height_pt: float
    mirrored: bool = False

    def place(self, face: FaceReading, x: float, y: float) -> tuple[float, float]:
        """Where a point of the upright face lies on the page; ``PdfInvalid`` when it lies nowhere."""
        try:
            source_x, source_y = face.on_source(x, y)
        except ZeroDivisionError as error:
            raise PdfInvalid("a word lies beyond the horizon of its page") from error
        across, down = source_x / face.source_width_px, source_y / face.source_height_px
        if not (math.isfinite(across) and math.isfinite(down) and abs(across) < 100 and abs(down) < 100):
            raise PdfInvalid("a word lies far off its page")
        if self.mirrored:
            across = 1 - across
        return self.left_pt + across * self.width_pt, self.bottom_pt + (1 - down) * self.height_pt


# Codes of letters beyond the first plane: half a surrogate is no letter, so no text holds it as such.
_FIRST_SPARE, _LAST_SPARE = 0xD800, 0xDFFF


@dataclass
class Letters:
    """The letters of a document and their codes: a letter's Unicode number, or a spare one beyond the first plane.

    So a reader that ignores the font's map still finds the text, and the map is a handful of ranges.
    """

    codes: dict[str, int] = field(default_factory=dict)
    _spare: int = _FIRST_SPARE

    def encode(self, text: str) -> bytes:
        """The text as two-byte codes."""
        return b"".join(self._code(letter).to_bytes(2, "big") for letter in text)

    def _code(self, letter: str) -> int:
        code = self.codes.get(letter)
        if code is None:
            code = ord(letter)
            if code > 0xFFFF:
                if self._spare > _LAST_SPARE:
                    raise PdfInvalid("too many letters beyond the first plane")
                code = self._spare
                self._spare += 1
            self.codes[letter] = code
        return code


def clean_text(text: str) -> str:
    """A word's text without characters that cannot be text; any space inside becomes a plain one."""
    return " ".join("".join(c for c in text if c.isspace() or unicodedata.category(c) not in _NO_TEXT).split())


def layer_words(faces: Iterable[FaceReading]) -> list[str]:
    """The words that a layer over these faces holds, in reading order."""
    return [part for face in faces for word in face.words for part in clean_text(word.text).split()]


def is_mirrored(faces: Sequence[FaceReading]) -> bool:
    """Whether the stored image shows the paper as in a mirror (some cameras store it so and say so in EXIF)."""
    if not faces:
        return False
    face = _leading(faces)
    (x0, y0), (x1, y1), (x2, y2) = (
        apply_homography(face.to_source, face.face.width_px * across, face.face.height_px * down)
        for across, down in ((0.4, 0.4), (0.6, 0.4), (0.4, 0.6))
    )
    return (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0) < 0


def page_rotation_deg(faces: Sequence[FaceReading], frame: PageFrame) -> int:
    """The clockwise turn (0, 90, 180, 270) that shows the faces upright; the face with most words decides."""
    if not faces:
        return 0
    face = _leading(faces)
    middle = face.face.height_px / 2
    left, right = (frame.place(face, face.face.width_px * across, middle) for across in (0.25, 0.75))
    direction_deg = math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))
    return round(direction_deg / 90) * 90 % 360


def _leading(faces: Sequence[FaceReading]) -> FaceReading:
    return max(faces, key=lambda face: len(face.words))


def layer_content(faces: Sequence[FaceReading], frame: PageFrame, letters: Letters) -> bytes:
    """The operators of the layer over one page; empty when there is no word."""
    shown: list[bytes] = []
    pen = _Pen()
    for face in faces:
        words = [(word, text) for word in face.words if (text := clean_text(word.text))]
        is_flat = face.to_source[6] == face.to_source[7] == 0 and not face.mesh
        placed = _on_flat_face if is_flat else _one_by_one
        for (_, text), operators in zip(words, placed(face, words, frame, pen), strict=True):
            shown.append(operators.encode("ascii") + b"(" + _literal(letters.encode(text + " ")) + b")Tj")
    return b"\n".join([b"q BT 3 Tr", *shown, b"ET Q", b""]) if shown else b""


@dataclass
class _Pen:
    """The font size and the stretching in force, so that only changes are written."""

    size: str = ""
    stretch: str = ""

    def change(self, size: str, width_ems: float) -> str:
        """The operators that set this size and stretch letters to this width, in ems of it."""
        percent = 100 * width_ems / GLYPH_WIDTH_EM
        stretch = _number(percent, 0 if percent >= _FINE_BELOW_PERCENT else 1)
        operators = f"/{FONT_NAME} {size} Tf " if size != self.size else ""
        operators += f"{stretch} Tz" if stretch != self.stretch else ""
        self.size, self.stretch = size, stretch
        return operators


_Words = Sequence[tuple[Word, str]]


def _on_flat_face(face: FaceReading, words: _Words, frame: PageFrame, pen: _Pen) -> Iterator[str]:
    """Lay words in the face's own pixels, which one matrix brings onto the page."""
    width, height = face.face.width_px, face.face.height_px
    corner, right, below = (frame.place(face, *point) for point in ((0, 0), (width, 0), (0, height)))
    across = ((right[0] - corner[0]) / width, (right[1] - corner[1]) / width)
    upward = ((corner[0] - below[0]) / height, (corner[1] - below[1]) / height)
    turned = " ".join(_number(part, 6) for part in (*across, *upward))
    start = f"{turned} {_number(corner[0], 2)} {_number(corner[1], 2)} Tm "
    at_x = at_y = 0
    for word, text in words:
        box = word.box
        size = max(box.height, 1)
        frame.place(face, box.left, box.bottom)
        x, y = box.left, -(box.top + size)
        stretched = pen.change(str(size), max(box.width, 1) / len(text) / size)
        yield f"{start}{x - at_x} {y - at_y} Td {stretched}"
        at_x, at_y, start = x, y, ""


def _one_by_one(face: FaceReading, words: _Words, frame: PageFrame, pen: _Pen) -> Iterator[str]:
    """Lay the letters' box over each word's box, as it leans on the page."""
    for word, text in words:
        box = word.box
        left, right = box.left, max(box.right, box.left + 1)
        top, bottom = box.top, max(box.bottom, box.top + 1)
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        start, end = frame.place(face, left, middle_y), frame.place(face, right, middle_y)
        head, foot = frame.place(face, middle_x, top), frame.place(face, middle_x, bottom)
        along = (end[0] - start[0], end[1] - start[1])
        upward = (head[0] - foot[0], head[1] - foot[1])
        length, height = max(math.hypot(*along), 1e-3), max(math.hypot(*upward), 1e-2)
        origin = (start[0] - upward[0] / 2, start[1] - upward[1] / 2)
        size = max(round(height, 1), 0.1)
        matrix = [
            *(_number(part / length, 4) for part in along),
            *(_number(part / height, 4) for part in upward),
            *(_number(part, 1) for part in origin),
        ]
        yield f"{' '.join(matrix)} Tm {pen.change(_number(size, 1), length / len(text) / size)}"


def _number(value: float, digits: int) -> str:
    """A number as PDF writes it; a tenth of a point is half a pixel at 300 dpi."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if digits else text
    return "0" if text in {"-0", ""} else text


def _literal(codes: bytes) -> bytes:
    """Bytes as they stand between the brackets of a PDF string."""
    for special in (b"\\", b"(", b")"):
        codes = codes.replace(special, b"\\" + special)
    return codes.replace(b"\r", b"\\r")


def to_unicode_map(letters: Letters) -> bytes:
    """The CMap by which readers turn the layer's codes back into text: codes are Unicode but for the spare ones."""
    plain = sorted({code >> 8 for letter, code in letters.codes.items() if code == ord(letter)})
    spare = [
        f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>"
        for letter, code in letters.codes.items()
        if code != ord(letter)
    ]
    starts = [(high << 8) or SPACE_CODE for high in plain]
    ranges = [f"<{start:04X}> <{start | 0xFF:04X}> <{start:04X}>" for start in starts]
    blocks = [
        (kind, lines[at : at + 100])
        for kind, lines in (("range", ranges), ("char", spare))
        for at in range(0, len(lines), 100)
    ]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
            *(line for kind, block in blocks for line in (f"{len(block)} beginbf{kind}", *block, f"endbf{kind}")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
            "",
        ]
    ).encode("ascii")


def glyph_map(letters: Letters) -> bytes:
    """The CIDToGIDMap: code 0 is no glyph, the space the font's second, every other code its first."""
    glyphs = bytearray(b"\0\1" * (max(letters.codes.values(), default=0) + 1))
    glyphs[:2] = b"\0\0"
    if len(glyphs) > SPACE_CODE * 2:
        glyphs[2 * SPACE_CODE + 1] = 2
    return bytes(glyphs)


def coverage(words: Iterable[str], text: str) -> float:
    """Which part of the words' letters the text has (0.0-1.0), whatever their order; 1.0 for no words."""
    wanted = Counter(letter for word in words for letter in unicodedata.normalize("NFC", word) if not letter.isspace())
    found = Counter(unicodedata.normalize("NFC", text))
    total = wanted.total()
    return (wanted & found).total() / total if total else 1.0
