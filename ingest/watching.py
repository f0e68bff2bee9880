"""A scanner's drop folder: files are taken in when they have come to rest, and leave the folder when they are safe.

Polling only, because network shares tell nobody what changes on them. A file is claimed by renaming it into a hidden
folder beside the others; only when its bytes and its row are durable is it removed. Killed at any moment, the next
start finds the claimed files and goes on. Links, devices and pipes are left alone and told of.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from certificate.errors import AlreadyRunning, FolderUnreachable, NoAccess, NotAFile, SohoaError
from certificate.states import State
from ingest.intake import receive
from ingest.office import Office
from ingest.queue_names import UPLOADS
from ingest.runs.walking import printable
from ingest.scan_names import REFUSED_SUFFIXES, SCAN_SUFFIXES

_log = structlog.get_logger()
CLAIMED = ".sohoa-claimed"
REFUSED = "khong-nhan"
_MARK = re.compile(r"\d+\.\d+~")


@dataclass(frozen=True, slots=True)
class _Seen:
    size_bytes: int
    changed_ns: int
    since: float


@dataclass(slots=True)
class Watcher:
    """Looks at one folder again and again. ``settle_s`` is how long a file must have been left alone."""

    office: Office
    folder: Path
    who: str
    queue: str = UPLOADS
    settle_s: float = 5.0
    office_name: str = ""
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _left: bool = True

    def look(self, now: float | None = None) -> int:
        """One look at the folder: takes in what has come to rest, says how many files that were.

        Raises ``FolderUnreachable`` while the folder is away.
        """
        at = time.monotonic() if now is None else now
        if not self.folder.is_dir():
            raise FolderUnreachable(str(self.folder))
        taken = self._recover() if self._left else 0
        try:
            found = dict(self._files())
        except OSError as error:
            raise FolderUnreachable(error.strerror or str(self.folder)) from error
        # What has gone is forgotten; a file of the same name that comes later starts anew.
        self._seen = {path: seen for path, seen in self._seen.items() if path in found}
        for path, state in found.items():
            if self._is_at_rest(path, state, at):
                taken += self._take(path)
        return taken

    def watch(self, stop: threading.Event, every_s: float) -> None:
        """Look every ``every_s`` seconds until told to stop; a look that fails is tried again."""
        while not stop.is_set():
            try:
                self.look()
            except SohoaError as error:
                _log.warning("watch_failed", code=error.code, detail=error.detail)
            stop.wait(every_s)

    # --- looking

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        pending = [""]
        while pending:
            inside = pending.pop()
            with os.scandir(self.folder / inside) as entries:
                for entry in entries:
                    path = f"{inside}/{entry.name}" if inside else entry.name
                    if entry.name.startswith(".") or path == REFUSED:
                        continue
                    try:
                        seen = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    if stat.S_ISDIR(seen.st_mode):
                        pending.append(path)
                    elif self._may_take(path, seen):
                        yield path, seen

    def _may_take(self, path: str, seen: os.stat_result) -> bool:
        suffix = Path(path).suffix.lower()
        if suffix not in SCAN_SUFFIXES | REFUSED_SUFFIXES:
            return False  # A scanner's half-written file, or nothing of ours.
        if not stat.S_ISREG(seen.st_mode):
            self._tell(path, NotAFile.code)
            return False
        if printable(path) != path:
            self._tell(path, NoAccess.code)
            return False
        return True

    def _tell(self, path: str, code: str) -> None:
        if path not in self._told:
            self._told.add(path)
            _log.warning("watch_left_alone", code=code, suffix=Path(path).suffix.lower())

    def _is_at_rest(self, path: str, state: os.stat_result, now: float) -> bool:
        """Whether two looks, ``settle_s`` apart at least, saw the same size and time."""
        before = self._seen.get(path)
        if before is None or (before.size_bytes, before.changed_ns) != (state.st_size, state.st_mtime_ns):
            self._seen[path] = _Seen(state.st_size, state.st_mtime_ns, now)
            return False
        return now - before.since >= self.settle_s

    # --- taking

    def _take(self, path: str) -> int:
        source = self.folder / path
        claim = self._claims() / f"{time.time_ns()}.{os.getpid()}~{source.name}"
        try:
            claim.parent.mkdir(parents=True, exist_ok=True)
            source.rename(claim)
        except FileNotFoundError:  # Somebody else was faster.
            return 0
        except OSError as error:
            raise FolderUnreachable(error.strerror or str(self.folder)) from error
        self._seen.pop(path, None)
        self._left = True
        taken = self._take_in(claim, source.name)
        self._left = False
        return taken

    def _recover(self) -> int:
        """Go on with files that a killed watcher had claimed, or that could not be kept the last time."""
        taken = 0
        claims = self._claims()
        for claim in sorted(claims.iterdir()) if claims.is_dir() else ():
            if stat.S_ISREG(claim.lstat().st_mode):
                taken += self._take_in(claim, _MARK.sub("", claim.name, count=1), again=True)
        self._left = False
        return taken

    def _take_in(self, claim: Path, name: str, *, again: bool = False) -> int:
        """Take a claimed file in and remove it once it is durable."""
        before = claim.lstat()
        if not stat.S_ISREG(before.st_mode):
            self._tell(claim.name, NotAFile.code)
            return 0
        if again and self._is_kept(claim):
            # Killed between the commit and the removal: the scan is there.
            claim.unlink()
            return 0
        received = receive(self.office, claim, name, who=self.who, queue=self.queue, office_name=self.office_name)
        after = claim.lstat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            # Somebody still wrote through a handle of before: the newer bytes are a scan of their own.
            _log.warning("watch_changed_while_taken", scan_id=received.scan_id)
            return self._take_in(claim, name)
        if received.error is not None:
            self._put_aside(claim, name, received.error)
        else:
            claim.unlink()
        _log.info("watch_taken", scan_id=received.scan_id, state=received.state.value)
        return 1

    def _is_kept(self, claim: Path) -> bool:
        with claim.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        with self.office.database.unit_of_work(read_only=True) as unit:
            scan = unit.scans.by_sha256(sha256)
        if scan is None or scan.state is State.FAILED:
            return False
        self.office.blobs.verify(sha256)
        return True

    def _put_aside(self, claim: Path, name: str, error: SohoaError) -> None:
        """A refused file stays with the person who scanned it, with the reason beside it."""
        place = self.folder / REFUSED
        with suppress(FileExistsError):
            place.mkdir()
        target = place / name
        number = 2
        while target.exists() or target.is_symlink():
            target = place / f"{Path(name).stem} ({number}){Path(name).suffix}"
            number += 1
        claim.rename(target)
        words = f"{error.message}\n{error.advice}\n\n{error.message_en}\n{error.advice_en}\n[{error.code}]\n"
        target.with_name(target.name + ".txt").write_text(words, encoding="utf-8")

    def _claims(self) -> Path:
        # By host: two machines may watch one share, and each goes on with its own claims only.
        return self.folder / CLAIMED / socket.gethostname()


@contextmanager
def only_watcher(office: Office, folder: Path) -> Iterator[None]:
    """Hold this machine's lock on a watched folder; ``AlreadyRunning`` when another process watches it here.

    The lock lies in the home folder: locks on network shares cannot be trusted.
    """
    mark = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    run = office.settings.home / "run"
    run.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (run / f"watch-{mark}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(str(folder)) from error
        yield
