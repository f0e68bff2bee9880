"""What stands behind each word of a value: a second reader, or what such texts are known to say.

Readers of different make quarrel over marks ("hồ sơ", "hõ sơ") far more often than over letters. Owns which of these
quarrels the language settles: one reader's word stands when it is the one that sentences and places have, and another
reader saw the same letters with other marks. Numbers and names need a second reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from certificate.addresses import parse_address
from certificate.text import comparable, nfc
from ocr.grammar.aligned import stretches
from ocr.grammar.drafts import Kind
from ocr.grammar.letters import fold, is_syllable
from ocr.grammar.lexicon import surnames
from ocr.grammar.phrases import known_words, vocabulary
from ocr.grammar.place_names import hamlet_names, resolves
from ocr.grammar.sentences import addresses_in
from ocr.grammar.streets import street_names
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, TWIN, reader_of

_OUTER = ".,;:()\"'“”‘’-–/ "
_UNIT_WORDS = frozenset(
    ("số", "tổ", "ấp", "khóm", "khu", "phố", "đường", "hẻm", "thôn", "xã", "phường", "thị", "trấn", "huyện", "quận",
     "tỉnh", "thành", "tp", "đặc", "ủy", "ban", "nhân", "dân", "sở")
)  # fmt: skip
_HOOK_LOST = frozenset({("sổ", "số")})
_PLACES = (Kind.ADDRESS, Kind.PLACE, Kind.AUTHORITY)


def unbacked_words(value: str, kind: Kind, looks: Mapping[str, str], *, in_list: bool) -> int:
    """How many words of a value rest on one reader alone; ``looks`` are all readings by reader and rendering."""
    words = [word for word in nfc(value).split(" ") if word.strip(_OUTER)]
    seen = [_said_for(words, text) for text in _by_reader(looks)]
    known = _known(value, words, kind, in_list=in_list)
    return sum(
        not _is_backed(word, [said[place] for said in seen], known=known[place]) for place, word in enumerate(words)
    )


def contested_words(value: str, kind: Kind, looks: Mapping[str, str], *, in_list: bool) -> int:
    """How many words of a name or a place Tesseract, of another make than the rest, spells with other marks.

    It sees marks less well than LineNet on the whole, but where it says so one name in five is wrong; so do TrueOCR
    and LineNet's twin where both say the same. What a list of places, streets or families has is not contested by a
    word that none has, and nothing is by what is no syllable.
    """
    words = [word for word in nfc(value).split(" ") if word.strip(_OUTER)]
    of_another_make, trueocr, twin = (
        _said_for(words, (looks.get(reader, ""),)) for reader in (TESSERACT, TRUEOCR, TWIN)
    )
    said = [one | (two & three) for one, two, three in zip(of_another_make, trueocr, twin, strict=True)]
    if kind in _PLACES:
        known = _known(value, words, kind, in_list=in_list)
    else:
        known = [kind is Kind.NAME and at == 0 and _core(word) in surnames() for at, word in enumerate(words)]
    return sum(
        any(_has_other_marks(_core(word), other, known=there) for other in others)
        for word, others, there in zip(words, said, known, strict=True)
    )


def overruled_words(value: str, looks: Mapping[str, str]) -> int:
    """How many words of a sentence have marks other than those that LineNet and a reader of another make both saw.

    What sentences usually say has put them there. Where the two saw a word that sentences have, too, or a name, they
    may be right: "thửa đất này" was mended to "nay". Of "sổ" all readers make "số".
    """
    words = [word for word in nfc(value).split(" ") if word.strip(_OUTER)]
    own, *others = (_said_for(words, (looks.get(reader, ""),)) for reader in (LINENET, TESSERACT, TRUEOCR))
    found = 0
    for place, word in enumerate(words):
        core = _core(word)
        both = own[place] & frozenset[str]().union(*(said[place] for said in others))
        seen = [other for other in both if other != core and fold(other) == fold(core)]
        found += any(
            (other in vocabulary() or (place > 0 and word[:1].isupper())) and (core, other) not in _HOOK_LOST
            for other in seen
        )
    return found


def _has_other_marks(word: str, other: str, *, known: bool) -> bool:
    if other == word or fold(other) != fold(word):
        return False
    return other in surnames() if known and word in surnames() else not known and is_syllable(other)


def _by_reader(looks: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The readings of each reader, its further looks beside its first."""
    readers: dict[str, tuple[str, ...]] = {}
    for name, text in looks.items():
        base = reader_of(name)
        # LineNet's twin is of its make, and no reader beside it.
        if base != TWIN:
            readers[base] = (*readers.get(base, ()), text)
    return list(readers.values())


def _said_for(words: Sequence[str], texts: Sequence[str]) -> list[frozenset[str]]:
    """What one reader said in the place of each word."""
    said: list[set[str]] = [set() for _ in words]
    mine = [_core(word) for word in words]
    for text in texts:
        others = [core for word in nfc(text).split(" ") if (core := _core(word))]
        for part in stretches(mine, others):
            if part.tag in ("equal", "replace"):
                for place, other in zip(
                    range(part.start, part.end), others[part.other_start : part.other_end], strict=True
                ):
                    said[place].add(other)
    return [frozenset(one) for one in said]


def _is_backed(word: str, said: Sequence[frozenset[str]], *, known: bool) -> bool:
    core = _core(word)
    if sum(core in one for one in said) > 1:
        return True
    if not core.isalpha():
        return False
    others = [other for one in said for other in one if other != core and fold(other) == fold(core)]
    return bool(others) and (known or (is_syllable(core) and not any(is_syllable(other) for other in others)))


# The raised two of m² is beyond some readers.
_SQUARE_METRES = re.compile(r"m[²2?°*'’]?")


def _core(word: str) -> str:
    core = comparable(word.strip(_OUTER))
    return "m²" if _SQUARE_METRES.fullmatch(core) else core


def _known(value: str, words: Sequence[str], kind: Kind, *, in_list: bool) -> list[bool]:
    """Which words are what such texts say in such a place."""
    in_phrases = known_words(words)
    if kind in _PLACES:
        units = parse_address(value)
        names = [unit.name for unit in (units.commune, units.district, units.province) if unit and in_list]
        names += street_names(value) + hamlet_names(value)
        listed = {_core(word) for name in names for word in name.split(" ")} | _UNIT_WORDS
        return [known or _core(word) in listed for known, word in zip(in_phrases, words, strict=True)]
    if kind is Kind.TEXT:
        in_phrases = [known or there for known, there in zip(in_phrases, _in_addresses(value, words), strict=True)]
    return [known or in_list for known in in_phrases]


def _in_addresses(value: str, words: Sequence[str]) -> list[bool]:
    """Which words of a sentence name a place that the table has, within an address in it."""
    found = [False] * len(words)
    for start, stop in addresses_in(value):
        address = value[start:stop]
        inside = [word for word in address.split(" ") if word.strip(_OUTER)]
        first = len([word for word in value[:start].split(" ") if word.strip(_OUTER)])
        known = _known(address, inside, Kind.ADDRESS, in_list=resolves(address))
        found[first : first + len(inside)] = known[: len(words) - first]
    return found
