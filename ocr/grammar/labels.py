"""The printed labels of every form, as data, and finding them in lines that were read with errors.

Owns the wording of labels and titles. A label is compared by its letters alone (no marks, spaces, punctuation), so
``a) Thửa đất số:``, ``a.Thừa đat số`` and ``Thửa đất sô`` are one. It must not know what values mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from ocr.grammar.aligned import boundary_map
from ocr.grammar.flow import Piece, TextLine, join
from ocr.grammar.letters import fold, skeleton, skeleton_of

# An item's letter or number before a label.
ITEM = re.compile(r"[\W_]*(?:(?:[a-hđkl]|\d{1,2}(?:\.\d{1,2}){0,2}|[ivxl1]{1,4})\s*[).:/\-–]?)?[\W_]*", re.IGNORECASE)
# How alike a label is whose letters all are there.
EXACT = 100.0
_FUZZY_FROM = 7
_FUZZY_SCORE = 83.0


@dataclass(frozen=True)
class Label:
    """A label with its wordings; ``opening`` ones count only where a line or an item begins.

    ``before`` is what must stand behind one that is a common word, too.
    """

    key: str
    wordings: tuple[str, ...]
    opening: bool = False
    before: re.Pattern[str] | None = None

    @cached_property
    def skeletons(self) -> tuple[str, ...]:
        return tuple(sorted({skeleton_of(wording) for wording in self.wordings}, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found: its key, where it stands in the text (its colon included) and how alike it is (0.0-100.0)."""

    key: str
    start: int
    end: int
    score: float


def label(key: str, *wordings: str, opening: bool = False) -> Label:
    return Label(key, wordings, opening)


PARCEL_LABELS: tuple[Label, ...] = (
    label("nth", "Thửa đất thứ nhất", "Thửa đất thứ hai", "Thửa đất thứ ba", "Thửa đất thứ tư", "Thửa đất thứ năm",
          "Thửa đất thứ sáu", "Thửa đất thứ bảy", "Thửa đất thứ tám", "Thửa thứ nhất", "Thửa thứ hai", "Thửa thứ ba",
          "Thửa thứ tư", opening=True),
    label("parcel_number", "Thửa đất số", "Số thửa đất", "Thửa số", "Số thửa", "Số hiệu thửa đất",
          "Số thứ tự thửa đất", "Số thứ tự thửa", "STT thửa", "Số hiệu thửa"),
    Label("parcel_number", ("Thửa đất", "Thửa"), opening=True, before=re.compile(r"\s*:\s*[A-ZĐ]{0,3}\s?\d")),
    label("map_sheet_number", "tờ bản đồ số", "Số tờ bản đồ", "tờ bản đồ địa chính số", "Số hiệu tờ bản đồ",
          "bản đồ số", "tờ bản đồ", "thuộc tờ bản đồ số", "tờ số", "tờ BĐ số", "số tờ BĐ", "tờ BĐĐC số"),
    label("address", "Địa chỉ thửa đất", "Địa chỉ", "Địa chỉ khu đất", "Vị trí thửa đất", "Vị trí khu đất", "Vị trí",
          "Địa chỉ các thửa đất", "Địa chỉ của các thửa đất", "Địa chỉ chung", "Địa chỉ chung của các thửa đất",
          "Địa chỉ các thửa", "Vị trí các thửa đất", "Địa điểm", "Nơi có đất", "Tọa lạc tại", "Các thửa đất tại",
          "Các thửa đất tọa lạc tại", "Thửa đất tọa lạc tại", "Các thửa đất nêu trên tọa lạc tại", "Tại địa điểm",
          "Là chủ sở hữu nhà ở và sử dụng đất ở tại địa chỉ", "Là chủ sở hữu nhà ở và sử dụng đất ở tại",
          "Tại", opening=True),
    label("area", "Diện tích thửa đất", "Diện tích", "Tổng diện tích", "Diện tích đất", opening=True),
    # Of each use, in a column of a table beside the whole area.
    label("use_area", "Diện tích theo mục đích sử dụng", "Diện tích theo mục đích", "Diện tích từng mục đích sử dụng",
          "Diện tích từng mục đích", "Diện tích từng loại đất", "Diện tích theo loại đất", "DT theo mục đích"),
    label("area_in_words", "bằng chữ", "Diện tích bằng chữ", "viết bằng chữ", "ghi bằng chữ"),
    label("use_form", "Hình thức sử dụng đất", "Hình thức sử dụng", "Hình thức SD", "HTSD", "Hình thức",
          opening=True),
    label("private", "Sử dụng riêng", "Diện tích sử dụng riêng", opening=True),
    label("shared", "Sử dụng chung", "Diện tích sử dụng chung", opening=True),
    label("purpose", "Mục đích sử dụng đất", "Mục đích sử dụng", "Loại đất", "Mục đích SDĐ", "Mục đích SD đất",
          "Mục đích SD", "MĐSD"),
    label("purpose", "Mục đích", opening=True),
    label("term", "Thời hạn sử dụng đất", "Thời hạn sử dụng", "Thời hạn SDĐ", "Thời hạn SD", "Thời hạn"),
    label("origin", "Nguồn gốc sử dụng đất", "Nguồn gốc sử dụng", "Nguồn gốc SDĐ", "Nguồn gốc SD", "Nguồn gốc đất",
          "Nguồn gốc"),
)  # fmt: skip

HOUSE_LABELS: tuple[Label, ...] = (
    label("type", "Loại nhà ở", "Loại nhà", "Tên tài sản", "Loại tài sản", "Loại công trình", opening=True),
    label("built_area", "Diện tích xây dựng", "Diện tích XD", "DT xây dựng", "DTXD"),
    label("floor_area", "Diện tích sàn", "Diện tích sàn xây dựng", "Diện tích sử dụng", "Tổng diện tích sàn",
          "Diện tích sàn hoặc công suất", "DT sàn", "DT sàn xây dựng"),
    label("ownership", "Hình thức sở hữu", "Hình thức sở hữu nhà ở"),
    label("grade", "Cấp (hạng) nhà ở", "Cấp (hạng)", "Cấp, hạng", "Cấp hạng nhà", "Cấp nhà", "Cấp công trình",
          "Cấp (hạng) nhà", "Cấp hạng"),
    label("term", "Thời hạn được sở hữu", "Thời hạn sở hữu", "Thời hạn sở hữu nhà ở", "Thời hạn sử dụng"),
    label("address", "Địa chỉ", "Địa chỉ nhà ở", "Địa chỉ tài sản", "Địa chỉ nhà ở, đất ở", "Địa chỉ nhà đất",
          opening=True),
    label("floors", "Số tầng", "Kết cấu", "Năm hoàn thành xây dựng", "Kết cấu nhà", "Năm xây dựng", opening=True),
)  # fmt: skip


def opens(text: str, start: int) -> bool:
    """Whether only an item's letter or number stands before this place."""
    return bool(ITEM.fullmatch(text[:start]))


def _candidates(text: str, label_: Label) -> Iterable[Hit]:
    letters, places = skeleton(text)
    for wording in label_.skeletons:
        at = letters.find(wording)
        found = at >= 0
        while at >= 0:
            yield Hit(label_.key, places[at], places[at + len(wording) - 1] + 1, 100.0)
            at = letters.find(wording, at + 1)
        if found or len(wording) < _FUZZY_FROM or len(letters) < len(wording) - 2:
            continue
        near = fuzz.partial_ratio_alignment(wording, letters, score_cutoff=_FUZZY_SCORE)
        if near and near.dest_end > near.dest_start and len(wording) <= len(letters) + 2:
            yield Hit(label_.key, places[near.dest_start], places[near.dest_end - 1] + 1, near.score)


# Letters from which on a label is like nothing else; labels that numbers follow without a colon.
_LONG_ENOUGH, _BEFORE_NUMBERS = 12, ("parcel_number", "map_sheet_number", "register_number")


def _stands_alone(text: str, hit: Hit) -> bool:
    if ":" in text[hit.start : hit.end] or ";" in text[hit.start : hit.end]:
        return False  # A longer wording ran over the label's colon into the value.
    if hit.score < EXACT and " | " in text[hit.start : hit.end]:
        return False  # Or over the rule between two titles, read as a stroke.
    letters = sum(char.isalnum() for char in text[hit.start : hit.end])
    is_vague = hit.score < EXACT and hit.key not in _BEFORE_NUMBERS and letters < _LONG_ENOUGH
    if is_vague and not opens(text, hit.start) and not re.match(r"\w?\W{0,2}:", text[hit.end :]):
        # "Thới Hòa" in an address is like "Thời hạn": what is only like a label has its colon, or opens the line.
        return False
    before = text[hit.start - 1] if hit.start else " "
    after = text[hit.end] if hit.end < len(text) else " "
    long_enough = hit.end - hit.start >= _LONG_ENOUGH
    return (not before.isalnum() or long_enough or opens(text, hit.start)) and not (after.isalpha() and not long_enough)


def _with_colon(text: str, hit: Hit) -> Hit:
    if _VALUE_BEGUN.search(text[hit.start : hit.end]):
        return Hit(hit.key, hit.start, hit.end - len("Đất"), hit.score)
    tail = re.match(r"\w?\)?\s*(?:\((?:m2|m²|m|đất)?\))?\s*[:：;.]*\s*", text[hit.end :])
    skipped = tail.end() if tail and ":" in tail.group() else 0
    return Hit(hit.key, hit.start, hit.end + skipped, hit.score)


# Without a colon the longer wording takes the value's first word: "Mục đích sử dụng Đất thương mại".
_VALUE_BEGUN = re.compile(r"[a-zà-ỹ] Đất$")


# "TT. Thứ Ba" and "ấp Thứ Nhất" are places, however like "STT thửa" and "Thửa thứ nhất" they are.
_UNIT_FIRST = re.compile(r"\W*(?:tt|tx|tp|ap|khom|thon|xa|phuong)\b\W*\S")


def _names_a_unit(text: str, hit: Hit) -> bool:
    return hit.key in ("nth", "parcel_number") and _UNIT_FIRST.match(fold(text[hit.start : hit.end])) is not None


def find_labels(text: str, labels: Sequence[Label]) -> tuple[Hit, ...]:
    """Every label in the text from left to right, none inside another; the longer and the more alike one wins."""
    hits = [
        hit
        for label_ in labels
        for hit in _candidates(text, label_)
        if _stands_alone(text, hit)
        and (label_.before is None or label_.before.match(text, hit.end))
        and not _names_a_unit(text, hit)
        and (not label_.opening or opens(text, hit.start) or _after_stop(text, hit))
    ]
    hits.sort(key=lambda hit: (-_worth(hit), hit.start))
    kept: list[Hit] = []
    for hit in hits:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return tuple(_with_colon(text, hit) for hit in sorted(kept, key=lambda hit: hit.start))


def _worth(hit: Hit) -> float:
    """Long beats short, and what is printed exactly so beats what is only like it."""
    return (hit.end - hit.start) * hit.score * (1.25 if hit.score >= EXACT else 1.0)


def _after_stop(text: str, hit: Hit) -> bool:
    """An opening label may also stand inside a line, if a stop is before it and a colon behind it."""
    before = re.search(r"(?:[,;.(+\-–]\s*(?:[a-gđ]\s*[).:/\-–]*)?|\s[a-gđ]\s*[).:/\-–]+)\s*$", text[: hit.start])
    return bool(before) and bool(re.match(r"\s*(?:\(m[2²]?\))?\s*:", text[hit.end :]))


def find_in_line(line: TextLine, start: int, end: int, labels: Sequence[Label]) -> tuple[Hit, ...]:
    """The labels in a part of a line, by the first reader, and by the others where the first one missed them."""
    text = line.text[start:end]
    hits = list(find_labels(text, labels))
    for name, other in line.readings.items():
        if other == line.text:
            continue
        part = line.read_by(name, start, end)
        extra = [hit for hit in find_labels(part, labels) if hit.score > 90]
        if not extra:
            continue
        low, high = boundary_map(part, text)
        for hit in extra:
            there = Hit(hit.key, low[hit.start], high[hit.end], hit.score - 1)
            if all(there.end <= known.start or there.start >= known.end for known in hits) and there.end > there.start:
                hits.append(there)
    return tuple(sorted(hits, key=lambda hit: hit.start))


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and what is printed behind it, up to the next label; ``key`` is empty for text before any label."""

    key: str
    value: Piece | None


def entries(pieces: Sequence[Piece], labels: Sequence[Label]) -> list[Entry]:
    """The labels of some lines in order, each with its value, joined where it wraps."""
    found: list[tuple[str, list[Piece]]] = [("", [])]
    begins = 0
    for piece, following in zip(pieces, [*pieces, None][1:], strict=True):
        run = piece.runs[0]
        last = found[-1][1][-1] if found[-1][1] else None
        if last and (is_far_below(piece, last) or _is_in_next_faces_table(piece, last)):
            found.append(("", []))
        at = begins
        begins = 0
        hits = [hit for hit in find_in_line(run.line, run.start, run.end, labels) if hit.start >= at]
        wrapped = _wrapped_label(piece.text, following.text, labels) if following else None
        before = [hit for hit in hits if not (wrapped and _is_half_of(hit, wrapped, piece.text))]
        if wrapped and all(hit.end <= wrapped.start for hit in before):
            begins = wrapped.end - len(piece.text) - 1
            hits = [*before, Hit(wrapped.key, wrapped.start, len(piece.text), wrapped.score)]
        for hit in hits:
            # A bare number that opens a line before its label is the item's, where the value above has been given.
            if not (at == 0 and found[-1][1] and _BARE_ITEM.fullmatch(piece.text[: hit.start])):
                found[-1][1].extend(_part(piece, at, hit.start))
            found.append((hit.key, []))
            at = hit.end
        found[-1][1].extend(_part(piece, at, len(piece.text)))
    return [Entry(key, (value := join(parts)) and value.trimmed()) for key, parts in found if key or parts]


def _is_half_of(hit: Hit, wrapped: Hit, text: str) -> bool:
    """Whether a label is the first half of one that wraps: "Nguồn gốc" of "Nguồn gốc sử" / "dụng: …".

    One that ends its line is whole: "Mục đích sử dụng" / "Đất ở".
    """
    return hit.key == wrapped.key and hit.start >= wrapped.start and bool(text[hit.end :].strip(" :.;"))


def is_far_below(piece: Piece, before: Piece) -> bool:
    """Whether a line stands too far under another of its face to go on with it: a table was taken out between."""
    box, above = piece.runs[0].line.box, before.runs[-1].line.box
    return piece.face_index == before.runs[-1].line.face_index and box.top - above.bottom > _FAR_BELOW * above.height


def _is_in_next_faces_table(piece: Piece, before: Piece) -> bool:
    """Whether a line stands in a table of the next face, and what comes before it in none."""
    line, above = piece.runs[0].line, before.runs[-1].line
    return line.face_index != above.face_index and line.line.cell is not None and above.line.cell is None


_FAR_BELOW = 4.0
_BARE_ITEM = re.compile(r"\W*[1-9](?:\.\d{1,2}){0,2}\W*")
_WRAP_REACH = 36


def _wrapped_label(text: str, following: str, labels: Sequence[Label]) -> Hit | None:
    """A label that begins at the end of a line and ends on the next; its end counts on over both and a space."""
    cut = max(0, len(text) - _WRAP_REACH)
    joined = f"{text[cut:]} {following[:_WRAP_REACH]}"
    border = len(text) - cut
    for hit in find_labels(joined, labels):
        if hit.start < border - 1 and hit.end > border + 1 and hit.score >= EXACT:
            return Hit(hit.key, hit.start + cut, hit.end + cut, hit.score)
    return None


# An item is set off by ``b)``, ``b.``, ``b/``, ``b -`` or a bare ``b``; a number only by a bracket or a point,
# because a bare number may be the value.
_ITEM_TAIL = re.compile(
    r"(?:^|[\s,;.(])(?:[a-hđ]\s*[).:/\-–]*|\d{1,2}(?:\.\d{1,2}){0,2}\s*[).])\s*$|[\s(,;:]+$", re.IGNORECASE
)


# A whole value with a point behind it is no item's number: "Thửa đất số: 31. Tờ bản đồ số: 44".
_NUMBER_ALONE = re.compile(r"(?P<number>\s*\d{1,4})\s*\.\s*$")


def _part(piece: Piece, start: int, end: int) -> list[Piece]:
    """The part as a list of one piece, or none; an item's letter or bracket left before the next label is cut off."""
    if end < len(piece.text):
        whole = _NUMBER_ALONE.match(piece.text[start:end])
        end = start + (whole.end("number") if whole else len(_ITEM_TAIL.sub("", piece.text[start:end])))
    if not piece.text[start:end].strip():
        return []
    part = piece.cut(start, end, loose=" ")
    return [part] if part else []
