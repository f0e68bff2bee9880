"""The catalogue of findings: one entry a code, both languages, and its page."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import certificate
from certificate.record import Finding, Severity
from certificate.rules import catalogue
from certificate.rules.catalogue import FindingKind, Origin, all_kinds, find_kind, in_english, make_finding
from certificate.rules.findings_page import findings_page
from certificate.rules.kind import placeholders

ROOT = Path(certificate.__file__).parent.parent


def _codes_made(*folders: str) -> set[str]:
    """The codes that the code under some folders makes findings of, as written."""
    found = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called == "make_finding" and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def test_no_code_stands_twice():
    """One code, one meaning."""
    codes = [kind.code for kind in all_kinds()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.code)
def test_every_kind_speaks_both_languages(kind: FindingKind):
    """Each has a sentence and advice in both, saying the same values; advice needs none."""
    for text in (kind.message, kind.advice, kind.message_en, kind.advice_en):
        assert text == text.strip()
        assert text.endswith(".")
    assert kind.message != kind.message_en
    assert placeholders(kind.message) == placeholders(kind.message_en)
    assert not placeholders(kind.advice) | placeholders(kind.advice_en)


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.code)
def test_a_finding_can_be_told_in_english(kind: FindingKind):
    """The stored sentence is Vietnamese; its values are found again in it."""
    values = {name: f"«{name} 7»" for name in kind.placeholders}
    finding = make_finding(kind.code, ["notes"], **values)
    assert finding.severity is kind.severity
    assert in_english(finding) == (kind.message_en.format(**values), kind.advice_en)


def test_a_sentence_of_an_older_release_is_left_as_it_was():
    """What was said is kept when the wording has changed since."""
    old = Finding("blank_page", Severity.INFO, (), "Câu chữ cũ.")
    assert in_english(old)[0] == "Câu chữ cũ."


@pytest.mark.parametrize(
    ("code", "values", "error"),
    [
        ("blank_page", {}, ValueError),  # a value lacks
        ("blank_page", {"page": "1", "more": "x"}, ValueError),  # one is not asked for
        ("no_such_code", {}, KeyError),
    ],
)
def test_findings_are_made_as_the_catalogue_says(code, values, error):
    """A finding without its values would be a riddle on the reviewer's page."""
    with pytest.raises(error):
        make_finding(code, [], **values)


def test_every_rule_makes_its_findings_and_every_finding_has_a_rule():
    """No entry of the rules' part without a check that makes it, and no check without its entry."""
    of_rules = {kind.code for kind in all_kinds() if kind.origin is Origin.RULES}
    assert _codes_made("certificate") == of_rules


def test_every_rule_has_its_rows_in_a_table_of_cases():
    """Each code of a rule is expected by some row of this folder's tables, so no rule can fall silent unseen."""
    expected = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        if path.name == Path(__file__).name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                expected.add(node.value)
    silent = {kind.code for kind in all_kinds() if kind.origin is Origin.RULES} - expected
    assert silent == set()


def test_what_the_others_make_is_in_the_catalogue():
    """The reader and the use cases take their findings from here."""
    for code in _codes_made("ocr", "ingest", "registry", "store", "web"):
        assert find_kind(code)


def test_every_finding_of_the_catalogue_is_made_somewhere():
    """The page lists what can be met, and nothing else."""
    named = {
        node.value
        for folder in ("certificate", "ocr", "ingest", "registry", "store", "web")
        for path in (ROOT / folder).rglob("*.py")
        if not path.name.endswith("_findings.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {kind.code for kind in all_kinds()} <= named


def test_the_page_of_findings_is_the_catalogue():
    """docs/findings.md is what script/build-findings makes of it."""
    assert (ROOT / "docs" / "findings.md").read_text(encoding="utf-8") == findings_page()
    assert all(f"`{kind.code}`" in findings_page() for kind in catalogue.all_kinds())
