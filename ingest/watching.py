"""A scanner's drop folder: files are taken in when they have come to rest, and leave the folder when they are safe.

Polling only, because network shares tell nobody what changes on them. A file is claimed by renaming it into a hidden
folder beside the others (``claims``). Its bytes and its row are made durable at once, but it is removed only some
minutes later, when it still is what was kept: a scanner that rests between two sheets writes on into the claimed file,
and what it adds becomes a scan of its own. Killed at any moment, the next start goes on with the claimed files. What
cannot be taken is told of and holds nothing else up.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from archive.outgoing import file_sha256
from certificate.errors import (
    BlobCorrupt,
    BlobMissing,
    FolderUnreachable,
    FolderWatched,
    NoAccess,
    NotAFile,
    SohoaError,
    UnsupportedType,
    WorkerLost,
    all_errors,
)
from certificate.states import State
from ingest.claims import CLAIMED, REFUSED, Claims, Note
from ingest.intake import kept_scan, receive
from ingest.locks import only_one_of
from ingest.office import Office
from ingest.queue_names import UPLOADS
from ingest.runs.walking import printable
from ingest.scan_names import REFUSED_SUFFIXES, SCAN_SUFFIXES

_log = structlog.get_logger()
SETTLE_S = 30.0
LINGER_S = 600.0
_FOREIGN_AGE_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Seen:
    size_bytes: int
    changed_ns: int
    since: float


@dataclass(slots=True)
class Watcher:
    """Looks at one folder again and again.

    ``settle_s`` is how long a file must have been left alone before it is taken, ``linger_s`` how long it is kept in
    the folder after that. ``tell`` is given each thing that a person should know, as a sentence.
    """

    office: Office
    folder: Path
    who: str
    queue: str = UPLOADS
    settle_s: float = SETTLE_S
    office_name: str = ""
    linger_s: float = LINGER_S
    tell: Callable[[str], None] = lambda _sentence: None
    wall_clock: Callable[[], float] = time.time
    _claims: Claims = field(init=False)
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _failing: dict[Path, float] = field(default_factory=dict)
    _trouble: str = ""

    def __post_init__(self) -> None:
        self._claims = Claims(self.folder, self.office.settings)

    def look(self, now: float | None = None) -> int:
        """One look at the folder: takes in what has come to rest, says how many files that were.

        Raises ``FolderUnreachable`` while the folder is away, and what keeps the office from taking anything in.
        """
        at = time.monotonic() if now is None else now
        if not self.folder.is_dir():
            raise FolderUnreachable(str(self.folder))
        self._tell_of_foreign()
        claimed = self._claims.all()
        taken = sum(self._guarded(claim, at) for claim in claimed)
        found: dict[str, os.stat_result] = {}
        left: set[str] = set()
        for path, state, code in self._entries():
            if code is None:
                found[path] = state
            else:
                left.add(path)
                self._leave(path, code)
        # What has gone is forgotten; a file of the same name that comes later starts anew.
        here = found.keys() | {f"{CLAIMED}/{claim.name}" for claim in claimed}
        self._seen = {path: seen for path, seen in self._seen.items() if path in here}
        self._told &= left | found.keys() | {each for each in self._told if each.startswith(CLAIMED)}
        # In the order in which they were scanned.
        for path, state in sorted(found.items(), key=lambda each: (each[1].st_mtime_ns, each[0])):
            if self._is_at_rest(path, state, at):
                taken += self._take(path, at)
        return taken

    def watch(self, stop: threading.Event, every_s: float) -> None:
        """Look every ``every_s`` seconds until told to stop; a look that fails is tried again."""
        while not stop.is_set():
            try:
                self.look()
            except SohoaError as error:
                self._note_trouble(error)
            except OSError as error:
                self._note_trouble(FolderUnreachable(error.strerror or ""))
            else:
                self._note_trouble(None)
            stop.wait(every_s)

    def _note_trouble(self, error: SohoaError | None) -> None:
        """Tell what keeps the folder from being emptied, once and not at every look."""
        code = error.code if error else ""
        if code == self._trouble:
            return
        self._trouble = code
        if error is None:
            _log.info("watch_goes_on")
            self.tell("Đã làm tiếp được. (goes on)")
        else:
            _log.warning("watch_failed", code=code, detail=error.detail)
            self.tell(f"Chưa nhận được: {error.message} {error.advice} [{code}]")

    # --- looking

    def _entries(self) -> Iterator[tuple[str, os.stat_result, str | None]]:
        """Every file of the folder to its depth, with the code of the reason where it is left alone."""
        pending = [""]
        while pending:
            inside = pending.pop()
            try:
                with os.scandir(self.folder / inside) as listed:
                    entries = list(listed)
            except OSError as error:
                if not inside:
                    raise FolderUnreachable(error.strerror or str(self.folder)) from error
                with suppress(OSError):
                    yield inside, (self.folder / inside).lstat(), NoAccess.code
                continue
            for entry in entries:
                path = f"{inside}/{entry.name}" if inside else entry.name
                if entry.name.startswith(".") or path == REFUSED:
                    continue
                with suppress(OSError):  # Gone since the folder was listed.
                    seen = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(seen.st_mode):
                        pending.append(path)
                    else:
                        yield path, seen, _why_left(path, seen)

    def _leave(self, path: str, code: str, reason: str = "") -> None:
        """Tell once of a file that stays where it is."""
        if path in self._told:
            return
        self._told.add(path)
        _log.warning("watch_left_alone", code=code, suffix=Path(path).suffix.lower(), reason=reason)
        self.tell(f"Để nguyên «{_shown(path)}»: {_WHY_LEFT[code]} [{code}]")

    def _tell_of_foreign(self) -> None:
        for each in self._claims.foreign(_FOREIGN_AGE_S):
            key = f"{CLAIMED}/{each.holder}"
            if key in self._told:
                continue
            self._told.add(key)
            _log.warning("watch_foreign_claims", holder=each.holder, files=each.files)
            self.tell(
                f"Trong «{key}» còn {each.files} tệp do máy khác nhận dở hơn một giờ. Nếu máy đó không còn theo dõi "
                "thư mục này, hãy chuyển các tệp ấy trở lại thư mục máy quét. (claimed elsewhere, left unfinished)"
            )

    def _is_at_rest(self, path: str, state: os.stat_result, now: float) -> bool:
        """Whether two looks, ``settle_s`` apart at least, saw the same size and time."""
        before = self._seen.get(path)
        if before is None or (before.size_bytes, before.changed_ns) != (state.st_size, state.st_mtime_ns):
            self._seen[path] = _Seen(state.st_size, state.st_mtime_ns, now)
            return False
        return now - before.since >= self.settle_s

    # --- taking

    def _take(self, path: str, now: float) -> int:
        if Path(path).suffix.lower() not in SCAN_SUFFIXES | REFUSED_SUFFIXES:
            # Told of only now that it rests: a scanner may write under another name first.
            self._leave(path, UnsupportedType.code)
            return 0
        try:
            # What cannot be read stays in sight. A pipe that came in its place must not hold the look up.
            os.close(os.open(self.folder / path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW))
            claim = self._claims.claim(path)
        except FileNotFoundError:  # Somebody else was faster.
            return 0
        except OSError as error:
            self._leave(path, NoAccess.code, error.strerror or "")
            return 0
        self._seen.pop(path, None)
        return self._guarded(claim, now)

    def _guarded(self, claim: Path, now: float) -> int:
        """Go on with one claimed file, whatever comes of it; what is wrong with the office itself goes up."""
        try:
            taken = self._go_on(claim, now)
        except SohoaError:
            raise
        except OSError as error:
            passing = not isinstance(error, PermissionError)
            if passing and now - self._failing.setdefault(claim, now) < self.linger_s:
                self._leave(f"{CLAIMED}/{self._claims.note(claim).name}", NoAccess.code, error.strerror or "")
                return 0
            taken = self._give_back(claim, NoAccess())
        except Exception:  # noqa: BLE001 - as in the job wrapper: the unforeseen is one file's fate, not that of all
            _log.exception("watch_crashed")
            taken = self._give_back(claim, SohoaError())
        self._failing.pop(claim, None)
        return taken

    def _go_on(self, claim: Path, now: float) -> int:
        note = self._claims.note(claim)
        if note.refused:
            return self._give_back(claim, _error_of(note.refused))
        if not note.sha256:
            return self._take_in(claim, note)
        state = claim.lstat()
        if (state.st_size, state.st_mtime_ns) == (note.size_bytes, note.changed_ns):
            if self.wall_clock() - note.kept_at < self.linger_s:
                return 0
            if file_sha256(claim) == note.sha256 and self.office.blobs.has(note.sha256):
                self._claims.release(claim)
                return 0
        elif not self._is_at_rest(f"{CLAIMED}/{claim.name}", state, now):
            return 0
        # Somebody still wrote through a handle of before: the newer bytes are a scan of their own.
        _log.warning("watch_changed_after_taking")
        self.tell(f"«{_shown(note.name)}» còn thay đổi sau khi nhận: nhận lại thành một bản quét riêng. (changed)")
        return self._take_in(claim, replace(note, sha256="", attempts=0))

    def _take_in(self, claim: Path, note: Note) -> int:
        """Make a claimed file's bytes and its row durable; the file itself stays for a while."""
        if note.attempts >= self.office.settings.max_attempts:
            return self._give_back(claim, WorkerLost())
        self._claims.write(claim, replace(note, attempts=note.attempts + 1))
        try:
            before = claim.lstat()
            # Killed between the commit and the note: the scan is there.
            begun = note.attempts > 0 and before.st_size <= self.office.settings.max_bytes
            sha256 = self._kept_before(claim) if begun else None
            taken = 0
            if sha256 is None:
                received = receive(
                    self.office, claim, note.name, who=self.who, queue=self.queue, office_name=self.office_name
                )
                _log.info("watch_taken", scan_id=received.scan_id, state=received.state.value)
                if received.error is not None:
                    return self._give_back(claim, received.error)
                with self.office.database.unit_of_work(read_only=True) as unit:
                    sha256 = unit.scans.get(received.scan_id).sha256
                known = ", trùng bản quét đã có (duplicate)" if received.state is State.DUPLICATE else ""
                self.tell(f"Đã nhận «{_shown(note.name)}»{known}. (taken in)")
                taken = 1
        except SohoaError:
            self._claims.write(claim, note)
            raise
        self._claims.write(
            claim, Note(note.name, 0, sha256, before.st_size, before.st_mtime_ns, kept_at=self.wall_clock())
        )
        return taken

    def _kept_before(self, claim: Path) -> str | None:
        sha256 = file_sha256(claim)
        with self.office.database.unit_of_work(read_only=True) as unit:
            if kept_scan(unit, sha256) is None:
                return None
        try:
            self.office.blobs.verify(sha256)
        except (BlobMissing, BlobCorrupt):
            return None
        return sha256

    def _give_back(self, claim: Path, error: SohoaError) -> int:
        """Put a refused file where the person who scanned it finds it; counts as one that was dealt with."""
        note = self._claims.note(claim)
        if note.refused != error.code:
            # Should it not be movable now, it is not refused a second time.
            self._claims.write(claim, replace(note, refused=error.code))
            _log.warning("watch_refused", code=error.code)
            self.tell(
                f"Không nhận «{_shown(note.name)}»: {error.message} {error.advice} "
                f"Tệp được chuyển vào «{REFUSED}». [{error.code}]"
            )
        try:
            self._claims.put_aside(claim, error)
        except OSError as failed:
            self._leave(f"{CLAIMED}/{note.name}", NoAccess.code, failed.strerror or "")
            return 0
        return 1


_WHY_LEFT = {
    NoAccess.code: "không mở hoặc không chuyển được (thiếu quyền, tên có ký tự hỏng, hoặc đang có chương trình dùng); "
    "hệ thống tự thử lại. (cannot be opened or moved)",
    NotAFile.code: f"{NotAFile.message} {NotAFile.advice}",
    UnsupportedType.code: "tên tệp không có đuôi của bản quét (.pdf, .tif, .jpg, .png). (no scan by its name)",
}


def _why_left(path: str, seen: os.stat_result) -> str | None:
    if not stat.S_ISREG(seen.st_mode):
        return NotAFile.code
    return NoAccess.code if printable(path) != path else None


def _shown(name: str) -> str:
    """A name on one line of a terminal, whatever is in it."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in printable(name))


def _error_of(code: str) -> SohoaError:
    return next((kind() for kind in all_errors() if kind.code == code), SohoaError())


def only_watcher(office: Office, folder: Path) -> AbstractContextManager[None]:
    """Hold this machine's lock on a watched folder; ``FolderWatched`` when another process watches it here.

    The lock lies in the home folder: locks on network shares cannot be trusted.
    """
    mark = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return only_one_of(office.settings, f"watch-{mark}", FolderWatched(str(folder)))
