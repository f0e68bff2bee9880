"""Turns a certificate as the archive hands it out into what its page shows: fields, words over the scan, files, kin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from certificate.citizens import RegistryAnswer
from certificate.record import Record
from certificate.states import State
from ingest.search import FileKept, PlaceThenAndNow, RecordView, Related
from web import display, language, wording
from web.names import Group, field_name, full_name, group_of, group_title, indexes_of, sort_key
from web.search.finding import DifferenceLine, difference_line
from web.words import Later, later
from web.words import gettext as _

FILE_NAMES: Mapping[str, Later] = {
    "scan": later("Bản quét gốc"),
    "pdfa": later("Bản PDF/A lưu trữ"),
    "preview": later("Ảnh xem nhanh"),
}
KIN_NAMES: Mapping[str, Later] = {
    "parcel": later("Cùng thửa đất"),
    "owner": later("Cùng chủ sử dụng"),
    "earlier": later("Cấp trước"),
    "later": later("Cấp sau"),
}
EVENT_NAMES: Mapping[str, Later] = {
    "scan_added": later("Nhận bản quét"),
    "scan_read": later("Đọc xong"),
    "scan_moved": later("Chuyển trạng thái"),
    "registry_answered": later("Đối chiếu dân cư"),
    "certificate_decided": later("Duyệt"),
    "certificate_reopened": later("Mở lại"),
    "certificate_archived": later("Lưu trữ"),
    "field_corrected": later("Sửa giá trị"),
    "field_confirmed": later("Xác nhận giá trị"),
    "pdfa_downloaded": later("Tải PDF/A"),
    "identity_shown": later("Hiện đủ số giấy tờ"),
    "record_opened": later("Mở xem"),
    "files_verified": later("Kiểm tra tệp"),
    "difference_settled": later("Đối chiếu sổ cũ"),
}
_ID_NUMBERS = ("id_number", "old_id_number")
# A fraction of a word's box: print stands on its baseline a little above the box's foot.
_BASELINE = 0.82


@dataclass(frozen=True, slots=True)
class Shown:
    """A field: what it is called and its value in words."""

    name: str
    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A part of the certificate, with the registry's answer for an owner."""

    title: str
    fields: Sequence[Shown]
    answer: RegistryAnswer | None


@dataclass(frozen=True, slots=True)
class ShownWord:
    """A word over the scan that can be marked and copied: its text, where its baseline begins, width and height."""

    text: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ShownFace:
    """A face with the words on it."""

    index: int
    title: str
    width_px: int
    height_px: int
    words: Sequence[ShownWord]


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A step in the history of the record or of its scan."""

    at: object
    who: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything the certificate's page in the archive shows."""

    view: RecordView
    title: str
    revealed: bool
    has_numbers: bool
    groups: Sequence[ShownGroup]
    faces: Sequence[ShownFace]
    history: Sequence[ShownChange]
    files: Sequence[FileKept]
    verified: bool
    places: Sequence[PlaceThenAndNow]
    related: Sequence[tuple[Related, Sequence[Later]]]
    differences: Sequence[DifferenceLine]
    may_take_theirs: bool
    file_names: Mapping[str, Later]


def record_page(view: RecordView, *, revealed: bool = False, files: Sequence[FileKept] = ()) -> RecordPage:
    """The page; identity numbers have their middle hidden unless they were asked for."""
    numbers = _numbers(view.record)
    return RecordPage(
        view=view,
        title=view.certificate.serial_number or _("Chưa có số phát hành"),
        revealed=revealed,
        has_numbers=bool(numbers),
        groups=_groups(view, revealed=revealed),
        faces=_faces(view, () if revealed else numbers),
        history=_history(view, revealed=revealed),
        files=files or view.files,
        verified=bool(files),
        places=view.places,
        related=[(kin, [KIN_NAMES[kind] for kind in kin.kinds]) for kin in view.related],
        differences=[difference_line(row, revealed=revealed) for row in view.differences],
        may_take_theirs=view.scan.state is State.IN_REVIEW,
        file_names=FILE_NAMES,
    )


def _numbers(record: Record) -> tuple[str, ...]:
    found = {field.value for path, field in record.fields.items() if path.endswith(_ID_NUMBERS) and field.value}
    return tuple(sorted(found, key=len, reverse=True))


def _groups(view: RecordView, *, revealed: bool) -> list[ShownGroup]:
    code = language.language()
    answers = {row.owner_index: row.answer for row in view.answers}
    groups = []
    for (group, index), paths in groupby(sorted(view.record.fields, key=sort_key), key=_place):
        fields = [_field(view.record, path, code, revealed=revealed) for path in paths]
        answer = answers.get(index) if group is Group.OWNERS else None
        groups.append(ShownGroup(group_title(group, index, code), fields, answer))
    return groups


def _place(path: str) -> tuple[Group, int]:
    group = group_of(path)
    indexed = group in {Group.OWNERS, Group.PARCELS, Group.CHANGES}
    return group, indexes_of(path)[0] if indexed else 0


def _field(record: Record, path: str, code: str, *, revealed: bool) -> Shown:
    field = record.fields[path]
    text = wording.shown(path, field.value, code)
    hidden = path.endswith(_ID_NUMBERS) and not revealed
    if path == "qr" and not revealed:
        # On an identity card the code holds the bearer's numbers.
        text = _("(có mã QR)") if text else ""
    raw = "" if hidden or path == "qr" or field.raw in {None, field.value} else field.raw or ""
    return Shown(field_name(path, code), wording.masked(text) if hidden and text else text, raw)


def _faces(view: RecordView, hidden: Iterable[str]) -> list[ShownFace]:
    faces = []
    for index, face in enumerate(view.certificate.faces()):
        words = [
            ShownWord(
                _hide(word.text, hidden),
                word.box.left,
                round(word.box.top + word.box.height * _BASELINE),
                word.box.width,
                max(1, word.box.height),
            )
            for word in face.words
        ]
        number = face.face.face
        title = _("Mặt %(number)s", number=number) if number else _("Ảnh %(number)s", number=index + 1)
        faces.append(ShownFace(index, title, face.face.width_px, face.face.height_px, words))
    return sorted(faces, key=lambda each: (view.record.pages[each.index].face or 9, each.index)) if faces else []


def _hide(text: str, numbers: Iterable[str]) -> str:
    for number in numbers:
        text = text.replace(number, wording.masked(number))
    return text


def _history(view: RecordView, *, revealed: bool) -> list[ShownChange]:
    code = language.language()
    steps = [
        ShownChange(event.at, event.who, str(EVENT_NAMES.get(event.action, event.action)), _told(event.detail))
        for event in view.events
        # A change of a field is told below with its values.
        if event.action not in {"field_corrected", "field_confirmed"}
        and event.detail.get("certificate_id", view.certificate.id) == view.certificate.id
    ]
    for change in view.history:
        old, new = (wording.shown(change.path, value, code) or "–" for value in (change.old, change.new))
        if change.path.endswith(_ID_NUMBERS) and not revealed:
            old, new = wording.masked(old), wording.masked(new)
        detail = old if old == new else f"{old} → {new}"
        steps.append(ShownChange(change.at, change.who, full_name(change.path, code), detail))
    return sorted(steps, key=lambda step: str(step.at), reverse=True)


def _told(detail: Mapping[str, object]) -> str:
    """What an event says of itself, where a person can use it."""
    if "to" in detail and detail["to"] in set(State):
        return str(display.STATES[State(str(detail["to"]))].word)
    return str(detail.get("why") or "")
