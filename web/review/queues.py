"""Gathers what the reviewer's queue shows: what waits, what is due first, filters with their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TypeVar

from flask import session, url_for

from certificate.record import Form
from ingest import desk, review
from ingest.accounts import UserRow
from ingest.desk import Band, Stage, TaskCount, TaskFilter, TaskRow
from ingest.office import Office
from ingest.review import CertificateSummary, Page, ScanRow, ScanSummary
from web import display, tabs
from web.display import Remark
from web.tabs import Tab
from web.words import gettext as _
from web.words import later

_KEPT = "desk_filter"
KEYS = (
    (("Enter", "S"), later("Bắt đầu với hồ sơ đến hạn trước")),
    (("J", "↓"), later("Hồ sơ kế dưới trong danh sách; Enter để mở")),
    (("K", "↑"), later("Hồ sơ kế trên")),
    (("←", "→"), later("Trang trước, trang sau")),
    (("1", "…", "5"), later("Chuyển thẻ: chờ kiểm tra, đang xử lý, đã lưu trữ…")),
    (("L",), later("Đến các bộ lọc; mũi tên chọn, Enter để lọc")),
    (("?",), later("Bảng phím tắt này")),
)
Member = TypeVar("Member", Form, Band, Stage)


@dataclass(frozen=True, slots=True)
class Row:
    """One scan in the queue; ``task`` while it waits for a person, ``holder`` is who works on it now."""

    scan: ScanRow
    papers: Sequence[CertificateSummary]
    remark: Remark | None
    task: TaskRow | None = None
    holder: str | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, what it is called, and how many records have it."""

    value: str
    word: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter over the queue."""

    name: str
    word: str
    options: Sequence[Option]

    @property
    def chosen(self) -> bool:
        return any(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue with its tabs and filters; ``postponed`` counts what was put off."""

    rows: Sequence[Row]
    page: Page[TaskRow] | Page[ScanSummary]
    tabs: Sequence[Tab]
    is_queue: bool
    waiting: int
    filters: Sequence[Filter] = ()
    filtered: bool = False
    postponed: int = 0
    shows_postponed: bool = False
    keys: Sequence[object] = KEYS


def queue(office: Office, user: UserRow, args: Mapping[str, str]) -> Queue:
    """The page of the queue that the address asks for."""
    tab = tabs.chosen(tabs.REVIEW_TABS, args.get("show", ""))
    number = tabs.page_number(args.get("page"))
    if tab.key == "":
        return _waiting(office, user, args, number)
    shown = tabs.counted(tabs.REVIEW_TABS, review.counts(office, who=user), tab)
    page = review.scan_list(office, who=user, states=tab.states, page=number)
    names = review.display_names(office)
    rows = [
        Row(
            item.scan,
            item.certificates,
            display.remark_on(item.scan.error_code, item.scan.return_reason),
            sender=names.get(item.scan.uploaded_by),
        )
        for item in page.items
    ]
    return Queue(rows, page, shown, is_queue=False, waiting=0)


def chosen_filter(args: Mapping[str, str]) -> TaskFilter:
    """The filter that the address asks for; what is no value of it is left out."""
    return TaskFilter(
        office=args["office"] if args.get("office") else None,
        form=_member(Form, args.get("form")),
        reason=args.get("reason") or None,
        queue=args.get("queue") or None,
        band=_member(Band, args.get("band")),
        stage=_member(Stage, args.get("stage")),
        run=args.get("run") or None,
        postponed=args.get("postponed") == "1",
    )


def kept_filter() -> TaskFilter:
    """The filter in which this person works: the one last seen on the queue's page."""
    kept: Mapping[str, str] = session.get(_KEPT, {})
    return chosen_filter(kept)


def url_of(office: Office, user: UserRow, scan_id: str | None) -> str:
    """Where a taken record is worked on, or the queue when there is none."""
    if scan_id is None:
        return url_for("review.queue", **session.get(_KEPT, {}))
    task = review.task(office, scan_id)
    certificate_id = review.first_certificate(office, scan_id)
    if task is not None and task.facts.stage is not Stage.REVIEW and user.name not in task.facts.keyed_by:
        return url_for("review.key_in", certificate_id=certificate_id)
    return url_for("review.certificate", certificate_id=certificate_id)


def _waiting(office: Office, user: UserRow, args: Mapping[str, str], number: int) -> Queue:
    wanted = chosen_filter(args)
    session[_KEPT] = {name: value for name in _NAMES if (value := args.get(name)) and name != "postponed"}
    found = desk.waiting(office, user, wanted, number)
    counts, names = found.counts, found.names
    now = datetime.now(UTC)
    rows = []
    for task in found.page.items:
        holder = task.locked_by if task.locked_by and task.locked_until and task.locked_until > now else None
        scan = found.scans[task.scan_id]
        rows.append(
            Row(
                scan,
                found.papers[task.scan_id],
                None,
                task,
                names.get(holder, holder) if holder else None,
                names.get(scan.uploaded_by),
            )
        )
    return Queue(
        rows=rows,
        page=found.page,
        tabs=tabs.counted(tabs.REVIEW_TABS, found.states, tabs.REVIEW_TABS[0]),
        is_queue=True,
        waiting=sum(one.count for one in counts if not one.postponed),
        filters=_filters(counts, wanted),
        filtered=wanted not in (TaskFilter(), TaskFilter(postponed=True)),
        postponed=sum(one.count for one in counts if one.postponed),
        shows_postponed=wanted.postponed,
    )


def _filters(counts: Sequence[TaskCount], wanted: TaskFilter) -> list[Filter]:
    """Every filter with its values; each counts what the other filters leave."""
    words: dict[str, tuple[str, Callable[[str], str]]] = {
        "office": (_("Đơn vị"), lambda value: value or _("(chưa ghi)")),
        "form": (_("Mẫu giấy"), lambda value: display.form_name(Form(value))),
        "reason": (_("Lý do"), lambda value: str(display.REASONS.get(value, value))),
        "band": (_("Độ chắc chắn"), lambda value: str(display.BANDS[value])),
        "queue": (_("Nguồn"), lambda value: str(display.QUEUES.get(value, value))),
        "run": (_("Đợt số hóa"), lambda value: value),
        "stage": (_("Bước"), lambda value: str(display.STAGES[value])),
    }
    found = []
    for name, (word, called) in words.items():
        tally: Counter[str] = Counter()
        passing = [one for one in counts if desk.passes(one, wanted, but=name)]
        for one in passing:
            if getattr(one, name) is not None:
                tally[str(getattr(one, name))] += one.count
        chosen = getattr(wanted, name)
        # A filter that would leave everything or nothing is no help.
        divides = len(tally) > 1 or 0 < tally.total() < sum(one.count for one in passing)
        if divides or chosen is not None:
            options = [Option(value, called(value), many, value == chosen) for value, many in tally.most_common()]
            found.append(Filter(name, word, options))
    return found


def _member(kind: type[Member], text: str | None) -> Member | None:
    return kind(text) if text in {str(member) for member in kind} else None


_NAMES = tuple(field.name for field in fields(TaskFilter))
