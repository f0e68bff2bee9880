"""Checking one certificate: rules, the archive's other certificates, and the registry on every owner.

The registry's answer works back on the record: where it confirms number, name and birth year at once, these readings
are certain; where its spelling differs by one tone mark and a reader had read just that spelling, it is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from certificate.citizens import NameDifference, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import RegistryUnavailable
from certificate.record import Decision, FieldReading, Finding, Form, Record
from certificate.rules.catalogue import Origin, find_kind, make_finding
from certificate.rules.check import recheck_record, with_findings
from certificate.states import State
from certificate.text import same_value
from ingest.decision import personal_owners
from ingest.office import Office
from store.database import UnitOfWork
from store.rows import CertificateRow, OwnerAnswerRow

# A registry match of number, name and birth year at once leaves only what is wrong in the registry itself.
CONFIRMED_CONFIDENCE = 0.9995
CONFIRMING = frozenset({RegistryVerdict.MATCH, RegistryVerdict.ONLY_OLD_ID})
_IDENTITY_FIELDS = ("full_name", "id_number", "id_type", "birth_year", "birth_date", "gender")
# These scans are no longer in play, so their certificates are in conflict with nothing.
_OUT_OF_PLAY = frozenset({State.RETURNED, State.FAILED, State.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Checked:
    """A record after its checks, and what the registry said, by owner."""

    record: Record
    answers: tuple[OwnerAnswerRow, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether the registry still owes an answer."""
        return any(row.answer.verdict is RegistryVerdict.UNAVAILABLE for row in self.answers)

    @property
    def by_owner(self) -> Mapping[int, RegistryAnswer]:
        return {row.owner_index: row.answer for row in self.answers}


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A certificate as it goes into its checks: what was read, what people settled, and what the archive says."""

    certificate: CertificateRow
    record: Record
    conflicts: tuple[Finding, ...]


def gather(unit: UnitOfWork, certificate: CertificateRow) -> ToCheck:
    """Everything the store knows that the checks need.

    The record starts from what the reader gave, not from the last check's outcome: a confirmation by the registry
    must not outlive the value that it confirmed.
    """
    fields = dict(unit.certificates.as_read(certificate.id).fields)
    for row in unit.certificates.fields(certificate.id):
        if row.settled_by is not None and row.path in certificate.record.fields:
            fields[row.path] = certificate.record.fields[row.path]
    for change in unit.certificates.history(certificate.id):
        if change.path not in certificate.record.fields:
            fields.pop(change.path, None)
    return ToCheck(certificate, certificate.record.replace(fields=fields), find_conflicts(unit, certificate))


def check_certificate(office: Office, given: ToCheck, officer_code: str | None = None) -> Checked:
    """Check one certificate anew. Asks the registry, so no transaction may be open.

    Raises ``RegistryRefused`` when key or officer's code are wrong.
    """
    if given.certificate.form is Form.OTHER:
        return Checked(given.record, ())
    today = date.today()  # noqa: DTZ011 - the office's own calendar day is meant
    record = _without_foreign_findings(recheck_record(given.record, today))
    rows = []
    for index in personal_owners(record):
        query = owner_query(record, index)
        answer = _ask(office, query, officer_code)
        record, answer = _weigh(office, record, index, answer, officer_code)
        rows.append(OwnerAnswerRow(index, answer, owner_query(record, index)))
    # A name may have changed with the answer, so the rules speak once more.
    record = with_findings(recheck_record(record, today), given.conflicts)
    return Checked(record, tuple(rows))


def find_conflicts(unit: UnitOfWork, certificate: CertificateRow) -> tuple[Finding, ...]:
    """What speaks against this certificate in the rest of the archive: the same serial number on another scan."""
    serial = certificate.record.value("serial_number")
    if serial is None or certificate.form in {Form.OTHER, Form.CCCD}:
        return ()
    others = [
        other
        for other in unit.certificates.same_serial(serial, except_id=certificate.id)
        if other.form not in {Form.OTHER, Form.CCCD} and unit.scans.get(other.scan_id).state not in _OUT_OF_PLAY
    ]
    return (make_finding("duplicate_serial", ["serial_number"], serial=serial),) if others else ()


def owner_query(record: Record, index: int) -> OwnerQuery:
    """What the registry is asked about one owner, as printed."""
    path = f"owners.{index}."
    birth = record.value(path + "birth_year") or record.value(path + "birth_date")
    return OwnerQuery(
        full_name=record.value(path + "full_name") or "",
        id_number=record.value(path + "id_number"),
        birth_year=birth[:4] if birth else None,
        gender=record.value(path + "gender"),
    )


def _ask(office: Office, query: OwnerQuery, officer_code: str | None) -> RegistryAnswer:
    try:
        return office.registry.verify_owner(query, officer_code=officer_code)
    except RegistryUnavailable:
        return RegistryAnswer(RegistryVerdict.UNAVAILABLE)


def _weigh(
    office: Office, record: Record, index: int, answer: RegistryAnswer, officer_code: str | None
) -> tuple[Record, RegistryAnswer]:
    """The record with what the answer means for it, and the answer that finally holds."""
    path = f"owners.{index}."
    name = record.fields.get(path + "full_name")
    findings: list[Finding] = []
    one_mark = answer.verdict is RegistryVerdict.NAME_DIFFERS and answer.name_difference is NameDifference.ONE_TONE_MARK
    if one_mark and name and answer.citizen:
        spelling = _in_printed_case(answer.citizen.full_name, name.value or "")
        findings.append(make_finding("registry_name_mark_differs", [path + "full_name"], name=spelling))
        if _was_read(name, spelling) and not _is_handwritten(name):
            corrected = record.replace(fields={**record.fields, path + "full_name": name.replace(value=spelling)})
            again = _ask(office, owner_query(corrected, index), officer_code)
            if again.verdict in CONFIRMING:
                record, answer = corrected, again
    else:
        findings += _finding(answer, path)
    if answer.verdict in CONFIRMING:
        record = _confirmed(record, path)
    return with_findings(record, findings), answer


def _finding(answer: RegistryAnswer, path: str) -> list[Finding]:
    name, number, year, gender = (path + part for part in ("full_name", "id_number", "birth_year", "gender"))
    citizen = answer.citizen
    match answer.verdict:
        case RegistryVerdict.NAME_DIFFERS:
            return [make_finding("registry_name_differs", [name, number])]
        case RegistryVerdict.BIRTH_YEAR_DIFFERS if citizen:
            return [make_finding("registry_birth_year_differs", [year], year=citizen.birth_date[:4])]
        case RegistryVerdict.GENDER_DIFFERS:
            return [make_finding("registry_gender_differs", [gender])]
        case RegistryVerdict.ONLY_OLD_ID if citizen:
            return [make_finding("registry_only_old_id", [number], number=citizen.citizen_id)]
        case RegistryVerdict.DECEASED:
            return [make_finding("registry_deceased", [name])]
        case RegistryVerdict.NOT_FOUND:
            return [make_finding("registry_not_found", [number])]
        case RegistryVerdict.UNAVAILABLE:
            return [make_finding("registry_unavailable", [name])]
        case RegistryVerdict.NOT_ASKED:
            return [make_finding("registry_not_asked", [name])]
    return []


def _confirmed(record: Record, path: str) -> Record:
    fields = dict(record.fields)
    for part in _IDENTITY_FIELDS:
        field = fields.get(path + part)
        if field is not None and field.value is not None and not _is_handwritten(field):
            confidence = max(field.confidence, CONFIRMED_CONFIDENCE)
            fields[path + part] = field.replace(confidence=confidence, decision=Decision.ACCEPT)
    return record.replace(fields=fields)


def _was_read(field: FieldReading, spelling: str) -> bool:
    return any(same_value(reading, spelling) for reading in field.readings.values())


def _is_handwritten(field: FieldReading) -> bool:
    return "handwritten" in field.findings


def _in_printed_case(name: str, printed: str) -> str:
    return name.upper() if printed.isupper() else name.title() if printed.istitle() else name


def _without_foreign_findings(record: Record) -> Record:
    """The record without what the registry and the archive said before: both are asked again."""

    def stays(code: str) -> bool:
        try:
            return find_kind(code).origin not in {Origin.REGISTRY, Origin.ARCHIVE}
        except KeyError:
            return True

    fields = {
        path: field.replace(findings=tuple(code for code in field.findings if stays(code)))
        for path, field in record.fields.items()
    }
    return record.replace(fields=fields, findings=tuple(f for f in record.findings if stays(f.code)))
