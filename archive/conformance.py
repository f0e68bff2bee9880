"""Whether a PDF is PDF/A, asked of pikepdf's validator, which passes only what it knows to conform.

The one thing forgiven is what that validator does not know: the project's own metadata namespace, which is described
by an extension schema as PDF/A wants it (PDFBox Preflight, in the tests, does read such schemas).
"""

from __future__ import annotations

import re
from io import BytesIO

from pikepdf.pdfa import Finding, validate_written

from archive.xmp import EXTENSION_NAMESPACES, NAMESPACE

_NAMES = "|".join(re.escape(name) for name in (NAMESPACE, *EXTENSION_NAMESPACES))
_OWN = re.compile(rf"XMP (property (sohoa|pdfaExtension):\w+|namespace \w+=({_NAMES})) is not permitted$")


def problems(pdf: bytes, part: int) -> list[str]:
    """Why these bytes may not be called PDF/A of this part, level B; empty when they may."""
    report = validate_written(BytesIO(pdf), f"{part}b")
    return [f"{one.rule} {one.message}" for one in report.findings if not _is_own_namespace(one)]


def _is_own_namespace(finding: Finding) -> bool:
    return _OWN.match(finding.message) is not None
