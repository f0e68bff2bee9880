"""When an audit is due, and starting one in the background: asked by the reconciler, round after round."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import structlog

from ingest.audit.run import is_interrupted, latest
from ingest.settings import Settings

_log = structlog.get_logger()
# Work goes before looking, but the audit must come to its end beside work, too.
_NICE = 10


class AuditSchedule:
    """Starts ``sohoa audit`` as a process of its own when its time has come, one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start_if_due(self) -> bool:
        """Start an audit if one is due or was interrupted; whether it was started."""
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return False
            _log.info("audit_ended", status=status)
            self._process = None
        if not is_due(self._settings, datetime.now(UTC)):
            return False
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.cli", "--home", str(self._settings.home), "audit", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.nice(_NICE),  # noqa: PLW1509 - the reconciler has no other threads
        )
        _log.info("audit_started", pid=self._process.pid)
        return True

    def stop(self) -> None:
        """End an audit that runs; the next one goes on where it stood."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def is_due(settings: Settings, now: datetime) -> bool:
    """Whether the office's pause between audits is over; a new office is first audited after one such pause."""
    if settings.audit_every_days <= 0:
        return False
    if is_interrupted(settings):
        return True
    report = latest(settings)
    last = datetime.fromisoformat(report["finished_at"]) if report else _first_asked(settings, now)
    return now - last >= timedelta(days=settings.audit_every_days)


def _first_asked(settings: Settings, now: datetime) -> datetime:
    path = settings.home / "run" / "audit-since.json"
    try:
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["since"])
    except (OSError, ValueError, KeyError, TypeError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(json.dumps({"since": now.isoformat()}), encoding="utf-8")
        return now
