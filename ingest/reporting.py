"""What became of the scans, in lines that a report shows: papers, owners, verdicts, reasons, and where the PDF/A lies.

Identity numbers are masked here already: a report lies about on desks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certificate.citizens import RegistryAnswer, RegistryVerdict
from certificate.errors import BlobMissing, QueueUnavailable, RegistryUnavailable
from certificate.record import Form, Record
from certificate.states import State
from certificate.wording import FORMS, STATES, VERDICTS, Words, masked, remark_on
from ingest.decision import Reason, owner_indexes, policy_of, reasons_for_review
from ingest.home import registry_url
from ingest.office import Office
from ingest.reasons import explain
from store.rows import CertificateRow, ScanFilter, ScanRow

_PAGE_SIZE = 200
_SETTLED_WELL = frozenset({State.ARCHIVED, State.ARCHIVING, State.DUPLICATE})


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One owner on a report: name, masked identity number, and what the registry says."""

    full_name: str | None
    id_number: str | None
    verdict: RegistryVerdict


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One certificate on a report; ``pdfa`` is the file in the blob store once it is archived."""

    certificate_id: str
    form: Form
    serial_number: str | None
    owners: tuple[OwnerLine, ...]
    reasons: tuple[str, ...]
    decided_by: str | None
    pdfa_sha256: str | None
    pdfa: Path | None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One scan on a report; ``remark`` says what is wrong and what to do where it failed or was returned."""

    scan: ScanRow
    papers: tuple[PaperLine, ...]
    remark: tuple[Words, Words] | None

    def to_json(self) -> dict[str, Any]:
        return {
            "scan_id": self.scan.id,
            "file": self.scan.file_name,
            "state": self.scan.state.value,
            "state_text": STATES[self.scan.state].vi,
            "error_code": self.scan.error_code,
            "return_reason": self.scan.return_reason,
            "message": self.remark[0].vi if self.remark else None,
            "advice": self.remark[1].vi if self.remark else None,
            "duplicate_of": self.scan.duplicate_of,
            "certificates": [
                {
                    "certificate_id": paper.certificate_id,
                    "form": paper.form.value,
                    "form_text": FORMS[paper.form].vi,
                    "serial_number": paper.serial_number,
                    "owners": [
                        {
                            "full_name": owner.full_name,
                            "id_number": owner.id_number,
                            "verdict": owner.verdict.value,
                            "verdict_text": VERDICTS[owner.verdict].vi,
                        }
                        for owner in paper.owners
                    ],
                    "reasons": list(paper.reasons),
                    "decided_by": paper.decided_by,
                    "pdfa_sha256": paper.pdfa_sha256,
                    "pdfa": str(paper.pdfa) if paper.pdfa else None,
                }
                for paper in self.papers
            ],
        }


def report_lines(
    office: Office, states: Collection[State] | None = None, queue: str | None = None
) -> Iterator[ReportLine]:
    """Every scan in the order of arrival with what became of it; read page by page, so any number of scans will do."""
    wanted = ScanFilter(states=frozenset(states) if states else None, queue=queue, oldest_first=True)
    number = 1
    while True:
        with office.database.unit_of_work(read_only=True) as unit:
            page = unit.scans.list(wanted, number, _PAGE_SIZE)
            lines = [
                ReportLine(
                    scan,
                    tuple(
                        _paper(office, scan, row, {a.owner_index: a.answer for a in unit.certificates.answers(row.id)})
                        for row in unit.certificates.for_scan(scan.id)
                    ),
                    remark_on(scan.error_code, scan.return_reason),
                )
                for scan in page.items
            ]
        yield from lines
        if number >= page.page_count:
            return
        number += 1


def _paper(office: Office, scan: ScanRow, row: CertificateRow, answers: Mapping[int, RegistryAnswer]) -> PaperLine:
    record = row.record
    owners = []
    for index in owner_indexes(record):
        id_number = record.value(f"owners.{index}.id_number")
        answer = answers.get(index)
        owners.append(
            OwnerLine(
                record.value(f"owners.{index}.full_name"),
                masked(id_number) if id_number else None,
                answer.verdict if answer else RegistryVerdict.NOT_ASKED,
            )
        )
    undecided = row.decided_at is None and scan.state not in _SETTLED_WELL
    reasons = reasons_for_review(record, answers, policy_of(office.settings)) if undecided else ()
    return PaperLine(
        row.id,
        row.form,
        row.serial_number,
        tuple(owners),
        tuple(dict.fromkeys(reason_in_words(reason, record) for reason in reasons)),
        row.decided_by,
        row.pdfa_sha256,
        _pdfa_path(office, row.pdfa_sha256),
    )


def _pdfa_path(office: Office, sha256: str | None) -> Path | None:
    try:
        return office.blobs.path(sha256) if sha256 else None
    except BlobMissing:
        return None


def reason_in_words(reason: Reason, record: Record) -> str:
    """Why a person must look, in a few Vietnamese words."""
    return explain(reason, record).what.vi


@dataclass(frozen=True, slots=True)
class Health:
    """How the office is doing: scans by state, jobs and workers by queue (``None`` while Redis does not answer)."""

    states: Mapping[State, int]
    queues: Mapping[str, int] | None
    workers: Mapping[str, int] | None
    registry_url: str | None


def health(office: Office) -> Health:
    """Look at the database and at the queue; nothing is changed."""
    with office.database.unit_of_work(read_only=True) as unit:
        states = unit.scans.counts_by_state()
    try:
        queues, workers = office.queue.lengths(), office.queue.workers()
    except QueueUnavailable:
        queues, workers = None, None
    try:
        address: str | None = registry_url(office.settings)
    except RegistryUnavailable:
        address = None
    return Health(states, queues, workers, address)
