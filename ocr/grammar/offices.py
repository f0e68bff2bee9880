"""Offices that issue certificates and the titles of those who sign, as they are printed.

Owns the wording of authorities and titles. A printed one is a head from these lists and, often, the name of a place.
"""

from __future__ import annotations

import itertools
import re

from rapidfuzz.distance import Levenshtein

from certificate.text import comparable, nfc
from ocr.grammar.place_names import mend_tail

_DEPARTMENTS = (
    "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "SỞ ĐỊA CHÍNH", "SỞ ĐỊA CHÍNH - NHÀ ĐẤT",
    "SỞ XÂY DỰNG", "SỞ TN&MT",
)  # fmt: skip
_OFFICES = (
    "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "VĂN PHÒNG ĐĂNG KÝ QUYỀN SỬ DỤNG ĐẤT",
    "VPĐKĐĐ", "VPĐK ĐẤT ĐAI", "CHI NHÁNH VPĐKĐĐ", "CHI NHÁNH VPĐK ĐẤT ĐAI", "CHI NHÁNH", "VĂN PHÒNG ĐKĐĐ",
)  # fmt: skip
_PEOPLE = ("ỦY BAN NHÂN DÂN", "UBND")
AUTHORITY_HEADS: tuple[str, ...] = (*_PEOPLE, *_DEPARTMENTS, *_OFFICES)
_CHIEFS = ("CHỦ TỊCH", "GIÁM ĐỐC", "BỘ TRƯỞNG", "CỤC TRƯỞNG", "TỔNG CỤC TRƯỞNG", "TRƯỞNG PHÒNG")
_DEPUTIES = (
    "PHÓ CHỦ TỊCH", "PHÓ GIÁM ĐỐC", "THỨ TRƯỞNG", "PHÓ CỤC TRƯỞNG", "PHÓ CHỦ TỊCH THƯỜNG TRỰC", "PHÓ TRƯỞNG PHÒNG",
)  # fmt: skip
TITLES: tuple[str, ...] = (
    *_CHIEFS,
    *_DEPUTIES,
    "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
    "KT. CHỦ TỊCH PHÓ CHỦ TỊCH THƯỜNG TRỰC",
    "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
    "KT. CỤC TRƯỞNG PHÓ CỤC TRƯỞNG",
    *(f"TUQ. CHỦ TỊCH GIÁM ĐỐC {office}" for office in _DEPARTMENTS),
    *(f"TUQ. ỦY BAN NHÂN DÂN GIÁM ĐỐC {office}" for office in _DEPARTMENTS),
    *(
        f"{by} GIÁM ĐỐC {chief} {office}"
        for by in ("TUQ.", "TL.")
        for chief in ("GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
        for office in _OFFICES
    ),
    "TL. GIÁM ĐỐC GIÁM ĐỐC",
    "TL. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
    "TUQ. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
    # A deputy signs for the head of the office that was told to sign.
    *(f"TUQ. GIÁM ĐỐC KT. GIÁM ĐỐC {office} PHÓ GIÁM ĐỐC" for office in _OFFICES),
    *(
        f"TUQ. {who} KT. GIÁM ĐỐC {office} PHÓ GIÁM ĐỐC"
        for who in ("CHỦ TỊCH", "ỦY BAN NHÂN DÂN")
        for office in _DEPARTMENTS
    ),
    *(f"KT. GIÁM ĐỐC {office} PHÓ GIÁM ĐỐC" for office in (*_DEPARTMENTS, *_OFFICES)),
    "TUQ. GIÁM ĐỐC KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
    "KT. TRƯỞNG PHÒNG PHÓ TRƯỞNG PHÒNG",
    "TUQ. CHỦ TỊCH KT. TRƯỞNG PHÒNG PHÓ TRƯỞNG PHÒNG",
    "TL. CHỦ TỊCH TRƯỞNG PHÒNG TÀI NGUYÊN VÀ MÔI TRƯỜNG",
    "TUQ. CHỦ TỊCH TRƯỞNG PHÒNG TÀI NGUYÊN VÀ MÔI TRƯỜNG",
)
_NEAR = 0.2
_RESPACED = 2
_PLACE, _NO_PLACE = 0.03, 0.25
# A few letters behind it are a seal's, and no word that the head lacks.
_SCRAP, _SCRAP_LETTERS = 0.1, 4


_POINT_LOST = re.compile(r"^\W*(KT|TUQ|TL)(?=CH[UÚÙỦŨ]|GI[AÁÀẢÃ]M|B[OÔỘ])")


def mend_office(text: str, heads: tuple[str, ...]) -> tuple[str, bool]:
    """An authority or title with its head as a list has it and its place as the table of places has it.

    The second value tells whether all of it stands in the lists. Letter case and tone placement of the print stay.
    """
    # Poor scans lose the point of "KT.CHỦ TỊCH", and with it what parts the two.
    text = _POINT_LOST.sub(r"\1.", nfc(text))
    # "KT.CHỦ TỊCH" is told as "KT. CHỦ TỊCH" and given back as printed.
    spaced = re.sub(r"(?<=\w)\.(?=\w)", ". ", text)
    if spaced != text and not re.search(r"\w\. ", text):
        mended, known = mend_office(spaced, heads)
        return re.sub(r"(?<=\w)\. ", ".", mended), known
    words = text.split(" ")
    best: tuple[float, int, str] | None = None
    for head, slip in itertools.product(heads, (0, -1, 1)):
        count = head.count(" ") + 1 + slip
        if not 0 < count <= len(words):
            continue
        printed = " ".join(words[:count])
        apart = Levenshtein.normalized_distance(comparable(printed), comparable(head))
        if apart > _NEAR or (slip and not _is_respaced(printed, head)):
            continue
        tail = " ".join(words[count:])
        # A head that leaves something over which is no place is too short.
        scrap = _SCRAP if len(tail) <= _SCRAP_LETTERS else _NO_PLACE
        left_over = 0.0 if not tail else _PLACE if mend_tail(tail)[1] else scrap
        if best is None or (apart + left_over, -len(head)) < (best[0], -len(best[2])):
            best = (apart + left_over, count, head)
    if best is None:
        return text, False
    _, count, head = best
    printed_head = " ".join(words[:count])
    mended = printed_head if comparable(printed_head) == comparable(head) else _cased(head, printed_head)
    tail = " ".join(words[count:])
    if not tail:
        return mended, True
    mended_tail, known = mend_tail(tail)
    return f"{mended} {mended_tail}", known


def _is_respaced(printed: str, head: str) -> bool:
    """Whether words are a head's but for a space read or lost in one: a word more is a place's, not the head's."""
    return Levenshtein.distance(*(comparable(text).replace(" ", "") for text in (printed, head))) <= _RESPACED


def _cased(head: str, printed: str) -> str:
    if re.search(r"[a-zà-ỹ]", printed) and not printed.isupper():
        letters = [c for c in printed if c.isalpha()]
        if sum(c.islower() for c in letters) > 0.5 * len(letters):
            return head.capitalize()
    return head
