"""Registers that somebody broke on purpose or a program wrote badly: refused in words, no row lost in silence."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from certificate.errors import NotAFile, RegisterInvalid, SohoaError
from ingest.cli import command
from ingest.imports import run_import
from ingest.office import Office

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A sound workbook of four rows with titles, and a second sheet as ours have."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    sheet.append(["", "", "Số phát hành", "Ngày cấp", "Số vào sổ"])
    for _ in range(3):
        sheet.append([])
    for number in range(4):
        sheet[f"C{number + 5}"] = f"BX {123450 + number}"
        sheet[f"D{number + 5}"] = "12/05/2015"
        sheet[f"Y{number + 5}"] = 150.5
    book.create_sheet("Danh mục")["A1"] = "Loại đất"
    book.save(tmp_path / "so.xlsx")
    return tmp_path / "so.xlsx"


def changed(source: Path, part: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The workbook with one of its parts written otherwise, or left out."""
    path = source.with_name("changed.xlsx")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            written = change(content) if name == part else content
            assert name != part or written != content
            if written is not None:
                new.writestr(name, written)
    return path


def renumbered(number: bytes) -> Callable[[bytes], bytes]:
    return lambda sheet: sheet.replace(b'<row r="6"', b'<row r="' + number + b'"', 1)


ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 30) for n in range(1, 7))


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, renumbered(b"9999999999999")),  # openpyxl stops there and gives one row of four
        (SHEET, renumbered(b"-6")),  # it leaves the row out
        (SHEET, renumbered(b"2")),  # and this one
        (SHEET, renumbered(b"x")),
        (SHEET, lambda sheet: sheet.replace(b'r="C6"', b'r="ZZZZ99999999"', 1)),
        (SHEET, lambda sheet: re.sub(rb"<v>150.5", b"<v>NaN", sheet)),
        (SHEET, lambda sheet: re.sub(rb"<v>150.5", b"<v>150,5", sheet)),
        (SHEET, lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData><mergeCells><mergeCell ref='A'/>", 1)),
        (SHEET, lambda sheet: b'<!DOCTYPE x [<!ENTITY e0 "ha">' + ENTITIES + b"]>" + sheet.replace(b"2015", b"&e6;")),
        (SHEET, lambda _: None),  # openpyxl goes on with the sheets that are left, and finds no row
        ("xl/_rels/workbook.xml.rels", lambda rels: rels.replace(b"sheet1.xml", b"../../../etc/passwd")),
        ("xl/workbook.xml", lambda _: None),
        ("xl/workbook.xml", lambda book: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", book)),
    ],
)
def test_a_workbook_that_would_be_read_in_part_is_refused(
    office: Office, register: Path, part: str, change: Callable[[bytes], bytes | None]
) -> None:
    """Neither a traceback nor a count of fewer rows: the file is named and what to do is said."""
    path = changed(register, part, change)
    with pytest.raises(RegisterInvalid, match="changed") as caught:
        run_import(office, path, who="hanh")
    assert "Excel" in caught.value.advice
    assert run_import(office, register, who="hanh").rows == 4


def test_what_openpyxl_misses_is_nobodys_concern(
    office: Office, register: Path, recwarn: pytest.WarningsRecorder
) -> None:
    """A workbook without styles is read, and no warning of a library reaches the screen."""
    done = run_import(office, changed(register, "xl/styles.xml", lambda _: b"<x/>"), who="hanh")
    assert done.rows == 4
    assert not recwarn.list


def test_a_pipe_or_a_device_is_refused_at_once(office: Office, tmp_path: Path) -> None:
    """The one would keep the command waiting, the other never end."""
    os.mkfifo(tmp_path / "so.xlsx")
    for path in (tmp_path / "so.xlsx", Path("/dev/zero")):
        with pytest.raises(NotAFile):
            run_import(office, path, who="hanh")
        told = CliRunner().invoke(command, ["--home", str(office.settings.home), "import", str(path)])
        assert told.exit_code == NotAFile.exit_code
        assert NotAFile.message in told.stderr
        assert SohoaError.message not in told.stderr
