"""A command that was typed wrongly, told as all errors are: a sentence, an advice, a code, and how it is typed.

Click's own errors are English sentences. Its classes say what is wrong, and that is worded here; its sentence follows
for whoever reads English.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from certificate.errors import CommandInvalid
from ingest.commands.common import explain, say

# Between the Vietnamese and the English half of a message of our own commands.
_BOTH = " / "


@contextmanager
def in_our_words() -> Iterator[None]:
    """Tell in our words what click finds wrong within the block; a command that only asks for its help stays so."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.ClickException as error:
        raise _Told(error) from error


class _Told(click.UsageError):
    """An error of click in our words."""

    def __init__(self, error: click.ClickException) -> None:
        super().__init__(error.format_message(), getattr(error, "ctx", None))
        self._error = CommandInvalid(_in_words(error))

    def show(self, file: IO[Any] | None = None) -> None:
        """Tell it on standard error."""
        del file
        if self.ctx is not None:
            pieces = " ".join(self.ctx.command.collect_usage_pieces(self.ctx))
            say(f"Cách gõ / usage: {self.ctx.command_path} {pieces}")
        explain(self._error)


def _in_words(error: click.ClickException) -> str:
    """What is wrong with the command, in Vietnamese and English."""
    if _BOTH in error.message:
        return _named(error) + error.message
    return f"{_in_vietnamese(error)}{_BOTH}{error.format_message()}"


def _in_vietnamese(error: click.ClickException) -> str:
    match error:
        case click.NoSuchCommand():
            return f"không có lệnh «{error.command_name}»{_alike(error.command_name, _commands(error.ctx))}"
        case click.NoSuchOption():
            return f"không có tùy chọn «{error.option_name}»{_alike(error.option_name, error.possibilities or [])}"
        case click.MissingParameter():
            return f"thiếu {_kind(error)}{_named(error).rstrip(': ')}"
        case click.BadOptionUsage():
            return f"tùy chọn «{error.option_name}» thiếu giá trị hoặc không nhận giá trị"
        case click.BadParameter():
            return f"{_named(error)}{_wanted(error.param.type if error.param else None)}"
        case click.FileError():
            return f"không mở được tệp «{error.ui_filename}»"
        case _:
            return "thừa hoặc sai tham số"


def _commands(context: click.Context | None) -> list[str]:
    if context is None or not isinstance(context.command, click.Group):
        return []
    return context.command.list_commands(context)


def _kind(error: click.BadParameter) -> str:
    return "tùy chọn " if isinstance(error.param, click.Option) else "tham số "


def _named(error: click.ClickException) -> str:
    """The parameter that is at fault, as it is typed, before what is said about it."""
    if not isinstance(error, click.BadParameter):
        return ""
    if error.param is None:
        hint = error.param_hint or ""
        return f"{hint if isinstance(hint, str) else ', '.join(hint)}: " if hint else ""
    if isinstance(error.param, click.Option):
        return f"«{max(error.param.opts, key=len)}»: "
    return f"«{error.param.make_metavar(error.ctx) if error.ctx else error.param.name}»: "


def _wanted(kind: click.ParamType[Any] | None) -> str:
    match kind:
        case click.Choice():
            return f"chọn một trong: {', '.join(map(str, kind.choices))}"
        case click.IntRange() | click.FloatRange():
            least = f" từ {kind.min}" if kind.min is not None else ""
            return f"cần một số{least}{f' đến {kind.max}' if kind.max is not None else ''}"
        case click.Path() if not kind.dir_okay:
            return "cần một tệp có sẵn và đọc được" if kind.exists else "cần một tệp, không phải thư mục"
        case click.Path() if not kind.file_okay:
            return "cần một thư mục có sẵn và mở được" if kind.exists else "cần một thư mục, không phải tệp"
        case click.Path():
            return "cần một tệp hoặc thư mục có sẵn và đọc được"
        case click.DateTime():
            return f"cần ngày giờ viết theo dạng {kind.formats[0]}"
        case _:
            return "giá trị không dùng được"


def _alike(typed: str, known: list[str]) -> str:
    near = difflib.get_close_matches(typed, known)
    return f"; có phải {' hoặc '.join(f'«{name}»' for name in near)}?" if near else ""
