"""The style sheet that all forms share, and what a drawn form is."""

from __future__ import annotations

from dataclasses import dataclass

from samples.draw.look import Look


@dataclass(frozen=True, slots=True)
class FaceArt:
    """One face to be drawn: its number, its words as HTML, its paper as SVG, its size in millimetres.

    ``strength`` makes the paper's print paler (below 1) or stronger. ``by_hand`` names the fields of the certificate
    (on this face or another) that are written by pen; a path stands for all below it.
    """

    face: int | None
    html: str
    paper: str
    width_mm: float
    height_mm: float
    strength: float = 1.0
    by_hand: tuple[str, ...] = ()


_UNDER = ".row { border-bottom: 0.25mm dotted #777; }"
# Where a stray office puts its labels: in a column of their own, or on the line above the value.
_LABELS = {
    "": "",
    "columns": ".row > .label:first-child { display: inline-block; min-width: 46mm; }",
    "above": ".row > .label:first-child { display: block; }",
}


def css(look: Look) -> str:
    """The style sheet of one certificate."""
    weight = "bold" if look.bold_values else "normal"
    label = "bold" if look.bold_labels else "normal"
    return f"""
* {{ box-sizing: border-box; margin: 0; padding: 0; }}
body {{ background: #fff; color: {look.ink}; font-family: "{look.family}"; font-size: {look.size_pt}pt; line-height: {look.line_height}; }}
.face {{ position: absolute; overflow: hidden; padding: 14mm {look.margin_mm}mm; }}
.fit {{ position: absolute; left: {look.margin_mm}mm; right: {look.margin_mm}mm; overflow: hidden; font-size: calc({look.size_pt}pt * var(--fit, 1)); }}
.fit {{ padding-right: 0.8mm; }}
.value {{ font-weight: {weight}; }} .label {{ font-weight: {label}; }}
.row {{ margin-bottom: 0.12em; {"text-align: justify;" if look.justify else ""} }}
.value {{ font-family: "{look.value_family}"; color: {look.value_color}; }}
{_UNDER if look.leader_kind == "under" else ""}
{_LABELS[look.label_layout]}
{".row .label { text-transform: uppercase; font-size: 0.86em; }" if look.label_capitals else ""}
.leader {{ display: inline-block; width: 28mm; border-bottom: 0.3mm dotted #555; margin-left: 1mm; }}
.middle {{ text-align: center; }} .strong {{ font-weight: bold; }}
.red {{ color: {look.title_color}; }}
h1 {{ font-family: "{look.title_family}"; color: {look.title_color}; text-align: center; line-height: 1.18; }}
h2 {{ font-size: 1.04em; margin: 0.5em 0 0.25em; font-weight: bold; }}
h3 {{ font-size: 1em; font-weight: bold; margin-top: 0.35em; display: inline; }}
table {{ border-collapse: collapse; width: 100%; font-size: calc({look.table_size_pt}pt * var(--fit, 1)); line-height: 1.16; margin: 0.3em 0; }}
td, th {{ border: 0.25mm solid #333; padding: 0.5mm 0.9mm; vertical-align: middle; text-align: center; }}
td.text {{ text-align: left; vertical-align: top; }}
.sign {{ position: absolute; text-align: center; line-height: 1.2; }}
.sign .authority, .sign .title {{ font-weight: bold; }} .sign .when {{ font-style: italic; margin-bottom: 1mm; }}
.sign .ink {{ position: relative; height: 23mm; }}
.sign .stamp {{ position: absolute; left: 50%; top: 50%; transform: translate(calc(-50% + {look.seal_shift_mm}mm), calc(-58% + {look.seal_drop_mm}mm)); mix-blend-mode: multiply; }}
.sign .signature {{ position: absolute; left: 22%; top: {look.signature_drop_mm}mm; mix-blend-mode: multiply; }}
.sign .signer {{ font-weight: bold; }}
.pen {{ font-family: "TeX Gyre Chorus"; color: {look.pen_ink}; font-size: 1.22em; }}
.pen .word {{ white-space: nowrap; }}
.pen i {{ display: inline-block; font-style: normal; white-space: pre; }}
.serial {{ position: absolute; font-family: "{look.serial_family}"; font-weight: bold; color: {look.serial_color}; letter-spacing: 0.04em; word-spacing: {look.serial_gap_em}em; }}
.plan {{ display: block; margin: 1mm auto; }} .coordinates {{ width: 74mm; margin: 0 auto; text-align: center; font-size: 0.8em; }}
.coordinates table {{ font-size: 8pt; }} sup {{ font-size: 0.65em; line-height: 0; }}
.code {{ position: absolute; text-align: center; }} .note {{ {"font-style: italic;" if look.italic_notes else ""} }}
"""
