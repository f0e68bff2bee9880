"""Gathers what the reviewer's pages show: the queue and the station of one certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from werkzeug.datastructures import MultiDict

from certificate.citizens import RegistryVerdict
from certificate.errors import MoveNotAllowed, NotFound, VersionConflict
from certificate.record import Finding, Form
from certificate.states import State
from certificate.text import nfc
from ingest import review
from ingest.accounts import UserRow
from ingest.decision import ReasonKind
from ingest.office import Office
from ingest.review import CertificateSummary, CertificateView, Page, ScanRow, ScanSummary
from web import access, display, language, tabs, wording
from web.display import Remark
from web.names import Group, full_name, group_title, indexes_of
from web.review import presenting
from web.review.presenting import FaceView, GroupView
from web.tabs import Tab
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
    (("1", "2", "3"), later("Lấy giá trị của bộ đọc hoặc của dân cư")),
    (("A", "Space"), later("Đúng như đang hiện")),
    (("E", "Enter"), later("Sửa; Enter để ghi, Esc để thôi")),
    (("U",), later("Hoàn tác lần ghi gần nhất")),
    (("D",), later("Duyệt và sang hồ sơ tiếp")),
    (("T",), later("Trả lại cho người gửi")),
    (("+", "-", "0"), later("Phóng to, thu nhỏ, cả mặt giấy")),
    ((later("bấm chuột"),), later("Lấy chữ trên ảnh vào ô đang sửa, hoặc đến ô tại đó")),
    (("R",), later("Xoay ảnh")),
    (("F",), later("Mặt giấy khác")),
    (("H",), later("Lịch sử")),
    (("?",), later("Bảng phím tắt này")),
)
_UNSAFE_IN_NAMES = re.compile(r"[^\w .-]")


@dataclass(frozen=True, slots=True)
class Row:
    """One scan in the queue."""

    scan: ScanRow
    papers: Sequence[CertificateSummary]
    remark: Remark | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue with its tabs."""

    rows: Sequence[Row]
    page: Page[ScanSummary]
    tabs: Sequence[Tab]
    is_queue: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the history of a field, in words."""

    at: object
    who: str
    name: str
    old: str
    new: str
    same: bool
    why: str


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
    reasons: Sequence[str]
    groups: Sequence[GroupView]
    faces: Sequence[FaceView]
    siblings: Sequence[CertificateSummary]
    addable: Sequence[tuple[str, str]]
    changes: Sequence[Change]
    return_reasons: Sequence[object] = RETURN_REASONS
    keys: Sequence[object] = KEYS


def queue(office: Office, user: UserRow, args: Mapping[str, str]) -> Queue:
    """The page of the queue that the address asks for."""
    tab = tabs.chosen(tabs.REVIEW_TABS, args.get("show", ""))
    page = review.scan_list(office, who=user, states=tab.states, page=tabs.page_number(args.get("page")))
    counts = review.counts(office, who=user)
    rows = [
        Row(item.scan, item.certificates, display.remark_on(item.scan.error_code, item.scan.return_reason))
        for item in page.items
    ]
    shown = tabs.counted(tabs.REVIEW_TABS, counts, tab)
    return Queue(rows, page, shown, tab.key == "", counts.get(State.IN_REVIEW, 0))


def next_url(office: Office, user: UserRow, *, after: str = "") -> str:
    """Where the next record to review is, or the queue when none is left."""
    page = review.scan_list(office, who=user, states=frozenset({State.IN_REVIEW}), page=1, page_size=5)
    for item in page.items:
        undecided = [paper for paper in item.certificates if paper.decided_at is None and paper.id != after]
        # Another paper in the file is looked at only where there is no certificate.
        certificates = [paper for paper in undecided if paper.form is not Form.OTHER]
        for paper in certificates or undecided:
            return url_for("review.certificate", certificate_id=paper.id)
    return url_for("review.queue")


def visible(office: Office, certificate_id: str, user: UserRow) -> CertificateView:
    """The certificate if this person may see it: a clerk sees those of own scans only."""
    view = review.certificate_view(office, certificate_id)
    if user.role == access.CLERK and view.scan.uploaded_by != user.name:
        raise NotFound("another clerk's scan")
    return view


def station(office: Office, certificate_id: str, user: UserRow) -> Station:
    """The station of one certificate, as this person may use it."""
    view = visible(office, certificate_id, user)
    record, code = view.record, language.language()
    answers = {row.owner_index: row.answer for row in view.answers}
    settled = {field.path: field.settled_by for field in view.fields if field.settled_by}
    paper = view.certificate
    open_for_review = view.scan.state is State.IN_REVIEW and paper.decided_at is None
    return Station(
        id=paper.id,
        version=paper.version,
        scan=view.scan,
        form=paper.form,
        title=paper.serial_number or _("Chưa đọc được số phát hành"),
        editable=open_for_review and user.role in {access.REVIEWER, access.SUPERVISOR},
        doubtful=len(presenting.doubtful_paths(record)),
        has_pdfa=paper.pdfa_sha256 is not None,
        remark=display.remark_on(view.scan.error_code, view.scan.return_reason),
        findings=[*view.scan_findings, *presenting.general_findings(record)],
        reasons=_reasons(view),
        groups=presenting.groups(record, answers, settled, code),
        faces=presenting.faces(record),
        siblings=view.siblings if len(view.siblings) > 1 else (),
        addable=presenting.addable(record, code),
        changes=_changes(view, code),
    )


def check_open(office: Office, certificate_id: str) -> None:
    """``MoveNotAllowed`` unless the certificate waits for a decision: what was approved stands as it was approved."""
    view = review.certificate_view(office, certificate_id)
    if view.scan.state is not State.IN_REVIEW or view.certificate.decided_at is not None:
        raise MoveNotAllowed(f"certificate {certificate_id} is not open")


def check_own(office: Office, scan_id: str, user: UserRow) -> None:
    """``NotFound`` for a clerk who reaches for another clerk's scan."""
    if user.role == access.CLERK and review.scan(office, scan_id).uploaded_by != user.name:
        raise NotFound("another clerk's scan")


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


def doubts_unseen(office: Office, certificate_id: str, user: UserRow, form: MultiDict[str, str]) -> bool:
    """Whether fields are still in doubt and the person has not said to approve them as they stand."""
    return form.get("doubts") != "seen" and bool(
        presenting.doubtful_paths(visible(office, certificate_id, user).record)
    )


def reason(form: MultiDict[str, str]) -> str:
    """Why a scan goes back: the chosen reason and what was typed beside it."""
    return " ".join(part for part in (nfc(form.get("reason", "")), nfc(form.get("more", ""))) if part)


def pdfa_name(view: CertificateView) -> str:
    """The name under which the PDF/A is saved, as other systems expect it: ``AA 00476432-GCN.pdf``."""
    serial = view.certificate.serial_number or view.certificate.id
    return f"{_UNSAFE_IN_NAMES.sub('-', serial)}-GCN.pdf"


def _reasons(view: CertificateView) -> list[str]:
    """Why a person must look although no single field says so: pages, and people whom the registry does not confirm."""
    told = []
    for reason in view.reasons:
        if reason.kind is ReasonKind.PAGE_UNREADABLE:
            told.append(_("Không đọc được trang %(number)s.", number=reason.code))
        elif reason.kind is ReasonKind.REGISTRY:
            owner = group_title(Group.OWNERS, indexes_of(reason.fields[0])[0], language.language())
            told.append(f"{owner}: {display.VERDICTS[RegistryVerdict(reason.code)].word}")
    return told


def _changes(view: CertificateView, code: str) -> list[Change]:
    return [
        Change(
            at=change.at,
            who=change.who,
            name=full_name(change.path, code),
            old=_in_list(change.path, change.old, code),
            new=_in_list(change.path, change.new, code),
            same=change.old == change.new,
            why=_("hoàn tác") if change.why == "undo" else change.why,
        )
        for change in reversed(view.history)
    ]


def _in_list(path: str, value: str | None, code: str) -> str:
    """A value as a list shows it: identity numbers with their middle hidden."""
    text = wording.shown(path, value, code)
    return wording.masked(text) if path.endswith("id_number") and text else text
