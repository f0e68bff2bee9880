"""What the commands share: the home folder, how answers and errors are written, where scans are looked for.

Answers go to standard output, everything else to standard error. Help and messages are Vietnamese first, then English.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from certificate.errors import SohoaError
from certificate.record import Decision, Record
from ingest.scan_names import REFUSED_SUFFIXES, SCAN_SUFFIXES
from ingest.settings import Settings, load

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ingest.office import Office

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "json_wanted", is_flag=True, help="In JSON cho máy đọc.  Print JSON for machines.")


@dataclass(frozen=True, slots=True)
class Invocation:
    """What was said before the command's name: the home folder and whether causes of errors are wanted."""

    home: Path | None = None
    debug: bool = False


def invocation_of(context: click.Context) -> Invocation:
    """What was said before this command's name."""
    return context.find_object(Invocation) or Invocation()


def settings_of(context: click.Context, **given: Any) -> Settings:
    """The settings for this call; ``SettingsInvalid`` names everything that is wrong with them."""
    return load(invocation_of(context).home, **given)


def open_office(context: click.Context, *, may_begin: bool = False) -> Office:
    """The office of the home folder, with its log on standard error kept to warnings.

    Only a command that puts something in ``may_begin`` an office where there is none; the others raise ``NoOffice``.
    """
    import logging

    from ingest.logs import set_up
    from ingest.office import Office

    set_up(json_lines=False, level=logging.WARNING)
    return Office.open(settings_of(context), may_begin=may_begin)


def print_json(value: object) -> None:
    """One JSON value on a line of its own, out at once so that a reader of the pipe need not wait."""
    click.echo(json.dumps(value, ensure_ascii=False))


def console(*, stderr: bool = False) -> Console:
    """Where tables and progress are drawn; as wide as the terminal, or 140 letters in a pipe."""
    from rich.console import Console

    width = None if os.isatty(2 if stderr else 1) or "COLUMNS" in os.environ else 140
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False)


def say(text: str) -> None:
    """One line for the person at the screen, on standard error."""
    click.echo(text, err=True)


def explain(error: SohoaError) -> None:
    """Tell what is wrong and what to do, without a traceback."""
    detail = f" ({error.detail})" if error.detail and error.detail != error.code else ""
    say(click.style("Lỗi: ", fg="red", bold=True) + f"{error.message}{detail}")
    say(f"{error.advice}")
    say(click.style(f"[{error.code}] {error.message_en} {error.advice_en}", dim=True))


def who_runs_this() -> str:
    """The name under which a command's deeds are noted: that of the system's user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # A user without a name, as in some containers.
        return str(os.getuid())


def find_scans(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Every file to read with the name it goes by: its own name, or its place in the folder that was given.

    Files that were named are taken whatever they are; folders are searched to their depth, in the order of names, for
    files that look like scans by their suffix. Hidden files are left alone.
    """
    for given in paths:
        if given.is_dir():
            for path in sorted(_files_below(given), key=lambda path: path.relative_to(given).parts):
                yield path, path.relative_to(given).as_posix()
        else:
            yield given, given.name


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in SCAN_SUFFIXES | REFUSED_SUFFIXES:
                yield Path(parent) / name


def record_table(record: Record, title: str) -> Table:
    """A record as a table for a person: what each field is called, its value and how sure it is."""
    from rich.table import Table

    from certificate.wording import FORMS

    table = Table(title=f"{plain(title)}: {FORMS[record.form]}", title_justify="left", title_style="bold")
    table.add_column("Mục")
    table.add_column("Giá trị", overflow="fold")
    table.add_column("Tin cậy", justify="right")
    table.add_column("")
    for path, field in record.fields.items():
        sure = field.decision is Decision.ACCEPT
        mark = "[green]✓[/]" if sure else "[yellow]? xem lại[/]"
        value = "[dim](không đọc được)[/]" if field.value is None else plain(field.value)
        table.add_row(field_name(path), value, f"{int(field.confidence * 100)} %", mark)
    return table


def field_name(path: str) -> str:
    """What a field is called on the papers, with its numbers from the second on: ``Họ và tên 2``."""
    from certificate.labels import field_label

    try:
        label = field_label(path)
    except KeyError:  # A field of a later release.
        return path
    numbers = [str(int(part) + 1) for part in path.split(".") if part.isdigit()]
    return f"{label} {'.'.join(numbers)}" if any(number != "1" for number in numbers) else label


def plain(text: str) -> str:
    """Text as it stands, for a table or line in which square brackets mean styles."""
    from rich.markup import escape

    return escape(text)


class ScanPath(click.ParamType[Path]):
    """A file or folder that is there."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if not path.exists():
            self.fail(f"không có tệp hay thư mục nào tên «{value}» / there is no such file or folder", param, ctx)
        if not path.is_dir() and not path.is_file():
            self.fail(f"«{value}» không phải tệp hay thư mục / is neither a file nor a folder", param, ctx)
        return path
