"""An office: made on first use, each part opened when needed, secrets made once and kept to their owner."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from certificate.errors import RegistryUnavailable
from ingest.home import redis_url, registry_address_file, registry_key, registry_url, runtime_dir, secret
from ingest.office import Office
from ingest.settings import load

# The kernel's limit for the path of a unix socket, its final zero included.
MAX_SOCKET_PATH_BYTES = 108


def test_a_new_home_folder_becomes_an_office(tmp_path: Path) -> None:
    """Folder and tables are made; strangers on the machine may not look in; the second opening changes nothing."""
    home = tmp_path / "deep" / "home"
    for _ in range(2):
        with Office.open(load(home, {})) as office:
            assert office.database.is_current()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    """Looking at a list needs no Redis, no registry and no reader, so none of them has to be there."""
    with Office.open(load(tmp_path, {}, redis_url="unix:///nowhere")) as office:
        assert not {"queue", "registry", "reader"} & vars(office).keys()


def test_a_closed_office_can_be_opened_again(tmp_path: Path) -> None:
    """Closing forgets what was opened; the next need opens it anew."""
    office = Office.open(load(tmp_path, {}))
    before = office.database
    office.close()
    assert office.database is not before
    office.close()


@pytest.mark.parametrize("letters", [1, 50, 200])
def test_sockets_have_short_paths_whatever_the_home_folder(tmp_path: Path, letters: int) -> None:
    """A deep home folder must not keep Redis from starting."""
    settings = load(tmp_path / ("đ" * (letters // 2) or "x"), {"XDG_RUNTIME_DIR": ""})
    assert len(str(runtime_dir(settings) / "redis.sock").encode()) < MAX_SOCKET_PATH_BYTES


def test_two_offices_on_one_machine_do_not_meet(tmp_path: Path) -> None:
    """Each home folder has its own private Redis; one that is set is taken as it is."""
    one, other = load(tmp_path / "a", {}), load(tmp_path / "b", {})
    assert redis_url(one) != redis_url(other)
    assert redis_url(load(tmp_path / "a", {}, redis_url="redis://host/1")) == "redis://host/1"


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """Later asking gives the same; another name gives another."""
    settings = load(tmp_path / "home", {})
    first = secret(settings, "web.key")
    assert len(first) >= 32
    assert secret(settings, "web.key") == first
    assert secret(settings, "registry.key") != first
    assert stat.S_IMODE((settings.home / "web.key").stat().st_mode) == 0o600


def test_the_registry_is_the_one_set_or_the_one_started_here(tmp_path: Path) -> None:
    """Without either, the answer is that none is there, which lets scans wait instead of fail."""
    settings = load(tmp_path, {})
    with pytest.raises(RegistryUnavailable):
        registry_url(settings)
    registry_address_file(settings).parent.mkdir()
    registry_address_file(settings).write_text("http://127.0.0.1:9\n", encoding="utf-8")
    assert registry_url(settings) == "http://127.0.0.1:9"
    assert registry_url(load(tmp_path, {}, registry_url="http://other")) == "http://other"
    assert registry_key(load(tmp_path, {}, registry_api_key="set")) == "set"
