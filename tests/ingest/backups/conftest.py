"""What the tests of backups share: an office to back up, a place for it, and a key that is quickly made."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.sealing import AgeSeal, new_seal, open_seal
from ingest.backup import folder as backup_folder
from tests.ingest.backups.passphrase import PASSPHRASE


@pytest.fixture(scope="session")
def sound_home(kept_home: Callable[[int], Path]) -> Path:
    return kept_home(3)


@pytest.fixture
def kept(sound_home: Path, make_kept: Any, tmp_path: Path) -> Any:
    """An office with three archived scans, settings and a secret."""
    shutil.copytree(sound_home, tmp_path / "kept")
    made = make_kept()
    (made.office.settings.home / "sohoa.toml").write_text("ask_registry = false\n", encoding="utf-8")
    (made.office.settings.home / "web.key").write_text("geheim\n", encoding="ascii")
    return made


@pytest.fixture(scope="session")
def one_key() -> tuple[AgeSeal, bytes]:
    """A key for all of these tests: sealing one with a passphrase is slow on purpose, a second or more."""
    return new_seal(PASSPHRASE)


@pytest.fixture(autouse=True)
def quick_keys(one_key: tuple[AgeSeal, bytes], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The right passphrase costs nothing in most tests; a wrong one, and every one in ``real_keys``, its full price."""
    if "real_keys" in request.fixturenames:
        return

    def known(public: str, sealed: bytes, passphrase: str) -> AgeSeal:
        if (public, sealed, passphrase) == (one_key[0].public, one_key[1], PASSPHRASE):
            return one_key[0]
        return open_seal(public, sealed, passphrase)

    monkeypatch.setattr(backup_folder, "new_seal", lambda _passphrase: one_key)
    monkeypatch.setattr(backup_folder, "open_seal", known)


@pytest.fixture
def real_keys() -> None:
    """Asks for keys as they are outside of tests."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backup"
