"""Punctuation as offices print it in sentences: what readers make of commas, semicolons and points is put right.

Poor scans lose the tail of a comma and the dot of a semicolon. Owns which mark a sentence of a certificate must have
where only one makes sense; letters and digits stay as they were read.
"""

from __future__ import annotations

import re

# A point before a small letter ends nothing; an abbreviation keeps its own.
_STOP_INSIDE = re.compile(r"(\w{3,})[.](?=\s+(?!v\.v)[a-zà-ỹđ])|(\w{2,})[.](?=\s+(?:CMND|CCCD|CMTND|GCN)\b)")
# What a change adds behind its sentence stands behind a semicolon or a comma, never behind a colon.
_COLON_BEFORE = re.compile(
    r"\s*:(?=\s*(?:theo hồ sơ|hồ sơ số|cấp GCN|diện tích còn lại|địa chỉ|địa chi)\b)", re.IGNORECASE
)
# Points and commas before these have no space in poor scans.
_UNSPACED = re.compile(r"(?<=[^\W\d_])([;,])(?=[^\W\d_])|(?<=\d)(;)(?=[^\W\d_])")
# Numbers of dossiers: six digits, the procedure, its step; scans lose the points between.
_DOSSIER = re.compile(r"(hồ sơ số:?\s+\d{6})[\s.,:;]*([A-Z]{2})[\s.,:;(]*(\d{3})(?!\w)", re.IGNORECASE)
# A paper's number torn by a fold: only where its pieces make up the whole number.
_TORN_NUMBER = re.compile(r"\b((?:CMND|CMTND|CCCD)(?: số)?:? )(\d[\d ]{8,13}\d)(?![\d ]*\d)")


def punctuated(text: str) -> str:
    """The sentence with its punctuation as printed."""
    text = _UNSPACED.sub(lambda found: f"{found[1] or found[2]} ", text)
    text = _COLON_BEFORE.sub(";", text)
    text = _STOP_INSIDE.sub(lambda found: f"{found[1] or found[2]},", text)
    text = _DOSSIER.sub(r"\1.\2.\3", text)
    return _TORN_NUMBER.sub(_joined, text)


def _joined(found: re.Match[str]) -> str:
    digits = found[2].replace(" ", "")
    return found[1] + digits if len(digits) in (9, 12) else found[0]
