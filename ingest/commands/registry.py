"""``sohoa registry``: the mock of the population registry, its citizens, and the lists of offices without a line."""

from __future__ import annotations

from pathlib import Path

import click

from ingest.commands.common import as_json, open_office, print_json, settings_of, who_runs_this

_CITIZENS = "registry.db"


@click.group()
def registry() -> None:
    """Đối chiếu dân cư: dịch vụ mô phỏng, và danh sách cho nơi chưa có đường truyền.

    The mock population registry, a service of its own that answers from a table of citizens; and lists for offices
    without a line.
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
    from ingest.home import registry_address_file, registry_key
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


@registry.command("export-list", short_help="Xuất danh sách cần đối chiếu.")
@click.argument("xlsx_path", metavar="XLSX", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--again", is_flag=True, help="Cả dòng đã có trả lời.  Lines that were answered before, too.")
@click.option("--why", default="", help="Lý do, ghi vào nhật ký.  The reason, which is noted.")
@as_json
@click.pass_context
def export_list(context: click.Context, xlsx_path: Path, why: str, *, again: bool, json_wanted: bool) -> None:
    """Xuất người chưa khớp dân cư ra tệp Excel để gửi cơ quan công an đối chiếu.

    Write the owners that the registry has not confirmed into a workbook, for offices without a line. It holds identity
    numbers in full; that it went out is noted.
    """
    from ingest.registry_lists import export_list as write

    if not xlsx_path.parent.is_dir():
        raise click.BadParameter(str(xlsx_path.parent), ctx=context, param_hint="XLSX")
    with open_office(context) as office:
        report = write(office, xlsx_path, who_runs_this(), why=why, again=again)
    if json_wanted:
        print_json(report.to_json())
        return
    click.echo(f"Đã ghi {report.lines} người vào {xlsx_path.name}. (owners written)")
    if report.answered_before:
        click.echo(f"Bỏ qua {report.answered_before} người đã có trả lời; --again để ghi cả họ. (answered before)")


@registry.command("import-answers", short_help="Nhập danh sách đã điền.")
@click.argument("xlsx_path", metavar="XLSX", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--officer", help="Mã cán bộ đã trả lời.  Code of the officer who answered.")
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì.  Only check, keep nothing.")
@as_json
@click.pass_context
def import_answers(
    context: click.Context, xlsx_path: Path, officer: str | None, *, dry_run: bool, json_wanted: bool
) -> None:
    """Nhập danh sách đối chiếu đã điền; hồ sơ có trả lời được kiểm tra lại ngay.

    Take a filled list back. Rows that cannot be right are told by their number and left out; taking the same list in
    again changes nothing. Scans with an answer are checked anew.
    """
    from ingest.registry_lists import import_answers as take

    with open_office(context) as office:
        report = take(office, xlsx_path, officer or who_runs_this(), dry_run=dry_run)
    if json_wanted:
        print_json(report.to_json())
        return
    click.echo(
        f"Trả lời mới: {report.answered}; đã biết: {report.known_before}; còn trống: {report.open_lines}; "
        f"dòng lỗi: {len(report.errors)}; hồ sơ kiểm tra lại: {report.scans}."
        " (answers, known, open, wrong rows, scans checked anew)"
    )
    for error in report.errors:
        told = error.to_json()
        click.echo(f"  dòng {told['row']}: {told['message']} [{told['code']}]")


@registry.command(short_help="Cho hồ sơ đang chờ hỏi lại ngay.")
@as_json
@click.pass_context
def wake(context: click.Context, *, json_wanted: bool) -> None:
    """Cho mọi hồ sơ đang chờ dữ liệu dân cư hỏi lại ngay, lần lượt, như sau khi sửa khóa hoặc đường truyền.

    Let every scan that waits for the registry ask again now, one after another: after a wrong key was put right, say.
    They would find out by themselves, only later.
    """
    from ingest.waiting import wake as wake_all

    with open_office(context) as office:
        woken = wake_all(office)
    if json_wanted:
        print_json({"woken": woken})
    else:
        click.echo(f"{woken} hồ sơ hỏi lại ngay. (scans ask again now)")
