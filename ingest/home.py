"""Where things lie in an office's home folder: sockets, addresses, secrets. Light, for parts that need no office."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from certificate.errors import RegistryUnavailable
from ingest.settings import Settings


def runtime_dir(settings: Settings) -> Path:
    """A short folder for sockets: their paths may have only about a hundred letters, home folders have more."""
    name = hashlib.sha256(str(settings.home).encode()).hexdigest()[:12]
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"sohoa-{os.getuid()}-{name}"


def redis_url(settings: Settings) -> str:
    """Redis as set, or the private one of this home folder."""
    return settings.redis_url or f"unix://{runtime_dir(settings) / 'redis.sock'}"


def registry_address_file(settings: Settings) -> Path:
    """Where the mock registry writes its address once it answers."""
    return settings.home / "run" / "registry.url"


def registry_url(settings: Settings) -> str:
    """The registry as set, or the mock of this home folder; ``RegistryUnavailable`` when none is there."""
    if settings.registry_url:
        return settings.registry_url
    try:
        return registry_address_file(settings).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise RegistryUnavailable("no registry is set, and none was started here") from error


def registry_key(settings: Settings) -> str:
    """The key for the registry as set, or the one made for this home folder's mock."""
    return settings.registry_api_key or secret(settings, "registry.key")


def secret(settings: Settings, name: str) -> str:
    """A secret of this office, made on first use and readable by its owner only."""
    path = settings.home / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written whole under another name and then linked, so that no process ever reads half a secret.
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name}-", dir=settings.home)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # Another process was faster: its secret holds.
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    return path.read_text(encoding="ascii").strip()
