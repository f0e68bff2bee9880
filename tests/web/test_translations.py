"""Every Vietnamese string of the pages has its English, and the compiled file is the one that belongs to it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import web

ROOT = Path(web.__file__).parent
CATALOGUE = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def english() -> dict[str, tuple[str, ...]]:
    """The English by its Vietnamese, all plural forms of it."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    found = {}
    for message in catalogue:
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            found[key] = message.string if isinstance(message.string, tuple) else (message.string,)
    return found


def test_every_string_has_its_english(english: dict[str, tuple[str, ...]]) -> None:
    """``script/translations`` collects new strings; none is left without its English."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "later": None, "ngettext": (1, 2)}
    missing = set()
    for _name, _line, message, _comments, _context in extract_from_dir(str(ROOT), methods, keywords=keywords):
        key = message[0] if isinstance(message, tuple) else message
        if not all(english.get(key, ("",))):
            missing.add(key)
    assert missing == set()


def test_places_for_values_are_the_same_in_both_languages(english: dict[str, tuple[str, ...]]) -> None:
    """A translation that loses a value would lose it on the page."""
    for vietnamese, texts in english.items():
        for text in texts:
            assert set(_PLACE.findall(text)) == set(_PLACE.findall(vietnamese)), vietnamese


def test_the_compiled_file_is_up_to_date(english: dict[str, tuple[str, ...]]) -> None:
    """What is served is what is written."""
    compiled = read_mo(io.BytesIO(CATALOGUE.with_suffix(".mo").read_bytes()))
    served = {
        (message.id[0] if isinstance(message.id, (tuple, list)) else message.id): message.string
        for message in compiled
        if message.id
    }
    for vietnamese, texts in english.items():
        got = served[vietnamese]
        assert tuple(got) == texts if isinstance(got, (tuple, list)) else (got,) == texts, vietnamese
