"""From read faces to records: the one door of the grammar.

``extract`` tells certificates in a scan apart, cuts each into sections, settles every value and decides. It reads no
file, no clock and no setting; a face's third looks are its only way back to the picture.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from certificate.record import Decision, Face, FieldReading, Finding, Form, Record
from certificate.rules.catalogue import make_finding
from certificate.rules.reader_findings import CANNOT_BE_JUDGED
from ocr.grammar import cccd, checks, issue, register
from ocr.grammar import signing as signing_block
from ocr.grammar.changes import read_changes
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.fields import FieldMaker
from ocr.grammar.flow import FaceText, TextLine, face_text
from ocr.grammar.forms import FaceKind, Family, face_kind, form_of, group_faces, settle_kinds
from ocr.grammar.house import house_address, read_house, read_notes, read_other_assets
from ocr.grammar.label_tables import in_cell_order
from ocr.grammar.letters import fold
from ocr.grammar.mixing import Mixed, mixed
from ocr.grammar.normal import normalise
from ocr.grammar.owner_table import read_owner_table
from ocr.grammar.owners import read_owners
from ocr.grammar.parcels import read_parcels
from ocr.grammar.sections import Sections, parcel_lines, split_sections
from ocr.grammar.stamps import stamp_lines
from ocr.recognise import ReadFace

Extracted = tuple[Record, list[int]]

_REQUIRED = (
    "serial_number", "issue_date", "owners.0.full_name", "parcels.0.parcel_number", "parcels.0.map_sheet_number",
    "parcels.0.area_m2",
)  # fmt: skip
_CERTAIN_FORM = 0.9
_REQUIRED_ON_CARD = ("owners.0.full_name", "owners.0.id_number")


Trace = list[tuple[Record, Mapping[str, tuple[Kind, Mapping[str, float]]]]]
"""For fitting the confidence: of each record, the facts that its values' confidence was weighed from, by path."""


def extract(faces: Sequence[ReadFace], source: str, trace: Trace | None = None) -> list[Extracted]:
    """Every certificate on these faces as a record, with the indices of its faces; at least one record.

    A scan without any certificate gives one record of form ``other`` without fields, with a finding that says why.
    """
    texts = [in_cell_order(face_text(index, face)) for index, face in enumerate(faces)]
    kinds = settle_kinds([face_kind(text) for text in texts])
    faces_of = group_faces(kinds)
    groups = [[(_numbered(texts[i], kinds[i]), kinds[i]) for i in members] for members in faces_of]
    found = [
        (_record(group, source, trace, doubted), members)
        for group, doubted, members in zip(groups, mixed(groups), faces_of, strict=True)
    ]
    return found or [(_nothing(source, (), blank=True), [])]


def _numbered(text: FaceText, kind: FaceKind) -> FaceText:
    """The face with its printed number filled in."""
    face = dataclasses.replace(text.read.face, face=kind.number)
    return dataclasses.replace(text, read=dataclasses.replace(text.read, face=face))


def _record(group: Sequence[tuple[FaceText, FaceKind]], source: str, trace: Trace | None, doubted: Mixed) -> Record:
    families = [kind.family for _, kind in group if kind.family]
    pages = tuple(text.read.face for text, _ in group)
    if not families:
        return _nothing(source, pages, blank=all(kind.blank for _, kind in group))
    # What an application says of owners and changes is not on the certificate that it came with.
    own = [pair for pair in group if not pair[1].foreign]
    ordered = [text for text, _ in sorted(own, key=lambda pair: pair[1].number or 9)]
    strength = sum(kind.strength for _, kind in group if kind.family is families[0])
    page_findings = [finding for text, _ in group for finding in text.read.findings]
    if families[0] is Family.CARD:
        return _card(ordered, source, pages, page_findings)
    blank = tuple(
        make_finding("blank_page", page=str(text.read.face.page_number))
        for text, kind in group
        # Whether anything stands on a face too blurred or too faint to read, nobody knows.
        if kind.blank and not any(one.code in CANNOT_BE_JUDGED for one in text.read.findings)
    )
    form, sure, maker, fields = _certificate(ordered, families[0], strength, doubted)
    findings = (*page_findings, *blank, *maker.findings)
    uncertain = (make_finding("form_uncertain"),) if sure < _CERTAIN_FORM else ()
    record = Record(source, form, sure, pages, _in_order(fields), (*findings, *uncertain))
    if trace is not None:
        trace.append((record, maker.facts()))
    return record


def _nothing(source: str, pages: tuple[Face, ...], *, blank: bool) -> Record:
    if blank:
        found = tuple(make_finding("blank_page", page=str(page.page_number)) for page in pages)
        return Record(source, Form.OTHER, 0.99, pages, {}, found or (make_finding("not_a_certificate"),))
    return Record(source, Form.OTHER, 0.9, pages, {}, (make_finding("not_a_certificate"),))


def _card(faces: Sequence[FaceText], source: str, pages: tuple[Face, ...], findings: Sequence[Finding]) -> Record:
    maker = FieldMaker(faces, Form.CCCD)
    fields = {draft.path: maker.make(draft) for draft in cccd.read_card(faces)}
    for path, face, payload, box in issue.read_codes(faces):
        told = cccd.card_qr(payload) if path == "qr" else None
        if told is None:
            continue
        fields["qr"] = maker.from_code(payload, face, box)
        for name, value in told.items():
            fields[name] = maker.from_code(value, face, box, fields.get(name))
    fields = maker.with_required(fields, _REQUIRED_ON_CARD)
    return Record(source, Form.CCCD, 0.99, pages, fields, tuple(findings))


def _certificate(
    faces: Sequence[FaceText], family: Family, strength: float, doubted: Mixed
) -> tuple[Form, float, FieldMaker, dict[str, FieldReading]]:
    """The form of a certificate, how sure that is, the maker of its fields with its remarks, and the fields."""
    drafts = certificate_drafts(faces, family)
    by_path = {draft.path: draft for draft in drafts}
    form, sure = form_of(family, _quick(by_path, "issue_date"), _quick(by_path, "serial_number"))
    maker = FieldMaker(faces, form)
    fields: dict[str, FieldReading] = {}
    for draft in drafts:
        field = maker.make(draft)
        is_left_open = draft.piece is None and draft.doubted
        if field.value is not None or draft.path in _REQUIRED or is_left_open:
            fields[draft.path] = field
    for path, face, payload, box in issue.read_codes(faces):
        fields[path] = maker.from_code(payload, face, box)
    printed_digits = None if "barcode" in fields else issue.barcode_draft(faces)
    digits = maker.make(printed_digits) if printed_digits else None
    if digits and issue.BARCODE.fullmatch(digits.value or ""):
        fields["barcode"] = digits
    fields = _doubted(checks.cross_check(fields, maker), maker, doubted)
    fields = maker.in_company(maker.with_required(fields, _REQUIRED))
    return form, min(sure, 0.55 + 0.1 * strength), maker, fields


def _doubted(fields: Mapping[str, FieldReading], maker: FieldMaker, doubted: Mixed) -> dict[str, FieldReading]:
    """The fields, those of them doubted that may stand on another certificate's page."""
    if doubted is Mixed.NOTHING:
        return dict(fields)
    paths = [path for path in fields if doubted is Mixed.ANYTHING or path.startswith("changes.")]
    if paths:
        maker.note("pages_mixed", paths[0])
    return dict(fields) | {path: maker.weigh(path, fields[path], contradicted=True) for path in paths}


def _quick(drafts: Mapping[str, Draft], path: str) -> str | None:
    """What most readers say there, of several the first."""
    draft = drafts.get(path)
    if draft is None or draft.piece is None:
        return None
    looks = (normalise(draft.kind, draft.piece.read_by(reader)) for reader in draft.piece.readers)
    counted = Counter(value for value in looks if value)
    return counted.most_common(1)[0][0] if counted else None


def certificate_drafts(faces: Sequence[FaceText], family: Family) -> list[Draft]:
    """All fields found on a certificate's faces (in printed order), before readers are weighed."""
    stamped = frozenset().union(*map(stamp_lines, faces))
    faces = [_without(face, stamped | issue.code_lines(faces)) for face in faces]
    in_tables = frozenset().union(*map(parcel_lines, faces))
    plain = split_sections(faces, frozenset(), in_tables)
    barred = _old_papers(plain)
    # A term of use looks like a date of issue.
    signing = _signing([_without(face, in_tables) for face in faces], family, plain)
    entry, register_lines = register.register_draft(faces, barred)
    digit_count = (8,) if family is Family.LEAF_2024 else (6, 7) if family is Family.RED_BOOK else (6,)
    letter_count = (2,) if family in (Family.LEAF_2024, Family.FOUR_FACES) else (1, 2)
    serial = issue.serial_draft(faces, barred, digit_count, letter_count)
    serial_lines = frozenset(serial.piece.lines) if serial and serial.piece else frozenset()
    left_out = (signing.lines if signing else frozenset()) | register_lines | serial_lines
    sections = split_sections(faces, left_out, in_tables)
    drafts = [serial, entry, *(signing_block.signing_drafts(signing) if signing else ())]
    drafts += read_owner_table(sections["owners"]) or read_owners(sections["owners"])
    drafts += read_parcels(sections["parcels"])
    drafts += read_house(sections["house"])
    if family in (Family.HOUSE_60, Family.HOUSE_90) and not any(d.path == "parcels.0.address" for d in drafts if d):
        # One address is printed, with the house that stands on the land.
        drafts.append(house_address(sections["house"]))
    drafts += read_other_assets(sections["other_assets"])
    drafts += read_notes(sections["notes"])
    drafts += read_changes(faces, sections["changes"])
    return [draft for draft in drafts if draft is not None]


def _without(face: FaceText, left_out: frozenset[TextLine]) -> FaceText:
    return dataclasses.replace(face, lines=tuple(line for line in face.lines if line not in left_out))


def _old_papers(sections: Sections) -> frozenset[TextLine]:
    """The lines of notes and changes, whose serial and register numbers are an earlier certificate's."""
    found: set[TextLine] = set()
    for key in ("notes", "changes"):
        before = ""
        for line in (run.line for piece in sections[key] for run in piece.runs):
            if not _lone(line) or _GOES_ON_WITH_A_SERIAL.search(fold(before)):
                found.add(line)
            before = line.text
    return frozenset(found)


# What a line of notes ends with when the next one begins with an earlier certificate's number.
_GOES_ON_WITH_A_SERIAL = re.compile(r"\b(?:so|phat|phat hanh|seri|serial|gcn|qsdd?|cu|giay|chung nhan|bia)[\s:.]*$")


def _lone(line: TextLine) -> bool:
    """Whether a line holds a serial or a register number and nothing else, as at the foot of a face."""
    # A line of a sentence begins with a small letter: "hành BĐ 219092".
    return (len(line.text) < 16 and not line.text[:1].islower()) or bool(register.is_register_line(line))


def _signing(faces: Sequence[FaceText], family: Family, sections: Sections) -> signing_block.Signing | None:
    order = {Family.FOUR_FACES: (2, 1, 3, None), Family.LEAF_2024: (1, 2, None)}.get(family, (3, 2, 1, 4, None))
    changes_head = sections.heads.get("changes")
    for number in order:
        for face in faces:
            if face.read.face.face != number:
                continue
            limit = changes_head.box.top if changes_head and changes_head.face_index == face.index else None
            dated = signing_block.date_line(face, above=limit)
            if dated:
                return signing_block.read_block(face, dated)
    return None


_ORDER = (
    "serial_number", "register_number", "issue_date", "issue_place", "issuing_authority", "signer_title",
    "signer_name", "barcode", "qr", "owners", "parcels", "house", "other_assets", "notes", "changes",
)  # fmt: skip


def _in_order(fields: Mapping[str, FieldReading]) -> dict[str, FieldReading]:
    def place(path: str) -> tuple[object, ...]:
        parts = path.split(".")
        return (_ORDER.index(parts[0]), *(f"{int(p):03d}" if p.isdigit() else "" for p in parts[1:4:2]))

    return {path: fields[path] for path in sorted(fields, key=place)}


__all__ = ["Decision", "Extracted", "Kind", "certificate_drafts", "extract"]
