"""Scanned images as a PDF can hold them: the original coded bytes wherever the format allows, else without loss.

Owns what JPEG, PNG and TIFF files look like inside, and which of their bytes pass into a PDF untouched. Knows nothing
of pages, words or pikepdf. JPEG files go in whole; PNG image data goes in as it is unless it has transparency or is
interlaced; TIFF strips in ITU-T T.6 (G4), JPEG and Deflate go in when a page is one strip. The rest is coded anew:
black and white as G4, other pixels as PNG does it.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from io import BytesIO
from typing import Any

from PIL import Image, TiffImagePlugin

from certificate.errors import PdfInvalid

# Below it a resolution is a placeholder (72 and 96 dpi of photos), above it a mistake.
LEAST_DPI, MOST_DPI = 100.0, 2400.0

_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # Baseline, extended, progressive: what a PDF reader decodes.
_JPEG_OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_JPEG_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What Pillow and the parsers here raise over broken files: SyntaxError is Pillow's word for a broken head, TypeError
# for a later page of a TIFF that lacks its size.
BROKEN = (
    OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError,
    AssertionError, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip
_BAND_ROWS = 256
_REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class Coding(StrEnum):
    """How the bytes of an image are coded, by PDF's own names."""

    JPEG = "DCTDecode"
    G4 = "CCITTFaxDecode"
    FLATE = "FlateDecode"


class Colours(StrEnum):
    """What the numbers of a pixel mean, by PDF's own names."""

    GRAY = "DeviceGray"
    RGB = "DeviceRGB"
    CMYK = "DeviceCMYK"


@dataclass(frozen=True, slots=True)
class CodedImage:
    """An image's bytes as they go into a PDF, and what a reader must know to decode them.

    ``x_dpi`` and ``y_dpi`` are ``None`` where the file does not say or cannot be believed. ``palette`` holds RGB
    triples. ``inverted`` means that 0 is full ink or light turned round (Adobe's CMYK JPEG, grey TIFF from white).
    ``row_predictor`` is PNG's (15) or TIFF's (2) for ``FLATE``. ``is_original`` tells that ``data`` stands in the
    scanned file byte by byte.
    """

    data: bytes
    coding: Coding
    colours: Colours
    width_px: int
    height_px: int
    bits: int = 8
    x_dpi: float | None = None
    y_dpi: float | None = None
    icc: bytes | None = None
    palette: bytes | None = None
    inverted: bool = False
    row_predictor: int = 1
    colour_transform: int | None = None
    is_original: bool = True


def coded_images(original: bytes, page_numbers: Sequence[int]) -> list[CodedImage]:
    """The images of these pages (from 1) of a JPEG, PNG or TIFF file; ``PdfInvalid`` when they cannot be had."""
    with warnings.catch_warnings(action="ignore"):  # Pillow remarks on odd tags; the reader has looked at them.
        return _coded_images(original, page_numbers)


def _coded_images(original: bytes, page_numbers: Sequence[int]) -> list[CodedImage]:
    try:
        if original.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
            return _tiff_pages(original, page_numbers)
        if any(number != 1 for number in page_numbers):
            raise PdfInvalid("the file has one page only")
        if original.startswith(b"\xff\xd8"):
            return [_jpeg(original)]
        if original.startswith(_PNG_SIGNATURE):
            return [_png(original)]
    except BROKEN as error:
        raise PdfInvalid(f"image: {type(error).__name__}") from error
    raise PdfInvalid("neither PDF, TIFF, JPEG nor PNG")


def jpeg_image(data: bytes) -> CodedImage:
    """A JPEG picture as it goes into a PDF; ``PdfInvalid`` for one that no PDF can hold."""
    try:
        return _jpeg(data)
    except BROKEN as error:
        raise PdfInvalid(f"JPEG: {type(error).__name__}") from error


@dataclass
class _JpegHead:
    """What the markers before the pixels of a JPEG say; the densities are ``None`` where they say nothing."""

    x_dpi: float | None = None
    y_dpi: float | None = None
    has_adobe_marker: bool = False
    icc_parts: dict[int, bytes] = field(default_factory=dict)
    frame: bytes | None = None

    def take(self, marker: int, body: bytes) -> None:
        if marker == 0xE0 and body.startswith(b"JFIF\0"):
            unit, x_density, y_density = struct.unpack_from(">BHH", body, 7)
            scale = {1: 1.0, 2: 2.54}.get(unit, 0.0)
            self.x_dpi, self.y_dpi = x_density * scale, y_density * scale
        elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
            self.icc_parts[body[12]] = body[14:]
        elif marker == 0xEE and body.startswith(b"Adobe"):
            self.has_adobe_marker = True
        elif marker in _JPEG_FRAMES and body[0] == 8 and body[5] in {1, 3, 4}:
            self.frame = body


def _jpeg(data: bytes) -> CodedImage:
    """Walk the markers up to the frame's; no pixel is decoded."""
    head = _JpegHead()
    for marker, body in _jpeg_markers(data):
        head.take(marker, body)
        if marker in _JPEG_FRAMES or marker in _JPEG_OTHER_FRAMES:
            break
    if head.frame is None:
        return _recode_file(data)
    height, width, components = struct.unpack_from(">HHB", head.frame, 1)
    if not height or not width:
        raise PdfInvalid("JPEG: no size")
    x_dpi, y_dpi = _believed(head.x_dpi), _believed(head.y_dpi)
    if x_dpi is None or y_dpi is None:
        x_dpi, y_dpi = _exif_dpi(data)
    return CodedImage(
        data=data,
        coding=Coding.JPEG,
        colours={1: Colours.GRAY, 3: Colours.RGB, 4: Colours.CMYK}[components],
        width_px=width,
        height_px=height,
        x_dpi=_believed(x_dpi),
        y_dpi=_believed(y_dpi),
        icc=_profile(b"".join(head.icc_parts[n] for n in sorted(head.icc_parts)), components),
        inverted=components == 4 and head.has_adobe_marker,
    )


def _jpeg_markers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG up to its pixels."""
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        if data[at] != 0xFF:
            raise PdfInvalid("JPEG: no marker where one belongs")
        marker = data[at + 1]
        if marker in {0xDA, 0xD9}:
            raise PdfInvalid("JPEG: pixels without a frame")
        if marker in _JPEG_BARE_MARKERS:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _exif_dpi(data: bytes) -> tuple[float | None, float | None]:
    """The resolution that a camera or scanner wrote into EXIF; Pillow parses it without decoding pixels."""
    with Image.open(BytesIO(data)) as image:
        exif = image.getexif()
        unit = {2: 1.0, 3: 2.54}.get(exif.get(296, 2), 0.0)
        try:
            return float(exif[282]) * unit, float(exif[283]) * unit
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            return None, None


def _png(data: bytes) -> CodedImage:
    """Take the compressed rows of a PNG as they are: PDF knows the same compression and row filters."""
    chunks: dict[bytes, bytes] = {}
    rows: list[bytes] = []
    at = len(_PNG_SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            rows.append(body)
        else:
            chunks.setdefault(kind, body)
        if kind == b"IEND":
            break
        at += 12 + length
    width, height, bits, colour_type, _, _, interlace = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if interlace or colour_type not in {0, 2, 3} or b"tRNS" in chunks:
        return _recode_file(data)
    x_dpi, y_dpi = None, None
    if b"pHYs" in chunks:
        x_density, y_density, unit = struct.unpack(">IIB", chunks[b"pHYs"])
        x_dpi, y_dpi = (x_density * 0.0254, y_density * 0.0254) if unit == 1 else (None, None)
    icc = b""
    if b"iCCP" in chunks:
        icc = zlib.decompress(chunks[b"iCCP"].split(b"\0", 1)[1][1:])
    return CodedImage(
        data=b"".join(rows),
        coding=Coding.FLATE,
        colours=Colours.RGB if colour_type == 2 else Colours.GRAY,
        width_px=width,
        height_px=height,
        bits=bits,
        x_dpi=_believed(x_dpi),
        y_dpi=_believed(y_dpi),
        icc=_profile(icc, 3 if colour_type == 2 else 1) if colour_type != 3 else None,
        palette=chunks[b"PLTE"] if colour_type == 3 else None,
        row_predictor=15,
        is_original=len(rows) == 1,
    )


def _tiff_pages(data: bytes, page_numbers: Sequence[int]) -> list[CodedImage]:
    found = []
    with Image.open(BytesIO(data)) as image:
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        for number in page_numbers:
            image.seek(number - 1)
            found.append(_tiff_page(data, image))
    return found


def _tiff_page(data: bytes, image: TiffImagePlugin.TiffImageFile) -> CodedImage:
    tags: Any = image.tag_v2
    unit = {2: 1.0, 3: 2.54}.get(tags.get(296, 2), 0.0)
    resolution = [_believed(float(tags.get(tag, 0)) * unit) for tag in (282, 283)]
    strips = [data[at : at + length] for at, length in zip(tags.get(273, ()), tags.get(279, ()), strict=True)]
    coded = None
    if len(strips) == 1:
        coded = _tiff_strip(strips[0], tags)
    elif strips and tags.get(259) == 7 and tags.get(262) in {1, 2, 6}:
        joined = join_jpeg_strips(tags.get(347, b""), strips, tags[257])
        jpeg = _tiff_jpeg(joined, tags) if joined else None
        coded = replace(jpeg, is_original=False) if jpeg else None
    return replace(coded or _recode(image), x_dpi=resolution[0], y_dpi=resolution[1])


def _tiff_strip(strip: bytes, tags: Any) -> CodedImage | None:
    """The one strip of a page as it goes into a PDF, or ``None`` when PDF has no such coding."""
    compression, photometric, samples = tags.get(259, 1), tags.get(262), tags.get(277, 1)
    bits = tags.get(258, (1,))
    bits = bits[0] if isinstance(bits, tuple) else bits
    width, height = tags[256], tags[257]
    if compression == 4 and photometric in {0, 1} and bits == 1:
        is_reversed = tags.get(266, 1) == 2
        return CodedImage(
            data=strip.translate(_REVERSED_BITS) if is_reversed else strip,
            coding=Coding.G4,
            colours=Colours.GRAY,
            width_px=width,
            height_px=height,
            bits=1,
            inverted=photometric == 1,
            is_original=not is_reversed,
        )
    if compression == 7 and photometric in {1, 2, 6}:
        tables = tags.get(347, b"")
        jpeg = _tiff_jpeg(tables[:-2] + strip[2:] if tables else strip, tags)
        return replace(jpeg, is_original=not tables) if jpeg else None
    is_plain = (photometric == 1 and samples == 1) or (photometric == 2 and samples == 3)
    if compression in {8, 32946} and is_plain and bits == 8 and tags.get(284, 1) == 1 and tags.get(317, 1) in {1, 2}:
        return CodedImage(
            data=strip,
            coding=Coding.FLATE,
            colours=Colours.RGB if samples == 3 else Colours.GRAY,
            width_px=width,
            height_px=height,
            icc=_profile(tags.get(34675, b""), samples),
            row_predictor=tags.get(317, 1),
        )
    return None


def _tiff_jpeg(data: bytes, tags: Any) -> CodedImage | None:
    """A JPEG out of a TIFF; ``None`` when it is not coded as the tags say."""
    photometric, samples = tags.get(262), tags.get(277, 1)
    jpeg = _jpeg(data)
    if jpeg.coding is not Coding.JPEG or jpeg.colours is not (Colours.GRAY if photometric == 1 else Colours.RGB):
        return None
    icc = _profile(tags.get(34675, b""), samples)
    return replace(jpeg, icc=icc, colour_transform=0 if photometric == 2 else None)


def join_jpeg_strips(tables: bytes, strips: Sequence[bytes], height_px: int) -> bytes | None:
    """One JPEG out of a page's JPEG strips without decoding a pixel, or ``None`` when they cannot be joined.

    Each strip's coded pixels start afresh, just as after a restart marker: so they follow each other with such markers
    between them, under one header. The strips must share their tables and their frame, but for the last one's height.
    """
    split = [_split_jpeg(strip) for strip in strips]
    kinds = {tuple(kind for kind, _ in segments) for segments, _ in split}
    if len(kinds) != 1 or not kinds <= {(0xC0, 0xDA), (0xC1, 0xDA)}:
        return None
    ((frame_kind, _),) = kinds
    frames, scans = ([segments[index][1] for segments, _ in split] for index in (0, 1))
    rows = [int(struct.unpack_from(">H", frame, 1)[0]) for frame in frames]
    alike = {frame[:1] + frame[3:] + scan for frame, scan in zip(frames, scans, strict=True)}
    if len(alike) != 1 or len(set(rows[:-1])) != 1 or sum(rows[:-1]) >= height_px:
        return None
    frame = frames[0]
    (width,) = struct.unpack_from(">H", frame, 3)
    sampling = [frame[at] for at in range(7, len(frame), 3)]
    block_width, block_height = (8 * max(s >> 4 for s in sampling), 8 * max(s & 15 for s in sampling))
    if len(sampling) == 1:
        block_width = block_height = 8
    interval = -(-width // block_width) * (rows[0] // block_height)
    if rows[0] % block_height or not 0 < interval < 65536:
        return None
    whole = frame[:1] + struct.pack(">H", height_px) + frame[3:]
    header = b"".join(
        bytes((0xFF, kind)) + struct.pack(">H", len(body) + 2) + body
        for kind, body in ((frame_kind, whole), (0xDD, struct.pack(">H", interval)), (0xDA, scans[0]))
    )
    pixels = b"".join(part + bytes((0xFF, 0xD0 + number % 8)) for number, (_, part) in enumerate(split[:-1]))
    return (tables[:-2] or b"\xff\xd8") + header + pixels + split[-1][1] + b"\xff\xd9"


def _split_jpeg(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The segments of a JPEG with one scan, that of the scan included, and its coded pixels."""
    segments: list[tuple[int, bytes]] = []
    at = 2
    while not segments or segments[-1][0] != 0xDA:
        if data[at] != 0xFF:
            raise PdfInvalid("JPEG: no marker where one belongs")
        (length,) = struct.unpack_from(">H", data, at + 2)
        segments.append((data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    end = data.rindex(b"\xff\xd9")
    return segments, data[at:end]


def _recode_file(data: bytes) -> CodedImage:
    with Image.open(BytesIO(data)) as image:
        coded = _recode(image)
        x_dpi, y_dpi = image.info.get("dpi", (None, None))
    return replace(coded, x_dpi=_believed(x_dpi), y_dpi=_believed(y_dpi))


def _recode(image: Image.Image) -> CodedImage:
    """The pixels coded anew without loss; transparency is laid on white paper."""
    icc = image.info.get("icc_profile") or b""
    if image.mode == "1":
        return _as_g4(image)
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        image = _on_white(image)
    if image.mode == "CMYK":
        return CodedImage(
            data=_compressed(image),
            coding=Coding.FLATE,
            colours=Colours.CMYK,
            width_px=image.width,
            height_px=image.height,
            icc=_profile(icc, 4),
            is_original=False,
        )
    if image.mode not in {"L", "RGB", "P", "I;16"}:
        image = image.convert("L" if image.mode in {"F", "I", "I;16B", "I;16L"} else "RGB")
    coded = _png(_plain_png(image))
    components = 3 if coded.colours is Colours.RGB else 1
    return replace(coded, icc=None if coded.palette else _profile(icc, components), is_original=False)


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """A page from its top in stretches of rows: of 600 dpi, all of it once more takes hundreds of megabytes."""
    for top in range(0, image.height, _BAND_ROWS):
        yield top, image.crop((0, top, image.width, min(top + _BAND_ROWS, image.height)))


def _compressed(image: Image.Image) -> bytes:
    coder = zlib.compressobj()
    return b"".join([*(coder.compress(band.tobytes()) for _, band in _bands(image)), coder.flush()])


def _plain_png(image: Image.Image) -> bytes:
    """The pixels as a PNG that says nothing else; a copy without the rest would be as large as the page."""
    image.load()
    told, image.info = image.info, {}
    try:
        out = BytesIO()
        image.save(out, format="PNG", compress_level=6)
    finally:
        image.info = told
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    page = Image.new("L" if image.mode in {"LA", "La"} else "RGB", image.size, "white")
    for top, band in _bands(image):
        layered = band.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        paper.alpha_composite(layered)
        page.paste(paper.convert(page.mode), (0, top))
    return page


def _as_g4(image: Image.Image) -> CodedImage:
    """Black and white as one G4 strip."""
    out = BytesIO()
    # Without the tag libtiff cuts the page into strips of 64 KB.
    image.save(out, format="TIFF", compression="group4", tiffinfo={278: image.height})
    with Image.open(BytesIO(out.getvalue())) as coded:
        assert isinstance(coded, TiffImagePlugin.TiffImageFile)
        strip = coded.tag_v2
        offsets, lengths = strip[273], strip[279]
        found = _tiff_strip(out.getvalue()[offsets[0] : offsets[0] + lengths[0]], strip)
    if found is None or len(offsets) != 1:
        raise PdfInvalid("G4: more than one strip")
    return replace(found, is_original=False)


def _is_dpi(value: float) -> bool:
    return LEAST_DPI <= value <= MOST_DPI


def _believed(dpi: float | None) -> float | None:
    return float(dpi) if dpi is not None and _is_dpi(float(dpi)) else None


def _profile(icc: bytes, components: int) -> bytes | None:
    """The colour profile if it is one for so many components; sRGB in all but name is as good as none."""
    space = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}[components]
    if len(icc) < 132 or icc[36:40] != b"acsp" or icc[16:20] != space or b"sRGB" in icc[128:4096]:
        return None
    if icc[12:16] not in {b"prtr", b"mntr", b"scnr", b"spac"} or int.from_bytes(icc[:4], "big") > len(icc):
        return None
    return icc
