"""The audit of what stands beside the records: the search index and exported packages, damaged, named, built again."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.package_check import PackageFault, PackageFaultKind, check_package
from ingest.audit import packages as audited_packages
from ingest.audit.damages import WORDING
from ingest.audit.repair import repair
from ingest.audit.run import Report, audit
from ingest.exports import formats
from ingest.exports.run import run_export
from ingest.office import Office
from ingest.search import SearchQuery, SearchScope

COUNT = 3


@pytest.fixture(scope="module")
def sound_home(kept_home: Callable[[int], Path]) -> Path:
    """The home folder of an office with a few archived scans, made once."""
    return kept_home(COUNT)


@pytest.fixture
def kept(sound_home: Path, make_kept: Any, tmp_path: Path) -> Any:
    """An office with its archive, to be damaged."""
    shutil.copytree(sound_home, tmp_path / "kept")
    return make_kept(fonds_code="G09", archive_code="H30")


def _audit(office: Office, *, thorough: bool = False) -> Report:
    report = audit(office, thorough=thorough)
    assert report is not None
    return report


def _codes(report: Report) -> set[str]:
    return {damage.code for damage in report.damages}


def _sql(office: Office, *statements: str) -> None:
    """Change the database as somebody with its password would."""
    with closing(sqlite3.connect(office.settings.home / "sohoa.db")) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0


INDEX = [
    ("a row deleted", "DELETE FROM search_entries WHERE number = 2", "search_missing"),
    ("a name changed", "UPDATE search_entries SET names = 'ai khac' WHERE number = 2", "search_stale"),
    ("a serial number changed", "UPDATE search_entries SET serial_key = 'XX1' WHERE number = 2", "search_stale"),
    (
        "the engine's index emptied",
        "INSERT INTO search_fts(search_fts) VALUES ('delete-all')",
        "search_engine_damaged",
    ),
]


@pytest.mark.parametrize(("statement", "code"), [row[1:] for row in INDEX], ids=[row[0] for row in INDEX])
def test_damage_to_the_index_is_named_and_mended(kept: Any, statement: str, code: str) -> None:
    """Whoever could not be found is told; a repair makes the index anew and everybody is found again."""
    office = kept.office
    _sql(office, statement)
    report = _audit(office)
    assert _codes(report) == {code}
    assert all(WORDING[damage.code].advice for damage in report.damages)
    assert repair(office, report, who="quan").open_damages == ()
    assert _audit(office).damages == ()
    with office.database.unit_of_work(read_only=True) as unit:
        assert unit.search.find(SearchQuery(owner="mau"), SearchScope()).total == COUNT


def test_words_lost_in_the_engine_are_found_when_thorough(kept: Any) -> None:
    """Rows whose words are not those of our table are told by the word-by-word comparison."""
    office = kept.office
    with closing(sqlite3.connect(office.settings.home / "sohoa.db")) as connection, connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'search_entries'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE search_entries SET names = names || ' x' WHERE number = 2")
    report = _audit(office, thorough=True)
    assert _codes(report) == {"search_stale", "search_engine_damaged"}


@pytest.fixture
def packages(kept: Any, tmp_path: Path) -> tuple[Office, Path, list[Path]]:
    """The office, the folder of an export, and the packages in it."""
    folder = tmp_path / "out"
    run_export(kept.office, "aip", folder, who="quan", purpose="giao nộp")
    found = sorted(folder.glob("urn_*"))
    assert len(found) == COUNT
    assert _audit(kept.office).damages == ()
    return kept.office, folder, found


def _forge(package: Path) -> None:
    """Another package, whole in itself, under this one's name."""
    mets = package / "METS.xml"
    mets.chmod(0o600)
    mets.write_bytes(mets.read_bytes().replace(b"<mets ", b"<mets  ", 1).replace(b"<mets:mets ", b"<mets:mets  ", 1))
    assert check_package(package) == ()


def test_a_package_written_by_an_older_program_is_no_damage(
    packages: tuple[Office, Path, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Schemas change; what was exported, and is as it was, stays sound."""
    office, _, (_, victim, _) = packages
    older = PackageFault(PackageFaultKind.AGAINST_SCHEMA, "metadata/descriptive/EAD.xml")
    monkeypatch.setattr(audited_packages, "check_package", lambda place: (older, *check_package(place)))
    assert _audit(office).damages == ()
    _forge(victim)
    assert _codes(_audit(office)) == {"package_damaged"}


def _flip(path: Path) -> None:
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


PACKAGES: list[tuple[str, Callable[[Path], object], str]] = [
    ("a bit in the document", lambda p: _flip(next(p.glob("representations/rep1/data/*.pdf"))), "package_damaged"),
    ("a file deleted", lambda p: (p / "metadata/preservation/PREMIS.xml").unlink(), "package_damaged"),
    ("a file added", lambda p: (p / "more.txt").write_text("x"), "package_damaged"),
    ("METS cut off", lambda p: (p / "METS.xml").write_bytes((p / "METS.xml").read_bytes()[:200]), "package_damaged"),
    ("METS written anew", _forge, "package_damaged"),
    ("the package deleted", shutil.rmtree, "package_missing"),
]


@pytest.mark.parametrize(("spoil", "code"), [row[1:] for row in PACKAGES], ids=[row[0] for row in PACKAGES])
def test_damage_to_a_package_is_named_and_mended(
    packages: tuple[Office, Path, list[Path]], spoil: Callable[[Path], object], code: str
) -> None:
    """The package is told by its path; a repair writes it again, byte for byte."""
    office, _, (_, victim, _) = packages
    before = {path.relative_to(victim): path.read_bytes() for path in victim.rglob("*") if path.is_file()}
    spoil(victim)
    report = _audit(office)
    assert _codes(report) == {code}
    assert all(str(victim) in damage.detail for damage in report.damages)
    assert repair(office, report, who="quan").open_damages == ()
    assert {path.relative_to(victim): path.read_bytes() for path in victim.rglob("*") if path.is_file()} == before
    assert _audit(office).damages == ()


def test_a_package_tells_the_part_of_pdfa_that_its_document_follows(
    kept: Any, make_kept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the part that is set today. One that tells another does not pass, and was sound if an older program did."""
    office = make_kept(fonds_code="G09", archive_code="H30", pdfa_part=1).office
    run_export(office, "aip", tmp_path / "out", who="quan", purpose="giao nộp")
    found = sorted((tmp_path / "out").glob("urn_*"))
    for package in found:
        premis = (package / "metadata/preservation/PREMIS.xml").read_text(encoding="utf-8")
        assert ">2b</" in premis
        assert ">1b</" not in premis
    with monkeypatch.context() as older:
        older.setattr(formats, "declared_part", lambda _pdf: 1)
        older.setattr(formats, "check_package", lambda _place: ())
        run_export(office, "aip", tmp_path / "older", who="quan", purpose="giao nộp")
    (fault, *_) = check_package(min((tmp_path / "older").glob("urn_*")))
    assert (fault.kind, fault.detail) == (PackageFaultKind.OTHER_FORMAT, "1b, not 2b")
    assert _audit(kept.office).damages == ()


def test_an_altered_list_and_a_folder_that_is_away_are_told(packages: tuple[Office, Path, list[Path]]) -> None:
    """A changed list of hashes vouches for nothing; a folder that was carried away is no loss."""
    office, folder, found = packages
    (folder / "SHA256SUMS").write_text("0" * 64 + f"  {found[0].name}/METS.xml\n", encoding="utf-8")
    report = _audit(office)
    assert _codes(report) == {"package_list_altered"}
    assert len(repair(office, report, who="quan").open_damages) == 1
    shutil.move(folder, folder.with_name("stick"))
    report = _audit(office)
    assert (_codes(report), report.open_damages) == ({"packages_away"}, ())


def test_it_goes_on_between_packages(
    packages: tuple[Office, Path, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after any package, the next run looks at the rest and only at that."""
    office, _, found = packages
    monkeypatch.setattr("ingest.audit.packages._PACKAGES", 1)
    (found[2] / "more.txt").write_text("x")
    stop = threading.Event()
    looked: list[int] = []

    def tell(check: Any, progress: Any) -> None:
        if check.name == "packages":
            looked.append(progress.items["packages"])
            stop.set()

    while (report := audit(office, tell=tell, stop=stop)) is None:
        stop.clear()
    assert looked == [1, 2, 3]
    assert _codes(report) == {"package_damaged"}
