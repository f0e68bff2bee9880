"""Pictures for the person who improves the reader: each stage of a face, and the fields where they were read.

Owns the drawing only. ``sohoa read FILE --show out/`` leaves, for each face, the flattened image with every line and
what was read, and the face with boxes of the fields coloured by decision.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box
from certificate.record import Decision, FieldReading, Record
from certificate.text import strip_accents
from ocr.recognise import ReadFace

Pixels = NDArray[np.uint8]

# Blue, green, red: OpenCV's order.
_ACCEPTED, _REVIEW, _LINE, _HAND = (60, 140, 20), (30, 60, 220), (190, 120, 40), (160, 30, 160)
_LARGEST_SIDE_PX = 2200


def show_faces(faces: Sequence[ReadFace], records: Sequence[Record], source: str, folder: Path) -> list[Path]:
    """Write the pictures of every face into ``folder``; gives their paths in the order of the faces."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = [item for record in records for item in record.fields.items()]
    written = []
    for face in faces:
        page = face.face
        name = f"{_file_stem(source)}-{page.page_number}-{page.part.value}"
        here = {p: f for p, f in fields if f.page_number == page.page_number and f.part == page.part and f.box}
        for stage, picture in (
            ("1-flat", face.image),
            ("2-lines", lines_picture(face)),
            ("3-fields", fields_picture(face, here)),
        ):
            path = folder / f"{name}-{stage}.jpg"
            path.write_bytes(_jpeg(picture))
            written.append(path)
    return written


def lines_picture(face: ReadFace) -> Pixels:
    """The flattened face with a box around each line, handwriting in another colour."""
    picture = _coloured(face.image)
    for line in face.lines:
        _draw(picture, line.box, _HAND if line.handwritten >= 0.5 else _LINE, "", 2)
    for code in face.codes:
        _draw(picture, code.box, _ACCEPTED, code.kind, 3)
    return picture


def fields_picture(face: ReadFace, fields: Mapping[str, FieldReading]) -> Pixels:
    """The face with a box around each field: green where accepted, red where a person must look."""
    preview = (
        cv2.imdecode(np.frombuffer(face.preview_jpeg, dtype=np.uint8), cv2.IMREAD_COLOR) if face.preview_jpeg else None
    )
    picture = np.ascontiguousarray(preview, dtype=np.uint8) if preview is not None else _coloured(face.image)
    for path, field in fields.items():
        if field.box:
            colour = _ACCEPTED if field.decision is Decision.ACCEPT else _REVIEW
            _draw(picture, field.box, colour, f"{path} {field.confidence:.3f}", 3)
    return picture


def _coloured(grey: Pixels) -> Pixels:
    return np.ascontiguousarray(cv2.cvtColor(np.ascontiguousarray(grey), cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _draw(picture: Pixels, box: Box, colour: tuple[int, int, int], words: str, width: int) -> None:
    cv2.rectangle(picture, (box.left, box.top), (box.right, box.bottom), colour, width)
    if words:
        # OpenCV's own letters have no accents.
        place = (box.left, max(16, box.top - 6))
        cv2.putText(picture, strip_accents(words), place, cv2.FONT_HERSHEY_SIMPLEX, 0.8, colour, 2, cv2.LINE_AA)


def _jpeg(picture: Pixels) -> bytes:
    largest = max(picture.shape[:2])
    if largest > _LARGEST_SIDE_PX:
        scale = _LARGEST_SIDE_PX / largest
        size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert done
    return data.tobytes()


def _file_stem(source: str) -> str:
    return re.sub(r"[^\w.-]+", "_", Path(source).stem)[:80] or "scan"
