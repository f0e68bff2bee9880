"""The whole path from bytes to a reading: samples, difficult files and random damage."""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image

from certificate.errors import Damaged, Encrypted, ScanRefused, UnsupportedType
from certificate.geometry import apply_homography
from certificate.reading import ScanReading, Unreadable
from certificate.record import Form
from ocr.read import read_scan

Pixels = NDArray[np.uint8]
Draw = Callable[..., Pixels]

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "scans"
HOSTILE = Path(os.environ.get("SOHOA_HOSTILE", ROOT.parent / "shared" / "hostile"))

# The table of that folder's README: words read at least, pages, or the refusal.
_READ: dict[str, tuple[int, int]] = {
    "skew.pdf": (300, 1),
    "ccitt.pdf": (300, 1),
    "jbig2.pdf": (300, 1),
    "cmyk.jpg": (0, 1),
    "owner-password.pdf": (3, 1),
    "multipage.tiff": (0, 3),
    "attachment.pdf": (50, 1),
    "blank.pdf": (0, 1),
    "cyclic-outline.pdf": (0, 1),
}
_REFUSED: dict[str, type[ScanRefused]] = {
    "not-a-pdf.pdf": UnsupportedType,
    "aes256-password.pdf": Encrypted,
    "pixel-bomb.gif": UnsupportedType,
    "truncated.jpg": Damaged,
    "broken.png": Damaged,
    "bad-xref.pdf": Damaged,
}


def _hostile(name: str) -> bytes:
    path = HOSTILE / name
    if not path.exists():
        pytest.skip("the folder of difficult files is not here")
    return path.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", _READ)
def test_difficult_files_that_must_be_read(name: str) -> None:
    """Each is read whole, as a paper that is no certificate."""
    least_words, pages = _READ[name]
    reading = read_scan(_hostile(name), name)
    assert reading.page_count == pages
    assert {certificate.record.form for certificate in reading.certificates} == {Form.OTHER}
    assert sum(len(face.words) for c in reading.certificates for face in c.faces) >= least_words
    codes = {finding.code for finding in reading.findings}
    assert ("embedded_file" in codes) == (name == "attachment.pdf")
    if name == "blank.pdf":
        assert "blank_page" in codes


@pytest.mark.parametrize("name", _REFUSED)
def test_difficult_files_that_must_be_refused(name: str) -> None:
    """Each is refused with its own code, before anything is made of it."""
    with pytest.raises(_REFUSED[name]):
        read_scan(_hostile(name), name)


def _truth() -> dict[str, list[dict[str, object]]]:
    by_source: dict[str, list[dict[str, object]]] = {}
    for line in (ROOT / "samples" / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        by_source.setdefault(told["source"], []).append(told)
    return by_source


@pytest.mark.slow
@pytest.mark.parametrize("source", sorted(path.name for path in SAMPLES.glob("*.*")))
def test_samples_fall_into_the_right_faces(source: str) -> None:
    """Every sample's pages are cut into their faces, whichever way they were fed in, and every face has its words."""
    told = _truth()[source]
    reading = read_scan((SAMPLES / source).read_bytes(), source)
    assert reading.unreadable == ()
    parts = sorted((f.face.page_number, f.face.part.value) for c in reading.certificates for f in c.faces)
    expected = [page for certificate in told for page in certificate["pages"]]  # type: ignore[attr-defined]
    assert parts == sorted({(page["page_number"], page["part"]) for page in expected})
    for certificate in reading.certificates:
        for face in certificate.faces:
            picture = cv2.imdecode(np.frombuffer(face.preview_jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
            assert picture.shape == (face.face.height_px, face.face.width_px)
            for word in face.words:
                assert 0 <= word.box.left < word.box.right <= face.face.width_px
                assert 0 <= word.box.top < word.box.bottom <= face.face.height_px


@pytest.mark.slow
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_words_lead_back_to_the_stored_page(draw_page: Draw, turns: int) -> None:
    """Each word's box, taken back to the stored picture, lies on that word's ink: the text layer will stand there."""
    page = np.ascontiguousarray(np.rot90(draw_page(), turns))
    out = io.BytesIO()
    Image.fromarray(page[:, :, ::-1]).save(out, "PNG")
    (certificate,) = read_scan(out.getvalue(), "drawn.png").certificates
    (face,) = certificate.faces
    assert (face.source_width_px, face.source_height_px) == (page.shape[1], page.shape[0])
    assert len(face.words) > 60
    on_ink = 0
    for word in face.words:
        corners = [apply_homography(face.to_source, x, y) for x in word.box[::2] for y in word.box[1::2]]
        left, right = int(min(x for x, _ in corners)), int(max(x for x, _ in corners))
        top, bottom = int(min(y for _, y in corners)), int(max(y for _, y in corners))
        on_ink += bool((page[max(0, top) : bottom + 1, max(0, left) : right + 1] < 90).any())
    assert on_ink == len(face.words)


def test_a_page_that_fails_is_named_and_the_rest_is_read(draw_page: Draw) -> None:
    """One broken page of two: the reading tells which and why, and holds the other."""
    whole, half = io.BytesIO(), io.BytesIO()
    for out in (whole, half):
        Image.fromarray(draw_page()).save(out, "PDF", resolution=200)
    with pikepdf.open(whole) as document, pikepdf.open(half) as broken:
        (image,) = broken.pages[0].Resources.XObject.values()
        image.write(image.read_raw_bytes()[:20_000], filter=pikepdf.Name.DCTDecode)
        document.pages.append(broken.pages[0])
        saved = io.BytesIO()
        document.save(saved)
    reading = read_scan(saved.getvalue(), "two.pdf")
    assert reading.page_count == 2
    assert reading.unreadable == (Unreadable(2, "damaged"),)
    assert sum(len(face.words) for c in reading.certificates for face in c.faces) > 60


def test_nothing_readable_is_refused() -> None:
    """When no page at all can be read, the file is damaged: never an empty reading passed on as a result."""
    document = pikepdf.new()
    for _ in range(2):
        page = document.add_blank_page(page_size=(200, 200))
        stream = pikepdf.Stream(document, b"\xff\xd8\xff\xe0 broken", Width=100, Height=100, BitsPerComponent=8)
        stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        stream.ColorSpace, stream.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
        page.Contents = pikepdf.Stream(document, b"q 200 0 0 200 0 0 cm /Im0 Do Q")
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(Damaged):
        read_scan(out.getvalue(), "broken.pdf")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_random_damage_never_crashes(seed: int) -> None:
    """Bytes flipped, cut or doubled anywhere in a scan: a reading or a refusal, never another error."""
    rng = random.Random(seed)
    name = rng.choice(["16-blank.pdf", "06-tt17-fax.tif", "19-tt17-first-face-only.jpg", "11-tt10-born-digital.pdf"])
    data = bytearray((SAMPLES / name).read_bytes())
    for _ in range(rng.choice([1, 10, 200])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    if rng.random() < 0.5:
        del data[rng.randrange(len(data)) :]
    try:
        reading = read_scan(bytes(data), name)
    except ScanRefused:
        return
    assert isinstance(reading, ScanReading)
    assert reading.certificates
