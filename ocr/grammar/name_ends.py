"""Where a person's name ends: at what is said next, or at the end of its line unless it goes on below.

Owns which words follow a name, and how a name wraps. It must not know whose name it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr.grammar.letters import fold

_NAME_END = re.compile(
    r"[,;(]|\s[-–]\s|\.\s|\s+(?:sinh(?=\s*(?:(?:nam|ngay)(?!\s*sinh)|[:;.]?\s*\d))|nam\s*sinh(?!\s*(?:nam|ngay))|ns\b(?=\W*\d)|cmnd|cccd|cc\b|so\b(?=\s*(?:c[mc]|giay|dinh|can\s|h[oc]\b|[:.]?\s*\d))|dia\s*chi|va\s*(?:vo|chong))"
)


def end_of_lines(text: str, start: int, end: int, starts: Sequence[int]) -> int:
    """Where the lines of a person's name end: with the first that has two words, unless the name goes on below.

    In a narrow column one word or two stand on the next line, alone: behind THỊ or VĂN, or in capitals like the name.
    In a sentence ("... và vợ là bà Lý Thị Ngọc", "Hằng, sinh năm 1956") what is said of the person follows them.
    """
    breaks = [at for at in starts if start < at < end and " " in text[start : at - 1].strip()]
    if not breaks:
        return end
    below_end = min([end, *breaks[1:]])
    stop = end_of_name(text, breaks[0], below_end)
    name, below = text[start : breaks[0] - 1].strip(), text[breaks[0] : stop.start() if stop else below_end].strip()
    words = below.split()
    is_rest = len(words) in (1, 2) and all(word.isalpha() and word[0].isupper() for word in words)
    goes_on = fold(name).endswith((" thi", " van")) or (name.isupper() and below.isupper() and len(below) > 1)
    if start - max(at for at in starts if at <= start) > _IN_A_SENTENCE:
        goes_on = goes_on or _SAID_NEXT.match(fold(text), stop.start() if stop else below_end) is not None
    return below_end if is_rest and goes_on else breaks[0]


# So many letters into a line a person is named in a sentence, and not at the head of a line of their own.
_IN_A_SENTENCE = 30
_SAID_NEXT = re.compile(r",?\s*(?:sinh\b|nam\s*sinh\b|ns\b|c[mc]\w{0,3}\b|so\s*c[mc]|giay\b|cung\s*dia)")


def end_of_name(text: str, start: int, end: int) -> re.Match[str] | None:
    """Where a person's name ends; a point behind its first word is a speck of the paper."""
    stop = _NAME_END.search(fold(text), start, end)
    while stop and stop.group().startswith(".") and " " not in text[start : stop.start()].strip():
        stop = _NAME_END.search(fold(text), stop.end(), end)
    return stop
