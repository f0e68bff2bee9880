"""``sohoa bench speed``, ``fairness``, ``scale``, ``memory``: how fast, whether a clerk waits, how it bears size."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from ingest.commands.bench_options import docs_option, tell_table
from ingest.commands.common import as_json, say, settings_of

# Office scans of the three forms, spreads and single faces among them: what a back catalogue is made of.
_SAMPLES = (
    "01-tt17-spreads.pdf",
    "02-tt23-spreads-2-3-first.pdf",
    "03-tt23-faces-grey.pdf",
    "04-tt10-leaf.pdf",
    "12-tt23-fifteen-parcels.pdf",
    "18-tt23-turned-skewed.pdf",
)
_files = click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command(short_help="Tốc độ so với cách khác.")
@_files
@click.option("--processes", type=click.IntRange(1), help="Số tiến trình; mặc định mỗi nhân một.  Processes.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Số vòng.  Rounds.")
@click.option("--copies", type=click.IntRange(1), default=1, show_default=True, help="Số bản mỗi tệp.  Copies of each.")
@click.option(
    "--ocrmypdf",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="SOHOA_BENCH_OCRMYPDF",
    help="Chương trình ocrmypdf; script/bench-speed cài nó.  The program; script/bench-speed installs it.",
)
@docs_option
@as_json
def speed(
    files: tuple[Path, ...],
    processes: int | None,
    rounds: int,
    copies: int,
    ocrmypdf: Path | None,
    docs: Path | None,
    *,
    json_wanted: bool,
) -> None:
    """Đọc cùng những tệp ấy bằng năm cách, luân phiên: sohoa read, cả hệ thống, ocrmypdf, pytesseract, Tesseract trần.

    Read the same files in five ways, taking turns, and print the ratios with their spread. Without FILES: the samples.
    """
    _quiet()
    from ingest.bench.speed import bench_speed, table_lines

    found = bench_speed(
        _or_samples(files),
        processes=processes or len(os.sched_getaffinity(0)),
        rounds=rounds,
        copies=copies,
        ocrmypdf=ocrmypdf or (Path(program) if (program := shutil.which("ocrmypdf")) else None),
        tell=say,
    )
    tell_table(table_lines(found), found.to_json(), docs, "speed", json_wanted=json_wanted)


@click.command(short_help="Người nộp có phải chờ kho cũ không.")
@_files
@click.option("--uploads", type=click.IntRange(1), default=10, show_default=True, help="Số tệp nộp.  Uploads.")
@click.option("--inputs", type=click.IntRange(1), default=400, show_default=True, help="Số giấy của kho.  Run inputs.")
@click.option("--bulk", type=click.IntRange(1), help="Số tiến trình cho kho; mặc định mỗi nhân một.  Bulk workers.")
@docs_option
@as_json
def fairness(
    files: tuple[Path, ...], uploads: int, inputs: int, bulk: int | None, docs: Path | None, *, json_wanted: bool
) -> None:
    """Thời gian xử lý một tệp vừa nộp: khi máy rảnh, và khi đang chạy một đợt kho cũ.

    How long an upload takes on an idle office and beside a run; at most 1.5 times as long and one job.
    """
    _quiet()
    from ingest.bench.fairness import bench_fairness

    found = bench_fairness(
        _or_samples(files),
        uploads=uploads,
        bulk_inputs=inputs,
        bulk_workers=bulk or len(os.sched_getaffinity(0)),
        tell=say,
    )
    tell_table(found.table_lines(), found.to_json(), docs, "fairness", json_wanted=json_wanted)
    if not found.is_fair:
        raise click.exceptions.Exit(1)


@click.command(short_help="Sức chứa: sổ, hàng đợi, cơ sở dữ liệu.")
@click.option("--inputs", type=click.IntRange(10), default=100_000, show_default=True, help="Số giấy.  Inputs.")
@click.option(
    "--engine",
    "engines",
    multiple=True,
    type=click.Choice(["sqlite", "postgresql"]),
    default=["sqlite", "postgresql"],
    show_default=True,
    help="Cơ sở dữ liệu.  The database.",
)
@click.option("--processes", type=click.IntRange(1), help="Số tiến trình; mặc định mỗi nhân một.  Workers.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Nơi đặt tệp tạm.  Where the temporary files go.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="Dừng sau chừng ấy phút mỗi cơ sở dữ liệu.  At most, each.",
)
@click.option(
    "--fill-to",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Giữa chừng chép thêm cho kho đủ ấy giấy.  Halfway, fill the archive with copies up to so many.",
)
@docs_option
@as_json
def scale(
    inputs: int,
    engines: tuple[str, ...],
    processes: int | None,
    folder: Path | None,
    minutes: float | None,
    fill_to: int,
    docs: Path | None,
    *,
    json_wanted: bool,
) -> None:
    """Mọi phần trừ việc đọc: mỗi giây bao nhiêu giấy, và giấy sau có tốn hơn giấy trước không.

    Everything but the reading: inputs a second, and whether the last inputs cost more than the first.
    """
    _quiet()
    from ingest.bench.scale import bench_scale, table_lines

    found = []
    for engine in engines:
        say(f"{engine}: {inputs} …")
        found.append(
            bench_scale(
                inputs,
                engine=engine,
                processes=processes or len(os.sched_getaffinity(0)),
                folder=folder,
                at_most_s=minutes * 60 if minutes else None,
                fill_to=fill_to,
                tell=say,
            )
        )
        # Hours may lie between the two: the first is not lost when the second is broken off.
        say("\n".join(table_lines(found)))
    tell_table(table_lines(found), [each.to_json() for each in found], docs, "scale", json_wanted=json_wanted)


@click.command(short_help="Bộ nhớ của một tiến trình đọc.")
@_files
@click.option("--scans", type=click.IntRange(1), default=5000, show_default=True, help="Số bản quét.  Scans.")
@docs_option
@as_json
@click.pass_context
def memory(
    context: click.Context, files: tuple[Path, ...], scans: int, docs: Path | None, *, json_wanted: bool
) -> None:
    """Đọc nhiều bản quét liên tiếp như một tiến trình xử lý và đo bộ nhớ.

    Read many scans as a worker does; under 600 MB at A3 and 300 dpi, and no growth.
    """
    _quiet()
    from ingest.bench.memory import bench_memory

    found = bench_memory(_or_samples(files), scans=scans, settings=settings_of(context))
    tell_table(found.table_lines(), found.to_json(), docs, "memory", json_wanted=json_wanted)


def _quiet() -> None:
    import logging

    from ingest.logs import set_up

    set_up(json_lines=False, level=logging.WARNING)


def _or_samples(files: tuple[Path, ...]) -> list[Path]:
    if files:
        return list(files)
    folder = Path(__file__).parents[2] / "samples" / "scans"
    if not folder.is_dir():
        raise click.UsageError("không có mẫu; hãy nêu tệp / no samples here; name files")
    return [folder / name for name in _SAMPLES]
