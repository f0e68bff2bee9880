"""The manifest of a run: a CSV that says which files are which certificate, and where the paper lies.

It is looked through to its end before the first of its lines is used: a quotation mark that is not closed would make
one name of all that follows it.
"""

from __future__ import annotations

import csv
import hashlib
import os
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import TextIO

from certificate.errors import InputMissing, ManifestInvalid, ManifestRepeats, NotAFile, TooManyPages
from ingest.runs.grouping import ledger_key, mark_of, size_within
from ingest.runs.presence import check_there
from ingest.runs.walking import Found, printable
from store.run_rows import FAULTY, NewInput

_COLUMNS = {
    "file": "file", "tệp": "file", "tep": "file", "path": "file",
    "reference": "reference", "số hiệu": "reference", "ma": "reference", "mã": "reference",
    "box": "box", "hộp": "box", "hop": "box",
    "shelf": "shelf", "kệ": "shelf", "ke": "shelf", "giá": "shelf",
}  # fmt: skip
_HEADING_LETTERS = 10_000
# Names of folders that are kept in memory while lines name files in them by other letters.
_NAMES_AT_ONCE = 100_000


class Manifest:
    """A manifest and the folder that it lists. Gone through once, it knows which files it names."""

    def __init__(self, path: Path, folder: Path, most_files: int) -> None:
        self._path = path
        self._folder = folder
        self._most_files = most_files
        self._named: set[int] = set()
        self._there = _Names(folder)

    def __iter__(self) -> Iterator[NewInput]:
        """The inputs: neighbouring lines of one reference are one certificate.

        Columns ``file``, ``reference``, ``box``, ``shelf`` in any order, the last three if known. A file that lacks or
        lies elsewhere is an input of its own with the reason. Raises ``FolderUnreachable`` and ``ManifestInvalid``
        before anything is yielded.
        """
        # Of a mount point without its share every line would name a file that lacks.
        check_there(self._folder)
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                for _ in _lines(file):
                    pass
                file.seek(0)
                yield from self._inputs(_lines(file))
        except UnicodeDecodeError as error:
            raise ManifestInvalid("not UTF-8") from error
        except OSError as error:
            raise ManifestInvalid(error.strerror or "cannot be opened") from error

    def names(self, found: Found) -> bool:
        """Whether one of the lines gone through so far names this file."""
        return _mark(found.path) in self._named

    def _inputs(self, lines: Iterator[tuple[int, dict[str, str]]]) -> Iterator[NewInput]:
        seen: set[int] = set()
        # Without a reference each line is a certificate of its own.
        for _, members in groupby(lines, key=lambda item: item[1].get("reference") or f"\0{item[0]}"):
            group = list(members)
            made = self._together([line for _, line in group])
            mark = _mark(made.key)
            if mark in seen:
                key = ledger_key(f"{made.key} (dòng {group[0][0]})")
                made = replace(made, key=key, error_code=ManifestRepeats.code)
            seen.add(mark)
            yield made

    def _together(self, lines: list[dict[str, str]]) -> NewInput:
        first = lines[0]
        files: list[Found] = []
        error = None
        for line in lines:
            path = printable(PurePosixPath(line.get("file", "").replace("\\", "/")).as_posix())
            try:
                found = self._there.find(path)
            except (InputMissing, NotAFile) as refusal:
                error = error or refusal.code
                found = Found(path, error_code=refusal.code)
            self._named.add(_mark(found.path))
            files.append(found)
        if len(files) > self._most_files:
            error = TooManyPages.code
        reference = first.get("reference") or None
        return NewInput(
            ledger_key(reference or files[0].path),
            tuple(each.path for each in files[: self._most_files + 1]),
            sum(each.size_bytes for each in files),
            reference,
            first.get("box") or None,
            first.get("shelf") or None,
            error,
            None if any(each.error_code for each in files) else mark_of(files),
            next((f"{FAULTY}{each.path}" for each in files if each.error_code), None) if len(files) > 1 else None,
        )


class _Names:
    """Finds files by names that another system may have written in its own way.

    Where no file has exactly the name it is the only one that differs in nothing but capital letters and in how its
    accents are written: some write «ế» as three letters, and Windows takes A.JPG for a.jpg.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[Path, dict[int, str]] = {}

    def find(self, path: str) -> Found:
        """The plain file, by the name that it has in the folder; ``InputMissing``, ``NotAFile``."""
        try:
            size = size_within(self._folder, path)
        except InputMissing:
            path = self._as_there(path)
            size = size_within(self._folder, path)
        return Found(path, size, modified_s=int(os.lstat(self._folder / path).st_mtime))

    def _as_there(self, path: str) -> str:
        at = self._folder
        for part in PurePosixPath(path).parts:
            name = part if os.path.lexists(at / part) else self._names_in(at).get(_mark(_folded(part)))
            if not name:
                raise InputMissing(path)
            at /= name
        return at.relative_to(self._folder).as_posix()

    def _names_in(self, folder: Path) -> dict[int, str]:
        if folder in self._names:
            return self._names[folder]
        while self._names and sum(map(len, self._names.values())) > _NAMES_AT_ONCE:
            self._names.pop(next(iter(self._names)))
        names: dict[int, str] = {}
        # What is no folder has no names; links are not followed.
        if not folder.is_symlink():
            with suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    mark = _mark(_folded(entry.name))
                    # Two that are alike: nobody guesses.
                    names[mark] = "" if mark in names else entry.name
        self._names[folder] = names
        return names


def _lines(file: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines that name something, with the number of each in the file; ``ManifestInvalid`` names the line."""
    heading = file.readline(_HEADING_LETTERS)
    delimiter = max(",;\t", key=heading.count)
    try:
        names = [_COLUMNS.get(name.strip().lower()) for name in next(csv.reader([heading], delimiter=delimiter), [])]
    except csv.Error as error:
        raise ManifestInvalid("dòng 1") from error
    if "file" not in names:
        raise ManifestInvalid("không có cột «file» / no column “file”")
    rows = csv.reader(file, delimiter=delimiter, strict=True)
    while True:
        number = rows.line_num + 2
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise ManifestInvalid(
                f"dòng {number}: dấu ngoặc kép không khép / a quotation mark is not closed"
            ) from error
        if row is None:
            return
        line = {name: value.strip() for name, value in zip(names, row, strict=False) if name}
        if any("\n" in value or "\r" in value for value in line.values()):
            raise ManifestInvalid(f"dòng {number}: có dấu xuống dòng trong một ô / a line break within a cell")
        if any(value.strip() for value in row):
            yield number, line


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _mark(text: str) -> int:
    """A number for a text, of eight bytes: a million of them are kept at a time."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest())
