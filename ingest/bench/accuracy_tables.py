"""The figures of accuracy as tables: on the screen, in a page of the docs, and every slip in a file of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ingest.bench_accuracy import GROUPS, OUTCOMES, Measurement, Report, slips

# What is asked of printed forms: the least share of fields that are right, by capture.
CAPTURE_BARS: Mapping[str, float] = {
    "flatbed": 0.995,
    "grey200": 0.99,
    "fax": 0.99,
    "born_digital": 1.0,
    "worn": 0.98,
    "photocopy": 0.97,
    "low150": 0.97,
    "phone": 0.97,
}
FORM_BAR, WRONG_ACCEPTED_BAR, CALIBRATION_BAR = 0.995, 1.0, 0.02
GROUP_BARS: Mapping[str, float] = {"office": 0.85, "worn_and_phone": 0.60}
_GROUP_NAMES = {
    "office": ("office scans", "bản quét văn phòng"),
    "worn_and_phone": ("worn papers and phone pictures", "giấy cũ và ảnh điện thoại"),
}
_SLIP_COLUMNS = (
    "source", "form", "capture", "path", "outcome", "accepted", "confidence", "expected", "value", "raw", "page",
    "readings", "findings",
)  # fmt: skip


def print_measurement(found: Measurement, console: Console) -> None:
    """The report as tables for a person: by capture, by form, field by field from the worst, and all in all."""
    figures = found.to_json()
    plain = figures.get("plain", {})
    for title, key in (("Theo cách quét", "by_capture"), ("Theo mẫu giấy", "by_form"), ("Theo mục", "by_field")):
        rows = figures[key]
        if key == "by_field":
            rows = dict(sorted(rows.items(), key=lambda item: item[1]["share"]))
        console.print(_screen_table(title, rows, plain.get(key)))
    summary = Table(title="Tổng hợp", show_header=False)
    for name, value in _summary(found.report, figures, plain):
        summary.add_row(name, value)
    console.print(summary)


def _summary(report: Report, figures: Mapping[str, Any], plain: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Tệp, giấy", f"{figures['files']}, {figures['certificates']}"
    yield "Đúng mẫu", percent(figures["form_right"])
    yield "Mục đúng", percent(figures["fields_right"])
    if plain:
        yield "Mục đúng bằng Tesseract cả trang và biểu thức", percent(plain["fields_right"])
    yield "Sai, thiếu, thừa", ", ".join(str(figures[name]) for name in OUTCOMES[1:])
    yield "Đi thẳng, tất cả", _counted(report.straight_through())
    yield "Qua chính sách của cơ quan, chưa hỏi dân cư", _counted(report.by_policy())
    for group, captures in GROUPS.items():
        if report.straight_through(captures)[1]:
            yield f"Đi thẳng, {_GROUP_NAMES[group][1]}", _counted(report.straight_through(captures))
    wrong = f"{figures['wrong_accepted_per_1000']:.2f}"
    yield "Chấp nhận sai trên 1.000", f"{wrong} ({figures['wrong_accepted']} / {figures['accepted']})"
    yield "Sai số hiệu chuẩn", f"{figures['calibration_error']:.4f}"
    yield "Tệp bị từ chối", str(len(figures["refused"]))
    yield "Bản ghi thừa", str(figures["spare_records"])


def _screen_table(title: str, rows: Mapping[str, Mapping[str, Any]], plain: Mapping[str, Any] | None) -> Table:
    table = Table(title=title)
    table.add_column("")
    names = ("có", "đúng", "sai", "thiếu", "thừa", "chấp nhận", "trong đó sai", "tỷ lệ đúng")
    for name in (*names, "Tesseract cả trang") if plain else names:
        table.add_column(name, justify="right")
    for key, row in rows.items():
        counts = [str(row[name]) for name in ("expected", *OUTCOMES, "accepted", "wrong_accepted")]
        table.add_row(key, *counts, _share_of(row), *([_share_of(plain.get(key))] if plain else []))
    return table


def table_lines(found: Measurement, made_by: str, picture: str) -> Iterator[str]:
    """The figures as Markdown: what was measured and how, the bars, then by capture, by form and by field."""
    figures = found.to_json()
    plain = figures.get("plain", {})
    yield (
        f"{made_by}; {figures['files']} files, {figures['certificates']} certificates, {figures['fields']} fields, "
        f"{len(figures['refused'])} files refused."
    )
    yield ""
    yield "| what | measured | bar | |"
    yield "|---|---|---|---|"
    yield from _bar_rows(found.report, figures)
    if plain:
        yield f"| fields right by plain Tesseract and expressions | {percent(plain['fields_right'])} | | |"
    yield ""
    yield f"![Confidence against the share that is right, with counts]({picture})"
    for title, key in (("capture", "by_capture"), ("form", "by_form"), ("field", "by_field")):
        yield ""
        yield from _markdown_table(title, figures[key], plain.get(key), CAPTURE_BARS if key == "by_capture" else {})


def _bar_rows(report: Report, figures: Mapping[str, Any]) -> Iterator[str]:
    yield f"| form told | {percent(figures['form_right'])} | at least {percent(FORM_BAR)} | " + _held(
        figures["form_right"] >= FORM_BAR
    )
    yield f"| fields right | {percent(figures['fields_right'])} | by capture, below | |"
    slipped = ", ".join(f"{figures[name]} {name}" for name in OUTCOMES[1:])
    yield f"| fields that are not | {slipped} | | |"
    wrong, accepted = report.wrong_accepted()
    per_1000 = report.wrong_accepted_per_1000()
    yield (
        f"| wrong among 1,000 accepted values | {per_1000:.1f} ({wrong} of {accepted:,}) | at most "
        f"{WRONG_ACCEPTED_BAR:g} | " + _held(per_1000 <= WRONG_ACCEPTED_BAR)
    )
    error = report.calibration_error()
    yield f"| expected calibration error | {error:.3f} | at most {CALIBRATION_BAR:g} | " + _held(
        error <= CALIBRATION_BAR
    )
    yield f"| certificates accepted whole, all | {_counted(report.straight_through())} | | |"
    yield f"| certificates that the office's policy passes, the registry aside | {_counted(report.by_policy())} | | |"
    for group, captures in GROUPS.items():
        through, count = report.straight_through(captures)
        if count:
            bar = GROUP_BARS[group]
            yield (
                f"| certificates accepted whole, {_GROUP_NAMES[group][0]} | {_counted((through, count))} | at least "
                f"{percent(bar)} | " + _held(through / count >= bar)
            )


def _markdown_table(
    title: str, rows: Mapping[str, Mapping[str, Any]], plain: Mapping[str, Any] | None, bars: Mapping[str, float]
) -> Iterator[str]:
    heads = [title, "fields", "right", *(["bar", ""] if bars else []), "wrong", "missing", "spurious", "accepted"]
    heads += ["of these wrong", *(["plain Tesseract right"] if plain else [])]
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for key, row in rows.items():
        cells = [f"`{key}`", str(row["expected"]), _share_of(row)]
        if bars:
            bar = bars.get(key)
            cells += [percent(bar), "held" if row["share"] >= bar else "missed"] if bar else ["", ""]
        cells += [str(row[name]) for name in (*OUTCOMES[1:], "accepted", "wrong_accepted")]
        cells += [_share_of(plain.get(key))] if plain else []
        yield "| " + " | ".join(cells) + " |"


def write_slips(report: Report, path: Path) -> int:
    """Write every field that is not right as a table (CSV), those accepted first; gives how many.

    It holds what is printed on the papers: of a set of real papers, personal data.
    """
    written = 0
    # Spreadsheets take a CSV for UTF-8 only with its mark before it.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(_SLIP_COLUMNS)
        for slip in slips(report):
            reading = slip.reading
            table.writerow(
                (
                    slip.source, slip.form, slip.capture, slip.path, slip.outcome, "yes" if slip.accepted else "",
                    f"{slip.confidence:.4f}" if slip.value is not None else "", slip.expected or "", slip.value or "",
                    (reading.raw or "") if reading else "", (reading.page_number or "") if reading else "",
                    "; ".join(f"{who}: {text}" for who, text in reading.readings.items()) if reading else "",
                    " ".join(reading.findings) if reading else "",
                )
            )  # fmt: skip
            written += 1
    return written


def percent(value: float) -> str:
    """A share as it is written in the docs: ``98.7 %``; 100 % only where all are."""
    text = f"{value:.1%}"
    if text == "100.0%":
        return "100 %" if value >= 1 else f"{value:.3%}".replace("%", " %")
    return text.replace("%", " %")


def _share_of(row: Mapping[str, Any] | None) -> str:
    """A group's share of right fields; a dash where none is printed."""
    return percent(row["share"]) if row and row["expected"] else "–"


def _counted(counted: tuple[int, int]) -> str:
    some, count = counted
    return f"{percent(some / count)} ({some} of {count})" if count else "–"


def _held(bar_is_held: object) -> str:
    return f"{'held' if bar_is_held else 'missed'} |"
