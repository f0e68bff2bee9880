"""The walk over a folder of any size: its files as a stream, in an order that does not change between two walks.

Links, devices and pipes are named and never followed or opened. Knows nothing of databases.
"""

from __future__ import annotations

import heapq
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from certificate.errors import FolderUnreachable, NameUnreadable, NoAccess, NotAFile
from ingest.scan_names import REFUSED_SUFFIXES, SCAN_SUFFIXES
from store.run_rows import CLOSED_FOLDER

# Names of one folder that are sorted in memory; a larger folder is sorted in stretches on disk.
_NAMES_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """One file of the walk: its path below the folder, or the code of the reason why it cannot be taken."""

    path: str
    size_bytes: int = 0
    error_code: str | None = None
    modified_s: int = 0

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Walk:
    """Goes through a folder to its depth; ``left_aside`` counts the files so far that are no scans by their name."""

    def __init__(self, folder: Path, tell: Callable[[str], object] = lambda _path: None) -> None:
        """``tell`` is called with the path of each file that is left aside."""
        self._root = folder
        self._tell = tell
        self.left_aside = 0

    def __iter__(self) -> Iterator[Found]:
        """Every scan, folder by folder in the order of names, a folder's own files before those of its subfolders.

        Raises ``FolderUnreachable`` when the folder itself cannot be opened.
        """
        if not self._root.is_dir():
            raise FolderUnreachable(str(self._root))
        pending = [""]
        while pending:
            inside = pending.pop()
            folders: list[str] = []
            try:
                for name in _sorted_names(self._root / inside):
                    found = self._look(inside, name, folders)
                    if found is not None:
                        yield found
            except OSError as error:
                if not inside:
                    raise FolderUnreachable(str(self._root)) from error
                yield Found(printable(inside) + CLOSED_FOLDER, error_code=NoAccess.code)
            # Folders wait in reverse, so that the first name is taken next.
            pending += reversed(folders)

    def _look(self, inside: str, name: str, folders: list[str]) -> Found | None:
        if name.startswith("."):
            return None
        path = f"{inside}/{name}" if inside else name
        suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a million Paths only for their suffix are dear
        try:
            seen = os.lstat(self._root / path)
        except OSError:  # Gone since the folder was listed, or not to be looked at.
            return Found(printable(path), error_code=NoAccess.code) if suffix in SCAN_SUFFIXES else None
        if stat.S_ISDIR(seen.st_mode):
            folders.append(path)
            return None
        if suffix not in SCAN_SUFFIXES | REFUSED_SUFFIXES:
            self.left_aside += 1
            self._tell(printable(path))
            return None
        if not stat.S_ISREG(seen.st_mode):
            return Found(printable(path), error_code=NotAFile.code)
        if printable(path) != path:
            return Found(printable(path), error_code=NameUnreadable.code)
        return Found(path, seen.st_size, modified_s=int(seen.st_mtime))


def printable(path: str) -> str:
    """A path that any database and page can hold; bytes that are no UTF-8 are written as ``\\xNN``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\x00", "\\x00")


def _sorted_names(folder: Path) -> Iterator[str]:
    """The names in a folder in their order; at most ``_NAMES_AT_ONCE`` of them are in memory."""
    names: list[str] = []
    stretches: list[Iterator[str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if len(names) >= _NAMES_AT_ONCE:
                stretches.append(_on_disk(sorted(names)))
                names = []
    return heapq.merge(*stretches, sorted(names))


def _on_disk(names: list[str]) -> Iterator[str]:
    """The names again, from a file that has no name itself and goes when it is read."""
    file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogateescape", newline="", prefix="sohoa-walk-")  # noqa: SIM115
    file.write("\0".join(names))
    file.seek(0)

    def read() -> Iterator[str]:
        rest = ""
        with file:
            while stretch := file.read(65_536):
                *whole, rest = (rest + stretch).split("\0")
                yield from whole
        if rest:
            yield rest

    return read()
