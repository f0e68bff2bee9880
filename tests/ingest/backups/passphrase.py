"""What the tests of backups seal with."""

from __future__ import annotations

PASSPHRASE = "mật khẩu sao lưu dài"
