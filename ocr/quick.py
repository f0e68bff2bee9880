"""Small questions answered within a second or two by a warm process: how good is a scan, what stands in this region.

``source`` says which: ``look``, or ``region:left,top,right,bottom`` with a face's picture as the data.
"""

from __future__ import annotations

import cv2

from certificate.reading import RegionReading, ScanReading, Unreadable
from certificate.record import Finding
from certificate.rules.catalogue import make_finding
from ocr.engines.trueocr import shared_engine
from ocr.faces import split_faces
from ocr.flatten import flatten_grey, red_mask, red_weighted_grey
from ocr.lines import find_lines
from ocr.options import ReadOptions
from ocr.pages import open_pages
from ocr.quality import face_findings, is_blank
from ocr.region import read_region

LOOK, REGION = "look", "region:"
# A certificate has four faces; a dossier's first pages tell enough of how it was scanned.
_MOST_PAGES = 6


def answer(data: bytes, source: str, options: ReadOptions | None = None) -> ScanReading | RegionReading:
    """Answer the question; raises a ``ScanRefused`` when the data cannot be looked at."""
    options = options or ReadOptions()
    if source.startswith(REGION):
        return read_region(data, source.removeprefix(REGION), options)
    return look(data, options)


def look(data: bytes, options: ReadOptions) -> ScanReading:
    """How good a scan is, without reading it: blank, blurred, too coarse, cut off; raises ``ScanRefused``."""
    cv2.setNumThreads(1)
    pages = open_pages(data, options.limits)
    findings: list[Finding] = []
    unreadable: list[Unreadable] = []
    for number, page in enumerate(pages, start=1):
        if isinstance(page, Unreadable):
            unreadable.append(page)
            findings.append(make_finding("page_unreadable", page=str(page.page_number)))
        else:
            for face in split_faces(page.image, shared_engine()):
                grey = red_weighted_grey(face.image)
                flat = flatten_grey(grey)
                if is_blank(grey, flat):
                    findings.append(make_finding("blank_page", page=str(page.page_number)))
                    continue
                lines = find_lines(flat, None, red_mask(face.image), [], shared_engine()).lines
                findings += face_findings(page.page_number, grey, flat, lines, cut_off=face.cut_off)
        if number >= _MOST_PAGES:
            break
    return ScanReading(pages.page_count, (), tuple(unreadable), tuple(dict.fromkeys(findings)))
