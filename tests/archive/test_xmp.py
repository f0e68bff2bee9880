"""Metadata of archived documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.xmp import Inside, PdfIdentity, Rendition, document_uuid, packet, pdf_date, read_own_properties

INSIDE = Inside((2, 3), 2, Rendition.IMAGE, ("cd" * 32,))
IDENTITY = PdfIdentity("Giấy", "BX 123456", "tt23-2014", None, "ab" * 32, datetime(2026, 11, 24, tzinfo=UTC))


@given(title=st.text(), serial=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_text_is_well_formed(title: str, serial: str) -> None:
    """Whatever was read, the packet is XML, and the values come back."""
    xmp = packet(replace(IDENTITY, title=title, serial_number=serial), INSIDE, 2)
    ET.fromstring(xmp.decode().split("?>", 1)[1].rsplit("<?", 1)[0])
    own = read_own_properties(xmp)
    assert own["scanPages"] == "2 3"
    if not {"\ufffe", "\uffff"} & set(serial):
        assert own["serialNumber"] == serial


def test_other_writers_packet() -> None:
    """A packet without our namespace says nothing of ours."""
    assert read_own_properties(b"<x:xmpmeta/>") == {}


def test_identity_is_of_the_certificate() -> None:
    """The document's identity hangs on scan, pages and serial number, not on when it was written."""
    later = replace(IDENTITY, created_at=datetime(2030, 1, 1, tzinfo=UTC), title="x")
    assert document_uuid(later, INSIDE) == document_uuid(IDENTITY, INSIDE)
    assert document_uuid(replace(IDENTITY, serial_number="BX 1"), INSIDE) != document_uuid(IDENTITY, INSIDE)
    assert document_uuid(IDENTITY, replace(INSIDE, page_numbers=(1,))) != document_uuid(IDENTITY, INSIDE)


def test_dates() -> None:
    """Moments are written with their zone; one without is refused."""
    assert pdf_date(IDENTITY.created_at) == "D:20261124000000+00'00'"
    with pytest.raises(ValueError, match="time zone"):
        replace(IDENTITY, created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - a moment without a zone is the case
