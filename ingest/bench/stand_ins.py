"""A worker whose reader and registry know the answers beforehand: ``python -m ingest.bench.stand_ins HOME QUEUE``.

Everything else is the real thing: the queue, the database, the blobs, the PDF/A.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from certificate.citizens import Citizen, OwnerQuery, RegistryAnswer, RegistryVerdict
from ingest import logs
from ingest.bench.recorded import OWNER_GENDER, OWNER_ID, OWNER_NAME, OWNER_YEAR, RecordedReader
from ingest.office import Office
from ingest.rq_worker import work
from ingest.settings import load


class RecordedRegistry:
    """Knows the one owner of the recorded scans."""

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        """A match for the one owner, ``not_found`` for everybody else."""
        asked_at = datetime.now(UTC).isoformat()
        if query.id_number != OWNER_ID:
            return RegistryAnswer(RegistryVerdict.NOT_FOUND, asked_at=asked_at, officer_code=officer_code)
        citizen = Citizen(OWNER_ID, None, OWNER_NAME, f"{OWNER_YEAR}-03-04", OWNER_GENDER, "Kiên Giang", "alive")
        return RegistryAnswer(RegistryVerdict.MATCH, citizen, asked_at=asked_at, officer_code=officer_code)


def main(home: Path, queue: str) -> None:
    """Work until told to stop."""
    logs.set_up(json_lines=True)
    with Office(load(home), reader=RecordedReader(), registry=RecordedRegistry()) as office:
        work(office, queue, max_jobs=1_000_000_000)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
