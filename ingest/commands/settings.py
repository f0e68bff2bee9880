"""``sohoa settings``: everything an office can set, with the values in force."""

from __future__ import annotations

from dataclasses import fields

import click

from ingest.commands.common import as_json, console, plain, print_json, settings_of
from ingest.settings import FILE_NAME, Settings, describe

# Passwords may stand in these.
_SECRET = frozenset({"registry_api_key"})
_URLS = frozenset({"database_url", "redis_url", "blobs_url", "registry_url"})


@click.command(short_help="Mọi mục cấu hình và giá trị.")
@as_json
@click.pass_context
def settings(context: click.Context, *, json_wanted: bool) -> None:
    """Mọi mục cấu hình: giá trị đang dùng, mặc định, đơn vị, ý nghĩa.

    Every setting: the value in force, default, unit and meaning. Set them in sohoa.toml in the home folder or as
    SOHOA_NAME in the environment; the environment wins.
    """
    found = settings_of(context)
    values = {f.name: _shown(f.name, getattr(found, f.name)) for f in fields(Settings)}
    if json_wanted:
        for name, default, unit, help_text in describe():
            print_json({"name": name, "value": values[name], "default": default, "unit": unit, "help": help_text})
        return
    from rich.table import Table

    table = Table()
    for column in ("Mục", "Giá trị", "Mặc định", "Đơn vị", "Ý nghĩa"):
        table.add_column(column, overflow="fold")
    for name, default, unit, help_text in describe():
        value = values[name]
        style = "bold" if value != default else ""
        table.add_row(name, plain(value), plain(default), unit, plain(help_text), style=style)
    console().print(table)
    click.echo(f"Tệp: {found.home / FILE_NAME}")


def _shown(name: str, value: object) -> str:
    text = str(value)
    if not text:
        return ""
    if name in _SECRET:
        return "***"
    if name in _URLS and "@" in text:
        scheme, _, rest = text.partition("://")
        return f"{scheme}://***@{rest.rpartition('@')[2]}"
    return text
