"""Searchable PDF/A of one certificate: the scan as it is, its words invisibly over it, and what it is in metadata.

Owns how the pieces come together and how the result is checked. Of a JPEG, PNG or TIFF scan each page is the coded
image itself; of a PDF scan each page is taken over, images untouched. A born-digital page keeps its drawing when that
can be PDF/A; when it cannot, pictures of its faces stand in (``sohoa:rendition`` says so) and the original blob stays
the master. The same input gives the same bytes. Why it is so: ``docs/decisions/0003-pdfa-writer.md``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Sequence
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String
from pikepdf.pdfa import resolve_save_kwargs

from archive import conformance, pdf_pages
from archive.colours import InkSpace, is_allowed, profile_space, srgb_output_intent
from archive.fonts import add_invisible_font, read_to_unicode
from archive.images import CodedImage, Coding, Colours, coded_images, jpeg_image
from archive.packing import pack_metadata, packed
from archive.page_text import PageTexts
from archive.text_layer import (
    FONT_NAME,
    Letters,
    PageFrame,
    coverage,
    is_mirrored,
    layer_content,
    layer_words,
    page_rotation_deg,
)
from archive.xmp import PRODUCER, Inside, PdfIdentity, Rendition, packet, pdf_date, read_own_properties
from certificate.errors import PdfInvalid
from certificate.geometry import IDENTITY
from certificate.reading import CertificateReading, FaceReading
from certificate.record import Part

__all__ = ["PdfFacts", "PdfIdentity", "add_image_page", "check_pdfa", "image_with_hash", "pdfa_facts", "write_pdfa"]

POINTS_PER_INCH = 72.0
# Without a believable resolution a page is as long as the paper: A4, or A3 where two faces lie side by side.
_A4_LONG_PT, _A3_LONG_PT = 841.89, 1190.55
# A page that spells this part of the stored words in visible letters has its own text and needs no layer.
_OWN_TEXT_COVERAGE = 0.9
# What pikepdf and the walk through a foreign PDF raise when it is not built as PDFs are.
_BROKEN = (
    pikepdf.PdfError, AttributeError, LookupError, TypeError, ValueError, ArithmeticError, RuntimeError, AssertionError,
)  # fmt: skip
_FORBIDDEN_ROOT_KEYS = ("/AcroForm", "/OpenAction", "/AA", "/Names", "/OCProperties", "/AF", "/Collection")
_FORBIDDEN_PAGE_KEYS = ("/AA", "/Annots", "/Trans", "/PieceInfo")


@dataclasses.dataclass(frozen=True, slots=True)
class _Sheet:
    """One page of the document being written, the faces on it, and what is known of its place and text."""

    page: Page
    faces: tuple[FaceReading, ...]
    frame: PageFrame
    has_own_text: bool = False
    # What is drawn on a page that is one image; ``None`` where the page brings its own drawing along.
    drawing: bytes | None = None


def write_pdfa(original: bytes, reading: CertificateReading, identity: PdfIdentity, *, part: int = 2) -> bytes:
    """Write the PDF/A of one certificate out of the scan it lies in: its own pages only, in their order.

    ``part`` is 2 (PDF/A-2b) or 1 (PDF/A-1b). Raises ``PdfInvalid`` when no conforming document can be made, and
    ``Encrypted`` for a PDF with a password.
    """
    if part not in {1, 2}:
        raise ValueError("part is 1 or 2")
    with conformance.uncollected():
        return _write(original, reading, identity, part)


def _write(original: bytes, reading: CertificateReading, identity: PdfIdentity, part: int) -> bytes:
    if not pdf_pages.is_pdf(original):
        found = _from_images(original, reading, identity, part)
        if reasons := conformance.problems(found, part):
            raise PdfInvalid("; ".join(reasons[:3]))
        return found
    try:
        found = _from_pdf(original, reading, identity, part)
        reasons = conformance.problems(found, part)
    except PdfInvalid as error:
        reasons = [error.detail]
    except _BROKEN as error:
        reasons = [f"the original PDF is broken: {type(error).__name__}"]
    if not reasons:
        return found
    if not reading.faces or not all(face.preview_jpeg for face in reading.faces):
        raise PdfInvalid("; ".join(reasons[:3]))
    found = _from_previews(reading, identity, part)
    if reasons := conformance.problems(found, part):
        raise PdfInvalid("; ".join(reasons[:3]))
    return found


def _page_numbers(reading: CertificateReading, page_count: int) -> list[int]:
    """The scan's pages that the certificate lies on; all of them where the reader found no face."""
    return sorted({face.face.page_number for face in reading.faces}) or list(range(1, page_count + 1))


def _from_images(original: bytes, reading: CertificateReading, identity: PdfIdentity, part: int) -> bytes:
    numbers = _page_numbers(reading, 1)
    with Pdf.new() as pdf:
        inks = InkSpace(pdf)
        sheets = [
            _image_sheet(pdf, image, tuple(f for f in reading.faces if f.face.page_number == number), inks, part)
            for number, image in zip(numbers, coded_images(original, numbers), strict=True)
        ]
        return _finish(pdf, sheets, numbers, Rendition.IMAGE, identity, part)


def _from_pdf(original: bytes, reading: CertificateReading, identity: PdfIdentity, part: int) -> bytes:
    with pdf_pages.open_source(original) as source, Pdf.new() as pdf:
        numbers = _page_numbers(reading, len(source.pages))
        sheets = []
        texts = PageTexts()
        rendition = Rendition.IMAGE
        for number, page in zip(numbers, pdf_pages.take_pages(source, numbers, pdf), strict=True):
            faces = tuple(face for face in reading.faces if face.face.page_number == number)
            text = texts.visible(page)
            has_own_text = bool(text.strip()) and coverage(layer_words(faces), text) >= _OWN_TEXT_COVERAGE
            pdf_pages.drop_invisible_text(pdf, page)
            if has_own_text or not pdf_pages.page_images(page):
                rendition = Rendition.VECTOR
            if part == 1 and Name.Group in page:
                del page.obj[Name.Group]
            sheets.append(_Sheet(page, faces, pdf_pages.frame_of(page), has_own_text))
        return _finish(pdf, sheets, numbers, rendition, identity, part)


def _from_previews(reading: CertificateReading, identity: PdfIdentity, part: int) -> bytes:
    """One page per face, made of the picture that reviewers see."""
    numbers = _page_numbers(reading, 0)
    with Pdf.new() as pdf:
        inks = InkSpace(pdf)
        sheets = []
        for face in reading.faces:
            upright = dataclasses.replace(
                face,
                to_source=IDENTITY,
                mesh=(),
                source_width_px=face.face.width_px,
                source_height_px=face.face.height_px,
            )
            sheets.append(_image_sheet(pdf, jpeg_image(face.preview_jpeg), (upright,), inks, part))
        return _finish(pdf, sheets, numbers, Rendition.PREVIEW, identity, part)


def add_image_page(pdf: Pdf, image: CodedImage, inks: InkSpace) -> Page:
    """Add a page that is one coded image at its true size on paper, and nothing else."""
    return _image_sheet(pdf, image, (), inks, 2).page


def _image_sheet(pdf: Pdf, image: CodedImage, faces: tuple[FaceReading, ...], inks: InkSpace, part: int) -> _Sheet:
    """A page that is one coded image, at its true size on paper."""
    frame = _image_frame(image, faces)
    name = "SohoaScan"
    edges = [frame.width_pt, 0.0, 0.0, frame.height_pt, 0.0, 0.0]
    if frame.mirrored:
        edges[0], edges[4] = -frame.width_pt, frame.width_pt
    matrix = " ".join(f"{edge:.3f}".rstrip("0").rstrip(".") for edge in edges)
    page = pdf.add_blank_page(page_size=(frame.width_pt, frame.height_pt))
    page.obj[Name.MediaBox] = Array([0, 0, round(frame.width_pt, 3), round(frame.height_pt, 3)])
    page.obj[Name.Resources] = Dictionary(XObject=Dictionary({f"/{name}": _image_object(pdf, image, inks, part)}))
    drawing = f"q {matrix} cm /{name} Do Q\n".encode("ascii")
    page.obj[Name.Contents] = Stream(pdf, drawing)
    return _Sheet(page, faces, frame, drawing=drawing)


def _image_frame(image: CodedImage, faces: Sequence[FaceReading]) -> PageFrame:
    mirrored = is_mirrored(faces)
    if image.x_dpi and image.y_dpi:
        width_pt = image.width_px / image.x_dpi * POINTS_PER_INCH
        height_pt = image.height_px / image.y_dpi * POINTS_PER_INCH
    else:
        is_spread = any(face.face.part is not Part.WHOLE for face in faces)
        scale = (_A3_LONG_PT if is_spread else _A4_LONG_PT) / max(image.width_px, image.height_px)
        width_pt, height_pt = image.width_px * scale, image.height_px * scale
    return PageFrame(0.0, 0.0, max(width_pt, 3.0), max(height_pt, 3.0), mirrored)


def _image_object(pdf: Pdf, image: CodedImage, inks: InkSpace, part: int) -> Object:
    if part == 1 and image.bits > 8:
        raise PdfInvalid("PDF/A-1 has no images of 16 bits a colour")
    found = Stream(
        pdf,
        image.data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width_px,
        Height=image.height_px,
        BitsPerComponent=image.bits,
        ColorSpace=_colour_space(pdf, image, inks, part),
        Filter=Name(f"/{image.coding.value}"),
    )
    components = 1 if image.palette or image.colours is Colours.GRAY else 3 if image.colours is Colours.RGB else 4
    if image.coding is Coding.G4:
        found[Name.DecodeParms] = Dictionary(K=-1, Columns=image.width_px, Rows=image.height_px)
        if image.inverted:
            found.DecodeParms[Name.BlackIs1] = True
    elif image.inverted:
        found[Name.Decode] = Array([1, 0] * components)
    if image.coding is Coding.FLATE and image.row_predictor > 1:
        found[Name.DecodeParms] = Dictionary(
            Predictor=image.row_predictor, Colors=components, BitsPerComponent=image.bits, Columns=image.width_px
        )
    if image.colour_transform is not None:
        found[Name.DecodeParms] = Dictionary(ColorTransform=image.colour_transform)
    return found


def _colour_space(pdf: Pdf, image: CodedImage, inks: InkSpace, part: int) -> Object:
    if image.palette:
        return Array([Name.Indexed, Name.DeviceRGB, len(image.palette) // 3 - 1, String(image.palette)])
    if image.icc and is_allowed(image.icc, part):
        return profile_space(pdf, image.icc)
    return inks.space if image.colours is Colours.CMYK else Name(f"/{image.colours.value}")


def _finish(
    pdf: Pdf,
    sheets: Sequence[_Sheet],
    page_numbers: Sequence[int],
    rendition: Rendition,
    identity: PdfIdentity,
    part: int,
) -> bytes:
    """Lay the text, turn the pages, say what the document is, and write it."""
    letters = Letters()
    covered = []
    for sheet in sheets:
        if turn_deg := page_rotation_deg(sheet.faces, sheet.frame):
            sheet.page.obj[Name.Rotate] = turn_deg
        elif Name.Rotate in sheet.page:
            del sheet.page.obj[Name.Rotate]
        content = b"" if sheet.has_own_text else layer_content(sheet.faces, sheet.frame, letters)
        if content:
            # Before the page's own drawing: there the drawing cannot have moved or clipped anything yet.
            if sheet.drawing is not None:
                sheet.page.obj[Name.Contents] = packed(pdf, content + sheet.drawing)
            else:
                sheet.page.contents_add(packed(pdf, content), prepend=True)
            covered.append(sheet.page)
    if covered:
        font = add_invisible_font(pdf, letters)
        for page in covered:
            page.add_resource(font, Name.Font, Name(f"/{FONT_NAME}"))
    inside = Inside(
        page_numbers=page_numbers,
        page_count=len(sheets),
        rendition=rendition,
        image_sha256s=[digest for sheet in sheets for digest in _image_hashes(sheet.page)],
    )
    pdf.Root.OutputIntents = Array([srgb_output_intent(pdf)])
    pdf.Root.Metadata = Stream(pdf, packet(identity, inside, part), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Lang = String("vi")
    date = pdf_date(identity.created_at)
    pdf.docinfo = pdf.make_indirect(
        Dictionary(
            Title=String(identity.title),
            Creator=String(PRODUCER),
            Producer=String(PRODUCER),
            CreationDate=String(date),
            ModDate=String(date),
        )
    )
    out = BytesIO()
    pdf.save(out, **resolve_save_kwargs(f"{part}b", deterministic_id=True))
    return pack_metadata(out.getvalue()) if part == 2 else out.getvalue()


def _image_hashes(page: Page) -> list[str]:
    """The SHA-256 of the coded bytes of each image that is coded as scanners do; other data may be packed anew."""
    return [
        hashlib.sha256(image.read_raw_bytes()).hexdigest()
        for image in pdf_pages.page_images(page)
        if str(image.get(Name.Filter)) in {"/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/JPXDecode"}
    ]


def check_pdfa(pdf: bytes, reading: CertificateReading, *, is_judged: bool = False) -> None:
    """Verify what was written: it opens, conforms, shows the images it names and spells the words that were read.

    ``is_judged`` says that these very bytes have just come from ``write_pdfa``, which lets none go that do not conform:
    judging them again would only cost time. Raises ``PdfInvalid`` with the first thing that is wrong.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            _check_opened(opened, reading)
            part = _declared_part(opened)
    except pikepdf.PdfError as error:
        raise PdfInvalid("it cannot be opened") from error
    if not is_judged and (reasons := conformance.problems(pdf, part)):
        raise PdfInvalid("; ".join(reasons[:3]))


@dataclasses.dataclass(frozen=True, slots=True)
class PdfFacts:
    """What an archived document says about itself."""

    part: int
    scan_sha256: str
    serial_number: str | None
    page_count: int
    rendition: str
    is_signed: bool


def pdfa_facts(pdf: bytes) -> PdfFacts:
    """Open an archived document and read what it says: the quick look; ``check_pdfa`` is the whole one.

    Raises ``PdfInvalid`` when it does not open, is not ours, or has other pages than it says.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            if Name.Metadata not in opened.Root:
                raise PdfInvalid("no metadata")
            own = read_own_properties(opened.Root.Metadata.read_bytes())
            if own.get("pageCount") != str(len(opened.pages)):
                raise PdfInvalid("the number of pages is not the one written down")
            return PdfFacts(
                part=_declared_part(opened),
                scan_sha256=own.get("scanSha256", ""),
                serial_number=own.get("serialNumber"),
                page_count=len(opened.pages),
                rendition=own.get("rendition", ""),
                is_signed=Name.AcroForm in opened.Root,
            )
    except _BROKEN as error:
        raise PdfInvalid(f"it cannot be opened: {type(error).__name__}") from error


def declared_part(pdf: bytes) -> int | None:
    """Which part of PDF/A a document says it follows; ``None`` when it does not open or says nothing."""
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            return _declared_part(opened) if Name.Metadata in opened.Root else None
    except (*_BROKEN, PdfInvalid):
        return None


def image_with_hash(pdf: bytes, sha256: str) -> bytes | None:
    """The coded image with this SHA-256 that a document holds: a JPEG scan lies in its PDF/A byte by byte."""
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            for page in opened.pages:
                for image in pdf_pages.page_images(page):
                    data = image.read_raw_bytes()
                    if hashlib.sha256(data).hexdigest() == sha256:
                        return data
    except _BROKEN:
        return None
    return None


def _declared_part(pdf: Pdf) -> int:
    found = re.search(rb"<pdfaid:part>([12])</pdfaid:part>", pdf.Root.Metadata.read_bytes())
    if found is None:
        raise PdfInvalid("it does not say which part of PDF/A it follows")
    return int(found.group(1))


def _check_opened(pdf: Pdf, reading: CertificateReading) -> None:
    if Name.Metadata not in pdf.Root or Name.OutputIntents not in pdf.Root:
        raise PdfInvalid("no metadata or no output intent")
    # A signed document has a form with nothing but the signature in it, and its widget on a page.
    signed = {"/AcroForm", "/Annots"} if conformance.is_plain_signature_form(pdf) else set()
    if any(key in pdf.Root for key in _FORBIDDEN_ROOT_KEYS if key not in signed):
        raise PdfInvalid("the document holds a form, an action, layers or attachments")
    if any(key in page for page in pdf.pages for key in _FORBIDDEN_PAGE_KEYS if key not in signed):
        raise PdfInvalid("a page holds annotations or actions")
    own = read_own_properties(pdf.Root.Metadata.read_bytes())
    if own.get("pageCount") != str(len(pdf.pages)):
        raise PdfInvalid("the number of pages is not the one written down")
    hashes = [digest for page in pdf.pages for digest in _image_hashes(page)]
    if hashes != own.get("imageSha256", "").split():
        raise PdfInvalid("an image is not the one written down")
    groups = _faces_by_sheet(reading, Rendition(own.get("rendition", "image")), len(pdf.pages))
    texts = PageTexts()
    for page, faces in zip(pdf.pages, groups, strict=True):
        words = layer_words(faces)
        found = read_layer(page)
        if found is None and coverage(words, texts.visible(page)) < _OWN_TEXT_COVERAGE:
            raise PdfInvalid("a page lacks the words that were read")
        if found is not None and found != words:
            raise PdfInvalid("the words over a page are not those that were read")


def _faces_by_sheet(reading: CertificateReading, rendition: Rendition, page_count: int) -> list[list[FaceReading]]:
    if rendition is Rendition.PREVIEW:
        groups = [[face] for face in reading.faces]
    else:
        numbers = _page_numbers(reading, page_count)
        groups = [[face for face in reading.faces if face.face.page_number == number] for number in numbers]
    if len(groups) != page_count:
        raise PdfInvalid("the number of pages is not that of the reading")
    return groups


def read_layer(page: Page) -> list[str] | None:
    """The words of the invisible layer over a page, in their order; ``None`` when it has no layer."""
    fonts = page.resources.get(Name.Font, Dictionary())
    key = f"/{FONT_NAME}"
    if key not in fonts:
        return None
    spelt = read_to_unicode(fonts[key].ToUnicode.read_bytes())
    texts = []
    is_ours = False
    for instruction in pikepdf.parse_content_stream(page, "Tf Tj"):
        if str(instruction.operator) == "Tf":
            is_ours = str(instruction.operands[0]) == key
        elif is_ours:
            shown = bytes(instruction.operands[0])
            texts += [spelt.get(int.from_bytes(shown[at : at + 2], "big"), "") for at in range(0, len(shown), 2)]
    return "".join(texts).split()
