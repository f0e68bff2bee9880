"""Which scans a run over the back catalogue brought in, for narrowing a search or an export."""

from __future__ import annotations

from sqlalchemy import Connection, text

from certificate.errors import RunNotFound

SCANS_OF_RUN = "SELECT i.scan_id FROM run_inputs i JOIN runs r ON r.id = i.run_id WHERE r.name = :run"


def check_run(connection: Connection, name: str) -> None:
    """``RunNotFound`` unless there is a run of this name."""
    known = (
        connection.dialect.has_table(connection, "runs")
        and connection.execute(text("SELECT 1 FROM runs WHERE name = :name"), {"name": name}).first()
    )
    if not known:
        raise RunNotFound(name)
