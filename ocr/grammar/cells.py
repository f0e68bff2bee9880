"""What cells of a table of parcels say: titles of columns, and whether a value is what its column holds.

Owns the wording of titles and the test of content that a guessed structure must pass. It must not know where cells
stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from certificate.codes import origin_phrases, purpose_by_code, purpose_phrases, transfers
from ocr.grammar.flow import Piece, by_cells
from ocr.grammar.labels import HOUSE_LABELS, PARCEL_LABELS, Label, find_labels
from ocr.grammar.letters import fold, skeleton_of
from ocr.grammar.values import decimal_number, term

TABLE_LABELS: tuple[Label, ...] = tuple(
    Label(label.key, label.wordings) for label in PARCEL_LABELS if label.key not in ("nth", "area_in_words")
)
NUMBER_CELL = re.compile(r"[A-Za-zĐđ]{0,3}\s?\d{1,5}(?:[A-Za-z]|[-–]\d{1,3})?")
_MAX_TITLE_LETTERS = 48
_MOST_OF_TITLE = 0.45
# Titles whose second line was not read, and short ones.
_BARE_TITLES = {
    "thua": "parcel_number", "thuadat": "parcel_number", "sothua": "parcel_number", "to": "map_sheet_number",
    "toban": "map_sheet_number", "tobd": "map_sheet_number", "soto": "map_sheet_number", "tobando": "map_sheet_number",
}  # fmt: skip
_SHARES = re.compile(r"(?:dt|dientich)?(?:(?P<own>rieng)|chung)(?:m[2²]?)?")
# What is like a purpose, and what is all of a phrase of a list but for a letter.
_LIKE_A_PURPOSE, _WHOLE = 84.0, 95.0
# A cell that is not what its column holds, against one that is.
_NOT_SO = 0.7
_ORIGIN = re.compile(
    r"giao\s*dat|cong\s*nhan|cho\s*thue|thue\s*dat|chuyen\s*nhuong|tang\s*cho|thua\s*ke|qsdd|nhan\b|(?:cnq|d[gt])\s*-"
)
_ADDRESS = re.compile(r"\b(?:xa|phuong|thi\s*tran|huyen|tinh|quan|ap|thon|khom|khu|tp|thanh\s*pho|dac\s*khu)\b")
_NONE = re.compile(r"kh[o0]ng\W*(?:m\s*\S?)?|-/-|0")
_USE = re.compile(r"rieng|chung")
_AREA = re.compile(r"[\d.,\s]*\d[\d.,\s]*(?:m\s*\S?)?")


_CERTAINLY = 90.0
# Titles of a table of houses that begin as those of parcels do: "Diện tích sàn", "Thời hạn sở hữu".
_OF_HOUSES = tuple(
    replace(each, wordings=tuple(w for w in each.wordings if re.search("sàn|xây dựng|XD|sở hữu", w)), opening=False)
    for each in HOUSE_LABELS
)


def title_match(text: str) -> tuple[str, int]:
    """The column that a title names, and how many of its letters tell it; an empty key when it is no title."""
    letters = skeleton_of(text)
    if len(letters) > _MAX_TITLE_LETTERS:
        return "", 0
    if bare := _BARE_TITLES.get(letters):
        return bare, len(letters)
    if share := _SHARES.fullmatch(letters):
        return "private" if share["own"] else "shared", len(letters)
    text = text.replace(":", " ").replace(";", " ")
    best = max(find_labels(text, TABLE_LABELS), key=lambda hit: hit.end - hit.start, default=None)
    if best is None or best.end - best.start <= _MOST_OF_TITLE * len(text.strip()):
        return "", 0
    longer = (hit for hit in find_labels(text, _OF_HOUSES) if hit.end - hit.start > best.end - best.start)
    if any(hit.score > _CERTAINLY for hit in longer):
        return "", 0
    return best.key, len(skeleton_of(text[best.start : best.end]))


def title_key(text: str) -> str:
    """The column that a title names; empty when the text is no title."""
    return title_match(text)[0]


def is_row(values: Mapping[str, Piece]) -> bool:
    """Whether a row of cells is one parcel's: its numbers are numbers, and it is no row of column numbers or sums."""
    numbers = [values[key].text for key in ("parcel_number", "map_sheet_number") if key in values]
    return any(re.search(r"\d", text) for text in numbers) and not any(
        re.fullmatch(r"\W*\(\d\)\W*|.*(?:tong|cong)\b.*", fold(text)) for text in numbers
    )


_SUM = re.compile(r"\b(?:tong|cong)\b")


def lost_its_numbers(values: Mapping[str, Piece]) -> bool:
    """Whether a row of cells is a parcel's of which neither number was read: its area and another fact stand there."""
    if any(re.search(r"\d", values[key].text) for key in ("parcel_number", "map_sheet_number") if key in values):
        return False
    told = {key for key, piece in values.items() if is_borne_out(key, piece.text)}
    is_sum = any(_SUM.search(fold(piece.text)) for piece in values.values())
    return "area" in told and bool(told & {"purpose", "term", "origin"}) and not is_sum


def is_none(text: str) -> bool:
    """Whether a cell of areas says that there is none: ``Không``, ``-/-``."""
    return _NONE.fullmatch(fold(text).strip(" .|")) is not None


@lru_cache(maxsize=4096)
def is_borne_out(key: str, text: str) -> bool:
    """Whether a text is what a column of this key holds."""
    bare, folded = text.strip(" .|,;:_'`-"), fold(text)
    if key in ("parcel_number", "map_sheet_number"):
        return bool(NUMBER_CELL.fullmatch(bare))
    if key in ("private", "shared") and is_none(text):
        return True
    if key in ("area", "use_area", "private", "shared"):
        return bool(_AREA.fullmatch(bare)) and decimal_number(bare) is not None
    if key == "purpose":
        return _is_purpose(text)
    if key == "term":
        return term(text) is not None
    told = {"origin": _ORIGIN, "address": _ADDRESS, "use_form": _USE}.get(key)
    return bool(told.search(folded)) if told else False


@lru_cache(maxsize=4096)
def is_whole(key: str, text: str) -> bool:
    """Whether a text is what a column of this key holds, and no part of a purpose or an origin that lost a line."""
    if key not in ("purpose", "origin") or not is_borne_out(key, text):
        return is_borne_out(key, text)
    letters = re.sub(r"\d+(?:m2)?", "", skeleton_of(re.sub(r"\(.*?\)", "", text)))
    known = _purposes() if key == "purpose" else _origins()
    if process.extractOne(letters, known, scorer=fuzz.ratio, score_cutoff=_WHOLE):
        return True
    return not any(len(phrase) > len(letters) and fuzz.partial_ratio(letters, phrase) >= _WHOLE for phrase in known)


def is_borne_out_by_any(text: str) -> bool:
    """Whether a text is what some column holds: a number, or words of a purpose, a term, an origin or an address."""
    keys = ("area", "purpose", "term", "origin", "address", "use_form")
    return any(is_borne_out(key, text) for key in keys)


def borne_out(rows: Sequence[Mapping[str, Piece]]) -> float:
    """How much the content of a table bears out its structure: good cells, less those that are not, or are missing."""
    counts = Counter(key for row in rows for key in row)
    missing = sum(len(rows) - count for count in counts.values())
    good = sum(
        all(is_borne_out(key, part.text) for part in by_cells(piece)) for row in rows for key, piece in row.items()
    )
    return good - _NOT_SO * (sum(counts.values()) - good + missing)


def _is_purpose(text: str) -> bool:
    code = re.search(r"\(\s*([A-Z]{3})\s*\)|^\s*([A-Z]{3})(?:\s*[+:]|\s*$)", text)
    if code and purpose_by_code(code.group(1) or code.group(2)):
        return True
    letters = re.sub(r"\d+(?:m2)?", "", skeleton_of(re.sub(r"\(.*", "", text)))
    return len(letters) > 3 and process.extractOne(
        letters[:60], _purposes(), scorer=fuzz.ratio if len(letters) < 40 else fuzz.partial_ratio,
        score_cutoff=_LIKE_A_PURPOSE,
    ) is not None  # fmt: skip


@cache
def _origins() -> tuple[str, ...]:
    leads = [transfer.name for transfer in transfers()]
    return tuple(dict.fromkeys(skeleton_of(phrase) for phrase in (*origin_phrases(), *leads)))


@cache
def _purposes() -> tuple[str, ...]:
    return tuple(dict.fromkeys(skeleton_of(name) for name, _ in purpose_phrases()))
