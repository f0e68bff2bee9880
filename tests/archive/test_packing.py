"""Metadata of small documents are packed behind qpdf's back: the file must stay whole."""

from __future__ import annotations

import random
import zlib
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from archive.packing import deflated, pack_metadata
from archive.pdfa import pdfa_facts, write_pdfa
from archive.xmp import PdfIdentity


def saved(packet: bytes, more: int = 0) -> bytes:
    """A document with this metadata and so many more bytes after it."""
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Metadata = pikepdf.Stream(pdf, packet, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        noise = random.Random(1).randbytes(more)
        pdf.Root.Other = pikepdf.Stream(pdf, noise)
        out = BytesIO()
        modes = pikepdf.ObjectStreamMode
        pdf.save(out, object_stream_mode=modes.generate, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


PACKET = b"<?xpacket begin='' id=''?>" + b"<a>said again and again</a>" * 99 + b"<?xpacket end='r'?>"


@pytest.mark.parametrize("more", [0, 300, 60_000])
def test_file_stays_whole(more: int) -> None:
    """Every object is found at its place by a reader that mends nothing, and says what it said."""
    before = saved(PACKET, more)
    after = pack_metadata(before)
    assert len(after) < len(before) - 2000
    assert b"xpacket" not in after
    with (
        pikepdf.open(BytesIO(before)) as old,
        pikepdf.open(BytesIO(after), attempt_recovery=False, suppress_warnings=False) as new,
    ):
        assert new.Root.Metadata.read_bytes() == PACKET
        assert new.Root.Other.read_bytes() == old.Root.Other.read_bytes()
        assert len(new.pages) == 1
        assert new.get_warnings() == []
        assert new.trailer.ID == old.trailer.ID


def test_left_plain_where_it_weighs_nothing() -> None:
    """Metadata of a large document stay where a search finds them without a PDF reader."""
    large = saved(PACKET, 400_000)
    assert pack_metadata(large) == large


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", saved(b"<no packet/>" * 99), saved(PACKET)[:-9]])
def test_left_as_it_is(pdf: bytes) -> None:
    """What does not look as expected is not touched."""
    assert pack_metadata(pdf) == pdf


def test_deflated() -> None:
    """Packing loses nothing."""
    assert zlib.decompress(deflated(PACKET)) == PACKET


def test_packed_document_is_judged_and_read(cases: Any, identity: PdfIdentity) -> None:
    """A fax page's metadata are packed in part 2 and plain in part 1, which wants them so."""
    original, reading = cases["tiff-g4"]
    assert b"xpacket" not in write_pdfa(original, reading, identity)
    assert b"xpacket" in write_pdfa(original, reading, identity, part=1)
    assert pdfa_facts(write_pdfa(original, reading, identity)).scan_sha256 == identity.scan_sha256
