"""Measuring accuracy: what a labelled folder must hold, how fields are counted, and what is told of it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from certificate.errors import LabelledSetInvalid
from certificate.record import Decision, FieldReading, Form, Record
from ingest.bench.accuracy_tables import percent, table_lines, write_slips
from ingest.bench.labelled import Truth, read_labelled
from ingest.bench.reliability import bins_of, diagram, likely_range
from ingest.bench_accuracy import FieldOutcome, Measurement, Report, judge
from ingest.cli import command

SAMPLES = Path(__file__).parents[2] / "samples"
LINE = {"source": "a.pdf", "form": "tt10-2024", "capture": "flatbed", "fields": {"serial_number": "AA 12345678"}}


def _folder(place: Path, *lines: object, scans: str = "") -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (place / "truth.jsonl").write_text(text, encoding="utf-8")
    (place / scans).mkdir(exist_ok=True)
    (place / scans / "a.pdf").write_bytes(b"%PDF")
    return place


def _record(form: Form = Form.TT10_2024, **values: tuple[str | None, float, Decision]) -> Record:
    fields = {path: FieldReading(value, value, sure, told) for path, (value, sure, told) in values.items()}
    return Record("a.pdf", form, 0.9, (), fields)


def _truth(fields: Mapping[str, str], form: str = "tt10-2024", capture: str = "flatbed") -> Truth:
    return Truth("a.pdf", form, capture, fields)


# --- the folder


@pytest.mark.parametrize("scans", ["", "scans"])
def test_scans_lie_beside_the_truth_or_below_it(tmp_path: Path, scans: str) -> None:
    """Two lines of one file are two certificates in it; empty lines and further keys are passed over."""
    (one,) = read_labelled(_folder(tmp_path, {**LINE, "seed": 4}, "", LINE, scans=scans))
    assert one.path.parent == tmp_path / scans
    assert [truth.form for truth in one.truths] == ["tt10-2024", "tt10-2024"]


def test_a_truth_written_by_a_windows_editor_is_taken(tmp_path: Path) -> None:
    """With its mark before the text, letters in parts, and no word on how it was scanned."""
    line = {"source": "a.pdf", "form": "cccd", "fields": {"owners.0.full_name": "Tra\u0302\u0300n  Mẫu"}}
    folder = _folder(tmp_path, line)
    (folder / "truth.jsonl").write_bytes(
        b"\xef\xbb\xbf" + (folder / "truth.jsonl").read_bytes().replace(b"\n", b"\r\n")
    )
    ((truth,),) = (one.truths for one in read_labelled(folder))
    assert truth == Truth("a.pdf", "cccd", "unknown", {"owners.0.full_name": "Trần Mẫu"})


def test_only_the_wanted_forms_and_captures_are_taken(tmp_path: Path) -> None:
    """A file goes along whole when one of its certificates is wanted."""
    folder = _folder(tmp_path, LINE, {**LINE, "form": "cccd"})
    assert len(read_labelled(folder, forms=["cccd"])[0].truths) == 2
    with pytest.raises(LabelledSetInvalid, match="no certificates"):
        read_labelled(folder, captures=["phone"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: no JSON"),
        ("[]", "line 2: no object"),
        ({**LINE, "source": ""}, "line 2: source"),
        ({**LINE, "form": "tt99"}, "line 2: form 'tt99'"),
        ({**LINE, "form": ["cccd"]}, "line 2: form"),
        ({**LINE, "fields": {"issue_date": 2015}}, "line 2: fields"),
        ({**LINE, "fields": None}, "line 2: fields"),
        ({**LINE, "fields": {"notes": " "}}, "line 2: an empty value"),
        ({**LINE, "source": "b.pdf"}, "b.pdf: no such file"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: object, said: str) -> None:
    """Nothing is measured in part and told as whole."""
    with pytest.raises(LabelledSetInvalid, match="truth.jsonl, " + said if said.startswith("line") else said):
        read_labelled(_folder(tmp_path, LINE, line))


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    """As is one whose truth is in another encoding."""
    with pytest.raises(LabelledSetInvalid, match="not there"):
        read_labelled(tmp_path)
    (tmp_path / "truth.jsonl").write_bytes("{}".encode("utf-16"))
    with pytest.raises(LabelledSetInvalid):
        read_labelled(tmp_path)


# --- the counting

SURE, ASK = Decision.ACCEPT, Decision.REVIEW


def _counted() -> Report:
    """One certificate with a field of each outcome, one straight through, one foreign paper."""
    report = Report()
    truth = _truth(
        {"serial_number": "AA 12345678", "issue_place": "Phú Quốc", "issue_date": "2025-02-03", "notes": "x"}
    )
    record = _record(
        serial_number=("AA 12345678", 0.99, SURE),
        issue_place=("Phú Quôc", 0.98, SURE),
        issue_date=(None, 0.0, ASK),
        barcode=("123", 0.3, ASK),
    )
    judge(report, [truth], [record])
    judge(report, [_truth({"notes": "Hòa"}, capture="phone")], [_record(notes=("hoà", 0.9, SURE))])
    judge(report, [_truth({}, form="other")], [_record(Form.OTHER)])
    return report


def test_every_outcome_is_counted_once() -> None:
    """One wrong tone mark is wrong; where a tone mark stands is nobody's matter; a field told empty is missing."""
    report = _counted()
    outcomes = {(f.capture, f.path): f.outcome for f in report.fields}
    assert outcomes == {
        ("flatbed", "serial_number"): "right",
        ("flatbed", "issue_place"): "wrong",
        ("flatbed", "issue_date"): "missing",
        ("flatbed", "notes"): "missing",
        ("flatbed", "barcode"): "spurious",
        ("phone", "notes"): "right",
    }
    assert report.right_share() == pytest.approx(2 / 5)
    assert report.wrong_accepted() == (1, 3)
    assert report.wrong_accepted_per_1000() == pytest.approx(1000 / 3)


def test_what_is_no_certificate_does_not_count_as_going_through() -> None:
    """A blank sheet tells its form, and no more."""
    report = _counted()
    assert report.form_share() == 1.0
    assert report.straight_through() == (1, 2)
    assert report.straight_through(["flatbed"]) == (0, 1)
    assert report.by_policy() == (1, 2)
    assert report.by_policy(["flatbed"]) == (0, 1)
    told = report.to_json()
    assert told["straight_through_by_group"] == {"office": 0.0, "worn_and_phone": 1.0}
    assert told["form_right_by_form"] == {"tt10-2024": 1.0, "other": 1.0}


def test_each_certificate_of_a_file_is_held_against_its_own_truth() -> None:
    """Whatever their order; a record too many is told, a record too few leaves its fields missing."""
    first, second = _truth({"serial_number": "AA 11111111"}), _truth({"serial_number": "AA 22222222"})
    one, two = (_record(serial_number=(f"AA {digit * 8}", 0.9, SURE)) for digit in "12")
    report = Report()
    judge(report, [first, second], [two, one, _record(notes=("x", 0.1, ASK))])
    assert (report.right_share(), report.spare_records) == (1.0, 1)
    report = Report()
    judge(report, [first, second], [two])
    assert sorted(f.outcome for f in report.fields) in (["missing", "right"], ["missing", "wrong"])


def test_calibration_tells_how_far_confidence_is_off() -> None:
    """Four values told 0.9 of which three are right are 0.15 off; values that were not given count nothing."""
    report = Report(fields=[_field(0.9, right) for right in (True, True, True, False)])
    report.fields.append(FieldOutcome("a", "cccd", "phone", "notes", "missing", "x", None, 0.0, accepted=False))
    assert report.calibration_error() == pytest.approx(0.15)


def _field(sure: float, right: bool, *, accepted: bool = False) -> FieldOutcome:
    outcome = "right" if right else "wrong"
    return FieldOutcome("a", "cccd", "phone", "notes", outcome, "x", "x" if right else "y", sure, accepted)


# --- what is told


def test_slips_come_as_a_table_with_the_accepted_first(tmp_path: Path) -> None:
    """A spreadsheet reads it as UTF-8."""
    target = tmp_path / "slips.csv"
    assert write_slips(_counted(), target) == 4
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert (rows[0]["path"], rows[0]["accepted"], rows[0]["expected"], rows[0]["value"]) == (
        "issue_place", "yes", "Phú Quốc", "Phú Quôc",
    )  # fmt: skip
    assert [row["accepted"] for row in rows[1:]] == ["", "", ""]


def test_the_table_tells_each_bar_and_whether_it_is_held() -> None:
    """Plain Tesseract stands beside the reader where it was asked."""
    report, plain = _counted(), Report()
    judge(plain, [_truth({"notes": "x"})], [])
    text = "\n".join(table_lines(Measurement(report, plain), "made by hand", "x.svg"))
    assert "| form told | 100 % | at least 99.5 % | held |" in text
    assert "| wrong among 1,000 accepted values | 333.3 (1 of 3) | at most 1 | missed |" in text
    assert "| certificates accepted whole, office scans | 0.0 % (0 of 1) | at least 85.0 % | missed |" in text
    assert "| `flatbed` | 4 | 25.0 % | 99.5 % | missed | 1 | 2 | 1 | 2 | 1 | 0.0 % |" in text
    assert "| `phone` | 1 | 100 % | 97.0 % | held | 0 | 0 | 0 | 1 | 0 | – |" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_nearly_all_is_never_told_as_all() -> None:
    """One slip in ten thousand is not 100 %."""
    assert [percent(share) for share in (1.0, 0.9999, 0.987, 0.0)] == ["100 %", "99.990 %", "98.7 %", "0.0 %"]


def test_values_fall_into_the_bin_of_their_doubt() -> None:
    """Both ends of the scale and a bin's own edge have a place; empty bins are left out."""
    fields = [_field(sure, right=True, accepted=sure > 0.9) for sure in (0.0, 0.99, 0.995, 0.9999, 1.0)]
    found = bins_of([*fields, _field(0.99, right=False)])
    assert [(one.from_doubt, one.count, one.right, one.accepted) for one in found] == [
        (1.0, 1, 1, 0), (0.01, 2, 1, 1), (0.005, 1, 1, 1), (0.0002, 2, 2, 2),
    ]  # fmt: skip
    assert sum(one.count for one in found) == 6


def test_the_likely_range_narrows_with_the_count() -> None:
    """Figures of Wilson's interval from the literature: 9 of 10 and 0 of 10."""
    assert likely_range(9, 10) == pytest.approx((0.596, 0.982), abs=0.001)
    assert likely_range(0, 10) == pytest.approx((0.0, 0.278), abs=0.001)
    assert likely_range(10_000, 10_000)[0] > 0.999


@pytest.mark.parametrize(
    "fields", [[], [_field(1.0, right=True)], [_field(0.2, right=False), _field(0.97, right=True)]]
)
def test_the_diagram_is_a_whole_picture_that_stays_inside_its_frame(fields: list[FieldOutcome]) -> None:
    """Well-formed, nothing loaded from elsewhere, whatever was measured; what is said may hold any sign."""
    text = "\n".join(diagram(bins_of(fields), 0.01, "<b> & co"))
    root = ET.fromstring(text)
    assert "<b>" not in text
    assert "href" not in text
    circles = root.findall("{*}circle")
    assert len(circles) == len(bins_of(fields))
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    for circle in circles:
        assert 0 < float(circle.attrib["cx"]) < width
        assert 0 < float(circle.attrib["cy"]) < height
    for bar in root.findall("{*}rect"):
        assert float(bar.attrib["width"]) >= 0
        assert float(bar.attrib["height"]) >= 0


# --- the command


@pytest.mark.slow
def test_a_labelled_set_is_measured_from_the_command_line(tmp_path: Path) -> None:
    """Both readers, every figure as JSON, the slips, the table in its page and the diagram beside it."""
    name = "19-tt17-first-face-only.jpg"
    shutil.copy(SAMPLES / "scans" / name, tmp_path)
    lines = [line for line in (SAMPLES / "truth.jsonl").read_text("utf-8").splitlines() if name in line]
    wrong = json.loads(lines[0])
    wrong["fields"]["owners.0.birth_year"] = "1900"
    (tmp_path / "truth.jsonl").write_text(json.dumps(wrong), encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- accuracy -->\nold\n<!-- /accuracy -->\nafter\n", encoding="utf-8")
    asked = ["bench", "accuracy", "--set", str(tmp_path), "--compare", "--json", "--docs", str(page)]
    done = CliRunner().invoke(command, [*asked, "--errors", str(tmp_path / "slips.csv")])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["fields"] == len(wrong["fields"])
    assert 0.4 < told["plain"]["fields_right"] <= told["fields_right"] < 1
    assert told["by_field"]["owners.N.birth_year"]["wrong"] == 1
    assert "owners.0.birth_year,wrong" in (tmp_path / "slips.csv").read_text("utf-8-sig")
    text = page.read_text("utf-8")
    assert text.startswith("before\n<!-- accuracy -->\n2")
    assert text.endswith("<!-- /accuracy -->\nafter\n")
    assert f"`sohoa bench accuracy --set {tmp_path.name} --compare`" in text.replace("command ", "sohoa ")
    assert str(tmp_path) not in text
    ET.parse(tmp_path / "page-reliability.svg")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--set", "FOLDER", "--seed", "3", "--count", "1"], "--seed, --count"),
        (["--set", "FOLDER", "--docs", "PAGE"], "<!-- accuracy -->"),
        (["--form", "tt99"], "tt99"),
        (["--capture", "fax", "--capture", "carbon"], "carbon"),
        (["--set", "FOLDER"], "labelled_set_invalid"),
    ],
)
def test_what_cannot_be_measured_is_said_at_once(tmp_path: Path, options: list[str], said: str) -> None:
    """Before anything is drawn or read, with status 2."""
    page = tmp_path / "page.md"
    page.write_text("no place here", encoding="utf-8")
    places = {"FOLDER": str(tmp_path), "PAGE": str(page)}
    done = CliRunner().invoke(command, ["bench", "accuracy", *(places.get(one, one) for one in options)])
    assert done.exit_code == 2
    assert said in done.output
    assert page.read_text(encoding="utf-8") == "no place here"
