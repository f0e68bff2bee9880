"""What pikepdf's validator of PDF/A need not find out twice, so that judging a born-digital document stays quick.

Owns what is remembered between the documents of one process: answers of pure functions only, found by everything that
they are asked, so that no document can pass that would not have passed before. Certificates that one program prints are
alike: their pages, states and fonts are described in the same words, and the guilloche is the same to the last byte.
With a pikepdf that is built in another way nothing is remembered, and judging takes a third longer.
"""

from __future__ import annotations

import hashlib
import warnings
from functools import cache
from typing import Any

from pikepdf import PdfError, Stream
from pikepdf.pdfa import Flavour

try:
    from pikepdf.pdfa import _content
    from pikepdf.pdfa._schemas import SchemaSet
except ImportError:  # pragma: no cover - another pikepdf
    _IS_KNOWN = False
else:
    _IS_KNOWN = all(hasattr(_content, name) for name in ("content_checker", "replace", "GraphicsState"))

# Approved descriptions of objects that are kept in mind, and how long one may be: four megabytes at the most.
_DESCRIPTIONS, _LONGEST_DESCRIPTION = 2000, 2000
# A drawing this long that needs this little attention is lines and curves: what frames and grounds are made of.
_LONG_DRAWING, _FEW_EVENTS, _DRAWINGS = 30_000, 64, 64

_Answer = tuple[list[tuple[Any, ...]], int]


@cache
def let_validator_remember() -> bool:
    """Put the memory in place, once a process; whether this pikepdf is built as is known here."""
    if not _IS_KNOWN:
        return False
    make_checker = _content.content_checker
    memories: dict[tuple[object, ...], dict[bytes, _Answer]] = {}

    def remembering_checker(limits: Any) -> Any:
        return DrawingMemory(make_checker(limits), memories.setdefault(tuple(vars(limits).values()), {}))

    setattr(_content, "content_checker", remembering_checker)  # noqa: B010 - no attribute of ours
    # ``dataclasses.replace`` looks at every field of the class for each colour that a drawing sets.
    setattr(_content, "replace", _changed)  # noqa: B010 - no attribute of ours
    for flavour in ("1b", "2b"):
        _remember_approvals(SchemaSet.for_flavour(Flavour(flavour)))
    return True


def _changed(state: Any, **changes: Any) -> Any:
    return type(state)(**{**vars(state), **changes})


class DrawingMemory:
    """Asks the validator's checker of drawings, but for a long plain drawing only once.

    What the checker answers follows from the drawing's bytes: the operators that need attention, in their order, and
    how many there are in all. A drawing that it warned about, or that holds an image, is asked about each time.
    """

    def __init__(self, checker: Any, known: dict[bytes, _Answer]) -> None:
        self._checker = checker
        self._known = known

    def check(self, stream: Stream) -> _Answer:
        digest = _digest_of_long(stream)
        if digest is None:
            answer: _Answer = self._checker.check(stream)
            return answer
        if digest in self._known:
            return self._known[digest]
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            answer = self._checker.check(stream)
        for one in warned:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
        events = answer[0]
        if not warned and len(events) <= _FEW_EVENTS and all(event[0] == "op" for event in events):
            if len(self._known) >= _DRAWINGS:
                self._known.clear()
            self._known[digest] = answer
        return answer


def _digest_of_long(drawing: Stream) -> bytes | None:
    try:
        data = drawing.read_bytes()
    except PdfError:
        return None
    return hashlib.sha256(data).digest() if len(data) >= _LONG_DRAWING else None


def _remember_approvals(schemas: SchemaSet) -> None:
    """Let a schema be asked once about objects that say the same, word for word, in the same role.

    Only "nothing is wrong" is remembered: what is wrong is found, and said where, each time.
    """
    ask = schemas.check
    approved: set[tuple[str, str]] = set()

    def check(role: str, shallow: Any, ctx: Any, where: str) -> bool:
        said = (role, repr(shallow))
        if said in approved:
            return True
        is_approved = ask(role, shallow, ctx, where)
        if is_approved and len(said[1]) <= _LONGEST_DESCRIPTION:
            if len(approved) >= _DESCRIPTIONS:
                approved.clear()
            approved.add(said)
        return is_approved

    setattr(schemas, "check", check)  # noqa: B010 - a method of this one value
