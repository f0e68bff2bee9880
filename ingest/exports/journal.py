"""How far an export has come, kept in its folder, so that one that was cut off goes on where it stood.

Rows are spooled to one file and the journal says how many bytes of it hold: what was written after the last note is cut
off when the export goes on. A finished export's journal stays beside it and says what is there.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from archive.outgoing import disk_errors, make_folder, write_whole
from certificate.errors import ExportConflict
from certificate.handed_on import Remark

NAME = "xuat.json"
SPOOL = ".xuat.part"
_UNFINISHED = re.compile(r"\..+\.[0-9a-f]{32}\.part")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an export stands: the last certificate's id, how many certificates and lines, how much of the spool."""

    format: str
    asked: Mapping[str, str]
    last_id: str = ""
    certificates: int = 0
    lines: int = 0
    spool_bytes: int = 0
    names: Mapping[str, int] = field(default_factory=dict)
    remarks: Sequence[Mapping[str, Any]] = ()
    finished: bool = False
    sha256: str = ""
    files: Sequence[str] = ()


class Journal:
    """The journal of one export folder."""

    def __init__(self, folder: Path, export_format: str, asked: Mapping[str, str]) -> None:
        """Open the folder for an export, a new one or the one that was cut off.

        Raises ``ExportConflict`` when the folder holds something else, or this export finished.
        """
        make_folder(folder)
        self.folder = folder
        self.progress = _begun(folder, export_format, asked)
        self.remarks = [Remark.from_json(dict(remark)) for remark in self.progress.remarks]
        self._names = dict(self.progress.names)
        with disk_errors("open", folder / SPOOL):
            if self.progress.spool_bytes and _size(folder / SPOOL) < self.progress.spool_bytes:
                raise ExportConflict(f"{folder / SPOOL}: mất một phần / has lost a part")
            self._spool: BinaryIO = (folder / SPOOL).open("ab")
            try:
                fcntl.flock(self._spool, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                self._spool.close()
                raise ExportConflict(f"{folder}: đang được xuất / another export is at work") from error
            self._spool.truncate(self.progress.spool_bytes)
            _tidy(folder)

    @property
    def is_resumed(self) -> bool:
        """Whether an earlier run began this export."""
        return bool(self.progress.last_id)

    def begin(self) -> None:
        """Note what is exported here before anything is, so that a run cut off in its first minute goes on, too."""
        if not self.is_resumed:
            self._keep()

    def write(self, lines: Sequence[bytes], *, counted: bool = True) -> None:
        """Add lines to the spool; a table's head does not count."""
        with disk_errors("write", self.spool_path()):
            for line in lines:
                self._spool.write(line + b"\n")
        if counted:
            self.progress = replace(self.progress, lines=self.progress.lines + len(lines))

    def times_named(self, name: str) -> int:
        """How often a file name has been asked for, this time included: two papers may bear one number."""
        self._names[name] = self._names.get(name, 0) + 1
        return self._names[name]

    def note(self, last_id: str, certificates: int) -> None:
        """Make everything so far hold, whatever happens next."""
        with disk_errors("write", self.spool_path()):
            self._spool.flush()
            os.fsync(self._spool.fileno())
        self.progress = replace(
            self.progress,
            last_id=last_id,
            certificates=self.progress.certificates + certificates,
            spool_bytes=self._spool.tell(),
            names=dict(self._names),
            remarks=[remark.to_json() for remark in self.remarks],
        )
        self._keep()

    def spooled(self) -> Iterator[bytes]:
        """The lines of the spool, in order."""
        with (self.folder / SPOOL).open("rb") as file:
            for line in file:
                yield line.rstrip(b"\n")

    def spool_path(self) -> Path:
        """Where the spool lies."""
        return self.folder / SPOOL

    def finish(self, files: Sequence[str], sha256: str) -> None:
        """Note that the export is whole."""
        self.close()
        self.progress = replace(self.progress, finished=True, files=list(files), sha256=sha256, names={})
        self._keep()
        with disk_errors("tidy", self.folder):
            (self.folder / SPOOL).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the spool; what was not noted is cut off when the export goes on."""
        with disk_errors("write", self.spool_path()):
            self._spool.close()

    def _keep(self) -> None:
        text = json.dumps(asdict(self.progress), ensure_ascii=False, indent=1)
        write_whole(self.folder / NAME, text.encode())


def _tidy(folder: Path) -> None:
    """Take away what a killed run was just writing: nobody else is at work here."""
    for path in folder.iterdir():
        if not _UNFINISHED.fullmatch(path.name):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _begun(folder: Path, export_format: str, asked: Mapping[str, str]) -> Progress:
    new = Progress(export_format, dict(asked))
    place = folder / NAME
    others = [path.name for path in folder.iterdir() if path.name != NAME and not path.name.endswith(".part")]
    if not place.exists():
        if others:
            raise ExportConflict(f"{folder}: {len(others)} tệp khác / other files")
        return new
    try:
        found = Progress(**json.loads(place.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ExportConflict(f"{place}: không đọc được / cannot be read") from error
    if found.finished:
        raise ExportConflict(f"{folder}: đã xuất xong / is finished")
    if not found.last_id and not others:
        return new  # One that was begun with a slip, and gave nothing.
    if (found.format, dict(found.asked)) != (new.format, dict(new.asked)):
        raise ExportConflict(f"{folder}: {found.format} {dict(found.asked)}")
    return found
