"""What the colours of an archived page mean: sRGB for the document, a profile for inks.

Owns the two ICC profiles of ``archive/data`` (made by ``script/build-colour-profiles``) and how they stand in a PDF.
PDF/A lets a document with an sRGB output intent use device grey and RGB, but not device CMYK: that gets a profile, its
own or the plain one, while the image data stays untouched.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from archive.packing import deflated

_COMPONENTS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_ALTERNATES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}


@cache
def _profile_file(name: str) -> bytes:
    return (files("archive") / "data" / name).read_bytes()


@cache
def _srgb_packed() -> bytes:
    return deflated(_profile_file("srgb.icc"))


def srgb_output_intent(pdf: Pdf) -> Object:
    """The output intent that says: the colours of this document are sRGB."""
    profile = Stream(pdf, _srgb_packed(), Filter=Name.FlateDecode, N=3)
    return pdf.make_indirect(
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
            Info=String("sRGB IEC61966-2.1"),
            RegistryName=String("http://www.color.org"),
            DestOutputProfile=profile,
        )
    )


def is_allowed(icc: bytes, part: int) -> bool:
    """Whether a profile's version may stand in this part of PDF/A (part 1: ICC 2; part 2: up to 4)."""
    return icc[8] <= (2 if part == 1 else 4)


def profile_space(pdf: Pdf, icc: bytes) -> Object:
    """A colour space by an ICC profile."""
    components = _COMPONENTS[icc[16:20]]
    return Array([Name.ICCBased, Stream(pdf, icc, N=components, Alternate=Name(_ALTERNATES[components]))])


class InkSpace:
    """The colour space for CMYK without a profile of its own; put into the document when first asked for."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._space: Object | None = None

    @property
    def space(self) -> Object:
        if self._space is None:
            self._space = self._pdf.make_indirect(profile_space(self._pdf, _profile_file("cmyk.icc")))
        return self._space
