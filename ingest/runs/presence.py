"""Whether a run's files are really gone, or only the share on which they lie.

A share that is unmounted leaves its mount point behind, as an empty folder: taken for the truth, it would settle a
whole ledger as missing within minutes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from certificate.errors import FolderUnreachable


def check_there(folder: Path) -> None:
    """``FolderUnreachable`` unless a run's folder can be opened and holds anything."""
    try:
        if _is_empty(folder):
            raise FolderUnreachable("the folder is empty")
    except OSError as error:
        raise FolderUnreachable(error.strerror or "") from error


def are_away(folder: Path, files: Sequence[str], listed_at: datetime) -> bool:
    """Whether missing files went with the share that holds them, and were not removed.

    So it is where the folder that is left of the path to each of them does not answer, or is empty and was last changed
    before the files were listed in it: whoever removes a file changes the folder in which it lay.
    """
    return all(_is_mount_point(folder, path, listed_at.timestamp()) for path in files)


def _is_mount_point(root: Path, path: str, listed_at_s: float) -> bool:
    place = root / path
    try:
        while place != root:
            try:
                seen = place.lstat()
            except (FileNotFoundError, NotADirectoryError):
                place = place.parent
                continue
            if place == root / path:
                return False
            return seen.st_mtime < listed_at_s and _is_empty(place)
    except PermissionError:
        return False
    except OSError:
        return True
    return False


def _is_empty(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None
