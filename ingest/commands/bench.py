"""``sohoa bench``: how well and how fast it reads, whether anybody waits, how it bears size."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType

import click

from ingest.commands import bench_load
from ingest.commands.bench_accuracy import accuracy
from ingest.commands.bench_archive import search_speed, workbook_speed
from ingest.commands.common import as_json, print_json


@click.group()
def bench() -> None:
    """Đo độ chính xác trên giấy được vẽ ra, đo tốc độ, sức chứa và sự công bằng giữa hai hàng đợi.

    Measure accuracy on drawn certificates, speed, size, and whether a clerk waits for a run.
    """
    # What a measurement started (servers, workers, browsers) ends with it, also when it is told to end.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)


for _command in (bench_load.speed, bench_load.fairness, bench_load.scale, bench_load.memory, accuracy):
    bench.add_command(_command)


@bench.command(short_help="Khớp lại độ tin cậy.")
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi vào tệp này thay cho tệp của bộ đọc.  Write here instead of the reader's own file.",
)
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1), help="Số tiến trình đọc.  Readers.")
@as_json
def fit(folders: tuple[Path, ...], output: Path | None, processes: int, *, json_wanted: bool) -> None:
    """Khớp độ tin cậy của bộ đọc theo các thư mục giấy đã vẽ (có truth.jsonl).

    Fit the reader's confidence to folders of drawn certificates with their truth, and write its data file.
    """
    from ingest.bench_fit import fit_confidence

    found = fit_confidence(folders, output, processes=processes)
    if json_wanted:
        print_json(found)
    else:
        told = found["measured"]
        click.echo(
            f"Đã khớp trên {found['examples']} giá trị; nhận {told['accepted']:.1%},"
            f" sai {told['wrong_accepted_per_1000']} trong 1.000 giá trị được nhận. (fitted)"
        )


@bench.command("registry", short_help="Tốc độ dịch vụ dân cư mô phỏng.")
@click.option(
    "--citizens",
    type=click.IntRange(100, 5_000_000),
    default=1_000_000,
    show_default=True,
    help="Số công dân.  How many citizens.",
)
@click.option(
    "--lookups",
    type=click.IntRange(20),
    default=2000,
    show_default=True,
    help="Số lần tra mỗi cách.  Calls of each kind.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Số gieo.  The seed to draw from.")
@as_json
def bench_registry_command(citizens: int, lookups: int, seed: int, *, json_wanted: bool) -> None:
    """Nạp công dân được vẽ ra vào dịch vụ mô phỏng rồi đo thời gian trả lời.

    Load drawn citizens into the mock registry, ask it over HTTP, and tell how long it took. Status 1 when loading
    takes over a minute or 95 of 100 look-ups over 10 ms.
    """
    from ingest.bench_registry import LOAD_LIMIT_S, LOOKUP_LIMIT_MS, bench_registry

    found = bench_registry(citizens, lookups, seed)
    if json_wanted:
        print_json(found.to_json())
    else:
        click.echo(
            f"Nạp {found.citizens} công dân: {found.load_s} s (dưới {LOAD_LIMIT_S:g} s), "
            f"{found.load_processor_s} s bộ xử lý.  (loaded; processor)"
        )
        for one in found.latencies:
            clock = f"p50 {one.p50_ms:6} ms   p95 {one.p95_ms:6} ms   p99 {one.p99_ms:6} ms"
            click.echo(f"  {one.kind:28} {clock}   bộ xử lý (processor) {one.processor_ms:6} ms")
        click.echo(f"Tra cứu dưới {LOOKUP_LIMIT_MS:g} ms; 8 luồng: {found.calls_per_second} lần/s.  (calls a second)")
    if not found.is_good:
        raise click.exceptions.Exit(1)


bench.add_command(search_speed)
bench.add_command(workbook_speed)
