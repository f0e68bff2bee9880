"""Takes out of a copied PDF page what PDF/A does not want, and gives device inks a meaning.

Owns the rules for what a page draws with: images, forms, states, colour spaces, patterns, drawn fonts. What is taken
out is never seen on paper; what cannot be mended is left for ``archive.conformance`` to find, and what that cannot
judge is refused here. The bytes of images stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Stream

from archive.colours import InkSpace
from archive.pdf_content import content_bytes, may_use
from certificate.errors import PdfInvalid

MAX_DEPTH = 12

# Hints for screens and presses, other programs' notes, and references to what is outside: nothing that is seen.
_IMAGE_HINTS = (
    "/Interpolate",
    "/Alternates",
    "/OPI",
    "/Metadata",
    "/PieceInfo",
    "/StructParent",
    "/ID",
    "/Measure",
    "/ColorTransform",
)
_FORM_HINTS = ("/OPI", "/Metadata", "/PieceInfo", "/StructParent", "/StructParents", "/LastModified", "/PS")
_STATE_HINTS = ("/TR", "/TR2", "/HT", "/HTP", "/BG", "/BG2", "/UCR", "/UCR2")
_INTENTS = frozenset({"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"})
# What draws a path and nothing else.
_PATH_OPERATORS = frozenset(
    ["d0", "d1", "q", "Q", "cm", "w", "J", "j", "M", "d", "i", "m", "l", "c", "v", "y", "h", "re", "n", "W", "W*", "S",
     "s", "f", "F", "f*", "B", "B*", "b", "b*", "g", "rg", "G", "RG"]
)  # fmt: skip


class Cleaner:
    """Goes through what a page draws with, once each, and takes out or mends what PDF/A does not want."""

    def __init__(self, inks: InkSpace) -> None:
        self._inks = inks
        self._seen: set[tuple[int, int]] = set()
        self._forms: dict[tuple[bytes, bytes], Object] = {}

    def clean_page(self, page: Page) -> None:
        resources = page.obj.get(Name.Resources)
        if not isinstance(resources, Dictionary):
            page.obj[Name.Resources] = Dictionary()
            return
        self._clean(resources, 0)
        if may_use(content_bytes(page), "k", "K") and pikepdf.parse_content_stream(page, "k K"):
            self._explain_inks(resources)

    def _clean(self, resources: Object, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise PdfInvalid("the original PDF nests its forms too deeply")
        for state in _entries(resources, Name.ExtGState):
            self._clean_state(state, depth)
        spaces = resources.get(Name.ColorSpace, Dictionary())
        for key in list(spaces.keys()):
            spaces[key] = self._mended(spaces[key])
        for shading in _entries(resources, Name.Shading):
            self._clean_shading(shading)
        for pattern in filter(self._is_new, _entries(resources, Name.Pattern)):
            self._clean_pattern(pattern, depth)
        for font in filter(self._is_new, _entries(resources, Name.Font)):
            if font.get(Name.Subtype) == Name.Type3:
                _vet_drawn_font(font)
        self._merge_forms(resources)
        for stream in filter(self._is_new, _entries(resources, Name.XObject)):
            if stream.get(Name.Subtype) == Name.Image:
                self._clean_image(stream)
            else:
                self._clean_form(stream, depth)

    def _merge_forms(self, resources: Object) -> None:
        """Let pages share a drawing that a program wrote into each anew, as it does with the guilloche.

        Kept and judged once. The same are forms with the same bytes that refer to the very same objects.
        """
        named = resources.get(Name.XObject)
        if not isinstance(named, Dictionary):
            return
        for key in sorted(named.keys()):
            form = named[key]
            if isinstance(form, Stream) and form.is_indirect and form.get(Name.Subtype) == Name.Form:
                said = Dictionary({name: form[name] for name in sorted(form.keys()) if name != "/Length"}).unparse()
                digest = hashlib.sha256(form.read_raw_bytes()).digest()
                named[key] = self._forms.setdefault((digest, said), form)

    def _clean_state(self, state: Object, depth: int) -> None:
        _drop(state, _STATE_HINTS)
        if Name.RI in state and str(state[Name.RI]) not in _INTENTS:
            del state[Name.RI]
        mask = state.get(Name.SMask)
        if isinstance(mask, Dictionary) and self._is_new(mask.G):
            _drop(mask, ("/TR",))
            self._clean_form(mask.G, depth)

    def _is_new(self, target: Object) -> bool:
        if not target.is_indirect:
            return True
        is_new = target.objgen not in self._seen
        self._seen.add(target.objgen)
        return is_new

    def _clean_shading(self, shading: Object) -> None:
        if Name.ColorSpace in shading:
            shading[Name.ColorSpace] = self._mended(shading[Name.ColorSpace])

    def _clean_pattern(self, pattern: Object, depth: int) -> None:
        """The validator does not look into patterns, so only plain ones pass: shadings, paths and images."""
        if pattern.get(Name.PatternType) == 2:
            self._clean_shading(pattern.Shading)
            if Name.ExtGState in pattern:
                self._clean_state(pattern[Name.ExtGState], depth)
            return
        own = pattern.get(Name.Resources, Dictionary())
        forms = [stream for stream in _entries(own, Name.XObject) if stream.get(Name.Subtype) != Name.Image]
        if forms or _entries(own, Name.Font) or pikepdf.parse_content_stream(pattern, "k K BI"):
            raise PdfInvalid("the original PDF has a pattern that cannot be vouched for")
        self._clean(own, depth + 1)

    def _clean_form(self, form: Object, depth: int) -> None:
        _drop(form, _FORM_HINTS)
        if form.get(Name.Subtype2) == Name.PS:
            del form[Name.Subtype2]
        own = form.get(Name.Resources)
        if isinstance(own, Dictionary):
            self._clean(own, depth + 1)
            if may_use(content_bytes(form), "k", "K") and pikepdf.parse_content_stream(form, "k K"):
                self._explain_inks(own)

    def _clean_image(self, image: Object) -> None:
        _drop(image, _IMAGE_HINTS)
        if Name.Intent in image and str(image[Name.Intent]) not in _INTENTS:
            del image[Name.Intent]
        if Name.ColorSpace in image:
            image[Name.ColorSpace] = self._mended(image[Name.ColorSpace])
        mask = image.get(Name.SMask)
        if isinstance(mask, Stream) and self._is_new(mask):
            self._clean_image(mask)

    def _mended(self, space: Object) -> Object:
        """The colour space with device inks explained, also where it only leads to them."""
        if space == Name.DeviceCMYK:
            return self._inks.space
        if isinstance(space, Array) and len(space) > 1:
            kind = str(space[0])
            inner = {"/Indexed": 1, "/Pattern": 1, "/Separation": 2, "/DeviceN": 2}.get(kind)
            if inner is not None and inner < len(space):
                space[inner] = self._mended(space[inner])
        return space

    def _explain_inks(self, resources: Object) -> None:
        if Name.ColorSpace not in resources:
            resources[Name.ColorSpace] = Dictionary()
        resources[Name.ColorSpace][Name.DefaultCMYK] = self._inks.space


def _vet_drawn_font(font: Object) -> None:
    """The validator does not look into fonts whose letters are drawings, so only those of plain paths pass."""
    _drop(font, ("/CIDToGIDMap",))
    for drawing in _values(font.CharProcs):
        used = {str(one.operator) for one in pikepdf.parse_content_stream(drawing)}
        if not used <= _PATH_OPERATORS:
            raise PdfInvalid("the original PDF has a drawn font that cannot be vouched for")


def _entries(resources: Object, category: Name) -> list[Object]:
    named = resources.get(category)
    return _values(named) if isinstance(named, Dictionary) else []


def _values(named: Object) -> list[Object]:
    return [named[key] for key in sorted(named.keys())]


def _drop(target: Object, keys: Sequence[str]) -> None:
    for key in keys:
        if key in target:
            del target[key]
