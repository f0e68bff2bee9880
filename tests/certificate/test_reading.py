"""What the reader hands over survives being stored and sent."""

from __future__ import annotations

import json
import pickle

from hypothesis import given
from hypothesis import strategies as st

from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading, Unreadable, Word
from certificate.record import Face, Form, Part, Record

PLACES = st.integers(0, 5000)
WORDS = st.builds(Word, st.text("Đất ở123", max_size=8), st.builds(Box, PLACES, PLACES, PLACES, PLACES), PLACES)
NUMBERS = st.floats(-1e6, 1e6)
FACE_READINGS = st.builds(
    FaceReading,
    face=st.builds(
        Face, st.integers(1, 9), st.sampled_from(Part), st.none() | st.integers(1, 4), st.just(90), PLACES, PLACES
    ),
    words=st.lists(WORDS, max_size=5).map(tuple),
    source_width_px=PLACES,
    source_height_px=PLACES,
    to_source=st.tuples(*[NUMBERS] * 9),
    preview_jpeg=st.binary(max_size=10),
    mesh=st.just(()) | st.tuples(*[st.tuples(*[st.tuples(NUMBERS, NUMBERS)] * 3)] * 2),
)


@given(FACE_READINGS)
def test_a_face_comes_back_from_json_and_its_preview(face):
    """The preview lies apart, as a blob; everything else is in the JSON."""
    stored = json.dumps(face.to_json())
    assert FaceReading.from_json(json.loads(stored), face.preview_jpeg) == face


@given(FACE_READINGS)
def test_a_reading_travels_between_processes(face):
    """The reader runs in a process of its own."""
    record = Record("a.pdf", Form.OTHER, 1.0, (face.face,), {})
    reading = ScanReading(2, (CertificateReading(record, (face,)),), (Unreadable(2, "damaged"),))
    assert pickle.loads(pickle.dumps(reading)) == reading


def test_a_bent_face_leads_to_its_source_by_its_mesh():
    """Places are moved by the mesh, evenly between its own, before the matrix is taken."""
    face = Face(1, Part.WHOLE, None, 0, 100, 200)
    twice = (2.0, 0.0, 5.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.0)
    mesh = (((0.0, 0.0), (50.0, 10.0), (100.0, 0.0)), ((0.0, 200.0), (50.0, 210.0), (100.0, 200.0)))
    bent = FaceReading(face, (), 300, 300, twice, mesh=mesh)
    assert bent.on_source(25, 100) == (55.0, 210.0)
    assert bent.on_source(100, 200) == (205.0, 400.0)
    assert FaceReading(face, (), 300, 300, twice).on_source(25, 100) == (55.0, 200.0)
