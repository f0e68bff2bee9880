"""The readers over all lines of a scan's faces, and third looks at single places.

LineNet and TrueOCR read every line in this process; Tesseract, in one process of its own for all faces, those that the
two leave open. Owns how a line is cut out and scaled for each reader. It must not know what a line says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2

from certificate.geometry import Box
from certificate.text import comparable, nfc, strip_accents
from ocr.engines import tesseract
from ocr.engines.images import Pixels, as_pixels
from ocr.engines.linenet import LineRead, shared_linenet
from ocr.engines.tesseract import TesseractWord
from ocr.engines.trueocr import TrueOcrEngine
from ocr.faces import homography
from ocr.handwriting import handwritten
from ocr.lines import PlacedLine
from ocr.prepare import PreparedFace
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, Line, ReadFace, Reading, WordBox
from ocr.seek import Sought, centred, seek_lines

# Measured on drawn lines, see docs/decisions/0002-line-reading.md.
LINE_HEIGHT_PX = 40
_PAD_ABOVE = 0.16
_PAD_BESIDE = 0.30
_WHITE_BESIDE_PX = 10
_WIDEST_PX = 4000
# A line with more red than this is read from the rendering without red, if enough ink stays there.
_MUCH_RED = 0.04
_INK_THAT_STAYS = 0.35
# LineNet is sure of a line above this probability of every letter.
_SURE_LETTERS = 0.9
_NO_DOUBT = 0.98


@dataclass(frozen=True, eq=False)
class Crop:
    """A line cut out for Tesseract, and how to go back: x in the face = ``left`` + x in the crop / ``scale``."""

    image: Pixels
    left: float
    scale: float


def read_faces(
    faces: Sequence[PreparedFace], engine: TrueOcrEngine, timeout_s: float = 60.0, *, ask_tesseract: bool = True
) -> list[ReadFace]:
    """Read all lines of the faces with LineNet and TrueOCR, and those that they do not settle with Tesseract too."""
    renderings = [[_rendering(face, index) for index in range(len(face.lines))] for face in faces]
    seen: list[Reading] = []
    spelt: list[LineRead] = []
    for face, chosen in zip(faces, renderings, strict=True):
        placed = [(image, line.box) for image, line in zip(chosen, face.lines, strict=True)]
        seen += [Reading(*one) for one in engine.read([_part(image, box) for image, box in placed])]
        spelt += shared_linenet().read(placed)
    asked = {
        index: crop_line(image, line.box)
        for index, (image, line) in enumerate(
            (image, line)
            for face, chosen in zip(faces, renderings, strict=True)
            for image, line in zip(chosen, face.lines, strict=True)
        )
        if ask_tesseract and not is_settled(spelt[index], seen[index])
    }
    answers = tesseract.read_lines([crop.image for crop in asked.values()], timeout_s)
    words = dict(zip(asked, answers, strict=True))
    read: list[ReadFace] = []
    start = 0
    for face in faces:
        lines = tuple(
            _line(face, number, _Seen(spelt[index], seen[index], asked.get(index), words.get(index)))
            for number, index in enumerate(range(start, start + len(face.lines)))
        )
        read.append(read_face(face, lines, engine))
        start += len(face.lines)
    return read


def all_crops(faces: Sequence[PreparedFace]) -> list[Crop]:
    """Every line of the faces as Tesseract would take it, whether it is asked or not: for measuring."""
    return [crop_line(_rendering(face, index), line.box) for face in faces for index, line in enumerate(face.lines)]


def is_settled(spelt: LineRead, seen: Reading) -> bool:
    """Whether Tesseract need not be asked about a line: what LineNet is sure of, TrueOCR read too.

    TrueOCR drops and mistakes tone marks: where LineNet has no doubt, words without digits need only the same letters.
    """
    weakest = min((letter.probability for letter in spelt.letters), default=0.0)
    if weakest < _SURE_LETTERS:
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

    def seek(region: Box, axis_px: float, height_px: float) -> tuple[Line, ...]:
        return _read_places(face, seek_lines(face, Sought(region, axis_px, height_px), engine), engine)

    def centre(box: Box, axis_px: float) -> tuple[Line, ...]:
        return _read_places(face, [centred(face, box, axis_px)], engine)

    return ReadFace(
        face=face.face,
        lines=lines,
        codes=face.codes,
        image=face.flat,
        pinkness=face.pinkness,
        reread=reread,
        seek=seek,
        centre=centre,
        to_source=homography(face.to_source),
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
class _Seen:
    """What the readers made of one line; ``crop`` and ``words`` are Tesseract's, ``None`` where it was not asked."""

    spelt: LineRead
    seen: Reading
    crop: Crop | None
    words: list[TesseractWord] | None


def _line(face: PreparedFace, index: int, by: _Seen) -> Line:
    placed = face.lines[index]
    readings = {LINENET: spelt_reading(by.spelt)}
    if by.words is not None:
        readings[TESSERACT] = _joined(by.words)
    readings[TRUEOCR] = by.seen
    if by.crop is None or by.words is None:
        words = _words_by_letters(placed.box, by.spelt)
    else:
        words = _word_boxes(placed.box, by.crop, by.words, by.spelt)
    return Line(
        box=placed.box,
        readings=readings,
        words=words,
        handwritten=handwritten(readings, face.blue_ink[index]),
        red_overlap=face.red_overlap[index],
        cell=placed.cell,
    )


def _joined(words: Sequence[TesseractWord]) -> Reading:
    """All words as one reading; its confidence is the mean over characters."""
    letters = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0
    return Reading(" ".join(word.text for word in words), sure)


def spelt_reading(line: LineRead) -> Reading:
    """LineNet's line as a reading, with the probability of every letter."""
    return Reading(line.text, line.confidence, tuple(letter.probability for letter in line.letters))


def _word_boxes(box: Box, crop: Crop, words: Sequence[TesseractWord], spelt: LineRead) -> tuple[WordBox, ...]:
    """LineNet's words: with Tesseract's edges where both see as many words, else by where the letters stand."""
    texts = spelt.text.split()
    if not texts:
        texts = [word.text for word in words]
    if len(texts) != len(words):
        return _words_by_letters(box, spelt)
    placed = []
    for word, text in zip(words, texts, strict=True):
        left = max(box.left, round(crop.left + word.left / crop.scale))
        right = min(box.right, round(crop.left + word.right / crop.scale))
        placed.append(WordBox(text, Box(min(left, box.right - 1), box.top, max(right, left + 1), box.bottom)))
    return tuple(placed)


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
    spelt = {"linenet@tall": (face.clean, taller), "linenet@low": (face.clean, lower)}
    above = min(inside.top, 2 * inside.height)
    around = face.clean[inside.top - above : inside.bottom + 2 * inside.height]
    spelt["linenet@bold"] = (_grown(around), Box(inside.left, above, inside.right, above + inside.height))
    if face.no_red is not face.clean:
        seen["trueocr/no_red"] = _part(face.no_red, inside)
        spelt["linenet/no_red"] = (face.no_red, inside)
    readings: dict[str, Reading] = {}
    for key, (text, confidence) in zip(seen, engine.read(list(seen.values())), strict=True):
        readings[key] = Reading(text, confidence)
    for key, line in zip(spelt, shared_linenet().read(list(spelt.values())), strict=True):
        readings[key] = spelt_reading(line)
    return {key: reading for key, reading in readings.items() if reading.text}


def _grown(part: Pixels) -> Pixels:
    """Strokes a little bolder and smoother: another look at thin or broken print."""
    return as_pixels(cv2.GaussianBlur(part, (0, 0), max(0.6, part.shape[0] / 60)))
