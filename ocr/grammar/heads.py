"""Titles of sections, and what is printed at the foot of a face.

Owns their wordings and how a title is told from a sentence with its words. What stands inside a section, and how its
labels are called, it must not know.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from ocr.grammar.labels import EXACT, ITEM, Hit, Label, find_labels, label, opens
from ocr.grammar.letters import fold, skeleton_of

_SHORT_TITLE = 28


_OWNER_HEADS = (
    "Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất",
    "Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất",
    "Người sử dụng đất, chủ sở hữu nhà ở, tài sản khác gắn liền với đất",
    "Tên người sử dụng đất",
    "Chủ sở hữu nhà ở, chủ sử dụng đất ở",
    "Chủ sở hữu nhà ở và sử dụng đất ở",
    "Chủ sở hữu nhà ở",
    "Chủ sở hữu nhà ở và chủ sử dụng đất ở",
    "Chủ sở hữu nhà ở, sử dụng đất ở",
    "Người sử dụng đất",
)
SECTION_HEADS: tuple[Label, ...] = (
    label("owners", *_OWNER_HEADS, opening=True),
    label("dwelling", "Thực trạng nhà ở, đất ở", "Thực trạng nhà ở và đất ở", "Đặc điểm nhà ở, đất ở",
          "Đặc điểm nhà ở và đất ở", "Thông tin về nhà ở, đất ở", "Thông tin về nhà ở và đất ở", opening=True),
    label("parcels", "Thửa đất, nhà ở và tài sản khác gắn liền với đất", "Thông tin thửa đất",
          "Thửa đất được quyền sử dụng", "Thông tin về thửa đất",
          "Thực trạng đất ở", "Thực trạng đất", "Đặc điểm đất ở", "Thông tin về đất ở", opening=True),
    label("house", "Thông tin tài sản gắn liền với đất", "Thông tin về tài sản gắn liền với đất",
          "Tài sản gắn liền với đất", "Thực trạng nhà ở", "Thực trạng nhà", "Đặc điểm nhà ở",
          "Thông tin về nhà ở", opening=True),
    label("other_assets", "Công trình xây dựng khác", "Rừng sản xuất là rừng trồng", opening=True),
    label("sketch", "Sơ đồ thửa đất, nhà ở và tài sản khác gắn liền với đất",
          "Sơ đồ thửa đất, tài sản gắn liền với đất", "Sơ đồ thửa đất", "Sơ đồ nhà ở, đất ở", "Sơ đồ nhà đất",
          opening=True),
    label("coordinates", "Bảng kê tọa độ", "Bảng liệt kê tọa độ góc ranh", "Bảng tọa độ", opening=True),
    label("changes", "Những thay đổi sau khi cấp Giấy chứng nhận", "Những thay đổi sau khi cấp GCN",
          "Những thay đổi sau khi cấp Giấy chứng nhận (tiếp theo)",
          "Những thay đổi sau khi cấp Giấy chứng nhận quyền sử dụng đất",
          "Nội dung thay đổi và cơ sở pháp lý", opening=True),
)  # fmt: skip
# Sentences printed at the foot of a face, wherever in a line they stand.
_FOOT = tuple(
    skeleton_of(text)
    for text in (
        "Người được cấp Giấy chứng nhận không được sửa chữa",
        "bổ sung bất kỳ nội dung nào trong Giấy chứng nhận",
        "khi bị mất hoặc hư hỏng Giấy chứng nhận phải khai báo",
        "phải khai báo ngay với cơ quan cấp Giấy",
        "Thông tin chi tiết được thể hiện tại mã QR",
        "Người được cấp giấy chứng nhận cần chú ý",
        "Người được cấp giấy chứng nhận quyền sử dụng đất cần chú ý",
        "Khi thực hiện các quyền của người sử dụng đất phải mang giấy này",
        "đến đăng ký tại cơ quan có thẩm quyền; không được tẩy xóa",
    )
)
_FOOT_ALIKE = 86.0
# So many letters of a sentence's beginning tell it where it wraps.
_LEAST_OF_FOOT = 18
# Short titles count only with their item number and nothing but a value behind a colon.
NUMBERED_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # On a supplement they go on: "1. Thửa đất (tiếp theo trang 2):".
    ("parcels", re.compile(r"\W*[1il]\s*[.,)\-:]?\s*thua\s*dat\W*")),
    (
        "parcels",
        re.compile(
            r"\W*(?:[12]|[il]{1,3})\s*[.,)\-:]?\s*(?:thong\s*tin\s*)?thua\s*dat\W*tiep\s*(?:theo|tuc)[\w\s]{0,20}\W*"
        ),
    ),
    ("owners", re.compile(r"\W*(?:(?:[1il]|i)\s*[.,)\-:]+\s*)?chu\s*so\s*huu(?:\s*(?:nha|nha\s*dat))?\W*$")),
    ("house", re.compile(r"\W*(?:(?:[2z]|i{2,3})\s*[.,)\-:]?|a\s*[.,)\-/]|[1il]\s*[.,)])\s*nha\s*o(?=\W*$|\W*:)")),
    ("dwelling", re.compile(r"\W*(?:[12]|[il]{1,3})\s*[.,)\-:]+\s*nha\s*o\s*(?:va|,)\s*dat\s*o\W*$")),
    ("house", re.compile(r"\W*(?:[2z]|iii)\s*[.,)\-:]?\s*nha\s*o(?=\W|$)")),
    # The Ở was read as a sign: "2. Nhà °: Không".
    ("house", re.compile(r"\W*[2z]\s*[.,)\-:]\s*nha\s*[^\w\s:]{1,2}\s*(?=:)")),
    (
        "parcels",
        re.compile(
            r"\W*(?:theo|nhu)\s*bang?\s*(?:liet\s*|thong\s*)?ke\s*(?:(?:o\s*)?duoi(?:\s*day)?|sau(?:\s*day)?)?\W*$"
        ),
    ),
    # In capitals it is like the certificate's own title, which opens no section.
    (
        "changes",
        re.compile(
            r"\W*nhung\s*thay\s*doi\s*sau\s*khi\s*(?:duoc\s*)?cap\s*"
            r"(?:gcn(?:\s*q?sd\s*d)?|giay(?:\s*chung(?:\s*nhan(?:\s*quyen(?:\s*su(?:\s*dung(?:\s*dat)?)?)?)?)?)?)?\W*(?:\s\w{1,2}\W*)?$"
        ),
    ),
    # House certificates set house and land side by side.
    (
        "parcels",
        re.compile(r"\W*(?:b\s*[.,)\-/]|(?:[23z]|i{2,3})\s*[.,)\-:])\s*dat\s*o(?:\s*gan\s*[a-z ]*nha\s*o)?\W*$"),
    ),
    # Books of 1993: "Được quyền sử dụng: 7.933 m² đất (bằng chữ: ...".
    (
        "parcels",
        re.compile(
            # The number may be misread in part; over a dotted line the unit may stand apart from it.
            r"\W*duoc\s*quyen\s*su\s*dung\b\W*(?:(?=.{0,8}[\d²³]).{1,14}?\s*m.{0,3}dat"
            r"(?:\W*gom\s*\S{0,3}\s*thua(?:\s*dat)?|\W*bang\s*chu.*)?|\d[\d., ]*)\W*$"
        ),
    ),
    ("other_assets", re.compile(r"\W*[5s]\s*[.,)\-:]?\s*cay\s*lau\s*nam(?=\W|$)")),
    (
        "notes",
        re.compile(
            r"\W*(?:[4-8]|[i1l]v|v|vi)?\s*[.,)/\-:]*\s*(?:nhung\s+|phan\s+|muc\s+)?[gt][hn]i\s*ch[uo][ti1l]?(?=\W|$)"
        ),
    ),
)


def is_foot(text: str) -> bool:
    """Whether a line belongs to the sentences printed at the foot of every certificate."""
    letters = skeleton_of(text)
    return len(letters) >= _LEAST_OF_FOOT and any(
        fuzz.partial_ratio(phrase, letters, score_cutoff=_FOOT_ALIKE) > 0
        if len(letters) > max(24, 0.8 * len(phrase))
        else fuzz.ratio(phrase[: len(letters)], letters) >= _FOOT_ALIKE
        for phrase in _FOOT
    )


def _is_certificate_title(text: str) -> bool:
    """Whether a line is of the big title in capitals, whose words come again in the titles of sections."""
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters) > 0.8 * len(letters)
    return capitals and not re.match(r"\W*(?:\d{1,2}\s*[.\-–):]|[IVX]{1,4}(?:\s*[.\-–):]|\s))", text)


_LEAST_WRAPPED = 16
# An item's number and a colon.
_BESIDE_TITLE = 8
_WRAPPED_ALIKE = 88.0


def _wrapped_head(text: str) -> str | None:
    """The section whose long title begins on this line and goes on with the next."""
    found = ITEM.match(text)
    letters = skeleton_of(text[found.end() :] if found else text)
    if len(letters) < _LEAST_WRAPPED:
        return None
    for label_ in SECTION_HEADS:
        for wording in label_.skeletons:
            begun = wording[: len(letters)]
            if len(wording) - len(letters) >= 3 and fuzz.ratio(begun, letters) >= _WRAPPED_ALIKE:
                return label_.key
    return None


def _is_whole_title(text: str, hit: Hit) -> bool:
    """Whether all of a title stands there, not only its end."""
    letters = skeleton_of(text[hit.start : hit.end])
    wordings = (w for label_ in SECTION_HEADS if label_.key == hit.key for w in label_.skeletons)
    return text[hit.start].isupper() and any(
        len(letters) >= 0.85 * len(w) and fuzz.ratio(w, letters) >= 85.0 for w in wordings
    )


def head_of(text: str) -> tuple[str, int] | None:
    """The section that a line opens, and where its own text begins; ``None`` for any other line.

    A scrap of the paper's pattern may stand before the title's number.
    """
    text = _MISREAD_ROMAN.sub(lambda number: number.group().replace("H", "I"), text, count=1)
    head = _head_of(text)
    if head is None and (scrap := _SCRAP_BEFORE_NUMBER.match(text)):
        rest = _head_of(text[scrap.end() :])
        return (rest[0], scrap.end() + rest[1]) if rest else None
    return head


# "HI- Thực trạng đất ở" is item III.
_MISREAD_ROMAN = re.compile(r"^\W*(?=[HI]{2,3}\s*[.\-–:)])[HI]*H[HI]*")
_SCRAP_BEFORE_NUMBER = re.compile(r"\W*\w{1,2}\W+(?=(?:\d|[IVX]{1,4})\s*[.)\-–:]\s*[A-ZĐ])")


# House certificates print these in capitals, in words of the certificate's own title.
_IN_CAPITALS = frozenset({"dwelling", "sketch"})


def _head_of(text: str) -> tuple[str, int] | None:
    folded = fold(text)
    if is_foot(text):
        return "foot", len(text)
    for key, pattern in NUMBERED_HEADS:
        found = pattern.match(folded)
        if not found:
            continue
        rest = text[found.end() :]
        if key == "parcels" and rest.strip():
            continue
        if key == "notes" or not rest.strip() or rest.lstrip()[:1] in ":;.-–":
            return key, found.end()
    hits = find_labels(text, SECTION_HEADS)
    if _is_certificate_title(text) and not any(hit.key in _IN_CAPITALS and hit.score >= EXACT for hit in hits):
        return None
    # A title's end is like another title's beginning: a title that stands there whole has not wrapped.
    whole = any(hit.score >= EXACT and len(text) - (hit.end - hit.start) < _BESIDE_TITLE for hit in hits)
    wrapped = None if whole else _wrapped_head(text)
    if wrapped:
        return wrapped, len(text)
    for hit in hits:
        if not opens(text, hit.start):
            break
        if _is_title(text, hit):
            return hit.key, hit.end
    return None


_NUMBER_OF_A_PARCEL = re.compile(r"\bs[o0]\s*(?:hieu\s*)?thua")


def _is_title(text: str, hit: Hit) -> bool:
    """Whether a line that opens with the words of a section's title is that title, and no sentence with its words."""
    numbered = bool(re.match(r"\W*(?:\d{1,2}|[IVX1l]{1,4})\s*[.\-–):]", text))
    rest = text[hit.end :].strip(" .:;")
    if hit.key == "sketch" and _NUMBER_OF_A_PARCEL.search(fold(text)):
        return False  # "1.1. Số thửa đất: 12" is like "Sơ đồ thửa đất".
    if not numbered:
        if hit.score < EXACT and hit.end - hit.start < _SHORT_TITLE:
            return False  # "tiền sử dụng đất" is like "Người sử dụng đất", but it is no title.
        if (rest[:1].islower() and ":" not in text[hit.end - 1 : hit.end + 2]) or not _is_whole_title(text, hit):
            return False  # The notes may speak of "tài sản khác gắn liền với đất chưa chứng nhận quyền sở hữu".
    return hit.key == "coordinates" or len(rest) < 0.5 * len(text) or ":" in text[hit.end - 2 : hit.end + 2]
