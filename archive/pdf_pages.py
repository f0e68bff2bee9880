"""Pages of a scanned or born-digital PDF, taken over as they are and freed of what an archive must not keep.

Owns what is dropped (scripts, actions, attachments, annotations once drawn into the page, other readers' invisible
text, screen hints) and what is mended (device CMYK gets a meaning). Image data and page drawings stay as they are, byte
by byte where they are images. Whether the result may be called PDF/A is judged in ``archive.conformance``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, Object, Page, Pdf, Stream

from archive.colours import InkSpace
from archive.page_text import INVISIBLE, SHOWS_TEXT, Modes
from archive.pdf_cleaner import MAX_DEPTH, Cleaner
from archive.pdf_content import content_bytes, may_use
from archive.text_layer import PageFrame
from certificate.errors import Encrypted, PdfInvalid

_PAGE_KEYS = frozenset({"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/Contents", "/Group"})
_PDF_HEADER = re.compile(rb"%PDF-\d")


def is_pdf(data: bytes) -> bool:
    """Whether the bytes are a PDF; readers accept up to 1024 bytes before its header."""
    return _PDF_HEADER.search(data[:1032]) is not None


def open_source(original: bytes) -> Pdf:
    """Open a scanned PDF; ``Encrypted`` when it wants a password, ``PdfInvalid`` when it is no use."""
    try:
        pdf = pikepdf.open(BytesIO(original))
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    except pikepdf.PdfError as error:
        raise PdfInvalid("the original PDF cannot be opened") from error
    if Name.OCProperties in pdf.Root:
        # Layers that a viewer may switch: which of them is the certificate is nobody's to guess here.
        pdf.close()
        raise PdfInvalid("the original PDF has optional layers")
    return pdf


def take_pages(source: Pdf, page_numbers: Sequence[int], target: Pdf) -> list[Page]:
    """Copy the pages (from 1) into ``target``, cleaned; ``LookupError`` when one is not there."""
    if any(Name.Annots in page for page in source.pages):
        # What a form's fields and stamps show becomes part of the page; hidden annotations are dropped.
        source.flatten_annotations("all")
    for number in page_numbers:
        page = source.pages[number - 1]
        for key in set(page.obj.keys()) - _PAGE_KEYS:
            del page.obj[key]
        target.pages.append(page)
    pages = [target.pages[index] for index in range(len(target.pages) - len(page_numbers), len(target.pages))]
    cleaner = Cleaner(InkSpace(target))
    for page in pages:
        cleaner.clean_page(page)
    return pages


def frame_of(page: Page) -> PageFrame:
    """The visible box of a page before its turn."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    left, right = sorted((left, right))
    bottom, top = sorted((bottom, top))
    if right - left < 1 or top - bottom < 1:
        raise PdfInvalid("a page of the original PDF has no size")
    return PageFrame(left, bottom, right - left, top - bottom)


def page_images(page: Page) -> list[Stream]:
    """The image objects that a page draws, in the order of their names, those inside forms after them."""
    streams = _xobjects(page.obj.get(Name.Resources), set(), 0)
    return [stream for stream in streams if stream.get(Name.Subtype) == Name.Image]


def _xobjects(resources: Object | None, seen: set[tuple[int, int]], depth: int) -> Iterator[Stream]:
    if not isinstance(resources, Dictionary) or depth > MAX_DEPTH:
        return
    xobjects = resources.get(Name.XObject)
    if not isinstance(xobjects, Dictionary):
        return
    for _, stream in sorted(xobjects.items()):
        if not isinstance(stream, Stream) or stream.objgen in seen:
            continue
        seen.add(stream.objgen)
        yield stream
        yield from _xobjects(stream.get(Name.Resources), seen, depth + 1)


def drop_invisible_text(pdf: Pdf, page: Page) -> None:
    """Take out the invisible text of whoever read the scan before, with the fonts that only it used."""
    content = _visible_content(page.obj, page.obj.get(Name.Resources))
    if content is not None:
        page.obj[Name.Contents] = Stream(pdf, content)
    for stream in _xobjects(page.obj.get(Name.Resources), set(), 0):
        if stream.get(Name.Subtype) == Name.Form:
            content = _visible_content(stream, stream.get(Name.Resources))
            if content is not None:
                stream.write(content)


def _sets_invisible(content: Object) -> bool:
    if not may_use(content_bytes(content), "Tr"):
        return False
    modes = pikepdf.parse_content_stream(content, "Tr")
    return any(one.operands and int(one.operands[0]) == INVISIBLE for one in modes)


def _visible_content(content: Object, resources: Object | None) -> bytes | None:
    """The operators without those that show invisible text; ``None`` when there are none of these."""
    if not isinstance(resources, Dictionary) or Name.Font not in resources:
        return None
    if not _sets_invisible(content):
        return None
    kept, used_fonts = [], set()
    modes, font = Modes(), ""
    for instruction in pikepdf.parse_content_stream(content):
        operator = str(instruction.operator)
        modes.follow(operator, instruction.operands)
        if operator == "Tf" and instruction.operands:
            font = str(instruction.operands[0])
        if operator in SHOWS_TEXT:
            if modes.mode == INVISIBLE:
                continue
            used_fonts.add(font)
        kept.append(instruction)
    # A font is named before it is known whether anything visible uses it.
    kept = [one for one in kept if str(one.operator) != "Tf" or str(one.operands[0]) in used_fonts]
    fonts = resources[Name.Font]
    for key in set(fonts.keys()) - used_fonts:
        del fonts[key]
    if not fonts.keys():
        del resources[Name.Font]
    return pikepdf.unparse_content_stream(kept)
