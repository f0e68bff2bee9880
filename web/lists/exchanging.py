"""Gathers what the page of lists shows, and carries workbooks between the browser and the use case."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.datastructures import FileStorage

from ingest import registry_lists
from ingest.accounts import UserRow
from ingest.office import Office
from ingest.registry_lists import ImportReport, ListSent
from web import language
from web.words import on_the_clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the page shows before anything is asked: whether there is a line, and which lists went out last."""

    has_line: bool
    sent: Sequence[ListSent]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a list that came back; ``rows`` are those left out, by number and in words."""

    report: ImportReport
    rows: Sequence[tuple[int, str]]
    only_checked: bool


def exchange(office: Office) -> Exchange:
    """The page as it opens."""
    return Exchange(office.settings.registry_line, registry_lists.lists_sent(office, _SHOWN))


def file_name() -> str:
    """What the downloaded list is called."""
    return f"doi-chieu-dan-cu-{on_the_clock(datetime.now(UTC), 'yyyyMMdd-HHmm')}.xlsx"


def exported(office: Office, user: UserRow, form: Mapping[str, str]) -> bytes | None:
    """The workbook, or ``None`` where there is nobody to ask about. It leaves no copy on the disk."""
    with tempfile.TemporaryDirectory(prefix="sohoa-list-") as folder:
        path = Path(folder) / "list.xlsx"
        report = registry_lists.export_list(
            office, path, user.name, why=form.get("why", "").strip(), again="again" in form
        )
        return path.read_bytes() if report.lines else None


def taken_back(office: Office, user: UserRow, file: FileStorage, form: Mapping[str, str]) -> Found:
    """What became of the list that was sent in, each row's fault in the person's language."""
    only_check = "check" in form
    officer = form.get("officer", "").strip() or user.officer_code or user.name
    with tempfile.TemporaryDirectory(prefix="sohoa-list-") as folder:
        path = Path(folder) / "list.xlsx"
        file.save(path)
        report = registry_lists.import_answers(office, path, officer, dry_run=only_check)
    english = language.language() == "en"
    rows = [(error.row, registry_lists.row_words(error, english=english)) for error in report.errors]
    return Found(report, rows, only_check)
