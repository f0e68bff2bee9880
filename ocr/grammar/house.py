"""The house and other things built or planted on the parcel."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import Piece, join
from ocr.grammar.house_table import read_house_table
from ocr.grammar.labels import HOUSE_LABELS, entries, find_labels, opens
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
    found: dict[str, Draft] = {}
    table = read_house_table(pieces)
    if table:
        return [draft for key, value in table.items() if (draft := _draft(key, value))]
    if _is_sentence(pieces):
        return read_other_assets(pieces)
    for entry in entries(pieces, HOUSE_LABELS):
        if (
            entry.key == ""
            and entry.value
            and len(skeleton_of(entry.value.text)) > 5
            and not is_empty(entry.value.text)
        ):
            # Something built or planted that is no house, told in one sentence behind the section's title.
            found.setdefault("other_assets", Draft("other_assets", Kind.TEXT, entry.value))
        draft = _draft(entry.key, entry.value)
        if draft:
            found.setdefault(draft.path, draft)
    return list(found.values())


# "Cấp (hạng):" of which only the first word was taken for the label.
_REST_OF_LABEL = re.compile(r"\W*\(?\s*h\w{0,5}\s*\)\s*[:.]?\s*")


def _draft(key: str, value: Piece | None) -> Draft | None:
    if key not in _FIELDS or value is None or is_empty(value.text):
        return None
    path, kind = _FIELDS[key]
    if key == "grade" and (rest := _REST_OF_LABEL.match(value.text)):
        value = value.cut(rest.end(), len(value.text)) or value
    return Draft(path, kind, value) if kind is not Kind.AREA or re.search(r"\d", value.text) else None


def _is_sentence(pieces: Sequence[Piece]) -> bool:
    """Whether labels stand only inside of a running text: ``Nhà ở cấp 4, diện tích xây dựng 45,1 m²``."""
    hits = [(piece.text, hit) for piece in pieces for hit in find_labels(piece.text, HOUSE_LABELS)]
    return bool(hits) and not any(opens(text, hit.start) for text, hit in hits)


def house_address(pieces: Sequence[Piece]) -> Draft | None:
    """The address of the house, which on a house certificate is the land's."""
    for entry in entries(pieces, HOUSE_LABELS):
        if entry.key == "address" and entry.value and not is_empty(entry.value.text):
            return Draft("parcels.0.address", Kind.ADDRESS, entry.value)
    return None


def read_other_assets(pieces: Sequence[Piece]) -> list[Draft]:
    """What is printed under other buildings, planted forest and perennial trees, where it is not ``-/-``."""
    body = join(piece for piece in pieces if not is_empty(piece.text) and not _is_caption(piece))
    # No asset begins with "Không", and a stamp over the section is none.
    told = body is not None and len(_WORD.findall(body.text)) > 1 and not _NO_ASSET.match(fold(body.text))
    return [Draft("other_assets", Kind.TEXT, body)] if body and told else []


_NO_ASSET = re.compile(r"\W*(?:khong\b|(?:sao y )?ban (?:sao|chinh)\W*$)")
_CAPTION, _LIKE_THE_CAPTION = skeleton_of("Thông tin chi tiết được thể hiện tại mã QR"), 55.0


def _is_caption(piece: Piece) -> bool:
    """Whether a line is what a QR code or an ornament left of the caption beside it."""
    return fuzz.ratio(skeleton_of(piece.text), _CAPTION) > _LIKE_THE_CAPTION


def read_notes(pieces: Sequence[Piece]) -> list[Draft]:
    """The notes, whole, where they are not empty."""
    if pieces and is_empty(pieces[0].text):
        return []  # What stands under "Không" is a stamp's, or the next section's.
    body = join(pieces)
    told = body is not None and not is_empty(body.text) and _WORD.search(body.text)
    return [Draft("notes", Kind.TEXT, body)] if body and told else []
