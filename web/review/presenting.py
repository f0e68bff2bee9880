"""Turns a certificate as the use cases hand it out into what the station shows: groups, fields, choices, faces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby

from markupsafe import Markup, escape

from certificate.arrangement import indexes, written
from certificate.citizens import Citizen, RegistryAnswer
from certificate.geometry import Box
from certificate.labels import FIELD_PATTERNS, path_pattern
from certificate.record import Decision, Face, FieldReading, Finding, Form, Record
from certificate.suggesting import meaning, suggestions
from certificate.text import same_value
from web import wording
from web.language import worded
from web.names import MULTIPLE, Group, field_name, full_name, group_of, group_title, indexes_of, sort_key
from web.review import reasoning
from web.words import gettext as _

_LONG_TEXT = frozenset(
    {"address", "origin", "notes", "other_assets", "content", "issuing_authority", "signer_title", "qr"}
)

# Fields with a list behind them, that typing offers entries of.
_LISTED = frozenset({"address", "origin", "origin_code", "name", "code"})


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
    why: Sequence[str] = ()
    waiting: str | None = None
    meaning: str | None = None
    hidden: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class GroupView:
    """The fields of one owner, one parcel, or another part of the paper, with the registry's answer for an owner."""

    title: str
    fields: Sequence[FieldView]
    answer: RegistryAnswer | None = None
    name: str = ""
    index: int = 0
    orders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaceView:
    """A face to look at, with the boxes of the fields that stand on it."""

    index: int
    title: str
    width_px: int
    height_px: int
    boxes: Sequence[tuple[str, Box, bool]]


def groups(
    record: Record,
    answers: Mapping[int, RegistryAnswer],
    settled: Mapping[str, str | None],
    language: str,
    *,
    editable: bool = True,
) -> list[GroupView]:
    """The record's fields in the order of the page; numbers are hidden from who only looks."""
    by_code = {finding.code: finding for finding in record.findings}
    paths = sorted(record.fields, key=sort_key)
    found = []
    for (group, index), members in groupby(paths, key=_place):
        answer = answers.get(index) if group is Group.OWNERS else None
        fields = [
            _field(
                path,
                record,
                [worded(one, english=language == "en") for one in _findings(path, record, by_code)],
                answer,
                settled.get(path),
                language,
                editable=editable,
            )
            for path in members
        ]
        orders = _orders(record, group, index) if group in MULTIPLE else {}
        title = group_title(group, index, language)
        found.append(GroupView(title, fields, answer, group.value, index, orders))
    return found


def _orders(record: Record, group: Group, index: int) -> dict[str, str]:
    """The orders that moving this one up or down, or removing it, would give, as the form sends them."""
    there = list(indexes(record.fields, group.value))
    if index not in there:
        return {}
    at = there.index(index)
    orders = {"remove": written(tuple(there[:at] + there[at + 1 :]))}
    if at > 0:
        orders["up"] = written((*there[: at - 1], there[at], there[at - 1], *there[at + 1 :]))
    if at + 1 < len(there):
        orders["down"] = written((*there[:at], there[at + 1], there[at], *there[at + 2 :]))
    return orders


def scan_remarks(scan_findings: Sequence[Finding], record: Record) -> list[Finding]:
    """What is to be said of the scan and of the paper as a whole, each thing once."""
    of_fields = [finding for finding in record.findings if any(path in record.fields for path in finding.fields)]
    return [one for one in dict.fromkeys((*scan_findings, *general_findings(record))) if one not in of_fields]


def general_findings(record: Record) -> list[Finding]:
    """What is to be said of the paper as a whole, or of fields that are not there."""
    told_beside = {code for field in record.fields.values() for code in field.findings}
    return [
        finding
        for finding in record.findings
        if not any(path in record.fields for path in finding.fields)
        and (finding.fields or finding.code not in told_beside)
    ]


def together(findings: Sequence[Finding], language: str) -> list[Finding]:
    """Findings that say the same of several fields as one, and the field named where the message does not name it."""
    said: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        finding = worded(finding, english=language == "en")  # noqa: PLW2901 - the same, in another language
        message = finding.message
        names = [field_name(path, language) for path in finding.fields]
        if names and not any(name in message for name in names):
            message = f"{', '.join(names)}: {message}"
        before = said.get((finding.code, finding.advice))
        begins, colon, rest = message.partition(": ")
        if before and colon and before.message.startswith(begins + colon):
            message = f"{before.message.removesuffix('.')}; {rest}"
        elif before:
            message = f"{before.message} {message}"
        said[finding.code, finding.advice] = replace(finding, message=message)
    return list(said.values())


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
    record: Record,
    findings: Sequence[Finding],
    answer: RegistryAnswer | None,
    settled_by: str | None,
    language: str,
    *,
    editable: bool,
) -> FieldView:
    reading = record.fields[path]
    last = path.rsplit(".", 1)[-1]
    hidden = not editable and (last.endswith("id_number") or (last == "qr" and record.form is Form.CCCD))
    text = wording.shown(path, reading.value, language)
    issued = reasoning.issued_on(record)
    return FieldView(
        path=path,
        name=field_name(path, language),
        text=wording.masked(text) if hidden and text else text,
        raw=None if hidden else reading.raw,
        confidence=reading.confidence,
        doubtful=reading.decision is Decision.REVIEW,
        settled_by=settled_by,
        long=last in _LONG_TEXT or len(reading.value or "") > 34,
        options=wording.choices(path, language),
        value=None if hidden else reading.value,
        choices=_choices(path, reading, answer, issued, language) if editable else (),
        findings=findings,
        why=reasoning.why_certain(path, reading, answer, findings),
        waiting=None if findings else reasoning.why_waiting(reading, record),
        meaning=meaning(path, reading.value, issued) if reading.value else None,
        hidden=hidden and bool(text),
        listed=last in _LISTED and editable,
    )


def _choices(
    path: str, reading: FieldReading, answer: RegistryAnswer | None, issued: date | None, language: str
) -> list[Choice]:
    """What the readers and the registry offer, each text once, those who agree named together."""
    offers: dict[str, list[str]] = {}
    names = _reader_names()
    order = [*names, *sorted(set(reading.readings) - set(names))]
    for reader in order:
        if text := reading.readings.get(reader):
            shown = wording.shown(path, wording.typed(path, text), language)
            offers.setdefault(shown, []).append(names.get(reader, reader))
    offers = {text: [_together(readers)] for text, readers in offers.items()}
    known = _of_registry(path, answer.citizen) if answer and answer.citizen else None
    if known:
        text = wording.shown(path, known, language)
        same = next((offer for offer in offers if same_value(offer, text)), text)
        offers.setdefault(same, []).append(_("Dân cư"))
    if reading.decision is Decision.REVIEW:
        for entry in suggestions(path, reading.value or reading.raw or "", issued, most=2):
            same = next((offer for offer in offers if same_value(offer, entry)), entry)
            offers.setdefault(same, []).append(_("Danh mục"))
    texts = list(offers)
    return [
        Choice(key, ", ".join(offers[text]), text, _marked(text, [other for other in texts if other != text]))
        for key, text in enumerate(texts, start=1)
    ]


def region_choices(path: str, readings: Mapping[str, str]) -> list[dict[str, str]]:
    """What the readers offer for a region, as the page writes the field, those who agree named together."""
    names, offers = _reader_names(), dict[str, list[str]]()
    for reader in sorted(readings, key=list(names).index):
        text = readings[reader].strip(" :;¿|")
        shown = wording.shown(path, wording.typed(path, text)) if path else text
        if shown:
            offers.setdefault(shown, []).append(names[reader])
    best = sorted(offers, key=lambda text: -len(offers[text]))
    return [{"text": text, "source": _together(offers[text])} for text in best]


def _together(readers: Sequence[str]) -> str:
    """Several readers in one breath: «Bộ đọc A, B»."""
    first, *others = readers
    begins = first.rpartition(" ")[0]
    return ", ".join([first, *(other.removeprefix(f"{begins} ") if begins else other for other in others)])


def _reader_names() -> dict[str, str]:
    return {
        "tesseract": _("Bộ đọc A"),
        "trueocr": _("Bộ đọc B"),
        "linenet": _("Bộ đọc C"),
        "twin": _("Bộ đọc D"),
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
