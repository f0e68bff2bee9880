"""Names as they are spelt: what may stand in a word's place."""

from __future__ import annotations

import os
import subprocess
import sys

_PRINT = """
from ocr.grammar.name_spelling import _alternatives
print(_alternatives("Thoã", ["Hoả", "Toãn", "Thoar", "Koan"], 1), _alternatives("Lâ", ["Lý", "Lô", "Hà", "Lã"], 0))
"""


def test_the_order_of_what_is_tried_does_not_hang_on_the_process() -> None:
    """Of spellings as likely as each other the first is taken: it is the same in every process."""
    said = {
        subprocess.run(
            [sys.executable, "-c", _PRINT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
