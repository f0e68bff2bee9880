"""Letters and syllables of printed Vietnamese: folding, skeletons, and which syllables the language allows.

Owns what is true of Vietnamese spelling anywhere. It must not know certificates. The onsets and rhymes are those of
standard spelling; names of places in other tongues (Đắk Lắk) fall outside on purpose and are known by lists instead.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
_ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx", "")
_RHYMES = frozenset(
    re.split(
        r"\s+",
        """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
        ê êch êm ên ênh êp êt êu êng i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan
        oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong ooc op ot ô ôc ôi ôm ôn ông
        ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uêu uy uya uych uyên uyêt uyn
        uynh uyp uyt uyu uơ uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên
        yêng yêt yêu""",
    )
)
_STOPS = ("c", "ch", "p", "t")


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in "đĐÐð":
        return "d"
    base = unicodedata.normalize("NFD", char)[0].casefold()
    return base if len(base) == 1 else base[0]


def fold(text: str) -> str:
    """The text in small letters without marks, one letter for each letter, so that places in it stay the same."""
    return "".join(map(_fold_char, text))


@lru_cache(maxsize=16384)
def skeleton(text: str) -> tuple[str, tuple[int, ...]]:
    """The folded letters and digits alone, and the place of each in ``text``."""
    kept = [(c, i) for i, c in enumerate(fold(text)) if c.isalnum()]
    return "".join(c for c, _ in kept), tuple(i for _, i in kept)


def skeleton_of(text: str) -> str:
    """The folded letters and digits of the text alone."""
    return skeleton(text)[0]


@lru_cache(maxsize=16384)
def tone_of(word: str) -> tuple[str, str]:
    """The word without its tone mark (vowel marks kept, small letters) and the tone's letter (``""`` for level)."""
    tone, kept = "", []
    for char in unicodedata.normalize("NFD", word.casefold()):
        if char in _TONES:
            tone += _TONES[char]
        else:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)), tone


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether Vietnamese spelling allows this syllable with this tone."""
    bare, tone = tone_of(word)
    if len(tone) > 1:
        return False
    for onset in _ONSETS:
        if not bare.startswith(onset):
            continue
        rhyme = bare[len(onset) :]
        if onset == "gi" and not rhyme:
            rhyme = "i"
        if rhyme in _RHYMES and _onset_fits(onset, rhyme) and not (rhyme.endswith(_STOPS) and tone not in ("s", "j")):
            return True
    return False


@lru_cache(maxsize=16384)
def has_lost_its_tone(word: str) -> bool:
    """Whether a syllable ends in a stop and bears neither of the two tones that such have: "Rach" for "Rạch"."""
    bare, tone = tone_of(word)
    return tone not in ("s", "j") and bare.endswith(_STOPS) and not is_syllable(word) and is_syllable(f"{bare}\u0323")


def _onset_fits(onset: str, rhyme: str) -> bool:
    first = rhyme[0]
    if onset in ("k", "gh", "ngh"):
        return first in "eêiy"
    if onset in ("c", "g", "ng"):
        return first not in "eêy" and not (first == "i" and onset != "g")
    return True


def plausibility(text: str) -> float:
    """The share of the text's words that Vietnamese spelling allows (0.0-1.0); 1.0 for a text without words."""
    words = [w for w in "".join(c if c.isalpha() else " " for c in text).split() if len(w) > 1]
    return sum(map(is_syllable, words)) / len(words) if words else 1.0
