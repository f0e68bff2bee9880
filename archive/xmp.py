"""The metadata of an archived PDF: what it is, where it came from, and that it is PDF/A.

Owns the XMP packet, the document information that must agree with it, and the project's own namespace with the
extension schema by which PDF/A wants it described. Source: ISO 19005-1 6.7, ISO 19005-2 6.6.2.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from xml.sax.saxutils import escape

NAMESPACE = "urn:sohoa:archive:1#"
EXTENSION_NAMESPACES = (
    "http://www.aiim.org/pdfa/ns/extension/",
    "http://www.aiim.org/pdfa/ns/schema#",
    "http://www.aiim.org/pdfa/ns/property#",
)
# The number counts ways of writing, so that an auditor can tell by which rules a file was made.
PRODUCER = "Sổ Hóa, archive writer 2"
_IDENTITY_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)


class Rendition(StrEnum):
    """What the pages show: the scan's own image data, the page's own drawing, or a picture made for the screen."""

    IMAGE = "image"
    VECTOR = "vector"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class PdfIdentity:
    """What an archived PDF says about itself; ``created_at`` must know its time zone."""

    title: str
    serial_number: str | None
    form: str
    issue_date: str | None
    scan_sha256: str
    created_at: datetime

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise ValueError("created_at needs a time zone")


@dataclass(frozen=True, slots=True)
class Inside:
    """What an archived PDF holds: its pages and the SHA-256 of each image's coded bytes, in order."""

    page_numbers: Sequence[int]
    page_count: int
    rendition: Rendition
    image_sha256s: Sequence[str]


# Name, value type and description of each property of our namespace, as the extension schema lists them.
_PROPERTIES: tuple[tuple[str, str, str], ...] = (
    ("serialNumber", "Text", "Serial number"),
    ("form", "Text", "Form"),
    ("issueDate", "Text", "Date of issue, as precise as printed"),
    ("scanSha256", "Text", "SHA-256 of the scanned file"),
    ("pageCount", "Integer", "Number of pages"),
    ("scanPages", "Text", "Numbers of the scanned file's pages"),
    ("rendition", "Text", "image as scanned, vector as drawn, or preview: a picture of the page"),
    ("imageSha256", "Text", "SHA-256 of each image's coded data"),
)
_OWN_VALUE = re.compile(r"<sohoa:(\w+)>([^<]*)</sohoa:\1>")


def own_properties(identity: PdfIdentity, inside: Inside) -> dict[str, str]:
    """The values in our namespace; what is not known is left out."""
    values = {
        "serialNumber": identity.serial_number or "",
        "form": identity.form,
        "issueDate": identity.issue_date or "",
        "scanSha256": identity.scan_sha256,
        "pageCount": str(inside.page_count),
        "scanPages": " ".join(str(number) for number in inside.page_numbers),
        "rendition": inside.rendition.value,
        "imageSha256": " ".join(inside.image_sha256s),
    }
    return {name: value for name, value in values.items() if value}


def packet(identity: PdfIdentity, inside: Inside, part: int) -> bytes:
    """The XMP packet, UTF-8, uncompressed as PDF/A-1 wants it."""
    values = own_properties(identity, inside)
    date = identity.created_at.isoformat(timespec="seconds")
    document_id = document_uuid(identity, inside)
    own = "\n".join(f"<sohoa:{name}>{escape(_xml_text(value))}</sohoa:{name}>" for name, value in values.items())
    described = "\n".join(
        f"""<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>{description}</pdfaProperty:description>
</rdf:li>"""
        for name, kind, description in _PROPERTIES
        if name in values
    )
    text = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(_xml_text(identity.title))}</rdf:li></rdf:Alt></dc:title>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{PRODUCER}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
<xmpMM:DocumentID>uuid:{document_id}</xmpMM:DocumentID>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:sohoa="{NAMESPACE}">
{own}
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas>
<rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Archived land certificate</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>sohoa</pdfaSchema:prefix>
<pdfaSchema:property>
<rdf:Seq>
{described}
</rdf:Seq>
</pdfaSchema:property>
</rdf:li>
</rdf:Bag>
</pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
    return text.encode()


def document_uuid(identity: PdfIdentity, inside: Inside) -> uuid.UUID:
    """The document's identity: the same certificate of the same scan always has the same."""
    pages = " ".join(str(number) for number in inside.page_numbers)
    name = hashlib.sha256(f"{identity.scan_sha256} {pages} {identity.serial_number}".encode()).hexdigest()
    return uuid.uuid5(_IDENTITY_SPACE, name)


def pdf_date(moment: datetime) -> str:
    """The moment as document information writes it."""
    offset = moment.strftime("%z")
    return f"D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"


def read_own_properties(xmp: bytes) -> Mapping[str, str]:
    """The values in our namespace that a packet holds; empty for a packet of another writer."""
    text = xmp.decode("utf-8", "replace")
    if NAMESPACE not in text:
        return {}
    return {name: _unescape(value) for name, value in _OWN_VALUE.findall(text)}


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _xml_text(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(c for c in text if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in {0xFFFE, 0xFFFF})
