"""How well the reader reads: a fresh set of certificates drawn from a seed, read, and held against its truth.

Owns the counting. A field is right when its value equals the truth by the record's own rule; nothing is forgiven. The
drawing lives in ``samples`` and is loaded only when a set is drawn.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from certificate.errors import SohoaError
from certificate.reading import ScanReading
from certificate.record import Decision, FieldReading, Record
from certificate.rules.check import recheck_record
from certificate.text import same_value
from ocr.pool import ReaderPool

PRINTED_FORMS = ("tt17-2009", "tt23-2014", "tt10-2024")
CAPTURES = ("flatbed", "grey200", "fax", "low150", "worn", "photocopy", "phone", "born_digital")
_BINS = 20
# Capture devices that an office's own flatbed stands for in the bars of the project.
OFFICE = "flatbed"


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """One field of the truth or of a record, and what became of it: right, wrong, missing or spurious."""

    source: str
    form: str
    capture: str
    path: str
    outcome: str
    expected: str | None
    value: str | None
    confidence: float
    accepted: bool

    @property
    def name(self) -> str:
        """The path without its numbers: ``owners.N.full_name``."""
        return re.sub(r"\.\d+", ".N", self.path)


@dataclass(frozen=True, slots=True)
class CertificateOutcome:
    """One certificate of the truth: whether its form was told and whether it went straight through."""

    source: str
    form: str
    capture: str
    form_read: str | None
    straight_through: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """What is printed on one certificate of a drawn file."""

    source: str
    form: str
    capture: str
    fields: Mapping[str, str]


@dataclass
class Report:
    """Everything counted over a set."""

    certificates: list[CertificateOutcome] = field(default_factory=list)
    fields: list[FieldOutcome] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    spare_records: int = 0

    def right_share(self, fields: Iterable[FieldOutcome] | None = None) -> float:
        """The share of the truth's fields that were read exactly right."""
        wanted = [f for f in (self.fields if fields is None else fields) if f.expected is not None]
        return sum(f.outcome == "right" for f in wanted) / len(wanted) if wanted else 1.0

    def form_share(self) -> float:
        """The share of certificates whose form was told right."""
        return _share(c.form_read == c.form for c in self.certificates)

    def straight_through_share(self, capture: str | None = None) -> float:
        """The share of certificates accepted whole, before any answer of the registry."""
        return _share(c.straight_through for c in self.certificates if capture in {None, c.capture})

    def wrong_accepted_per_1000(self) -> float:
        """How many of 1,000 accepted fields are wrong."""
        accepted = [f for f in self.fields if f.accepted]
        return 1000 * sum(f.outcome != "right" for f in accepted) / len(accepted) if accepted else 0.0

    def calibration_error(self) -> float:
        """The expected calibration error: how far confidence lies from the share that is right, over equal bins."""
        bins: list[list[FieldOutcome]] = [[] for _ in range(_BINS)]
        valued = [f for f in self.fields if f.value is not None]
        for outcome in valued:
            bins[min(_BINS - 1, int(outcome.confidence * _BINS))].append(outcome)
        off = 0.0
        for members in bins:
            if members:
                sure = sum(f.confidence for f in members) / len(members)
                off += abs(sure - _share(f.outcome == "right" for f in members)) * len(members)
        return off / len(valued) if valued else 0.0

    def to_json(self) -> dict[str, Any]:
        """The figures of the report, ready for JSON."""
        return {
            "certificates": len(self.certificates),
            "fields": sum(f.expected is not None for f in self.fields),
            "form_right": round(self.form_share(), 5),
            "fields_right": round(self.right_share(), 5),
            "straight_through": round(self.straight_through_share(), 5),
            "wrong_accepted_per_1000": round(self.wrong_accepted_per_1000(), 3),
            "calibration_error": round(self.calibration_error(), 4),
            "by_capture": {key: self._part(members) for key, members in self._grouped("capture").items()},
            "by_form": {key: self._part(members) for key, members in self._grouped("form").items()},
            "by_field": {key: self._part(members) for key, members in self._grouped("name").items()},
            "straight_through_by_capture": {
                capture: round(self.straight_through_share(capture), 4)
                for capture in dict.fromkeys(c.capture for c in self.certificates)
            },
            "refused": [{"source": source, "code": code} for source, code in self.refused],
            "spare_records": self.spare_records,
        }

    def _grouped(self, key: str) -> dict[str, list[FieldOutcome]]:
        groups: dict[str, list[FieldOutcome]] = {}
        for outcome in self.fields:
            groups.setdefault(getattr(outcome, key), []).append(outcome)
        return groups

    def _part(self, members: Sequence[FieldOutcome]) -> dict[str, float | int]:
        counted = {name: sum(f.outcome == name for f in members) for name in ("right", "wrong", "missing", "spurious")}
        expected = sum(f.expected is not None for f in members)
        return {"expected": expected, **counted, "share": round(self.right_share(members), 5)}


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 1.0


def judge(report: Report, truths: Sequence[Truth], reading: ScanReading) -> None:
    """Count one file: each truth against the record most like it; records left over are counted as spare."""
    records = [recheck_record(certificate.record) for certificate in reading.certificates]
    for truth in truths:
        best = max(records, key=lambda record: _alike(truth, record), default=None)
        if best is not None:
            records.remove(best)
        _judge_one(report, truth, best)
    report.spare_records += len([record for record in records if record.fields])


def _alike(truth: Truth, record: Record) -> int:
    pairs = ((expected, record.value(path)) for path, expected in truth.fields.items())
    return sum(value is not None and same_value(expected, value) for expected, value in pairs)


def _judge_one(report: Report, truth: Truth, record: Record | None) -> None:
    read: Mapping[str, FieldReading] = record.fields if record else {}
    for path in sorted({*truth.fields, *read}):
        expected, found = truth.fields.get(path), read.get(path)
        value = found.value if found else None
        if expected is None and value is None:
            continue
        if value is None:
            outcome = "missing"
        elif expected is None:
            outcome = "spurious"
        else:
            outcome = "right" if same_value(expected, value) else "wrong"
        sure = found.confidence if found else 0.0
        accepted = found is not None and found.decision is Decision.ACCEPT
        report.fields.append(
            FieldOutcome(truth.source, truth.form, truth.capture, path, outcome, expected, value, sure, accepted)
        )
    form_read = record.form.value if record else None
    through = record is not None and record.verdict is Decision.ACCEPT
    report.certificates.append(CertificateOutcome(truth.source, truth.form, truth.capture, form_read, through))


def measure(folder: Path, *, truth: Path | None = None, processes: int = 1, timeout_s: float = 300.0) -> Report:
    """Read every file of a drawn folder and hold it against its truth (``truth.jsonl`` in it if not elsewhere)."""
    truths: dict[str, list[Truth]] = {}
    for line in (truth or folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        one = Truth(told["source"], told["form"], told["capture"], told["fields"])
        truths.setdefault(one.source, []).append(one)
    report = Report()
    with ReaderPool(processes, timeout_s) as pool:
        for source, reading in pool.read_many((folder / source, source) for source in truths):
            if isinstance(reading, SohoaError):
                report.refused.append((source, reading.code))
                judge(report, truths[source], ScanReading(0, ()))
            else:
                judge(report, truths[source], reading)
    return report


def bench_accuracy(
    seed: int,
    *,
    forms: Sequence[str] = PRINTED_FORMS,
    captures: Sequence[str] = CAPTURES,
    per_cell: int = 2,
    style: str = "office",
    processes: int = 1,
    folder: Path | None = None,
) -> Report:
    """Draw ``per_cell`` certificates for every form and capture from a seed, read them and count.

    ``folder`` keeps the drawn files; without it they are gone afterwards.
    """
    # Drawing needs Chromium and is of no use to an office: it is loaded only here.
    from samples.draw.sets import draw_set

    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as temporary:
        target = folder or Path(temporary)
        draw_set(seed, forms, captures, per_cell, target, style=style)
        return measure(target, processes=processes)


def print_report(report: Report, console: Console, *, worst: int = 20) -> None:
    """The report as tables for a person: by capture, by form, and the fields that are read worst."""
    figures = report.to_json()
    for title, key in (("Theo cách quét", "by_capture"), ("Theo mẫu giấy", "by_form")):
        console.print(_table(title, figures[key]))
    by_field = dict(sorted(figures["by_field"].items(), key=lambda item: item[1]["share"])[:worst])
    console.print(_table("Các trường đọc kém nhất", by_field))
    summary = Table(title="Tổng hợp", show_header=False)
    for name, value in (
        ("Giấy", str(figures["certificates"])),
        ("Đúng mẫu", f"{figures['form_right']:.2%}"),
        ("Trường đúng", f"{figures['fields_right']:.2%}"),
        ("Đi thẳng", f"{figures['straight_through']:.2%}"),
        ("Chấp nhận sai trên 1.000", f"{figures['wrong_accepted_per_1000']:.2f}"),
        ("Sai số hiệu chuẩn", f"{figures['calibration_error']:.4f}"),
        ("Tệp bị từ chối", str(len(figures["refused"]))),
        ("Bản ghi thừa", str(figures["spare_records"])),
    ):
        summary.add_row(name, value)
    console.print(summary)


def _table(title: str, rows: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table(title=title)
    table.add_column("")
    for name in ("có", "đúng", "sai", "thiếu", "thừa", "tỷ lệ đúng"):
        table.add_column(name, justify="right")
    for key, row in rows.items():
        counts = (str(row[name]) for name in ("expected", "right", "wrong", "missing", "spurious"))
        table.add_row(key, *counts, f"{row['share']:.2%}")
    return table
