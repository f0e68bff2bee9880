"""From files to certificates: the rules by which a run forms its inputs.

Streams in, streams out; opens no file.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path, PurePosixPath

from certificate.errors import InputMissing, NotAFile, TooManyPages
from ingest.runs.walking import Found
from store.run_rows import GAP, NewInput


class Rule(StrEnum):
    """How files form certificates."""

    FILE = "file"
    NUMBERED = "numbered"
    FOLDER = "folder"
    MANIFEST = "manifest"


# A number at the end of a name, told off by an underscore, a hyphen, a space or brackets. Longer ones are register
# numbers or years, not pages.
_NUMBERED = re.compile(r"(?P<base>.*\S)\s*(?:[_\-\s]|(?P<open>\())\s*(?P<number>\d{1,3})(?(open)\))", re.DOTALL)
_KEY_BYTES = 600
_NUMBERS_TOLD = 20
_DIGITS = re.compile(r"(\d+)")


def grouped(found: Iterable[Found], rule: Rule, most_files: int) -> Iterator[NewInput]:
    """The walk's files as inputs; a group of more than ``most_files`` files is refused rather than cut."""
    match rule:
        case Rule.FILE:
            yield from (_alone(each) for each in found)
        case Rule.NUMBERED:
            for _, members in groupby(found, key=lambda each: each.folder):
                yield from _numbered(members, most_files)
        case Rule.FOLDER:
            for folder, members in groupby(found, key=lambda each: each.folder):
                yield from _folder(folder, members, most_files)
        case Rule.MANIFEST:
            raise ValueError("a manifest is read by ingest.runs.manifest")


def _alone(each: Found) -> NewInput:
    mark = None if each.error_code else mark_of([each])
    return NewInput(ledger_key(each.path), (each.path,), each.size_bytes, error_code=each.error_code, mark=mark)


def _numbered(members: Iterable[Found], most_files: int) -> Iterator[NewInput]:
    """Files of one folder, those that differ in a number at the end together: ``A_1.jpg``, ``A_2.jpg``.

    A group counts from 0 or 1 without a gap or a repetition; else its files stand alone, because a page may be
    missing or the numbers may mean something else.
    """
    # The walk gives names in their order: A_1, A_10, A_2, B. A group ends where the base of the names changes;
    # files that come in between (A_1b) hold it open no longer than the folder does.
    waiting: dict[str, list[tuple[int, Found]]] = {}
    for each in members:
        base, number = _base_and_number(each.name)
        if number is None or each.error_code:
            yield _alone(each)
            continue
        # A base is done for good once a name comes that is greater than anything it can begin.
        for done in [other for other in waiting if not each.name.startswith(other) and each.name > other]:
            yield from _page_group(done, waiting.pop(done), most_files)
        waiting.setdefault(base, []).append((number, each))
    for base, pages in waiting.items():
        yield from _page_group(base, pages, most_files)


def _base_and_number(name: str) -> tuple[str, int | None]:
    stem = PurePosixPath(name).stem
    match = _NUMBERED.fullmatch(stem)
    return (match["base"], int(match["number"])) if match else (stem, None)


def _page_group(base: str, pages: list[tuple[int, Found]], most_files: int) -> Iterator[NewInput]:
    pages.sort(key=lambda page: (page[0], page[1].name))
    numbers = [number for number, _ in pages]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 1:
        # From a higher number on they count papers and not pages.
        remark = f"{GAP}{','.join(map(str, numbers[:_NUMBERS_TOLD]))}" if len(pages) > 1 and numbers[0] <= 2 else None
        yield from (replace(_alone(each), remark=remark) for _, each in pages)
        return
    files = [each for _, each in pages]
    folder = files[0].folder
    yield _together(f"{folder}/{base}" if folder else base, files, most_files)


def _folder(folder: str, members: Iterable[Found], most_files: int) -> Iterator[NewInput]:
    """A folder's own files as one certificate, in the order of their numbers; those that cannot be taken, apart."""
    files: list[Found] = []
    for each in members:
        if each.error_code:
            yield _alone(each)
        elif len(files) <= most_files:
            files.append(each)
    if files:
        yield _together(folder or ".", sorted(files, key=lambda each: _natural(each.name)), most_files)


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """A key by which ``2.jpg`` comes before ``10.jpg``."""
    parts = _DIGITS.split(name)
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts if part]


def _together(name: str, files: list[Found], most_files: int) -> NewInput:
    paths = tuple(each.path for each in files)
    too_many = len(paths) > most_files
    return NewInput(
        ledger_key(name),
        paths[: most_files + 1],
        sum(each.size_bytes for each in files),
        error_code=TooManyPages.code if too_many else None,
        mark=mark_of(files),
    )


def mark_of(files: Iterable[Found]) -> str:
    """What tells these files, in their order, from what they were before: names, sizes, times."""
    told = "\0".join(f"{each.path}\0{each.size_bytes}\0{each.modified_s}" for each in files)
    return hashlib.blake2b(told.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def ledger_key(name: str) -> str:
    """The name as the ledger keeps it: whole, or cut and told apart by a hash where an index could not hold it."""
    raw = name.encode()
    if len(raw) <= _KEY_BYTES:
        return name
    return f"{raw[:_KEY_BYTES].decode(errors='ignore')}…{hashlib.sha256(raw).hexdigest()[:16]}"


def size_within(folder: Path, path: str) -> int:
    """The size of a plain file below the folder; ``InputMissing``, or ``NotAFile`` for links and what lies outside."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        raise NotAFile(path)
    at = folder
    try:
        for part in parts[:-1]:
            at = at / part
            if not stat.S_ISDIR(os.lstat(at).st_mode):
                raise NotAFile(path)
        seen = os.lstat(at / parts[-1])
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise InputMissing(path) from error
    except OSError as error:
        raise InputMissing(error.strerror or path) from error
    if not stat.S_ISREG(seen.st_mode):
        raise NotAFile(path)
    return seen.st_size
