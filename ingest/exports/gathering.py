"""Turns what the store has of a certificate into what is handed on."""

from __future__ import annotations

from certificate.citizens import RegistryVerdict
from certificate.handed_on import HandedOn, Remark, RemarkCode
from ingest.identity_cards import personal_numbers
from ingest.office import Office
from store.rows import ArchivedRow, HandedOnFilter

# With these the registry's person is the owner; what it knows of them may stand beside what is printed.
_CONFIRMED = frozenset({RegistryVerdict.MATCH, RegistryVerdict.ONLY_OLD_ID, RegistryVerdict.DECEASED})


def opened_again(office: Office, wanted: HandedOnFilter) -> list[Remark]:
    """What is being corrected is not handed on, and that is told: it may stand in what was handed in before."""
    with office.database.unit_of_work(read_only=True) as unit:
        opened = unit.handing_on.opened_again(wanted)
    return [Remark(certificate_id, serial, RemarkCode.OPENED_AGAIN) for certificate_id, serial in opened]


def handed_on(row: ArchivedRow) -> HandedOn:
    """The certificate as other systems get it."""
    numbers = personal_numbers(row.record, row.cards, row.answers)
    return HandedOn(
        certificate_id=row.certificate_id,
        record=row.record,
        scan_id=row.scan_id,
        scan_sha256=row.scan_sha256,
        scan_name=row.scan_name,
        pdfa_sha256=row.pdfa_sha256,
        page_count=row.page_count,
        office=row.office,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        archived_at=row.archived_at,
        version=row.version,
        numbers={index: found.id_number for index, found in numbers.items()},
        number_sources={index: found.source.value for index, found in numbers.items()},
        citizens={
            index: answer.citizen
            for index, answer in row.answers.items()
            if answer.citizen and answer.verdict in _CONFIRMED
        },
        verdicts={index: answer.verdict for index, answer in row.answers.items()},
    )
