"""All rules over one record, and how their findings are put into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from certificate.record import Finding, Form, Record
from certificate.rules import areas, issue, owners, parcels
from certificate.rules.catalogue import Origin, find_kind
from certificate.rules.required import check_required
from certificate.rules.values import check_normal_forms


def check_record(record: Record, today: date | None = None) -> tuple[Finding, ...]:
    """Everything a careful officer would remark about the record by itself, in the order of the papers.

    ``today`` lets dates in the future and terms that are over be seen; without it they are not looked for. A paper
    that is no certificate gives nothing.
    """
    if record.form is Form.OTHER:
        return ()
    return (
        *check_required(record),
        *check_normal_forms(record),
        *issue.check_serial(record),
        *issue.check_qr(record),
        *issue.check_barcode(record),
        *issue.check_dates(record, today),
        *issue.check_form_period(record),
        *issue.check_authority(record),
        *owners.check_names(record),
        *owners.check_ages(record, today),
        *owners.check_identity_numbers(record),
        *owners.check_papers_of_roles(record),
        *owners.check_same_person(record),
        *owners.check_spouses(record),
        *parcels.check_parcel_numbers(record),
        *parcels.check_places(record),
        *areas.check_areas(record),
        *parcels.check_purposes(record),
        *parcels.check_terms(record, today),
        *parcels.check_origins(record),
        *areas.check_house(record),
    )


def with_findings(record: Record, findings: Sequence[Finding]) -> Record:
    """The record with more findings, each named at the fields it speaks of; one already there is not added again."""
    new = tuple(finding for finding in dict.fromkeys(findings) if finding not in record.findings)
    codes: dict[str, list[str]] = defaultdict(list)
    for finding in new:
        for path in finding.fields:
            codes[path].append(finding.code)
    fields = {
        path: reading.replace(findings=tuple(dict.fromkeys((*reading.findings, *codes[path]))))
        if path in codes
        else reading
        for path, reading in record.fields.items()
    }
    return record.replace(fields=fields, findings=(*record.findings, *new))


def recheck_record(record: Record, today: date | None = None) -> Record:
    """The record with the rules' findings made anew, as after a correction; the reader's and registry's stay."""
    kept = tuple(finding for finding in record.findings if not _is_of_rules(finding.code))
    fields = {
        path: reading.replace(findings=tuple(code for code in reading.findings if not _is_of_rules(code)))
        for path, reading in record.fields.items()
    }
    cleared = record.replace(fields=fields, findings=kept)
    return with_findings(cleared, check_record(cleared, today))


def _is_of_rules(code: str) -> bool:
    try:
        return find_kind(code).origin is Origin.RULES
    except KeyError:  # A code of a later release, kept as it is.
        return False
