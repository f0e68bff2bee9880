"""The house and other things built or planted on the parcel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import Piece, join
from ocr.grammar.house_table import INSIDE_LABELS, read_house_table
from ocr.grammar.labels import HOUSE_LABELS, entries, find_labels, is_far_below, opens
from ocr.grammar.letters import fold, skeleton_of
from ocr.grammar.values import is_empty

_FIELDS = {
    "type": ("house.type", Kind.HOUSE),
    "built_area": ("house.built_area_m2", Kind.AREA),
    "floor_area": ("house.floor_area_m2", Kind.AREA),
    "ownership": ("house.ownership", Kind.HOUSE),
    "grade": ("house.grade", Kind.HOUSE),
    "term": ("house.term", Kind.TERM),
}


# An asset is told in words; a single scrap of letters or digits is an ornament's or a neighbour's number.
_WORD = re.compile(r"[^\W\d_]{2,}")


def read_house(pieces: Sequence[Piece]) -> list[Draft]:
    """The drafts of the house block; nothing for ``-/-``."""
    pieces = [piece for piece in pieces if not _is_caption(piece)]
    table = read_house_table(pieces)
    if table:
        # A record has room for one house: of several, a person decides.
        values = [draft for key, value in table.values.items() if (draft := _draft(key, value))]
        beside = [piece for piece in pieces if not table.lines.issuperset(piece.lines)]
        return [replace(draft, doubted=table.is_longer) for draft in values] + read_other_assets(beside)
    found: dict[str, Draft] = {}
    opening = [opens(piece.text, hit.start) for piece in pieces for hit in find_labels(piece.text, HOUSE_LABELS)]
    if not any(opening) and (told := _in_one_line(pieces)):
        return told
    if opening and not any(opening):
        # Labels only inside of a running text: "Nhà ở cấp 4, diện tích xây dựng 45,1 m²".
        return read_other_assets(pieces)
    for entry in entries(pieces, HOUSE_LABELS):
        if (
            entry.key == ""
            and entry.value
            and len(skeleton_of(entry.value.text)) > 5
            and not is_empty(entry.value.text)
        ):
            # Something built or planted that is no house, told in one sentence behind the section's title.
            asset = Draft("other_assets", Kind.TEXT, entry.value)
            for draft in _in_one_line([entry.value]) or [asset]:
                found.setdefault(draft.path, draft)
        draft = _draft(entry.key, entry.value)
        if draft:
            found.setdefault(draft.path, draft)
    return list(found.values())


# "Cấp (hạng):" of which only the first word was taken for the label.
_REST_OF_LABEL = re.compile(r"\W*\(?\s*h\w{0,5}\s*\)\s*[:.]?\s*")
# Behind a grade's number at a gap stand only what an ornament or a neighbour left: "Cấp 4 66 n".
_GRADE_BEFORE_SCRAPS = re.compile(
    r"(?P<grade>(?:[Nn]hà\s*)?[Cc]ấp\s*(?:\d|[IVX]{1,3}))\s+(?:[Ll]âu dài\b)?[\W\d]*\w?\W*$"
)


def _draft(key: str, value: Piece | None) -> Draft | None:
    if key not in _FIELDS or value is None or is_empty(value.text):
        return None
    path, kind = _FIELDS[key]
    if key == "grade" and (rest := _REST_OF_LABEL.match(value.text)):
        value = value.cut(rest.end(), len(value.text)) or value
    if key == "grade" and (whole := _GRADE_BEFORE_SCRAPS.match(value.text)):
        value = value.cut(0, whole.end("grade")) or value
    return Draft(path, kind, value) if kind is not Kind.AREA or re.search(r"\d", value.text) else None


def _in_one_line(pieces: Sequence[Piece]) -> list[Draft]:
    """The facts of a house told one behind the other: ``Nhà ở: loại nhà ở: Nhà phố; diện tích sàn: 62,0 m²; …``."""
    body = join(pieces)
    hits = (
        [hit for hit in find_labels(body.text, INSIDE_LABELS) if body.text[: hit.end].rstrip().endswith(":")]
        if body
        else []
    )
    if body is None or not hits or (len(hits) < _FEWEST_FACTS and not _A_HOUSE.match(fold(body.text))):
        return []
    ends = [*(hit.start for hit in hits[1:]), len(body.text)]
    told = [
        _draft(hit.key, part.trimmed())
        for hit, end in zip(hits, ends, strict=True)
        if (part := body.cut(hit.end, end, loose=" ;,")) and part.trimmed()
    ]
    return [draft for draft in told if draft]


_FEWEST_FACTS, _A_HOUSE = 3, re.compile(r"\W*nha\s*o\s*[:;]")


def house_address(pieces: Sequence[Piece]) -> Draft | None:
    """The address of the house, which on a house certificate is the land's."""
    for entry in entries(pieces, HOUSE_LABELS):
        if entry.key == "address" and entry.value and not is_empty(entry.value.text):
            return Draft("parcels.0.address", Kind.ADDRESS, entry.value)
    return None


def read_other_assets(pieces: Sequence[Piece]) -> list[Draft]:
    """What is printed under other buildings, planted forest and perennial trees, where it is not ``-/-``."""
    told = (part for piece in pieces if not _is_caption(piece) for part in _by_item(piece))
    body = join(part for part in told if not is_empty(part.text))
    if body is None or len(_WORD.findall(body.text)) < _FEWEST_WORDS or _STAMP.fullmatch(fold(body.text)):
        return []
    # No asset begins with "Không": what follows are scraps, or so much that a person must see it.
    nothing = _NOTHING.match(fold(body.text)) is not None
    if nothing and len(_WORD.findall(body.text)) < _MORE_THAN_SCRAPS:
        return []
    return [Draft("other_assets", Kind.TEXT, body, doubted=nothing)]


def _by_item(piece: Piece) -> Iterator[Piece]:
    """A line parted where the next item's title stands in it: "-/- 5. Cây lâu năm: Không"."""
    at = 0
    for title in _ITEM_BESIDE.finditer(fold(piece.text)):
        if before := piece.cut(at, title.start()):
            yield before
        at = title.end()
    if rest := piece.cut(at, len(piece.text)) if at < len(piece.text) else None:
        yield rest


_ITEM_BESIDE = re.compile(
    r"\W*\b[345s]\s*[.,)\-:]\s*(?:cong trinh xay dung khac|rung san xuat la rung trong|cay lau nam)\s*(?:[:;.]\s*|$)"
)
_FEWEST_WORDS, _MORE_THAN_SCRAPS = 2, 6
_NOTHING = re.compile(r"\W*khong\b")
# Of a certified copy: its words, or its day and number.
_STAMP = re.compile(r"\W*(?:(?:sao y )?ban (?:sao|chinh)|ngay\W*[\d/.-]+\W*so\W*[\d/.-]+)\W*")
_CAPTION, _LIKE_THE_CAPTION = skeleton_of("Thông tin chi tiết được thể hiện tại mã QR"), 55.0


def _is_caption(piece: Piece) -> bool:
    """Whether a line is what a QR code or an ornament left of the caption beside it."""
    return fuzz.ratio(skeleton_of(piece.text), _CAPTION) > _LIKE_THE_CAPTION


def read_notes(pieces: Sequence[Piece]) -> list[Draft]:
    """The notes, whole, where they are not empty."""
    while len(pieces) > 1 and is_far_below(pieces[-1], pieces[-2]) and len(skeleton_of(pieces[-1].text)) < 3:
        pieces = pieces[:-1]  # A letter or two of a seal or a drawing.
    nothing = bool(pieces) and is_empty(pieces[0].text)
    body = join(pieces[1:] if nothing else pieces)
    if body is None or is_empty(body.text) or not _WORD.search(body.text) or _STAMP.fullmatch(fold(body.text)):
        return []
    # Text under "Không" is seldom a note, and never left out silently.
    return [Draft("notes", Kind.TEXT, body, doubted=nothing)]
