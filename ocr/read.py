"""From the bytes of a scan to its certificates: the whole path of the reader, page by page.

Owns the order of the stages and what happens when one page fails: that page is reported, the others go on. It knows
no file, database or queue; ``ocr.pool`` runs it in a process of its own.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.errors import Damaged
from certificate.reading import CertificateReading, FaceReading, ScanReading, Unreadable, Word
from certificate.record import Face, Part, Record
from certificate.rules.catalogue import make_finding
from certificate.rules.reader_findings import CANNOT_BE_JUDGED
from ocr import reading
from ocr.engines.images import Pixels
from ocr.engines.trueocr import TrueOcrEngine, shared_engine
from ocr.faces import FaceImage, split_faces
from ocr.grammar.extract import Extracted, Trace, extract
from ocr.options import ReadOptions
from ocr.pages import Page, open_pages
from ocr.prepare import PreparedFace, prepare_face
from ocr.reading import read_face
from ocr.recognise import ReadFace
from ocr.show import show_faces
from ocr.streaks import without_streaks
from ocr.text_layer import is_trusted, layer_lines, words_on_face
from ocr.wanted import lines_that_matter

__all__ = ["ReadOptions", "read_scan"]

# Files with more pages than this keep their pixels on disk until the grammar has done.
_PAGES_IN_MEMORY = 2


def read_scan(data: bytes, source: str, options: ReadOptions | None = None, trace: Trace | None = None) -> ScanReading:
    """Read everything on a scan; raises a ``ScanRefused`` when the file cannot be read at all.

    ``trace`` gathers what each value's confidence was weighed from, for fitting.
    """
    options = options or ReadOptions()
    cv2.setNumThreads(1)
    pages = open_pages(data, options.limits)
    engine = shared_engine()
    unreadable: list[Unreadable] = []
    faces: list[ReadFace] = []
    pictures: list[PreparedFace | None] = []
    on_disk = pages.page_count > _PAGES_IN_MEMORY
    for page in pages:
        if isinstance(page, Unreadable):
            unreadable.append(page)
            continue
        described, found = _cut_out(page, engine)
        # A spread's pixels are let go before its faces are read, and before the next page is decoded.
        del page
        while found:
            kept = prepare_face(described, found.popleft(), engine, options.preview_quality)
            kept = _set_aside(kept) if on_disk else kept
            lines = _from_layer(described, kept, engine)
            pictures.append(None if lines is not None else kept)
            faces += [lines] if lines is not None else reading.spell_faces([kept], engine)
    if not faces:
        raise Damaged("no page can be read")
    faces = reading.hear_others(pictures, faces, lines_that_matter(faces), engine)
    records = extract(faces, source, trace)
    if options.show_dir is not None:
        show_faces(faces, [record for record, _ in records], source, options.show_dir)
    return _reading(faces, records, unreadable, page_count=pages.page_count, has_attachment=pages.has_attachment)


def _cut_out(page: Page, engine: TrueOcrEngine) -> tuple[Page, deque[FaceImage]]:
    """The faces on a page, and what is known of the page, without its pixels."""
    image = page.image if page.words else without_streaks(page.image)
    return replace(page, image=np.empty((0, 0), np.uint8)), deque(split_faces(image, engine))


def _from_layer(page: Page, face: PreparedFace, engine: TrueOcrEngine) -> ReadFace | None:
    if not page.words:
        return None
    words = words_on_face(page.words, page.px_per_pt, face)
    return read_face(face, layer_lines(face, words), engine) if is_trusted(face, words, engine) else None


def _set_aside(face: PreparedFace) -> PreparedFace:
    """The same face with its pixels in a file that has no name any more: the system may drop them from memory."""
    clean = _on_disk(face.clean)
    no_red = clean if face.no_red is face.clean else _on_disk(face.no_red)
    return replace(face, flat=_on_disk(face.flat), clean=clean, no_red=no_red)


def _on_disk(pixels: Pixels) -> Pixels:
    with tempfile.TemporaryFile(prefix="sohoa-") as file:
        file.truncate(pixels.size)
        kept: NDArray[np.uint8] = np.memmap(file, dtype=np.uint8, mode="r+", shape=pixels.shape)
    kept[:] = pixels
    return kept


def _reading(
    faces: Sequence[ReadFace],
    records: Sequence[Extracted],
    unreadable: Sequence[Unreadable],
    *,
    page_count: int,
    has_attachment: bool,
) -> ScanReading:
    certificates = []
    for record, indices in records:
        certificates.append(_certificate(record, [faces[index] for index in indices]))
    findings = [make_finding("embedded_file")] if has_attachment else []
    for face in faces:
        findings += face.findings
        if not face.lines and not any(one.code in CANNOT_BE_JUDGED for one in face.findings):
            findings.append(make_finding("blank_page", page=str(face.face.page_number)))
    return ScanReading(page_count, tuple(certificates), tuple(unreadable), tuple(dict.fromkeys(findings)))


def _certificate(record: Record, faces: Sequence[ReadFace]) -> CertificateReading:
    decided = {(page.page_number, page.part): page for page in record.pages}
    return CertificateReading(record, tuple(_face_reading(face, decided) for face in faces))


def _face_reading(face: ReadFace, decided: dict[tuple[int, Part], Face]) -> FaceReading:
    words = tuple(Word(word.text, word.box, number) for number, line in enumerate(face.lines) for word in line.words)
    return FaceReading(
        face=decided.get((face.face.page_number, face.face.part), face.face),
        words=words,
        source_width_px=face.source_width_px,
        source_height_px=face.source_height_px,
        to_source=face.to_source,
        mesh=face.mesh,
        preview_jpeg=face.preview_jpeg,
    )
