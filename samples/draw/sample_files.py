"""Makes the committed samples: ``samples/scans``, ``truth.jsonl``, ``citizens.csv`` and the table of ``README.md``.

``python -m samples.draw.sample_files`` remakes all of them; the same machine's fonts give the same files.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np

from samples.draw import files
from samples.draw.browser import Easel
from samples.draw.capture import CAPTURES, Captured, quarter_turn
from samples.draw.facts import Certificate, truth
from samples.draw.forms import identity_card, other_paper
from samples.draw.forms.sheet import css
from samples.draw.look import any_look
from samples.draw.people import Person, any_person
from samples.draw.places import any_commune, home_address
from samples.draw.sample_list import SAMPLES, Sample
from samples.draw.sets import Drawing, DrawnFile, Truth, by_hand, captured_pages, draw, visible_truth, write_truth

_HOME = Path(__file__).parent.parent
_RANDOM_CITIZENS = 300
_MARK = "<!-- table -->"


def _sheet(easel: Easel, seed: str, certificate: Certificate, module: Any) -> Drawing:
    rng = Random(seed)
    look = any_look(rng)
    arts = module.faces(certificate, look, rng)
    return Drawing(certificate, (), arts, css(look), tuple(easel.faces(arts, css(look))))


def _with_quality(pages: Sequence[Captured], quality: int, shrink: float = 1.0) -> list[Captured]:
    return [replace(_shrunk(page, shrink), jpeg_quality=quality) for page in pages]


def _shrunk(page: Captured, factor: float) -> Captured:
    """The page at a lower resolution, so that the committed files stay small."""
    if factor == 1.0:
        return page
    pixels = cv2.resize(page.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return replace(page, pixels=np.asarray(pixels, dtype=np.uint8), dpi=round(page.dpi * factor))


def _taken(drawing: Drawing, sample: Sample, salt: str) -> list[Captured]:
    return _with_quality(
        captured_pages(drawing, sample.layout, sample.capture, f"sample/{sample.seed}/{salt}"),
        sample.quality,
        sample.shrink,
    )


def _shifted(pages: Sequence[Any], by: int) -> tuple[dict[str, Any], ...]:
    return tuple({**page, "page_number": page["page_number"] + by} for page in pages)


def make_sample(easel: Easel, sample: Sample, folder: Path) -> DrawnFile:
    """Draw, capture and write one sample."""
    path = folder / sample.name
    if sample.form == "other":
        return _other(easel, sample, path)
    drawing = draw(easel, f"sample/{sample.seed}", sample.form, **sample.wanted)
    shown = [face for page in sample.layout.pages for face in page]
    fields = visible_truth(drawing, shown)
    told = [Truth(sample.form, fields, sample.layout.truth_pages(), by_hand(drawing, fields))]
    people = drawing.people
    if sample.capture == "born_digital":
        path.write_bytes(easel.pdf(drawing.arts, drawing.style))
        return DrawnFile(path, sample.form, sample.capture, sample.seed, told[0].fields, tuple(told), people)
    pages = _taken(drawing, sample, "first")
    if sample.shows_card:
        card = identity_card.card_of(Random(f"card/{sample.seed}"), people[0])
        sheet = _sheet(easel, f"card/{sample.seed}", card, identity_card)
        rng = np.random.default_rng(zlib.crc32(b"card"))
        pages += _with_quality([CAPTURES["colour200"](sheet.faces[0], rng)], 60)
        told.append(
            Truth("cccd", truth(card), ({"page_number": len(pages), "part": "whole", "face": 1, "rotation_deg": 0},))
        )
    if sample.second:
        other = draw(easel, f"sample/{sample.seed}/second", sample.second, **sample.wanted)
        fields = visible_truth(other, shown)
        moved = _shifted(sample.layout.truth_pages(), len(pages))
        told.append(Truth(sample.second, fields, moved, by_hand(other, fields)))
        pages += _taken(other, sample, "second")
        people += other.people
    if sample.exif_orientation == 6:
        # The pixels lie on their left side and the tag tells viewers to turn them clockwise.
        path.write_bytes(files.jpeg(quarter_turn(pages[0], 270), exif_orientation=6))
    else:
        files.write(path, pages)
    return DrawnFile(path, sample.form, sample.capture, sample.seed, told[0].fields, tuple(told), people)


def _other(easel: Easel, sample: Sample, path: Path) -> DrawnFile:
    sheet = _sheet(easel, f"sample/{sample.seed}", Certificate(form="other", office=sample.other_kind), other_paper)
    rng = np.random.default_rng(sample.seed)
    files.write(path, _with_quality([CAPTURES[sample.capture](sheet.faces[0], rng)], sample.quality))
    told = Truth("other", {}, ({"page_number": 1, "part": "whole", "face": None, "rotation_deg": 0},))
    return DrawnFile(path, "other", sample.capture, sample.seed, {}, (told,))


# Words that end in a stop carry only two of the tones.
_STOPPED_TONES = {"\u0301": "\u0323", "\u0323": "\u0301"}
_OPEN_TONES = {"\u0301": "\u0300", "\u0300": "\u0301", "\u0309": "\u0303", "\u0303": "\u0309", "\u0323": "\u0300"}


def one_tone_mark_off(name: str) -> str:
    """The name with the tone of its last toned word changed, so that it is still a word one could be called."""
    words = unicodedata.normalize("NFD", name).split(" ")
    for at in range(len(words) - 1, -1, -1):
        stops = unicodedata.normalize("NFC", words[at]).casefold().endswith(("c", "ch", "p", "t"))
        for tone, other in (_STOPPED_TONES if stops else _OPEN_TONES).items():
            if tone in words[at]:
                words[at] = words[at].replace(tone, other)
                return unicodedata.normalize("NFC", " ".join(words))
    raise ValueError(f"no tone mark in {name!r}")


def _row(person: Person, address: str, *, status: str = "alive", with_old: bool = True, name: str = "") -> list[str]:
    return [
        person.citizen_id,
        person.old_id if with_old else "",
        name or person.full_name,
        person.birth_date,
        person.gender,
        address,
        status,
    ]


def citizens(drawn: Sequence[DrawnFile]) -> tuple[list[list[str]], dict[str, str]]:
    """The rows of the registry's table, and which owners differ on purpose: the kind of difference and who it is."""
    rng = Random("citizens")
    special: dict[str, str] = {}
    rows = []
    for sample, one in zip(SAMPLES, drawn, strict=True):
        for index, person in enumerate(one.people):
            kind = sample.registry if index == 0 else ""
            if kind:
                special[kind] = f"{person.full_name} (`{sample.name}`)"
            if kind == "not_found":
                continue
            name = one_tone_mark_off(person.full_name) if kind == "one_tone_mark" else person.full_name
            status = "deceased" if kind == "deceased" else "alive"
            rows.append(_row(person, home_address(rng, any_commune(rng)), status=status, name=name))
    for _ in range(_RANDOM_CITIZENS):
        home = any_commune(rng)
        person = any_person(rng, home)
        status = rng.choices(["alive", "deceased", "replaced"], [94, 4, 2])[0]
        rows.append(_row(person, home_address(rng, home), status=status, with_old=rng.random() < 0.7))
    rng.shuffle(rows)
    return rows, special


def _readme(drawn: Sequence[DrawnFile], special: dict[str, str]) -> None:
    path = _HOME / "README.md"
    head = path.read_text(encoding="utf-8").split(_MARK)[0].rstrip()
    out = io.StringIO()
    out.write(f"{head}\n\n{_MARK}\n\n| file | form | capture | what it is | purpose |\n|---|---|---|---|---|\n")
    for sample, one in zip(SAMPLES, drawn, strict=True):
        forms = ", ".join(told.form for told in one.truths)
        out.write(f"| `{sample.name}` | {forms} | {sample.capture} | {sample.what} | {sample.purpose} |\n")
    names = {
        "one_tone_mark": "registered with the same numbers under a name that differs by one tone mark",
        "not_found": "nothing: neither number is in the table",
        "deceased": "registered as deceased",
        "only_old_id": "found by the old CMND number only: the certificate shows no personal number",
    }
    out.write("\n## Owners who differ on purpose\n\n| owner (scan) | what the registry knows |\n|---|---|\n")
    for kind, who in special.items():
        out.write(f"| {who} | {names[kind]} |\n")
    path.write_text(out.getvalue(), encoding="utf-8")


def main() -> None:
    """Make everything anew."""
    cv2.setNumThreads(1)
    folder = _HOME / "scans"
    folder.mkdir(exist_ok=True)
    with Easel() as easel:
        drawn = [make_sample(easel, sample, folder) for sample in SAMPLES]
    write_truth(_HOME / "truth.jsonl", drawn)
    rows, special = citizens(drawn)
    with (_HOME / "citizens.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["citizen_id", "old_id", "full_name", "birth_date", "gender", "address", "status"])
        writer.writerows(rows)
    _readme(drawn, special)


if __name__ == "__main__":
    main()
