"""Owners: who holds the land, in the words of any form.

Owns the wordings before a person's name, year, number and address. Persons come as ``Ông``, ``Bà``, ``Hộ ông``,
``Và vợ``; organisations by their kind; the order of their facts is the same on every form.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from certificate.text import CAPITALS, comparable
from ocr.grammar.drafts import Draft, Kind, given
from ocr.grammar.flow import Piece, join
from ocr.grammar.heirs import Mark, with_couples, with_heirs
from ocr.grammar.letters import fold
from ocr.grammar.lexicon import surnames
from ocr.grammar.name_ends import end_of_lines, end_of_name
from ocr.grammar.side_by_side import LEAST_NAME, NUMBER, by_columns

_PERSON = re.compile(
    r"(?P<co>(?:cung|dong)\s*(?:su\s*dung|so\s*huu)(?:\s*(?:dat|nha\s*o|chung|tai\s*san))?"
    r"(?:\s*,?\s*(?:va\s*)?(?:cung\s*)?so\s*huu\s*(?:nha\s*o|tai\s*san)(?:\s*khac)?(?:\s*gan\s*lien\s*voi\s*dat)?)?(?:\s*voi)?\s*[:;,]?\s*)?"
    # "Người đại diện của những người được thừa kế: Ông" stands before the heirs.
    r"(?P<rep>(?:nguoi\s*)?dai\s*dien(?:\s*(?:cua|cho))?\s*(?:nhung|cac)\s*(?:nguoi|dong)\b[a-z ,()]{3,80}?:\s*"
    r"|nguoi\s*dai\s*dien(?:\s*theo\s*phap\s*luat)?(?:\s*la)?\s*[:;,]?\s*|dai\s*dien\s*(?:la\s*)?[:;,]?\s*)?"
    r"(?P<and>(?:va|cung(?:\s*voi)?)\s+(?=vo|chong|ong|ba|ho|con))?"
    # "Họ và tên vợ: bà".
    r"(?:ho\s*(?:va|,)\s*ten\s*(?:cua\s*)?(?=(?:vo|chong)\b))?"
    # Readers lose the stroke between two words, or take it for a letter.
    r"(?P<rel>(?:vo(?:\s*[(/,|il1]?\s*chong\b\s*\)?)?|chong(?:\s*[(/,|il1]\s*vo\b\s*\)?)?)(?:\s*[il]a(?:\b|(?=(?:ong|ba)\b)))?\s*(?:[:;,.]|[-–](?=\s*(?:ong|ba)\b))?\s*)?"
    # Behind "vợ" a household is told as one: "Và vợ: Hồ Thị Nga" is none.
    r"(?P<ho>ho(?:\b|(?=[oq]ng\s*[(/:]|[oq]ng\s+[a-z]+\s+[a-z]))(?!\s*va\s*ten)(?(rel)(?=\s*(?:gia\s*dinh|[oq]ng\b|ba\b|[:;,])))\s*(?:gia\s*dinh\s*)?[:;,]?\s*(?:(?:do|cua)\s+)?)?"
    r"(?P<who>[oq]ng\s*[(/,|il1:]\s*ba\b[\W_]{0,3}?(?=\s*:)|(?:ong|ba)\b(?:\s*[(/,]?\s*\bba\b\s*\)?|\s*\(\s*(?P<mate>vo|chong)\s*\))?|ho\s*(?:va|,)\s*ten(?=\s*:)|ten\s*(?:nguoi|chu)\s*su\s*dung(?:\s*dat)?(?=\s*:))?"
    # A colon by itself is read as a letter, too: "Bà t LĂNG THÚY HẰNG".
    r"(?P<colon>\s*[:;.]|(?(who)\s[t1il](?=\s)|(?!)))?"
)
_BIRTH = re.compile(
    r"(?:sinh\s*ng[a-z]y|ng[a-z]y\s*(?:,\s*thang\s*,\s*nam\s*)?sinh|s[il1]nh\s*n[a-z]m(?!\s*sinh)|n[a-z]m\s*s[il1]nh(?!\s*(?:nam|ngay))|sinh(?=\s*[:;.]?\s*\d)|n\.?s\.?(?=\s*[:;.]?\s*(?:19|20)\d\d))\s*[:;.]?\s*"
)
_ID = re.compile(
    r"(?:giay\s*to\s*(?:nhan\s*than|ca\s*nhan)\s*so(?=\W*\d)\W*|(?:so\s*)?(?:giay\s*)?(?:cmtnd\s*/\s*cccd[/a-z]*|c[mn]nd|cmtnd|cmnd|chung\s*minh\s*(?:thu\s*)?(?:nhan\s*dan|quan\s*doi)?|"
    r"can\s*cuoc(?:\s*cong\s*dan)?|cccd|ccdd|ccgd|\bcc\b|so\s*dinh\s*danh(?:\s*ca\s*nhan)?|ho\s*chieu|\bhc\b|cmqd|cmsq)\s*"
    r"(?:\(cmnd\)|\(cccd\))?\s*(?:so)?\s*[:;.]*\s*)"
)
_ADDRESS = re.compile(
    r"(?:d\.?\s?c\.?\s?t\.?\s?t\b(?=\s*[:.])|dia\s*chi\s*(?:thuong(?:\s*tru|\s*[a-z]{1,3}(?=\s*:))?|tru\s*so(?:\s*chinh)?|lien\s*he)?|d[il1][a-z]\s*ch[il1](?=\s*:)|(?:noi\s*)?(?:dang\s*ky\s*)?(?:ho\s*khau\s*)?thuong\s*tru"
    r"(?:\s*tai)?|tru\s*so\s*(?:chinh)?(?:\s*tai)?|noi\s*dang\s*ky\s*ho\s*khau\s*thuong\s*tru|noi\s*thuong\s*[a-z]{1,4}(?=\s*:)|noi\s*cu\s*tru|cu\s*tru\s*tai(?=\s*[:.])"
    r"|(?:noi\s*)?d\.?\s?k\.?\s?h\.?\s?k\.?\s?(?:[t1l]\.?\s?[t1l]\.?)?|h\.?k\.?t\.?t\.?(?=\s*:)|cho\s*o\s*(?:hien\s*(?:nay|tai))?(?=\s*:)|(?:hien\s*)?cu\s*ngu(?:\s*tai)?|(?:thuong\s*)?tru\s*tai)"
    r"\s*(?:\([^)]{0,60}\))?(?:\s*cua\s+(?:ca\s+)?(?:hai\s+)?(?:vo\s*chong|ong\W*ba|ho|nguoi)[a-z ]{0,20}(?=\s*:))?"
    r"(?:\s*tai(?=\s*[:;.]|\s+[a-z0-9]))?\s*[:;.]*\s*"
)
# What opens a list of people is nobody's address: "Các đồng thừa kế gồm:".
_LIST = re.compile(
    r"(?:(?:va\s*)?(?:cac|nhung)\s*(?:dong|nguoi)\s*(?:duoc|cung|huong|\s)*thua\s*ke[a-z ]{0,30}"
    r"|gom(?:\s*co)?(?:\s*cac)?(?:\s*[oq]ng\W*ba\W*?)?)\s*:"
)
_ISSUED = re.compile(r"(?:do\s+.{2,60}?\s+)?(?:cap\s*ngay|ngay\s*cap|cap\s*ngay|noi\s*cap)\s*[:;.]?")
_ORG_ID = re.compile(
    r"(?P<tax>ma\s*so\s*(?:thue|doanh\s*nghiep)|mst|msdn|(?:giay\s*)?g?cn\s*[dđ]k\s*(?:dn|kd|hd|[dđ]t)\b|(?:giay\s*(?:chung\s*nhan|phep)|gcn)\s*(?:dang\s*ky\s*)?"
    r"(?:(?:kinh\s*doanh|doanh\s*nghiep|dau\s*tu|hoat\s*dong)[ ,va]*)*)\s*(?:so)?\s*[:;.]*\s*"
    r"|(?P<decision>(?:quyet\s*dinh|qd)\s*(?:thanh\s*lap\s*)?(?:so)\s*[:;.]*\s*)"
)
_ORG_WORDS = re.compile(
    r"(?:(?:ten\s*)?to\s*chuc\s*[:;.]?\s*)?(?:(?:c|\b\d)ong\s*ty|ngan\s*hang|hop\s*tac\s*xa|doanh\s*nghiep|truong\s|uy\s*ban|ubnd|so\s+(?!nha\s+(?!dat))[a-z]+\s+[a-z]+|"
    r"trung\s*tam|ban\s+(?:quan|chi|tri)|chi\s*(?:cuc|nhanh)|cuc\s|tong\s|chua\s|nha\s*tho|giao\s*(?:xu|hoi)|dinh\s|cong\s*dong|"
    r"benh\s*vien|tram\s|vien\s|hoi\s(?!\s*dong\s*(?:thanh|quan))|dang\s*uy|huyen\s*uy|tinh\s*uy|quy\s|tap\s*doan|vuon\s*quoc|lien\s*(?:doan|hiep)|"
    r"to\s*chuc|bo\s*chi\s*huy|cong\s*an|thanh\s*that|xi\s*nghiep|nong\s*truong|lam\s*truong|mat\s*tran|doan\s)"
)
# The rest of a place's name that wraps ("Nam / Định") has an organisation's letters, not its marks.
_LIKE_ORGANISATIONS = re.compile(r"(?:Định|Quý|Quỹ?\s*$|Chưa|Viên|Viễn|Hòi)\b", re.IGNORECASE)
_ORG_LABEL = re.compile(
    r"(?:ten\s*)?to\s*chuc(?:\s*(?:su\s*dung(?:\s*dat)?|kinh\s*te))?\s*[:;.]\s*|(?:ten\s*)?co\s*so\s*ton\s*giao\s*[:;.]?\s*|(?:(?:ten\s*)?to\s*chuc|don\s*vi)\s*[:;.]?\s+(?=cong\s*ty|hop\s*tac|doanh\s*ng)"
)
_ORG_END = re.compile(
    r"[;(]|\s+theo\W*$|\s+(?:dia\s*chi|ma\s*so|giay\s*chung|quyet\s*dinh|tru\s*so|mst\b|nguoi\s*dai)|,\s*(?:ma\s*so|giay|quyet|dia|tru|mst)"
)
_CITIZEN_DIGITS = 12
_SCRAP_LETTERS = 5
_LONGEST_NAME = 6


@dataclass
class _Owner:
    role: str
    gender: str
    name: Piece | None
    lead: Piece | None
    birth: Piece | None = None
    ids: list[tuple[str, Piece]] = field(default_factory=list)
    address: Piece | None = None
    # A word that could not be read stands before the one that told the role ("Hn ông" for "Hộ ông").
    doubted: bool = False
    # A second year of birth, or a second number as only one of a person's papers bears it.
    has_anothers: bool = False


def _line_starts(pieces: Sequence[Piece]) -> list[int]:
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece.text) + 1
    return starts


# Readers take the 1 of "1. Bà" for an I.
_LEAD = re.compile(r"[\W_]*(?:(?:\d{1,2}|[il])\s*[).:\-]\s*|[a-e]\s*[).]\s*)?[\W_]*")


# "Ông/Bà" stands on forms for either; readers lose the stroke.
_FOR_BOTH = re.compile(r"[oq]ng(?:\W*\b|\s*[|il1]\s*)ba\b")


def _person_at(text: str, folded: str, at: int, *, opening: bool) -> Mark | None:
    found = _PERSON.match(folded, at)
    # A family is called Hoòng; "Hộông" lost its gap.
    if not found or found.end() == at or (folded.startswith("hoo", at) and text[at + 1].lower() != "ộ"):
        return None
    who, rel, household, colon = (found.group(name) for name in ("who", "rel", "ho", "colon"))
    rep, co = found.group("rep"), found.group("co")
    if rel and not colon and ":" not in rel and text[found.start("rel") : found.end("rel")].strip().lower() == "võ":
        return None  # A family name of many: "Võ Thị Lan" is nobody's wife called "Thị Lan".
    # Printed for both, "Vợ/Chồng" opens a line with or without a colon; so does "Chồng" before a name.
    alone = opening and rel and (("vo" in rel and "chong" in rel) or _is_full_name(text[found.end() :]))
    is_told = rel and (colon or ":" in rel or found.group("and") or alone)
    if not (who or is_told or (rep and (colon or ":" in rep))):
        return None
    if household and not opening and text[found.start("ho") :][:2].lower() == "hồ":
        return None  # So is Hồ: "Ông: Hồ Bá Gia Khởi".
    rest = text[found.end() :].lstrip()
    if not _opens_name(rest, is_named=bool(opening and who and (rel or co))):
        return None
    told = rel or household or rep or co or found.group("and") or colon
    if not opening and not told and not (who and _goes_on_with(text[:at], rest)):
        return None
    if who and not (colon or rel or household or rep or co):
        printed = text[found.start("who") : found.end("who")]
        both_printed = _FOR_BOTH.match(who) is not None
        if not both_printed and not _is_title_word(printed, rest):
            return None
    end = found.end()
    if who and who.startswith("ho") and (titled := _TITLE_BEHIND.match(text, end)):
        # As in "Họ và tên: Bà Ngô Mộng Tuyền", "Họ và tên: Hộ ông Đặng Vinh".
        who, end, household = fold(titled["who"]), titled.end(), household or titled["household"]
    both = bool(who and _FOR_BOTH.match(who))
    gender = "" if both or not who else "male" if who.startswith("ong") else "female" if who.startswith("ba") else ""
    if rel and not gender:
        gender = "female" if rel.startswith("vo") else "male"
        if "vo" in rel and "chong" in rel:
            gender = ""
    married = rel or found.group("mate")
    role = "representative" if rep else "spouse" if married else "co_owner" if co else "household" if household else ""
    return Mark("person", at, end, role, gender)


_TITLE_BEHIND = re.compile(rf"\s*(?P<household>(?:Hộ|HỘ|hộ)\s+)?(?P<who>Ông|Bà|ông|bà|ÔNG|BÀ)\s+(?=[{CAPITALS}])")


def _opens_name(rest: str, *, is_named: bool) -> bool:
    """Whether a name stands here; behind "vợ là bà" also one whose first letter was read small ("tê Thanh Loan")."""
    if rest[:1].isupper() or rest[:1] in ("(", "[", '"', "'"):
        return True
    words = rest.split(" ", 2)
    return is_named and len(words) > 1 and words[0].isalpha() and words[1][:1].isupper()


def _is_full_name(rest: str) -> bool:
    """Whether a family name and another name stand here, each with a capital."""
    words = [part.strip(",.:;") for part in rest.split(" ")[:2]]
    told = comparable(words[0]) in surnames() or _BORN.match(fold(rest)) is not None
    return len(words) > 1 and all(word[:1].isupper() for word in words) and told


def _goes_on_with(before: str, rest: str) -> bool:
    """Whether another person is named behind a sign within a line: "…, tỉnh Vĩnh Long; Bà Khưu Thị Liễu, sinh năm"."""
    named = comparable(rest.split(" ", 1)[0]) in surnames() and _BORN.match(fold(rest)) is not None
    return named and before.rstrip()[-1:] in (",", ";", ":", ".")


# A year of birth behind a name of two to five words tells that it is one.
_BORN = re.compile(r"(?:[a-z]+\W+){2,5}(?:nam\s*sinh|sinh\s*(?:nam|ngay)|n\.?s\b)")


def _is_title_word(printed: str, rest: str) -> bool:
    """Whether a word before a name, without a colon, is Ông or Bà as readers have them.

    "Ba" without a mark also begins places (Ba Chúc, Ba Hòn): there the name behind it has to be one, in capitals.
    """
    word = printed.lower().strip()
    if word in ("ba", "bâ"):
        name = [part.strip(",.:;") for part in rest.split(" ")[:2]]
        return len(name) > 1 and all(part.isupper() for part in name) and comparable(name[0]) in surnames()
    return word in ("ông", "bà", "ong", "bá", "bả", "bã", "ôn g")


# Who issued a person's paper is no owner: "nơi cấp:" / "Công an tỉnh Kiên Giang".
_ISSUED_BY = re.compile(
    r"(?:noi\s*cap|\bcap(?:\s*boi)?|\bdo|\bcap\s*ngay\W*[\d/.\-\s]+(?:tai|boi|tu|do|noi\s*cap)?)\W*$"
)


def _marks(text: str, starts: Sequence[int]) -> list[Mark]:
    text = text.replace("€", "C")  # "€C: 0910" is "CC: 0910".
    folded = fold(text)
    marks: list[Mark] = []
    opening = {start + (m.end() - start if (m := _LEAD.match(folded, start)) else 0) for start in starts}
    for at in range(len(text)):
        word_start = text[at].isalnum() and (at == 0 or not text[at - 1].isalnum())
        if not word_start or (marks and at < marks[-1].end):
            continue
        mark = _mark_at(text, folded, at, opening=at in opening)
        # A name that begins like an organisation's ("Doãn", "Đoàn") stands right behind the word that announces it.
        announced = marks and marks[-1].what in {"person", "org"} and not text[marks[-1].end : at].strip()
        issuer = mark and mark.what == "org" and _ISSUED_BY.search(folded[:at])
        if mark and not issuer and not (mark.what == "org" and announced):
            marks.append(mark)
    return marks


def _mark_at(text: str, folded: str, at: int, *, opening: bool) -> Mark | None:
    person = _person_at(text, folded, at, opening=opening)
    if person:
        return person
    for what, pattern in (
        ("issued", _ISSUED),
        ("list", _LIST),
        ("birth", _BIRTH),
        ("address", _ADDRESS),
        ("org_id", _ORG_ID),
        ("id", _ID),
    ):
        found = pattern.match(folded, at)
        if what == "issued" and folded.startswith("do", at) and text[at : at + 2] != "do":
            continue  # The family name Đỗ is no "do": who it was issued by comes later.
        if found and found.end() - at >= 2:
            role = ("tax_code" if found.group("tax") else "decision") if what == "org_id" else ""
            return Mark(what, at, found.end(), role)
    if opening and (found := re.match(_ORG_LABEL, folded[at:]) or _org_in_capitals(text[at:], folded[at:])):
        return Mark("org", at, at + found.end())
    if opening and _ORG_WORDS.match(folded, at) and not text[at].islower() and not _LIKE_ORGANISATIONS.match(text, at):
        return Mark("org", at, at)
    return None


def _org_in_capitals(text: str, folded: str) -> re.Match[str] | None:
    """The words "Tổ chức" whose colon was lost, before a name in capitals."""
    found = re.match(r"(?:ten\s*)?to\s*chuc\s+", folded)
    if found is None or text[: found.end()].isupper():
        return None
    name = re.split(r"[,;:(\n]", text[found.end() :], maxsplit=1)[0]
    return found if len(name) >= LEAST_NAME and name.isupper() else None


def read_owners(pieces: Sequence[Piece]) -> list[Draft]:
    """The drafts of all owners printed in these lines (the section of holders, its title left out)."""
    pieces = by_columns(pieces)
    body = join(pieces)
    if body is None:
        return []
    text = body.text
    starts = _line_starts(pieces)
    marks = with_couples(text, with_heirs(text, _marks(text, starts)))
    owners: list[_Owner] = []
    group_start = 0
    is_untitled = bool(marks) and marks[0].what in ("birth", "id") and any(mark.what == "person" for mark in marks)
    if is_untitled:
        owners.extend(_untitled(body, marks[0], starts))
    for index, mark in enumerate(marks):
        end = _end(text, starts, marks[index + 1].start) if index + 1 < len(marks) else len(text)
        if mark.what in ("person", "org"):
            if owners and owners[-1].address:
                group_start = len(owners)
            first = all(owner.role == "representative" for owner in owners)
            owners.append(_owner(body, mark, end, starts, first=first))
        elif owners:
            group_start = _add_fact(body, mark, end, owners, group_start)
    if not owners:
        owners = _bare_owner(pieces, body, marks)
    named = [mark for mark in marks if mark.what in ("person", "org")]
    doubted_from = (
        0 if is_untitled or _lacks_first(text, named, starts) else _first_after_a_gap(text, owners, named, starts)
    )
    return [
        replace(draft, doubted=draft.doubted or n >= doubted_from)
        for n, owner in enumerate(owners)
        for draft in _drafts(n, owner)
    ]


# Ông or Bà whose marks were misread: "Bở".
_NEARLY_TITLE = re.compile(r"(?:[bp][a-z]|[oq][a-z][a-z0-9]?)\s+")


def _untitled(body: Piece, mark: Mark, starts: Sequence[int]) -> list[_Owner]:
    """Who is named before a year or a number that stands before all titles: that of the first one was misread."""
    lines = [start for start in starts if start <= mark.start]
    for start, end in zip(reversed(lines), [mark.start, *reversed(lines[1:])], strict=True):
        text = body.text[start:end].strip(" ,;-–\n")
        if not text:
            continue
        word = _NEARLY_TITLE.match(fold(text))
        at = start + (word.end() if word and comparable(text.split()[0]) not in surnames() else 0)
        named = [part for part in body.text[at:end].split() if any(c.isalpha() for c in part)]
        if not (2 <= len(named) <= _LONGEST_NAME and all(part[0].isupper() for part in named)):
            return []
        gender = "" if word is None or at == start else "female" if word.group().startswith("b") else "male"
        return [_Owner("holder", gender, body.cut(at, end), body.cut(start, end))]
    return []


def _lacks_first(text: str, owners: Sequence[Mark], starts: Sequence[int]) -> bool:
    """Whether the first owner was not found: a spouse comes second, and so does who bears the number 2."""
    if not owners:
        return False
    if owners[0].role in ("spouse", "representative"):
        return True
    line = max((start for start in starts if start <= owners[0].start), default=0)
    return re.match(r"\W*[2-9]\s*[.):]\s*$", text[line : owners[0].start]) is not None


_PRINTED_NUMBER = re.compile(r"\W*(\d{1,2})\s*[.):]\W*$")


def _first_after_a_gap(text: str, owners: Sequence[_Owner], named: Sequence[Mark], starts: Sequence[int]) -> int:
    """From which owner on someone is missing before; the number of owners where nobody is.

    Owners' printed numbers leave one out, or an owner has a second person's year or number: the line that named that
    person was not read, and what followed it went to the one before.
    """
    told = [n for n, owner in enumerate(owners) if owner.has_anothers]
    numbers: list[tuple[int, int]] = []
    for n, mark in enumerate(named):
        line = max((start for start in starts if start <= mark.start), default=0)
        if found := _PRINTED_NUMBER.match(text[line : mark.start]):
            numbers.append((n, int(found.group(1))))
    for (before, low), (after, high) in itertools.pairwise(numbers):
        # A spouse stands unnumbered between two that are numbered.
        if high > low + 1 and high - low > after - before:
            told.append(before)
    return min(told, default=len(owners))


def _bare_owner(pieces: Sequence[Piece], body: Piece, marks: Sequence[Mark]) -> list[_Owner]:
    """A first line without any word before the name: an organisation or a person named alone."""
    first = pieces[0].text
    end = min([len(first), *(mark.start for mark in marks)])
    if end < 4:
        return []
    owner = _Owner("organisation" if _ORG_WORDS.match(fold(first)) else "holder", "", body.cut(0, end), None)
    owners = [owner]
    for index, mark in enumerate(marks):
        _add_fact(body, mark, marks[index + 1].start if index + 1 < len(marks) else len(body.text), owners, 0)
    return owners


def _end(text: str, starts: Sequence[int], at: int) -> int:
    """Where a fact ends: before the next one, and before the number that opens the next one's line."""
    line = max(start for start in starts if start <= at)
    return line if _LEAD.fullmatch(fold(text[line:at])) else at


def _owner(body: Piece, mark: Mark, end: int, starts: Sequence[int], *, first: bool) -> _Owner:
    text = body.text
    if mark.what == "person" and not mark.inline:
        end = end_of_lines(text, mark.end, end, starts)
    stop = _ORG_END.search(fold(text), mark.end, end) if mark.what == "org" else end_of_name(text, mark.end, end)
    name = body.cut(mark.end, stop.start() if stop and stop.start() > mark.end else end)
    role = "organisation" if mark.what == "org" else mark.role or ("holder" if first else "co_owner")
    lead = body.cut(mark.start, max(mark.end, mark.start + 1))
    return _Owner(role, mark.gender, name, lead, doubted=_follows_a_scrap(text, mark, starts))


def _follows_a_scrap(text: str, mark: Mark, starts: Sequence[int]) -> bool:
    line = max((start for start in starts if start <= mark.start), default=0)
    before = fold(text[line : mark.start])
    letters = sum(c.isalpha() for c in before)
    return mark.what == "person" and 0 < letters <= _SCRAP_LETTERS and not _LEAD.fullmatch(before)


_SHARED = {"birth": re.compile(r"\d{1,2}/\d{1,2}/\d{4}|\b(?:19|20)\d{2}\b"), "id": re.compile(r"\b(?:\d{12}|\d{9})\b")}


def _is_shared(body: Piece, mark: Mark, end: int, owners: Sequence[_Owner]) -> bool:
    """Whether several people named before have their years or numbers in one place, in turn; they get them.

    "Ông A và vợ: bà B", below it "Năm sinh 1969 và 1970", "Số CMTND: 027660767; 021288511".
    """
    values = list(_SHARED[mark.what].finditer(body.text, mark.end, end))
    lacking = [owner for owner in owners if not (owner.birth if mark.what == "birth" else owner.ids)]
    if len(lacking) < 2 or len(values) != len(lacking):
        return False
    for owner, found in zip(lacking, values, strict=True):
        piece = body.cut(found.start(), found.end())
        if piece and mark.what == "birth":
            owner.birth = piece
        elif piece:
            owner.ids.append(("person", piece))
    return True


def _add_fact(body: Piece, mark: Mark, end: int, owners: list[_Owner], group_start: int) -> int:
    owner, text = owners[-1], body.text
    if mark.what in _SHARED and _is_shared(body, mark, end, owners[group_start:]):
        return group_start
    if mark.what == "birth" and owner.birth is None:
        found = re.compile(r"[\d/.\-OoIl]{4,10}").search(text, mark.end, end)
        if found:
            owner.birth = body.cut(found.start(), found.end())
    elif mark.what == "birth" and re.search(r"\d{4}", text[mark.end : end]):
        owner.has_anothers = True
    if mark.what in ("birth", "id"):
        stop = _ISSUED.search(fold(text), mark.end, end)
        _add_id(body, mark, stop.start() if stop else end, owner)
    elif mark.what == "org_id":
        found = re.compile(r"[\w\d][\w\d./\-–]{4,}(?:\s?-\s?\d{3})?").search(text, mark.end, end)
        if found and any(c.isdigit() for c in found.group()):
            piece = body.cut(found.start(), found.end())
            if piece:
                owner.ids.append((mark.role, piece))
    elif mark.what == "address":
        piece = body.cut(mark.end, end)
        if piece and owners[group_start].address is None:
            owners[group_start].address = piece
        elif piece and owner.address is None:
            owner.address = piece
    return group_start


_UNSPACED_ID = re.compile(r"(?:\d{9}|\d{12})(?=\s)")


def _has_citizens_number(owner: _Owner, other: Piece) -> bool:
    """Whether an owner already has a citizen's number, and another one than this."""
    known = ("".join(c for c in piece.text if c.isalnum()) for _, piece in owner.ids)
    return any(len(one) == _CITIZEN_DIGITS and one not in other.text.replace(" ", "") for one in known)


def _add_id(body: Piece, mark: Mark, end: int, owner: _Owner) -> None:
    text = body.text
    for found in NUMBER.finditer(text, mark.end, end):
        # Nine or twelve digits without a space are a number; what stands behind it are scraps of a dotted line.
        whole = _UNSPACED_ID.match(found.group())
        number = whole.group() if whole else found.group()
        count = sum(c.isalnum() for c in number)
        piece = body.cut(found.start(), found.start() + len(number))
        if piece and count in (8, 9, 10, 11, 12, 13):
            military = "quan" in fold(text[mark.start : mark.end]) or "cmqd" in fold(text[mark.start : mark.end])
            owner.has_anothers |= count == _CITIZEN_DIGITS and _has_citizens_number(owner, piece)
            owner.ids.append(("military" if military else "person", piece))
            return
    if mark.what != "id":
        return
    words = fold(text[mark.start : mark.end])
    passport = re.compile(r"[A-Z]\s?\d{6,8}").search(text, mark.end, end)
    other = passport or re.compile(r"[\w\d]{5,13}").search(text, mark.end, end)
    if other and any(c.isdigit() for c in other.group()):
        piece = body.cut(other.start(), other.end())
        kind = "passport" if passport else "military" if "quan" in words or "cmqd" in words else "person"
        if piece:
            owner.ids.append((kind, piece))


def _drafts(n: int, owner: _Owner) -> list[Draft]:
    path = f"owners.{n}"
    lead = owner.lead or owner.name
    drafts = [replace(given(f"{path}.role", Kind.ROLE, owner.role, lead), doubted=owner.doubted)]
    kind = Kind.ORGANISATION if owner.role == "organisation" else Kind.NAME
    drafts.append(Draft(f"{path}.full_name", kind, owner.name))
    if owner.gender:
        drafts.append(given(f"{path}.gender", Kind.ROLE, owner.gender, lead))
    if owner.birth:
        drafts.append(Draft(f"{path}.birth_year", Kind.YEAR, owner.birth))
    if owner.ids:
        paper, piece = owner.ids[0]
        drafts.append(Draft(f"{path}.id_number", Kind.ID_NUMBER, piece))
        drafts.append(Draft(f"{path}.id_type", Kind.CODE, piece, paper))
    if owner.address:
        drafts.append(Draft(f"{path}.address", Kind.ADDRESS, owner.address))
    return drafts
