"""Turns a certificate as the use cases hand it out into what the station shows: groups, fields, choices, faces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from markupsafe import Markup, escape

from certificate.citizens import Citizen, RegistryAnswer
from certificate.geometry import Box
from certificate.labels import FIELD_PATTERNS, path_pattern
from certificate.record import Decision, Face, FieldReading, Finding, Record
from certificate.text import same_value
from web import wording
from web.names import MULTIPLE, Group, field_name, full_name, group_of, group_title, indexes_of, sort_key
from web.words import gettext as _

_LONG_TEXT = frozenset(
    {"address", "origin", "notes", "other_assets", "content", "issuing_authority", "signer_title", "qr"}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value offered beside a field: who offers it, the text, and the text with its differences marked."""

    key: int
    source: str
    text: str
    marked: Markup


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as the station shows it."""

    path: str
    name: str
    text: str
    raw: str | None
    confidence: float
    doubtful: bool
    settled_by: str | None
    long: bool
    options: Sequence[tuple[str, str]]
    value: str | None
    choices: Sequence[Choice]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class GroupView:
    """The fields of one owner, one parcel, or another part of the paper, with the registry's answer for an owner."""

    title: str
    fields: Sequence[FieldView]
    answer: RegistryAnswer | None = None


@dataclass(frozen=True, slots=True)
class FaceView:
    """A face to look at, with the boxes of the fields that stand on it."""

    index: int
    title: str
    width_px: int
    height_px: int
    boxes: Sequence[tuple[str, Box, bool]]


def groups(
    record: Record, answers: Mapping[int, RegistryAnswer], settled: Mapping[str, str], language: str
) -> list[GroupView]:
    """The record's fields in the order of the page."""
    by_code = {finding.code: finding for finding in record.findings}
    paths = sorted(record.fields, key=sort_key)
    found = []
    for (group, index), members in groupby(paths, key=_place):
        answer = answers.get(index) if group is Group.OWNERS else None
        fields = [
            _field(path, record.fields[path], _findings(path, record, by_code), answer, settled.get(path), language)
            for path in members
        ]
        found.append(GroupView(group_title(group, index, language), fields, answer))
    return found


def general_findings(record: Record) -> list[Finding]:
    """What is to be said of the paper as a whole, or of fields that are not there."""
    return [finding for finding in record.findings if not any(path in record.fields for path in finding.fields)]


def faces(record: Record) -> list[FaceView]:
    """The faces of the certificate as they are printed, whatever the order of the pages in the scan."""
    views = []
    in_order = sorted(enumerate(record.pages), key=lambda numbered: (numbered[1].face or 9, numbered[0]))
    for index, face in in_order:
        boxes = [
            (path, reading.box, reading.decision is Decision.REVIEW)
            for path, reading in record.fields.items()
            if reading.box and reading.page_number == face.page_number and reading.part is face.part
        ]
        views.append(FaceView(index, _face_title(face, index), face.width_px, face.height_px, boxes))
    return views


def doubtful_paths(record: Record) -> list[str]:
    """The fields that nobody has settled yet, in the order of the page."""
    doubtful = (path for path, reading in record.fields.items() if reading.decision is Decision.REVIEW)
    return sorted(doubtful, key=sort_key)


def addable(record: Record, language: str) -> list[tuple[str, str]]:
    """The fields that could still be added by hand: what is absent, and a further owner, parcel or change."""
    counts = {group: 1 + max(_indexes(record, group), default=-1) for group in MULTIPLE}
    paths = []
    for pattern in FIELD_PATTERNS:
        group = group_of(pattern)
        if group not in MULTIPLE:
            paths.append(pattern)
            continue
        # A further one begins with its first telling field; the others follow once it is there.
        begins = pattern.endswith((".full_name", ".parcel_number", ".content"))
        indexes = range(counts[group] + begins)
        paths += [pattern.replace("N", str(index), 1).replace("N", "0") for index in indexes]
    absent = sorted((path for path in paths if path not in record.fields), key=sort_key)
    return [(path, full_name(path, language)) for path in absent]


def _indexes(record: Record, group: Group) -> Iterable[int]:
    return (indexes_of(path)[0] for path in record.fields if group_of(path) is group)


def _place(path: str) -> tuple[Group, int]:
    group = group_of(path)
    return group, indexes_of(path)[0] if group in MULTIPLE else 0


def _findings(path: str, record: Record, by_code: Mapping[str, Finding]) -> list[Finding]:
    named = [finding for finding in record.findings if path in finding.fields]
    known = {finding.code for finding in named}
    by_field = [by_code[code] for code in record.fields[path].findings if code in by_code and code not in known]
    return named + [finding for finding in by_field if not finding.fields]


def _field(
    path: str,
    reading: FieldReading,
    findings: Sequence[Finding],
    answer: RegistryAnswer | None,
    settled_by: str | None,
    language: str,
) -> FieldView:
    last = path.rsplit(".", 1)[-1]
    return FieldView(
        path=path,
        name=field_name(path, language),
        text=wording.shown(path, reading.value, language),
        raw=reading.raw,
        confidence=reading.confidence,
        doubtful=reading.decision is Decision.REVIEW,
        settled_by=settled_by,
        long=last in _LONG_TEXT or len(reading.value or "") > 34,
        options=wording.choices(path, language),
        value=reading.value,
        choices=_choices(path, reading, answer, language),
        findings=findings,
    )


def _choices(path: str, reading: FieldReading, answer: RegistryAnswer | None, language: str) -> list[Choice]:
    """What the readers and the registry offer, each text once, those who agree named together."""
    offers: dict[str, list[str]] = {}
    names = _reader_names()
    order = [*names, *sorted(set(reading.readings) - set(names))]
    for reader in order:
        if text := reading.readings.get(reader):
            shown = wording.shown(path, wording.typed(path, text), language)
            offers.setdefault(shown, []).append(names.get(reader, reader))
    known = _of_registry(path, answer.citizen) if answer and answer.citizen else None
    if known:
        text = wording.shown(path, known, language)
        same = next((offer for offer in offers if same_value(offer, text)), text)
        offers.setdefault(same, []).append(_("Dân cư"))
    texts = list(offers)
    return [
        Choice(key, ", ".join(offers[text]), text, _marked(text, [other for other in texts if other != text]))
        for key, text in enumerate(texts, start=1)
    ]


def _reader_names() -> dict[str, str]:
    return {
        "tesseract": _("Bộ đọc A"),
        "trueocr": _("Bộ đọc B"),
        "linenet": _("Bộ đọc C"),
        "text_layer": _("Lớp chữ PDF"),
        "qr": _("Mã QR"),
        "barcode": _("Mã vạch"),
    }


def _of_registry(path: str, citizen: Citizen) -> str | None:
    values = {
        "owners.N.full_name": citizen.full_name,
        "owners.N.birth_year": citizen.birth_date[:4],
        "owners.N.birth_date": citizen.birth_date,
        "owners.N.gender": citizen.gender,
    }
    return values.get(path_pattern(path))


def _marked(text: str, others: Sequence[str]) -> Markup:
    """The text with those letters marked in which it differs from the first of the others."""
    if not others:
        return escape(text)
    parts = []
    for tag, start, end, _from, _to in SequenceMatcher(None, text, others[0], autojunk=False).get_opcodes():
        piece = escape(text[start:end])
        parts.append(piece if tag == "equal" or start == end else Markup("<mark>{}</mark>").format(piece))
    return Markup("").join(parts)


def _face_title(face: Face, index: int) -> str:
    return _("Mặt %(number)s", number=face.face) if face.face else _("Ảnh %(number)s", number=index + 1)
