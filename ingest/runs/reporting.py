"""What people see of a run: figures, speed, why papers wait for people, and every input with what became of it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from certificate.citizens import RegistryVerdict
from certificate.labels import field_label
from certificate.record import Form
from certificate.rules.catalogue import find_kind
from certificate.wording import FORMS, RETURN_REASONS, VERDICTS, Words, remark_on
from ingest.decision import ReasonKind
from ingest.office import Office
from ingest.runs.charts import grouped_digits
from store.rows import EVERYTHING, SearchScope
from store.run_rows import FAULTY, GAP, InputRow, InputState, RunFigures, RunRow, RunState

_LATELY = timedelta(minutes=10)
_REASONS_SHOWN = 12
_SAMPLE = 25
_HIGHEST_COLUMNS = 48
_LOST = (InputState.REFUSED, InputState.FAILED, InputState.RETURNED)
# What begins a formula in a spreadsheet; file names come from whoever named the files.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

RUN_STATES: Mapping[RunState, Words] = {
    RunState.RUNNING: Words("Đang chạy", "Running"),
    RunState.PAUSED: Words("Tạm dừng", "Paused"),
    RunState.CANCELLED: Words("Đã hủy", "Cancelled"),
    RunState.FINISHED: Words("Đã xong", "Finished"),
}
INPUT_STATES: Mapping[InputState, Words] = {
    InputState.ARCHIVED: Words("Đã lưu trữ", "Archived"),
    InputState.IN_REVIEW: Words("Chờ kiểm tra", "Waits for review"),
    InputState.RETURNED: Words("Trả lại", "Returned"),
    InputState.FAILED: Words("Không xử lý được", "Failed"),
    InputState.REFUSED: Words("Không nhận được", "Refused"),
    InputState.KNOWN: Words("Đã có từ trước", "Known before"),
    InputState.TAKEN: Words("Đang xử lý", "In work"),
    InputState.LISTED: Words("Chờ đến lượt", "Waits for its turn"),
    InputState.CANCELLED: Words("Đã hủy", "Cancelled"),
}
CSV_COLUMNS = (
    "key", "files", "reference", "box", "shelf", "state", "state_text", "straight_through", "error_code", "message",
    "reasons", "serial_numbers", "forms", "scan_id", "sha256", "size_bytes", "taken_at", "settled_at",
    "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """A reason or code, what it means, and how often it came."""

    key: str
    words: Words
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A run as people look at it. ``per_hour`` is what settled lately; ``left_s`` how long the rest takes at that."""

    run: RunRow
    figures: RunFigures
    per_hour: float
    left_s: float | None
    reasons: tuple[Counted, ...]
    errors: tuple[Counted, ...]

    @property
    def listed_whole(self) -> bool:
        return self.run.walked_at is not None

    @property
    def lost(self) -> int:
        """How many inputs became no record: refused, failed or given back."""
        return sum(self.figures.by_state.get(state, 0) for state in _LOST)

    def to_json(self) -> dict[str, Any]:
        rate = self.figures.straight_rate
        return {
            "run_id": self.run.id,
            "name": self.run.name,
            "folder": self.run.folder,
            "rule": self.run.rule,
            "state": self.run.state.value,
            "state_text": RUN_STATES[self.run.state].vi,
            "trouble": self.run.trouble,
            "listed_whole": self.listed_whole,
            "left_aside": self.run.left_aside,
            "inputs": self.figures.total,
            "done": self.figures.done,
            "by_state": {state.value: self.figures.by_state.get(state, 0) for state in InputState},
            "straight": self.figures.straight,
            "straight_rate": round(rate, 4) if rate is not None else None,
            "per_hour": round(self.per_hour, 1),
            "left_s": round(self.left_s) if self.left_s is not None else None,
            "reasons": [{"key": each.key, "text": each.words.vi, "count": each.count} for each in self.reasons],
            "errors": [{"code": each.key, "text": each.words.vi, "count": each.count} for each in self.errors],
            "created_at": self.run.created_at.isoformat(),
            "finished_at": self.run.finished_at.isoformat() if self.run.finished_at else None,
        }


def overview(office: Office, run_id: str, now: datetime | None = None) -> Overview:
    """One run as it stands; ``NotFound``."""
    at = now or datetime.now(UTC)
    with office.database.unit_of_work(read_only=True) as unit:
        run = unit.runs.get(run_id)
        figures = unit.runs.figures(run_id, at - _LATELY)
        codes: Counter[str] = Counter()
        for state in _LOST:
            codes.update(unit.runs.codes(run_id, state))
    # A run younger than the stretch that is looked at, or one that rests, is judged by its whole life.
    lately_s = min(_LATELY, max(at - run.created_at, timedelta(seconds=1))).total_seconds()
    per_hour = figures.settled_lately * 3600 / lately_s
    left_s = figures.open / per_hour * 3600 if per_hour and run.state is RunState.RUNNING else None
    return Overview(
        run,
        figures,
        per_hour,
        left_s,
        tuple(Counted(key, reason_in_words(key), n) for key, n in Counter(run.reasons).most_common(_REASONS_SHOWN)),
        tuple(Counted(code, _error_in_words(code), count) for code, count in codes.most_common(_REASONS_SHOWN)),
    )


def trouble_in_words(run: RunRow) -> tuple[Words, Words] | None:
    """What keeps the run from going on and what to do about it; ``None`` when nothing does."""
    return remark_on(run.trouble, None)


def aside_in_words(run: RunRow) -> Words | None:
    """How many files of the folder the run leaves alone, and why; ``None`` when there are none."""
    if not run.left_aside:
        return None
    count, count_en = grouped_digits(run.left_aside), f"{run.left_aside:,}"
    if run.manifest is not None:
        return Words(
            f"{count} bản quét trong thư mục không có trong danh mục, chưa được lấy",
            f"{count_en} scans of the folder are not in the manifest and are not taken",
        )
    return Words(f"{count} tệp không phải bản quét, để yên", f"{count_en} files are no scans and are left alone")


def overviews(office: Office, scope: SearchScope = EVERYTHING) -> tuple[Overview, ...]:
    """Every run that the scope shows, the newest first."""
    with office.database.unit_of_work(read_only=True) as unit:
        runs = unit.runs.all(scope=scope)
    return tuple(overview(office, run.id) for run in runs)


def reason_in_words(key: str) -> Words:
    """A counted reason (``ingest.runs.settling``) in both languages."""
    kind, _, code = key.partition(":")
    match kind:
        case ReasonKind.DOUBTFUL_FIELD:
            return Words(f"Chưa chắc: {_label(code)}", f"Doubtful: {_label(code, english=True)}")
        case ReasonKind.MISSING_VALUE:
            return Words(f"Thiếu: {_label(code)}", f"Missing: {_label(code, english=True)}")
        case ReasonKind.PAGE_UNREADABLE:
            return Words("Có trang không đọc được", "A page cannot be read")
        case ReasonKind.NO_FIELDS:
            form = FORMS[Form(code)] if code in set(Form) else Words(code, code)
            return Words(f"Không đọc được mục nào ({form.vi})", f"No field was read ({form.en})")
        case ReasonKind.REGISTRY:
            return VERDICTS[RegistryVerdict(code)] if code in set(RegistryVerdict) else Words(code, code)
        case _:
            return _finding_in_words(code)


def _finding_in_words(code: str) -> Words:
    try:
        found = find_kind(code)
    except KeyError:  # A finding of another release.
        return Words(code, code)
    vi, en = (re.sub(r"\{\w+\}", "…", text).rstrip(".") for text in (found.message, found.message_en))
    return Words(vi, en)


def _label(path: str, *, english: bool = False) -> str:
    try:
        return field_label(path, english=english)
    except KeyError:  # A field of another release.
        return path


def _error_in_words(code: str) -> Words:
    remark = remark_on(None, code) if code in RETURN_REASONS else None
    remark = remark or remark_on(code or None, None)
    return remark[0] if remark else Words(code, code)


def remark_in_words(remark: str) -> Words:
    """What there is to say about an input's files."""
    if remark.startswith(FAULTY):
        path = remark.removeprefix(FAULTY)
        return Words(f"Lỗi ở tệp {path}", f"At fault: {path}")
    if remark.startswith(GAP):
        numbers = remark.removeprefix(GAP).replace(",", ", ")
        return Words(
            f"Tên tệp đánh số {numbers}: thiếu hoặc trùng trang, nên mỗi tệp thành một giấy riêng",
            f"Names numbered {numbers}: a page lacks or stands twice, so each file is a certificate of its own",
        )
    return Words(remark, remark)  # Of another release.


def remarked_sample(office: Office, run_id: str, most: int = _SAMPLE) -> tuple[tuple[InputRow, ...], int]:
    """The first inputs about whose files there is something to say, and how many there are."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.runs.remarked(run_id, most)


# --- the whole ledger


@dataclass(frozen=True, slots=True)
class DoubtfulInput:
    """An input that waits for a person, with its certificate and the reasons in words."""

    row: InputRow
    certificate_id: str | None
    serial_numbers: tuple[str, ...]
    reasons: tuple[Words, ...]


def doubtful_sample(office: Office, run_id: str, most: int = _SAMPLE) -> tuple[DoubtfulInput, ...]:
    """Some of the inputs that wait for a person, spread evenly over the run."""
    with office.database.unit_of_work(read_only=True) as unit:
        waiting = unit.runs.figures(run_id, datetime.now(UTC)).by_state.get(InputState.IN_REVIEW, 0)
        step = max(1, waiting // most)
        rows = [
            row for number, row in enumerate(unit.runs.inputs(run_id, {InputState.IN_REVIEW})) if number % step == 0
        ][:most]
        papers = unit.certificates.summaries([row.scan_id for row in rows if row.scan_id])
    return tuple(
        DoubtfulInput(
            row,
            next((paper.id for paper in papers.get(row.scan_id or "", ())), None),
            tuple(paper.serial_number for paper in papers.get(row.scan_id or "", ()) if paper.serial_number),
            tuple(reason_in_words(key) for key in row.reasons),
        )
        for row in rows
    )


def settled_over_time(office: Office, run_id: str) -> tuple[tuple[datetime, int], ...]:
    """How many inputs a machine settled in each stretch of the run's time, at most ``_HIGHEST_COLUMNS`` stretches."""
    with office.database.unit_of_work(read_only=True) as unit:
        minutes = unit.runs.settled_by_minute(run_id)
    if not minutes:
        return ()
    first, last = min(minutes), max(minutes)
    width = max(1, -(-(last - first + 1) // _HIGHEST_COLUMNS))
    counts: Counter[int] = Counter()
    for minute, count in minutes.items():
        counts[(minute - first) // width] += count
    return tuple(
        (datetime.fromtimestamp((first + column * width) * 60, UTC), counts.get(column, 0))
        for column in range((last - first) // width + 1)
    )


def csv_lines(office: Office, run_id: str) -> Iterator[str]:
    """The run's ledger as CSV, a line an input; read in stretches, so any number will do."""
    yield "\ufeff" + csv_line(CSV_COLUMNS)
    with office.database.unit_of_work(read_only=True) as unit:
        stretch: list[InputRow] = []
        for row in unit.runs.inputs(run_id):
            stretch.append(row)
            if len(stretch) >= 500:
                yield _stretch_lines(unit.certificates.summaries(_scans(stretch)), stretch)
                stretch = []
        yield _stretch_lines(unit.certificates.summaries(_scans(stretch)), stretch)


def _scans(rows: list[InputRow]) -> list[str]:
    return [row.scan_id for row in rows if row.scan_id]


def _stretch_lines(papers: Mapping[str, Any], rows: list[InputRow]) -> str:
    lines = []
    for row in rows:
        found = papers.get(row.scan_id or "", ())
        message = _error_in_words(row.error_code).vi if row.error_code else ""
        lines.append(
            csv_line(
                (
                    row.key,
                    " | ".join(row.files),
                    row.reference or "",
                    row.box or "",
                    row.shelf or "",
                    row.state.value,
                    INPUT_STATES[row.state].vi,
                    "" if row.straight is None else "1" if row.straight else "0",
                    row.error_code or "",
                    message,
                    " | ".join(reason_in_words(key).vi for key in row.reasons),
                    " | ".join(paper.serial_number for paper in found if paper.serial_number),
                    " | ".join(paper.form.value for paper in found),
                    row.scan_id or "",
                    row.sha256 or "",
                    str(row.size_bytes),
                    row.taken_at.isoformat(timespec="seconds") if row.taken_at else "",
                    row.settled_at.isoformat(timespec="seconds") if row.settled_at else "",
                    remark_in_words(row.remark).vi if row.remark else "",
                )
            )
        )
    return "".join(lines)


def csv_line(values: tuple[str, ...]) -> str:
    """One line of a CSV that a spreadsheet opens."""
    out = io.StringIO()
    # A spreadsheet takes what begins like a formula for one.
    safe = [f"'{value}" if value.startswith(_FORMULA) else value for value in values]
    csv.writer(out, lineterminator="\r\n").writerow(safe)
    return out.getvalue()
