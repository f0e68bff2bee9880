"""Scans with the truth about them: what a folder to be measured holds, drawn or labelled by hand.

The folder has ``truth.jsonl``, a line for each certificate, and the scans beside it or in ``scans/``; docs/accuracy.md
describes a line.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certificate.errors import LabelledSetInvalid
from certificate.record import Form
from certificate.text import nfc

TRUTH_FILE = "truth.jsonl"
# What a line that does not tell how it was scanned is counted under.
UNTOLD = "unknown"


@dataclass(frozen=True, slots=True)
class Truth:
    """What is printed on one certificate of a file: its form, how it was scanned, its fields by path."""

    source: str
    form: str
    capture: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A scan and the truth about every certificate in it."""

    path: Path
    source: str
    truths: tuple[Truth, ...]


def read_labelled(
    folder: Path, forms: Collection[str] = (), captures: Collection[str] = ()
) -> tuple[LabelledFile, ...]:
    """The files of a labelled folder in the order of its truth, only those of ``forms`` and ``captures`` where given.

    A file is taken when one of its certificates is wanted, with all of them. Raises ``LabelledSetInvalid`` naming the
    line, when anything is not as it should be: a set that is measured in part would be told as whole.
    """
    truths: dict[str, list[Truth]] = {}
    for number, line in enumerate(_lines(folder / TRUTH_FILE), 1):
        if line.strip():
            one = _truth(line, number)
            truths.setdefault(one.source, []).append(one)
    wanted = {
        source: found
        for source, found in truths.items()
        if any((not forms or one.form in forms) and (not captures or one.capture in captures) for one in found)
    }
    if not wanted:
        raise LabelledSetInvalid(f"{TRUTH_FILE}: no certificates")
    return tuple(LabelledFile(_place(folder, source), source, tuple(found)) for source, found in wanted.items())


def _lines(path: Path) -> list[str]:
    try:
        # Not splitlines(): a value may hold other signs that end lines.
        return path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise LabelledSetInvalid(f"{path.name}: not there") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LabelledSetInvalid(f"{path.name}: {error}") from error


def _truth(line: str, number: int) -> Truth:
    where = f"{TRUTH_FILE}, line {number}"
    try:
        told: Any = json.loads(line)
    except ValueError as error:
        raise LabelledSetInvalid(f"{where}: no JSON") from error
    if not isinstance(told, dict):
        raise LabelledSetInvalid(f"{where}: no object")
    source, form, capture, fields = (told.get(key) for key in ("source", "form", "capture", "fields"))
    if not isinstance(source, str) or not source:
        raise LabelledSetInvalid(f"{where}: source")
    if not isinstance(form, str) or form not in set(Form):
        raise LabelledSetInvalid(f"{where}: form {form!r}")
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise LabelledSetInvalid(f"{where}: fields must be texts by path")
    if any(not value.strip() for value in fields.values()):
        raise LabelledSetInvalid(f"{where}: an empty value; leave out what is not printed")
    return Truth(source, form, str(capture or UNTOLD), {path: nfc(value) for path, value in fields.items()})


def _place(folder: Path, source: str) -> Path:
    for path in (folder / source, folder / "scans" / source):
        if path.is_file():
            return path
    raise LabelledSetInvalid(f"{source}: no such file in {folder.name} or its scans")
