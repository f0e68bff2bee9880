"""Train LineNet on drawn lines, on ordinary processors.

    python -m samples.lines.train --minutes 90 --out linenet.pt [--start MODEL] [--seed NUMBER] [--processes NUMBER]
    python -m samples.lines.train --export linenet.pt ocr/data/linenet.onnx

Needs torch and onnx, which the product does not. Lines are drawn as training goes, in a process beside each that
trains, and never twice; the fonts are those of the machine that hold every Vietnamese letter
(``samples/draw/FONTS.txt``). Several processes, a core each, take their steps together on the mean of what each of
them would do: on two cores that trains a third more lines than one process with two threads.
"""

from __future__ import annotations

import argparse
import copy
import math
import multiprocessing
import os
import random
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.distributed as together
from torch.nn import functional

from samples.lines import network as networks
from samples.lines.fonts import usable_fonts
from samples.lines.render import CANVAS_HEIGHT_PX, LinePicture, draw_line

# Few widths, so that the shapes repeat and torch prepares its convolutions once.
_WIDTHS_PX = (192, 256, 384, 512, 640, 768, 1024, 1280, 1536, 1792, 2048, 2432)
_AREA_PX = 16 * 1024
_REPORT_S = 240.0
Batch = tuple[Any, list[int], list[str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train, from where (``None``: TrueOCR's model), into which file, and how."""

    minutes: float
    out: Path
    start: Path | None
    seed: int
    rate: float
    processes: int


def produce(queue: Any, seed: int) -> None:
    """Fill the queue with batches of drawn lines of like width, for ever."""
    cv2.setNumThreads(1)
    rng = random.Random(seed)
    fonts = usable_fonts()
    waiting: dict[int, list[LinePicture]] = {width: [] for width in _WIDTHS_PX}
    while True:
        line = draw_line(rng, fonts)
        width = next((wide for wide in _WIDTHS_PX if wide >= line.grey.shape[1]), None)
        if width is None or len(line.text) >= line.grey.shape[1] // networks.STEP_PX:
            continue
        waiting[width].append(line)
        if len(waiting[width]) >= max(6, min(40, _AREA_PX // width)):
            queue.put(_batch(waiting[width], width))
            waiting[width] = []


def _batch(lines: Sequence[LinePicture], width: int) -> Batch:
    ink = np.zeros((len(lines), 1, CANVAS_HEIGHT_PX, width), np.uint8)
    for row, line in enumerate(lines):
        ink[row, 0, :, : line.grey.shape[1]] = 255 - line.grey
    return ink, [line.grey.shape[1] for line in lines], [line.text for line in lines]


def greedy(ids: Sequence[int], letters: str) -> str:
    """The text of the likeliest step by step, repeats and blanks dropped."""
    kept = [now for now, last in zip(ids, [0, *ids[:-1]], strict=True) if now and now != last]
    return " ".join("".join(letters[index - 1] for index in kept).split())


@torch.no_grad()
def lines_right(network: networks.LineNet, letters: str, batches: Sequence[Batch]) -> float:
    """The share of lines read without any fault."""
    network.eval()
    right = total = 0
    for ink, widths, texts in batches:
        logits, lengths = network(torch.from_numpy(ink).float() / 255, torch.tensor(widths))
        for ids, length, text in zip(logits.argmax(2).tolist(), lengths.tolist(), texts, strict=True):
            right += greedy(ids[:length], letters) == text
            total += 1
    return right / total


def _loss(network: networks.LineNet, numbers: dict[str, int], batch: Batch) -> torch.Tensor:
    ink, widths, texts = batch
    logits, lengths = network(torch.from_numpy(ink).float() / 255, torch.tensor(widths))
    targets = [[numbers[letter] for letter in text if letter in numbers] for text in texts]
    return functional.ctc_loss(
        logits.log_softmax(2).transpose(0, 1),
        torch.tensor([number for target in targets for number in target]),
        lengths,
        torch.tensor([len(target) for target in targets]),
        zero_infinity=True,
    )


def _starting_point(start: Path | None) -> tuple[networks.LineNet, str]:
    if start is None:
        import trueocr

        return networks.from_trueocr(Path(trueocr.__file__).parent / "models")
    return networks.from_export(start) if start.suffix == ".onnx" else networks.load(start)


def train(plan: Plan) -> None:
    """Train by the plan, averaging the weights over the steps, and keep the average in its file every few minutes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    others = [multiprocessing.Process(target=_train, args=(plan, rank, port)) for rank in range(1, plan.processes)]
    for other in others:
        other.start()
    _train(plan, 0, port)
    for other in others:
        other.join()


def _train(plan: Plan, rank: int, port: int) -> None:
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    together.init_process_group("gloo", rank=rank, world_size=plan.processes)
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    network, letters = _starting_point(plan.start)
    numbers = {letter: index + 1 for index, letter in enumerate(letters)}
    checks = _held_out() if rank == 0 else []
    queue: Any = multiprocessing.Queue(20)
    multiprocessing.Process(target=produce, args=(queue, plan.seed + rank), daemon=True).start()
    average = copy.deepcopy(network)
    optimiser, bases = _optimiser(network, plan.rate)
    together.barrier()
    began = reported = time.monotonic()
    step = seen = 0
    while (spent := _same_for_all(time.monotonic() - began)) < 60 * plan.minutes:
        warm = min(1.0, (step + 1) / 300) * (0.01 + 0.495 * (1 + math.cos(math.pi * spent / (60 * plan.minutes))))
        for group, base in zip(optimiser.param_groups, bases, strict=True):
            group["lr"] = base * warm
        batch = queue.get()
        network.train()
        # An export has its normalisation folded into its weights, so there is none to follow, then or later.
        if plan.start is not None:
            network.fine.eval()
            network.stem_bn.eval()
        loss = _loss(network, numbers, batch)
        optimiser.zero_grad()
        loss.backward()
        _share_gradients(network)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        step, seen = step + 1, seen + plan.processes * len(batch[1])
        _follow(average, network, min(0.9995, (1 + step) / (10 + step)))
        if rank == 0 and time.monotonic() - reported > _REPORT_S:
            reported = time.monotonic()
            share = lines_right(average, letters, checks)
            sys.stderr.write(f"{spent / 60:.0f} min, {seen} lines, loss {loss.item():.3f}, right {share:.4f}\n")
            torch.save({"net": average.state_dict(), "chars": letters}, plan.out)
    if rank == 0:
        torch.save({"net": average.state_dict(), "chars": letters}, plan.out)
        sys.stderr.write(f"end: {seen} lines, right {lines_right(average, letters, checks):.4f}\n")


def _held_out() -> list[Batch]:
    """Batches that are never trained on: of a seed of their own."""
    held_out: Any = multiprocessing.Queue(4)
    teller = multiprocessing.Process(target=produce, args=(held_out, 999), daemon=True)
    teller.start()
    checks = [held_out.get() for _ in range(30)]
    teller.terminate()
    return checks


def _optimiser(network: networks.LineNet, rate: float) -> tuple[torch.optim.Optimizer, list[float]]:
    """What takes the steps, and the rate of each of its groups; what is ours, and younger, learns faster."""
    ours = list(network.fine.parameters())
    ours_ids = {id(parameter) for parameter in ours}
    rest = [parameter for parameter in network.parameters() if id(parameter) not in ours_ids]
    groups = [{"params": rest, "lr": rate}, {"params": ours, "lr": 2 * rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=1e-4, betas=(0.9, 0.98))
    return optimiser, [group["lr"] for group in optimiser.param_groups]


def _same_for_all(seconds: float) -> float:
    """The first process's clock, so that all take the same steps and stop at the same."""
    told = torch.tensor([seconds])
    together.broadcast(told, 0)
    return float(told)


def _share_gradients(network: networks.LineNet) -> None:
    """The mean of all processes' gradients in the place of each one's own."""
    owned = [parameter for parameter in network.parameters() if parameter.grad is not None]
    flat = torch.cat([parameter.grad.reshape(-1) for parameter in owned])
    together.all_reduce(flat)
    flat /= together.get_world_size()
    for parameter, part in zip(owned, flat.split([parameter.numel() for parameter in owned]), strict=True):
        parameter.grad.copy_(part.view_as(parameter))


def _follow(average: networks.LineNet, network: networks.LineNet, keep: float) -> None:
    with torch.no_grad():
        for mean, now in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(now, 1 - keep)
            else:
                mean.copy_(now)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--out", type=Path, default=Path("linenet.pt"))
    parser.add_argument("--start", type=Path)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--export", nargs=2, type=Path, metavar=("MODEL", "FILE"))
    given = parser.parse_args()
    if given.export:
        networks.export(*networks.load(given.export[0]), given.export[1])
    else:
        train(Plan(given.minutes, given.out, given.start, given.seed, given.rate, given.processes))


if __name__ == "__main__":
    main()
