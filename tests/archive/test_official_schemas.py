"""The packages' METS against the official schema, not only against our own narrower one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from archive.package_xml import Holder
from archive.packages import METS, REP_METS, PackageContent, write_package

SCHEMAS = Path(__file__).parent / "schemas"
XS = "http://www.w3.org/2001/XMLSchema"
AT = datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC)
# The METS schema asks for XLink by an address on the network; only simple links stand in packages.
XLINK = f"""<xs:schema xmlns:xs="{XS}" xmlns="http://www.w3.org/1999/xlink" targetNamespace="http://www.w3.org/1999/xlink">
  <xs:attribute name="type" type="xs:string"/> <xs:attribute name="href" type="xs:anyURI"/>
  <xs:attribute name="role" type="xs:string"/> <xs:attribute name="arcrole" type="xs:string"/>
  <xs:attribute name="title" type="xs:string"/> <xs:attribute name="show" type="xs:string"/>
  <xs:attribute name="actuate" type="xs:string"/> <xs:attribute name="label" type="xs:string"/>
  <xs:attribute name="from" type="xs:string"/> <xs:attribute name="to" type="xs:string"/>
  <xs:attributeGroup name="simpleLink"> <xs:attribute ref="type" fixed="simple"/> <xs:attribute ref="href"/>
    <xs:attribute ref="role"/> <xs:attribute ref="arcrole"/> <xs:attribute ref="title"/> <xs:attribute ref="show"/>
    <xs:attribute ref="actuate"/> </xs:attributeGroup>
  <xs:attributeGroup name="extendedLink"/> <xs:attributeGroup name="locatorLink"/> <xs:attributeGroup name="arcLink"/>
</xs:schema>"""


@pytest.fixture(scope="module")
def mets_schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """METS 1.12 with its one import led to a file."""
    xlink = tmp_path_factory.mktemp("xlink") / "xlink.xsd"
    xlink.write_text(XLINK, encoding="utf-8")
    tree = etree.parse(str(SCHEMAS / "mets-1.12.xsd"))
    (wanted,) = tree.iter(f"{{{XS}}}import")
    wanted.set("schemaLocation", xlink.as_uri())
    return etree.XMLSchema(tree)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package as an export writes it."""
    content = PackageContent(
        certificate_id="c" * 32, title="Giấy chứng nhận số BX 123456 & «thửa»", serial_number="BX 123456", year=2015,
        first_day=AT.date(), last_day=AT.date(), keywords=("tờ 12 thửa 215",), description="Người sử dụng đất: MẪU",
        authority="ỦY BAN NHÂN DÂN HUYỆN MẪU", signer="Phan Văn Mẫu", original_name="quét 1.pdf", page_count=4,
        paper_count=1, pdf_sha256="ab" * 32, pdfa_part="2b", decided_at=AT, archived_at=AT,
        events=(("creation", AT, "success"),),
    )  # fmt: skip
    return write_package(tmp_path, content, Holder("G09", "Phông Mẫu", "H30", "Lưu trữ mẫu"), _put)


def _put(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7 mau")


@pytest.mark.parametrize("name", [METS, REP_METS])
def test_mets_is_valid_by_the_official_schema(package: Path, mets_schema: etree.XMLSchema, name: str) -> None:
    """Both METS files of a package, as any other archive's program would read them."""
    tree = etree.parse(str(package / name))
    assert mets_schema.validate(tree), mets_schema.error_log
    # And the schema does refuse: a file without its checksum's kind is no METS.
    for file in tree.iter("{http://www.loc.gov/METS/}file", "{http://www.loc.gov/METS/}mdRef"):
        file.set("CHECKSUMTYPE", "none")
    assert not mets_schema.validate(tree)
