"""The validator that remembers what it has found says word for word what it says without a memory."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream, String
from pikepdf.pdfa import resolve_save_kwargs, validate_written

from archive import conformance
from archive.judging import DrawingMemory, let_validator_remember
from archive.pdfa import write_pdfa
from archive.xmp import PdfIdentity

PRINTED = Path(__file__).parents[2] / "samples" / "scans" / "11-tt10-born-digital.pdf"
# Judges as pikepdf comes, in a process that has never seen our memory.
WITHOUT_MEMORY = """
import json, sys
from pikepdf.pdfa import validate_written
print(json.dumps([[str(one) for one in validate_written(path, "2b").findings] for path in sys.argv[1:]]))
"""


def forms(page: Page) -> Iterator[Stream]:
    todo = [page.obj]
    while todo:
        drawn = todo.pop().get(Name.Resources, Dictionary()).get(Name.XObject, Dictionary())
        for _, form in sorted(drawn.items()):
            if form.get(Name.Subtype) == Name.Form:
                yield form
                todo.append(form)


def longest(pdf: Pdf) -> Stream:
    return max(forms(pdf.pages[0]), key=lambda form: len(form.read_bytes()))


def redraw(change: Callable[[bytes], bytes]) -> Callable[[Pdf], None]:
    def damage(pdf: Pdf) -> None:
        ground = longest(pdf)
        drawn = ground.read_bytes()
        ground.write(change(drawn))
        assert ground.read_bytes() != drawn

    return damage


def say(key: Name, value: Any) -> Callable[[Pdf], None]:
    def damage(pdf: Pdf) -> None:
        pdf.pages[0].obj[key] = value

    return damage


def forbid_state(pdf: Pdf) -> None:
    _, state = next(iter(longest(pdf).Resources.ExtGState.items()))
    state[Name.TR] = Name.Identity


def drop_state(pdf: Pdf) -> None:
    del longest(pdf).Resources[Name.ExtGState]


def spoil_font(pdf: Pdf) -> None:
    fonts = next(form for form in forms(pdf.pages[0]) if Name.Font in form.get(Name.Resources, Dictionary()))
    font = next(font for _, font in sorted(fonts.Resources.Font.items()) if font.Subtype == Name.Type0)
    font.DescendantFonts[0].FontDescriptor.FontFile2.write(b"no font")


# What is broken, and a word of what is said about it.
DAMAGES: dict[str, tuple[Callable[[Pdf], None], str]] = {
    "no_such_operator": (redraw(lambda drawn: drawn + b"\n1 2 ink\n"), "not defined"),
    "operand_missing": (redraw(lambda drawn: drawn.replace(b" l\n", b"  m l\n", 1)), "operands"),
    "number_beyond_all": (redraw(lambda drawn: drawn + b"\n99999999999999 0 m\n"), "out of range"),
    "nested_too_deep": (redraw(lambda drawn: b"q " * 40 + drawn + b" Q" * 40), "nesting"),
    "other_ink": (redraw(lambda drawn: drawn + b"\n0 0 0 1 k\n"), "CMYK"),
    "broken_string": (redraw(lambda drawn: drawn + b"\n<0> Tj (ab\n"), ""),
    "picture_inside": (redraw(lambda drawn: drawn + b"\nBI /W 1 /H 1 /CS /G /BPC 8 /XX 1 ID a EI\n"), "inline"),
    "state_with_transfer": (forbid_state, "TR"),
    "state_missing": (drop_state, "ExtGState"),
    "font_spoilt": (spoil_font, "font"),
    "page_runs_script": (say(Name.AA, Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("1")))), "AA"),
    "page_key_unknown": (say(Name.Sohoa, 1), "unrecognized"),
    "page_box_no_box": (say(Name.TrimBox, Array([0, 0, 1])), "TrimBox"),
}


@pytest.fixture
def approved(kit: Any, identity: PdfIdentity) -> bytes:
    """A born-digital certificate that has just been judged: all that can be remembered of it is."""
    pdf = write_pdfa(PRINTED.read_bytes(), kit.reading_of(), identity)
    assert conformance.problems(pdf, 2) == []
    return pdf


def damaged(pdf: bytes, damage: Callable[[Pdf], None]) -> bytes:
    out = BytesIO()
    with Pdf.open(BytesIO(pdf)) as opened:
        damage(opened)
        opened.save(out, **resolve_save_kwargs("2b", deterministic_id=True))
    return out.getvalue()


@pytest.mark.slow
def test_nothing_passes_by_memory(approved: bytes, tmp_path: Path) -> None:
    """Of documents damaged in one place each, the same is said, in the same order, as by a validator without memory."""
    assert let_validator_remember()
    documents = {name: damaged(approved, damage) for name, (damage, _) in DAMAGES.items()}
    chance = random.Random(5)
    for number in range(4):
        flipped = bytearray(approved)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        documents[f"bit {number}"] = bytes(flipped)
    documents["sound"] = approved
    paths = [tmp_path / f"{number}.pdf" for number in range(len(documents))]
    for path, document in zip(paths, documents.values(), strict=True):
        path.write_bytes(document)
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT_MEMORY, *map(str, paths)],
        capture_output=True,
        check=True,
        text=True,
    )
    without = dict(zip(documents, json.loads(asked.stdout), strict=True))
    said = [[str(one) for one in validate_written(path, "2b").findings] for path in paths]
    assert dict(zip(documents, said, strict=True)) == without
    assert {name: word for name, (_, word) in DAMAGES.items() if not any(word in one for one in without[name])} == {}
    assert all(conformance.problems(documents[name], 2) for name in DAMAGES)
    assert conformance.problems(documents["sound"], 2) == []


def test_long_drawing_is_asked_about_once(approved: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ground that certificates of one form share is taken apart once, one with another line in it anew."""
    asked: list[int] = []
    known: dict[bytes, Any] = {}

    class Checker:
        def check(self, stream: Stream) -> Any:
            asked.append(len(stream.read_bytes()))
            return [("op", 3, "gs", [Name.G3])], 9

    memory = DrawingMemory(Checker(), known)
    with Pdf.open(BytesIO(approved)) as pdf:
        ground = longest(pdf)
        first = memory.check(ground)
        assert memory.check(ground) is first
        ground.write(ground.read_bytes() + b"0 0 m 1 1 l S\n")
        assert memory.check(ground) == first
        short = Stream(pdf, b"0 0 m 1 1 l S")
        assert memory.check(short) == memory.check(short) == first
    assert len(asked) == 4
