"""What the documents name is there, and each word is explained once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/*.md")])
# Made by a command that the document names, or written as an example.
_PLACEHOLDERS = ("NNNN", "*", "<", "…", "{")
_TREES = (
    "archive/",
    "certificate/",
    "docs/",
    "ingest/",
    "ocr/",
    "registry/",
    "samples/",
    "script/",
    "store/",
    "tests/",
    "web/",
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    """Every link to a file, and every path that is named as one, leads to a file that is there."""
    text = document.read_text(encoding="utf-8")
    linked = [
        document.parent / target
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
        if not re.match(r"[a-z]+:", target)
    ]
    named = [
        ROOT / name
        for name in re.findall(r"`([\w./-]+/[\w.-]+\.\w+)`", text)
        if name.startswith(_TREES) and not any(mark in name for mark in _PLACEHOLDERS)
    ]
    assert [str(path.relative_to(ROOT)) for path in (*linked, *named) if not path.resolve().exists()] == []


def test_the_glossary_explains_each_word_once() -> None:
    """One word for one idea, and one line for one word."""
    rows = [
        line.split("|")[1:4]
        for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    words = [word.strip() for word, vietnamese, _ in rows if word.strip() != "English (code)"]
    assert all(vietnamese.strip() for _, vietnamese, _ in rows)
    assert [word for word, count in Counter(words).items() if count > 1] == []
