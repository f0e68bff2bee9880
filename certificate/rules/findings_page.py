"""Writes the page ``docs/findings.md`` from the catalogue: ``script/build-findings``."""

from __future__ import annotations

import sys

from certificate.record import Severity
from certificate.rules.catalogue import FindingKind, Origin, all_kinds

_SEVERITIES = {
    Severity.ERROR: "**error** (lỗi)",
    Severity.WARNING: "warning (cảnh báo)",
    Severity.INFO: "info (thông tin)",
}
_HEADINGS = {
    Origin.READER: (
        "Of the reader (khi đọc)",
        "About a page, or about how a value was come by. Made in `ocr/`.",
    ),
    Origin.RULES: (
        "Of the rules (khi kiểm tra)",
        "About the record by itself. Made in `certificate/rules/`, again after every correction.",
    ),
    Origin.ARCHIVE: (
        "Of the archive (khi so với kho)",
        "About the record beside all others. A conflict goes to a person; nothing is ever merged.",
    ),
    Origin.CARD: (
        "Of the identity card beside (khi so với căn cước quét kèm)",
        "About an owner and an identity card on the same scan.",
    ),
    Origin.REGISTRY: (
        "Of the population registry (khi đối chiếu dân cư)",
        "About one owner and the registry's answer.",
    ),
}
_TOP = """# Findings

What the system remarks about a certificate, and what to do about it. This page is made from the catalogue in
`certificate/rules/` by `script/build-findings`; a test holds the two equal.

- **error** (lỗi): the record is not accepted by itself; a person settles it.
- **warning** (cảnh báo): the named fields are trusted less.
- **info** (thông tin): good to know, changes nothing.

Words in braces, such as `{page}`, are filled in. A finding names the fields it speaks of, or none when it speaks of
the whole paper.
"""


def findings_page() -> str:
    """The whole page as Markdown."""
    parts = [_TOP]
    for origin, (heading, about) in _HEADINGS.items():
        kinds = [kind for kind in all_kinds() if kind.origin is origin]
        rows = "\n".join(_row(kind) for kind in kinds)
        head = "| code | severity | says | advises |\n|---|---|---|---|"
        parts.append(f"## {heading}\n\n{about}\n\n{head}\n{rows}\n")
    return "\n".join(parts)


def _row(kind: FindingKind) -> str:
    says, advises = f"{kind.message}<br>*{kind.message_en}*", f"{kind.advice}<br>*{kind.advice_en}*"
    return f"| `{kind.code}` | {_SEVERITIES[kind.severity]} | {says} | {advises} |"


if __name__ == "__main__":
    sys.stdout.write(findings_page())
