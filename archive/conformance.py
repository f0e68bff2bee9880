"""Whether a PDF is PDF/A, asked of pikepdf's validator, which passes only what it knows to conform.

Forgiven is only what that validator leaves unjudged: the project's own metadata namespace, which is described by an
extension schema as PDF/A wants it (PDFBox Preflight, in the tests, does read such schemas), and, in part 2, patterns
and drawn letters, of which ``archive.pdf_pages`` lets only plain ones through.
"""

from __future__ import annotations

import re
from io import BytesIO

from pikepdf.pdfa import Finding, validate_written

from archive.xmp import EXTENSION_NAMESPACES, NAMESPACE

_NAMES = "|".join(re.escape(name) for name in (NAMESPACE, *EXTENSION_NAMESPACES))
_VETTED = re.compile(r"pikepdf:font-type3|pikepdf:pattern|[Pp]attern colour is not|patterns are not supported")
_OWN = re.compile(rf"XMP (property (sohoa|pdfaExtension):\w+|namespace \w+=({_NAMES})) is not permitted$")


def problems(pdf: bytes, part: int) -> list[str]:
    """Why these bytes may not be called PDF/A of this part, level B; empty when they may."""
    report = validate_written(BytesIO(pdf), f"{part}b")
    return [f"{one.rule} {one.message}" for one in report.findings if not _is_forgiven(one, part)]


def _is_forgiven(finding: Finding, part: int) -> bool:
    if _OWN.match(finding.message):
        return True
    return part == 2 and finding.kind == "unsupported" and _VETTED.search(str(finding)) is not None
