"""Archival packages: written whole or not at all, the same bytes again, and every damage found and named."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from archive.package_check import PackageFaultKind, check_package
from archive.package_xml import Holder
from archive.packages import EAD, METS, PREMIS, REP, REP_METS, REP_PREMIS, PackageContent, file_code, write_package
from certificate.errors import SettingsInvalid, StoreFull

HOLDER = Holder("G09", "Phông Tân Hiệp", "H30", "Lưu trữ lịch sử tỉnh")
AT = datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC)
CONTENT = PackageContent(
    certificate_id="c" * 32,
    title="Giấy chứng nhận số BX 123456 & «thửa» <215>\x00",
    serial_number="BX 123456",
    year=2015,
    first_day=date(2015, 5, 12),
    last_day=date(2019, 1, 2),
    keywords=("tờ 12 thửa 215",),
    description="Người sử dụng đất: NGUYỄN VĂN MẪU",
    authority="ỦY BAN NHÂN DÂN HUYỆN TÂN HIỆP",
    signer="Phan Văn Mẫu",
    original_name="quét 1.pdf",
    page_count=4,
    paper_count=1,
    pdf_sha256="ab" * 32,
    pdfa_part="2b",
    decided_at=AT,
    archived_at=AT,
    register_number="CH01234",
    events=(("creation", AT, "success"), ("ingestion", AT, "success")),
)


def put_pdf(path: Path) -> None:
    """Stands in for copying a blob."""
    path.write_bytes(b"%PDF-1.7 mau")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A whole package."""
    return write_package(tmp_path / "out", CONTENT, HOLDER, put_pdf)


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_package_has_the_annexs_files_and_is_valid(package: Path) -> None:
    """The tree of AIP_hoso; the check finds nothing."""
    names = files_of(package).keys()
    code = file_code(CONTENT, HOLDER)
    assert code == "H30.G09.2015.BX123456"
    assert {METS, EAD, PREMIS, REP_METS, f"{REP}/{REP_PREMIS}", f"{REP}/data/{code}.001.pdf"} < names
    assert {"schemas/METS.xsd", "schemas/EAD.xsd", "schemas/PREMIS.xsd"} < names
    assert check_package(package) == ()
    times = [
        value for element in etree.parse(str(package / METS)).iter() for value in (element.get("CREATED"),) if value
    ]
    assert set(times) == {"2026-11-26T10:04:05+07:00"}
    schema = etree.XMLSchema(etree.parse(str(package / "schemas" / "METS.xsd")))
    assert schema.validate(etree.parse(str(package / METS))), "valid by the schemas that it carries, too"


def test_descriptions_speak_the_annexs_codes_and_lengths(tmp_path: Path) -> None:
    """Codes where the annex has lists, nothing longer than its fields, whole keywords only; and still valid."""
    long = dataclasses.replace(
        CONTENT,
        title="Giấy chứng nhận, " + "x" * 3000,
        keywords=[f"tờ {n} thửa {n}" for n in range(40)],
        description="Người sử dụng đất: " + ", ".join(f"NGUYỄN VĂN MẪU {n}" for n in range(200)),
        serial_number="BX 123456" * 9,
        authority="ỦY BAN " * 99,
        register_number=None,
    )
    for content in (CONTENT, long):
        package = write_package(tmp_path / str(len(content.title)), content, HOLDER, put_pdf)
        assert check_package(package) == ()
        dossier = etree.parse(str(package / EAD)).getroot()
        (place,) = (package / REP / "metadata" / "descriptive").glob("EAD_doc_*.xml")
        document = etree.parse(str(place)).getroot()
        for root in (dossier, document):
            assert [root.findtext(name) for name in ("mode", "language", "format", "confidenceLevel")] == [
                "02", "01", "02", "02",
            ]  # fmt: skip
        assert document.findtext("arcFileCode") == dossier.findtext("arcFileCode")
        assert document.findtext("docCode") == f"{dossier.findtext('arcFileCode')}.001"
        assert dossier.findtext("paperFileCode")
        keywords = (dossier.findtext("keyword") or "").split("; ")
        assert set(keywords) <= set(content.keywords)


def test_the_same_certificate_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    """Elsewhere again: identical; a new version of the PDF/A is a package of its own."""
    again = write_package(tmp_path / "again", CONTENT, HOLDER, put_pdf)
    assert again.name == package.name
    assert files_of(again) == files_of(package)
    newer = dataclasses.replace(CONTENT, pdf_sha256="cd" * 32)
    assert write_package(tmp_path / "again", newer, HOLDER, put_pdf).name != package.name


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The package is there whole or not at all."""

    def fail(path: Path) -> None:
        raise StoreFull("no space")

    with pytest.raises(StoreFull):
        write_package(tmp_path / "out", CONTENT, HOLDER, fail)
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(SettingsInvalid):
        write_package(tmp_path / "out", CONTENT, Holder("mã phông", ""), put_pdf)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


DATA = f"{REP}/data/H30.G09.2015.BX123456.001.pdf"
Damage = Callable[[Path], object]


@pytest.mark.parametrize(
    ("damage", "kind", "where"),
    [
        (lambda folder: _flip(folder / DATA), PackageFaultKind.ALTERED, DATA),
        (lambda folder: (folder / DATA).unlink(), PackageFaultKind.MISSING, DATA),
        (lambda folder: (folder / DATA).write_bytes(b""), PackageFaultKind.ALTERED, DATA),
        (lambda folder: (folder / METS).unlink(), PackageFaultKind.MISSING, METS),
        (lambda folder: (folder / METS).write_bytes(b"<mets"), PackageFaultKind.NOT_XML, METS),
        (lambda folder: _flip(folder / "schemas" / "EAD.xsd"), PackageFaultKind.ALTERED, "schemas/EAD.xsd"),
        (lambda folder: (folder / "them.txt").write_text("x"), PackageFaultKind.UNLISTED, "them.txt"),
        # A description rewritten by somebody: its hash no longer fits.
        (lambda folder: _replaced(folder / EAD, "BX 123456", "BX 123457"), PackageFaultKind.ALTERED, EAD),
        # A METS that no longer says what the annex asks for.
        (lambda folder: _replaced(folder / METS, ' CHECKSUMTYPE="SHA-256"', ""), PackageFaultKind.AGAINST_SCHEMA, METS),
        (lambda folder: _replaced(folder / METS, "+07:00", "Z"), PackageFaultKind.AGAINST_SCHEMA, METS),
        (lambda folder: _replaced(folder / METS, "urn:G09", "urn:G10"), PackageFaultKind.WRONG_NAME, None),
        # A reference that would lead a reader out of the folder.
        (
            lambda folder: _replaced(folder / METS, '"metadata/descriptive/EAD.xml"', '"metadata/../../x.xml"'),
            PackageFaultKind.LEADS_OUT,
            METS,
        ),
        (
            lambda folder: ((folder / DATA).unlink(), (folder / DATA).symlink_to("/etc/hostname")),
            PackageFaultKind.LEADS_OUT,
            DATA,
        ),
        # PREMIS and METS that tell different hashes of one document.
        (
            lambda folder: _replaced(folder / PREMIS, "<premis:size>12<", "<premis:size>13<"),
            PackageFaultKind.DISAGREES,
            PREMIS,
        ),
        (
            lambda folder: _replaced(folder / EAD, "<simpledc>", '<!DOCTYPE x [<!ENTITY a "b">]><simpledc>'),
            PackageFaultKind.NOT_XML,
            EAD,
        ),
    ],
)
def test_every_damage_is_found_and_named(
    package: Path, damage: Damage, kind: PackageFaultKind, where: str | None
) -> None:
    """Bits flipped, files gone, added, rewritten, swapped for links: each with its place."""
    damage(package)
    assert (kind, where or package.name) in {(fault.kind, fault.path) for fault in check_package(package)}


def test_what_is_no_package_is_said_to_be_none(tmp_path: Path, package: Path) -> None:
    """A folder that is gone, an empty one, and one under another name."""
    assert [fault.kind for fault in check_package(tmp_path / "gone")] == [PackageFaultKind.NO_PACKAGE]
    (tmp_path / "empty").mkdir()
    assert {fault.kind for fault in check_package(tmp_path / "empty")} == {PackageFaultKind.MISSING}
    shutil.move(package, package.with_name("urn_G09_uuid_X"))
    assert PackageFaultKind.WRONG_NAME in {fault.kind for fault in check_package(package.with_name("urn_G09_uuid_X"))}
