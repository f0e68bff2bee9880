"""What pages of other writers show in letters, as far as their fonts say what they spell.

Owns the walk through a page and its forms for their text, and what is remembered between the pages of one document:
which forms have no letters and what each font spells. What is invisible is told apart by the mode of drawing letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page

from archive.fonts import FontReader
from archive.pdf_cleaner import MAX_DEPTH
from archive.pdf_content import content_bytes, may_use

INVISIBLE = 3
SHOWS_TEXT = frozenset({"Tj", "TJ", "'", '"'})


class PageTexts:
    """Reads what the pages of one document show; fonts and empty forms that they share are looked at once."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[int, int], FontReader] = {}
        self._without_text: set[tuple[int, int]] = set()

    def visible(self, page: Page) -> str:
        """The text that a page shows by fonts, in the order it is drawn."""
        return "".join(self._texts(page.obj, page.obj.get(Name.Resources), 0))

    def _texts(self, content: Object, resources: Object | None, depth: int) -> Iterator[str]:
        if not isinstance(resources, Dictionary) or depth > MAX_DEPTH or content.objgen in self._without_text:
            return
        drawn = content_bytes(content)
        if not may_use(drawn, *SHOWS_TEXT, "Do"):
            if content.is_indirect:
                self._without_text.add(content.objgen)
            return
        fonts = resources.get(Name.Font, Dictionary())
        forms = resources.get(Name.XObject, Dictionary())
        readers: dict[str, FontReader] = {}
        reader, modes = None, Modes()
        # Where nothing sets the mode of drawing letters, the many that keep it and bring it back need not be looked at.
        sets_mode = may_use(drawn, "Tr")
        wanted = f"{'q Q Tr ' if sets_mode else ''}Tf Tj TJ ' \" Do"
        for step in pikepdf.parse_content_stream(content, wanted):
            name, operands = str(step.operator), step.operands
            if (sets_mode and modes.follow(name, operands)) or not operands:
                continue
            if name in SHOWS_TEXT:
                if reader is not None and modes.mode != INVISIBLE:
                    yield from map(reader.read, _strings(operands[-1]))
            elif name == "Tf" and (key := str(operands[0])) in fonts:
                if key not in readers:
                    readers[key] = self._reader(fonts[key])
                reader = readers[key]
            elif name == "Do" and (key := str(operands[0])) in forms:
                form = forms[key]
                if form.get(Name.Subtype) == Name.Form:
                    yield from self._texts(form, form.get(Name.Resources, resources), depth + 1)

    def _reader(self, font: Object) -> FontReader:
        if not font.is_indirect:
            return FontReader(font)
        if font.objgen not in self._fonts:
            self._fonts[font.objgen] = FontReader(font)
        return self._fonts[font.objgen]


class Modes:
    """The mode of drawing letters in force, as it is set, kept and brought back."""

    def __init__(self) -> None:
        self.mode = 0
        self._kept: list[int] = []

    def follow(self, operator: str, operands: Iterable[Object]) -> bool:
        """Whether the operator is about the mode."""
        if operator == "q":
            self._kept.append(self.mode)
        elif operator == "Q" and self._kept:
            self.mode = self._kept.pop()
        elif operator == "Tr":
            self.mode = next((int(operand) for operand in operands), self.mode)
        return operator in {"q", "Q", "Tr"}


def _strings(shown: Object) -> Iterator[bytes]:
    for part in shown if isinstance(shown, Array) else [shown]:
        if isinstance(part, pikepdf.String):
            yield bytes(part)
