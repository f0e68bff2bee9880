"""Makes the committed samples: ``samples/scans``, ``truth.jsonl``, ``citizens.csv`` and the table of ``README.md``.

``python -m samples.draw.sample_files`` remakes all of them; the same machine's fonts give the same files.
"""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from samples.draw.sets import Drawing, DrawnFile, Layout, Truth, captured_pages, draw, visible_truth, write_truth

_HOME = Path(__file__).parent.parent
_SPREADS = Layout(((4, 1), (2, 3)))
_SPREADS_2_3_FIRST = Layout(((2, 3), (4, 1)))
_FACES = Layout(((1,), (2,), (3,), (4,)))
_LEAF = Layout(((1,), (2,)))
_RANDOM_CITIZENS = 300
_MARK = "<!-- table -->"


@dataclass(frozen=True, slots=True)
class Sample:
    """One committed file: what is drawn, how it is captured, what it is there to show."""

    name: str
    seed: int
    form: str
    capture: str
    what: str
    purpose: str
    layout: Layout = _SPREADS
    quality: int = 50
    shows_card: bool = False
    second: str = ""
    exif_orientation: int = 1
    wanted: tuple[tuple[str, Any], ...] = ()


SAMPLES = (
    Sample(
        "01-tt17-spreads.pdf",
        1,
        "tt17-2009",
        "flatbed",
        "pink sheet of 2009, two A3 spreads, 300 dpi colour",
        "the everyday scan",
        quality=38,
        wanted=(("owners", "couple"), ("parcels", 1)),
    ),
    Sample(
        "02-tt23-spreads-2-3-first.pdf",
        2,
        "tt23-2014",
        "colour200",
        "pink sheet of 2014, spread 2-3 before 4-1",
        "spreads in the other order; changes after issue",
        _SPREADS_2_3_FIRST,
        34,
        wanted=(("owners", "household_couple"), ("parcels", 1), ("changes", 2)),
    ),
    Sample(
        "03-tt23-faces-grey.pdf",
        3,
        "tt23-2014",
        "grey200",
        "pink sheet, four single faces, 200 dpi grey",
        "single faces without colour",
        _FACES,
        40,
        wanted=(("owners", "single"),),
    ),
    Sample(
        "04-tt10-leaf.pdf",
        4,
        "tt10-2024",
        "flatbed",
        "A4 leaf of 2025, two pages",
        "the current form with QR",
        _LEAF,
        38,
        wanted=(("owners", "couple"), ("parcels", 1)),
    ),
    Sample(
        "05-tt10-phone.jpg",
        5,
        "tt10-2024",
        "phone",
        "first page of the A4 leaf, photographed on a desk",
        "perspective, shadow; second page missing",
        Layout(((1,),)),
        70,
        wanted=(("owners", "single"), ("parcels", 1)),
    ),
    Sample(
        "06-tt17-fax.tif",
        6,
        "tt17-2009",
        "fax",
        "pink sheet, black and white fax code (G4), TIFF of two pages",
        "bilevel scans, several pages in a TIFF",
        wanted=(("owners", "couple"), ("parcels", 1)),
    ),
    Sample(
        "07-tt23-fax.pdf",
        7,
        "tt23-2014",
        "fax",
        "pink sheet, black and white, PDF with G4 inside",
        "the archive keeps G4 as it is",
        wanted=(("owners", "single"), ("parcels", 1)),
    ),
    Sample(
        "08-tt23-low150.pdf",
        8,
        "tt23-2014",
        "low150",
        "pink sheet, 150 dpi, strong compression",
        "the lowest resolution allowed",
        _SPREADS,
        48,
        wanted=(("owners", "couple"), ("parcels", 1)),
    ),
    Sample(
        "09-tt17-worn.pdf",
        9,
        "tt17-2009",
        "worn",
        "yellowed, folded, stained, faded",
        "must not be accepted unseen where print is gone",
        _SPREADS,
        28,
        wanted=(("owners", "household"), ("parcels", 1)),
    ),
    Sample(
        "10-tt17-photocopy.pdf",
        10,
        "tt17-2009",
        "photocopy",
        "copy of a copy, grey",
        "broken strokes and specks",
        _SPREADS,
        26,
        wanted=(("owners", "plain_couple"), ("parcels", 1)),
    ),
    Sample(
        "11-tt10-born-digital.pdf",
        11,
        "tt10-2024",
        "born_digital",
        "PDF straight from the printing program, with text",
        "the text layer is used, nothing recognised",
        _LEAF,
        wanted=(("owners", "single"), ("parcels", 1)),
    ),
    Sample(
        "12-tt23-fifteen-parcels.pdf",
        12,
        "tt23-2014",
        "grey200",
        "fifteen rice parcels in a table",
        "tables with wrapped cells",
        _SPREADS,
        45,
        wanted=(("owners", "couple"), ("parcels", 15)),
    ),
    Sample(
        "13-tt23-organisation.tif",
        13,
        "tt23-2014",
        "grey200",
        "land of an organisation, grey TIFF with JPEG inside",
        "organisation with tax code or decision",
        _SPREADS,
        50,
        wanted=(("owners", "organisation"), ("parcels", 1)),
    ),
    Sample(
        "14-tt10-with-identity-card.pdf",
        14,
        "tt10-2024",
        "colour200",
        "A4 leaf and the owner's identity card",
        "two papers in one file; the card links CMND and CCCD",
        _LEAF,
        45,
        shows_card=True,
        wanted=(("owners", "single"), ("parcels", 1)),
    ),
    Sample(
        "15-two-certificates.pdf",
        15,
        "tt17-2009",
        "low150",
        "two certificates in one file",
        "one record each",
        _SPREADS,
        42,
        second="tt23-2014",
        wanted=(("owners", "couple"), ("parcels", 1)),
    ),
    Sample(
        "16-blank.pdf",
        16,
        "other",
        "flatbed",
        "an empty sheet",
        "goes back to the clerk as blank",
        Layout(((1,),)),
        40,
        wanted=(("kind", "blank"),),
    ),
    Sample(
        "17-contract.jpg",
        17,
        "other",
        "grey200",
        "a contract of sale that names a certificate",
        "not a certificate: no fields",
        Layout(((1,),)),
        60,
        wanted=(("kind", "contract"),),
    ),
    Sample(
        "18-tt23-turned-skewed.pdf",
        18,
        "tt23-2014",
        "skewed",
        "spreads fed in on their side, askew",
        "quarter turns and levelling",
        Layout(((4, 1), (2, 3)), (90, 270)),
        28,
        wanted=(("owners", "single"), ("parcels", 1)),
    ),
    Sample(
        "19-tt17-first-face-only.jpg",
        19,
        "tt17-2009",
        "low150",
        "only the first face, turned by EXIF",
        "must go to review: land page missing",
        Layout(((1,),)),
        70,
        exif_orientation=6,
        wanted=(("owners", "single"), ("parcels", 1)),
    ),
)


def _sheet(easel: Easel, seed: str, certificate: Certificate, module: Any) -> Drawing:
    rng = Random(seed)
    look = any_look(rng)
    arts = module.faces(certificate, look, rng)
    return Drawing(certificate, (), arts, css(look), tuple(easel.faces(arts, css(look))))


def _with_quality(pages: Sequence[Captured], quality: int) -> list[Captured]:
    return [replace(page, jpeg_quality=quality) for page in pages]


def _taken(drawing: Drawing, sample: Sample, salt: str) -> list[Captured]:
    return _with_quality(
        captured_pages(drawing, sample.layout, sample.capture, f"sample/{sample.seed}/{salt}"), sample.quality
    )


def _shifted(pages: Sequence[Any], by: int) -> tuple[dict[str, Any], ...]:
    return tuple({**page, "page_number": page["page_number"] + by} for page in pages)


def make_sample(easel: Easel, sample: Sample, folder: Path) -> DrawnFile:
    """Draw, capture and write one sample."""
    path = folder / sample.name
    if sample.form == "other":
        return _other(easel, sample, path)
    drawing = draw(easel, f"sample/{sample.seed}", sample.form, **dict(sample.wanted))
    shown = [face for page in sample.layout.pages for face in page]
    told = [Truth(sample.form, visible_truth(drawing, shown), sample.layout.truth_pages())]
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
        other = draw(easel, f"sample/{sample.seed}/second", sample.second, **dict(sample.wanted))
        told.append(
            Truth(sample.second, visible_truth(other, shown), _shifted(sample.layout.truth_pages(), len(pages)))
        )
        pages += _taken(other, sample, "second")
        people += other.people
    if sample.exif_orientation == 6:
        # The pixels lie on their left side and the tag tells viewers to turn them clockwise.
        path.write_bytes(files.jpeg(quarter_turn(pages[0], 270), exif_orientation=6))
    else:
        files.write(path, pages)
    return DrawnFile(path, sample.form, sample.capture, sample.seed, told[0].fields, tuple(told), people)


def _other(easel: Easel, sample: Sample, path: Path) -> DrawnFile:
    sheet = _sheet(
        easel, f"sample/{sample.seed}", Certificate(form="other", office=dict(sample.wanted)["kind"]), other_paper
    )
    rng = np.random.default_rng(sample.seed)
    files.write(path, _with_quality([CAPTURES[sample.capture](sheet.faces[0], rng)], sample.quality))
    told = Truth("other", {}, ({"page_number": 1, "part": "whole", "face": None, "rotation_deg": 0},))
    return DrawnFile(path, "other", sample.capture, sample.seed, {}, (told,))


_TONES = str.maketrans("áéíóúýàèìòù", "àèìòùỳáéíóú")


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
    """The rows of the registry's table, and which owners differ on purpose: what is special to the owner's name."""
    rng = Random("citizens")
    special: dict[str, str] = {}
    rows = []
    wanted = ["one_tone_mark", "not_found", "deceased", "only_old_id"]
    for one in drawn:
        for index, person in enumerate(one.people):
            owner_id = next(
                (
                    v
                    for t in one.truths
                    for k, v in t.fields.items()
                    if k.endswith("id_number") and v in {person.citizen_id, person.old_id}
                ),
                "",
            )
            address = home_address(rng, any_commune(rng))
            kind = ""
            if index == 0 and wanted and one.form != "other":
                toned = person.full_name.translate(_TONES)
                fits = {"one_tone_mark": _differs_once(toned, person.full_name), "only_old_id": len(owner_id) == 9}
                kind = next((w for w in wanted if fits.get(w, True)), "")
            if kind:
                wanted.remove(kind)
                special[kind] = f"{person.full_name} ({one.path.name})"
            if kind == "not_found":
                continue
            if kind == "one_tone_mark":
                rows.append(_row(person, address, name=person.full_name.translate(_TONES)))
            else:
                rows.append(_row(person, address, status="deceased" if kind == "deceased" else "alive", with_old=True))
    for _ in range(_RANDOM_CITIZENS):
        home = any_commune(rng)
        person = any_person(rng, home)
        status = rng.choices(["alive", "deceased", "replaced"], [94, 4, 2])[0]
        rows.append(_row(person, home_address(rng, home), status=status, with_old=rng.random() < 0.7))
    rng.shuffle(rows)
    return rows, special


def _differs_once(left: str, right: str) -> bool:
    return sum(a != b for a, b in zip(left, right, strict=True)) == 1


def _readme(drawn: Sequence[DrawnFile], special: dict[str, str]) -> None:
    path = _HOME / "README.md"
    head = path.read_text(encoding="utf-8").split(_MARK)[0].rstrip()
    out = io.StringIO()
    out.write(f"{head}\n\n{_MARK}\n\n| file | form | capture | what it is | purpose |\n|---|---|---|---|---|\n")
    for sample, one in zip(SAMPLES, drawn, strict=True):
        forms = ", ".join(told.form for told in one.truths)
        out.write(f"| `{sample.name}` | {forms} | {sample.capture} | {sample.what} | {sample.purpose} |\n")
    names = {
        "one_tone_mark": "registered under a name that differs by one tone mark",
        "not_found": "not in the table at all",
        "deceased": "registered as deceased",
        "only_old_id": "found by the old CMND number only: the certificate shows no personal number",
    }
    out.write("\n## Owners who differ on purpose\n\n| owner (first scan) | what the registry knows |\n|---|---|\n")
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
