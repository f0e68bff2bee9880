"""An archive that tests of the audit damage behind the system's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from ingest.audit.damages import Gravity
from ingest.audit.run import Report, audit
from store.rows import ScanFilter


class Spoiled:
    """A kept office to be damaged behind the system's back."""

    def __init__(self, kept: Any) -> None:
        self.kept, self.office = kept, kept.office
        with self.office.database.unit_of_work(read_only=True) as unit:
            self.ids = [scan.id for scan in unit.scans.list(ScanFilter(oldest_first=True)).items]
        self.victim = self.ids[1]
        self.certificate = kept.certificate(self.victim)
        self.original = kept.scan(self.victim).sha256

    def path(self, sha256: str) -> Path:
        path: Path = self.office.blobs.path(sha256)
        path.chmod(0o600)
        return path

    def flip(self, sha256: str, at: float = 0.5) -> None:
        path = self.path(sha256)
        data = bytearray(path.read_bytes())
        data[int(len(data) * at)] ^= 0x10
        path.write_bytes(data)

    def truncate(self, sha256: str, share: float = 0.7) -> None:
        path = self.path(sha256)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    def sql(self, statement: str, *values: object) -> None:
        """Change a row as somebody with the database's password would, locks on the events picked first."""
        with closing(sqlite3.connect(self.office.settings.home / "sohoa.db")) as connection, connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute("PRAGMA foreign_keys = OFF")
            assert connection.execute(statement, values).rowcount != 0

    def audit(self, **how: Any) -> Report:
        report = audit(self.office, **how)
        assert report is not None
        return report


def codes(report: Report) -> set[str]:
    return {damage.code for damage in report.damages if damage.gravity is not Gravity.NOTICE}
