"""One-time codes for signing in (TOTP, RFC 6238): six digits that change every 30 seconds, made by a phone's app."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote

STEP_S = 30
DIGITS = 6
# A phone's clock may be half a minute off either way.
_STEPS_OFF = 1
_SECRET_BYTES = 20


def new_secret() -> str:
    """A fresh secret in the base 32 that the apps take."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of one time step."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: str, typed: str, now_s: float, *, after: int = 0) -> int | None:
    """The time step whose code was typed; ``None`` for a wrong code, or one not later than ``after``: used before."""
    digits = "".join(letter for letter in typed if letter.isascii() and letter.isdigit())
    now = int(now_s) // STEP_S
    for step in range(now - _STEPS_OFF, now + _STEPS_OFF + 1):
        if step > after and hmac.compare_digest(code_at(secret, step), digits):
            return step
    return None


def address(secret: str, name: str) -> str:
    """What a phone's app reads from the QR code."""
    return f"otpauth://totp/{quote(f'So Hoa:{name}')}?secret={secret}&issuer={quote('So Hoa')}"
