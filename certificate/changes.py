"""What was written on a certificate after its issue, and what that means for who holds the land.

The campaign asks for the present user (columns O to R). Somebody who sold, gave away or died still stands on the first
page, so whatever here speaks of another holder is told; it is put into columns only where the entry leaves no choice.
Entries are sentences of officials, in no fixed wording: what is not known for harmless is told with its whole text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from certificate.addresses import resolve_address
from certificate.citizens import RegistryVerdict
from certificate.handed_on import HandedOn, Remark, RemarkCode, owner_told, printed_date
from certificate.record import Decision, Record
from certificate.rules.facts import indexes, read_span
from certificate.text import nfc, strip_accents


class ChangeKind(StrEnum):
    """What an entry in the table of changes does."""

    HOLDER = "holder"
    LAND = "land"
    MORTGAGE = "mortgage"
    PARTICULARS = "particulars"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry: its place in the table, its day as the record has it, and its words."""

    index: int
    kind: ChangeKind
    day: str | None
    content: str | None

    @property
    def told(self) -> str:
        """The entry in words for a person."""
        words = self.content or f"mục thứ {self.index + 1} không đọc được nội dung, xem bản quét"
        return f"{printed_date(self.day)}: {words}" if self.day else words


@dataclass(frozen=True, slots=True)
class PresentUser:
    """Who uses the land now by the table of changes; ``reason`` is how it came to them."""

    full_name: str
    id_number: str | None
    address: str | None
    reason: str


# Looked for without accents, for hands and scans lose them: a warning too many is read, one too few is a wrong owner.
_HOLDER = re.compile(
    r"\b(?:chuyen nhuong|chuyen quyen|chuyen doi(?! muc dich)|tang cho|cho tang|thua ke|di chuc|de lai|gop von|dau gia"
    r"|sang ten|mua ban|phan chia|nhap (?:tai san|quyen)|thoa thuan|ban an|toa an|thi hanh an|hoa giai"
    r"|xu ly (?:no|tai san)|chet|da mat|doi (?:ten|nguoi|chu))\b"
    r"|\bcho (?:ong|ba|anh|chi(?! nhanh)|em|con|chau|vo|chong|ho|nguoi|cong ty)\b"
)
_LAND = re.compile(
    r"\b(?:tach|hop thua|gop thua|nhap thua|thu hoi|huy|het gia tri|hien dat|cap (?:moi|doi|lai)|gcn moi"
    r"|chung nhan moi|sat lo|(?:dien tich|thua dat) con lai)\b"
)
_MORTGAGE = re.compile(r"(?:xoa |noi dung |dang ky )*(?:the chap|giai chap)\b")
# Numbers, addresses, terms and purposes: whoever holds the land still does.
_PARTICULARS = re.compile(
    r"(?:(?:xac nhan )?(?:thay doi|dinh chinh|doi|cap nhat) (?:noi dung |thong tin )*(?:so |ve )*"
    r"(?:cmnd|cmtnd|cccd|can cuoc|dia chi|nha|thua|to ban do|nam sinh|don vi hanh chinh|dia gioi)"
    r"|gia han|chuyen (?:doi )?muc dich)\b"
)

# One person to whom all of it went, and nothing but what tells who that is and by which papers.
_WHOLE_TRANSFER = re.compile(
    r"(?P<how>tặng cho|(?:chuyển nhượng|tặng cho|(?:để )?thừa kế)(?: toàn bộ)?(?: quyền sử dụng đất)? cho)"
    r" (?:ông|bà):? (?P<name>[^,;:.()\d]+)(?P<rest>[,;.].*|)",
    re.IGNORECASE,
)
_REASONS = ("Chuyển nhượng", "Tặng cho", "Thừa kế")
_DETAIL = re.compile(
    r"[\s,;.]*(?:(?:năm sinh|sinh năm|sinh ngày):? (?P<born>[\d/]+)"
    r"|(?:số )?(?:CMND|CMTND|CCCD|CC|căn cước(?: công dân)?|số định danh(?: cá nhân)?)(?: số)?:?"
    r" (?P<number>\d{12}|\d{9})(?!\d)"
    r"|địa chỉ(?: thường trú)?(?: tại)?:? (?P<address>[^;]+?)(?=;|,? theo |[.]?$)"
    r"|(?P<papers>theo (?:hồ sơ|hợp đồng|văn bản|quyết định)[^;]*))",
    re.IGNORECASE,
)
# Words by which an entry is of a part of the land, of several people, or takes something back.
_NOT_WHOLE = re.compile(
    r"\b(?:mot phan|phan (?:dien tich|con lai|dat)|dien tich|con lai|thua (?:dat|so)|m2|cung|va|ong|ba|huy|phan chia"
    r"|dong (?:su dung|so huu|thua ke))\b|\d{9}"
)
_TOLD = {
    ChangeKind.HOLDER: RemarkCode.HOLDER_CHANGED,
    ChangeKind.LAND: RemarkCode.LAND_CHANGED,
    ChangeKind.UNCLEAR: RemarkCode.CHANGE_UNCLEAR,
}
_NAME_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_NAME = 7


def changes_of(record: Record) -> tuple[Change, ...]:
    """The entries in the table of changes, in their printed order."""
    found = []
    for index in indexes(record, "changes"):
        content = record.value(f"changes.{index}.content")
        found.append(Change(index, _kind(content or ""), record.value(f"changes.{index}.date"), content))
    return tuple(found)


def present_user(given: HandedOn) -> PresentUser | None:
    """Who uses the land now, where the table of changes leaves no choice; ``None`` where a person must look."""
    record = given.record
    entries = changes_of(record)
    holders = [entry for entry in entries if entry.kind is ChangeKind.HOLDER]
    if not holders or not _is_sure(given, entries):
        return None
    last = holders[-1]
    if any(entry.kind is not ChangeKind.MORTGAGE for entry in entries if entry.index > last.index):
        return None
    found = _whole_transfer(last)
    if found is None or len(indexes(record, "parcels")) > 1:
        return None
    roles = [record.value(f"owners.{index}.role") for index in indexes(record, "owners")]
    # One of several may have passed on only what was theirs; so may one of a couple who died.
    if "co_owner" in roles or roles.count("organisation") > 1 or (found.reason == "Thừa kế" and len(roles) > 1):
        return None
    return found


def holder_remarks(given: HandedOn) -> Iterator[Remark]:
    """Whatever says that the land or who holds it is not as the first page has it, whatever the format can hold."""
    for entry in changes_of(given.record):
        if entry.kind in _TOLD:
            yield given.remark(_TOLD[entry.kind], entry.told)
    for index in indexes(given.record, "owners"):
        citizen = given.citizens.get(index)
        if given.verdicts.get(index) is RegistryVerdict.DECEASED or (citizen and citizen.status == "deceased"):
            yield given.remark(RemarkCode.HOLDER_DECEASED, owner_told(given.record, index))


def _kind(content: str) -> ChangeKind:
    words = _plain(content)
    for kind, is_it in (
        (ChangeKind.HOLDER, _HOLDER.search),
        (ChangeKind.LAND, _LAND.search),
        (ChangeKind.MORTGAGE, _MORTGAGE.match),
        (ChangeKind.PARTICULARS, _PARTICULARS.match),
    ):
        if is_it(words):
            return kind
    return ChangeKind.UNCLEAR


def _is_sure(given: HandedOn, entries: tuple[Change, ...]) -> bool:
    """Whether every entry was read beyond doubt, or by a person, and their days follow one another."""
    if given.decided_by in {None, "system"}:
        paths = [f"changes.{entry.index}.content" for entry in entries]
        fields = [given.record.fields.get(path) for path in paths]
        if any(field is None or field.decision is not Decision.ACCEPT for field in fields):
            return False
    spans = [read_span(entry.day) for entry in entries]
    days = [span.first for span in spans if span]
    return len(days) == len(entries) and days == sorted(days) and all(entry.content for entry in entries)


def _whole_transfer(entry: Change) -> PresentUser | None:
    match = _WHOLE_TRANSFER.fullmatch(nfc(entry.content or ""))
    name = match["name"].strip() if match else ""
    if match is None or not _is_name(name):
        return None
    known: dict[str, str] = {}
    rest, place = match["rest"], 0
    while rest[place:].strip(" ,;."):
        detail = _DETAIL.match(rest, place)
        if detail is None:
            return None
        told = {key: value for key, value in detail.groupdict().items() if value}
        said = "" if "number" in told else next(iter(told.values()))
        if told.keys() & known.keys() or _NOT_WHOLE.search(_plain(said)):
            return None
        known |= told
        place = detail.end()
    reason = next(word for word in _REASONS if word.casefold() in match["how"].casefold())
    return PresentUser(name, known.get("number"), _two_tiers(known.get("address"), entry.day), reason)


def _is_name(text: str) -> bool:
    """Whether this is one person's name, and not two or a sentence."""
    words = text.split()
    if not 1 < len(words) <= _LONGEST_NAME or _NOT_WHOLE.search(_plain(text)):
        return False
    return all(_NAME_WORD.fullmatch(word) and word[0].isupper() for word in words)


def _two_tiers(address: str | None, day: str | None) -> str | None:
    """An address with today's commune and province; ``None`` where it is not certain which they are."""
    if not address:
        return None
    span = read_span(day)
    found = resolve_address(address.strip(" ,."), span.last if span else None)
    if len(found.today) != 1:
        return None
    return ", ".join(filter(None, (found.address.prefix, found.today[0].address)))


def _plain(text: str) -> str:
    return strip_accents(nfc(text)).casefold()
