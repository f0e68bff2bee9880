"""Packs tightly what is written beside the scan, so that even a fax page of few bytes grows little.

Owns Flate at its best level for small streams, and the metadata of documents so small that it would weigh: qpdf always
writes those plain, so that they can be found without a PDF reader, which is worth its bytes in a large document only.
"""

from __future__ import annotations

import re
import zlib

from pikepdf import Name, Pdf, Stream

# Metadata that are more than this part of a document are packed.
_PLAIN_UP_TO = 0.01
_END = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_METADATA = re.compile(rb"(\d+) 0 obj\n<< (/Subtype /XML|/Type /Metadata|/Length \d+| )+ >>\nstream\n(<\?xpacket )")
# As qpdf writes it: rows of one byte for the kind of entry, then its place, then its generation.
_XREF = re.compile(
    rb"(\d+ 0 obj\n<< /Type /XRef) /Length (\d+) (/Filter /FlateDecode"
    rb" /DecodeParms << /Columns (\d+) /Predictor 12 >> /W \[ 1 (\d) \d \][^>]*<[0-9a-f]+><[0-9a-f]+>\] >>\nstream\n)"
)
_PACKED = b"<</Type/Metadata/Subtype/XML/Filter/FlateDecode"
_STREAM_END = b"\nendstream\nendobj\n"
_IN_FILE = 1
_UP = b"\2"


def packed(pdf: Pdf, data: bytes, **entries: object) -> Stream:
    """A stream packed as tightly as Flate goes; qpdf leaves it as it is."""
    return Stream(pdf, deflated(data), Filter=Name.FlateDecode, **entries)


def deflated(data: bytes) -> bytes:
    """The data as Flate, in whichever of its ways comes out shortest."""
    ways = []
    for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED):
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
        ways.append(packer.compress(data) + packer.flush())
    return min(ways, key=len)


def pack_metadata(pdf: bytes) -> bytes:
    """Pack the metadata of a small PDF/A-2 that qpdf has just written (part 1 wants them plain).

    A document that does not look as expected is returned as it is: nothing is wrong with it but some bytes.
    """
    end, metadata = _END.search(pdf[-40:]), _METADATA.search(pdf)
    if end is None or metadata is None:
        return pdf
    xref_at = int(end[1])
    xref = _XREF.match(pdf, xref_at)
    close = pdf.find(_STREAM_END, metadata.start(3))
    if xref is None or close < 0 or close - metadata.start(3) <= _PLAIN_UP_TO * len(pdf):
        return pdf
    place_bytes = int(xref[5])
    rows = _unpredicted(zlib.decompress(pdf[xref.end() : xref.end() + int(xref[2])]), int(xref[4]))
    tight = deflated(pdf[metadata.start(3) : close])
    head = b"%s 0 obj\n<</Type/Metadata/Subtype/XML/Filter/FlateDecode/Length %d>>\nstream\n" % (
        metadata[1],
        len(tight),
    )
    shift = len(head) + len(tight) - (close - metadata.start())
    moved = []
    for row in rows:
        place = int.from_bytes(row[1 : 1 + place_bytes], "big")
        if row[0] == _IN_FILE and place > metadata.start():
            place += shift
        moved.append(row[:1] + place.to_bytes(place_bytes, "big") + row[1 + place_bytes :])
    table = deflated(_predicted(moved))
    return b"".join(
        [
            pdf[: metadata.start()] + head + tight + pdf[close:xref_at],
            b"%s /Length %d %s" % (xref[1], len(table), xref[3]),
            table + _STREAM_END,
            b"startxref\n%d\n%%%%EOF\n" % (xref_at + shift),
        ]
    )


def _unpredicted(data: bytes, row_bytes: int) -> list[bytes]:
    """The rows of a table in which each is written as its difference from the one above."""
    rows, above = [], bytes(row_bytes)
    for at in range(0, len(data), row_bytes + 1):
        above = bytes((a + b) & 0xFF for a, b in zip(data[at + 1 : at + 1 + row_bytes], above, strict=True))
        rows.append(above)
    return rows


def _predicted(rows: list[bytes]) -> bytes:
    above = bytes(len(rows[0]))
    found = bytearray()
    for row in rows:
        found += _UP + bytes((a - b) & 0xFF for a, b in zip(row, above, strict=True))
        above = row
    return bytes(found)
