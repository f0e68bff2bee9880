"""Pictures of the stages of reading."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from certificate.geometry import Box
from certificate.record import Decision, Face, FieldReading, Form, Part, Record
from ocr.recognise import CodeRead, Line, ReadFace, Reading
from ocr.show import show_faces


def test_each_face_gets_a_picture_of_each_stage(tmp_path: Path) -> None:
    """Flattened face, lines and fields are written as readable pictures; accepted and doubtful fields differ."""
    grey = np.full((300, 200), 255, dtype=np.uint8)
    face = Face(1, Part.WHOLE, 1, 0, 200, 300)
    line = Line(Box(20, 40, 120, 60), {"tesseract": Reading("Ông", 0.9)})
    read = ReadFace(face, (line,), (CodeRead("qr", "x", Box(150, 10, 190, 50)),), grey)
    sure = FieldReading("BX 123456", "BX 123456", 0.99, Decision.ACCEPT, 1, Part.WHOLE, Box(20, 100, 120, 120))
    unsure = FieldReading("A", "A", 0.4, Decision.REVIEW, 1, Part.WHOLE, Box(20, 200, 120, 220))
    record = Record("hồ sơ 1.pdf", Form.TT23_2014, 0.9, (face,), {"serial_number": sure, "notes": unsure})
    written = show_faces([read], [record], "hồ sơ 1.pdf", tmp_path / "out")
    assert [path.name.rsplit("-", 1)[-1] for path in written] == ["flat.jpg", "lines.jpg", "fields.jpg"]
    picture = cv2.imread(str(written[-1]))
    assert picture is not None
    assert picture.shape == (300, 200, 3)
    accepted, doubtful = picture[110, 20].astype(int), picture[210, 20].astype(int)
    assert accepted[1] > accepted[2]
    assert doubtful[2] > doubtful[1]
