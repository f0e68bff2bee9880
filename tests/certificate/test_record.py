"""The record: its JSON form, its verdict, its contract."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.geometry import Box
from certificate.labels import FIELD_PATTERNS
from certificate.record import Decision, Face, FieldReading, Finding, Form, Part, Record, Severity

TEXT = st.text("Nguyễn Văn Hòa 0123456789./-|«»\n", max_size=20)
PLACES = st.integers(0, 5000)
BOXES = st.builds(Box, PLACES, PLACES, PLACES, PLACES)
# JSON keeps four decimals, which is finer than any calibration.
CONFIDENCES = st.integers(0, 10_000).map(lambda share: share / 10_000)
PATHS = st.sampled_from([pattern.replace("N", "0") for pattern in FIELD_PATTERNS])
READINGS = st.builds(
    FieldReading,
    value=st.none() | TEXT,
    raw=st.none() | TEXT,
    confidence=CONFIDENCES,
    decision=st.sampled_from(Decision),
    page_number=st.none() | st.integers(1, 40),
    part=st.sampled_from(Part),
    box=st.none() | BOXES,
    readings=st.dictionaries(st.sampled_from(["tesseract", "trueocr"]), TEXT),
    findings=st.lists(st.sampled_from(["handwritten", "readers_differ"])).map(tuple),
)
FINDINGS = st.builds(
    Finding, TEXT, st.sampled_from(Severity), st.lists(PATHS, max_size=3).map(tuple), message=TEXT, advice=TEXT
)
FACES = st.builds(
    Face,
    page_number=st.integers(1, 40),
    part=st.sampled_from(Part),
    face=st.none() | st.integers(1, 4),
    rotation_deg=st.sampled_from([0, 90, 180, 270]),
    width_px=PLACES,
    height_px=PLACES,
)
RECORDS = st.builds(
    Record,
    source=TEXT,
    form=st.sampled_from(Form),
    form_confidence=CONFIDENCES,
    pages=st.lists(FACES, max_size=4).map(tuple),
    fields=st.dictionaries(PATHS, READINGS, max_size=6),
    findings=st.lists(FINDINGS, max_size=3).map(tuple),
)


@given(RECORDS)
def test_a_record_comes_back_from_json_as_it_was(record):
    """What is printed, stored or sent is the whole record."""
    assert Record.from_json(json.loads(json.dumps(record.to_json(), ensure_ascii=False))) == record


@given(RECORDS)
def test_a_record_travels_between_processes(record):
    """The reader runs in a process of its own."""
    assert pickle.loads(pickle.dumps(record)) == record


@given(RECORDS)
def test_the_verdict_is_accept_only_when_everything_is(record):
    """One doubtful field or one error is enough for a person to look; no fields are nothing to accept."""
    doubtful = [path for path, field in record.fields.items() if field.decision is Decision.REVIEW]
    errors = [finding for finding in record.findings if finding.severity is Severity.ERROR]
    is_certain = bool(record.fields) and not doubtful and not errors
    assert (record.verdict is Decision.ACCEPT) is is_certain
    assert record.to_json()["verdict"] == record.verdict


def test_json_has_the_names_of_the_contract():
    """Every key of a field, a page and a finding is as written down."""
    field = FieldReading("BX 123456", "BX 123456", 0.99812, Decision.ACCEPT, 1, Part.RIGHT, Box(1, 2, 3, 4))
    face = Face(1, Part.RIGHT, 1, 0, 2244, 3131)
    finding = Finding("blurred", Severity.WARNING, ("serial_number",), "Trang 1 bị nhòe.", "Quét lại.")
    record = Record("a.pdf", Form.TT23_2014, 0.99, (face,), {"serial_number": field}, (finding,))
    told = record.to_json()
    assert set(told) == {"source", "form", "form_confidence", "pages", "fields", "findings", "verdict"}
    assert told["form"] == "tt23-2014"
    assert told["pages"] == [
        {"page_number": 1, "part": "right", "face": 1, "rotation_deg": 0, "width_px": 2244, "height_px": 3131}
    ]
    assert told["fields"]["serial_number"] == {
        "value": "BX 123456",
        "raw": "BX 123456",
        "confidence": 0.9981,
        "decision": "accept",
        "page_number": 1,
        "part": "right",
        "box": [1, 2, 3, 4],
        "readings": {},
        "findings": [],
    }
    assert set(told["findings"][0]) == {"code", "severity", "fields", "message", "advice"}


def test_older_json_without_newer_keys_is_read():
    """A field stored before a key was added has that key's default."""
    field = FieldReading.from_json({"value": "1", "confidence": 1.0, "decision": "accept"})
    assert field == FieldReading("1", None, 1.0, Decision.ACCEPT)
    finding = Finding.from_json({"code": "blurred", "severity": "warning", "fields": [], "message": "x"})
    assert finding.advice == ""


@pytest.mark.parametrize(("path", "value"), [("serial_number", "BX 123456"), ("notes", None), ("house.type", None)])
def test_a_value_is_asked_for_by_its_path(path, value):
    """Absent and unread fields alike have no value."""
    fields = {
        "serial_number": FieldReading("BX 123456", None, 1.0, Decision.ACCEPT),
        "notes": FieldReading(None, None, 0.0, Decision.REVIEW),
    }
    assert Record("a.pdf", Form.TT23_2014, 1.0, (), fields).value(path) == value
