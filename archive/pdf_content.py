"""The operators of a page or form, looked over before they are taken apart: taking apart costs ten times as much."""

from __future__ import annotations

import re
from functools import cache

from pikepdf import Array, Name, Object, Page, Stream

# An operator stands between white space and what opens or closes a string, an array, a dictionary, a name, a comment.
_OTHER = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"


def content_bytes(holder: Object | Page) -> bytes:
    """What a page or a form draws, decoded; nothing for a page that draws nothing."""
    drawing = holder.obj if isinstance(holder, Page) else holder
    contents = drawing if isinstance(drawing, Stream) else drawing.get(Name.Contents)
    parts = list(contents) if isinstance(contents, Array) else [contents]
    return b"\n".join(part.read_bytes() for part in parts if isinstance(part, Stream))


def may_use(content: bytes, *operators: str) -> bool:
    """Whether one of these operators may be among what is drawn; never wrongly no, sometimes wrongly yes."""
    return any(name.encode("ascii") in content and _standing(name).search(content) is not None for name in operators)


@cache
def _standing(operator: str) -> re.Pattern[bytes]:
    name = re.escape(operator.encode("ascii"))
    # The name first: a search for it alone is quick.
    return re.compile(name + rb"(?<!" + _OTHER + name + rb")(?!" + _OTHER + rb")")
