"""Gathers what the reviewer's pages show: the queue and the station of one certificate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from certificate.arrangement import from_written
from certificate.errors import MoveNotAllowed, NotFound, VersionConflict
from certificate.geometry import Box
from certificate.record import Finding, Form
from certificate.states import State
from certificate.text import nfc
from ingest import desk, review
from ingest.accounts import UserRow
from ingest.desk import Stage
from ingest.key_in_policy import people_of, stage_of
from ingest.office import Office
from ingest.review import CertificateSummary, CertificateView, ScanRow
from web import access, display, errors, language
from web.display import Remark
from web.review import changing, decisions, presenting, queues
from web.review.decisions import DecisionView
from web.review.presenting import FaceView, GroupView
from web.words import gettext as _
from web.words import later

RETURN_REASONS = (
    later("Ảnh mờ, không đọc được."),
    later("Giấy bị cắt mất mép."),
    later("Thiếu mặt giấy hoặc trang bổ sung."),
    later("Nhiều giấy lẫn trong một tệp."),
    later("Không phải giấy chứng nhận."),
)
KEYS = (
    (("N",), later("Ô cần kiểm tra tiếp theo")),
    (("P",), later("Ô cần kiểm tra trước đó")),
    (("J", "↓"), later("Ô tiếp theo")),
    (("K", "↑"), later("Ô trước đó")),
    (("1", "2", "3"), later("Lấy giá trị của bộ đọc, dân cư hoặc danh mục")),
    (("A", "Space"), later("Đúng như đang hiện")),
    (("E", "Enter"), later("Sửa; Enter để ghi, Esc để thôi")),
    (("U",), later("Hoàn tác lần ghi gần nhất")),
    (("D",), later("Duyệt và sang hồ sơ tiếp")),
    (("T",), later("Trả lại cho người gửi")),
    (("S",), later("Để sau")),
    (("G",), later("Ghi chú")),
    (("I",), later("Thêm trường, chủ sử dụng hoặc thửa đất")),
    (("[", "]"), later("Đưa chủ sử dụng hoặc thửa đất lên, xuống")),
    (("X",), later("Bỏ chủ sử dụng hoặc thửa đất này")),
    (("+", "-", "0"), later("Phóng to, thu nhỏ, cả mặt giấy")),
    (("Shift", "← ↑ → ↓"), later("Dời ảnh")),
    (("R",), later("Xoay ảnh")),
    (("F",), later("Mặt giấy khác")),
    (("B",), later("Đọc lại vùng của ô đang xem")),
    (("V",), later("Đặt khung bằng mũi tên (Shift: đổi cỡ), Enter để đọc lại vùng đó")),
    (("W", "F4"), later("Chọn chữ trên ảnh bằng mũi tên (Shift: thêm chữ), Enter để đưa vào ô; F4 khi đang gõ")),
    (("M",), later("Hiện đủ số giấy tờ của ô đang xem")),
    (("Y",), later("Vì sao cần người kiểm tra")),
    ((",", "."), later("Giấy trước, giấy sau trong cùng bản quét")),
    (("H",), later("Lịch sử")),
    (("C",), later("Sang hồ sơ tiếp khi người khác đang giữ hồ sơ này")),
    (("L",), later("Nhận lại hồ sơ người khác đang giữ (phụ trách)")),
    (("O",), later("Mở lại hồ sơ đã duyệt (phụ trách)")),
    (("Q",), later("Về hàng chờ")),
    ((later("bấm chuột"),), later("Lấy chữ trên ảnh vào ô đang sửa, hoặc đến ô tại đó")),
    ((later("kéo chuột"),), later("Kéo để xem; giữ Shift và kéo một khung để đọc lại vùng đó")),
    (("?",), later("Bảng phím tắt này")),
)
_WHY = {"undo": later("hoàn tác"), "key_in": later("phân xử hai lần nhập")}
_UNSAFE_IN_NAMES = re.compile(r"[^\w .-]")


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the history of a field, in words."""

    at: object
    who: str
    path: str
    name: str
    old: str
    new: str
    same: bool
    why: object


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note beside the scan, with the name of who wrote it."""

    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Station:
    """Everything the certificate's page shows."""

    id: str
    version: int
    scan: ScanRow
    form: Form
    title: str
    editable: bool
    doubtful: int
    has_pdfa: bool
    remark: Remark | None
    findings: Sequence[Finding]
    decision: DecisionView
    groups: Sequence[GroupView]
    faces: Sequence[FaceView]
    siblings: Sequence[CertificateSummary]
    addable: Sequence[tuple[str, str]]
    changes: Sequence[Change]
    holder: str | None
    may_take_over: bool
    stage: Stage
    may_reopen: bool
    notes: Sequence[NoteView]
    replaces: Sequence[ScanRow]
    postponed_until: datetime | None
    just_changed: Sequence[str] = ()
    return_reasons: Sequence[object] = RETURN_REASONS
    keys: Sequence[object] = KEYS


def next_url(office: Office, user: UserRow, *, after: str = "") -> str:
    """Take the record that is due first among those in this person's filter; where it is, or the queue."""
    but = () if not after or _more_papers(office, after) else (review.certificate_view(office, after).scan.id,)
    return queues.url_of(office, user, desk.take_next(office, user, queues.kept_filter(), but=but))


def _more_papers(office: Office, certificate_id: str) -> bool:
    """Whether the same scan holds another certificate that waits for a decision."""
    view = review.certificate_view(office, certificate_id)
    return any(
        paper.decided_at is None and paper.id != certificate_id and paper.form is not Form.OTHER
        for paper in view.siblings
    )


def must_key_in(view: CertificateView, user: UserRow) -> bool:
    """Whether this person may be the next to key in, and so must not see what the others typed."""
    waits = view.scan.state is State.IN_REVIEW and view.certificate.decided_at is None
    return waits and stage_of(view.key_ins) is not Stage.REVIEW and _may_edit(user) and not _keyed(view, user)


def _keyed(view: CertificateView, user: UserRow) -> bool:
    return user.name in people_of(view.key_ins)


def _may_edit(user: UserRow) -> bool:
    return user.role in {access.REVIEWER, access.SUPERVISOR}


def station(
    office: Office,
    certificate_id: str,
    user: UserRow,
    *,
    view: CertificateView | None = None,
    before: CertificateView | None = None,
    path: str = "",
) -> Station:
    """The station of one certificate, as this person may use it.

    ``view`` is the certificate where it was looked up already; ``before`` is how it looked before a change at
    ``path``, to tell what else changed with it.
    """
    view = view or review.certificate_view(office, certificate_id)
    record, code = view.record, language.language()
    settled = {field.path: _called(view, field.settled_by) for field in view.fields if field.settled_by}
    paper, now = view.certificate, datetime.now(UTC)
    waits = view.scan.state is State.IN_REVIEW and paper.decided_at is None
    held = view.task is not None and view.task.held_by_other(user.name, now)
    stage = stage_of(view.key_ins)
    editable = waits and _may_edit(user) and not held and stage is Stage.REVIEW
    answers = {row.owner_index: row.answer for row in view.answers}
    put_off = view.task.postponed_until if view.task else None
    return Station(
        id=paper.id,
        version=paper.version,
        scan=view.scan,
        form=paper.form,
        title=paper.serial_number or _("Chưa đọc được số phát hành"),
        editable=editable,
        doubtful=len(presenting.doubtful_paths(record)),
        has_pdfa=paper.pdfa_sha256 is not None,
        remark=display.remark_on(view.scan.error_code, view.scan.return_reason),
        findings=presenting.together(presenting.scan_remarks(view.scan_findings, record), code),
        decision=decisions.decision_on(office, view),
        groups=presenting.groups(record, answers, settled, code, editable=editable),
        faces=presenting.faces(record),
        siblings=view.siblings if len(view.siblings) > 1 else (),
        addable=presenting.addable(record, code),
        changes=_changes(view, code),
        holder=_called(view, view.task.locked_by) if held and view.task else None,
        may_take_over=held and waits and user.role == access.SUPERVISOR,
        stage=stage,
        may_reopen=user.role == access.SUPERVISOR and view.scan.state in {State.ARCHIVED, State.ARCHIVING},
        notes=[NoteView(_called(view, note.who) or note.who, note.at, note.text) for note in view.notes],
        replaces=view.replaces,
        postponed_until=put_off if put_off and put_off > now else None,
        just_changed=changing.told(before, view, path, code) if before else (),
    )


def _called(view: CertificateView, name: str | None) -> str | None:
    return view.officers.get(name, name) if name else None


def fresh(office: Office, before: CertificateView, user: UserRow, path: str) -> ResponseReturnValue:
    """The fields after a change, with what came with it: as JSON for the page's script, else the page again."""
    certificate_id = before.certificate.id
    changed = station(office, certificate_id, user, before=before, path=path)
    if errors.wants_json():
        html = render_template("review/fields.html", station=changed)
        return jsonify(version=changed.version, html=html, changed=changed.just_changed)
    for words in changed.just_changed:
        flash(words, "busy")
    return redirect(url_for("review.certificate", certificate_id=certificate_id, _anchor=f"f-{path}"))


@dataclass(frozen=True, slots=True)
class FieldHistory:
    """One field from its reading to its present value, each step in a column of its own."""

    name: str
    first: str
    steps: Sequence[Change]


def side_by_side(shown: Station) -> list[FieldHistory]:
    """The history field by field, the latest changed first."""
    by_path: dict[str, list[Change]] = {}
    for change in shown.changes:
        by_path.setdefault(change.path, []).insert(0, change)
    return [FieldHistory(steps[0].name, steps[0].old, steps) for steps in by_path.values()]


def check_open(office: Office, certificate_id: str) -> None:
    """``MoveNotAllowed`` unless the certificate waits for a decision: what was approved stands as it was approved."""
    view = review.certificate_view(office, certificate_id)
    if view.scan.state is not State.IN_REVIEW or view.certificate.decided_at is not None:
        raise MoveNotAllowed(f"certificate {certificate_id} is not open")


def station_of_scan(office: Office, scan_id: str, user: UserRow) -> Station:
    """The station of a scan's first certificate."""
    return station(office, review.first_certificate(office, scan_id), user)


def words(view: CertificateView, face_index: int) -> list[tuple[str, int, int, int, int]]:
    """The words of a face with their boxes: text, left, top, right, bottom; ``NotFound`` when there is no such face."""
    faces = view.certificate.faces()
    if face_index >= len(faces):
        raise NotFound(f"face {face_index}")
    return [(word.text, *word.box) for word in faces[face_index].words]


def version(form: MultiDict[str, str]) -> int:
    """The version that the form was made on; a form without one is treated as out of date."""
    text = form.get("version", "")
    if not text.isascii() or not text.isdigit():
        raise VersionConflict("no version in the form")
    return int(text)


def order(form: MultiDict[str, str]) -> tuple[int, ...]:
    """The order of owners or parcels that a form asks for; ``NotFound`` for what is none."""
    text = form.get("order", "")
    if not re.fullmatch(r"(\d{1,3}(,\d{1,3})*)?", text):
        raise NotFound("no order")
    return from_written(text)


def region(form: MultiDict[str, str]) -> tuple[int, Box, str]:
    """The face, the box and the field that a region is to be read for; ``NotFound`` for what makes no sense."""
    edges = [form.get(name, "") for name in ("face", "left", "top", "right", "bottom")]
    if not all(edge.isascii() and edge.isdigit() and len(edge) < 6 for edge in edges):
        raise NotFound("no region")
    face, left, top, right, bottom = (int(edge) for edge in edges)
    return face, Box(left, top, right, bottom), form.get("path", "")


def doubts_unseen(office: Office, certificate_id: str, form: MultiDict[str, str]) -> bool:
    """Whether fields are still in doubt and the person has not said to approve them as they stand."""
    if form.get("doubts") == "seen":
        return False
    return bool(presenting.doubtful_paths(review.certificate_view(office, certificate_id).record))


def reason(form: MultiDict[str, str]) -> str:
    """Why a scan goes back: the chosen reason and what was typed beside it."""
    return " ".join(part for part in (nfc(form.get("reason", "")), nfc(form.get("more", ""))) if part)


def pdfa_name(view: CertificateView) -> str:
    """The name under which the PDF/A is saved, as other systems expect it: ``AA 00476432-GCN.pdf``."""
    serial = view.certificate.serial_number or view.certificate.id
    return f"{_UNSAFE_IN_NAMES.sub('-', serial)}-GCN.pdf"


def _changes(view: CertificateView, code: str) -> list[Change]:
    return [
        Change(
            at=change.at,
            who=_called(view, change.who) or change.who,
            path=change.path,
            name=changing.name_of(change.path, code),
            old=changing.in_list(change.path, change.old, code),
            new=changing.in_list(change.path, change.new, code),
            same=change.old == change.new,
            why=_WHY.get(change.why, change.why),
        )
        for change in reversed(view.history)
    ]
