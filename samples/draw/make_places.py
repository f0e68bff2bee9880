"""Makes ``data/places.json``, the short list of communes that drawings use, from the data of ``vietnamadminunits``.

Run once: unpack the wheel of ``vietnamadminunits`` 1.0.4 (MIT) anywhere and give its ``data/dataset.db``::

    python -m samples.draw.make_places vietnamadminunits/data/dataset.db

Kiên Giang and An Giang are whole, other provinces hold a few communes each. The list is for drawing only and shares
nothing with the dated list by which the product judges addresses.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

_WHOLE_OLD = ("Tỉnh Kiên Giang", "Tỉnh An Giang")
_WHOLE_NEW = ("Tỉnh An Giang",)
_FEW_OLD = 12
_FEW_NEW = 8
# The dataset shows June 2025; before that year the province carried another name.
_FORMER_NAMES = {"Thành phố Huế": "Tỉnh Thừa Thiên Huế"}


def _spread(rows: list[list[str]], count: int) -> list[list[str]]:
    step = max(1, len(rows) // count)
    return rows[::step][:count]


def _by_province(rows: list[list[str]], whole: tuple[str, ...], few: int) -> list[list[str]]:
    provinces: dict[str, list[list[str]]] = {}
    for row in rows:
        provinces.setdefault(row[-2], []).append(row)
    return [row for name, group in provinces.items() for row in (group if name in whole else _spread(group, few))]


def places(dataset: Path) -> dict[str, list[list[str]]]:
    """The communes to draw with: before July 2025 (commune, district, province, code) and after (without district)."""
    with closing(sqlite3.connect(dataset)) as database:
        old = database.execute(
            "SELECT ward, district, province, wardCode FROM admin_units_legacy WHERE ward IS NOT NULL ORDER BY wardCode"
        ).fetchall()
        new = database.execute(
            "SELECT ward, province, wardCode FROM admin_units WHERE ward IS NOT NULL ORDER BY wardCode"
        ).fetchall()
    before = [[ward, district, _FORMER_NAMES.get(province, province), code] for ward, district, province, code in old]
    return {
        "before_2025_07": _by_province(before, _WHOLE_OLD, _FEW_OLD),
        "since_2025_07": _by_province([list(row) for row in new], _WHOLE_NEW, _FEW_NEW),
    }


def main() -> None:
    """Write the list from the dataset given as the only argument."""
    made = places(Path(sys.argv[1]))
    lines = [
        f'"{era}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]"
        for era, rows in made.items()
    ]
    target = Path(__file__).parent / "data" / "places.json"
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
