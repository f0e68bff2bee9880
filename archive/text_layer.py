"""The invisible text that lies exactly over the words of a scan, as PDF operators.

Owns where a word goes on the page and how its letters are coded. Every letter is one glyph without ink, half an em wide
(``archive/data/invisible.ttf``); the text matrix turns and leans it as the word lies on the paper, and horizontal
scaling stretches it to the word's width, so that selecting and searching hit the ink. Knows nothing of pikepdf.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from certificate.errors import PdfInvalid
from certificate.geometry import apply_homography
from certificate.reading import FaceReading, Word

FONT_NAME = "SohoaText"
GLYPH_WIDTH_EM = 0.5
DESCENT_EM = 0.2
# Where a line ends, a quarter of the letter height stands for the space that no ink shows.
_LINE_END_SPACE_EM = 0.25
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
            source_x, source_y = apply_homography(face.to_source, x, y)
        except ZeroDivisionError as error:
            raise PdfInvalid("a word lies beyond the horizon of its page") from error
        across, down = source_x / face.source_width_px, source_y / face.source_height_px
        if not (math.isfinite(across) and math.isfinite(down) and abs(across) < 100 and abs(down) < 100):
            raise PdfInvalid("a word lies far off its page")
        if self.mirrored:
            across = 1 - across
        return self.left_pt + across * self.width_pt, self.bottom_pt + (1 - down) * self.height_pt


@dataclass
class Letters:
    """The letters of a document and their codes, given in the order of their first appearance, from 1."""

    codes: dict[str, int] = field(default_factory=dict)

    def encode(self, text: str) -> str:
        """The text as hexadecimal two-byte codes."""
        return "".join(f"{self.codes.setdefault(letter, len(self.codes) + 1):04X}" for letter in text)


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
    lines: list[str] = []
    size = ""
    for face in faces:
        words = [word for word in face.words if clean_text(word.text)]
        for index, word in enumerate(words):
            after = words[index + 1] if index + 1 < len(words) else None
            placed = _place_word(face, word, after, frame)
            if placed.size != size:
                size = placed.size
                lines.append(f"/{FONT_NAME} {size} Tf")
            text = letters.encode(clean_text(word.text))
            lines.append(f"{placed.stretch} Tz {placed.matrix} Tm <{text}> Tj")
            lines.append(f"{placed.space_stretch} Tz <{letters.encode(' ')}> Tj")
    return "\n".join(["q BT 3 Tr", *lines, "ET Q", ""]).encode("ascii") if lines else b""


@dataclass(frozen=True, slots=True)
class _PlacedWord:
    size: str
    matrix: str
    stretch: str
    space_stretch: str


def _place_word(face: FaceReading, word: Word, after: Word | None, frame: PageFrame) -> _PlacedWord:
    """Lay the letters' box over the word's box, as it leans on the page."""
    box = word.box
    left, right = box.left, max(box.right, box.left + 1)
    top, bottom = box.top, max(box.bottom, box.top + 1)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    start, end = frame.place(face, left, middle_y), frame.place(face, right, middle_y)
    head, foot = frame.place(face, middle_x, top), frame.place(face, middle_x, bottom)
    along = (end[0] - start[0], end[1] - start[1])
    upward = (head[0] - foot[0], head[1] - foot[1])
    length, height = max(math.hypot(*along), 1e-3), max(math.hypot(*upward), 1e-2)
    # Half a letter's height below the middle is the foot of the box, and the baseline lies a descent above it.
    drop = 0.5 - DESCENT_EM
    origin = (start[0] - drop * upward[0], start[1] - drop * upward[1])
    is_followed = after is not None and after.line_number == word.line_number and after.box.left > right
    gap_px = after.box.left - right if is_followed and after else _LINE_END_SPACE_EM * (bottom - top)
    letter_count = len(clean_text(word.text))
    size = max(round(height, 1), 0.1)
    em = GLYPH_WIDTH_EM * size
    return _PlacedWord(
        size=_number(size, 1),
        matrix=" ".join(
            [
                *(_number(part / length, 4) for part in along),
                *(_number(part / height, 4) for part in upward),
                *(_number(part, 1) for part in origin),
            ]
        ),
        stretch=_number(100 * length / (letter_count * em), 1),
        space_stretch=_number(100 * gap_px * length / (right - left) / em, 0),
    )


def _number(value: float, digits: int) -> str:
    """A number as PDF writes it; a tenth of a point is half a pixel at 300 dpi."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def to_unicode_map(letters: Letters) -> bytes:
    """The CMap by which readers turn the layer's codes back into text."""
    pairs = [f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, code in letters.codes.items()]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
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
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
            "",
        ]
    ).encode("ascii")


def glyph_map(letters: Letters) -> bytes:
    """The CIDToGIDMap: code 0 is no glyph, every other code is the font's one glyph."""
    return b"\0\0" + b"\0\1" * len(letters.codes)


def coverage(words: Iterable[str], text: str) -> float:
    """Which part of the words' letters the text has (0.0-1.0), whatever their order; 1.0 for no words."""
    wanted = Counter(letter for word in words for letter in unicodedata.normalize("NFC", word) if not letter.isspace())
    found = Counter(unicodedata.normalize("NFC", text))
    total = wanted.total()
    return (wanted & found).total() / total if total else 1.0
