"""What the commands that measure share: writing a table into its page of the docs, and telling how it was made."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable
from pathlib import Path

import click
from click.core import ParameterSource

from ingest.commands.common import print_json

docs_option = click.option(
    "--docs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Ghi bảng vào trang tài liệu này.  Write the table into this page of the docs.",
)


def tell_table(lines: Iterable[str], json_value: object, docs: Path | None, name: str, *, json_wanted: bool) -> None:
    """Print the table, or JSON where that is wanted; and write it between the marks ``name`` of the page ``docs``."""
    text = list(lines)
    write_table(text, docs, name)
    if json_wanted:
        print_json(json_value)
    else:
        click.echo("\n".join(text))


def write_table(lines: Iterable[str], docs: Path | None, name: str) -> None:
    """Write the table between the marks ``name`` of the page ``docs``, if a page was named."""
    from ingest.bench.docs import replace_block

    if docs is not None:
        check_place(docs, name)
        replace_block(docs, name, lines)


def check_place(docs: Path, name: str) -> None:
    """Refuse a page without the marks ``name``: asked before measuring, which may take half an hour."""
    from ingest.bench.docs import has_block

    if not has_block(docs, name):
        marks = f"<!-- {name} --> … <!-- /{name} -->"
        raise click.UsageError(f"{docs.name}: không có chỗ cho bảng / has no place for the table: {marks}")


def told_command(context: click.Context, left_out: Collection[str] = ()) -> str:
    """The command as it was given, for the table that it made: without what tells only where the answer goes.

    Folders outside of the one where the command runs are told by their last name: the docs hold no paths of a machine.
    """
    words = context.command_path.split()
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name)
        if name in left_out or given is not ParameterSource.COMMANDLINE or not isinstance(parameter, click.Option):
            continue
        option, value = parameter.opts[0], context.params[name]
        if parameter.is_flag:
            words.append(option)
            continue
        for one in value if parameter.multiple else (value,):
            words += [option, one.name if isinstance(one, Path) and one.is_absolute() else str(one)]
    return shlex.join(words)
