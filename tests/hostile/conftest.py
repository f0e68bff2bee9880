"""Difficult files: those that are handed to the project, and our own of the same kinds, drawn anew for each run."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[2]
A4_AT_100_DPI = (827, 1169)


@dataclass(frozen=True)
class Expected:
    """What should happen: being refused with one of these codes, or read, with this remark and number of pages.

    Not ``strict``: any proper answer will do, because the file is not in the table.
    """

    refused: frozenset[str] = frozenset()
    readable: bool = False
    finding: str | None = None
    pages: int | None = None
    strict: bool = True


def refused(*codes: str) -> Expected:
    """Refused with one of these codes."""
    return Expected(refused=frozenset(codes))


def read(finding: str | None = None, pages: int | None = None) -> Expected:
    """Read, with this remark and this many pages where given."""
    return Expected(readable=True, finding=finding, pages=pages)


READ_OR_DAMAGED = Expected(refused=frozenset({"damaged"}), readable=True)

# The folder's own table, by file; files that it gains later fall under the general law of every line.
HANDED = {
    "skew.pdf": read(),
    "ccitt.pdf": read(),
    "jbig2.pdf": read(),
    "blank.pdf": read("blank_page"),
    "not-a-pdf.pdf": refused("unsupported_type"),
    "cmyk.jpg": read(),
    "aes256-password.pdf": refused("encrypted"),
    "owner-password.pdf": read(),
    "pixel-bomb.gif": refused("unsupported_type", "too_many_pixels"),
    "truncated.jpg": refused("damaged"),
    "broken.png": refused("damaged"),
    "multipage.tiff": read(pages=3),
    "bad-xref.pdf": READ_OR_DAMAGED,
    "cyclic-outline.pdf": READ_OR_DAMAGED,
    "attachment.pdf": read("embedded_file"),
}
OWN = {
    "empty.pdf": refused("empty_file"),
    "text.pdf": refused("unsupported_type"),
    "header-only.pdf": refused("unsupported_type"),
    "archive.pdf": refused("unsupported_type"),
    "password.pdf": refused("encrypted"),
    "owner-password.pdf": read(),
    "attachment.pdf": read("embedded_file"),
    "blank.pdf": read("blank_page"),
    "fax.pdf": read(),
    "skew.pdf": read(),
    "broken-xref.pdf": READ_OR_DAMAGED,
    "half.pdf": READ_OR_DAMAGED,
    "outline-loop.pdf": read(),
    "page-tree-loop.pdf": READ_OR_DAMAGED,
    "image-bomb.pdf": Expected(refused=frozenset({"damaged", "too_many_pixels"}), readable=True),
    "many-pages.pdf": refused("too_many_pages"),
    "picture-called.pdf": read(),
    "cmyk.jpg": read(),
    "half.jpg": refused("damaged"),
    "half.png": refused("damaged"),
    "pixel-bomb.png": refused("too_many_pixels"),
    "pixel-bomb.tif": refused("too_many_pixels", "damaged"),
    "pixel-bomb.gif": refused("unsupported_type"),
    "three-pages.tif": read(pages=3),
    "looping.tif": Expected(refused=frozenset({"damaged", "too_many_pages", "too_many_pixels"}), readable=True),
}


def handed_folder() -> Path | None:
    """The folder of difficult files beside the project or named by SOHOA_HOSTILE, where there is one."""
    named = os.environ.get("SOHOA_HOSTILE")
    folder = Path(named) if named else ROOT.parent / "shared" / "hostile"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def own_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own difficult files; the table above has a row for each."""
    folder = tmp_path_factory.mktemp("hostile")
    make_pdfs(folder)
    make_pictures(folder)
    assert {path.name for path in folder.iterdir()} == set(OWN)
    return folder


@pytest.fixture(scope="session")
def difficult(own_files: Path) -> list[tuple[Path, Expected]]:
    """Every difficult file there is, with what should happen to it."""
    files = [(own_files / name, expected) for name, expected in OWN.items()]
    handed = handed_folder()
    if handed is not None:
        any_outcome = Expected(readable=True, strict=False)
        paths = (path for path in sorted(handed.iterdir()) if path.suffix != ".md")
        files += [(path, HANDED.get(path.name, any_outcome)) for path in paths]
    return files


def paper(mode: str = "L", turned_deg: float = 0.0) -> Image.Image:
    """A page with some words that make no certificate."""
    page = Image.new("L", A4_AT_100_DPI, 255)
    draw = ImageDraw.Draw(page)
    for number in range(12):
        draw.text((90, 120 + 60 * number), f"Line {number + 1} of a letter about nothing at all", fill=0, font_size=24)
    return page.rotate(turned_deg, fillcolor=255).convert(mode)


def encoded(page: Image.Image, kind: str, **how: object) -> bytes:
    """The page as a file."""
    out = io.BytesIO()
    page.save(out, kind, **how)
    return out.getvalue()


def make_pdfs(folder: Path) -> None:
    """Files that are, or call themselves, PDF."""
    letter = encoded(paper(), "PDF", resolution=100)
    fax = encoded(paper("1"), "PDF", resolution=100)
    (folder / "empty.pdf").touch()
    (folder / "text.pdf").write_text("This is a letter, and not a scan of one.\n" * 3)
    (folder / "header-only.pdf").write_bytes(b"%PDF-1.7\nnothing else of a PDF is in here\n%%EOF\n")
    with zipfile.ZipFile(folder / "archive.pdf", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scan.pdf", letter)
    (folder / "blank.pdf").write_bytes(encoded(Image.new("L", A4_AT_100_DPI, 255), "PDF", resolution=100))
    (folder / "fax.pdf").write_bytes(fax)
    (folder / "skew.pdf").write_bytes(encoded(paper(turned_deg=6), "PDF", resolution=100))
    (folder / "half.pdf").write_bytes(letter[: len(letter) // 2])
    where = letter.rindex(b"startxref")
    (folder / "broken-xref.pdf").write_bytes(letter[:where] + b"startxref\n999999999\n%%EOF\n")
    (folder / "picture-called.pdf").write_bytes(encoded(paper(), "PNG", dpi=(100, 100)))
    with pikepdf.open(io.BytesIO(fax)) as pdf:
        pdf.save(folder / "password.pdf", encryption=pikepdf.Encryption(user="mật khẩu", owner="chủ"))
        pdf.save(folder / "owner-password.pdf", encryption=pikepdf.Encryption(user="", owner="chủ"))
    with pikepdf.open(io.BytesIO(fax)) as pdf:
        pdf.attachments["virus.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ and so on")
        pdf.save(folder / "attachment.pdf")
    with pikepdf.open(io.BytesIO(fax)) as pdf:
        item = pdf.make_indirect(pikepdf.Dictionary(Title=pikepdf.String("loop")))
        item.Next = item.Parent = item
        pdf.Root.Outlines = pdf.make_indirect(pikepdf.Dictionary(First=item, Last=item))
        pdf.save(folder / "outline-loop.pdf")
    with pikepdf.open(io.BytesIO(fax)) as pdf:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        pdf.save(folder / "page-tree-loop.pdf")
    with pikepdf.new() as pdf:
        for _ in range(300):
            pdf.add_blank_page(page_size=(72, 72))
        pdf.save(folder / "many-pages.pdf")
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        bomb = pikepdf.Stream(pdf, b"\0" * 1000, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        bomb.Width = bomb.Height = 200_000
        bomb.ColorSpace, bomb.BitsPerComponent = pikepdf.Name.DeviceGray, 8
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(bomb)))
        page.Contents = pikepdf.Stream(pdf, b"595 0 0 842 0 0 cm /Im0 Do")
        pdf.save(folder / "image-bomb.pdf")


def make_pictures(folder: Path) -> None:
    """Files that are, or call themselves, pictures."""
    jpeg = encoded(paper(), "JPEG", dpi=(100, 100))
    png = encoded(paper(), "PNG", dpi=(100, 100))
    (folder / "cmyk.jpg").write_bytes(encoded(paper("CMYK"), "JPEG", dpi=(100, 100)))
    (folder / "half.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    (folder / "half.png").write_bytes(png[: len(png) // 2])
    three = [paper("1") for _ in range(3)]
    (folder / "three-pages.tif").write_bytes(
        encoded(three[0], "TIFF", save_all=True, append_images=three[1:], compression="group4", dpi=(100, 100))
    )
    side_px = 60_000
    head = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    parts = [struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
             for kind, body in chunks]  # fmt: skip
    (folder / "pixel-bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    (folder / "pixel-bomb.tif").write_bytes(tiff(side_px, side_px))
    (folder / "pixel-bomb.gif").write_bytes(b"GIF89a" + struct.pack("<HH", side_px, side_px) + b"\x80\0\0" + bytes(30))
    (folder / "looping.tif").write_bytes(tiff(8, 8, next_page_at=8))


def tiff(width_px: int, height_px: int, next_page_at: int = 0) -> bytes:
    """A TIFF of one grey page that may call itself its own next page."""
    entries = {256: width_px, 257: height_px, 258: 8, 259: 1, 262: 1, 273: 200, 277: 1, 278: height_px, 279: 64}
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries.items())
    head = b"II*\x00" + struct.pack("<I", 8) + directory + struct.pack("<I", next_page_at)
    return head.ljust(200, b"\0") + b"\xff" * 64
