"""Searchable PDF/A: the scan's bytes inside, the words over their ink, and nothing that an archive must not keep."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageChops

from archive.pdfa import check_pdfa, pdfa_facts, write_pdfa
from archive.xmp import PdfIdentity, read_own_properties
from certificate.errors import Encrypted, PdfInvalid
from certificate.geometry import Box
from certificate.reading import CertificateReading

Case = tuple[bytes, CertificateReading]


def images_in(pdf: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [image.read_raw_bytes() for page in opened.pages for image in page.get_images().values()]


@pytest.mark.parametrize("part", [1, 2])
def test_writes_and_checks(any_case: Any, identity: PdfIdentity, part: int) -> None:
    """Every kind of scan becomes PDF/A of either part that passes its own check, the same bytes each time."""
    _, original, reading = any_case
    pdf = write_pdfa(original, reading, identity, part=part)
    check_pdfa(pdf, reading)
    assert write_pdfa(original, reading, identity, part=part) == pdf
    assert pdf.startswith(b"%PDF-1.4" if part == 1 else b"%PDF-1.")


@pytest.mark.slow
def test_outside_validator(
    any_case: Any, identity: PdfIdentity, preflight: Callable[[Path], str], tmp_path: Path
) -> None:
    """PDFBox Preflight finds nothing wrong with part 1 of any of them."""
    name, original, reading = any_case
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(write_pdfa(original, reading, identity, part=1))
    assert preflight(path) == ""


@pytest.mark.slow
def test_outside_validator_objects(preflight: Callable[[Path], str], tmp_path: Path) -> None:
    """The validator is really asked: a plain PDF does not pass."""
    path = tmp_path / "plain.pdf"
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path)
    assert "is not a valid PDF/A-1b file" in preflight(path)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("verapdf") is None, reason="veraPDF is not in Debian")
def test_verapdf(cases: dict[str, Case], identity: PdfIdentity, tmp_path: Path) -> None:
    """veraPDF finds nothing wrong with part 2 of any of them."""
    for name, (original, reading) in cases.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(write_pdfa(original, reading, identity))
        command = ["verapdf", "--flavour", "2b", "--format", "text", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout.startswith("PASS"), done.stdout


def test_looks_like_the_scan(kit: Any, plain_case: Any, identity: PdfIdentity) -> None:
    """The page, rendered at the scan's size and turned back, has the scan's pixels: no colour turned, no row lost."""
    name, original, reading = plain_case
    pdf = write_pdfa(original, reading, identity)
    with Image.open(BytesIO(original)) as scan:
        expected = scan.convert("RGBA").convert("RGB") if scan.mode != "CMYK" else scan.convert("RGB")
    with pikepdf.open(BytesIO(pdf)) as opened:
        turn = int(opened.pages[0].obj.get("/Rotate", 0))
        width_pt = float(opened.pages[0].mediabox[2])
    page = kit.rendered(pdf, dpi=round(expected.width / width_pt * 72)).rotate(turn, expand=True).resize(expected.size)
    difference = np.asarray(ImageChops.difference(page, expected), dtype=float)
    assert difference.mean() < (12 if name == "jpeg-cmyk" else 3)


UNTOUCHED = ["jpeg-0", "jpeg-90", "jpeg-grey", "jpeg-progressive", "jpeg-cmyk", "jpeg-exif", "photo", "spread"]


@pytest.mark.parametrize("name", UNTOUCHED)
def test_jpeg_stays_as_it_is(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """The scanned JPEG file stands in the PDF byte by byte."""
    original, reading = cases[name]
    pdf = write_pdfa(original, reading, identity)
    assert images_in(pdf) == [original]
    assert original in pdf


def test_g4_stays_as_it_is(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """The strip of a G4 TIFF stands in the PDF byte by byte."""
    original, reading = cases["tiff-g4"]
    with Image.open(BytesIO(original)) as image:
        (start,), (length,) = image.tag_v2[273], image.tag_v2[279]  # type: ignore[attr-defined]
    assert images_in(write_pdfa(original, reading, identity)) == [original[start : start + length]]


@pytest.mark.parametrize("name", ["pdf-pages", "pdf-second-only", "pdf-rotate", "pdf-cmyk"])
def test_pdf_images_stay_as_they_are(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """The images of a scanner's PDF are carried over byte by byte, those of other pages left out."""
    original, reading = cases[name]
    wanted = sorted({face.face.page_number for face in reading.faces})
    before = images_in(original)
    assert images_in(write_pdfa(original, reading, identity)) == [before[number - 1] for number in wanted]


def test_page_size(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A page is as large as the paper, with the scan's resolution or, where it has none, by the paper's format."""
    for name, size in {"jpeg-0": (595.2, 841.9), "jpeg-no-dpi": (595.2, 841.9), "spread": (1190.4, 841.9)}.items():
        with pikepdf.open(BytesIO(write_pdfa(*cases[name], identity))) as pdf:
            assert [float(edge) for edge in pdf.pages[0].mediabox[2:]] == pytest.approx(size, abs=0.5)


def test_says_what_it_is(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """Title, identity and hashes stand in the metadata, and the document information agrees."""
    original, reading = cases["jpeg-0"]
    with pikepdf.open(BytesIO(write_pdfa(original, reading, identity))) as pdf:
        own = read_own_properties(pdf.Root.Metadata.read_bytes())
        assert str(pdf.docinfo["/Title"]) == identity.title
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261124103005+07'00'"
        metadata = pdf.open_metadata()
        assert metadata["dc:title"] == identity.title
        assert metadata["xmp:CreateDate"] == "2026-11-24T10:30:05+07:00"
        assert metadata.pdfa_status == "2B"
    assert own == {
        "serialNumber": "BX 123456",
        "form": "tt23-2014",
        "issueDate": "2015-05-12",
        "scanSha256": "ab" * 32,
        "pageCount": "1",
        "scanPages": "1",
        "rendition": "image",
        "imageSha256": hashlib.sha256(original).hexdigest(),
    }


def test_without_words_and_identity(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A paper on which nothing was read is archived too, all its pages, without claims."""
    original, reading = cases["pdf-pages"]
    unread = replace(reading, faces=())
    bare = replace(identity, serial_number=None, issue_date=None)
    pdf = write_pdfa(original, unread, bare)
    check_pdfa(pdf, unread)
    assert len(images_in(pdf)) == 2
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert "serialNumber" not in read_own_properties(opened.Root.Metadata.read_bytes())


# What may not happen to a PDF/A unnoticed: each changes the file in a way that the check must name.
DAMAGES: dict[str, Callable[[pikepdf.Pdf], object]] = {
    "words": lambda pdf: pdf.pages[0].obj.Contents.write(pdf.pages[0].obj.Contents.read_bytes().partition(b"ET Q")[2]),
    "image": lambda pdf: pdf.pages[0].obj.Resources.XObject.SohoaScan.write(
        b"\xff\xd8\xff\xd9", filter=pikepdf.Name.DCTDecode
    ),
    "page": lambda pdf: pdf.pages.append(pdf.pages[0]),
    "script": lambda pdf: pdf.Root.__setattr__("OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")),
    "annotation": lambda pdf: pdf.pages[0].obj.__setattr__("Annots", pikepdf.Array()),
    "metadata": lambda pdf: pdf.Root.__delattr__("Metadata"),
    "intent": lambda pdf: pdf.Root.OutputIntents[0].__delattr__("DestOutputProfile"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_check_finds_damage(cases: dict[str, Case], identity: PdfIdentity, damage: str) -> None:
    """Each kind of damage is found."""
    original, reading = cases["jpeg-0"]
    with pikepdf.open(BytesIO(write_pdfa(original, reading, identity))) as pdf:
        DAMAGES[damage](pdf)
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    with pytest.raises(PdfInvalid):
        check_pdfa(out.getvalue(), reading)


def test_check_finds_other_words(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A PDF whose words are those of another reading does not pass; nor does a truncated one."""
    original, reading = cases["jpeg-0"]
    pdf = write_pdfa(original, reading, identity)
    face = reading.faces[0]
    fewer = replace(reading, faces=(replace(face, words=face.words[:-1]),))
    for wrong in [(pdf, fewer), (pdf[: len(pdf) // 2], reading), (b"", reading)]:
        with pytest.raises(PdfInvalid):
            check_pdfa(*wrong)


REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "text": b"not an image at all",
    "jpeg-stump": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "png-stump": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "tiff-stump": b"II*\0\x08\0\0\0\x01\0",
    "pdf-stump": b"%PDF-1.4\n1 0 obj\n<<",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_it_cannot_read(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """Bytes that are no scan give ``PdfInvalid``, never a traceback of a library."""
    face = cases["jpeg-0"][1].faces[0]
    reading = replace(cases["jpeg-0"][1], faces=(replace(face, preview_jpeg=b""),))
    with pytest.raises(PdfInvalid):
        write_pdfa(REFUSED[name], reading, identity)


def test_refuses_pages_that_are_not_there(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A reading of page 2 cannot be archived from a file of one page."""
    second = replace(cases["pdf-second-only"][1])
    faces = tuple(replace(face, preview_jpeg=b"") for face in second.faces)
    for name in ("jpeg-0", "png-rgb", "tiff-g4", "pdf-rotate"):
        with pytest.raises(PdfInvalid):
            write_pdfa(cases[name][0], replace(second, faces=faces), identity)


def test_password(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A PDF that wants a password is told as such; one that opens without is archived unencrypted."""
    original, reading = cases["pdf-pages"]
    for user, opens in (("secret", False), ("", True)):
        with pikepdf.open(BytesIO(original)) as pdf:
            out = BytesIO()
            pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user=user))
        if opens:
            check_pdfa(write_pdfa(out.getvalue(), reading, identity), reading)
        else:
            with pytest.raises(Encrypted):
                write_pdfa(out.getvalue(), reading, identity)


def test_size(kit: Any, paper: Any, identity: PdfIdentity) -> None:
    """At 300 dpi and with a page full of words, all that is added is at most a twentieth of the image."""
    grain = Image.effect_noise((2480, 3508), 8).convert("RGB")
    page = ImageChops.add(paper.image.resize((2480, 3508)), grain, scale=2)
    face = kit.replace(kit.turned(paper, 0)[1], words=paper.words * 6)
    original, reading = kit.encode(page, "JPEG", quality=70, dpi=(300, 300)), kit.reading_of(face)
    pdf = write_pdfa(original, reading, identity)
    assert original in pdf
    assert len(reading.faces[0].words) > 500
    assert len(pdf) < 1.05 * len(original)


def test_size_of_a_fax(kit: Any, cases: dict[str, Case], identity: PdfIdentity) -> None:
    """Beside a fax page's few bytes a word costs ten bytes, its letters and its place, and all the rest 4.5 KB."""
    original, reading = cases["tiff-g4"]
    face, chance = reading.faces[0], random.Random(3)
    words = tuple(
        replace(word, box=Box(left, top, left + 12 * len(word.text) + chance.randint(-4, 4), top + 30))
        for top in range(100, 1700, 40)
        for left in range(90, 1150, 90)
        for word in (chance.choice(face.words),)
    )
    full = kit.reading_of(replace(face, words=words))
    pdf = write_pdfa(original, full, identity)
    check_pdfa(pdf, full)
    assert len(words) > 450
    assert len(pdf) - len(images_in(pdf)[0]) < 4_500 + 10 * len(words)


def test_holds_nothing_active(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """Scripts, links, attachments, form fields and notes of the scanner's PDF do not reach the archive."""
    original, reading = cases["pdf-pages"]
    name = pikepdf.Name
    with pikepdf.open(BytesIO(original)) as pdf:
        script = pikepdf.Dictionary(S=name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.Root.OpenAction = script
        pdf.Root.AA = pikepdf.Dictionary(WC=script)
        pdf.attachments["virus.exe"] = b"MZ"
        link = pikepdf.Dictionary(
            Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 50, 50], A=pikepdf.Dictionary(S=name.URI, URI="http://x.vn")
        )
        page = pdf.pages[0].obj
        page.Annots = pikepdf.Array([pdf.make_indirect(link)])
        page.AA = pikepdf.Dictionary(O=script)
        page.PieceInfo = pikepdf.Dictionary(Scanner=pikepdf.Dictionary(Private=1))
        page.Thumb = pikepdf.Stream(pdf, b"\0", Width=1, Height=1, BitsPerComponent=8, ColorSpace=name.DeviceGray)
        page.Resources.XObject.Im0.Interpolate = True
        page.Resources.ExtGState = pikepdf.Dictionary(G0=pikepdf.Dictionary(TR=name.Identity))
        out = BytesIO()
        pdf.save(out)
    written = write_pdfa(out.getvalue(), reading, identity)
    check_pdfa(written, reading)
    with pikepdf.open(BytesIO(written)) as pdf:
        everything = b" ".join(entry.unparse(resolved=True) for entry in pdf.objects)
    assert pdfa_facts(written).rendition == "image"
    assert not re.search(rb"/(JavaScript|EmbeddedFile|Encrypt|OpenAction|Annots|AA|PieceInfo|Thumb|URI)\b", everything)
