"""The report of a run as one HTML file that needs nothing beside it: figures, charts, a sample of what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from certificate.wording import Words
from ingest.office import Office
from ingest.runs.charts import bars, columns, grouped_digits
from ingest.runs.reporting import (
    INPUT_STATES,
    RUN_STATES,
    DoubtfulInput,
    Overview,
    aside_in_words,
    doubtful_sample,
    overview,
    remark_in_words,
    remarked_sample,
    settled_over_time,
)
from store.run_rows import InputRow, InputState

STATE_COLOURS = {
    InputState.ARCHIVED: "#1c7a45",
    InputState.IN_REVIEW: "#b7791f",
    InputState.RETURNED: "#b3261e",
    InputState.FAILED: "#b3261e",
    InputState.REFUSED: "#b3261e",
    InputState.KNOWN: "#5b6b6e",
    InputState.TAKEN: "#2b5fb0",
    InputState.LISTED: "#9aa7a9",
    InputState.CANCELLED: "#9aa7a9",
}
_STYLE = (
    "body{font:15px/1.5 sans-serif;color:#172224;max-width:960px;margin:32px auto;padding:0 20px}"
    "h1{font-size:24px;margin:0}h2{font-size:18px;margin:32px 0 8px}.soft{color:#5b6b6e}"
    ".figures{display:flex;flex-wrap:wrap;gap:12px 36px;margin:20px 0}.figures b{display:block;font-size:24px}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:6px 10px;"
    "border-bottom:1px solid #dfe6e6;overflow-wrap:anywhere}svg{max-width:100%;height:auto}"
    "@media print{body{margin:0}}"
)


def report_page(office: Office, run_id: str) -> Iterator[str]:
    """The page's text, piece by piece."""
    seen = overview(office, run_id)
    yield (
        '<!doctype html><html lang="vi"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(seen.run.name)} · Sổ Hóa</title><style>{_STYLE}</style>"
    )
    yield _heading(seen)
    yield _section("Kết quả", "What became of the inputs", state_chart(seen, "Kết quả"))
    yield _section("Theo thời gian", "Over time", time_chart(office, run_id, "Theo thời gian"))
    yield _section("Vì sao cần người xem", "Why people must look", reason_chart(seen, "Vì sao cần người xem"))
    yield _section("Lỗi và trả lại", "Errors and returns", error_chart(seen, "Lỗi và trả lại"))
    yield _section("Một số giấy chờ kiểm tra", "Some that wait for review", _sample(doubtful_sample(office, run_id)))
    rows, count = remarked_sample(office, run_id)
    title = f"Cần xem lại tệp ({grouped_digits(count)})"
    yield _section(title, "Files to look at again", _remarks(rows))
    yield "</html>\n"


def state_chart(seen: Overview, title: str, *, english: bool = False) -> str:
    """What became of the inputs, as bars."""
    shown = [state for state in INPUT_STATES if seen.figures.by_state.get(state)]
    rows = [(_in(INPUT_STATES[state], english=english), seen.figures.by_state[state]) for state in shown]
    return bars(title, rows, [STATE_COLOURS[state] for state in shown])


def reason_chart(seen: Overview, title: str, *, english: bool = False) -> str:
    """Why people must look, as bars."""
    return bars(title, [(_in(each.words, english=english), each.count) for each in seen.reasons])


def error_chart(seen: Overview, title: str, *, english: bool = False) -> str:
    """What was wrong with the inputs that became no record, as bars."""
    rows = [(_in(each.words, english=english), each.count) for each in seen.errors]
    return bars(title, rows, ["#b3261e"] * len(rows))


def time_chart(office: Office, run_id: str, title: str) -> str:
    """How many inputs were done in each stretch of time, as columns."""
    settled = settled_over_time(office, run_id)
    if not settled:
        return ""
    first, last = (moment.astimezone().strftime("%d/%m %H:%M") for moment in (settled[0][0], settled[-1][0]))
    return columns(title, [count for _, count in settled], first, last)


def duration(seconds: float) -> str:
    """A length of time in Vietnamese words: ``2 ngày 3 giờ``, ``5 phút``, ``40 giây``."""
    days, rest = divmod(round(seconds), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [(days, "ngày"), (hours, "giờ"), (minutes, "phút"), (rest, "giây")]
    named = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(named[:2]) or "0 giây"


def _heading(seen: Overview) -> str:
    run, figures = seen.run, seen.figures
    rate = figures.straight_rate
    began = run.created_at.astimezone().strftime("%d/%m/%Y %H:%M")
    took = duration(((run.finished_at or run.updated_at) - run.created_at).total_seconds())
    cells = [
        ("Tổng số", grouped_digits(figures.total)),
        ("Đã xong", grouped_digits(figures.done)),
        ("Đi thẳng, không cần người", f"{rate:.1%}".replace(".", ",") if rate is not None else "–"),
        ("Chờ kiểm tra", grouped_digits(figures.by_state.get(InputState.IN_REVIEW, 0))),
        ("Thời gian", took),
    ]
    shown = "".join(f"<div><span class=soft>{escape(word)}</span><b>{escape(value)}</b></div>" for word, value in cells)
    left = aside_in_words(run)
    aside = f" · {escape(left.vi)}" if left else ""
    return (
        f"<h1>{escape(run.name)}</h1><p class=soft>{escape(RUN_STATES[run.state].vi)} · {escape(run.folder)} · "
        f"{began} · {escape(run.started_by)}{aside}</p><div class=figures>{shown}</div>"
    )


def _section(vi: str, en: str, inside: str) -> str:
    return f'<h2>{escape(vi)} <span class=soft lang="en">{escape(en)}</span></h2>{inside}' if inside else ""


def _sample(found: tuple[DoubtfulInput, ...]) -> str:
    if not found:
        return ""
    lines = "".join(
        f"<tr><td>{escape(each.row.key)}<td>{escape(', '.join(each.serial_numbers))}"
        f"<td>{escape('; '.join(words.vi for words in each.reasons))}"
        for each in found
    )
    return f"<table><tr><th>Tệp<th>Số phát hành<th>Lý do{lines}</table>"


def _remarks(rows: tuple[InputRow, ...]) -> str:
    lines = "".join(f"<tr><td>{escape(row.key)}<td>{escape(remark_in_words(row.remark or '').vi)}" for row in rows)
    return f"<table><tr><th>Giấy<th>Nhận xét{lines}</table>" if lines else ""


def _in(words: Words, *, english: bool) -> str:
    return words.en if english else words.vi
