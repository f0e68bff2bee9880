"""Parcels: the lettered block, repeated blocks, or a table with one row a parcel.

Owns how a parcel's facts are split: purposes with areas and terms of their own, private and shared shares.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from rapidfuzz import fuzz

from certificate.codes import purpose_by_code
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import Piece, TextLine, by_cells, cell_starts
from ocr.grammar.labels import PARCEL_LABELS, Entry, entries
from ocr.grammar.letters import fold, skeleton_of
from ocr.grammar.tables import EVEN_M2, Table, read_table
from ocr.grammar.values import decimal_number, is_empty, term

# A printed number in folded text, with what readers put for its digits and points.
_NUMBER = r"(?<![\w.,])(?=[olisbz§]{0,2}\d)[\dolisbz§](?:(?: [.,] |[.,' ]{0,2}|[/|](?=\d{3}(?!\d)))[\dolisbz§])*"
_AREA = re.compile(rf"(?P<area>{_NUMBER})\s*(?:m\s*\S?(?=\W|$)|m2|(?=[;)]|,(?!\d)|$))|(?P<none>kh[o0]ng)\s*m?[2²]?")
_SHARE = re.compile(rf"(?P<which>rieng|chung)\s*[:;\-.]?\s*(?:la)?\s*(?:(?P<area>{_NUMBER})|(?P<none>kh[o0]ng|-/-|0))?")
_SIGN_IN_NUMBER = re.compile(r"[^\w\s.,;:()\-–]|[^\W\d_]{1,2}\d")
# "Đất ở + vườn" without areas or codes is one kind of land of old books.
_NEXT_PURPOSE = re.compile(
    r"[;\n]|\+(?=\s*(?:d[ao]t\b|[a-z]{3}\b(?!\s+[a-z])|[^;+\n]*\d))|(?<=m[2²])\s*\+|(?<=m[2²]):\s*(?=d[ao]t\b)|,\s*(?=d[ao]t\b|[a-z]{3}\s*[:(\d])|(?<=m[2²])\s+(?=d[ao]t\b|[a-z]{3}\s*[:\d])|\s+v[a]\s+(?=d[ao]t\b)|\.\s*(?=d[ao]t\b)|\s+(?=[\-–+]+\s*d[ao]t\b)|(?<=m[2²])(?=[\-–]+\s*d[ao]t\b)"
    # In a cell's lines without any sign between: "ONT: 100" / "CLN: 102,6".
    r"|(?<=\d)\s+(?=[a-z]{3}\s*:\s*\d)"
)
_MOST_PERMUTED = 5
_CODE_LETTERS = 3
_SINGLE = (
    "parcel_number",
    "map_sheet_number",
    "address",
    "area",
    "area_in_words",
    "purpose",
    "term",
    "origin",
    "use_form",
)


def read_parcels(pieces: Sequence[Piece]) -> list[Draft]:
    """The drafts of all parcels printed in these lines."""
    lines = [run.line for piece in pieces for run in piece.runs]
    blocks: list[dict[str, Piece | None]] = []
    faces = dict.fromkeys(line.face_index for line in lines)
    taken: set[TextLine] = set()
    table: Table | None = None
    guessed = False
    doubted: set[int] = set()
    for face in faces:
        table = read_table([line for line in lines if line.face_index == face], table)
        if table:
            doubted |= {len(blocks) + n for n in table.doubted}
            blocks += [dict(row) for row in table.rows]
            guessed = guessed or table.guessed
            taken |= table.lines
    rest = [piece for piece in pieces if piece.runs[0].line not in taken]
    lettered = _blocks(entries(rest, PARCEL_LABELS))
    if blocks:
        shared = {key: value for block in lettered for key, value in block.items() if value is not None}
        for block in blocks:
            for key in ("address", "term", "origin", "purpose", "use_form", "map_sheet_number"):
                if key in shared and key not in block:
                    block[key] = shared[key]
    else:
        blocks = lettered
    doubted |= {n for n, block in enumerate(blocks) if guessed or _may_be_two(block)}
    return [
        replace(draft, doubted=True) if n in doubted else draft
        for n, block in enumerate(blocks)
        for draft in _drafts(n, block)
    ]


def _may_be_two(block: Mapping[str, Piece | None]) -> bool:
    """Whether uses that stand in several rows of a table may be several parcels': their areas do not make the whole."""
    uses = block.get("purpose")
    if uses is None or not cell_starts(uses):
        return False
    areas = [block.get("area"), *(use.area for use in _uses(block))]
    told = [decimal_number(piece.text) if piece else None for piece in areas]
    if None in told:
        return True
    whole, *parts = (Decimal(number) for number in told if number)
    return abs(sum(parts) - whole) >= EVEN_M2


def _blocks(found: Sequence[Entry]) -> list[dict[str, Piece | None]]:
    blocks: list[dict[str, Piece | None]] = []
    for entry in found:
        if entry.key == "nth":
            blocks.append({})
            continue
        if not entry.key:
            continue
        # A title above ("1. Thửa đất:") may look like the label of a number that is missing.
        begun = blocks and (blocks[-1].get("parcel_number") is not None or len(blocks[-1]) > 1)
        again = entry.key == "parcel_number" and begun and "parcel_number" in blocks[-1]
        if not blocks or again:
            blocks.append({})
        if entry.key in ("private", "shared"):
            blocks[-1].setdefault(entry.key, entry.value)
        elif blocks[-1].get(entry.key) is None:
            blocks[-1][entry.key] = entry.value
    return [block for block in blocks if block]


def _drafts(n: int, block: Mapping[str, Piece | None]) -> list[Draft]:
    path = f"parcels.{n}"
    drafts: list[Draft] = []
    for key, kind in (("parcel_number", Kind.NUMBER), ("map_sheet_number", Kind.NUMBER), ("address", Kind.ADDRESS)):
        piece = block.get(key)
        if piece and not is_empty(piece.text):
            drafts.append(Draft(f"{path}.{key}", kind, piece))
    drafts += _area_drafts(path, block)
    drafts += _shares(path, block)
    purposes = _uses(block)
    drafts += _purpose_drafts(path, purposes)
    drafts += _term_drafts(path, block.get("term"), purposes)
    origin = block.get("origin")
    if origin and not is_empty(origin.text):
        drafts.append(Draft(f"{path}.origin", Kind.ORIGIN, origin))
    return drafts


_WORDS_IN_AREA = re.compile(r"\(?\s*(?:bang\s*chu|viet\s*bang\s*chu)\s*[:.]?")


def _area_drafts(path: str, block: Mapping[str, Piece | None]) -> list[Draft]:
    drafts: list[Draft] = []
    area, words = block.get("area"), block.get("area_in_words")
    if area:
        folded = fold(area.text)
        inside = _WORDS_IN_AREA.search(folded)
        if inside and not words:
            words = area.cut(inside.end(), len(area.text))
        found = re.search(_NUMBER, folded)
        number = area.cut(found.start(), found.end()) if found else area
        if number:
            drafts.append(Draft(f"{path}.area_m2", Kind.AREA, number))
        bracket = re.search(r"\(([^)\d]{6,})\)?", area.text)
        if not words and bracket and "vuong" in fold(bracket.group(1)):
            words = area.cut(bracket.start(1), bracket.end(1))
    if words and not is_empty(words.text):
        end = re.search(r"\)|(?<=met vuong)", fold(words.text))
        piece = words.cut(0, end.start() if end else len(words.text))
        if piece:
            drafts.append(Draft(f"{path}.area_in_words", Kind.WORDS, piece))
    return drafts


def _shares(path: str, block: Mapping[str, Piece | None]) -> list[Draft]:
    drafts: dict[str, Draft] = {}
    # Without a colon behind it, the second share stands in what is printed behind the first one's label.
    for use in (block.get("use_form"), block.get("area"), block.get("private"), block.get("shared")):
        if use is None:
            continue
        for found in _SHARE.finditer(fold(use.text)):
            name = "private_area_m2" if found.group("which") == "rieng" else "shared_area_m2"
            which = "area" if found.group("area") else "none" if found.group("none") else ""
            piece = use.cut(found.start(which), found.end(which), loose=" ") if which else None
            # A digit that was read as a sign ends the number too early: "25.9%4,2 m²".
            torn = which == "area" and _SIGN_IN_NUMBER.match(fold(use.text), found.end(which)) is not None
            if piece and name not in drafts:
                drafts[name] = Draft(f"{path}.{name}", Kind.AREA, piece, doubted=torn)
    for key, name in (("private", "private_area_m2"), ("shared", "shared_area_m2")):
        piece = block.get(key)
        if piece and name not in drafts and re.search(rf"{_NUMBER}|kh[o0]ng", fold(piece.text)):
            drafts[name] = Draft(f"{path}.{name}", Kind.AREA, piece)
    return list(drafts.values())


# "Đất ở tại nông thôn - diện tích 100 m²".
_AREA_TITLE = re.compile(r"\s*[-–,:(]?\s*(?:co\s*)?(?<![a-z])(?:dien\s*tich|dt)\s*:?\s*$")


class Purpose:
    """One purpose as printed: its name or code, and its area where one is printed."""

    __slots__ = ("area", "name")

    def __init__(self, name: Piece, area: Piece | None) -> None:
        self.name = name
        self.area = area


def split_purposes(piece: Piece | None) -> list[Purpose]:
    """The purposes in a printed list such as ``Đất ở tại nông thôn: 93,0 m²; Đất trồng cây lâu năm: 290,0 m²``."""
    if piece is None or is_empty(piece.text):
        return []
    text, folded = piece.text, fold(piece.text)
    ends = [(found.start(), found.end()) for found in _NEXT_PURPOSE.finditer(folded)]
    purposes: list[Purpose] = []
    for start, end in _between(sorted({*ends, *((at, at) for at in cell_starts(piece))}), len(text)):
        areas = list(_AREA.finditer(folded, start, end))
        # A scrap behind the last area looks like one without its unit.
        areas = [found for found in areas if "m" in found.group()] or areas
        area_found = areas[-1] if areas else None
        name_end = area_found.start() if area_found else end
        between = _AREA_TITLE.search(folded, start, name_end)
        name = piece.cut(start, between.start() if between else name_end)
        area = (
            piece.cut(area_found.start("area"), area_found.end("area"))
            if area_found and area_found.group("area")
            else None
        )
        if name is None or not any(c.isalpha() for c in name.text):
            if area and purposes and purposes[-1].area is None:
                purposes[-1].area = area  # A colon before the area that was read as a semicolon.
            continue
        purposes.append(Purpose(name, area))
    return purposes


def _uses(block: Mapping[str, Piece | None]) -> list[Purpose]:
    """The purposes of a parcel, their areas from a column of their own where a table has one."""
    purposes, told = split_purposes(block.get("purpose")), block.get("use_area")
    if told is None or any(purpose.area for purpose in purposes):
        return purposes
    areas = [found for part in by_cells(told) for found in _numbers(part)]
    if len(areas) == len(purposes):
        for purpose, area in zip(purposes, areas, strict=True):
            purpose.area = area
    return purposes


def _numbers(piece: Piece) -> list[Piece]:
    found = re.finditer(_NUMBER, fold(piece.text))
    return [number for one in found if (number := piece.cut(one.start(), one.end()))]


def _between(cuts: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The parts of a text of this length that lie between its cuts."""
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), length]
    return list(zip(starts, ends, strict=True))


def _purpose_drafts(path: str, purposes: Sequence[Purpose]) -> list[Draft]:
    drafts = []
    for k, purpose in enumerate(purposes):
        drafts.append(Draft(f"{path}.purposes.{k}.name", Kind.PURPOSE, purpose.name))
        if purpose.area:
            drafts.append(Draft(f"{path}.purposes.{k}.area_m2", Kind.AREA, purpose.area))
    return drafts


_SEVERAL_TERMS = re.compile(r"[;:]\s*d[ao]t\b.*[;:]\s*d[ao]t\b|;\s*d[ao]t\b")


def _term_drafts(path: str, piece: Piece | None, purposes: Sequence[Purpose]) -> list[Draft]:
    if piece is None or is_empty(piece.text):
        return []
    parts = _split_terms(piece)
    if len(parts) > 1 and len(purposes) > 1:
        return [
            Draft(f"{path}.purposes.{k}.term", Kind.TERM, part) for k, part in sorted(_matched(purposes, parts).items())
        ]
    # Terms of several purposes that were not parted, or stand under one purpose: something was cut wrongly.
    folded = fold(piece.text)
    several = len(parts) > 1 or _SEVERAL_TERMS.search(folded) is not None or _holds_two_terms(folded)
    return [Draft(f"{path}.term", Kind.TERM, piece, doubted=several or _lost_its_day(folded))]


_DAY = re.compile(r"\bng[a-z]y\b")


def _lost_its_day(folded: str) -> bool:
    """Whether a term ends on a day of which the year alone was read."""
    told = term(folded)
    return told is not None and told.isdecimal() and _DAY.search(folded) is not None


def _holds_two_terms(folded: str) -> bool:
    """Whether a text tells two days, or a term with an end beside one without: one value cannot hold both."""
    days = len(_YEAR_OF_A_TERM.findall(folded))
    return days > 1 or ("lau dai" in folded and (days > 0 or _YEARS.search(folded) is not None))


_YEARS = re.compile(r"(?<!\d)\d{1,2}\s*nam\b")
_YEAR_OF_A_TERM = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


_TERM_ITSELF = re.compile(r"[:\d]|(?:lâu dài|ổn định|đến)", re.IGNORECASE)


_NAMES_A_USE = re.compile(r"\bdat\b|:|\([a-z]{3}\)")


def _matched(purposes: Sequence[Purpose], parts: Sequence[Piece]) -> dict[int, Piece]:
    """Which part of the terms speaks of which purpose: the assignment whose words are most alike on the whole."""

    def alike(k: int, part: Piece) -> float:
        printed = purposes[k].name.text.strip()
        entry = purpose_by_code(printed) if len(printed) == _CODE_LETTERS and printed.isupper() else None
        # What stands before the term itself: where two purposes are called alike, the order tells.
        name, said = (
            skeleton_of(entry.name if entry else printed),
            skeleton_of(_TERM_ITSELF.split(part.text, maxsplit=1)[0]),
        )
        # "Đất ở" for "Đất ở tại nông thôn": what is said before the term is often the name cut short.
        return fuzz.partial_ratio(name, said) + fuzz.ratio(name[:12], said[:12]) - (0.1 if k else 0.0)

    count = min(len(purposes), len(parts))
    names_none = not any(_NAMES_A_USE.search(fold(part.text)) for part in parts)
    if len(purposes) > _MOST_PERMUTED or (names_none and len(purposes) == len(parts)):
        return dict(enumerate(parts[:count]))
    best = max(
        itertools.permutations(range(len(purposes)), count),
        key=lambda order: sum(alike(k, part) for k, part in zip(order, parts, strict=False)),
    )
    return dict(zip(best, parts, strict=False))


def _split_terms(piece: Piece) -> list[Piece]:
    """The parts of a term printed for each purpose, if every part holds a term of its own."""
    folded = fold(piece.text)
    in_cells = by_cells(piece)
    if len(in_cells) > 1 and all(term(part.text) for part in in_cells):
        return in_cells
    for splitter in (
        r"[;\n]",
        (
            r"[;,]\s*(?=d[ao]t\b|[a-z]{3}\s*[:(]|lau dai|den\b)|\.\s+(?=d[ao]t\b)|\s+va\s+(?=d[ao]t\b)"
            # Readers take a semicolon for a colon.
            r"|\s(?=[-–+]\s*d[ao]t\b)|:\s*(?=d[ao]t\b|[a-z]{3}\s*[:(])"
        ),
        # In lines of their own, with no sign between.
        r"(?:(?<=dai)|(?<=\d{4}))\s+(?=d[ao]t\b|[a-z]{3}\s*:)|\s(?=d[ao]t\s[^:;]{1,45}:)",
        # Nothing but terms, one below the other: "lâu dài" / "50 năm".
        r"(?:(?<=dai)|(?<=nam)|(?<=\d{4}))\s+(?=(?:su dung\s*(?:on dinh\s*)?)?(?:lau dai|den\b|\d{1,2}\s*nam\b))",
    ):
        cuts = _between([(found.start(), found.end()) for found in re.finditer(splitter, folded)], len(folded))
        for spans in (cuts, _with_their_terms(folded, cuts)):
            parts = [part for start, end in spans if (part := piece.cut(start, end))]
            if len(parts) > 1 and all(term(part.text) for part in parts):
                return parts
    return [piece]


_ONLY_A_TERM = re.compile(r"\W*(?:lau dai|den\b|su dung (?:lau|den)|\d)")


def _with_their_terms(folded: str, cuts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts with a purpose put to the term behind it, where a colon was read as a semicolon: "Đất ở; lâu dài"."""
    spans: list[tuple[int, int]] = []
    for start, end in cuts:
        if spans and _ONLY_A_TERM.match(folded[start:end]) and not term(folded[spans[-1][0] : spans[-1][1]]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans
