"""How well the reader reads: certificates, drawn from a seed or labelled by hand, read and held against their truth.

Owns the counting. A field is right when its value equals the truth by the record's own rule; nothing is forgiven. The
drawing lives in ``samples`` and is loaded only when a set is drawn; what the figures look like is
``ingest.bench.accuracy_tables``'s.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from certificate.errors import ScanRefused
from certificate.record import Decision, FieldReading, Form, Record
from certificate.rules.check import recheck_record
from certificate.text import same_value
from ingest.bench.labelled import LabelledFile, Truth, read_labelled
from ingest.decision import Policy, reasons_for_review
from ocr.pool import ReaderPool

PRINTED_FORMS = ("tt17-2009", "tt23-2014", "tt10-2024")
CAPTURES = ("flatbed", "grey200", "fax", "low150", "worn", "photocopy", "phone", "born_digital")
# The groups in which certificates that go straight through are counted.
GROUPS: Mapping[str, frozenset[str]] = {
    "office": frozenset({"flatbed", "flatbed300", "skewed", "colour200", "grey200"}),
    "worn_and_phone": frozenset({"worn", "phone"}),
}
_POLICY = Policy(frozenset(), ask_registry=False)
OUTCOMES = ("right", "wrong", "missing", "spurious")
_BINS = 20


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
    reading: FieldReading | None = None

    @property
    def name(self) -> str:
        """The path without its numbers: ``owners.N.full_name``."""
        return re.sub(r"\.\d+", ".N", self.path)


@dataclass(frozen=True, slots=True)
class CertificateOutcome:
    """One certificate of the truth: whether its form was told and whether it went straight through.

    ``straight_through``: every field is accepted; ``by_policy``: no reason for review by the policy as it is set at
    first (``ingest.decision``), the registry's answers left aside.
    """

    source: str
    form: str
    capture: str
    form_read: str | None
    straight_through: bool
    by_policy: bool = False


@dataclass
class Report:
    """Everything counted over a set."""

    certificates: list[CertificateOutcome] = field(default_factory=list)
    fields: list[FieldOutcome] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    spare_records: int = 0
    files: int = 0

    def right_share(self, fields: Iterable[FieldOutcome] | None = None) -> float:
        """The share of the truth's fields that were read exactly right."""
        wanted = [f for f in (self.fields if fields is None else fields) if f.expected is not None]
        return share(f.outcome == "right" for f in wanted)

    def form_share(self, form: str | None = None) -> float:
        """The share of certificates whose form was told right."""
        return share(c.form_read == c.form for c in self.certificates if form in {None, c.form})

    def straight_through(self, captures: Iterable[str] | None = None) -> tuple[int, int]:
        """How many certificates were accepted whole, before any answer of the registry, and of how many.

        What is no certificate cannot go through and is not among them.
        """
        wanted = None if captures is None else set(captures)
        papers = (c for c in self.certificates if c.form != Form.OTHER)
        chosen = [c.straight_through for c in papers if wanted is None or c.capture in wanted]
        return sum(chosen), len(chosen)

    def by_policy(self, captures: Iterable[str] | None = None) -> tuple[int, int]:
        """How many certificates the office's policy would let go on by themselves, and of how many."""
        wanted = None if captures is None else set(captures)
        papers = (c for c in self.certificates if c.form != Form.OTHER)
        chosen = [c.by_policy for c in papers if wanted is None or c.capture in wanted]
        return sum(chosen), len(chosen)

    def wrong_accepted(self) -> tuple[int, int]:
        """How many accepted fields are wrong, and of how many."""
        accepted = [f for f in self.fields if f.accepted]
        return sum(f.outcome != "right" for f in accepted), len(accepted)

    def wrong_accepted_per_1000(self) -> float:
        """How many of 1,000 accepted fields are wrong."""
        wrong, accepted = self.wrong_accepted()
        return 1000 * wrong / accepted if accepted else 0.0

    def valued(self) -> list[FieldOutcome]:
        """The fields that were given a value, and with it a confidence."""
        return [f for f in self.fields if f.value is not None]

    def calibration_error(self) -> float:
        """The expected calibration error: how far confidence lies from the share that is right, over equal bins."""
        bins: list[list[FieldOutcome]] = [[] for _ in range(_BINS)]
        valued = self.valued()
        for outcome in valued:
            bins[min(_BINS - 1, int(outcome.confidence * _BINS))].append(outcome)
        off = 0.0
        for members in bins:
            if members:
                sure = sum(f.confidence for f in members) / len(members)
                off += abs(sure - share(f.outcome == "right" for f in members)) * len(members)
        return off / len(valued) if valued else 0.0

    def grouped(self, key: str) -> dict[str, list[FieldOutcome]]:
        """The fields by ``capture``, ``form`` or ``name``, in the order in which they came."""
        groups: dict[str, list[FieldOutcome]] = {}
        for outcome in self.fields:
            groups.setdefault(getattr(outcome, key), []).append(outcome)
        return groups

    def by(self, key: str) -> dict[str, dict[str, float | int]]:
        """What was counted in each group of fields."""
        return {name: self._part(members) for name, members in self.grouped(key).items()}

    def _part(self, members: Sequence[FieldOutcome]) -> dict[str, float | int]:
        counted = {name: sum(f.outcome == name for f in members) for name in OUTCOMES}
        return {
            "expected": sum(f.expected is not None for f in members),
            **counted,
            "accepted": sum(f.accepted for f in members),
            "wrong_accepted": sum(f.accepted and f.outcome != "right" for f in members),
            "share": round(self.right_share(members), 5),
        }

    def to_json(self) -> dict[str, Any]:
        """The figures of the report, ready for JSON."""
        wrong, accepted = self.wrong_accepted()
        return {
            "files": self.files,
            "certificates": len(self.certificates),
            "fields": sum(f.expected is not None for f in self.fields),
            "form_right": round(self.form_share(), 5),
            "fields_right": round(self.right_share(), 5),
            **{name: sum(f.outcome == name for f in self.fields) for name in OUTCOMES},
            "straight_through": round(_of(self.straight_through()), 5),
            "passing_the_policy": round(_of(self.by_policy()), 5),
            "straight_through_by_group": {
                group: round(_of(self.straight_through(captures)), 5)
                for group, captures in GROUPS.items()
                if self.straight_through(captures)[1]
            },
            "straight_through_by_capture": {
                capture: round(_of(self.straight_through([capture])), 4)
                for capture in dict.fromkeys(c.capture for c in self.certificates)
            },
            "accepted": accepted,
            "wrong_accepted": wrong,
            "wrong_accepted_per_1000": round(self.wrong_accepted_per_1000(), 3),
            "calibration_error": round(self.calibration_error(), 4),
            "form_right_by_form": {
                form: round(self.form_share(form), 5) for form in dict.fromkeys(c.form for c in self.certificates)
            },
            "by_capture": self.by("capture"),
            "by_form": self.by("form"),
            "by_field": self.by("name"),
            "refused": [{"source": source, "code": code} for source, code in self.refused],
            "spare_records": self.spare_records,
        }


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the reader made of a set, and what plain whole-page Tesseract made of the same files, if it was asked."""

    report: Report
    plain: Report | None = None

    def to_json(self) -> dict[str, Any]:
        """The reader's figures; those of plain Tesseract under ``plain``."""
        told = self.report.to_json()
        if self.plain is not None:
            figures = self.plain.to_json()
            # Plain Tesseract tells no confidence and accepts nothing.
            wanted = ("form_right", "fields_right", *OUTCOMES, "by_capture", "by_form", "by_field", "refused")
            told["plain"] = {name: figures[name] for name in wanted}
        return told


def share(values: Iterable[bool]) -> float:
    """The part of the values that are true; 1.0 of none."""
    found = list(values)
    return sum(found) / len(found) if found else 1.0


def _of(counted: tuple[int, int]) -> float:
    return counted[0] / counted[1] if counted[1] else 1.0


def judge(report: Report, truths: Sequence[Truth], records: Sequence[Record]) -> None:
    """Count one file: each truth against the record most like it; records left over are counted as spare."""
    report.files += 1
    left = list(records)
    for truth in truths:
        best = max(left, key=lambda record: _alike(truth, record), default=None)
        if best is not None:
            left.remove(best)
        _judge_one(report, truth, best)
    report.spare_records += len([record for record in left if record.fields])


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
            FieldOutcome(truth.source, truth.form, truth.capture, path, outcome, expected, value, sure, accepted, found)
        )
    form_read = record.form.value if record else None
    through = record is not None and record.verdict is Decision.ACCEPT
    passes = record is not None and not reasons_for_review(record, {}, _POLICY)
    report.certificates.append(CertificateOutcome(truth.source, truth.form, truth.capture, form_read, through, passes))


def measure(files: Sequence[LabelledFile], *, processes: int = 1, timeout_s: float = 300.0) -> Report:
    """Read labelled files, ``processes`` at a time, and hold them against their truth."""
    report = Report()
    with ReaderPool(processes, timeout_s) as pool:
        readings = pool.read_many((one.path, one.source) for one in files)
        for one, (_, reading) in zip(files, readings, strict=True):
            if isinstance(reading, ScanRefused):
                report.refused.append((one.source, reading.code))
                judge(report, one.truths, ())
            else:
                judge(report, one.truths, [recheck_record(found.record) for found in reading.certificates])
    return report


def measure_plain(files: Sequence[LabelledFile], *, processes: int = 1) -> Report:
    """Let plain whole-page Tesseract with expressions read the same files, held against their truth the same way."""
    report = Report()
    # A fresh interpreter each, one thread an engine: none of the reader's threads or models go along.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_one_thread) as pool:
        for one, read in zip(files, pool.map(_read_plain, files), strict=True):
            if isinstance(read, str):
                report.refused.append((one.source, read))
            judge(report, one.truths, [] if isinstance(read, str) else [read])
    return report


def _one_thread() -> None:
    os.environ["OMP_THREAD_LIMIT"] = "1"


def _read_plain(file: LabelledFile) -> Record | str:
    """The record that plain Tesseract gives, or the code under which the file was refused."""
    # The engines are heavy and only this needs them here.
    from ocr.bench_plain import read_plain

    try:
        return read_plain(file.path.read_bytes(), file.source)
    except ScanRefused as refused:
        return refused.code


def drawable() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The forms and the captures that can be drawn."""
    from samples.draw import sets
    from samples.draw.capture import CAPTURES as DEVICES

    return tuple(sets.FORMS), (*DEVICES, "born_digital")


def bench_accuracy(
    seed: int,
    *,
    forms: Sequence[str] = PRINTED_FORMS,
    captures: Sequence[str] = CAPTURES,
    per_cell: int = 2,
    style: str = "office",
    processes: int = 1,
    folder: Path | None = None,
    compare: bool = False,
) -> Measurement:
    """Draw ``per_cell`` certificates for every form and capture from a seed, read them and count.

    ``folder`` keeps the drawn files; without it they are gone afterwards. ``compare`` lets plain Tesseract read them,
    too.
    """
    # Drawing needs Chromium and is of no use to an office: it is loaded only here.
    from samples.draw.sets import draw_set

    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as temporary:
        target = folder or Path(temporary)
        draw_set(seed, forms, captures, per_cell, target, style=style)
        return bench_labelled(read_labelled(target), processes=processes, compare=compare)


def bench_labelled(files: Sequence[LabelledFile], *, processes: int = 1, compare: bool = False) -> Measurement:
    """Read files whose truth is known, and count."""
    report = measure(files, processes=processes)
    return Measurement(report, measure_plain(files, processes=processes) if compare else None)


def slips(report: Report) -> Iterator[FieldOutcome]:
    """Every field that is not right, those that were accepted first: what the person who improves the reader wants."""
    off = [outcome for outcome in report.fields if outcome.outcome != "right"]
    return iter(sorted(off, key=lambda outcome: not outcome.accepted))
