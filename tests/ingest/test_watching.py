"""A scanner's folder: only what has come to rest is taken, and nothing leaves it before it is safe."""

from __future__ import annotations

import io
import os
import socket
import threading
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from certificate.errors import FolderUnreachable, FolderWatched, StoreFull
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
    return Watcher(office, folder, "lan", settle_s=5, linger_s=0)


def _scans(office: Office) -> list[ScanRow]:
    with office.database.unit_of_work(read_only=True) as unit:
        return list(unit.scans.list().items)


def _left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def _claimed(folder: Path) -> list[str]:
    """The claimed files, without the notes beside them."""
    return [path for path in _left(folder) if path.startswith(CLAIMED) and not path.endswith(".json")]


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
    assert watcher.look(now=12) == 0
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
    (claimed,) = _claimed(folder)
    assert claimed.startswith(f"{CLAIMED}/sohoa-")
    assert watcher.look(now=11) == 1
    assert [scan.file_name for scan in _scans(office)] == ["a.jpg"]
    assert watcher.look(now=12) == 0
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
    assert len(_claimed(folder)) == 1
    following = Watcher(office, folder, "lan", linger_s=0)
    following.look(now=20)
    following.look(now=21)
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
    with only_watcher(office, folder), pytest.raises(FolderWatched), only_watcher(office, folder):
        pass
    folder.rmdir()
    with pytest.raises(FolderUnreachable):
        watcher.look()


# --- one bad file, and all the others


def _drop(folder: Path, *names: str) -> None:
    for number, name in enumerate(names, 50):
        (folder / name).write_bytes(_scan(number))


def _refusing_to_open(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """As if these files belonged to somebody else: whoever runs the tests may open everything."""
    real = os.open

    def deny(path: Any, *given: Any, **named: Any) -> int:
        if Path(path).name in names:
            raise PermissionError(13, "Permission denied")
        return real(path, *given, **named)

    monkeypatch.setattr(watching.os, "open", deny)


def test_a_file_that_may_not_be_opened_holds_nothing_up(
    office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays in sight and is told of once; the files behind it are taken, and it too when it may be opened."""
    told: list[str] = []
    watcher = Watcher(office, folder, "lan", settle_s=5, linger_s=0, tell=told.append)
    _drop(folder, "a.jpg", "b.jpg", "c.jpg")
    with monkeypatch.context() as patch:
        _refusing_to_open(patch, "a.jpg")
        watcher.look(now=0)
        assert watcher.look(now=9) == 2
        assert watcher.look(now=10) == 0
    assert (folder / "a.jpg").exists()
    assert len([words for words in told if "«a.jpg»" in words and "[no_access]" in words]) == 1
    assert watcher.look(now=11) == 1


def test_a_claimed_file_that_may_not_be_opened_is_given_back(
    office: Office, folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that the release before claimed first and opened then: it comes back with the reason, once."""
    old = folder / CLAIMED / socket.gethostname() / "123.45~giấy 1.jpg"
    old.parent.mkdir(parents=True)
    old.write_bytes(_scan())
    _drop(folder, "b.jpg")
    real = Path.open

    def deny(path: Path, *given: Any, **named: Any) -> Any:
        if path == old and "r" in str(given):
            raise PermissionError(13, "Permission denied")
        return real(path, *given, **named)

    monkeypatch.setattr(Path, "open", deny)
    watcher.look(now=0)
    assert watcher.look(now=9) == 1
    assert [scan.file_name for scan in _scans(office)] == ["b.jpg"]
    assert (folder / REFUSED / "giấy 1.jpg").exists()
    assert "[no_access]" in (folder / REFUSED / "giấy 1.jpg.txt").read_text(encoding="utf-8")


def test_a_name_as_long_as_a_name_can_be(office: Office, folder: Path, watcher: Watcher) -> None:
    """Names with marks apart from their letters fill a name's room; taken or refused, nothing breaks off there."""
    name = unicodedata.normalize("NFD", "ế" * 35)
    long, longest = f"{name}.jpg", ("x" * 251) + ".pdf"
    (folder / long).write_bytes(_scan())
    (folder / longest).write_bytes(b"this is no PDF at all")
    _drop(folder, "z.jpg")
    watcher.look(now=0)
    assert watcher.look(now=9) == 3
    assert {scan.file_name[-4:] for scan in _scans(office)} == {".jpg", ".pdf"}
    assert {path.suffix for path in (folder / REFUSED).iterdir()} == {".pdf", ".txt"}


@pytest.mark.parametrize(("raised", "code"), [(TypeError("nobody foresaw it"), "internal"), (None, "worker_lost")])
def test_a_file_that_nothing_can_bear_is_given_back(
    office: Office,
    folder: Path,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    raised: Exception | None,
    code: str,
) -> None:
    """It raises what nobody foresaw, or kills the watcher three times: aside with it, the next ones are taken."""

    class Killed(BaseException):
        """As if the process had ended at this line."""

    real = watching.receive

    def trip(office: Office, data: Path, name: str, **named: Any) -> Any:
        if name == "a.jpg":
            raise raised or Killed
        return real(office, data, name, **named)

    monkeypatch.setattr(watching, "receive", trip)
    _drop(folder, "a.jpg", "b.jpg")
    deaths = 0
    for now in (0, 9, 10, 11, 12, 20, 29):
        try:
            watcher.look(now=now)
        except Killed:
            deaths += 1
            watcher = Watcher(office, folder, "lan", settle_s=5, linger_s=0)
    assert deaths == (0 if raised else 3)
    assert [scan.file_name for scan in _scans(office)] == ["b.jpg"]
    assert f"[{code}]" in (folder / REFUSED / "a.jpg.txt").read_text(encoding="utf-8")


def test_a_refused_file_that_cannot_be_moved_now_is_refused_once(
    office: Office, folder: Path, watcher: Watcher
) -> None:
    """Somebody's file stands where the folder of refused ones belongs: one row, and moved when that is gone."""
    (folder / REFUSED).write_bytes(b"")
    (folder / "a.pdf").write_bytes(b"this is no PDF at all")
    _drop(folder, "b.jpg")
    for now in (0, 9, 10, 11):
        watcher.look(now=now)
    assert sorted(scan.file_name for scan in _scans(office)) == ["a.pdf", "b.jpg"]
    (folder / REFUSED).unlink()
    watcher.look(now=12)
    assert (folder / REFUSED / "a.pdf").exists()


def test_a_folder_in_it_that_may_not_be_opened(
    office: Office, folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what lies in it waits."""
    (folder / "kín").mkdir()
    _drop(folder, "kín/a.jpg", "b.jpg")
    real = os.scandir

    def deny(path: Any) -> Any:
        if Path(path).name == "kín":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(watching.os, "scandir", deny)
    watcher.look(now=0)
    assert watcher.look(now=9) == 1


def test_watching_goes_on_when_the_share_stutters(
    office: Office, folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the system says to a look, the next one comes; told once, not at every look."""
    told: list[str] = []
    watcher.tell = told.append
    stop = threading.Event()
    looks = 0

    def look(_watcher: Watcher) -> int:
        nonlocal looks
        looks += 1
        if looks == 6:
            stop.set()
        if looks in {2, 3}:
            raise OSError(5, "Input/output error")
        return 0

    monkeypatch.setattr(Watcher, "look", look)
    watcher.watch(stop, 0.001)
    assert looks == 6
    assert ["[folder_unreachable]" in words for words in told] == [True, False]


# --- a scanner that writes on


def _pages(count: int) -> bytes:
    out = io.BytesIO()
    pages = [Image.new("L", (300 + number, 400), "white") for number in range(count)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def test_what_a_scanner_adds_after_a_rest_is_not_lost(office: Office, folder: Path) -> None:
    """It keeps its file open and rests between two sheets for longer than a file must rest to be taken."""
    told: list[str] = []
    clock = [1000.0]
    watcher = Watcher(office, folder, "lan", settle_s=5, linger_s=600, tell=told.append, wall_clock=lambda: clock[0])
    with (folder / "a.tif").open("wb") as scanner:
        scanner.write(_pages(1))
        scanner.flush()
        watcher.look(now=0)
        assert watcher.look(now=9) == 1
        scanner.seek(0)
        scanner.write(_pages(3))
        scanner.flush()
        # While it still grows it is left alone, also where it now lies.
        assert watcher.look(now=10) == 0
    assert watcher.look(now=20) == 1
    scans = _scans(office)
    assert sorted(scan.page_count or 0 for scan in scans) == [1, 3]
    assert [scan.file_name for scan in scans] == ["a.tif", "a.tif"]
    assert any("còn thay đổi" in words for words in told)
    clock[0] += 599
    assert watcher.look(now=21) == 0
    assert len(_claimed(folder)) == 1
    clock[0] += 2
    assert watcher.look(now=22) == 0
    assert _left(folder) == set()


def test_bytes_that_changed_under_the_same_size_and_time_are_taken(office: Office, folder: Path) -> None:
    """Some shares tell an old time: what is removed is compared with what was kept, byte by byte."""
    clock = [1000.0]
    watcher = Watcher(office, folder, "lan", settle_s=5, linger_s=600, wall_clock=lambda: clock[0])
    (folder / "a.jpg").write_bytes(_scan(1))
    watcher.look(now=0)
    assert watcher.look(now=9) == 1
    (name,) = _claimed(folder)
    state = (folder / name).stat()
    other = bytearray(_scan(1))
    other[-3] ^= 1
    (folder / name).write_bytes(other)
    os.utime(folder / name, ns=(state.st_atime_ns, state.st_mtime_ns))
    clock[0] += 601
    assert watcher.look(now=10) == 1
    assert len({scan.sha256 for scan in _scans(office)}) == 2


def test_what_was_taken_by_a_look_of_its_own_goes_with_a_later_one(office: Office, folder: Path) -> None:
    """``--once`` from a timetable: every start is a new process, and what was kept long enough ago is removed."""
    for start, left in ((1000.0, 1), (1300.0, 1), (1601.0, 0)):
        if start == 1000.0:
            _drop(folder, "a.jpg")
        watcher = Watcher(office, folder, "lan", settle_s=5, linger_s=600, wall_clock=lambda now=start: now)  # type: ignore[misc]
        watcher.look(now=0)
        watcher.look(now=9)
        assert len(_claimed(folder)) == left
    assert len(_scans(office)) == 1


# --- whose claims they are


def test_claims_are_found_again_under_another_host_name(
    office: Office, folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container has another name at each start, and the home folder stays."""
    _drop(folder, "a.jpg")
    watcher.look(now=0)

    def full(*_: object, **__: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr(watching, "receive", full)
        with pytest.raises(StoreFull):
            watcher.look(now=9)
    monkeypatch.setattr(socket, "gethostname", lambda: "may-moi")
    assert Watcher(office, folder, "lan").look(now=0) == 1
    assert [scan.file_name for scan in _scans(office)] == ["a.jpg"]


def test_claims_of_another_machine_are_told_of(office: Office, folder: Path) -> None:
    """They are left alone, because it may be at work; older than an hour, a person should hear of them, once."""
    told: list[str] = []
    now_ns = time.time_ns()
    for host, age_s in (("may-cu", 7200), ("may-ban", 60)):
        claim = folder / CLAIMED / host / f"{now_ns - int(age_s * 1e9)}.7~a.jpg"
        claim.parent.mkdir(parents=True)
        claim.write_bytes(_scan())
    watcher = Watcher(office, folder, "lan", tell=told.append)
    for now in (0, 100):
        assert watcher.look(now=now) == 0
    assert ["may-cu" in words for words in told] == [True]
    assert len(_claimed(folder)) == 2


def test_what_is_no_scan_by_its_name_is_told_of_once_it_rests(office: Office, folder: Path) -> None:
    """A document or a scan without its suffix would lie there unseen; half-written names come and go untold."""
    told: list[str] = []
    watcher = Watcher(office, folder, "lan", settle_s=5, tell=told.append)
    _drop(folder, "đơn.docx", "scan0001", "x.jpg.tmp")
    watcher.look(now=0)
    (folder / "x.jpg.tmp").rename(folder / "x.jpg")
    for now in (9, 10):
        watcher.look(now=now)
    assert sorted(words.split("»")[0] for words in told) == ["Để nguyên «scan0001", "Để nguyên «đơn.docx"]
    assert all("[unsupported_type]" in words for words in told)


def test_a_name_cannot_write_over_the_terminal(office: Office, folder: Path) -> None:
    """Whatever stands in a name, the sentence about it stays one line."""
    told: list[str] = []
    watcher = Watcher(office, folder, "lan", settle_s=5, tell=told.append)
    _drop(folder, "a\x1b[2Jb\n.jpg")
    watcher.look(now=0)
    watcher.look(now=9)
    assert told == ["Đã nhận «a\\x1b[2Jb\\x0a.jpg». (taken in)"]
