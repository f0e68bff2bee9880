"""What a watcher has in its hands: files renamed into a hidden folder of the drop folder, each with a note beside it.

Owns where claims, their notes and refused files lie. A claim has a short name of its own, because the scanner's may be
as long as a name can be; that name stands in the note. Knows nothing of scans or databases.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import structlog

from certificate.errors import FolderUnreachable, SohoaError
from ingest.home import secret
from ingest.scan_names import REFUSED_SUFFIXES, SCAN_SUFFIXES
from ingest.settings import Settings

_log = structlog.get_logger()
CLAIMED = ".sohoa-claimed"
REFUSED = "khong-nhan"
_STAMP = re.compile(r"(\d+)\.\d+")
# Earlier releases kept the scanner's name behind the stamp.
_MARK = re.compile(r"\d+\.\d+~")
_NAME_BYTES = 255


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a claimed file: the scanner's ``name`` and how often taking it in was begun and not ended.

    Once it is kept, ``sha256``, ``size_bytes`` and ``changed_ns`` are those of the bytes that were kept, and
    ``kept_at`` is when (seconds since 1970). ``refused`` is the code of the reason when it was not taken.
    """

    name: str
    attempts: int = 0
    sha256: str = ""
    size_bytes: int = 0
    changed_ns: int = 0
    kept_at: float = 0.0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """Files that another watcher claimed long ago and did not bring to an end."""

    holder: str
    files: int


class Claims:
    """The claims of one office's watcher in one drop folder."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        # By an id that stays in the home folder: a host's name changes, in containers at every start.
        mark = hashlib.sha256(secret(settings, "watcher.id").encode()).hexdigest()[:12]
        self._folder = folder
        self._place = folder / CLAIMED / f"sohoa-{mark}"
        self._before = folder / CLAIMED / socket.gethostname()
        self._notes: dict[str, Note] = {}

    def claim(self, path: str) -> Path:
        """Take a file of the drop folder out of sight.

        ``OSError`` when this one cannot be moved, ``FolderUnreachable`` when nothing can be.
        """
        source = self._folder / path
        claim = self._place / f"{time.time_ns()}.{os.getpid()}{source.suffix.lower()}"
        try:
            self._place.mkdir(parents=True, exist_ok=True)
            self._put_down(claim, Note(source.name))
        except OSError as error:
            raise FolderUnreachable(error.strerror or str(self._folder)) from error
        try:
            source.rename(claim)
        except OSError:
            self._forget(claim)
            raise
        return claim

    def all(self) -> list[Path]:
        """Every claimed file, the oldest first; those of an earlier release under this host's name too."""
        found = []
        for place in (self._before, self._place):
            with suppress(FileNotFoundError):
                found += [Path(entry.path) for entry in os.scandir(place) if _is_claim(entry)]
        return sorted(found, key=lambda claim: claim.name)

    def foreign(self, older_than_s: float) -> Iterator[Foreign]:
        """What other watchers claimed longer ago than this."""
        limit_ns = time.time_ns() - int(older_than_s * 1e9)
        places: list[Path] = []
        with suppress(OSError):
            places = sorted((self._folder / CLAIMED).iterdir())
        for place in places:
            if place in {self._place, self._before}:
                continue
            with suppress(OSError):  # Another user's folder, or no folder.
                stamps = [_STAMP.match(entry.name) for entry in os.scandir(place) if _is_claim(entry)]
                if old := sum(1 for stamp in stamps if stamp is None or int(stamp[1]) < limit_ns):
                    yield Foreign(place.name, old)

    def note(self, claim: Path) -> Note:
        """What is known of a claimed file; one without a note was begun with by an earlier release."""
        known = self._notes.get(claim.name)
        if known is None:
            try:
                known = Note(**json.loads(_note_of(claim).read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError):
                known = Note(_MARK.sub("", claim.name, count=1), attempts=1)
            self._notes[claim.name] = known
        return known

    def write(self, claim: Path, note: Note) -> None:
        """Change what is known of a claimed file; on a full share this process alone knows it."""
        try:
            self._put_down(claim, note)
        except OSError as error:
            _log.warning("note_not_written", reason=error.strerror)

    def _put_down(self, claim: Path, note: Note) -> None:
        self._notes[claim.name] = note
        fresh = _note_of(claim).with_suffix(".new")
        fresh.write_text(json.dumps(asdict(note), ensure_ascii=False), encoding="utf-8")
        fresh.replace(_note_of(claim))

    def release(self, claim: Path) -> None:
        """Remove a file that is kept for good elsewhere."""
        claim.unlink(missing_ok=True)
        self._forget(claim)

    def put_aside(self, claim: Path, error: SohoaError) -> None:
        """Give a refused file back to the person who scanned it, with the reason beside it."""
        place = self._folder / REFUSED
        place.mkdir(exist_ok=True)
        target = _free_name(place, self.note(claim).name)
        claim.rename(target)
        self._forget(claim)
        words = f"{error.message}\n{error.advice}\n\n{error.message_en}\n{error.advice_en}\n[{error.code}]\n"
        try:
            target.with_name(target.name + ".txt").write_text(words, encoding="utf-8")
        except OSError as failed:
            _log.warning("reason_not_written", code=error.code, reason=failed.strerror)

    def _forget(self, claim: Path) -> None:
        self._notes.pop(claim.name, None)
        with suppress(OSError):
            _note_of(claim).unlink()


def _is_claim(entry: os.DirEntry[str]) -> bool:
    suffix = Path(entry.name).suffix.lower()
    return suffix in SCAN_SUFFIXES | REFUSED_SUFFIXES and entry.is_file(follow_symlinks=False)


def _note_of(claim: Path) -> Path:
    stamp = _STAMP.match(claim.name)
    # A file that somebody laid there by hand.
    return claim.with_name(f"{stamp[0] if stamp else hashlib.sha256(os.fsencode(claim.name)).hexdigest()[:16]}.json")


def _free_name(place: Path, name: str) -> Path:
    """A path in ``place`` for a file of this name that takes no other's, and leaves room for ``.txt`` behind it."""
    suffix = Path(name).suffix
    for number in count(1):
        end = (f" ({number})" if number > 1 else "") + suffix
        room = _NAME_BYTES - len(os.fsencode(f"{end}.txt"))
        target = place / (os.fsencode(Path(name).stem)[:room].decode(errors="ignore") + end)
        if not target.exists() and not target.is_symlink():
            return target
    raise AssertionError("numbers do not end")
