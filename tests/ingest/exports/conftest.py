"""What the tests of exports and imports share: archived certificates with the truth of the drawn samples."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from certificate.citizens import Citizen, RegistryAnswer, RegistryVerdict
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.states import State
from ingest.office import Office
from ingest.settings import load
from store.rows import NewScan, OwnerAnswerRow

TRUTH = Path(__file__).parents[3] / "samples" / "truth.jsonl"
Archive = Callable[..., str]


@cache
def truths() -> tuple[dict[str, Any], ...]:
    """What is printed on the drawn certificates, each certificate once."""
    seen, found = set(), []
    for line in TRUTH.read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        if truth["form"] not in {"cccd", "other"} and truth["fields"].get("serial_number") not in seen:
            seen.add(truth["fields"].get("serial_number"))
            found.append(truth)
    return tuple(found)


def record_of(form: str, values: Mapping[str, str]) -> Record:
    """A record with these values, all certain."""
    fields = {path: FieldReading(value, value, 0.99, Decision.ACCEPT) for path, value in values.items()}
    return Record("a.pdf", Form(form), 0.99, (), fields)


@pytest.fixture
def office(tmp_path: Path, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office without queue, registry or reader: nothing here needs them."""
    with Office.open(
        load(ready_home(tmp_path / "home"), {}, fonds_code="G09", fonds_name="Phông Tân Hiệp", archive_code="H30")
    ) as opened:
        yield opened


@pytest.fixture
def archive(office: Office) -> Archive:
    """Puts a certificate into the archive: a form and its values, and the citizen who is its first owner."""

    def put(
        form: str,
        values: Mapping[str, str],
        *,
        office_name: str = "",
        citizen: Citizen | None = None,
        pdfa: bool = True,
    ) -> str:
        with office.database.unit_of_work() as unit:
            number = unit.scans.list().total + 1
            sha256 = office.blobs.put(f"scan {number}".encode())
            scan = unit.scans.add(
                NewScan(sha256, f"{number}.pdf", "application/pdf", 10, "lan", office=office_name, page_count=2)
            )
            unit.scans.move(scan.id, State.RECEIVED, State.READING)
            reading = ScanReading(2, (CertificateReading(record_of(form, values), ()),))
            (row,) = unit.certificates.replace_reading(scan.id, reading)
            unit.scans.move(scan.id, State.READING, State.CHECKING)
            if citizen:
                verdict = RegistryVerdict.ONLY_OLD_ID if citizen.old_id else RegistryVerdict.MATCH
                unit.certificates.save_answers(row.id, [OwnerAnswerRow(0, RegistryAnswer(verdict, citizen))])
            row = unit.certificates.decide(row.id, unit.certificates.get(row.id).version, "minh")
            unit.scans.move(scan.id, State.CHECKING, State.ARCHIVING)
            if pdfa:
                unit.certificates.set_archived(row.id, office.blobs.put(f"%PDF-1.7 {row.id}".encode()))
            unit.scans.move(scan.id, State.ARCHIVING, State.ARCHIVED)
            unit.commit()
        return row.id

    return put


@pytest.fixture
def printed() -> tuple[dict[str, Any], ...]:
    """What is printed on the drawn certificates."""
    return truths()


@pytest.fixture
def samples(archive: Archive) -> list[str]:
    """All drawn certificates, archived."""
    return [archive(truth["form"], truth["fields"]) for truth in truths()]
