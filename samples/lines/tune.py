"""Train Tesseract's Vietnamese model on, on drawn lines as certificates print them.

    python -m samples.lines.tune --minutes 90 --out ocr/data/sohoa.traineddata [--start MODEL] [--seed NUMBER]
    python -m samples.lines.tune --measure MODEL [MODEL ...]

Tesseract's own tools do it (``lstmtraining``, ``combine_tessdata``; Debian packs them with it), so what comes out is
read by any Tesseract 5. Lines are drawn as training goes, in a process beside it, cut as the reader cuts them, and
never shown twice. It starts from the installed model or another one, made floating point first, or from a
``.checkpoint``, the trainer's state that lies beside each model that it made. The rate falls along half a wave; after
every portion of lines it is set anew.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from certificate.geometry import Box
from ocr.reading import crop_line
from samples.lines.fonts import usable_fonts
from samples.lines.render import BOX_HEIGHT_PX, CANVAS_HEIGHT_PX, LEFT_PAD_PX, draw_line
from samples.lines.tesseract_files import Grey, letters_of, line_file, loosened

INSTALLED = Path("/usr/share/tesseract-ocr/5/tessdata/vie.traineddata")
_FILES = 6
_LEAST_LETTERS = 2
# Letters that the model lacks and the reader makes the same of anyhow.
_SAME = str.maketrans({"²": "2", "…": ".", "–": "-", "’": "'"})
_HELD_OUT_SEED, _HELD_OUT = 424242, 600
_AS_READ = ("--oem", "1", "--psm", "7", "-c", "tessedit_do_invert=0", "-c", "page_separator=\f")


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train, from which model into which file, and how fast; ``portion`` lines at one rate."""

    minutes: float
    start: Path
    out: Path
    seed: int
    rate: float
    portion: int = 3000


def drawn_lines(rng: random.Random, letters: frozenset[str]) -> Iterator[tuple[Grey, str]]:
    """Lines as Tesseract is handed them, for ever: pictures 40 pixels high, texts of letters that it knows."""
    fonts = usable_fonts()
    middle = CANVAS_HEIGHT_PX / 2
    while True:
        line = draw_line(rng, fonts)
        text = line.text.translate(_SAME)
        if len(text) < _LEAST_LETTERS or not all(letter == " " or letter in letters for letter in text):
            continue
        # The finder's box strays by a few pixels.
        top = round(middle - BOX_HEIGHT_PX / 2 + rng.gauss(0, 2))
        bottom = round(middle + BOX_HEIGHT_PX / 2 + rng.gauss(0, 2))
        box = Box(LEFT_PAD_PX, top, max(LEFT_PAD_PX + 8, line.grey.shape[1] - LEFT_PAD_PX), bottom)
        yield crop_line(line.grey, box).image, text


def _draw(folder: Path, seed: int, letters: frozenset[str], wanted: Any, portion: int) -> None:
    """Write portions of lines, ``portion-0`` first, never more than two ahead."""
    cv2.setNumThreads(1)
    lines = drawn_lines(random.Random(seed), letters)
    number = 0
    while True:
        wanted.acquire()
        part = folder / f"part-{number}"
        part.mkdir()
        for index in range(_FILES):
            file = part / f"{index}.lstmf"
            file.write_bytes(line_file([next(lines) for _ in range(portion // _FILES)]))
        part.rename(folder / f"portion-{number}")
        number += 1


def _run(*words: str | Path) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words[0]}: {done.stdout[-500:]} {done.stderr[-1500:]}")
    return done.stdout + done.stderr


def _unpack(model: Path, folder: Path) -> str:
    """Take a model apart; returns what its version says."""
    folder.mkdir()
    _run("combine_tessdata", "-u", model, folder / "base.")
    shutil.copy(model, folder / "base.traineddata")
    return (folder / "base.version").read_text(encoding="utf-8")


def _floating(parts: Path, version: str) -> Path:
    """The network of an unpacked integer model, made floating point."""
    told = re.search(r"\[.*\]", version)
    if told is None:
        raise SystemExit("the model does not tell its network's specification")
    made = parts / "floating.lstm"
    made.write_bytes(loosened((parts / "base.lstm").read_bytes(), told[0]))
    return made


def tune(plan: Plan) -> None:
    """Train by the plan; after every portion the model so far lies in its file, the trainer's state beside it."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="sohoa-tune-") as name:
        folder = Path(name)
        is_state = plan.start.suffix == ".checkpoint"
        version = _unpack(INSTALLED if is_state else plan.start, folder / "parts")
        state = Path(shutil.copy(plan.start, folder)) if is_state else _floating(folder / "parts", version)
        letters = letters_of((folder / "parts" / "base.lstm-unicharset").read_text(encoding="utf-8"))
        # A process of its own make: a copy of one with OpenCV's threads in it may stand still.
        fresh = multiprocessing.get_context("spawn")
        wanted = fresh.Semaphore(2)
        drawing = fresh.Process(target=_draw, args=(folder, plan.seed, letters, wanted, plan.portion), daemon=True)
        drawing.start()
        began, number = time.monotonic(), 0
        while (spent := (time.monotonic() - began) / 60) < plan.minutes:
            portion = folder / f"portion-{number}"
            while not portion.exists():
                time.sleep(1)
            rate = plan.rate * (0.02 + 0.49 * (1 + math.cos(math.pi * spent / plan.minutes)))
            state, told = _train(folder, portion, state, rate, number, plan.portion)
            shutil.rmtree(portion)
            wanted.release()
            number += 1
            _finish(folder, state, plan.out)
            sys.stderr.write(f"{spent:.0f} min, {number * plan.portion} lines, rate {rate:.6f}, {told}\n")
        drawing.terminate()


def _train(folder: Path, portion: Path, state: Path, rate: float, number: int, lines: int) -> tuple[Path, str]:
    """One pass over a portion; returns the trainer's state and what it says of the letters it got wrong."""
    listed = portion / "files.txt"
    listed.write_text("".join(f"{file}\n" for file in sorted(portion.glob("*.lstmf"))), encoding="utf-8")
    said = _run(
        "lstmtraining", "--traineddata", folder / "parts" / "base.traineddata", "--continue_from", state,
        "--model_output", folder / f"state-{number}", "--train_listfile", listed, "--max_iterations", str(lines),
        "--reset_learning_rate", "--learning_rate", f"{rate:.7f}", "--target_error_rate", "0",
    )  # fmt: skip
    rates = re.findall(r"BCER train=([\d.]+)%, BWER train=([\d.]+)%", said)
    for best in folder.glob(f"state-{number}_*_*.checkpoint"):
        best.unlink()
    if number:
        state.unlink()
    letters, words = rates[-1]
    return folder / f"state-{number}_checkpoint", f"letters wrong {letters} %, words {words} %"


def _finish(folder: Path, state: Path, out: Path) -> None:
    """The trainer's state as a model in integers, put in its place."""
    made = folder / "made.traineddata"
    _run(
        "lstmtraining", "--stop_training", "--convert_to_int", "--continue_from", state,
        "--traineddata", folder / "parts" / "base.traineddata", "--model_output", made,
    )  # fmt: skip
    shutil.copy(made, out)
    shutil.copy(state, out.with_suffix(".checkpoint"))


def measure(models: Sequence[Path], lines: int = _HELD_OUT) -> dict[str, float]:
    """The share of held-out drawn lines that each model reads without fault."""
    with tempfile.TemporaryDirectory(prefix="sohoa-tune-") as name:
        folder = Path(name)
        _unpack(models[0], folder / "parts")
        letters = letters_of((folder / "parts" / "base.lstm-unicharset").read_text(encoding="utf-8"))
        source = drawn_lines(random.Random(_HELD_OUT_SEED), letters)
        texts, names = [], []
        for index in range(lines):
            grey, text = next(source)
            names.append(folder / f"{index:05d}.png")
            cv2.imwrite(str(names[-1]), grey)
            texts.append(text)
        listed = folder / "lines.txt"
        listed.write_text("".join(f"{file}\n" for file in names), encoding="utf-8")
        return {str(model): _share(model, listed, texts) for model in models}


def _share(model: Path, listed: Path, texts: Sequence[str]) -> float:
    said = subprocess.run(
        ["tesseract", listed, "-", "--tessdata-dir", model.parent, "-l", model.name.split(".")[0], *_AS_READ],
        capture_output=True, text=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    ).stdout  # fmt: skip
    read = [" ".join(page.split()) for page in said.split("\f")]
    return sum(one == text for one, text in zip(read, texts, strict=False)) / len(texts)


def main() -> None:
    """What the module's head says."""
    parser = argparse.ArgumentParser(description="Train Tesseract's Vietnamese model on.")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--start", type=Path, default=INSTALLED)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--measure", type=Path, nargs="+")
    chosen = parser.parse_args()
    for model, share in measure(chosen.measure).items() if chosen.measure else ():
        sys.stdout.write(f"{share:.4f} of {_HELD_OUT} lines without fault: {model}\n")
    if chosen.out:
        tune(Plan(chosen.minutes, chosen.start, chosen.out, chosen.seed, chosen.rate))


if __name__ == "__main__":
    main()
