"""The readers over all lines of a scan's faces, and third looks at single places.

LineNet reads every line. Of those that matter (``ocr.wanted``) its twin and TrueOCR read each, too, in this process;
Tesseract, in one process of its own for all faces, those that LineNet and TrueOCR leave open. Owns how a line is cut
out and scaled for each reader. It must not know what a line says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
from rapidfuzz import fuzz

from certificate.geometry import Box
from certificate.text import comparable, nfc, strip_accents
from ocr.engines import tesseract
from ocr.engines.images import Pixels, as_pixels
from ocr.engines.linenet import LineRead, shared_linenet, shared_twin
from ocr.engines.tesseract import TesseractWord
from ocr.engines.trueocr import TrueOcrEngine
from ocr.faces import homography
from ocr.handwriting import handwritten
from ocr.lines import PlacedLine, rows_of_cell
from ocr.prepare import PreparedFace
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, TWIN, Hidden, Line, ReadFace, Reading, Unveiled, WordBox
from ocr.seek import centred
from ocr.unveil import spelt_reading, unveil

# Measured on drawn lines, see docs/decisions/0002-line-reading.md.
LINE_HEIGHT_PX = 40
_PAD_ABOVE = 0.16
_PAD_BESIDE = 0.30
_WHITE_BESIDE_PX = 10
_WIDEST_PX = 4000
# A line with more red than this is read from the rendering without red, if enough ink stays there.
_MUCH_RED = 0.04
_INK_THAT_STAYS = 0.35
# Lines that TrueOCR and one run of Tesseract read: more than stand on a certificate's faces.
_LINES_AT_ONCE = 240
# LineNet is sure of a line above this probability of every letter.
SURE_LETTERS = 0.9
_NO_DOUBT = 0.98
# Words of two readers, alike by so many in a hundred on average, are the same ones.
_SAME_WORDS = 60.0
# Dots that fill a line up to its end, and how many letters LineNet may take some of them for.
_LEADERS, _SCRAPS = re.compile(r"[.…]{6,}"), 2


Place = tuple[int, int]
"""A line by the number of its face among the faces and its own on the face, both from 0."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Lines to be read again: ``by_all`` readers, or ``by_two``: TrueOCR and the twin beside LineNet, not Tesseract."""

    by_all: frozenset[Place] = frozenset()
    by_two: frozenset[Place] = frozenset()


@dataclass(frozen=True, eq=False)
class Crop:
    """A line cut out for Tesseract, and how to go back: x in the face = ``left`` + x in the crop / ``scale``."""

    image: Pixels
    left: float
    scale: float


def spell_faces(faces: Sequence[PreparedFace], engine: TrueOcrEngine) -> list[ReadFace]:
    """Read all lines of the faces by LineNet alone, the reader that reads best."""
    return [_spelt(face, engine) for face in faces]


def hear_others(
    prepared: Sequence[PreparedFace | None],
    faces: Sequence[ReadFace],
    wanted: Wanted,
    engine: TrueOcrEngine,
    timeout_s: float = 60.0,
) -> list[ReadFace]:
    """The faces with the wanted lines read by LineNet's twin and TrueOCR, too, and by Tesseract where they stay open.

    ``prepared`` stands beside ``faces``; a face without (from a text layer) stays as it is, whatever is wanted of it.
    """
    lines = [list(face.lines) for face in faces]
    places = sorted(place for place in wanted.by_all | wanted.by_two if prepared[place[0]] is not None)
    for start in range(0, len(places), _LINES_AT_ONCE):
        batch = places[start : start + _LINES_AT_ONCE]
        shown = [_shown(prepared, at, number) for at, number in batch]
        seen = engine.read(
            [_part(image, face.lines[number].box) for (_, number), (face, image) in zip(batch, shown, strict=True)]
        )
        told = [Reading(*one) for one in seen]
        placed = [(image, face.lines[number].box) for (_, number), (face, image) in zip(batch, shown, strict=True)]
        twins = [spelt_reading(one) for one in shared_twin().read(placed)]
        asked = {
            index: crop_line(image, face.lines[batch[index][1]].box)
            for index, (face, image) in enumerate(shown)
            if batch[index] in wanted.by_all
            and not is_settled(lines[batch[index][0]][batch[index][1]].readings[LINENET], told[index])
        }
        words = dict(zip(asked, tesseract.read_lines([crop.image for crop in asked.values()], timeout_s), strict=True))
        for index, (at, number) in enumerate(batch):
            heard = _Heard(told[index], twins[index], asked.get(index), words.get(index))
            lines[at][number] = _line(lines[at][number], heard, shown[index][0].blue_ink[number])
    return [replace(face, lines=tuple(known)) for face, known in zip(faces, lines, strict=True)]


def read_faces(
    faces: Sequence[PreparedFace], engine: TrueOcrEngine, timeout_s: float = 60.0, *, ask_tesseract: bool = True
) -> list[ReadFace]:
    """Read all lines of the faces with LineNet and TrueOCR, and those that they do not settle with Tesseract too."""
    read = [_spelt(face, engine) for face in faces]
    every = all_places(read)
    wanted = Wanted(by_all=every) if ask_tesseract else Wanted(by_two=every)
    return hear_others(faces, read, wanted, engine, timeout_s)


def all_places(faces: Sequence[ReadFace]) -> frozenset[Place]:
    """Every line of the faces."""
    return frozenset((at, number) for at, face in enumerate(faces) for number in range(len(face.lines)))


def _shown(prepared: Sequence[PreparedFace | None], at: int, number: int) -> tuple[PreparedFace, Pixels]:
    face = prepared[at]
    if face is None:
        raise LookupError(at)
    return face, _rendering(face, number)


def _spelt(face: PreparedFace, engine: TrueOcrEngine) -> ReadFace:
    placed = [(_rendering(face, number), line.box) for number, line in enumerate(face.lines)]
    lines = tuple(_spelt_line(face, number, spelt) for number, spelt in enumerate(shared_linenet().read(placed)))
    return read_face(face, lines, engine)


def all_crops(faces: Sequence[PreparedFace]) -> list[Crop]:
    """Every line of the faces as Tesseract would take it, whether it is asked or not: for measuring."""
    return [crop_line(_rendering(face, index), line.box) for face in faces for index, line in enumerate(face.lines)]


def is_settled(spelt: Reading, seen: Reading) -> bool:
    """Whether Tesseract need not be asked about a line: what LineNet is sure of, TrueOCR read too.

    TrueOCR drops and mistakes tone marks: where LineNet has no doubt, words without digits need only the same letters.
    """
    weakest = min(spelt.letters, default=0.0)
    if weakest < SURE_LETTERS:
        return False
    one, other = nfc(spelt.text).casefold(), nfc(seen.text).casefold()
    if comparable(one) == comparable(other):
        return True
    is_words = not any(letter.isdigit() for letter in one)
    return is_words and weakest >= _NO_DOUBT and strip_accents(one) == strip_accents(other)


def read_face(face: PreparedFace, lines: tuple[Line, ...], engine: TrueOcrEngine) -> ReadFace:
    """A prepared face together with its lines, as the grammar takes it."""

    def reread(box: Box) -> Mapping[str, Reading]:
        return third_look(face, box, engine)

    def hidden_line(hidden: Hidden) -> Unveiled:
        return unveil(face, hidden, engine)

    def centre(box: Box, axis_px: float) -> tuple[Line, ...]:
        return _read_places(face, [centred(face, box, axis_px)], engine)

    return ReadFace(
        face=face.face,
        lines=lines,
        codes=face.codes,
        image=face.flat,
        pinkness=face.pinkness,
        reread=reread,
        unveil=hidden_line,
        centre=centre,
        to_source=homography(face.to_source),
        mesh=face.mesh,
        source_width_px=face.source_width_px,
        source_height_px=face.source_height_px,
        preview_jpeg=face.preview_jpeg,
        findings=face.findings,
    )


def _read_places(face: PreparedFace, places: Sequence[Box], engine: TrueOcrEngine) -> tuple[Line, ...]:
    """Read places of a face as lines of their own, from the rendering without red where there is one.

    Without Tesseract: to start it for one line takes as long as to read ten.
    """
    if not places:
        return ()
    lines = tuple(PlacedLine(box, 1.0) for box in places)
    overlap = tuple(1.0 if face.no_red is not face.clean else 0.0 for _ in places)
    asked = replace(face, lines=lines, red_overlap=overlap, blue_ink=(0.0,) * len(lines))
    return read_faces([asked], engine, ask_tesseract=False)[0].lines


def _rendering(face: PreparedFace, index: int) -> Pixels:
    """The rendering a line is best read from: without red under a seal, unless the line itself is red."""
    if face.red_overlap[index] < _MUCH_RED:
        return face.clean
    box = face.lines[index].box
    kept = int((_part(face.no_red, box) < 128).sum())
    had = int((_part(face.clean, box) < 128).sum())
    return face.no_red if kept > _INK_THAT_STAYS * had else face.clean


@dataclass(frozen=True, eq=False)
class _Heard:
    """What the others made of a line; ``crop`` and ``words`` are Tesseract's, ``None`` where it was not asked."""

    seen: Reading
    twin: Reading
    crop: Crop | None
    words: list[TesseractWord] | None


def _spelt_line(face: PreparedFace, index: int, spelt: LineRead) -> Line:
    placed = face.lines[index]
    readings = {LINENET: spelt_reading(spelt)}
    return Line(
        box=placed.box,
        readings=readings,
        words=_words_by_letters(placed.box, spelt),
        handwritten=handwritten(readings, face.blue_ink[index]),
        red_overlap=face.red_overlap[index],
        cell=placed.cell,
        cell_rows=rows_of_cell(placed, face.tables),
    )


def _line(line: Line, heard: _Heard, blue_ink: float) -> Line:
    """A line that LineNet read, with what the others make of it."""
    readings = {LINENET: line.readings[LINENET]}
    words = line.words
    if heard.crop is not None and heard.words is not None:
        told = before_leaders(heard.words, readings[LINENET].text)
        readings[TESSERACT] = _joined(told)
        words = _word_boxes(line, heard.crop, told)
    readings[TRUEOCR] = heard.seen
    readings[TWIN] = heard.twin
    return replace(line, readings=readings, words=words, handwritten=handwritten(readings, blue_ink))


def before_leaders(words: Sequence[TesseractWord], seen: str) -> Sequence[TesseractWord]:
    """Tesseract's words without what it makes of a dotted line's end, "Duyên........ Q1 01 1202 kg".

    Only where LineNet, which read ``seen``, has nothing there: other words may stand behind a dotted line.
    """
    at = next((place for place, word in enumerate(words) if _LEADERS.search(word.text)), None)
    if at is None:
        return words
    head = _LEADERS.split(words[at].text, maxsplit=1)[0]
    kept = [*words[:at], *([replace(words[at], text=head)] if head else [])]
    letters, all_seen = (sum(map(str.isalnum, text)) for text in ("".join(word.text for word in kept), seen))
    return kept if kept and all_seen <= letters + _SCRAPS else words


def _joined(words: Sequence[TesseractWord]) -> Reading:
    """All words as one reading; its confidence is the mean over characters."""
    letters = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0
    return Reading(" ".join(word.text for word in words), sure)


def _word_boxes(line: Line, crop: Crop, words: Sequence[TesseractWord]) -> tuple[WordBox, ...]:
    """LineNet's words: with Tesseract's edges where both see the same words, else by where the letters stand."""
    box, texts = line.box, [word.text for word in line.words]
    if not texts:
        texts = [word.text for word in words]
    if not are_same_words(texts, [word.text for word in words]):
        return line.words
    placed = []
    for word, text in zip(words, texts, strict=True):
        left = max(box.left, round(crop.left + word.left / crop.scale))
        right = min(box.right, round(crop.left + word.right / crop.scale))
        placed.append(WordBox(text, Box(min(left, box.right - 1), box.top, max(right, left + 1), box.bottom)))
    return tuple(placed)


def are_same_words(texts: Sequence[str], others: Sequence[str]) -> bool:
    """Whether each word is the other's, read otherwise at most: a dotted line may be one scrap more for either."""
    alike = [fuzz.ratio(strip_accents(a), strip_accents(b)) for a, b in zip(texts, others, strict=False)]
    return len(texts) == len(others) and bool(alike) and sum(alike) / len(alike) >= _SAME_WORDS


def _words_by_letters(box: Box, spelt: LineRead) -> tuple[WordBox, ...]:
    """Words that reach half way to the spaces beside them."""
    gaps = [letter.x_px for letter in spelt.letters if letter.text == " "]
    edges = [float(box.left), *gaps, float(box.right)]
    placed = []
    for text, left, right in zip(spelt.text.split(" "), edges[:-1], edges[1:], strict=True):
        space = 0.12 * box.height
        low = round(left + (space if left != box.left else 0))
        high = round(right - (space if right != box.right else 0))
        low = min(max(low, box.left), box.right - 1)
        placed.append(WordBox(text, Box(low, box.top, max(min(high, box.right), low + 1), box.bottom)))
    return tuple(placed) if spelt.letters else ()


def split_by_proportion(box: Box, text: str) -> tuple[WordBox, ...]:
    """The words of a line spread over its box as if all letters were equally wide."""
    words = text.split()
    letters = sum(len(word) for word in words) + max(0, len(words) - 1)
    placed, at = [], 0
    for word in words:
        left = box.left + round(box.width * at / letters)
        right = box.left + round(box.width * (at + len(word)) / letters)
        placed.append(WordBox(word, Box(left, box.top, max(right, left + 1), box.bottom)))
        at += len(word) + 1
    return tuple(placed)


def crop_line(grey: Pixels, box: Box, height_px: int = LINE_HEIGHT_PX) -> Crop:
    """Cut a line out with a little room and scale it to ``height_px``, white at both ends."""
    pad_y, pad_x = round(_PAD_ABOVE * box.height), round(_PAD_BESIDE * box.height)
    top, bottom = max(0, box.top - pad_y), min(grey.shape[0], box.bottom + pad_y)
    left, right = max(0, box.left - pad_x), min(grey.shape[1], box.right + pad_x)
    part = grey[top:bottom, left:right]
    scale = height_px / max(1, bottom - top)
    width = max(8, min(_WIDEST_PX, round((right - left) * scale)))
    scaled = cv2.resize(part, (width, height_px), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    image = cv2.copyMakeBorder(
        scaled, 0, 0, _WHITE_BESIDE_PX, _WHITE_BESIDE_PX, cv2.BORDER_CONSTANT, value=(255, 255, 255, 255)
    )
    across = width / max(1, right - left)
    return Crop(as_pixels(image), left - _WHITE_BESIDE_PX / across, across)


def _part(grey: Pixels, box: Box) -> Pixels:
    return grey[box.top : box.bottom, box.left : box.right]


# Third looks


def third_look(face: PreparedFace, box: Box, engine: TrueOcrEngine) -> Mapping[str, Reading]:
    """Readings of one place from other renderings and heights, keyed by reader and rendering.

    Tesseract is not asked again: starting it costs more than all else that is read on a face, and its looks turned one
    value of 2,307 (docs/speed.md).
    """
    height, width = face.clean.shape
    inside = Box(max(0, box.left), max(0, box.top), min(width, box.right), min(height, box.bottom))
    if inside.width < 4 or inside.height < 4:
        return {}
    seen = {"trueocr@2": _grown(_part(face.clean, inside))}
    margin = round(0.1 * inside.height)
    taller = Box(inside.left, inside.top - margin, inside.right, inside.bottom + margin)
    lower = Box(inside.left, inside.top + margin // 2, inside.right, inside.bottom - margin // 2)
    spelt = {"@tall": (face.clean, taller), "@low": (face.clean, lower)}
    above = min(inside.top, 2 * inside.height)
    around = face.clean[inside.top - above : inside.bottom + 2 * inside.height]
    spelt["@bold"] = (_grown(around), Box(inside.left, above, inside.right, above + inside.height))
    if face.no_red is not face.clean:
        seen["trueocr/no_red"] = _part(face.no_red, inside)
        spelt["/no_red"] = (face.no_red, inside)
    readings: dict[str, Reading] = {}
    for key, (text, confidence) in zip(seen, engine.read(list(seen.values())), strict=True):
        readings[key] = Reading(text, confidence)
    # Half of the looks each: both together read no better than either (docs/decisions/0020-a-twin.md).
    for reader, engine_of, keys in (
        (LINENET, shared_linenet, ("@tall", "@bold")),
        (TWIN, shared_twin, ("@low", "/no_red")),
    ):
        mine = {key: spelt[key] for key in keys if key in spelt}
        for key, line in zip(mine, engine_of().read(list(mine.values())), strict=True):
            readings[reader + key] = spelt_reading(line)
    return {key: reading for key, reading in readings.items() if reading.text}


def _grown(part: Pixels) -> Pixels:
    """Strokes a little bolder and smoother: another look at thin or broken print."""
    return as_pixels(cv2.GaussianBlur(part, (0, 0), max(0.6, part.shape[0] / 60)))
