"""Encryption of backups with age (https://age-encryption.org/v1), streaming, so that any age program opens them.

Owns pyrage. The folder of a backup has one key pair: its public half stands in clear, so that a nightly run needs no
passphrase; its secret half is sealed with the passphrase (scrypt). Decryption vouches for every byte, so a file that
was cut off or changed is refused.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import pyrage

from certificate.errors import BackupInvalid, PassphraseNeeded

CHUNK_BYTES = 1 << 20
_MEASURES, _MEASURE_PAUSE_S = 10, 0.3


class Seal(Protocol):
    """How the files of a backup are written and read."""

    @property
    def suffix(self) -> str:
        """What the names of its files end in."""

    def close_into(self, source: BinaryIO, target: BinaryIO) -> str:
        """Copy all of ``source`` into ``target``, sealed; gives the SHA-256 of what was read."""

    def open_into(self, source: BinaryIO, target: BinaryIO) -> str:
        """Copy all of a sealed ``source`` into ``target``, opened; gives the SHA-256 of what was written."""


class NoSeal:
    """Files as they are."""

    suffix = ""

    def close_into(self, source: BinaryIO, target: BinaryIO) -> str:
        counted = _Counted(source)
        shutil.copyfileobj(counted, target, CHUNK_BYTES)
        return counted.digest.hexdigest()

    open_into = close_into


@dataclass(frozen=True, slots=True)
class AgeSeal:
    """Files sealed for one key; ``secret`` is needed only to open them."""

    public: str
    secret: str | None = None
    suffix: str = ".age"

    def close_into(self, source: BinaryIO, target: BinaryIO) -> str:
        counted, writer = _Counted(source), _Careful(target)
        try:
            pyrage.encrypt_io(counted, writer, [pyrage.x25519.Recipient.from_str(self.public)])
        except (pyrage.EncryptError, OSError) as error:
            _raise_cause(error, counted, writer)
        # What fails as it writes its last buffer, pyrage does not tell.
        _raise_hidden(counted, writer)
        return counted.digest.hexdigest()

    def open_into(self, source: BinaryIO, target: BinaryIO) -> str:
        if self.secret is None:
            raise PassphraseNeeded
        reader, writer = _Counted(source), _Careful(target)
        try:
            pyrage.decrypt_io(reader, writer, [pyrage.x25519.Identity.from_str(self.secret)])
        except (pyrage.DecryptError, OSError) as error:
            _raise_cause(error, reader, writer)
        _raise_hidden(reader, writer)
        return writer.digest.hexdigest()


def new_seal(passphrase: str) -> tuple[AgeSeal, bytes]:
    """A new key, and its secret half sealed with the passphrase for the backup's folder."""
    identity = pyrage.x25519.Identity.generate()
    sealed: bytes = pyrage.passphrase.encrypt(f"{identity}\n".encode("ascii"), passphrase)
    return AgeSeal(str(identity.to_public()), str(identity)), sealed


def open_seal(public: str, sealed: bytes, passphrase: str) -> AgeSeal:
    """The key of a folder with its secret half; ``PassphraseNeeded`` for a wrong passphrase."""
    try:
        secret = _with_passphrase(sealed, passphrase).decode("ascii").strip()
        found = AgeSeal(str(pyrage.x25519.Identity.from_str(secret).to_public()), secret)
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError) as error:
        raise PassphraseNeeded("the passphrase does not open this backup") from error
    if found.public != public:
        raise BackupInvalid("the folder's key is not the one its backups were sealed for")
    return found


def _with_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """What was sealed with a passphrase.

    age measures the machine first and refuses a key that it thinks would take too long to open. On a machine that is
    busy at that moment the measure is far off and the right passphrase would be refused, so it is measured again.
    """
    for attempt in range(_MEASURES):
        try:
            opened: bytes = pyrage.passphrase.decrypt(sealed, passphrase)
        except pyrage.DecryptError as error:
            if "Excessive work" not in str(error) or attempt == _MEASURES - 1:
                raise
            time.sleep(_MEASURE_PAUSE_S)
        else:
            return opened
    raise AssertionError("the last attempt returns or raises")


class _Counted:
    """A stream being read: its hash, and the error it raised, which pyrage would only repeat in words."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except BaseException as error:
            self.error = error
            raise
        self.digest.update(data)
        return data


class _Careful:
    """A stream being written, likewise."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            written = self._stream.write(data)
        except BaseException as error:
            self.error = error
            raise
        self.digest.update(data[:written])
        return written

    def flush(self) -> None:
        self._stream.flush()


def _raise_hidden(reader: _Counted, writer: _Careful) -> None:
    for cause in (writer.error, reader.error):
        if cause is not None:
            raise cause from None


def _raise_cause(error: Exception, reader: _Counted, writer: _Careful) -> None:
    _raise_hidden(reader, writer)
    raise BackupInvalid("a file does not open: it was cut off, altered, or sealed for another key") from error
