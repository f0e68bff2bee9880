"""Choosing between the readers: agreement first, then word by word, then a third look, then lists.

Owns how one value comes out of several readings. It must not know forms. Readers are trusted by what they are good at
(weights below, measured on drawn certificates): LineNet most, Tesseract on tone marks, TrueOCR on digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from certificate.geometry import Box
from certificate.record import Form
from certificate.text import comparable, nfc
from ocr.grammar.aligned import Stretch, boundary_map, stretches
from ocr.grammar.drafts import Kind
from ocr.grammar.flow import Piece
from ocr.grammar.letters import fold, is_syllable
from ocr.grammar.lexicon import surnames, word_weight
from ocr.grammar.normal import normalise
from ocr.recognise import LINENET, TESSERACT, TEXT_LAYER, TRUEOCR, TWIN, WEIGHED, Reading, reader_of

NUMERIC = frozenset(
    {Kind.SERIAL, Kind.REGISTER, Kind.DATE, Kind.YEAR, Kind.ID_NUMBER, Kind.NUMBER, Kind.AREA, Kind.TERM}
)
Reread = Callable[[int, Box], Mapping[str, Reading]]


@dataclass(frozen=True)
class Settled:
    """One value chosen: as printed, in normal form, what each reader said, and the facts its confidence rests on.

    ``agree`` tells that the readers gave the same value at once; ``votes`` is the share of all looks that gave it;
    ``engine`` the readers' own lowest confidence on its lines; ``plausible`` the least usual of its words (0.0-1.0);
    ``weakest`` the lowest probability that LineNet gives any of its letters; ``own`` tells that LineNet alone gave
    this value, ``backers`` what share of the first readings did; ``seen`` are the readings with all further looks.
    """

    value: str | None
    raw: str | None
    readings: Mapping[str, str]
    agree: bool
    votes: float
    engine: float
    plausible: float
    looks: int
    handwritten: float
    under_seal: float
    text_layer: bool = False
    weakest: float = 0.0
    own: bool = False
    backers: float = 0.0
    seen: Mapping[str, str] = field(default_factory=dict)
    notes: frozenset[str] = field(default_factory=frozenset)


_WEIGHT_TEXT = {LINENET: 2.2, TWIN: 1.9, TESSERACT: 1.15, TRUEOCR: 0.7, TEXT_LAYER: 9.0}
_WEIGHT_DIGITS = {LINENET: 1.9, TWIN: 1.6, TESSERACT: 1.0, TRUEOCR: 1.0, TEXT_LAYER: 9.0}
# With this much certainty on every letter, LineNet needs only one other reader beside it.
_CERTAIN_LETTERS = 0.9
# From here on LineNet's letters are print; so many of them tell.
_PRINTED_LETTERS, _TELLING = 0.8, 6
# Ink as blue as a pen's.
_CERTAINLY_PEN = 1.0


_MISSHAPEN, _FOUR_DECIMALS = 0.3, re.compile(r"\.\d{4}")
_YEAR_ALONE = re.compile(r"\d{4}")


def _is_further(reader: str) -> bool:
    """Whether a reading is one of another rendering or height, not a reader's own."""
    return "@" in reader or "/" in reader


def _weight(reader: str, kind: Kind) -> float:
    base = reader_of(reader)
    known = (_WEIGHT_DIGITS if kind in NUMERIC else _WEIGHT_TEXT).get(base, 0.8)
    return known if base == reader else 0.75 * known


def settle(kind: Kind, piece: Piece, form: Form, reread: Reread | None) -> Settled:
    """The value at a place of the paper, from everything that was read there."""
    readings = {reader: piece.read_by(reader) for reader in piece.readers}
    found = {reader: normalise(kind, text, form) for reader, text in readings.items() if not _is_further(reader)}
    # LineNet's twin votes, but slips where LineNet does more often than readers of another make: it proves nothing.
    found.pop(TWIN, None)
    if kind is Kind.NAME and not any(map(_is_further, readings)):
        found = _with_family_names(found)
    weakest = piece.weakest_letter(LINENET) if LINENET in readings else 0.0
    agree = _agree(found, weakest)
    layer = TEXT_LAYER in readings
    looks: dict[str, str] = dict(readings)
    if not agree and not layer and reread is not None:
        looks |= _third_look(kind, piece, reread)
    value, raw, votes = _voted(kind, piece, looks, form)
    if WEIGHED not in readings and _is_outvoted(found, value):
        value, raw, _ = _voted(kind, piece, {reader: readings[reader] for reader in found}, form)
    lines = [run.line.line for run in piece.runs]
    same = [reader for reader, given in found.items() if given and value and comparable(given) == comparable(value)]
    # What a list, or the vote, made of it is never as good as what readers agree on.
    agree = agree and len(same) > 1
    engine = min((r.confidence for line in lines for name, r in line.readings.items() if name in found), default=0.0)
    return Settled(
        value=value,
        raw=raw,
        readings=readings,
        agree=agree or layer,
        votes=1.0 if layer else votes,
        engine=1.0 if layer else engine,
        plausible=_plausible(kind, value),
        looks=len(looks),
        handwritten=_by_hand(max(line.handwritten for line in lines), value, weakest, agree=agree),
        under_seal=max(line.red_overlap for line in lines),
        text_layer=layer,
        weakest=1.0 if layer else weakest,
        own=layer or LINENET in same,
        backers=1.0 if layer else len(same) / len(found),
        seen=looks,
    )


def _with_family_names(found: Mapping[str, str | None]) -> dict[str, str | None]:
    """Readings of a name with LineNet's family name where another reader's is none but has the same letters.

    LineNet reads NGUYỄN, others read NGUYÊN, a family name that nobody bears.
    """
    head, _, behind = (found.get(LINENET) or "").partition(" ")
    if comparable(head) not in surnames():
        return dict(found)

    def mended(name: str) -> str:
        own, _, rest = name.partition(" ")
        lost = comparable(own) not in surnames() and fold(own) == fold(head) and comparable(rest) == comparable(behind)
        return f"{head} {rest}" if lost else name

    return {reader: mended(name) if name else name for reader, name in found.items()}


def _voted(kind: Kind, piece: Piece, looks: Mapping[str, str], form: Form) -> tuple[str | None, str | None, float]:
    return _numeric(kind, looks, form) if kind in NUMERIC else _textual(kind, piece, looks, form)


def _is_outvoted(found: Mapping[str, str | None], value: str | None) -> bool:
    """Whether all readers give one value and the vote another: the twin and a list together are no match for them."""
    given = {comparable(each or "") for each in found.values()}
    return len(found) > 1 and len(given) == 1 and given.isdisjoint({"", comparable(value or "")})


def _by_hand(seen: float, value: str | None, weakest: float, *, agree: bool) -> float:
    """How likely a value was written by hand, given how likely its lines were.

    LineNet learnt print: of no drawn pen's words it was sure of every letter, of most print that other readers quarrel
    over it was. Few letters say too little, but where all agree.
    """
    letters = sum(c.isalpha() for c in value or "")
    return 0.0 if seen < _CERTAINLY_PEN and weakest >= _PRINTED_LETTERS and (letters >= _TELLING or agree) else seen


def _agree(found: Mapping[str, str | None], weakest: float) -> bool:
    """Whether the readers gave one value at once: all of them, or LineNet, sure of every letter, and one other."""
    values = {reader: comparable(value) for reader, value in found.items() if value}
    if len(values) == len(found) > 1 and len(set(values.values())) == 1:
        return True
    own = values.get(LINENET)
    return own is not None and weakest >= _CERTAIN_LETTERS and list(values.values()).count(own) > 1


def _third_look(kind: Kind, piece: Piece, reread: Reread) -> dict[str, str]:
    """Further readings of the piece; lines whose readers agree are not read again but stand as they are."""
    parts: dict[str, list[str]] = {}
    texts: list[tuple[str, Mapping[str, str]]] = []
    for run in piece.runs:
        one = Piece((run,))
        own = {reader: one.read_by(reader) for reader in one.readers}
        again: Mapping[str, str] = {}
        open_still = len({comparable(text) for text in own.values()}) > 1 or kind in NUMERIC
        if open_still and not any(_is_further(reader) for reader in own):
            box = run.line.box_of(run.start, run.end)
            head = run.line.text[: run.start].rpartition(" ")[2]
            again = {
                name: _without_head(nfc(reading.text), head)
                for name, reading in reread(run.line.face_index, box).items()
            }
        texts.append((one.text, again))
    for name in dict.fromkeys(name for _, again in texts for name in again):
        parts[name] = [again.get(name, text) for text, again in texts]
    return {name: nfc(" ".join(words)) for name, words in parts.items() if any(words)}


def _without_head(text: str, head: str) -> str:
    """A further reading of a part of a line, without the end of the label that no space parts from it: "đất:49A"."""
    at = text.find(head[-1], 0, len(head) + 2) if head and not head[-1].isalnum() else -1
    return text[at + 1 :].strip()


def _numeric(kind: Kind, looks: Mapping[str, str], form: Form) -> tuple[str | None, str | None, float]:
    tally: dict[str, float] = {}
    shown: dict[str, tuple[str, str]] = {}
    total = 0.0
    for reader, text in looks.items():
        weight = _weight(reader, kind)
        total += weight
        value = normalise(kind, text, form)
        if value is not None:
            # No area is printed with four decimals: a sign was lost or taken for another.
            weight *= _MISSHAPEN if kind is Kind.AREA and _FOUR_DECIMALS.search(value) else 1.0
            key = comparable(value)
            tally[key] = tally.get(key, 0.0) + weight
            shown.setdefault(key, (value, text))
    if not tally:
        return None, nfc(next(iter(looks.values()), "")) or None, 0.0
    best = max(tally, key=lambda key: tally[key])
    if kind is Kind.DATE and _YEAR_ALONE.fullmatch(best):
        # A reader that makes out day and month beside the same year says more than those that lost one of them.
        whole = [key for key in tally if key.startswith(f"{best}-")]
        best = max(whole, key=lambda key: tally[key], default=best)
    return shown[best][0], shown[best][1], tally[best] / total


def _textual(kind: Kind, piece: Piece, looks: Mapping[str, str], form: Form) -> tuple[str | None, str | None, float]:
    if WEIGHED in looks:
        return _weighed(kind, looks, form)
    text, votes = vote_words(piece.text, looks, kind)
    value = normalise(kind, text, form)
    return value, nfc(text) or None, votes


def _weighed(kind: Kind, looks: Mapping[str, str], form: Form) -> tuple[str | None, str | None, float]:
    """What was weighed with a list already, as a whole; the looks that gave just this are its votes."""
    text = looks[WEIGHED]
    value = normalise(kind, text, form)
    others = {reader: normalise(kind, said, form) for reader, said in looks.items() if reader != WEIGHED}
    total = sum(_weight(reader, kind) for reader in others)
    same = sum(
        _weight(reader, kind)
        for reader, said in others.items()
        if said and value and comparable(said) == comparable(value)
    )
    return value, nfc(text) or None, same / total if total else 0.0


def _tokens(text: str) -> list[str]:
    return nfc(text).split(" ") if nfc(text) else []


def vote_words(pivot: str, looks: Mapping[str, str], kind: Kind) -> tuple[str, float]:
    """The text that the looks agree on word by word, and the lowest share of votes that any of its words got."""
    base = _tokens(pivot)
    if not base:
        best = max(looks.items(), key=lambda item: len(item[1]), default=("", ""))
        return best[1], 0.3
    slots: list[dict[str, float]] = [{} for _ in base]
    between: list[dict[str, float]] = [{} for _ in range(len(base) + 1)]
    total = 0.0
    for reader, text in looks.items():
        if len(fold(text)) < 0.5 * len(fold(pivot)):
            continue
        weight = _weight(reader, kind)
        total += weight
        _align(base, _tokens(text), weight, slots, between)
    if total == 0.0:
        return pivot, 0.3
    chosen, share = [], 1.0
    for place, slot in enumerate(slots):
        extra = between[place]
        if extra:
            word, weight = max(extra.items(), key=lambda item: item[1])
            if weight > 0.55 * total:
                chosen.append(word)
        word, weight = max(slot.items(), key=lambda item: item[1] + total * _bonus(item[0], kind), default=("", 0.0))
        share = min(share, weight / total)
        if word:
            chosen.append(word)
    tail = between[len(base)]
    if tail:
        word, weight = max(tail.items(), key=lambda item: item[1])
        if weight > 0.55 * total:
            chosen.append(word)
    return nfc(" ".join(chosen)), share


def _bonus(word: str, kind: Kind) -> float:
    """What a word gets for being a word: nothing left out is worth more than a scrap that is none."""
    if not word:
        return 0.2
    return 0.8 * word_weight(word, kind)


def _align(
    base: Sequence[str],
    other: Sequence[str],
    weight: float,
    slots: list[dict[str, float]],
    between: list[dict[str, float]],
) -> None:
    for part in _word_blocks(base, other):
        words = other[part.other_start : part.other_end]
        count = part.end - part.start
        if part.equal or count == len(words) > 0:
            for place, word in zip(range(part.start, part.end), words, strict=True):
                slots[place][word] = slots[place].get(word, 0.0) + weight
        elif count == 0:
            joined = " ".join(words)
            between[part.start][joined] = between[part.start].get(joined, 0.0) + weight
        else:
            _add_uneven(base[part.start : part.end], words, part.start, weight, slots)


def _add_uneven(
    base: Sequence[str], other: Sequence[str], start: int, weight: float, slots: list[dict[str, float]]
) -> None:
    """Words parted or run together: each word of the base gets the part of the other text that lies where it lies."""
    joined, text = " ".join(base), " ".join(other)
    at, low = 0, 0
    positions = _positions(joined, text)
    for offset, word in enumerate(base):
        at += len(word)
        high = positions[at] if offset + 1 < len(base) else len(text)
        part = text[low:high].strip()
        slots[start + offset][part] = slots[start + offset].get(part, 0.0) + weight
        low = high
        at += 1


def _positions(base: str, other: str) -> list[int]:
    return list(boundary_map(base, other)[1])


def _word_blocks(base: Sequence[str], other: Sequence[str]) -> list[Stretch]:
    """Runs of equal words and the differing stretches between them."""
    blocks: list[Stretch] = []
    for part in stretches(base, other):
        if blocks and not part.equal and not blocks[-1].equal:
            last = blocks[-1]
            blocks[-1] = Stretch("replace", last.start, part.end, last.other_start, part.other_end)
        else:
            blocks.append(part)
    return blocks


def _plausible(kind: Kind, value: str | None) -> float:
    if value is None or kind in NUMERIC:
        return 1.0
    words = [w.strip(".,;:()\"'“”-–/") for w in value.split()]
    checked = [w for w in words if w.isalpha() and len(w) > 1]
    return min((1.0 if word_weight(w, kind) > 0 else 0.6 if is_syllable(w) else 0.2 for w in checked), default=1.0)


__all__ = ["NUMERIC", "Reread", "Settled", "settle", "vote_words"]
