"""Whether a PDF is PDF/A, asked of pikepdf's validator, which passes only what it knows to conform.

Forgiven is only what that validator leaves unjudged: the project's own metadata namespace, which is described by an
extension schema as PDF/A wants it (PDFBox Preflight, in the tests, does read such schemas), in part 2 patterns and
drawn letters, of which ``archive.pdf_pages`` lets only plain ones through, and the form of a signed document, which
``is_plain_signature_form`` judges instead.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from pikepdf import Name, Object, Pdf
from pikepdf.pdfa import Finding, validate_written

from archive.judging import let_validator_remember
from archive.xmp import EXTENSION_NAMESPACES, NAMESPACE

_NAMES = "|".join(re.escape(name) for name in (NAMESPACE, *EXTENSION_NAMESPACES))
_VETTED = re.compile(r"pikepdf:font-type3|pikepdf:pattern|[Pp]attern colour is not|patterns are not supported")
_SIGNATURE_FORM = "interactive forms (/AcroForm) are not supported"
_PRINTED, _HIDDEN, _NO_VIEW = 4, 2, 32
_SIGNATURES_EXIST, _APPEND_ONLY = 1, 2
_OWN = re.compile(rf"XMP (property (sohoa|pdfaExtension):\w+|namespace \w+=({_NAMES})) is not permitted$")


def problems(pdf: bytes, part: int) -> list[str]:
    """Why these bytes may not be called PDF/A of this part, level B; empty when they may."""
    let_validator_remember()
    with uncollected():
        report = validate_written(BytesIO(pdf), f"{part}b")
    found = [one for one in report.findings if not _is_forgiven(one, part)]
    if any(_SIGNATURE_FORM in one.message for one in found):
        with Pdf.open(BytesIO(pdf)) as opened:
            if is_plain_signature_form(opened):
                found = [one for one in found if _SIGNATURE_FORM not in one.message]
    return [f"{one.rule} {one.message}" for one in found]


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no collector of garbage run meanwhile.

    A drawing is tens of thousands of short-lived values: their number calls the collector, which then walks through
    all that the process holds and frees nothing; a sixth of the time of a born-digital page.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def is_plain_signature_form(pdf: Pdf) -> bool:
    """Whether the document's form is nothing but signatures without appearance, as PDF/A allows them.

    Source: ISO 19005-1 6.5.3 and 6.9, ISO 19005-2 6.3.3 and 6.4: printed, not hidden, no action, no calculation, no
    XFA; a widget of no size needs no appearance.
    """
    form = pdf.Root.get(Name.AcroForm)
    if form is None or set(form.keys()) - {"/Fields", "/SigFlags"}:
        return False
    fields = list(form.get(Name.Fields, []))
    if int(form.get(Name.SigFlags, 0)) != _SIGNATURES_EXIST | _APPEND_ONLY or not fields:
        return False
    widgets = [note for page in pdf.pages for note in page.get(Name.Annots, [])]
    return len(widgets) == len(fields) and all(_is_plain_signature(field) for field in [*fields, *widgets])


def _is_plain_signature(field: Object) -> bool:
    flags = int(field.get(Name.F, 0))
    return (
        field.get(Name.FT) == Name.Sig
        and field.get(Name.Subtype) == Name.Widget
        and not {"/A", "/AA", "/Kids"} & set(field.keys())
        and all(float(edge) == 0 for edge in field.get(Name.Rect, [1]))
        and bool(flags & _PRINTED)
        and not flags & (_HIDDEN | _NO_VIEW)
    )


def _is_forgiven(finding: Finding, part: int) -> bool:
    if _OWN.match(finding.message):
        return True
    return part == 2 and finding.kind == "unsupported" and _VETTED.search(str(finding)) is not None
