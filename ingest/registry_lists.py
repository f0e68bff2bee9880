"""Lists for offices without a line to the registry: unmatched owners go out as a workbook, answers come back.

What comes back is judged by the same rules as an answer over the line. Taking the same workbook in twice changes
nothing, and so may a workbook be taken in that is filled by and by.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from certificate.citizens import OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import MoveNotAllowed, NotFound, QueueUnavailable, VersionConflict
from certificate.record import Form
from certificate.states import State
from certificate.wording import VERDICTS
from ingest.checking import owner_query
from ingest.decision import personal_owners, policy_of
from ingest.office import Office
from ingest.scheduling import enqueue
from registry.row_errors import WORDS, RowError, RowFault
from registry.verdicts import is_cmnd, is_personal_number
from registry.workbook import LineAnswer, ListedOwner, read_list, write_list
from store.database import UnitOfWork
from store.rows import OwnerAnswerRow, ScanFilter

_log = structlog.get_logger()
_PAGE_SIZE = 200
_SENT = "registry_list_exported"
# In these a certificate may still want an answer; what is decided is not asked about any more.
_OPEN_STATES = frozenset({State.IN_REVIEW, State.WAITING_REGISTRY})


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many owners went onto a list, and how many more were answered on an earlier one."""

    lines: int
    answered_before: int

    def to_json(self) -> dict[str, Any]:
        return {"lines": self.lines, "answered_before": self.answered_before}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a list that came back: lines by outcome, rows left out, scans that go on now."""

    answered: int
    known_before: int
    open_lines: int
    scans: int
    errors: tuple[RowError, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "answered": self.answered,
            "known_before": self.known_before,
            "open": self.open_lines,
            "scans": self.scans,
            "errors": [error.to_json() for error in self.errors],
        }


@dataclass(frozen=True, slots=True)
class ListSent:
    """A list that went out: when, by whom, how many owners, what for."""

    at: datetime
    who: str
    lines: int
    why: str


def lists_sent(office: Office, limit: int) -> tuple[ListSent, ...]:
    """The lists that went out last, newest first."""
    with office.database.unit_of_work(read_only=True) as unit:
        events = unit.events.latest(limit, action=_SENT)
    return tuple(ListSent(one.at, one.who, int(one.detail["lines"]), str(one.detail["why"])) for one in events)


def row_words(error: RowError, *, english: bool) -> str:
    """What is wrong with a row, in words."""
    words = WORDS[error.fault]
    return words.en if english else words.vi


def export_list(office: Office, path: Path, who: str, *, why: str = "", again: bool = False) -> ExportReport:
    """Write all owners that the registry has not confirmed onto a list; who was answered before only ``again``.

    The list holds identity numbers in full: that it went out is noted, and only its owner may read the file.
    """
    seen = {"answered": 0}
    descriptor, temporary = tempfile.mkstemp(prefix=".sohoa-list-", suffix=".xlsx", dir=path.parent)
    os.close(descriptor)
    try:
        lines = write_list(Path(temporary), _unmatched(office, who, again=again, seen=seen))
        with office.database.unit_of_work() as unit:
            unit.events.add(who, _SENT, None, {"lines": lines, "why": why})
            unit.commit()
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return ExportReport(lines, seen["answered"])


def _is_known(answer: RegistryAnswer, accepted: frozenset[RegistryVerdict]) -> bool:
    return answer.verdict in accepted and not answer.lacks_new_number


def _unmatched(office: Office, who: str, *, again: bool, seen: dict[str, int]) -> Iterator[ListedOwner]:
    # Of whom the registry already told the new number, nobody has to be asked; whether that is enough is the policy's.
    accepted = policy_of(office.settings).accepted_verdicts | {RegistryVerdict.ONLY_OLD_ID}
    wanted = ScanFilter(states=_OPEN_STATES, oldest_first=True)
    number = 1
    while True:
        listed = []
        with office.database.unit_of_work() as unit:
            page = unit.scans.list(wanted, number, _PAGE_SIZE)
            for scan in page.items:
                for paper in unit.certificates.for_scan(scan.id):
                    if paper.decided_at is not None or paper.form in {Form.OTHER, Form.CCCD}:
                        continue
                    answers = {row.owner_index: row for row in unit.certificates.answers(paper.id)}
                    for index in personal_owners(paper.record):
                        query, answer = owner_query(paper.record, index), answers.get(index)
                        if not query.full_name or (answer and _is_known(answer.answer, accepted)):
                            continue
                        line = unit.registry_lines.add(paper.id, index, query, who)
                        if line.answered_at is not None and not again:
                            seen["answered"] += 1
                            continue
                        listed.append(ListedOwner(line.id, query, paper.serial_number or "", _known(answer)))
            unit.commit()
        yield from listed
        if number >= page.page_count:
            return
        number += 1


def _known(answer: OwnerAnswerRow | None) -> str:
    return VERDICTS[answer.answer.verdict].vi if answer else ""


def import_answers(office: Office, path: Path, who: str, *, dry_run: bool = False) -> ImportReport:
    """Take a filled list back and let the scans that it speaks of go on; ``dry_run`` only says what would happen.

    Raises ``WorkbookUnreadable`` when it is no such list. Rows that cannot be right are told and left out.
    """
    filled = read_list(path)
    errors = list(filled.errors)
    answered = known_before = 0
    scans: set[str] = set()
    for start in range(0, len(filled.answers), _PAGE_SIZE):
        with office.database.unit_of_work() as unit:
            for answer in filled.answers[start : start + _PAGE_SIZE]:
                fault = _fault(unit, answer)
                if fault:
                    errors += [RowError(row, fault) for row in answer.rows]
                elif unit.registry_lines.answer(answer.line_id, answer.citizens, who):
                    answered += 1
                    certificate_id = unit.registry_lines.get(answer.line_id).certificate_id
                    scans.add(unit.certificates.get(certificate_id).scan_id)
                else:
                    known_before += 1
            if not dry_run:
                unit.commit()
    sent_on = 0 if dry_run else sum(ask_again(office, scan_id, who) for scan_id in sorted(scans))
    return ImportReport(
        answered, known_before, filled.open_lines, sent_on, tuple(sorted(errors, key=lambda error: error.row))
    )


def _fault(unit: UnitOfWork, answer: LineAnswer) -> RowFault | None:
    """Whether an answer speaks of somebody else than was asked about."""
    try:
        asked = unit.registry_lines.get(answer.line_id).query
    except NotFound:
        return RowFault.LINE_UNKNOWN
    if all(_bears(asked, citizen.citizen_id, citizen.old_id) for citizen in answer.citizens):
        return None
    return RowFault.ANOTHER_NUMBER


def _bears(asked: OwnerQuery, citizen_id: str, old_id: str | None) -> bool:
    """Whether a person found may be the one whose number was asked; a list often leaves the number before out."""
    number = asked.id_number or ""
    if is_personal_number(number):
        return number in {citizen_id, old_id}
    return not is_cmnd(number) or old_id in {None, number}


def ask_again(office: Office, scan_id: str, who: str) -> bool:
    """Let a scan that waits for the registry or for a reviewer be checked anew; whether it does.

    What people have settled stays as they left it.
    """
    try:
        with office.database.unit_of_work() as unit:
            scan = unit.scans.get(scan_id)
            if scan.state is State.IN_REVIEW:
                unit.scans.move(scan_id, State.IN_REVIEW, State.CHECKING, who=who, version=scan.version)
            elif scan.state is State.WAITING_REGISTRY:
                unit.scans.set_job(scan_id, None)
            else:
                return False
            unit.commit()
    except (MoveNotAllowed, VersionConflict):
        return False  # Somebody carries it on at this very moment; what came back is kept for the next check.
    try:
        enqueue(office, scan_id, scan.queue)
    except QueueUnavailable:
        _log.warning("queue_unavailable", scan_id=scan_id)
    return True
