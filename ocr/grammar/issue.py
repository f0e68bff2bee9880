"""What identifies a certificate besides its text: its serial number, its barcode and QR code.

Owns where they may stand. A serial inside the notes or the changes is an earlier certificate's, so those sections are
never searched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from certificate.geometry import Box
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import FaceText, Piece, Run, TextLine, join, text_line, whole, whole_part
from ocr.grammar.letters import fold, skeleton_of
from ocr.grammar.values import serial_span
from ocr.recognise import Line, reader_of


def serial_draft(
    faces: Sequence[FaceText],
    barred: Collection[TextLine],
    digit_count: tuple[int, ...],
    letter_count: tuple[int, ...],
) -> Draft | None:
    """The certificate's own serial number: a line that holds little else, low on the first face."""
    best: tuple[float, Draft] | None = None
    for face in faces:
        for line in face.lines:
            if line in barred:
                continue
            parted = _parted_serial(line, face, letter_count, digit_count)
            if parted and best is None:
                best = (0.0, Draft("serial_number", Kind.SERIAL, parted))
            found = _serial_in(line, digit_count, letter_count)
            if not found:
                continue
            start, end = found
            around = len(skeleton_of(line.text[:start])) + len(skeleton_of(line.text[end:]))
            if around > 6:
                continue
            worth = line.box.bottom / max(1, face.height) + (1.0 if face.read.face.face == 1 else 0.0) - 0.1 * around
            worth += 0.5 * min(line.box.height / face.line_height, 2.0)
            piece = whole_part(line, start, end)
            if piece and (best is None or worth > best[0]):
                best = (worth, Draft("serial_number", Kind.SERIAL, piece))
    if best:
        return best[1]
    return _half_seen(faces, barred, digit_count, letter_count) or _on_supplement(faces, digit_count, letter_count)


_SUPPLEMENT = re.compile(r"\W*trang bo sung\b")
_ISSUED_AS = re.compile(r"\W*so (?:phat hanh|seri)\b[^:\d]{0,30}:")


def _on_supplement(
    faces: Sequence[FaceText], digit_count: tuple[int, ...], letter_count: tuple[int, ...]
) -> Draft | None:
    """The serial by which a supplement names its certificate, for want of the face that bears it.

    Only above the table: the changes may begin a line with an earlier certificate's.
    """
    for face in faces:
        if not any(_SUPPLEMENT.match(fold(line.text)) for line in face.lines):
            continue
        table = min((line.box.top for line in face.lines if line.line.cell), default=face.height)
        for line in face.lines:
            label = _ISSUED_AS.match(fold(line.text))
            behind = whole_part(line, label.end(), len(line.text)) if label and line.box.bottom < table else None
            found = serial_span(behind.text, digit_count=digit_count, letter_count=letter_count) if behind else None
            if behind and found and (piece := behind.cut(found[1], found[2])):
                return Draft("serial_number", Kind.SERIAL, piece)
    return None


# A serial's digits stand in the lowest part of a face; a sign of it is at most so wide, in heights.
_LOWEST, _SIGN_WIDTH = 0.8, 0.85
_FEWEST_DIGITS = 3


def _half_seen(
    faces: Sequence[FaceText],
    barred: Collection[TextLine],
    digit_count: tuple[int, ...],
    letter_count: tuple[int, ...],
) -> Draft | None:
    """The serial of which only the last digits were found, read again from where it must begin.

    A frame or a pattern runs through it, or its letters stand far from its digits.
    """
    for face in sorted(faces, key=lambda face: face.read.face.face != 1):
        for line in face.lines:
            digits = line.text.strip(" .")
            low = line.box.top > _LOWEST * face.read.face.height_px
            if (
                line in barred
                or not low
                or not digits.isdigit()
                or not _FEWEST_DIGITS <= len(digits) <= max(digit_count)
            ):
                continue
            signs = max(letter_count) + max(digit_count) - len(digits) + 2
            box = line.box
            wide = Box(max(0, box.left - round(signs * _SIGN_WIDTH * box.height)), box.top, box.right, box.bottom)
            found = face.read.reread(wide)
            # Of several looks of one reader the first stands.
            readings = {reader_of(name): reading for name, reading in reversed(list(found.items()))}
            seen = text_line(face.index, line.row, Line(wide, readings)) if readings else None
            span = _serial_in(seen, digit_count, letter_count) if seen else None
            piece = whole_part(seen, *span) if seen and span else None
            if piece:
                return Draft("serial_number", Kind.SERIAL, piece)
    return None


def _parted_serial(
    line: TextLine, face: FaceText, letter_count: tuple[int, ...], digit_count: tuple[int, ...]
) -> Piece | None:
    """A serial whose letters and digits stand too far apart to be one line: ``BA`` and ``641818``."""
    if not re.fullmatch(r"[A-ZĐ]{1,2}", line.text.strip(" .:")) or len(line.text.strip(" .:")) not in letter_count:
        return None
    for other in face.lines:
        beside = other.row == line.row and 0 <= other.box.left - line.box.right < 4 * line.box.height
        if beside and re.fullmatch(r"\d+", other.text.strip(" .")) and len(other.text.strip(" .")) in digit_count:
            return join((whole(line), whole(other)))
    return None


def _serial_in(line: TextLine, digit_count: tuple[int, ...], letter_count: tuple[int, ...]) -> tuple[int, int] | None:
    found = serial_span(line.text, digit_count=digit_count, letter_count=letter_count)
    if found:
        return found[1], found[2]
    for text in line.readings.values():
        other = serial_span(text, digit_count=digit_count, letter_count=letter_count)
        if other and len(skeleton_of(text)) - len(skeleton_of(other[0])) <= 6:
            return 0, len(line.text)
    return None


def read_codes(faces: Sequence[FaceText]) -> list[tuple[str, FaceText, str, Box]]:
    """What barcodes and QR codes say: (path, face, payload, box), the first of each kind."""
    found: dict[str, tuple[str, FaceText, str, Box]] = {}
    for face in faces:
        for code in face.read.codes:
            if code.kind == "qr":
                found.setdefault("qr", ("qr", face, code.payload, code.box))
            elif re.fullmatch(r"\d{10,15}", code.payload):
                found.setdefault("barcode", ("barcode", face, code.payload, code.box))
    return list(found.values())


def code_lines(faces: Sequence[FaceText]) -> frozenset[TextLine]:
    """The lines of print in and right below barcodes that were read: their digits go on with no address."""
    found = set()
    for face in faces:
        for code in face.read.codes:
            if code.kind == "qr":
                continue
            for line in face.lines:
                below = round(_BELOW_BARS * line.box.height)
                reach = code.box._replace(bottom=code.box.bottom + below)
                if reach.holds_middle_of(line.box) and line.box.width < _OVER_THE_BARS * code.box.width:
                    found.add(line)
    return frozenset(found)


# The digits of a barcode stand so many of their heights below the bars, and run not much further than these.
_BELOW_BARS, _OVER_THE_BARS = 1.6, 1.3
BARCODE = re.compile(r"\d{13}(?:\d\d)?")
# The digits below the bars stand alone near the foot of a face.
_BARCODE_LINE = re.compile(r"\W{0,2}\d(?: ?\d){12}(?:(?: ?\d){2})?\W{0,2}")
_FOOT = 0.6


def barcode_draft(faces: Sequence[FaceText]) -> Draft | None:
    """The digits printed below a barcode whose bars could not be read."""
    for face in faces:
        for line in face.lines:
            low = line.box.top > _FOOT * face.read.face.height_px
            if low and any(_BARCODE_LINE.fullmatch(text) for text in line.readings.values()):
                return Draft("barcode", Kind.ID_NUMBER, Piece((Run(line, 0, len(line.text)),)))
    return None
