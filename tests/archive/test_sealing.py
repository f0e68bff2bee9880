"""Sealing a backup: streams of any size, opened again only whole, unchanged and with the right key."""

from __future__ import annotations

import io
import os
import re
from typing import Any

import pyrage
import pytest

from archive import sealing
from archive.sealing import AgeSeal, new_seal, open_seal
from certificate.errors import BackupInvalid, PassphraseNeeded


@pytest.mark.slow
def test_sealing_streams_and_vouches() -> None:
    """Sealed bytes come back; cut off, changed, or for another key they are refused; the disk's error is the disk's."""
    seal, key = new_seal("pw")
    data = os.urandom(300_000)
    out, back = io.BytesIO(), io.BytesIO()
    sha256 = seal.close_into(io.BytesIO(data), out)
    assert seal.open_into(io.BytesIO(out.getvalue()), back) == sha256
    assert back.getvalue() == data
    changed = bytearray(out.getvalue())
    changed[-1000] ^= 1
    for spoilt in (out.getvalue()[:-1], bytes(changed), b""):
        with pytest.raises(BackupInvalid):
            seal.open_into(io.BytesIO(spoilt), io.BytesIO())
    with pytest.raises(BackupInvalid):
        new_seal("pw")[0].open_into(io.BytesIO(out.getvalue()), io.BytesIO())
    with pytest.raises(PassphraseNeeded):
        AgeSeal(seal.public).open_into(io.BytesIO(out.getvalue()), io.BytesIO())
    assert open_seal(seal.public, key, "pw") == seal
    with pytest.raises(BackupInvalid):
        open_seal(new_seal("pw")[0].public, key, "pw")

    class Full(io.BytesIO):
        """A disk with so much room."""

        def __init__(self, room: int) -> None:
            super().__init__()
            self.room = room

        def write(self, data: Any) -> int:
            if self.tell() + len(data) > self.room:
                raise OSError(28, "No space left on device")
            return super().write(data)

    # At every place, the very last write too, which pyrage itself keeps to itself.
    for room in (0, 10, 100, 70_000, 200_000, len(data) - 20_000, len(data)):
        with pytest.raises(OSError, match="No space"):
            seal.close_into(io.BytesIO(data), Full(room))
        with pytest.raises(OSError, match="No space"):
            seal.open_into(io.BytesIO(out.getvalue()), Full(min(room, len(data) - 1)))


@pytest.mark.slow
def test_a_busy_machine_opens_what_it_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """age takes a machine that is busy as it measures for too slow: measured again, the right passphrase opens.

    A key whose work is beyond any machine is still refused.
    """
    monkeypatch.setattr(sealing, "_MEASURE_PAUSE_S", 0.0)
    seal, key = new_seal("pw")
    endless = re.sub(rb"(-> scrypt \S+) \d+\n", rb"\1 40\n", key, count=1)
    with pytest.raises(PassphraseNeeded):
        open_seal(seal.public, endless, "pw")
    keys = iter([endless, endless, key])
    real = pyrage.passphrase.decrypt
    monkeypatch.setattr(pyrage.passphrase, "decrypt", lambda _sealed, passphrase: real(next(keys), passphrase))
    assert open_seal(seal.public, key, "pw") == seal
