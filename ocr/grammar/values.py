"""Values in their normal form: what a printed text means, or ``None`` when it cannot be that.

Owns the normal forms of the record for single values. Every function takes text as one reader gave it and forgives
only what readers confuse in that kind of value (letters for digits in a number, ``0`` for ``O`` among letters).
"""

from __future__ import annotations

import re
from datetime import date

from certificate.text import comparable, nfc
from ocr.grammar.letters import fold
from ocr.grammar.lexicon import surnames

_DIGIT_FOR = str.maketrans(
    {
        "O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "|": "1", "i": "1", "!": "1", "S": "5", "s": "5",
        "B": "8", "Z": "2", "z": "2", "q": "9", "g": "9", "A": "4",
    }
)  # fmt: skip
_LETTER_FOR = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B", "2": "Z", "4": "A", "6": "G"})
_NUMBER = re.compile(r"\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d+)?")
_AREA_RUN = re.compile(r"(?<![\w.,])(?=[OoQlI|SBZ§]{0,2}\d)[\dOoQlI|SBZ§](?:(?: [.,] |[.,' ]{0,2})[\dOoQlI|SBZ§])*")
_TRAILING = " \t.,;:-–—_|·…'\"“”‘’`~*=/([{"
_LEADING = " \t.,;:-–—_|·…'\"“”‘’`~*=/)]}"
# Dotted lines to write on, and the scrap that readers make of their end.
_LEADER = re.compile(r"[.…_·]{3,}|[.…_·]+\s*[.…_·]+\s*[a-z]{0,3}[\s.…_·]*$|(?<=\w)[.…·]\s+[a-z]{1,2}[\s.…_·]*$")
# Rings and dots that readers take for letters in brackets, at the end of a line.
_SCRAP = re.compile(r"\s+(?:\([\w@*\-–]{0,3}\)?|[\w@*\-–]{0,2}\)|[@©®°*]\S{0,2})\s*$")
# "Nêu ở trang sau" stands for what is told on another page.
_EMPTY = re.compile(r"(?:khong(?:co?)?|ko|k|(?:nhu)?(?:da)?neuo?(?:tai)?trang(?:sau|truoc|tren|\d))?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DMY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_WORDED_DATE = re.compile(r"(\d{1,2})[\s.,…]*th[a-z]{1,4}[\s.,…]*(\d{1,2})[\s.,…]*n[a-z]{1,2}[\s.,…]*(\d{4})")
# Strokes of a typewriter's date are lost: "đến ngày 17 10 2066".
_BLANK_DATE = re.compile(r"ng[a-z]y\s*(\d{1,2})\s+(\d{1,2})\s+(\d{4})(?!\d)")
# With letters that readers put for digits: "ngày 3i tháng 5 năm 2018".
_LETTERED_DATE = re.compile(
    r"(?<!\w)([\dolisbz|!]{1,2})[\s.,…]*th[a-z]{1,4}[\s.,…]*([\dolisbz|!]{1,2})[\s.,…]*n[a-z]{1,2}[\s.,…]*([\dolisbz|!]{4})(?!\w)"
)
# A month in words whose day was left open, or could not be read.
_WORDED_MONTH = re.compile(r"(?P<day>\S*)\s*\bthang\s*(?P<month>\d{1,2})\s*nam\s*(?P<year>\d{4})(?!\d)")
_SERIAL = re.compile(r"([A-ZĐ0158]{1,2})[\s.\-]*(\d[\d ]{4,9}\d)(?!\d)")


def digits_for_letters(text: str) -> str:
    """The text with letters that readers put for digits turned back into digits."""
    return text.translate(_DIGIT_FOR)


def letters_for_digits(text: str) -> str:
    """The text with digits that readers put for letters turned back into letters."""
    return text.translate(_LETTER_FOR)


def tidy(text: str) -> str:
    """The text in NFC, single spaces, without punctuation at its ends (a closing bracket with its opener stays)."""
    text = _without_scraps(nfc(_LEADER.sub(" ", text)))
    text = re.sub(r"\s+([,;.:)])", r"\1", text)
    while text:
        if (text[-1] in ")]}" and not any(c in text for c in "([{")) or text[-1] in _TRAILING:
            text = text[:-1]
        elif (text[0] in "([{" and not any(c in text for c in ")]}")) or text[0] in _LEADING:
            text = text[1:]
        else:
            break
    return text


def _without_scraps(text: str) -> str:
    """The text without scraps in brackets at its end; a bracket that closes another stays."""
    while (found := _SCRAP.search(text)) and not (
        found.group().rstrip().endswith(")") and text[: found.start()].count("(") > text[: found.start()].count(")")
    ):
        text = text[: found.start()]
    return text


def is_empty(text: str) -> bool:
    """Whether the print means nothing stands here: blank, ``-/-``, dots, ``Không``."""
    letters = "".join(c for c in fold(text) if c.isalnum())
    return bool(_EMPTY.fullmatch(letters)) or (
        len(letters) <= 1 and not letters.isdigit() and bool(re.search(r"[-/]", text))
    )


def decimal_number(text: str) -> str | None:
    """A printed number with Vietnamese or plain separators in its normal form: ``1.250,5`` is ``1250.5``."""
    found = _NUMBER.search(text)
    return _plain(found.group()) if found else None


def _plain(token: str) -> str:
    token = token.replace(" ", "")
    separators = [c for c in token if c in ".,"]
    if not separators:
        return str(int(token)) if len(token) < 16 else token
    last = max(token.rfind("."), token.rfind(","))
    whole, fraction = token[:last], token[last + 1 :]
    grouped = len(fraction) == 3 and ((len(separators) > 1 and len(set(separators)) == 1) or whole.strip("0") != "")
    if grouped and not (token[last] == "," and "." in whole):
        return str(int(re.sub(r"[.,]", "", token)))
    return f"{int(re.sub(r'[.,]', '', whole) or '0')}.{fraction}"


def area(text: str) -> str | None:
    """An area in square metres; ``0`` for ``Không``; ``None`` when no number stands there."""
    # A stroke may be the space between thousands, or part two areas: better none than a wrong one.
    if re.search(r"\d[/|]\d{3}(?!\d)", text):
        return None
    run = _AREA_RUN.search(slanted_one(text))
    if run:
        token = re.sub(r"\s*([.,])\s*", r"\1", digits_for_letters(run.group()).strip(" .,'"))
        # A sign lost between digits, or one that is none, makes the number another: better none than a wrong one.
        return _plain(token) if _NUMBER.fullmatch(token) else None
    return "0" if re.search(r"kh[o0]n?g", fold(text)) else None


def iso_date(text: str) -> str | None:
    """A date in any printed shape as ISO; a lone year as the year; ``None`` when there is none or it cannot be."""
    folded = fold(text)
    for pattern in (_WORDED_DATE, _DMY, _BLANK_DATE):
        found = pattern.search(folded) or pattern.search(digits_for_letters(text))
        if found:
            day, month, year = (int(part) for part in found.groups())
            return _checked(year, month, day)
    if found := _LETTERED_DATE.search(folded):
        day, month, year = (int(digits_for_letters(part.replace("b", "8"))) for part in found.groups())
        return _checked(year, month, day)
    if found := _WORDED_MONTH.search(folded):
        is_open = found["day"].strip(".…_,-") in ("", "ngay")
        return f"{found['year']}-{int(found['month']):02d}" if is_open and 1 <= int(found["month"]) <= 12 else None
    months = re.search(r"(?:thang)?\s*(\d{1,2})\s*[/.\-]\s*(\d{4})", folded)
    if months and 1 <= int(months.group(1)) <= 12:
        return f"{months.group(2)}-{int(months.group(1)):02d}"
    return year_in(text)


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if 1900 <= year <= 2150 else None
    except ValueError:
        return None


def year_in(text: str) -> str | None:
    """The first year (1900-2099) in the text."""
    found = _YEAR.search(text) or _YEAR.search(digits_for_letters(text))
    return found.group() if found else None


def term(text: str) -> str | None:
    """How long the land may be used: ``lau_dai``, an ISO date, a year, or ``50_nam``."""
    folded = fold(text)
    if re.search(r"l[aà]?u\s*d[aà]?[il1]|on\s*dinh\s*lau", folded):
        return "lau_dai"
    counted = re.search(r"(?<!\d)(\d{1,2})\s*(?:\([^)]*\)\s*)?nam\s*,?\s*(?:ke\s*)?tu\b", folded)
    if counted:
        return f"{int(counted.group(1))}_nam"
    if (exact := iso_date(text)) and "-" in exact:
        return exact
    # "tháng 12 năm" is the middle of a day whose other lines were lost.
    span = re.search(r"(?<!\d)(?<!thang )(?<!thang)(\d{1,2})\s*(?:\([^)]*\)\s*)?nam", folded)
    if span:
        return f"{int(span.group(1))}_nam"
    return year_in(text)


def digits(text: str) -> str:
    """The digits of a number, letters that stand for digits turned back, everything else left out."""
    return "".join(c for c in digits_for_letters(text) if c.isdigit())


def serial(text: str, *, digit_count: tuple[int, ...] = (6, 8), letter_count: tuple[int, ...] = (1, 2)) -> str | None:
    """A serial number as letters, space, digits; the word ``Số`` before it and mixed-up letters are mended."""
    found = serial_span(text, digit_count=digit_count, letter_count=letter_count)
    return found[0] if found else None


def serial_span(
    text: str, *, digit_count: tuple[int, ...] = (6, 8), letter_count: tuple[int, ...] = (1, 2)
) -> tuple[str, int, int] | None:
    """The serial number in a text with the places where it starts and ends."""
    upper = re.sub(
        r"(?<![A-ZĐa-zđ])[S5][OỐÓỒÔ0o]\s*[:.]?\s*(?=[A-ZĐ]{1,2}[\s.]*\d)", lambda m: " " * len(m.group()), text.upper()
    )
    for found in _SERIAL.finditer(upper):
        letters, number = found.group(1), found.group(2).replace(" ", "")
        before = upper[found.start() - 1] if found.start() else " "
        if (
            len(number) in digit_count
            and len(letters) in letter_count
            and not before.isalnum()
            and not letters.isdigit()
        ):
            return f"{letters_for_digits(letters)} {number}", found.start(), found.end()
    return None


_LEAST_REGISTER_DIGITS = 3
# What readers put for the letter C that opens most register numbers.
_FOR_C = re.compile(r"^[(£€¢<{\[](?=[A-ZĐ]?\d|[A-ZĐ]{1,2}[.\-]?\d)")


def register_number(text: str) -> str | None:
    """The number in the register of certificates: capitals, no spaces, printed punctuation kept."""
    joined = re.sub(r"\s+", "", nfc(re.sub(r"[.…_·]{2,}", " ", text))).upper().strip(".,;:-_'\"`|")
    joined = re.sub(r"^O(?=\d{4})", "0", _FOR_C.sub("C", joined))
    parted = re.fullmatch(r"(C[HSNTL]|VP|BC|[A-ZĐ]{0,3}?)([.\-]?)([\dOIL|.\-]*\d[\dOIL|.\-]*)", joined)
    if parted:
        letters, mark, number = parted.groups()
        joined = (
            letters
            + mark
            + re.sub(r"[OIL|]", lambda found: digits_for_letters(found.group().replace("L", "l")), number)
        )
    joined = joined.strip(".,;:-_'\"`()")
    # Behind an office's letters the first numbers of a register are short: CN96.
    least = 1 if re.match(r"(?:C[HSNTL]|VP)[.\-]?\d", joined) else _LEAST_REGISTER_DIGITS
    is_sentence = re.search(rf"[^\W\d_]{{{_LONGEST_LETTERS}}}", joined) is not None
    return joined if len(re.findall(r"\d", joined)) >= least and not is_sentence else None


# No office's letters are so many.
_LONGEST_LETTERS = 9
_NAME_EDGE = re.compile(r"^[^\w]+|[^\w.]+$|(?<=\w\w)\.$")


# No name begins with Ou and a vowel: it is a Q whose tail was lost (Ouk is a name).
_Q_READ_AS_O = re.compile(r"\bO(?=[uU][^\W\d_bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX])")


def person_name(text: str) -> str | None:
    """A person's name as printed, single spaces; what has no letter, raised numbers among it, is a speck."""
    words = (_NAME_EDGE.sub("", word) for word in tidy(text).split())
    name = nfc(" ".join(word for word in words if any(c.isalpha() for c in word)))
    name = _without_title(_Q_READ_AS_O.sub("Q", name))
    return name if len(name) >= 2 else None


def _without_title(name: str) -> str:
    """The name without the "Ông" or "Bà" that is left where the words before it were misread; Ông is a family, too."""
    title, _, rest = name.partition(" ")
    words = rest.split()
    is_title = title.lower() == "bà" or (title.lower() == "ông" and words and comparable(words[0]) in surnames())
    return rest if is_title and len(words) > 1 else name


_NUMBER_LABEL = re.compile(r"^\W*s[oóòỏõọôốồổỗộ0]\s*[:.]\s*(?=\S)", re.IGNORECASE)
_STROKE = re.compile(r"^\s*/(?=\d)")
_DOTS = re.compile(r"\.{3,}|…|_{2,}")


def slanted_one(text: str) -> str:
    """The text with a stroke right before its first digits taken for what it mostly is in italics: a one."""
    return _STROKE.sub("1", text)


def number_token(text: str) -> str | None:
    """A parcel or map sheet number: no spaces, as printed (``123``, ``PL9``)."""
    # Of "số: 24" the label may be left, and behind a dotted line readers see digits that are none.
    text = slanted_one(_NUMBER_LABEL.sub("", text))
    before = _DOTS.split(text, maxsplit=1)[0]
    joined = re.sub(r"\s+", "", tidy(before if re.search(r"\d", before) else text))
    if re.fullmatch(r"[\dOolI|SBZ]+", joined) and any(c.isdigit() for c in joined):
        joined = digits_for_letters(joined)
    return joined.upper() if re.search(r"\d", joined) else None
