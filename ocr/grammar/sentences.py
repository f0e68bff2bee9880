"""Sentences as offices print them: what readers make of commas, semicolons and points is put right.

Poor scans lose the tail of a comma and the dot of a semicolon, folds leave strokes between words, and a stamp or the
next section's title runs into the last line. Owns which mark a sentence must have where only one makes sense, and
where a sentence ends; its letters and digits stay as they were read.
"""

from __future__ import annotations

import re

from certificate.text import SMALL_LETTERS
from ocr.grammar.letters import fold, is_syllable

# A point before a small letter ends nothing; an abbreviation keeps its own.
_STOP_INSIDE = re.compile(
    rf"(\w{{3,}})[.](?=\s+(?!v\.v)[{SMALL_LETTERS}])|(\w{{2,}})[.](?=\s+(?:CMND|CCCD|CMTND|GCN|sinh năm)\b)"
)
# What a change adds behind its sentence stands behind a semicolon or a comma, never behind a colon.
_COLON_BEFORE = re.compile(
    r"\s*:(?=\s*(?:theo hồ sơ|hồ sơ số|cấp GCN|diện tích còn lại|địa chỉ|địa chi)\b)", re.IGNORECASE
)
# Points and commas before these have no space in poor scans.
_UNSPACED = re.compile(r"(?<=[^\W\d_])([;,])(?=[^\W\d_])|(?<=\d)(;)(?=[^\W\d_])")
# Numbers of dossiers: six digits, the procedure, its step; scans lose the points between.
_DOSSIER = re.compile(
    r"(hồ sơ số:?\s+)([\dO](?: ?[\dO]){5})[\s.,:;]*([A-Z]{2})[\s.,:;(]*([\dOỞ][\dO]{2})(?!\w)", re.IGNORECASE
)
# "số vào số" is never what is printed.
_INTO_THE_BOOK = re.compile(r"\b([Ss]ố vào) số\b")
# The end of a line in a decision's number: "1827/QĐ- UBND".
_PARTED_OFFICES = re.compile(r"(?<=/[A-ZĐ]{2})- (?=[A-ZĐ\d]{2})")
# And of a file's: "08270/ TC-2023".
_PARTED_FILE = re.compile(r"(?<=\d)/ (?=[A-ZĐ]{2}-)")
_ZERO = str.maketrans("OoỞở", "0000")
# A paper's number torn by a fold: only where its pieces make up the whole number.
_TORN_NUMBER = re.compile(r"\b((?:CMND|CMTND|CCCD)(?: số)?:? )(\d[\d ]{8,13}\d)(?![\d ]*\d)")
# What a fold or a speck leaves between two words.
_SPECKS = re.compile(r"(?<=\w) (?:[-–~]{2,}|[-–~]?[…~]+|[-–]\s?\.|\.\s?[-–]) (?=\w)")
# Titles and stamps that lines below or beside run into a sentence.
_BEHIND = re.compile(
    r"[\s.;,]*(?:\b(?:\d|[IVX]{1,3})\s*[.,]\s*Những thay đổi sau khi cấp|\bS[AẢÀÁ]O Y (?:B[AẢÀÁ]N)\b).*$",
    re.IGNORECASE,
)
# The stamp of a certified copy, in what readers make of it (folded).
_COPY_STAMP = re.compile(r"(?:\S{3,6} th\S{1,3} )?ban sao d\w+ (?:\S+ ){0,3}\wan chinh(?:\W*ngay\b.{0,24}$)?")
# Specks behind the end of a sentence: letters and digits that are none.
_SPECKS_BEHIND = re.compile(r"(?<=[\w²])[.,;]?(?:\s+[^\w\s]*[0OoCc]{1,2}[^\w\s]*){2,}$")
# Thousands are parted by points, and so is nothing behind them: "1.826.7 m²" is 1.826,7.
_POINT_FOR_COMMA = re.compile(r"\b(\d{1,3}(?:\.\d{3})+)\.(\d{1,2})(?=\s*m[²2]?\b|\s*m²)")
# Addresses of persons inside a sentence.
_ADDRESS = re.compile(
    r"\bđịa chỉ(?: thường trú)?(?: tại)?:?\s+(?P<address>[^;:()]{2,}?,[^;:()]+?)(?=\s*(?:;|$|\. |, theo\b))",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^\W*\S*[|?]\S*\s+(?=[A-ZĐ])")
# Letters that no word of the language consists of belong to the word before, as text layers part them.
_PARTED = re.compile(r"\b([^\W\d_]{1,5}) (ng|nh|ch|g|n|c|t|p)\b")
# Names of the highlands begin with "Ia", water in Jarai; readers take its capital for a small l.
_IA = re.compile(r"\b(xã|huyện|thị trấn|phường) la(?= [A-ZĐ])", re.IGNORECASE)


def addresses_in(text: str) -> list[tuple[int, int]]:
    """Where the addresses inside a sentence stand: "..., địa chỉ tại ấp An Bình, xã Nam Thái; theo hồ sơ số 5"."""
    return [found.span("address") for found in _ADDRESS.finditer(text)]


def rejoined(text: str) -> str:
    """The text with letters that were parted from their word put back: "trồn g lúa"."""
    return _PARTED.sub(lambda found: found[1] + found[2] if is_syllable(found[1] + found[2]) else found[0], text)


def punctuated(text: str) -> str:
    """The sentence with its punctuation as printed, without what does not belong to it."""
    if stamp := _COPY_STAMP.search(fold(text)):
        text = f"{text[: stamp.start()].rstrip(' .,;')} {text[stamp.end() :].lstrip()}".strip()
    text = _SPECKS_BEHIND.sub("", text)
    text = _SPECKS.sub(" ", _BEHIND.sub("", _BEFORE.sub("", text)))
    text = _POINT_FOR_COMMA.sub(r"\1,\2", text)
    text = rejoined(text)
    text = _IA.sub(r"\1 Ia", text)
    text = _UNSPACED.sub(lambda found: f"{found[1] or found[2]} ", text)
    text = _COLON_BEFORE.sub(";", text)
    text = _INTO_THE_BOOK.sub(r"\1 sổ", text)
    text = _PARTED_FILE.sub("/", _PARTED_OFFICES.sub("-", text))
    text = _STOP_INSIDE.sub(lambda found: f"{found[1] or found[2]},", text)
    text = _DOSSIER.sub(
        lambda found: f"{found[1]}{found[2].replace(' ', '').translate(_ZERO)}.{found[3]}.{found[4].translate(_ZERO)}",
        text,
    )
    return _TORN_NUMBER.sub(_joined, text)


def _joined(found: re.Match[str]) -> str:
    digits = found[2].replace(" ", "")
    return found[1] + digits if len(digits) in (9, 12) else found[0]
