"""How one certificate looks: fonts, sizes, spacing, label wordings. Drawn anew for every certificate."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# Families that hold all 134 accented letters; a test checks it. Names as fontconfig tells them.
SERIF = (
    "Liberation Serif", "Tinos", "FreeSerif", "TeX Gyre Termes", "Noto Serif", "DejaVu Serif", "Gentium Book Plus",
    "Charis SIL", "TeX Gyre Pagella", "TeX Gyre Schola", "TeX Gyre Bonum",
)  # fmt: skip
SANS = (
    "Liberation Sans", "Arimo", "FreeSans", "TeX Gyre Heros", "Noto Sans", "DejaVu Sans", "Carlito", "Open Sans", "Roboto",
    "Lato", "DejaVu Sans Condensed", "TeX Gyre Heros Cn",
)  # fmt: skip
MONO = ("Liberation Mono", "FreeMono", "Cousine", "TeX Gyre Cursor")
PEN = ("TeX Gyre Chorus",)
_USUAL = ("Liberation Serif", "Tinos", "TeX Gyre Termes", "Liberation Serif")
_USUAL_SANS = ("Liberation Sans", "Arimo")

_WIDE_FAMILIES = {
    "DejaVu Serif",
    "DejaVu Sans",
    "TeX Gyre Bonum",
    "Noto Serif",
    "Open Sans",
    "Noto Sans",
    "Charis SIL",
    "TeX Gyre Schola",
}


@dataclass(frozen=True, slots=True)
class Look:
    """The look of one certificate; lengths in points or millimetres as named."""

    family: str
    title_family: str
    size_pt: float
    line_height: float
    margin_mm: float
    bold_values: bool
    bold_labels: bool
    italic_notes: bool
    ink: str
    pen_ink: str
    number_mark: str
    square_sup: bool
    value_gap: str
    owners_inline: bool
    terse_end: str
    seal_side_mm: float
    seal_shift_mm: float
    seal_drop_mm: float
    signature_drop_mm: float
    title_color: str
    serial_family: str
    serial_color: str
    table_size_pt: float
    justify: bool
    register_by_pen: bool
    variant: int
    dash: str
    leader_kind: str
    value_family: str
    value_color: str
    house_inline: bool
    paper_strength: float
    serial_gap_em: float
    label_layout: str
    label_capitals: bool
    table_numbers_rows: bool
    is_wild: bool = False


def any_look(rng: Random, *, style: str = "office") -> Look:
    """A look; ``style="wild"`` strays further from what offices' printing programs do."""
    wild = style == "wild"
    kind = rng.random()
    if wild:
        family = rng.choice(SERIF + SANS + MONO)
    elif kind < 0.6:
        family = rng.choice(_USUAL)
    elif kind < 0.72:
        family = rng.choice(_USUAL_SANS)
    else:
        family = rng.choice(SERIF + SANS)
    size = round(rng.uniform(10.5, 13.5), 2)
    if family in _WIDE_FAMILIES:
        size *= 0.9
    if wild:
        size *= rng.uniform(0.85, 1.15)
    if family in MONO:
        size *= 0.86
    return Look(
        family=family,
        title_family=family if rng.random() < 0.6 else rng.choice(_USUAL + _USUAL_SANS),
        size_pt=round(size, 2),
        line_height=round(rng.uniform(1.12, 1.5), 2),
        margin_mm=round(rng.uniform(13, 21) if not wild else rng.uniform(9, 26), 1),
        bold_values=rng.random() < 0.45,
        bold_labels=rng.random() < (0.1 if not wild else 0.3),
        italic_notes=rng.random() < 0.25,
        ink=rng.choice(["#111", "#111", "#1b1b22", "#262630", "#101028", "#3a3a40"]),
        pen_ink=rng.choice(["#1a2f9a", "#1f3fae", "#14144a", "#222", "#2a1f7a"]),
        number_mark=rng.choice([")", ")", ")", "."]) if not wild else rng.choice([")", ".", "/", " -"]),
        square_sup=rng.random() < 0.3,
        value_gap=rng.choice([" ", " ", "&nbsp; "]),
        owners_inline=rng.random() < 0.25,
        terse_end=rng.choice(["", "", ".", ";"]),
        seal_side_mm=round(rng.uniform(33, 38), 1),
        seal_drop_mm=round(rng.uniform(-2, 5), 1),
        signature_drop_mm=round(rng.uniform(0, 11), 1),
        seal_shift_mm=round(rng.uniform(-14, -3), 1),
        title_color=rng.choice(["#b3121d", "#c0141f", "#a5182b", "#c2262e"]),
        serial_family=rng.choice(_USUAL + _USUAL_SANS),
        serial_color=rng.choice(["#111", "#111", "#a3131d", "#1b1b22"]),
        table_size_pt=round(rng.uniform(9.0, 10.8), 1),
        justify=rng.random() < 0.4,
        register_by_pen=rng.random() < 0.18,
        variant=rng.randint(0, 3),
        dash=rng.choice(["-/-"] * 8 + ["Không", "-/-.", "./.", "-"]),
        leader_kind=rng.choices(["", "tail", "under"], [72, 16, 12])[0],
        value_family=family
        if rng.random() < 0.78
        else rng.choice(_USUAL + _USUAL_SANS if not wild else SERIF + SANS + MONO),
        value_color=rng.choice(["inherit"] * 7 + ["#000", "#2b2b3d", "#15154a"]),
        house_inline=rng.random() < 0.3,
        paper_strength=round(rng.uniform(0.55, 1.3), 2),
        serial_gap_em=rng.choice([0, 0, 0, 0.15, 0.4]),
        label_layout=rng.choice(["", "", "columns", "above"]) if wild else "",
        label_capitals=wild and rng.random() < 0.15,
        table_numbers_rows=rng.random() < 0.35,
        is_wild=wild,
    )
