"""A scanner's folder: only what has come to rest is taken, and nothing leaves it before it is safe."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from certificate.errors import AlreadyRunning, FolderUnreachable, StoreFull
from certificate.states import State
from ingest import watching
from ingest.bench.recorded import numbered_scan, small_scan
from ingest.office import Office
from ingest.watching import CLAIMED, REFUSED, Watcher, only_watcher
from store.rows import ScanRow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "may-quet"
    place.mkdir()
    return place


@pytest.fixture
def watcher(office: Office, folder: Path) -> Watcher:
    return Watcher(office, folder, "lan", settle_s=5)


def _scans(office: Office) -> list[ScanRow]:
    with office.database.unit_of_work(read_only=True) as unit:
        return list(unit.scans.list().items)


def _left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def _scan(number: int = 1) -> bytes:
    return numbered_scan(small_scan(), number)


def test_a_file_is_taken_when_it_has_come_to_rest(office: Office, folder: Path, watcher: Watcher) -> None:
    """A file that still grows is left alone; at rest long enough it is taken in and leaves the folder."""
    path = folder / "ngày 1" / "a.jpg"
    path.parent.mkdir()
    path.write_bytes(_scan()[:100])
    assert watcher.look(now=0) == 0
    path.write_bytes(_scan())
    assert watcher.look(now=6) == 0
    assert watcher.look(now=8) == 0
    assert watcher.look(now=11) == 1
    (scan,) = _scans(office)
    assert (scan.file_name, scan.uploaded_by, scan.state) == ("a.jpg", "lan", State.RECEIVED)
    assert office.blobs.get(scan.sha256) == _scan()
    assert _left(folder) == set()


def test_half_written_names_and_other_kinds_stay(office: Office, folder: Path, watcher: Watcher) -> None:
    """Scanners write under another name first; notes and hidden files are nobody's scan."""
    for name in ("a.jpg.tmp", "b.part", "notes.txt", ".c.jpg"):
        (folder / name).write_bytes(_scan())
    assert watcher.look(now=0) + watcher.look(now=9) == 0
    assert len(_left(folder)) == 4


def test_links_devices_and_pipes_are_left_alone(office: Office, folder: Path, watcher: Watcher, tmp_path: Path) -> None:
    """What could lead elsewhere or block for ever is neither opened nor moved."""
    (tmp_path / "secret.jpg").write_bytes(_scan())
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.jpg")
    assert watcher.look(now=0) + watcher.look(now=9) == 0
    assert _scans(office) == []
    assert (tmp_path / "secret.jpg").exists()


def test_a_refused_file_comes_back_with_the_reason(office: Office, folder: Path, watcher: Watcher) -> None:
    """What cannot be read is put aside for the person, never removed, and never takes an earlier one's place."""
    for _ in range(2):
        (folder / "a.pdf").write_bytes(b"this is no PDF at all")
        watcher.look(now=0)
        assert watcher.look(now=9) == 1
    kept = _left(folder)
    assert kept == {f"{REFUSED}/{name}" for name in ("a.pdf", "a.pdf.txt", "a (2).pdf", "a (2).pdf.txt")}
    assert "UnsupportedType".lower() not in (folder / REFUSED / "a.pdf.txt").read_text(encoding="utf-8")
    assert "PDF, TIFF, JPEG" in (folder / REFUSED / "a.pdf.txt").read_text(encoding="utf-8")


def test_nothing_leaves_the_folder_while_nothing_can_be_kept(
    office: Office, folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is full: the file waits under its claim and is taken in when there is room again."""
    (folder / "a.jpg").write_bytes(_scan())
    watcher.look(now=0)

    def full(*_: object, **__: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr(watching, "receive", full)
        for now in (9, 10):
            with pytest.raises(StoreFull):
                watcher.look(now=now)
    (claimed,) = _left(folder)
    assert claimed.startswith(f"{CLAIMED}/{socket.gethostname()}/")
    assert watcher.look(now=11) == 1
    assert [scan.file_name for scan in _scans(office)] == ["a.jpg"]
    assert _left(folder) == set()


@pytest.mark.parametrize("moment", ["before the intake", "after the commit"])
def test_a_killed_watcher_is_followed_by_one_that_goes_on(
    office: Office, folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Killed with a file in its hands: the next watcher takes it in once, whether the row was there or not."""
    (folder / "a.jpg").write_bytes(_scan())
    watcher.look(now=0)
    real = watching.receive

    def die(*given: object, **named: object) -> None:
        if moment == "after the commit":
            real(*given, **named)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(watching, "receive", die)
        with pytest.raises(KeyboardInterrupt):
            watcher.look(now=9)
    assert len(_left(folder)) == 1
    Watcher(office, folder, "lan").look(now=20)
    assert [(scan.file_name, scan.state) for scan in _scans(office)] == [("a.jpg", State.RECEIVED)]
    assert _left(folder) == set()


def test_the_same_name_twice_is_two_scans(office: Office, folder: Path, watcher: Watcher) -> None:
    """Scanners count from one again after each start."""
    for number in (1, 2):
        (folder / "scan0001.jpg").write_bytes(_scan(number))
        watcher.look(now=number * 10)
        assert watcher.look(now=number * 10 + 6) == 1
    assert len({scan.sha256 for scan in _scans(office)}) == 2


def test_a_folder_that_is_away_is_told_of(office: Office, folder: Path, watcher: Watcher) -> None:
    """An unplugged share is no empty folder, and only one process of a machine watches one."""
    with only_watcher(office, folder), pytest.raises(AlreadyRunning), only_watcher(office, folder):
        pass
    folder.rmdir()
    with pytest.raises(FolderUnreachable):
        watcher.look()
