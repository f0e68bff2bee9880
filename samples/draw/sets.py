"""Whole sets of drawn files with their truth: for the samples, for tests, for measuring the reader."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np

from samples.draw import files
from samples.draw.browser import DoesNotFitError, Easel, Image
from samples.draw.capture import CAPTURES, Captured, quarter_turn
from samples.draw.content import any_certificate
from samples.draw.facts import Certificate, truth
from samples.draw.forms import house_sheet, leaf_2024, pink_sheet, red_book
from samples.draw.forms.sheet import FaceArt, css
from samples.draw.look import Look, any_look
from samples.draw.people import Person

FORMS: Mapping[str, Callable[[Certificate, Look, Random], tuple[FaceArt, ...]]] = {
    "tt17-2009": pink_sheet.faces,
    "tt23-2014": pink_sheet.faces,
    "tt10-2024": leaf_2024.faces,
    "ld2003": red_book.faces,
    "ld1993": red_book.faces,
    "nd60": house_sheet.faces,
    "nd90": house_sheet.faces,
}
_TWO_FACES = ("tt10-2024", "nd60", "nd90")
_TRIES = 12
_FOLD_PX = 24
# A4 upright and A3 lying, at 300 dpi.
_GLASSES = ((3508, 2480), (3508, 4961))
_SHARE_ON_A_LARGER_GLASS = 0.3


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth of one certificate in a file: its form, its fields by path, the faces and where they lie.

    ``by_hand`` names the paths whose values are written by pen.
    """

    form: str
    fields: Mapping[str, str]
    pages: tuple[Mapping[str, Any], ...]
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A drawn file; ``form`` and ``truth`` are of its first certificate, ``truths`` of all in printed order."""

    path: Path
    form: str
    capture: str
    seed: int
    truth: Mapping[str, str]
    truths: tuple[Truth, ...]
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn certificate before capture: its facts and its faces at 300 dpi."""

    certificate: Certificate
    people: tuple[Person, ...]
    arts: tuple[FaceArt, ...]
    style: str
    faces: tuple[Image, ...] = field(default=(), repr=False)


def draw(easel: Easel, seed: str, form: str, *, style: str = "office", **wanted: Any) -> Drawing:
    """One certificate; tries further seeds when a drawing's content does not fit its face."""
    for attempt in range(_TRIES):
        rng = Random(f"{seed}/{form}/{attempt}")
        certificate, people = any_certificate(rng, form, **wanted)
        look = any_look(rng, style=style)
        arts = FORMS[form](certificate, look, rng)
        sheet = css(look)
        try:
            return Drawing(certificate, people, arts, sheet, tuple(easel.faces(arts, sheet)))
        except DoesNotFitError:
            continue
    raise DoesNotFitError(f"{form} {seed}: no content fitted in {_TRIES} tries")


def side_by_side(left: Image, right: Image) -> Image:
    """Two faces as one spread, with the faint fold between them."""
    spread = np.hstack([left, right])
    middle = left.shape[1]
    places = np.arange(-_FOLD_PX, _FOLD_PX)
    shade = (1 - 0.07 * np.exp(-((places / (_FOLD_PX / 3)) ** 2))).astype(np.float32)
    band = spread[:, middle - _FOLD_PX : middle + _FOLD_PX].astype(np.float32) * shade[None, :, None]
    spread[:, middle - _FOLD_PX : middle + _FOLD_PX] = band.astype(np.uint8)
    return np.ascontiguousarray(spread)


def on_the_glass(page: Image, rng: np.random.Generator) -> Image:
    """The page on a glass larger than itself (A4 or A3), with the lid showing around."""
    height, width = page.shape[:2]
    glass = next(((h, w) for h, w in _GLASSES if h >= height and w >= width), None)
    if glass is None:
        return page
    lid = int(rng.choice([252, 244, 226]))
    laid = np.full((*glass, 3), lid, np.uint8)
    top, left = (int(rng.integers(0, max(1, room))) for room in (glass[0] - height, glass[1] - width))
    laid[top : top + height, left : left + width] = page
    return laid


@dataclass(frozen=True, slots=True)
class Layout:
    """Which faces lie on which page, by face number: ``((4, 1), (2, 3))`` for two spreads."""

    pages: tuple[tuple[int, ...], ...]
    turns_deg: tuple[int, ...] = ()

    def truth_pages(self) -> tuple[dict[str, Any], ...]:
        """Where each face lies, as the record tells it."""
        found = []
        for number, faces in enumerate(self.pages, 1):
            turn = self.turns_deg[number - 1] if self.turns_deg else 0
            for place, face in enumerate(faces):
                part = "whole" if len(faces) == 1 else ("left", "right")[place]
                found.append({"page_number": number, "part": part, "face": face, "rotation_deg": (360 - turn) % 360})
        return tuple(found)


def any_layout(rng: Random, form: str, capture: str) -> Layout:
    """How an office scans that form."""
    if form in _TWO_FACES:
        return Layout(((1,), (2,)))
    if capture == "phone":
        return Layout(((1,), (2,), (3,), (4,)))
    return rng.choice(
        [Layout(((4, 1), (2, 3))), Layout(((4, 1), (2, 3))), Layout(((2, 3), (4, 1))), Layout(((1,), (2,), (3,), (4,)))]
    )  # fmt: skip


def _pages(drawing: Drawing, layout: Layout) -> list[Image]:
    pages = []
    for faces in layout.pages:
        images = [drawing.faces[face - 1] for face in faces]
        pages.append(images[0] if len(images) == 1 else side_by_side(images[0], images[1]))
    return pages


def captured_pages(drawing: Drawing, layout: Layout, capture: str, seed: str) -> list[Captured]:
    """The pages of a drawing as that device took them."""
    rng = np.random.default_rng(zlib.crc32(seed.encode()))
    sheets = _pages(drawing, layout)
    if capture not in {"phone", "clean"} and rng.random() < _SHARE_ON_A_LARGER_GLASS:
        sheets = [on_the_glass(page, rng) for page in sheets]
    taken = [CAPTURES[capture](page, rng) for page in sheets]
    turns = layout.turns_deg or (0,) * len(taken)
    return [quarter_turn(page, turn) if turn else page for page, turn in zip(taken, turns, strict=True)]


# Where each form prints its fields: the face by the first step of the path, 0 for all others.
_PINK = {"serial_number": 1, "owners": 1, "barcode": 4, "": 2}
_LEAF = {"register_number": 2, "notes": 2, "changes": 2, "": 1}
_BOOK = {"serial_number": 1, "owners": 2, "parcels": 2, "notes": 2, "other_assets": 2, "changes": 4, "": 3}
_HOUSE = {"changes": 2, "": 1}
_FACE_OF = {"tt10-2024": _LEAF, "ld2003": _BOOK, "ld1993": _BOOK, "nd60": _HOUSE, "nd90": _HOUSE}


# An owner's role and the kind of a number stand in the label before them.
_TOLD_BY_LABELS = frozenset({"role", "gender", "id_type"})


def visible_truth(drawing: Drawing, faces: Sequence[int]) -> dict[str, str]:
    """The truth of the fields that stand on ``faces``."""
    return {
        path: value for path, value in truth(drawing.certificate).items() if face_of(drawing.certificate, path) in faces
    }


def by_hand(drawing: Drawing, fields: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the fields whose values are written by pen; what only a printed label tells is not among them."""
    written = {path for art in drawing.arts for path in art.by_hand}
    return tuple(
        path
        for path in fields
        if path.rsplit(".", 1)[-1] not in _TOLD_BY_LABELS
        and any(path == one or path.startswith(f"{one}.") for one in written)
    )


def face_of(certificate: Certificate, path: str) -> int:
    """The face on which that form prints a field."""
    top = path.split(".", 1)[0]
    places = _FACE_OF.get(certificate.form, _PINK)
    if top == "changes" and places is _PINK:
        return 3 if int(path.split(".")[1]) < 2 else 4
    return places.get(top, places[""])


def _suffix(rng: Random, capture: str, page_count: int) -> str:
    if capture == "fax":
        return rng.choice([".tif", ".pdf"])
    return ".pdf" if page_count > 1 or rng.random() < 0.5 else ".jpg"


def draw_file(easel: Easel, seed: int, form: str, capture: str, out_dir: Path, *, style: str = "office") -> DrawnFile:
    """One file with one certificate, drawn and captured."""
    rng = Random(f"file/{seed}/{form}/{capture}/{style}")
    if capture == "born_digital":
        return _born_digital(easel, seed, form, out_dir, style)
    layout = any_layout(rng, form, capture)
    drawing = draw(easel, f"{seed}/{style}/{capture}", form, style=style)
    pages = captured_pages(drawing, layout, capture, f"{seed}/{form}/{capture}")
    path = out_dir / f"{form}-{capture}-{seed:04d}{_suffix(rng, capture, len(pages))}"
    files.write(path, pages)
    shown = visible_truth(drawing, [f for page in layout.pages for f in page])
    told = Truth(form, shown, layout.truth_pages(), by_hand(drawing, shown))
    return DrawnFile(path, form, capture, seed, told.fields, (told,), drawing.people)


def _born_digital(easel: Easel, seed: int, form: str, out_dir: Path, style: str) -> DrawnFile:
    drawing = draw(easel, f"{seed}/{style}", form, style=style)
    path = out_dir / f"{form}-born_digital-{seed:04d}.pdf"
    path.write_bytes(easel.pdf(drawing.arts, drawing.style))
    layout = Layout(tuple((art.face or 1,) for art in drawing.arts))
    shown = truth(drawing.certificate)
    told = Truth(form, shown, layout.truth_pages(), by_hand(drawing, shown))
    return DrawnFile(path, form, "born_digital", seed, told.fields, (told,), drawing.people)


def draw_set(
    seed: int, forms: Sequence[str], captures: Sequence[str], per_cell: int, out_dir: Path, *, style: str = "office"
) -> list[DrawnFile]:
    """``per_cell`` files for every form and capture, the same for the same seed, with ``truth.jsonl`` beside them."""
    out_dir.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    drawn = []
    with Easel() as easel:
        for form in forms:
            for capture in captures:
                drawn += [
                    draw_file(easel, seed * 1000 + index, form, capture, out_dir, style=style)
                    for index in range(per_cell)
                ]
    write_truth(out_dir / "truth.jsonl", drawn)
    return drawn


def truth_lines(drawn: DrawnFile) -> list[dict[str, Any]]:
    """One line of truth for each certificate in the file."""
    return [
        {"source": drawn.path.name, "form": told.form, "capture": drawn.capture, "seed": drawn.seed, "fields": dict(told.fields), "by_hand": list(told.by_hand), "pages": list(told.pages)}
        for told in drawn.truths
    ]  # fmt: skip


def write_truth(path: Path, drawn: Sequence[DrawnFile]) -> None:
    """Write the truth of all files as JSON Lines."""
    lines = [json.dumps(line, ensure_ascii=False) for one in drawn for line in truth_lines(one)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
