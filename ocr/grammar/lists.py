"""What may stand in a field: lists of the law and of the language, and mending a value by them.

Owns when a list may overrule the readers: only when exactly one entry is near, and one of the readers is near it. A
mended value is marked, so that it never goes silently.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from certificate.codes import origin_phrases, purpose_by_code, purpose_phrases
from certificate.numbers import VOCABULARY, read_number_words
from certificate.record import Form
from certificate.text import CAPITALS, comparable, nfc
from ocr.grammar.confidence import Evidence
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.fusion import Settled
from ocr.grammar.letters import fold, skeleton_of
from ocr.grammar.lexicon import surnames
from ocr.grammar.normal import normalise
from ocr.grammar.offices import AUTHORITY_HEADS, TITLES, mend_office
from ocr.grammar.phrases import mend_phrases
from ocr.grammar.place_names import hamlet_as_read, mend_address, mend_place
from ocr.grammar.sentences import addresses_in
from ocr.recognise import WEIGHED


@dataclass(frozen=True, slots=True)
class Nearest:
    """The entry of a list that is nearest to a text, in letters, and how far the next one is."""

    entry: str
    distance: int
    margin: int


def nearest(text: str, entries: Iterable[str]) -> Nearest | None:
    """The nearest entry; marks count as much as letters. ``None`` for an empty list."""
    wanted = comparable(text)
    unique = {comparable(entry): entry for entry in entries}
    ranked = sorted((Levenshtein.distance(wanted, key), key) for key in unique)
    if not ranked:
        return None
    margin = ranked[1][0] - ranked[0][0] if len(ranked) > 1 else 99
    return Nearest(unique[ranked[0][1]], ranked[0][0], margin)


_MOST_OF_VALUE = 0.8


def choose(
    settled: Settled, kind: Kind, form: Form, entries: Sequence[str], *, share: float = 0.16
) -> tuple[Settled, Evidence]:
    """The value as it stands in the list, if one entry fits; else as it was."""
    assert settled.value is not None
    if not entries:
        return settled, Evidence()
    known = {_without_point_spaces(entry) for entry in entries}
    if _without_point_spaces(settled.value) in known:
        return settled, Evidence(in_list=True)
    read = [value for text in settled.readings.values() if (value := normalise(kind, text, form))]
    # Half of a value may be an entry, too.
    least = _MOST_OF_VALUE * len(skeleton_of(settled.value))
    read = [value for value in read if len(skeleton_of(value)) >= least]
    for value in read:
        if _without_point_spaces(value) in known:
            return dataclasses.replace(settled, value=value), Evidence(in_list=True)
    found = [near for value in [settled.value, *read] if (near := nearest(value, entries))]
    near = min(found, key=lambda n: n.distance)
    close = near.distance <= max(1, share * len(near.entry)) and near.margin >= 1
    if close and _same_words(near.entry, [settled.value, *read]):
        return dataclasses.replace(settled, value=like(near.entry, settled.value)), Evidence(in_list=True, mended=True)
    return settled, Evidence()


def _without_point_spaces(text: str) -> str:
    """The text as it is compared with a list: whether a space stands behind a point is the printer's own choice."""
    return comparable(text).replace(". ", ".")


def _same_words(entry: str, seen: Iterable[str]) -> bool:
    """Whether an entry differs from what some reader saw by letters of its words, and by no word as a whole."""
    words = comparable(entry).split()
    for text in seen:
        other = comparable(text).split()
        if len(other) == len(words) and all(
            Levenshtein.distance(fold(one), fold(two)) <= max(1, len(one) // 3)
            for one, two in zip(words, other, strict=True)
        ):
            return True
    return False


def like(entry: str, printed: str) -> str:
    """The entry in the letter case of the print: capitals throughout, or its first letter."""
    if re.search(r"\w\.(?=\w)", printed) and not re.search(r"\w\. ", printed):
        entry = re.sub(r"(?<=\w)\. ", ".", entry)  # Printed without a space behind the point.
    letters = [c for c in printed if c.isalpha()]
    if letters and all(c.isupper() for c in letters):
        return entry.upper()
    if letters and letters[0].islower():
        return entry[:1].lower() + entry[1:]
    return entry


# Other spellings of words that stand in the vocabulary, too: a misread word is the usual one.
_RARE_SPELLINGS = frozenset({"phảy", "bẩy", "ngàn", "tỉ"})


@lru_cache(maxsize=4096)
def _number_word(core: str) -> str | None:
    """The word of the language of numbers that a misread word stands for; ``None`` when it is not clear."""
    near = nearest(core, VOCABULARY - _RARE_SPELLINGS)
    if near and near.margin >= 1 and (near.distance == 1 or fold(near.entry) == fold(core)):
        return near.entry
    return None


def mend_words(text: str) -> str:
    """Number words with each misread word put right, where exactly one word of the language of numbers is nearest."""
    mended = []
    known = _number_words()
    for word in nfc(text).split(" "):
        core = word.strip(".,;:()").casefold()
        near = None if not core or comparable(core) in known else _number_word(core)
        mended.append((near.capitalize() if word[:1].isupper() else near) if near else word)
    return " ".join(mended)


@cache
def _number_words() -> frozenset[str]:
    return frozenset(comparable(entry) for entry in VOCABULARY)


@cache
def _purpose_names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in purpose_phrases()))


def look_up(draft: Draft, settled: Settled, form: Form) -> tuple[Settled, Evidence]:
    """The value and what the lists say of it; a born-digital text is what it is and is never mended."""
    if not settled.value:
        return settled, Evidence()
    found, evidence = _look_up(draft, settled, form)
    if draft.kind is Kind.TITLE:
        # The letters of a seal mix into the title below it, in a text layer too: there nothing else tells of that.
        odd = settled.text_layer and (evidence.mended or not evidence.in_list)
        return found, dataclasses.replace(evidence, contradicted=evidence.contradicted or odd)
    if settled.text_layer and evidence.mended:
        return settled, Evidence()
    return (settled if settled.text_layer else found), evidence


def _look_up(draft: Draft, settled: Settled, form: Form) -> tuple[Settled, Evidence]:
    if draft.kind is Kind.WORDS:
        return _words(settled)
    if draft.kind is Kind.PURPOSE:
        return _purpose(settled, form)
    if draft.kind is Kind.ORIGIN:
        return choose(settled, draft.kind, form, origin_phrases(), share=0.12)
    if draft.kind is Kind.TITLE:
        return _look_up_title(settled, form)
    if draft.kind is Kind.AUTHORITY:
        return _mended(settled, draft.kind, form, _authority)
    if draft.kind is Kind.ADDRESS:
        return _mended(settled, draft.kind, form, partial(_address, readings=tuple(settled.seen.values())))
    if draft.kind is Kind.PLACE:
        return _mended(settled, draft.kind, form, mend_place)
    if draft.kind is Kind.NAME:
        return _name(settled, form)
    if draft.kind is Kind.REGISTER:
        return _look_up_register(settled, form)
    if draft.kind in (Kind.TEXT, Kind.HOUSE, Kind.ORGANISATION):
        names_in_it = settled.agree and not (settled.value or "").isupper()
        settled = _without_a_speck(settled)
        mend = _grade if draft.path == "house.grade" else partial(_sentence, keep_names=names_in_it)
        found, evidence = _mended(settled, draft.kind, form, mend)
        lost = not settled.text_layer and _MARK_LOST.search(found.value or "") is not None
        return found, dataclasses.replace(evidence, contradicted=evidence.contradicted or lost)
    return settled, Evidence()


def _purpose(settled: Settled, form: Form) -> tuple[Settled, Evidence]:
    if purpose_by_code(settled.value or ""):
        return settled, Evidence(in_list=True)  # A column of codes.
    if code := _purpose_code_meant(settled.value or ""):
        return dataclasses.replace(settled, value=code), Evidence(in_list=True, mended=True)
    return choose(settled, Kind.PURPOSE, form, _purpose_names())


_LETTERS_OF_CODES = str.maketrans("0581", "OSBI")


def _purpose_code_meant(text: str) -> str | None:
    """The code of a purpose in which a letter was read as a digit: NT5."""
    code = text.translate(_LETTERS_OF_CODES)
    return code if code != text and purpose_by_code(code) else None


# Some offices print "KT." with a stroke, "PHÓ" with its first letter.
_STROKED, _GLUED = re.compile(r"^(?:K/T\.?|KT/)(?= [^\W\d_])"), re.compile(r"^(?:K/T\.?|KT/)(?=[^\W\d_])")
_SHORT = re.compile(r"\bP\.\s?(?=(?:CHỦ|GIÁM|TRƯỞNG)\b)")


def _look_up_title(settled: Settled, form: Form) -> tuple[Settled, Evidence]:
    for pattern, usual in ((_STROKED, "KT."), (_GLUED, "KT. "), (_SHORT, "PHÓ ")):
        if printed := pattern.search(value := settled.value or ""):
            plain = dataclasses.replace(settled, value=pattern.sub(usual, value, count=1))
            found, evidence = _look_up_title(plain, form)
            return dataclasses.replace(found, value=(found.value or "").replace(usual, printed.group(), 1)), evidence
    found, evidence = _listed_title(settled, form)
    guessed = evidence.mended and not _has_its_opening(found.value or "", settled.readings.values())
    return found, dataclasses.replace(evidence, contradicted=evidence.contradicted or guessed)


def _has_its_opening(title: str, read: Iterable[str]) -> bool:
    """Whether some reader saw the word by which a title opens: TL. is another authority than TUQ., KT. or none."""
    first = skeleton_of(title.partition(" ")[0])
    return any(Levenshtein.distance(skeleton_of(said)[: len(first)], first) <= 1 for said in read)


def _listed_title(settled: Settled, form: Form) -> tuple[Settled, Evidence]:
    found, evidence = _mended(settled, Kind.TITLE, form, _office_title)
    if evidence.in_list:
        return found, evidence
    if whole := _whole_title(settled.value or ""):
        return dataclasses.replace(settled, value=whole), Evidence(mended=True, contradicted=True)
    as_long = [title for title in TITLES if title.count(" ") == (settled.value or "").count(" ")]
    found, evidence = choose(settled, Kind.TITLE, form, as_long)
    return (found, evidence) if evidence.in_list else _title_by_letters(settled)


def _look_up_register(settled: Settled, form: Form) -> tuple[Settled, Evidence]:
    if form is Form.LD2003:
        return _register_of_2003(settled)
    if form not in _FORMS_WITH_OFFICE_PREFIX:
        return settled, Evidence()
    if lettered := _lettered(settled):
        return dataclasses.replace(settled, value=lettered), Evidence(mended=True, contradicted=True)
    if settled.agree:
        return settled, Evidence()  # CX, of a commune, is no misread CN where all readers see it.
    found, evidence = _mended(settled, Kind.REGISTER, form, _register)
    # A sign right before the digits was a letter that some reader did not know.
    signed = any(_SIGN_BEFORE.match(text.strip()) for text in settled.seen.values())
    return found, dataclasses.replace(evidence, contradicted=evidence.contradicted or evidence.mended or signed)


def _lettered(settled: Settled) -> str | None:
    """The number with an office's letters that one reader saw where the others have a digit: "C7 20433", "CH 20433"."""
    torn = re.fullmatch(r"C\d(\d{5})", settled.value or "")
    seen = sorted(re.sub(r"\s", "", text).upper() for text in settled.seen.values())
    return next((text for text in seen if torn and re.fullmatch(rf"C[HNSTL]\.?{torn[1]}", text)), None)


# Offices that issue these forms number their registers CH, CN, CS, CT or VP; readers see other letters in a thin or
# slanted print of theirs.
_FORMS_WITH_OFFICE_PREFIX = (Form.TT17_2009, Form.TT23_2014, Form.TT10_2024)
_LIKE_CN = re.compile(r"C[AVXK](?=[.,\-]?\d)")
_LIKE_VP = re.compile(r"(?:[1T]?['’³]|1)P(?=[.,\-]?\d)")
_COMMA_BEHIND = re.compile(r"(?<=^C[HNST]),|(?<=^VP),")


def _register(text: str) -> tuple[str, bool]:
    """The number with the prefix that was meant; that it is one of the usual proves nothing."""
    for pattern, meant in ((_LIKE_CN, "CN"), (_LIKE_VP, "VP")):
        if found := pattern.match(text):
            text = meant + text[found.end() :]
    return _COMMA_BEHIND.sub(".", text), False


# The form of 2003 numbers its registers H (district) or T (province) and five digits. Of an H in a script some readers
# make a digit of its own or a sign: "9 41438", "7.36762", "9053537", "#65402".
_LETTER_AS_DIGIT = re.compile(r"(?:\d[./]?)?(\d{5})\d?")
_SIGN_BEFORE = re.compile(r"[#/|\\!¡(){}\[\]£€$%&*+=<>]{1,2}[.\s]*\d")


def _register_of_2003(settled: Settled) -> tuple[Settled, Evidence]:
    """The number with the letter that another reader saw, or H where the readers quarrel over a sixth digit before it.

    What comes out is a guess for the reviewer: it counts as contradicted.
    """
    found = _LETTER_AS_DIGIT.fullmatch(settled.value or "")
    if not found or not settled.value:
        return settled, Evidence()
    digits = found[1]
    others = {re.sub(r"\s", "", text).upper() for text in settled.seen.values()} - {settled.value}
    lettered = sorted(text for text in others if re.fullmatch(rf"[HT]\.?{digits}", text))
    led = any(re.fullmatch(rf"\d[./]?{digits}\d?", text) or _SIGN_BEFORE.match(text) for text in others)
    alike = any(digits in re.sub(r"\W", "", text) for text in others)
    if not alike or not (lettered or led or settled.value != digits):
        return settled, Evidence()
    guess = lettered[0] if lettered else "H" + ("." if "." in settled.value else "") + digits
    return dataclasses.replace(settled, value=guess), Evidence(mended=True, contradicted=True)


def _address(text: str, *, readings: Sequence[str]) -> tuple[str, bool]:
    return mend_address(hamlet_as_read(text, readings))


# Three strokes are Roman numbers: no house is of grade 11.
_STROKES = re.compile(r"(?<=ấp )[1Il|]{2,3}$")
_GRADE_WORD = re.compile(r"\W*(c)[aâăàáấầẩẫ]p(?=\W)", re.IGNORECASE)


def _grade(text: str) -> tuple[str, bool]:
    """A house's grade with the marks of its word: ``|Câp 3`` is ``Cấp 3``."""
    spelt = _GRADE_WORD.sub(lambda found: f"{found[1]}ấp", text, count=1)
    spelt = re.sub(r"^([Nn]hà)(?=[Cc]ấp )", r"\1 ", spelt)
    return _STROKES.sub(lambda found: "I" * len(found[0]), spelt), False


# A file's number "018587.CN.005" by pen: of the N in a script readers make a 7, a bracket or an A with one.
_FILE_BY_PEN = re.compile(r"\b(\d{6})\.C(?:[7/({|]|[AXV]\(|V\.)[.,]?(\d{3})\b")


# A speck between "số" and the number.
_STOP_IN_NUMBER = re.compile(r"(?<=\bsố)\s*[.,](?=\s+\d)")
# In a person's name these are mostly Nguyễn and Thị with a mark lost to the scan; all readers lose it alike.
_MARK_LOST = re.compile(
    rf"\b(?:[ÔÕô]ng|[Bb]à)\s+(?:Nguyên\s+[{CAPITALS}]|(?:[{CAPITALS}]\w+\s+){{1,2}}Thi\s+[{CAPITALS}])"
)


def _sentence(text: str, *, keep_names: bool) -> tuple[str, bool]:
    """Mended by phrases, and the addresses in it by the table of places where it names one commune."""
    text = _STOP_IN_NUMBER.sub("", _FILE_BY_PEN.sub(r"\1.CN.\2", text))
    mended, known = _mend_but_names(text) if keep_names else mend_phrases(text)
    for start, stop in reversed(addresses_in(mended)):
        address, resolved = mend_address(mended[start:stop])
        if resolved:
            mended = mended[:start] + address + mended[stop:]
    return mended, known


def _mend_but_names(text: str) -> tuple[str, bool]:
    """Mended by phrases, but for what may be a name: on "Văn Hòa" the readers agree, however usual "văn hóa" is."""
    mended, known = mend_phrases(text)
    pairs = zip(text.split(" "), mended.split(" "), strict=True)
    return " ".join(word if word[:1].isupper() else other for word, other in pairs), known


# Where a chief and his deputy stand under each other, the one signs for the other, whatever a seal left of "KT.".
_DEPUTY_BEHIND = re.compile(
    r"(?:\W*(?!T[UL])\w{0,3}\W+)?(?P<chief>GIÁM ĐỐC|CHỦ TỊCH)\W+(?:\w{1,2}\W+)?PHÓ (?P=chief)\W*"
)


def _whole_title(text: str) -> str | None:
    """The one title that the text has whole with scraps of a seal behind it, or that goes on where the text ends."""
    if deputy := _DEPUTY_BEHIND.fullmatch(text):
        return f"KT. {deputy['chief']} PHÓ {deputy['chief']}"
    printed = comparable(text)
    longest = [title for title in TITLES if not any(other.startswith(f"{title} ") for other in TITLES)]
    whole = [title for title in longest if printed.startswith(comparable(title) + " ")]
    begun = [title for title in longest if comparable(title).startswith(printed + " ")]
    found = whole or (begun if len(printed) > _TITLE_BEGUN else [])
    return like(found[0], text) if len(found) == 1 else None


# As long as what two titles may have in common: "TUQ. GIÁM ĐỐC PHÓ GIÁM ĐỐC" goes on in several ways.
_TITLE_BEGUN = 30
_TITLE_ALIKE, _TITLE_MARGIN, _MOST_OF_TITLE = 70.0, 4.0, 0.75


def _title_by_letters(settled: Settled) -> tuple[Settled, Evidence]:
    """The one title whose letters are most like what any reader saw under the seal; else the value as it was."""
    assert settled.value is not None
    seen = {skeleton_of(text) for text in (settled.value, *settled.readings.values())}
    ranked = sorted((max(fuzz.ratio(skeleton_of(title), letters) for letters in seen), title) for title in TITLES)
    (next_alike, _), (alike, title) = ranked[-2:]
    if alike < _TITLE_ALIKE or alike - next_alike < _TITLE_MARGIN:
        return settled, Evidence()
    half = _is_half(settled.readings.values(), title)
    return dataclasses.replace(settled, value=like(title, settled.value.upper())), Evidence(
        mended=True, contradicted=half
    )


def _is_half(read: Iterable[str], title: str) -> bool:
    """Whether every reader saw far fewer letters than the title has: they may be the end of another one."""
    return max((len(skeleton_of(said)) for said in read), default=0) < _MOST_OF_TITLE * len(skeleton_of(title))


def _office_title(text: str) -> tuple[str, bool]:
    return mend_office(text, TITLES)


# What a seal's ring left between an office's name and its place.
_SCRAPS_BEFORE_PLACE = re.compile(
    r"(?<=NHÂN DÂN)\s+(?:(?:\w?[^\w\s]\S*|\w)\s+)+(?=(?:HUYỆN|QUẬN|THÀNH PHỐ|THỊ XÃ|TỈNH)\s)"
)


def _authority(text: str) -> tuple[str, bool]:
    return mend_office(_SCRAPS_BEFORE_PLACE.sub(" ", nfc(text)), AUTHORITY_HEADS)


_RINGS = frozenset("OoQ0°©")
_SPECK_BEHIND = re.compile(r"(?<=[.;])\s+\S{1,2}$")


def _without_a_speck(settled: Settled) -> Settled:
    """A sentence without what stands behind its end: a letter that one reader alone saw, or a piece of a ring."""
    speck = _SPECK_BEHIND.search(settled.value or "")
    if not settled.value or not speck or settled.text_layer:
        return settled
    if speck.group().strip() not in _RINGS:  # Several readers see a ring.
        last = comparable(settled.value[: speck.start()].rsplit(" ", 1)[-1].rstrip(".;"))
        ended = [text for text in settled.readings.values() if comparable(text.rstrip(" .;")).endswith(last)]
        if len(ended) < len(settled.readings) - 1 or not ended:
            return settled
    return dataclasses.replace(settled, value=normalise(Kind.TEXT, settled.value[: speck.start()], Form.OTHER))


def _mended(
    settled: Settled, kind: Kind, form: Form, mend: Callable[[str], tuple[str, bool]]
) -> tuple[Settled, Evidence]:
    """Mend by a function that gives back the text as the lists have it and whether all of it stands in them."""
    assert settled.value is not None
    value, known = mend(settled.value)
    read = [said for text in settled.readings.values() if (said := normalise(kind, text, form))]
    if not known and kind in (Kind.AUTHORITY, Kind.PLACE) and (listed := _listed_reading(settled.value, read, mend)):
        value, known = listed, True
    if comparable(value) == comparable(settled.value):
        return settled, Evidence(in_list=known)
    seen = any(comparable(said) == comparable(value) for said in read)
    # Half of a title under a seal is told from the list, but may be half of another one.
    guessed = kind is Kind.TITLE and not seen and _is_half(read, value)
    return dataclasses.replace(settled, value=value), Evidence(in_list=known, mended=not seen, contradicted=guessed)


def _listed_reading(value: str, read: Sequence[str], mend: Callable[[str], tuple[str, bool]]) -> str | None:
    """The one reading with the value's letters that stands in the lists as it is: "PHỔ YÊN" where "PHỐ YÊN" won."""
    found = {
        comparable(said): said
        for said in read
        if skeleton_of(said) == skeleton_of(value) and mend(said) == (nfc(said), True)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _words(settled: Settled) -> tuple[Settled, Evidence]:
    assert settled.value is not None
    if read_number_words(settled.value) is not None:
        return settled, Evidence(in_list=True)
    mended = mend_words(settled.value)
    if read_number_words(mended) is not None:
        return dataclasses.replace(settled, value=mended), Evidence(in_list=True, mended=True)
    return settled, Evidence(contradicted=True)


@cache
def _surnames_by_letters() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in surnames():
        found[fold(name)] = (*found.get(fold(name), ()), name)
    return found


def _name(settled: Settled, form: Form) -> tuple[Settled, Evidence]:
    """A family name that is none, when exactly one family name has its letters, is that one with its marks."""
    assert settled.value is not None
    first, _, rest = settled.value.partition(" ")
    plain = comparable(first)
    known = {comparable(name) for name in surnames()}
    if WEIGHED in settled.readings and not settled.agree:
        # The list had its say in choosing; it is no witness for its own choice.
        return settled, Evidence(mended=not _was_read(settled, form))
    # "Ông" is a family name, too, and one mark from another one.
    if plain in known or not rest or not first.isalpha() or plain == "ông":
        return settled, Evidence(in_list=plain in known)
    if settled.agree:
        return settled, Evidence()  # A rare family name: no list knows better than readers that agree.
    for text in settled.readings.values():
        other = comparable((normalise(Kind.NAME, text, form) or "").partition(" ")[0])
        if other in known and fold(other) == fold(plain):
            return dataclasses.replace(settled, value=f"{_cased(other, first)} {rest}"), Evidence(in_list=True)
    fitting = _surnames_by_letters().get(fold(plain), ())
    if len(fitting) == 1:
        value = f"{_cased(fitting[0], first)} {rest}"
        return dataclasses.replace(settled, value=value), Evidence(in_list=True, mended=True, contradicted=True)
    return settled, Evidence()


def _was_read(settled: Settled, form: Form) -> bool:
    """Whether some look gave just this value, not only the list of names."""
    read = (normalise(Kind.NAME, text, form) for key, text in settled.readings.items() if key != WEIGHED)
    return any(comparable(value) == comparable(settled.value or "") for value in read if value)


def _cased(word: str, printed: str) -> str:
    return word.upper() if printed.isupper() and len(printed) > 1 else word[:1].upper() + word[1:]
