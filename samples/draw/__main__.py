"""``python -m samples.draw``: draws certificates with truth into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from samples.draw.capture import CAPTURES
from samples.draw.sets import FORMS, draw_set


def main() -> None:
    """Draw what the arguments ask for and print one line for each file."""
    parser = argparse.ArgumentParser(prog="python -m samples.draw", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same files")
    parser.add_argument("--forms", nargs="+", choices=sorted(FORMS), default=["tt17-2009", "tt23-2014", "tt10-2024"])
    parser.add_argument("--captures", nargs="+", choices=[*CAPTURES, "born_digital"], default=["flatbed"])
    parser.add_argument("--count", type=int, default=1, help="files for each form and capture")
    parser.add_argument(
        "--style", choices=["office", "wild"], default="office", help="wild strays from what offices print"
    )
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args()
    for drawn in draw_set(wanted.seed, wanted.forms, wanted.captures, wanted.count, wanted.out, style=wanted.style):
        print(f"{drawn.path}\t{drawn.form}\t{drawn.capture}")  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()
