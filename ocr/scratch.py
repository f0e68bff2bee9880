"""Where a reader and its engines put their passing files: folders of its own, gone with it however it ended.

A reader that is killed cannot tidy up; whoever owns it does, and what a killed owner left behind is swept by the next.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - memory-backed on Linux; the files live in private folders there.
# The name under which a reader finds its folder for line images.
VARIABLE = "SOHOA_SCRATCH"
_PREFIX = "sohoa-reader-"
_OWNED = re.compile(rf"{_PREFIX}(\d+)-.+")


@dataclass(frozen=True, slots=True)
class Scratch:
    """A reader's folders: ``memory`` for what is read at once, ``disk`` for everything else."""

    memory: Path
    disk: Path

    @classmethod
    def make(cls) -> Scratch:
        """New folders that belong to this process."""
        prefix = f"{_PREFIX}{os.getpid()}-"
        memory = MEMORY_FOLDER if os.access(MEMORY_FOLDER, os.W_OK) else None
        return cls(Path(tempfile.mkdtemp(prefix=prefix, dir=memory)), Path(tempfile.mkdtemp(prefix=prefix)))

    def environment(self) -> dict[str, str]:
        """What tells a reader, and all that it starts, where its files go."""
        return {VARIABLE: str(self.memory), "TMPDIR": str(self.disk)}

    def remove(self) -> None:
        """Remove the folders with all that is left in them."""
        for folder in (self.memory, self.disk):
            shutil.rmtree(folder, ignore_errors=True)


def sweep() -> int:
    """Remove the folders of owners that live no more and say how many there were."""
    removed = 0
    for parent in {MEMORY_FOLDER, Path(tempfile.gettempdir())}:
        for folder in parent.glob(f"{_PREFIX}*") if parent.is_dir() else ():
            owner = _OWNED.fullmatch(folder.name)
            with suppress(OSError):
                if owner and folder.stat().st_uid == os.getuid() and not Path(f"/proc/{owner[1]}").exists():
                    shutil.rmtree(folder, ignore_errors=True)
                    removed += 1
    return removed


def line_folder() -> Path | None:
    """Where line images go: the reader's own folder, else memory-backed storage where there is any."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    return MEMORY_FOLDER if os.access(MEMORY_FOLDER, os.W_OK) else None
