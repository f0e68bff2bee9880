"""``sohoa registry``: the mock of the population registry, as a service, and its citizens."""

from __future__ import annotations

from pathlib import Path

import click

from ingest.commands.common import as_json, print_json, settings_of

_CITIZENS = "registry.db"


@click.group()
def registry() -> None:
    """Dữ liệu dân cư mô phỏng.

    The mock population registry: a service of its own that answers from a table of citizens.
    """


@registry.command(short_help="Chạy dịch vụ.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ.  Address.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Cổng; 0: tự chọn.  Port; 0: a free one.")
@click.option("--officer", "officers", multiple=True, help="Chỉ nhận các mã cán bộ này.  Only these officers' codes.")
@click.pass_context
def serve(context: click.Context, host: str, port: int, officers: tuple[str, ...]) -> None:
    """Trả lời tra cứu dân cư cho đến khi bị dừng.

    Answer look-ups until stopped. The key is the office's own; the address stands in run/registry.url of the home
    folder, where workers find it.
    """
    from ingest.office import registry_address_file, registry_key
    from registry.serve import serve as serve_registry

    settings = settings_of(context)
    address = registry_address_file(settings)
    address.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    serve_registry(
        host,
        port,
        settings.home / _CITIZENS,
        registry_key(settings),
        officers=frozenset(officers) or None,
        ready_file=address,
    )


@registry.command(short_help="Nạp công dân từ tệp CSV.")
@click.argument("csv_path", metavar="CSV", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@click.pass_context
def load(context: click.Context, csv_path: Path, *, json_wanted: bool) -> None:
    """Nạp công dân từ tệp CSV; nạp lại thì thay người đã có.

    Load citizens: citizen_id, old_id, full_name, birth_date, gender, address, status. Rows that cannot be right are
    left out and told.
    """
    from registry.citizens_table import load_csv

    settings = settings_of(context)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        report = load_csv(csv_path, settings.home / _CITIZENS)
    except (ValueError, UnicodeDecodeError) as error:
        raise click.BadParameter(str(error), ctx=context, param_hint="CSV") from error
    if json_wanted:
        refused = [{"line": line, "reason": reason} for line, reason in report.reasons]
        print_json({"loaded": report.loaded, "refused": report.refused, "reasons": refused})
        return
    click.echo(f"Đã nạp {report.loaded} công dân, bỏ qua {report.refused} dòng. (loaded, left out)")
    for line, reason in report.reasons:
        click.echo(f"  dòng {line}: {reason}")
