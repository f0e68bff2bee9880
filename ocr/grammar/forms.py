"""Which form a face belongs to, and which printed face it is.

Owns the phrases that tell forms apart, as data with weights. A phrase is searched in the letters of the whole face, so
that wrapped titles and misread marks still count. The years decide between forms that look alike (2009 and 2014).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from rapidfuzz import fuzz

from certificate.record import Form
from ocr.grammar.flow import FaceText
from ocr.grammar.letters import skeleton_of


class Family(StrEnum):
    """Papers that look alike: forms of one family share titles, and the date of issue tells them apart."""

    FOUR_FACES = "four_faces"
    LEAF_2024 = "leaf_2024"
    RED_BOOK = "red_book"
    HOUSE_60 = "house_60"
    HOUSE_90 = "house_90"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class FaceKind:
    """What a face is: its family and printed number (``None`` where unknown), and how strongly its print says so."""

    family: Family | None
    number: int | None
    strength: float
    blank: bool = False
    # Some other paper, by its title: an application, a contract.
    foreign: bool = False
    # Faces of one page are of one sheet; 0 where it is not known.
    page: int = 0


_FOUR, _LEAF, _RED, _CARD = Family.FOUR_FACES, Family.LEAF_2024, Family.RED_BOOK, Family.CARD
# family, printed face, weight, phrase
_PHRASES: tuple[tuple[Family, int, float, str], ...] = (
    (_FOUR, 1, 3.0, "quyền sử dụng đất quyền sở hữu nhà ở và tài sản khác gắn liền với đất"),
    (_FOUR, 1, 2.0, "người sử dụng đất chủ sở hữu nhà ở và tài sản khác gắn liền với đất"),
    (_FOUR, 2, 3.0, "thửa đất nhà ở và tài sản khác gắn liền với đất"),
    (_FOUR, 2, 1.5, "công trình xây dựng khác"),
    (_FOUR, 2, 1.5, "rừng sản xuất là rừng trồng"),
    (_FOUR, 2, 1.0, "nguồn gốc sử dụng"),
    (_FOUR, 2, 0.7, "tờ bản đồ số"),
    (_FOUR, 2, 0.7, "bằng chữ"),
    (_FOUR, 2, 0.7, "số vào sổ cấp"),
    (_FOUR, 3, 3.0, "sơ đồ thửa đất nhà ở và tài sản khác gắn liền với đất"),
    (_FOUR, 3, 1.2, "những thay đổi sau khi cấp giấy chứng nhận"),
    (_FOUR, 4, 1.0, "nội dung thay đổi và cơ sở pháp lý"),
    (_FOUR, 4, 3.0, "người được cấp giấy chứng nhận không được sửa chữa tẩy xóa hoặc bổ sung"),
    (_FOUR, 4, 2.0, "phải khai báo ngay với cơ quan cấp giấy"),
    (_FOUR, 5, 6.0, "trang bổ sung giấy chứng nhận"),
    (_LEAF, 1, 3.2, "quyền sử dụng đất quyền sở hữu tài sản gắn liền với đất"),
    (_LEAF, 1, 2.0, "người sử dụng đất chủ sở hữu tài sản gắn liền với đất"),
    (_LEAF, 1, 2.0, "thông tin thửa đất"),
    (_LEAF, 1, 2.0, "thông tin tài sản gắn liền với đất"),
    (_LEAF, 1, 2.0, "thông tin chi tiết được thể hiện tại mã qr"),
    (_LEAF, 2, 2.6, "4 sơ đồ thửa đất tài sản gắn liền với đất"),
    (_LEAF, 2, 1.5, "5 ghi chú"),
    (_LEAF, 2, 1.4, "6 những thay đổi sau khi cấp giấy chứng nhận"),
    (_LEAF, 2, 0.8, "số vào sổ cấp giấy chứng nhận"),
    (_RED, 1, 1.5, "giấy chứng nhận quyền sử dụng đất"),
    (_RED, 2, 3.0, "tên người sử dụng đất"),
    (_RED, 2, 3.0, "thửa đất được quyền sử dụng"),
    (_RED, 2, 1.6, "được quyền sử dụng"),
    (_RED, 3, 2.5, "vào sổ cấp giấy chứng nhận quyền sử dụng đất số"),
    (_RED, 3, 2.5, "vào sổ cấp giấy cnqsdđ"),
    (_RED, 3, 2.5, "vào sổ cấp gcn qsdđ"),
    (_RED, 3, 2.5, "vào sổ cấp giấy chứng nhận qsdđ"),
    (_RED, 3, 4.0, "thửa đất được quyền sử dụng tiếp theo"),
    (_RED, 4, 2.0, "những thay đổi sau khi cấp giấy chứng nhận quyền sử dụng đất"),
    (_RED, 4, 2.4, "người được cấp giấy chứng nhận quyền sử dụng đất phải giữ gìn"),
    (_RED, 4, 2.4, "người được cấp giấy chứng nhận quyền sử dụng đất cần chú ý"),
    (_RED, 3, 1.0, "sơ đồ thửa đất"),
    (_RED, 3, 2.0, "trích lục bản đồ"),
    (Family.HOUSE_60, 1, 4.0, "giấy chứng nhận quyền sở hữu nhà ở và quyền sử dụng đất ở"),
    (Family.HOUSE_90, 1, 2.6, "giấy chứng nhận quyền sở hữu nhà ở"),
    (Family.HOUSE_60, 2, 4.5, "thực trạng nhà ở đất ở"),
    (Family.HOUSE_90, 2, 4.0, "thực trạng nhà ở"),
    (Family.HOUSE_60, 2, 4.5, "đặc điểm nhà ở đất ở"),
    (Family.HOUSE_90, 2, 4.0, "đặc điểm nhà ở"),
    (Family.HOUSE_60, 2, 2.6, "chủ sở hữu nhà ở và sử dụng đất ở"),
    (Family.HOUSE_60, 3, 4.0, "sơ đồ nhà ở đất ở"),
    (Family.HOUSE_60, 3, 4.0, "sơ đồ nhà đất"),
    (_CARD, 1, 3.0, "căn cước công dân"),
    (_CARD, 1, 3.0, "citizen identity card"),
    (_CARD, 1, 3.0, "socialist republic of viet nam"),
    (_CARD, 1, 2.0, "place of residence"),
    (_CARD, 1, 2.0, "date of birth"),
    (_CARD, 2, 2.5, "personal identification"),
    (_CARD, 2, 2.5, "date month year"),
    (_CARD, 2, 2.0, "đặc điểm nhân dạng"),
    (_CARD, 2, 2.5, "cục trưởng cục cảnh sát"),
)  # fmt: skip
_SKELETONS = tuple((family, face, weight, skeleton_of(phrase)) for family, face, weight, phrase in _PHRASES)
# Titles of one form that differ in a few words from another's: the one more alike counts.
_RIVALS = {
    skeleton_of(one): skeleton_of(other)
    for pair in (
        ("sơ đồ thửa đất nhà ở và tài sản khác gắn liền với đất", "4 sơ đồ thửa đất tài sản gắn liền với đất"),
        ("quyền sử dụng đất quyền sở hữu nhà ở và tài sản khác gắn liền với đất",
         "quyền sử dụng đất quyền sở hữu tài sản gắn liền với đất"),
        ("người sử dụng đất chủ sở hữu nhà ở và tài sản khác gắn liền với đất",
         "người sử dụng đất chủ sở hữu tài sản gắn liền với đất"),
    )
    for one, other in (pair, pair[::-1])
}  # fmt: skip
# NĐ 90/2006/NĐ-CP of 06/09/2006 came into force fifteen days after its publication.
_HOUSES_OF_2006 = "2006-10"
# Books of the law of 1993 were not issued any more a year after those of QĐ 24/2004.
_NEW_BOOKS_EVERYWHERE = "2005-12"
_HOUSES = frozenset({Family.HOUSE_60, Family.HOUSE_90})
_LEAST_ALIKE = 84.0
# Most of these words stand in notes of other forms, too: "Nhà ở và tài sản khác gắn liền với đất chưa chứng nhận".
_SPOKEN_OF = frozenset({skeleton_of("thửa đất nhà ở và tài sản khác gắn liền với đất")})
_LEAST_WHOLE = 94.0
# Titles that are the end of longer ones, which say more.
_WITHIN = {
    skeleton_of(one): skeleton_of(longer)
    for one, longer in (
        ("thửa đất nhà ở và tài sản khác gắn liền với đất", "sơ đồ thửa đất nhà ở và tài sản khác gắn liền với đất"),
        ("giấy chứng nhận quyền sử dụng đất", "thay đổi sau khi cấp giấy chứng nhận quyền sử dụng đất"),
    )
}
_LEAST_STRENGTH = 1.5
_LEAF_CODE = re.compile(r"^\d{2}-\d{2}-\d{4}-\d{2}-\d{2}-\d{2}\|")


# Papers that speak of land in a certificate's words: excerpts, applications, contracts, decisions.
_OTHER_TITLES = tuple(
    skeleton_of(title)
    for title in (
        "trích lục bản đồ", "trích lục thửa đất", "trích đo", "mảnh trích đo", "hợp đồng chuyển nhượng",
        "hợp đồng tặng cho", "hợp đồng thế chấp", "hợp đồng ủy quyền", "hợp đồng mua bán", "hợp đồng thuê",
        "đơn đăng ký", "đơn đề nghị", "đơn xin", "biên bản", "tờ khai", "phiếu chuyển", "phiếu yêu cầu",
        "phiếu lấy ý kiến", "giấy ủy quyền", "giấy biên nhận", "giấy tiếp nhận", "văn bản thỏa thuận", "tờ trình",
        "thông báo nộp",
    )
)  # fmt: skip
_TITLE_AMONG_LINES = 8
_NATION = skeleton_of("cộng hòa xã hội chủ nghĩa việt nam")
# Books of 1993 call the page with the sketch and the signature "Trích lục bản đồ"; where they are entered stands there.
_ENTERED = skeleton_of("vào sổ cấp giấy chứng nhận")
# A change says that somebody has a card now; it is none.
_NAME_OF_A_CARD = skeleton_of("căn cước công dân")
_OF_CHANGES = tuple(map(skeleton_of, ("nội dung thay đổi", "thay đổi sau khi cấp", "xác nhận của cơ quan")))
_OWNERS_OF_A_BOOK, _LAND_OF_A_BOOK = skeleton_of("tên người sử dụng đất"), skeleton_of("thửa đất được quyền sử dụng")
# "Đính chính tên người sử dụng đất thành ..." stands on a back.
_SAID_IN_CHANGES = frozenset({_NAME_OF_A_CARD, _OWNERS_OF_A_BOOK})


def face_kind(face: FaceText) -> FaceKind:
    """What this face is, by its phrases and codes; ``blank`` when there is no print to speak of."""
    return replace(_kind_by_print(face), page=face.read.face.page_number)


def _kind_by_print(face: FaceText) -> FaceKind:
    letters = "".join(skeleton_of(line.text) for line in face.lines)
    if len(letters) < 12 and not face.read.codes:
        return FaceKind(None, None, 0.0, blank=True)
    if _is_another_paper(face) and _ENTERED not in letters:
        return FaceKind(None, None, 0.0, foreign=True)
    scores: dict[tuple[Family, int], float] = {}
    for family, number, weight, phrase in _SKELETONS:
        if len(letters) + 4 < len(phrase):
            continue
        alike = _alike(phrase, letters)
        rival = _RIVALS.get(phrase)
        least = _LEAST_WHOLE if phrase in _SPOKEN_OF else _LEAST_ALIKE
        if phrase in _WITHIN and letters.count(phrase) == 1 and _WITHIN[phrase] in letters:
            continue
        if phrase in _SAID_IN_CHANGES and any(title in letters for title in _OF_CHANGES):
            continue
        if alike >= least and not (rival and _alike(rival, letters) > alike):
            share = 0.5 + 0.5 * (alike - _LEAST_ALIKE) / (100.0 - _LEAST_ALIKE)
            scores[family, number] = scores.get((family, number), 0.0) + weight * share
    _add_codes(face, scores)
    if not scores:
        return FaceKind(None, None, 0.0)
    families: dict[Family, float] = {}
    for (family, _), score in scores.items():
        families[family] = families.get(family, 0.0) + score
    _settle_likenesses(families, is_house=(Family.HOUSE_90, 2) in scores)
    family = max(families, key=lambda name: families[name])
    number = max((n for f, n in scores if f is family), key=lambda n: scores[family, n])
    is_cover = number == 2 and _is_cover_with_owners(letters)
    # Front and back in one picture, as a spread that was not parted: the front tells whose it is.
    is_cover |= number == 4 and _NATION in letters
    if family is _RED and (family, 1) in scores and is_cover:
        number = 1
    if families[family] < _LEAST_STRENGTH:
        return FaceKind(None, None, families[family])
    return FaceKind(family, number, families[family])


def _is_cover_with_owners(letters: str) -> bool:
    """Whether a face of a red book tells whose it is, not what land: some books have that below their title."""
    return _alike(_OWNERS_OF_A_BOOK, letters) > 0 and _alike(_LAND_OF_A_BOOK, letters) == 0


def _is_another_paper(face: FaceText) -> bool:
    """Whether a title in capitals near the head says that this is some other paper."""
    heads = [line.text for line in face.lines[:_TITLE_AMONG_LINES] if line.text.isupper()]
    return any(skeleton_of(head).startswith(_OTHER_TITLES) for head in heads)


def _alike(phrase: str, letters: str) -> float:
    return 100.0 if phrase in letters else fuzz.partial_ratio(phrase, letters, score_cutoff=_LEAST_ALIKE)


def _add_codes(face: FaceText, scores: dict[tuple[Family, int], float]) -> None:
    for code in face.read.codes:
        key: tuple[Family, int] | None = None
        if code.kind == "qr" and _LEAF_CODE.match(code.payload):
            key = (_LEAF, 1)
        elif code.kind == "qr" and re.match(r"^\d{12}\|", code.payload):
            key = (_CARD, 1)
        elif code.kind != "qr" and re.fullmatch(r"\d{13}|\d{15}", code.payload):
            key = (_FOUR, 4)
        if key:
            scores[key] = scores.get(key, 0.0) + 3.0


def _settle_likenesses(families: dict[Family, float], *, is_house: bool) -> None:
    """Titles that hold a shorter form's title whole count for the longer form only.

    ``is_house`` tells that the face has the title of a house's facts: then only its notes speak of the longer form.
    """
    if families.get(_FOUR, 0) > 2.5 or families.get(_LEAF, 0) > 2.5:
        for shorter in (_RED,) if is_house else (_RED, Family.HOUSE_90):
            families[shorter] = families.get(shorter, 0.0) - 3.0
    if families.get(Family.HOUSE_60, 0) > max(2.0, families.get(Family.HOUSE_90, 0.0)):
        families[Family.HOUSE_90] = families.get(Family.HOUSE_90, 0.0) - 3.0


def form_of(family: Family | None, issue_date: str | None, serial: str | None) -> tuple[Form, float]:
    """The form within a family by date and serial, with how sure that is (0.0-1.0)."""
    if family is Family.LEAF_2024:
        return Form.TT10_2024, 0.99
    if family is Family.CARD:
        return Form.CCCD, 0.99
    if family in _HOUSES:
        return _house(family, issue_date)
    if family is Family.RED_BOOK:
        return _red_book(issue_date, serial)
    if family is Family.FOUR_FACES:
        return _four_faces(issue_date, serial)
    return Form.OTHER, 0.9


def _house(family: Family | None, issue_date: str | None) -> tuple[Form, float]:
    """Both decrees' certificates may bear either title: the day tells them apart, the title where there is none."""
    if issue_date:
        return (Form.ND90, 0.93) if issue_date >= _HOUSES_OF_2006 else (Form.ND60, 0.95)
    return (Form.ND60, 0.8) if family is Family.HOUSE_60 else (Form.ND90, 0.85)


def _red_book(issue_date: str | None, serial: str | None) -> tuple[Form, float]:
    if serial:
        one_letter = len(serial.split()[0]) == 1
        if one_letter and issue_date and issue_date >= _NEW_BOOKS_EVERYWHERE:
            return Form.LD2003, 0.85  # A letter of the serial number was lost.
        return (Form.LD1993, 0.97) if one_letter else (Form.LD2003, 0.97)
    if issue_date:
        return (Form.LD1993, 0.9) if issue_date < "2004-11-01" else (Form.LD2003, 0.9)
    return Form.LD2003, 0.5


def _four_faces(issue_date: str | None, serial: str | None) -> tuple[Form, float]:
    if issue_date and len(issue_date) >= 7:
        return (Form.TT23_2014 if issue_date >= "2014-07-05" else Form.TT17_2009), 0.99
    if serial:
        letters = serial.split()[0]
        if letters[0] in "CD":
            return Form.TT23_2014, 0.97
        if letters[0] == "B":
            return (Form.TT23_2014, 0.75) if letters[1:] >= "T" else (Form.TT17_2009, 0.85)
    return Form.TT23_2014, 0.5


def settle_kinds(kinds: Sequence[FaceKind]) -> list[FaceKind]:
    """The kinds with back faces given to the family whose fronts are in the file.

    Sketches and tables of changes look alike on all forms: backs of a family that has no front here belong to one that
    has, and such a face beside a front on one page is of the same sheet.
    """
    kinds = [_as_beside(kind, kinds) for kind in kinds]
    fronts = {kind.family for kind in kinds if kind.family and _is_front(kind)}
    settled: list[FaceKind] = []
    for index, kind in enumerate(kinds):
        papers = fronts - {Family.CARD}
        # The first two faces may stand on one page, which is told by the second.
        houses = [k.family for n in (1, 2) for k in kinds if k.family in _HOUSES and k.number == n]
        if kind.family in _HOUSES and kind.number != 1 and houses and kind.family not in houses:
            # The two house certificates differ in their titles only.
            settled.append(replace(kind, family=houses[0]))
            continue
        if kind.family and kind.family not in fronts and kind.family is not Family.CARD and papers:
            before = [k.family for k in (*kinds[:index][::-1], *kinds[index:]) if k.family in papers]
            # Another certificate's, whose front could not be read, if the one there has such a face of its own.
            if kind.strength >= _PLAIN and any(k.family is before[0] and k.number == kind.number for k in kinds):
                settled.append(kind)
                continue
            settled.append(replace(kind, family=before[0], number=_back_number(before[0], kind.number)))
        else:
            settled.append(kind)
    return settled


# So strong is a face that bears a title of its family.
_PLAIN = 4.0


def _as_beside(kind: FaceKind, kinds: Sequence[FaceKind]) -> FaceKind:
    """The kind of a back as that of the face beside it on its page, if that tells more plainly what it is."""
    if kind.family in (None, Family.CARD) or _is_front(kind) or not kind.page:
        return kind
    papers = [other for other in kinds if other.page == kind.page and other.family not in (None, Family.CARD)]
    plain = [other for other in papers if other.strength >= _PLAIN and other.strength > kind.strength]
    return replace(kind, family=plain[0].family) if plain else kind


def _is_front(kind: FaceKind) -> bool:
    return kind.number == 1 or (kind.number == 2 and kind.family in (Family.FOUR_FACES, Family.RED_BOOK))


def _back_number(family: Family | None, number: int | None) -> int | None:
    return 2 if family is Family.LEAF_2024 else number


def group_faces(kinds: Sequence[FaceKind]) -> list[list[int]]:
    """Which faces make one certificate: each printed face once, in the order in which they were scanned.

    A face without a number (a blank back, a supplement) stays with the certificate before it, or comes with the next;
    faces of one family on one page are of one sheet.
    """
    if fours := _by_fours(kinds):
        return fours
    groups: list[_Group] = []
    waiting: list[int] = []
    for index, kind in enumerate(kinds):
        if kind.family is None:
            (groups[-1].members if groups else waiting).append(index)
            continue
        group = _group_for(index, kinds, [group for group in groups if group.family is kind.family])
        if group is None:
            group = _Group(kind.family, waiting)
            groups.append(group)
            waiting = []
        group.taken.add(kind.number or 0)
        group.members.append(index)
    if waiting:
        groups.append(_Group(None, waiting))
    return [sorted(group.members) for group in groups]


_FACES_OF_A_SHEET = 4


def _by_fours(kinds: Sequence[FaceKind]) -> list[list[int]] | None:
    """The faces by fours, where a scan holds several whole sheets one after the other, each in an order of its own.

    Each four has one front and no printed face twice, of one family, and no page is cut in two.
    """
    starts = range(0, len(kinds), _FACES_OF_A_SHEET)
    fours = [kinds[start : start + _FACES_OF_A_SHEET] for start in starts]
    if len(fours) < 2:
        return None
    for four in fours:
        numbers = [kind.number for kind in four if kind.number]
        families = {kind.family for kind in four if kind.family}
        whole = len(four) == _FACES_OF_A_SHEET and numbers.count(1) == 1 and len(numbers) == len(set(numbers))
        if not whole or len(families) != 1 or not families <= {Family.FOUR_FACES, Family.RED_BOOK}:
            return None
    pages = [{kind.page for kind in four if kind.page} for four in fours]
    if any(one & other for one, other in itertools.pairwise(pages)):
        return None
    return [list(range(start, start + _FACES_OF_A_SHEET)) for start in starts]


@dataclass(slots=True)
class _Group:
    """The faces of one certificate so far, and which printed faces they are."""

    family: Family | None
    members: list[int]
    taken: set[int] = field(default_factory=set)


def _group_for(index: int, kinds: Sequence[FaceKind], groups: Sequence[_Group]) -> _Group | None:
    """The group of its family that a face belongs to; ``None`` where another certificate begins with it."""
    kind = kinds[index]
    beside = [n for n, other in enumerate(kinds) if n != index and other.page == kind.page and kind.page]
    for group in groups:
        if any(n in group.members for n in beside):
            return group
    if _opens_another(index, kinds, beside) and not any(1 in group.taken and len(group.taken) == 1 for group in groups):
        return None
    # Where the front on its page is another certificate's, it is that one's, too.
    fronts = {kinds[n].number for n in beside if kinds[n].family is kind.family and _is_front(kinds[n])}
    fitting = [group for group in groups if not fronts & group.taken]
    free_ones = [group for group in fitting if (kind.number or 0) not in group.taken]
    # Where some certificate's inner faces are missing, these belong to the one that was scanned last.
    still = sum(one.family is kind.family and one.number == kind.number for one in kinds[index:])
    free = free_ones[-still if 0 < still < len(free_ones) else 0] if free_ones else None
    # Two backs that look alike: a sketch, and a cover with nothing but changes.
    return free or (fitting[-1] if fitting and not _is_front(kind) else None)


def _opens_another(index: int, kinds: Sequence[FaceKind], beside: Sequence[int]) -> bool:
    """Whether a front opens a certificate of its own although inner faces before it have none.

    Where fewer fronts than inner faces are in the scan, some certificate's front is missing: the inner faces behind
    this one are its own, as papers are scanned from the front, and those before it another's.
    """
    family = kinds[index].family
    if family is not Family.FOUR_FACES or 1 not in (kinds[n].number for n in (index, *beside)):
        return False
    numbers = [(n, kind.number) for n, kind in enumerate(kinds) if kind.family is family]
    fronts = sum(number == 1 for _, number in numbers)
    inner = [n for n, number in numbers if number == 2]
    return fronts < len(inner) and any(n > index for n in inner)
