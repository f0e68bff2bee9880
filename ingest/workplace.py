"""The office in which a worker process's jobs work: RQ calls jobs by name only, so it is set once at the start.

Apart from the jobs themselves, so that a worker listens before it has loaded what reading and archiving need.
"""

from __future__ import annotations

from ingest.office import Office


class Workplace:
    """The office of this worker process; set once at its start, because RQ calls jobs by name only."""

    office: Office | None = None
    is_worker = False


def work_in(office: Office, *, is_worker: bool = False) -> None:
    """Say in which office this process's jobs work; ``is_worker``: the process does nothing else and may be ended."""
    Workplace.office, Workplace.is_worker = office, is_worker


def workplace() -> Office:
    """The office in which this process's jobs work."""
    if Workplace.office is None:
        raise RuntimeError("a worker process calls work_in before it takes jobs")
    return Workplace.office
