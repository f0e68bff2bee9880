"""``sohoa bench search`` and ``sohoa bench workbook``: how quickly certificates are found and handed on."""

from __future__ import annotations

from pathlib import Path

import click

from ingest.commands.common import as_json, console, print_json


@click.command("search", short_help="Tốc độ tìm kiếm.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--records",
    type=click.IntRange(1),
    default=1_000_000,
    show_default=True,
    help="Số giấy trong kho thử.  Certificates in the made-up archive.",
)
@click.option(
    "--rounds", type=click.IntRange(1), default=40, show_default=True, help="Số lần hỏi.  Times each is asked."
)
@click.option("--database", "database_url", default="", help="PostgreSQL thay cho SQLite.  PostgreSQL by URL instead.")
@click.option("--seed", type=int, default=1, show_default=True, help="Số gieo.  The seed to make up from.")
@as_json
def search_speed(folder: Path, records: int, rounds: int, database_url: str, seed: int, *, json_wanted: bool) -> None:
    """Lập một kho thử trong thư mục rồi đo thời gian tìm theo từng cách hỏi.

    Make an archive up in a folder and time every kind of question on it.
    """
    from ingest.bench_search import as_json as figures
    from ingest.bench_search import bench_search

    timings = bench_search(
        records,
        folder,
        database_url=database_url,
        rounds=rounds,
        seed=seed,
        told=lambda count: click.echo(f"  {count}", err=True) if count % 100_000 == 0 else None,
    )
    if json_wanted:
        for line in figures(timings):
            print_json(line)
        return
    from rich.table import Table

    table = Table(title=f"{records} giấy / certificates")
    for name in ("Câu hỏi", "p50 ms", "p95 ms", "chậm nhất ms", "p95 CPU ms", "số giấy"):
        table.add_column(name)
    for timing in timings:
        table.add_row(
            timing.name,
            *(
                f"{value:.1f}"
                for value in (timing.p50_ms, timing.p95_ms, timing.worst_ms, timing.cpu_p95_ms, timing.found)
            ),
        )
    console().print(table)


@click.command("workbook", short_help="Tốc độ ghi bảng tính PL3-01.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--rows", type=click.IntRange(1), default=50_000, show_default=True, help="Số dòng.  Rows.")
@as_json
def workbook_speed(folder: Path, rows: int, *, json_wanted: bool) -> None:
    """Ghi một bảng tính PL3-01 từ giấy được dựng ra và đo thời gian.

    Write a PL3-01 workbook of made-up certificates and time it.
    """
    from ingest.bench_workbook import bench_workbook

    found = bench_workbook(rows, folder)
    if json_wanted:
        print_json(
            {
                "rows": found.rows,
                "seconds": round(found.seconds, 1),
                "cpu_seconds": round(found.cpu_seconds, 1),
                "size_bytes": found.size_bytes,
            }
        )
    else:
        click.echo(
            f"{found.rows} dòng trong {found.seconds:.1f} giây, bộ xử lý {found.cpu_seconds:.1f} giây, "
            f"{found.size_bytes / 1e6:.1f} MB. (rows, seconds, of the processor, size)"
        )
