"""A store that is full, read-only or gone: told with what to do, nothing half-written, and work goes on afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from certificate.errors import DatabaseDamaged, NoOffice, StoreFull, StoreUnwritable
from certificate.states import State
from ingest.audit.run import audit, latest
from ingest.cli import command
from ingest.intake import receive
from ingest.office import Office
from store.database import Database
from store.rows import ScanFilter

Fault = Callable[[Path, bool], None]
SCAN = b"\xff\xd8\xff\xe0" + os.urandom(300_000)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A real file system with little room, where this machine lets us mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small file system takes root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.fixture
def kept(make_kept: Any, small: Path) -> Any:
    """An office whose blobs lie on that file system; its database lies elsewhere."""
    return make_kept(blobs_url=str(small / "blobs"))


def no_halves(small: Path) -> bool:
    return not list(small.rglob("*.part"))


def test_intake_on_a_full_disk(kept: Any, small: Path) -> None:
    """The clerk is told that nothing was kept; with room again the same file goes in."""
    fill(small)
    with pytest.raises(StoreFull) as caught:
        receive(kept.office, SCAN, "a.jpg", who="lan")
    assert "dung lượng" in caught.value.advice
    assert no_halves(small)
    with kept.office.database.unit_of_work(read_only=True) as unit:
        assert unit.scans.list(ScanFilter()).total == 0
    (small / "ballast").unlink()
    assert kept.office.blobs.get(kept.scan(receive(kept.office, SCAN, "a.jpg", who="lan").scan_id).sha256) == SCAN


def test_a_database_whose_disk_is_full_before_it_is_opened(
    small: Path, tmp_path: Path, ready_home: Callable[[Path], Path]
) -> None:
    """The system stands still and its disk is full: that is told of the folder, not of a server."""
    ready_home(tmp_path / "home")
    place = small / "sohoa.db"
    remount(small, "size=20m")
    shutil.copyfile(tmp_path / "home" / "sohoa.db", place)
    fill(small)
    database = Database(f"sqlite:///{place}")
    with pytest.raises(StoreFull, match=str(small)):
        database.is_current()
    (small / "ballast").unlink()
    assert database.is_current()
    database.dispose()


def fill(small: Path) -> None:
    """Leave no room at all."""
    with (small / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            pass


def exchange(mounted: Path, away: Path) -> None:
    """What unmounting leaves: the store is elsewhere, and an empty folder stands where it was."""
    if away.exists():
        assert list(away.iterdir()) == []  # Nothing was written into the mount point meanwhile.
        away.rmdir()
    mounted.rename(away)
    mounted.mkdir()


@pytest.mark.parametrize("fault", ["full", "read-only", "gone", "not mounted"])
def test_archiving_waits_and_goes_on(kept: Any, small: Path, fault: str) -> None:
    """A scan that is on its way waits without loss and without counting as a failure, then arrives."""
    real, blobs = kept.office.reader.read, small / "blobs"
    broken: dict[str, Callable[[], None]] = {
        "full": lambda: fill(small),
        "read-only": lambda: remount(small, "ro"),
        "gone": lambda: blobs.rename(small / "away"),
        "not mounted": lambda: exchange(blobs, small / "away"),
    }
    mended: dict[str, Callable[[], object]] = {
        "full": (small / "ballast").unlink,
        "read-only": lambda: remount(small, "rw"),
        "gone": lambda: (small / "away").rename(blobs),
        "not mounted": lambda: exchange(small / "away", blobs),
    }

    def read(path: Path, source: str) -> Any:
        reading = real(path, source)
        broken[fault]()  # Right before the first thing would be written.
        return reading

    kept.office.reader.read = read
    scan_id = kept.archive(1)
    waiting = kept.scan(scan_id)
    assert waiting.state is State.READING
    assert waiting.not_before is not None
    assert waiting.error_code is None
    mended[fault]()
    kept.office.reader.read = real
    assert kept.work(scan_id) is State.ARCHIVED
    assert no_halves(small)
    report = audit(kept.office)
    assert report is not None
    assert report.open_damages == ()


def test_an_audit_of_a_store_that_is_away(kept: Any, small: Path) -> None:
    """A share that is not mounted is told as such, not as a million missing files; the audit goes on later."""
    kept.archive(1)
    (small / "blobs").rename(small / "away")
    with pytest.raises(StoreUnwritable, match="gone"):
        audit(kept.office)
    (small / "away").rename(small / "blobs")
    report = audit(kept.office)
    assert report is not None
    assert report.damages == ()


@pytest.mark.parametrize("fault", ["full", "read-only", "file"])
def test_an_audit_that_cannot_note_what_it_finds(make_kept: Any, small: Path, fault: str) -> None:
    """Its own notes need room, too: told like any full or read-only disk, and the next run says it all."""
    kept = make_kept()
    kept.office.blobs.path(kept.certificate(kept.archive(1)).pdfa_sha256).unlink()
    notes, home = small / "audit", kept.office.settings.home
    notes.mkdir()
    (home / "audit").symlink_to(notes)
    if fault == "full":
        fill(small)
    elif fault == "read-only":
        remount(small, "ro")
    else:
        (home / "audit").unlink()
        (home / "audit").write_bytes(b"")
    said = CliRunner().invoke(command, ["--home", str(home), "audit"])
    expected = StoreFull if fault == "full" else StoreUnwritable
    assert said.exit_code == expected.exit_code
    assert expected.message in said.stderr
    if fault == "full":
        (small / "ballast").unlink()
    elif fault == "read-only":
        remount(small, "rw")
    else:
        (home / "audit").unlink()
    report = audit(kept.office)
    assert report is not None
    assert [damage.code for damage in report.open_damages if "pdfa" in damage.code or "blob" in damage.code]


def test_notes_of_an_audit_that_a_power_cut_left_in_part(make_kept: Any) -> None:
    """The next audit neither stops at them nor takes them for its own, and finds what there is to be found."""
    kept = make_kept()
    kept.office.blobs.path(kept.certificate(kept.archive(1)).pdfa_sha256).unlink()
    first = audit(kept.office)
    assert first is not None
    assert first.open_damages
    (first.folder / "report.json").write_bytes(b"")
    (first.folder / "progress.json").write_bytes(b"")
    with (first.folder / "damages.jsonl").open("ab") as file:
        file.write(b'{"code": "blob_mis')
    assert latest(kept.office.settings) is None
    again = audit(kept.office)
    assert again is not None
    assert {damage.key for damage in again.open_damages} == {damage.key for damage in first.open_damages}
    found = latest(kept.office.settings)
    assert found is not None
    assert not found["is_clean"]


@pytest.mark.parametrize("name", ["backup", "audit"])
def test_the_command_line_tells_it_in_words(make_kept: Any, tmp_path: Path, name: str) -> None:
    """A home folder or target that cannot be: an exit status, a sentence and advice, no traceback."""
    kept = make_kept()
    kept.archive(1)
    (tmp_path / "file").write_bytes(b"")
    wrong = tmp_path / "file" / "inside"
    if name == "backup":
        said = CliRunner().invoke(command, ["--home", str(kept.office.settings.home), "backup", str(wrong)])
    else:
        said = CliRunner().invoke(command, ["--home", str(wrong), "audit"])
    assert said.exit_code != 0
    assert "Traceback" not in said.output
    assert (StoreUnwritable if name == "backup" else NoOffice).message in said.stderr


@pytest.mark.parametrize("mount_point", [False, True], ids=["no folder", "an empty folder"])
def test_a_new_process_makes_no_empty_store_in_place_of_one_that_is_gone(
    make_kept: Any, tmp_path: Path, *, mount_point: bool
) -> None:
    """A disk that is not in: every command says where the store should be; with it back all is as before."""
    kept = make_kept(blobs_url=str(tmp_path / "disk" / "blobs"))
    certificate = kept.certificate(kept.archive(1))
    (tmp_path / "disk").rename(tmp_path / "out")
    if mount_point:
        (tmp_path / "disk" / "blobs").mkdir(parents=True)
    # What a later process would do: the same home, opened anew.
    with Office.open(kept.office.settings) as later:
        with pytest.raises(StoreUnwritable, match=re.escape(str(tmp_path / "disk" / "blobs"))):
            receive(later, SCAN, "a.jpg", who="lan")
        with later.database.unit_of_work(read_only=True) as unit:
            assert unit.scans.list(ScanFilter()).total == 1
    for name in ("audit", "backup"):
        words = [
            "--home",
            str(kept.office.settings.home),
            name,
            *([str(tmp_path / "copy")] if name == "backup" else []),
        ]
        said = CliRunner().invoke(command, words, env={"SOHOA_BLOBS_URL": str(tmp_path / "disk" / "blobs")})
        assert said.exit_code == StoreUnwritable.exit_code
        assert "folder is gone" in said.stderr
    assert list(tmp_path.glob("disk/blobs/*")) == []
    if mount_point:
        shutil.rmtree(tmp_path / "disk")
    assert not (tmp_path / "disk").exists()
    (tmp_path / "out").rename(tmp_path / "disk")
    with Office.open(kept.office.settings) as later:
        assert later.blobs.get(certificate.pdfa_sha256).startswith(b"%PDF")


def test_a_home_on_a_read_only_disk(make_kept: Any, small: Path) -> None:
    """Neither a new home there nor one that is there already: the disk is named, not a database server."""
    remount(small, "size=40m")
    office = make_kept().office
    office.close()
    home = shutil.copytree(office.settings.home, small / "home")
    remount(small, "ro")
    for wrong, asked in ((home, ["search", "BX"]), (small / "new", ["migrate"])):
        said = CliRunner().invoke(command, ["--home", str(wrong), *asked])
        assert said.exit_code == StoreUnwritable.exit_code
        assert StoreUnwritable.message in said.stderr
    remount(small, "rw")
    assert CliRunner().invoke(command, ["--home", str(home), "search", "BX"]).exit_code == 0


@pytest.mark.parametrize("damage", ["cut", "other", "middle"])
def test_a_damaged_database_is_told_as_such(make_kept: Any, damage: str) -> None:
    """Half a file, another kind of file, or pages overwritten: how to bring the last backup back is said."""
    home = make_kept().office.settings.home
    kept = home / "sohoa.db"
    sound = kept.read_bytes()
    kept.write_bytes(
        {
            "cut": sound[:5000],
            "other": b"no database" * 1000,
            "middle": sound[:4096] + b"\xa5" * (len(sound) - 8192) + sound[-4096:],
        }[damage]
    )
    said = CliRunner().invoke(command, ["--home", str(home), "search", "BX"])
    assert said.exit_code == DatabaseDamaged.exit_code
    assert DatabaseDamaged.message in said.stderr
    assert "sohoa restore" in said.stderr
