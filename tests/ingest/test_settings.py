"""Settings: one declaration, four sources in order, and every problem told at once."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from certificate.errors import SettingsInvalid
from ingest.settings import Settings, describe, load


def test_defaults_hold_where_nothing_is_set(tmp_path: Path) -> None:
    """A new home folder needs no file: SQLite and blobs lie in it."""
    settings = load(tmp_path, {})
    assert settings.database == f"sqlite:///{tmp_path.resolve() / 'sohoa.db'}"
    assert settings.blobs == str(tmp_path.resolve() / "blobs")
    assert settings.workers == 2


def test_what_is_given_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    """The nearer to the call, the stronger."""
    (tmp_path / "sohoa.toml").write_text("workers = 3\nmax_pages = 30\nlease_s = 33.0\n", encoding="utf-8")
    settings = load(tmp_path, {"SOHOA_WORKERS": "4", "SOHOA_MAX_PAGES": "40"}, workers=5)
    assert (settings.workers, settings.max_pages, settings.lease_s, settings.max_attempts) == (5, 40, 33.0, 3)


def test_what_is_given_as_none_was_not_given(tmp_path: Path) -> None:
    """An option that was left out on the command line leaves the file's word standing."""
    (tmp_path / "sohoa.toml").write_text("workers = 3\n", encoding="utf-8")
    assert load(tmp_path, {}, workers=None).workers == 3


def test_home_comes_from_the_environment_when_none_is_given(tmp_path: Path) -> None:
    """SOHOA_HOME names the office; a folder that is given beats it."""
    assert load(None, {"SOHOA_HOME": str(tmp_path / "a")}).home == (tmp_path / "a").resolve()
    assert load(tmp_path / "b", {"SOHOA_HOME": str(tmp_path / "a")}).home == (tmp_path / "b").resolve()


def test_all_problems_are_reported_together(tmp_path: Path) -> None:
    """One run tells everything that is wrong: unknown names, wrong kinds, values out of range."""
    (tmp_path / "sohoa.toml").write_text('wrokers = 2\nmax_pages = "many"\npdfa_part = 3\n', encoding="utf-8")
    with pytest.raises(SettingsInvalid) as caught:
        load(tmp_path, {"SOHOA_LEASE_S": "0"})
    for name in ("wrokers", "max_pages", "pdfa_part", "lease_s"):
        assert name in caught.value.detail


@pytest.mark.parametrize("content", [b"workers = ", b"\xff\xfe", b"workers = 2\nworkers = 3\n"])
def test_a_file_that_is_no_toml_is_a_problem_not_a_crash(tmp_path: Path, content: bytes) -> None:
    """A slip of the pen in the file is answered with the file's name."""
    (tmp_path / "sohoa.toml").write_bytes(content)
    with pytest.raises(SettingsInvalid, match=r"sohoa\.toml"):
        load(tmp_path, {})


@pytest.mark.parametrize(
    ("said", "meant"),
    [("1", True), ("TRUE", True), ("yes", True), ("0", False), ("false", False), (" no ", False)],
)
def test_yes_and_no_are_understood_as_people_write_them(tmp_path: Path, said: str, meant: bool) -> None:
    """Switches take the usual words, in any case."""
    assert load(tmp_path, {"SOHOA_ASK_REGISTRY": said}).ask_registry is meant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOHOA_ASK_REGISTRY", "perhaps"),
        ("SOHOA_WORKERS", "2.5"),
        ("SOHOA_WORKERS", "-1"),
        ("SOHOA_WEB_PORT", "http"),
    ],
)
def test_a_wrong_value_names_its_setting(tmp_path: Path, name: str, value: str) -> None:
    """The message says which setting is meant."""
    with pytest.raises(SettingsInvalid, match=name.removeprefix("SOHOA_").lower()):
        load(tmp_path, {name: value})


def test_every_setting_has_help_and_bare_numbers_have_a_unit() -> None:
    """Nobody has to read code to know what a number means."""
    assert {name for name, *_ in describe()} == {field.name for field in fields(Settings)}
    assert all(help_text for *_, help_text in describe())
    counted = {
        "workers",
        "registry_scouts",
        "max_attempts",
        "pdfa_part",
        "web_port",
        "web_streams",
        "web_threads",
        "bulk_workers",
        "bulk_nice",
        "bulk_ahead",
        "worker_max_jobs",
    }
    bare = {f.name for f in fields(Settings) if type(f.default) in (int, float) and not f.metadata["unit"]}
    assert bare <= counted


def test_what_is_wrong_is_told_in_vietnamese_first(tmp_path: Path) -> None:
    """The person who set it reads what was meant, with an example."""
    wrong = {"SOHOA_RETENTION_RULES": "archived", "SOHOA_WORKERS": "hai", "SOHOA_JOB_TIMEOUT_S": "1"}
    with pytest.raises(SettingsInvalid) as caught:
        load(tmp_path, wrong)
    for said in (
        "retention_rules: «archived» cần trạng thái",
        "ví dụ returned:365",
        "workers: «hai» không phải số nguyên",
        "job_timeout_s: phải dài hơn read_timeout_s",
    ):
        assert said in caught.value.detail
