"""The mock registry's citizens: loading from CSV, finding, and the speed of both."""

from __future__ import annotations

import random
import time
from contextlib import closing
from pathlib import Path

import pytest

from registry import citizens_table as table

HEADER = ",".join(table.CSV_COLUMNS)
DAT = "091070000123,370123456,Nguyễn Văn Đạt,1970-05-12,male,Rạch Giá,alive"


def _csv(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "citizens.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def test_loading_twice_changes_nothing_and_news_replaces(tmp_path: Path) -> None:
    """The same file again leaves the same citizens; a newer row takes the older one's place."""
    database = tmp_path / "r.db"
    for line, name in ((DAT, "Nguyễn Văn Đạt"), (DAT, "Nguyễn Văn Đạt"), (DAT.replace("Đạt", "Đát"), "Nguyễn Văn Đát")):
        assert table.load_csv(_csv(tmp_path, HEADER, line), database).loaded == 1
        with closing(table.open_table(database)) as connection:
            assert table.count_citizens(connection) == 1
            found = table.by_citizen_id(connection, "091070000123")
            assert found is not None
            assert found.full_name == name


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("12,,A,1970,male,x,alive", "citizen_id is not 12 digits"),
        ("091070000123,12,A,1970,male,x,alive", "old_id is neither 9 nor 12 digits"),
        ("091070000123,, ,1970,male,x,alive", "full_name is empty"),
        ("091070000123,,A,12/05/1970,male,x,alive", "birth_date is not an ISO date"),
        ("091070000123,,A,1970-13-01,male,x,alive", "birth_date is not an ISO date"),
        ("091070000123,,A,1970-12-32,male,x,alive", "birth_date is not an ISO date"),
        ("091070000123,,A,1970,nam,x,alive", "gender is neither male nor female"),
        ("091070000123,,A,1970,male,x,lost", "status is not alive, deceased or replaced"),
        ("091070000123,,A", "too few columns"),
    ],
)
def test_wrong_rows_are_refused_by_line(tmp_path: Path, row: str, reason: str) -> None:
    """A wrong row is reported with its line; the others are loaded."""
    report = table.load_csv(_csv(tmp_path, HEADER, DAT, row), tmp_path / "r.db")
    assert (report.loaded, report.refused, report.reasons) == (1, 1, ((3, reason),))


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    """The header decides; a byte order mark from a spreadsheet and further columns do no harm."""
    header = "note,full_name,citizen_id,old_id,status,gender,birth_date,address"
    row = 'x,"Nguyễn Văn Đạt",091070000123,,alive,male,1970,"Rạch Giá, Kiên Giang"'
    report = table.load_csv(_csv(tmp_path, header, row, "", encoding="utf-8-sig"), tmp_path / "r.db")
    assert (report.loaded, report.refused) == (1, 0)


def test_a_name_is_found_however_its_apostrophe_is_typed(tmp_path: Path) -> None:
    """By the old number and the name, accents and kinds of apostrophe aside."""
    database = tmp_path / "r.db"
    table.load_csv(_csv(tmp_path, HEADER, "066070000123,241234567,Y Bih Niê K’Đăm,1970,male,Ea Súp,alive"), database)
    with closing(table.open_table(database)) as connection:
        assert table.by_old_id(connection, "241234567", "Y BIH NIE K'DAM")


@pytest.mark.parametrize("lines", [[""], ["citizen_id,full_name"]])
def test_a_file_without_its_columns_loads_nothing(tmp_path: Path, lines: list[str]) -> None:
    """A wrong file is refused as a whole, and what was there stays."""
    database = tmp_path / "r.db"
    table.load_csv(_csv(tmp_path, HEADER, DAT), database)
    with pytest.raises(ValueError, match="no column"):
        table.load_csv(_csv(tmp_path, *lines), database)
    with closing(table.open_table(database)) as connection:
        assert table.count_citizens(connection) == 1
        assert table.by_old_id(connection, "370123456", "NGUYEN VAN DAT")


def test_somebody_else_is_never_the_one_asked_for(tmp_path: Path) -> None:
    """Neither by the number nor by the number before."""
    database = tmp_path / "r.db"
    other = "091070000124,091070000123,Nguyễn Văn Đạt,1970-05-12,male,Rạch Giá,alive"
    table.load_csv(_csv(tmp_path, HEADER, DAT, other), database)
    with closing(table.open_table(database)) as connection:
        assert table.somebody_else(connection, "091070000123") is None
        found = table.somebody_else(connection, "091070000124")
        assert found is not None
        assert found.citizen_id == "091070000123"


@pytest.mark.alone
@pytest.mark.slow
def test_a_million_citizens(tmp_path: Path) -> None:
    """Loaded in under a minute; 95 of 100 look-ups in under 10 ms; prints the figures with -s."""
    random.seed(7)
    family, middle, given = ("Nguyễn", "Trần", "Lê", "Phạm"), ("Văn", "Thị", "Hữu", "Ngọc"), ("Đạt", "Hoà", "An", "Quý")
    people = 1_000_000
    path = tmp_path / "million.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        for number in range(people):
            name = f"{random.choice(family)} {random.choice(middle)} {random.choice(given)}"
            old = f"{number:09d}" if number % 2 else ""
            file.write(f"091{number:09d},{old},{name},1970-05-12,male,Rạch Giá,alive\n")
    database = tmp_path / "r.db"
    begun = time.perf_counter()
    assert table.load_csv(path, database).loaded == people
    load_s = time.perf_counter() - begun
    times = []
    with closing(table.open_table(database)) as connection:
        for _ in range(2_000):
            number = random.randrange(people)
            begun = time.perf_counter()
            found = table.by_citizen_id(connection, f"091{number:09d}")
            assert found is not None
            if found.old_id:
                assert table.by_old_id(connection, found.old_id, found.full_name)
            times.append((time.perf_counter() - begun) * 1000)
    p95_ms = sorted(times)[1_899]
    print(f"\n{people} citizens: loaded in {load_s:.1f} s, look-up p95 {p95_ms:.3f} ms")  # noqa: T201 - see above
    assert load_s < 60
    assert p95_ms < 10
