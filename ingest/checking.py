"""Checking one certificate: rules, the archive's other papers, identity cards beside it, the registry on every owner.

The registry's answer works back on the record: where it confirms number, name and birth year at once, these readings
are certain; where its spelling differs by one tone mark and a reader had read just that spelling, it is taken.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from certificate.arrangement import ARRANGED, arranged, from_written
from certificate.citizens import (
    IdentityCard,
    NameDifference,
    OwnerQuery,
    OwnersCard,
    RegistryAnswer,
    RegistryVerdict,
)
from certificate.errors import RegistryUnavailable
from certificate.identity import normalise_id
from certificate.keys import named_serials, number_key, parcel_keys, register_key
from certificate.record import Decision, FieldReading, Finding, Form, Record, Severity
from certificate.rules.catalogue import Origin, find_kind, make_finding
from certificate.rules.check import recheck_record, with_findings
from certificate.states import State
from certificate.text import same_value
from ingest.decision import personal_owners
from ingest.identity_cards import cards_in, compare_with_registry, join_cards
from ingest.office import Office
from registry.port import AsksMany
from registry.verdicts import compare_names, judge
from store.certificates import FIRST_VERSION
from store.database import UnitOfWork
from store.rows import CertificateRow, CertificateSummary, OwnerAnswerRow, OwnerCardRow, RegistryLineRow

# A registry match of number, name and birth year at once leaves only what is wrong in the registry itself.
CONFIRMED_CONFIDENCE = 0.9995
# What a warning speaks of is at best this sure, and a person looks at it.
WARNED_CONFIDENCE = 0.9
CONFIRMING = frozenset({RegistryVerdict.MATCH, RegistryVerdict.ONLY_OLD_ID})
_NUMBER_FIELDS = ("id_number", "id_type")
_PERSON_FIELDS = ("full_name", "birth_year", "birth_date", "gender")
# A reviewer's corrections of one record are made well within this time.
_FRESH = timedelta(minutes=30)
# These scans are no longer in play, so their certificates are in conflict with nothing.
_OUT_OF_PLAY = frozenset({State.RETURNED, State.FAILED, State.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Checked:
    """A record after its checks, what the registry said, and whose cards lay beside it, by owner."""

    record: Record
    answers: tuple[OwnerAnswerRow, ...]
    cards: tuple[OwnerCardRow, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether the registry still owes an answer."""
        return any(row.answer.verdict is RegistryVerdict.UNAVAILABLE for row in self.answers)

    @property
    def by_owner(self) -> Mapping[int, RegistryAnswer]:
        return {row.owner_index: row.answer for row in self.answers}


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A certificate as it goes into its checks: what was read, what people settled, and what the archive says.

    ``cards`` lie in the same scan, ``alone`` says that no other certificate does; ``lines`` are what the registry
    wrote back on lists; ``known`` is what it said a moment ago, so that a reviewer's next key press asks nobody again.
    """

    certificate: CertificateRow
    record: Record
    conflicts: tuple[Finding, ...]
    cards: tuple[IdentityCard, ...] = ()
    alone: bool = True
    lines: tuple[RegistryLineRow, ...] = ()
    known: Mapping[OwnerQuery, RegistryAnswer] = dataclasses.field(default_factory=dict)


class Asking:
    """How owners are asked about: first what came back on lists, then what was asked for all together, then the line.

    ``was_answered`` says whether the registry's line gave any answer while this was used.
    """

    def __init__(self, office: Office, officer_code: str | None = None) -> None:
        self._office = office
        self._officer_code = officer_code
        self._known: dict[OwnerQuery, RegistryAnswer] = {}
        self.was_answered = False

    @classmethod
    def ahead(cls, office: Office, papers: Sequence[ToCheck], officer_code: str | None = None) -> Asking:
        """An asking that has already asked about all owners of these papers, in one call where the line can."""
        asking = cls(office, officer_code)
        for paper in papers:
            asking._known.update(paper.known)
        queries = [query for paper in papers for query in _open_queries(paper)]
        asking._ask_together([query for query in dict.fromkeys(queries) if query not in asking._known])
        return asking

    def ask(self, paper: ToCheck, index: int, query: OwnerQuery) -> RegistryAnswer:
        """What the registry says of an owner; ``unavailable`` when neither list nor line answers.

        Raises ``RegistryRefused`` when key or officer's code are wrong.
        """
        line = _line_about(paper, index, query)
        if line is not None:
            asked_at = line.answered_at.isoformat(timespec="seconds") if line.answered_at else None
            return judge(query, line.citizens, asked_at=asked_at, officer_code=line.answered_by)
        if query not in self._known:
            try:
                answer = self._office.registry.verify_owner(query, officer_code=self._officer_code)
            except RegistryUnavailable:
                answer = RegistryAnswer(RegistryVerdict.UNAVAILABLE)
            self._note(query, answer)
        return self._known[query]

    def _ask_together(self, queries: Sequence[OwnerQuery]) -> None:
        if len(queries) < 2:
            return
        try:
            registry = self._office.registry
            if isinstance(registry, AsksMany):
                answers = registry.verify_owners(queries, officer_code=self._officer_code)
                for query, answer in zip(queries, answers, strict=True):
                    self._note(query, answer)
        except RegistryUnavailable:
            for query in queries:
                self._note(query, RegistryAnswer(RegistryVerdict.UNAVAILABLE))

    def _note(self, query: OwnerQuery, answer: RegistryAnswer) -> None:
        self._known[query] = answer
        if answer.verdict not in {RegistryVerdict.UNAVAILABLE, RegistryVerdict.NOT_ASKED}:
            self.was_answered = True


def _open_queries(paper: ToCheck) -> list[OwnerQuery]:
    """What the line must be asked about a paper's owners, because no list has answered it."""
    if paper.certificate.form is Form.OTHER:
        return []
    queries = ((index, owner_query(paper.record, index)) for index in personal_owners(paper.record))
    return [query for index, query in queries if _line_about(paper, index, query) is None]


def _line_about(paper: ToCheck, index: int, query: OwnerQuery) -> RegistryLineRow | None:
    """The newest line of a list that answers this question."""
    found = (line for line in reversed(paper.lines) if line.owner_index == index and _is_about(line, query))
    return next(found, None)


def gather(unit: UnitOfWork, certificate: CertificateRow, papers: Sequence[CertificateRow] | None = None) -> ToCheck:
    """Everything the store knows that the checks need; ``papers`` are all of the scan's, where the caller has them.

    The record starts from what the reader gave, not from the last check's outcome: a confirmation by the registry
    must not outlive the value that it confirmed.
    """
    record = _unchecked(unit, certificate)
    conflicts = find_conflicts(unit, certificate)
    if certificate.form in {Form.OTHER, Form.CCCD}:
        lines = unit.registry_lines.for_certificate(certificate.id)
        return ToCheck(certificate, record, conflicts, lines=_answered(lines))
    if papers is None:
        papers = unit.certificates.for_scan(certificate.scan_id)
    answers = unit.certificates.answers(certificate.id)
    return ToCheck(
        certificate,
        record,
        conflicts,
        cards=cards_in(papers),
        alone=sum(paper.form not in {Form.OTHER, Form.CCCD} for paper in papers) == 1,
        lines=_answered(unit.registry_lines.for_certificate(certificate.id)),
        known={row.query: row.answer for row in answers if row.query is not None and _is_fresh(row.answer)},
    )


def _unchecked(unit: UnitOfWork, certificate: CertificateRow) -> Record:
    """The record as the reader gave it, with what people settled."""
    if certificate.version == FIRST_VERSION:
        return certificate.record
    fields = dict(unit.certificates.as_read(certificate.id).fields)
    for change in unit.certificates.history(certificate.id):
        if change.path in ARRANGED:
            fields = arranged(fields, change.path, from_written(change.new))
        elif change.new is None:
            fields.pop(change.path, None)
    for row in unit.certificates.fields(certificate.id):
        if row.settled_by is not None and row.path in certificate.record.fields:
            fields[row.path] = certificate.record.fields[row.path]
    return certificate.record.replace(fields=fields)


def _is_fresh(answer: RegistryAnswer) -> bool:
    """Whether an answer is one, and so young that asking again would be a waste."""
    if answer.asked_at is None or answer.verdict in {RegistryVerdict.UNAVAILABLE, RegistryVerdict.NOT_ASKED}:
        return False
    return datetime.now(UTC) - datetime.fromisoformat(answer.asked_at) < _FRESH


def check_certificate(
    office: Office, given: ToCheck, officer_code: str | None = None, *, asking: Asking | None = None
) -> Checked:
    """Check one certificate anew. Asks the registry, so no transaction may be open.

    ``asking`` may have asked already, for several papers together. Raises ``RegistryRefused`` when key or officer's
    code are wrong.
    """
    if given.certificate.form is Form.OTHER:
        return Checked(given.record, ())
    today = date.today()  # noqa: DTZ011 - the office's own calendar day is meant
    asking = asking or Asking.ahead(office, [given], officer_code)
    record = hold_against_rules(given.record, today, given.conflicts)
    by_owner = join_cards(record, given.cards, alone=given.alone).by_owner
    rows = []
    for index in personal_owners(record):
        record, row = _verify(asking, given, record, index, by_owner.get(index))
        rows.append(row)
    # A name may have changed with the answer, so the rules and the cards speak once more.
    record = recheck_record(record, today)
    joined = join_cards(record, given.cards, alone=given.alone)
    answers = {row.owner_index: row.answer for row in rows}
    record = with_findings(
        record, (*given.conflicts, *joined.findings, *compare_with_registry(joined.by_owner, answers))
    )
    cards = tuple(OwnerCardRow(index, found) for index, found in sorted(joined.by_owner.items()))
    return Checked(record, tuple(rows), cards)


def hold_against_rules(record: Record, today: date, conflicts: tuple[Finding, ...] = ()) -> Record:
    """The record with what the rules say of it now, and its fields as sure as that leaves them; nobody is asked."""
    record = _without_foreign_findings(recheck_record(record, today))
    return _less_sure(record, (*record.findings, *conflicts))


def save_outcome(unit: UnitOfWork, certificate: str | CertificateRow, outcome: Checked) -> CertificateRow:
    """Keep what the checks of a certificate gave: its record, the registry's answers, the cards of its owners."""
    return unit.certificates.save_checked(certificate, outcome.record, outcome.answers, outcome.cards)


def find_conflicts(unit: UnitOfWork, certificate: CertificateRow) -> tuple[Finding, ...]:
    """What the rest of the archive says about this certificate: its number, its parcels, its entry, its predecessor.

    Nothing is ever merged: two papers for one parcel may be an old one and its replacement, or a conflict.
    """
    if certificate.form in {Form.OTHER, Form.CCCD}:
        return ()
    record, papers = certificate.record, unit.certificates
    findings = []
    serial = record.value("serial_number")
    if serial and _certificates(papers.same_serial(serial, except_id=certificate.id, leave_out=_OUT_OF_PLAY)):
        findings.append(make_finding("duplicate_serial", ["serial_number"], serial=serial))
    named = set()
    for path, previous in named_serials(record):
        if _certificates(papers.same_serial(previous, except_id=certificate.id, leave_out=_OUT_OF_PLAY)):
            named.add(number_key(previous))
            findings.append(make_finding("previous_certificate_in_archive", [path], serial=previous))
    for index, key in parcel_keys(record).items():
        others = _certificates(papers.same_parcel(key, except_id=certificate.id, leave_out=_OUT_OF_PLAY))
        if any(_in_conflict(unit, other, serial, named) for other in others):
            fields = [f"parcels.{index}.parcel_number", f"parcels.{index}.map_sheet_number"]
            findings.append(make_finding("duplicate_parcel", fields, parcel=key.parcel, map_sheet=key.map_sheet))
    entry = register_key(record)
    if entry and _certificates(
        papers.same_register_number(entry, except_id=certificate.id, leave_out=_OUT_OF_PLAY), but=serial
    ):
        number = record.value("register_number") or ""
        findings.append(make_finding("duplicate_register_number", ["register_number"], number=number))
    return tuple(findings)


def _certificates(others: tuple[CertificateSummary, ...], *, but: str | None = None) -> tuple[CertificateSummary, ...]:
    """Those that are certificates; those with the same serial number as ``but`` are spoken of already."""
    own = number_key(but) if but else None
    return tuple(
        other
        for other in others
        if other.form not in {Form.OTHER, Form.CCCD}
        and (own is None or other.serial_number is None or number_key(other.serial_number) != own)
    )


def _in_conflict(unit: UnitOfWork, other: CertificateSummary, serial: str | None, named: set[str]) -> bool:
    """Whether another certificate for the same parcel contradicts this one, not merely comes before or after it."""
    key = number_key(other.serial_number) if other.serial_number else None
    own = number_key(serial) if serial else None
    if key is not None and (key == own or key in named):
        return False
    # The later one may have come in first; then it names this one.
    return own is None or own not in {
        number_key(previous) for _, previous in named_serials(unit.certificates.get(other.id).record)
    }


def owner_query(record: Record, index: int) -> OwnerQuery:
    """What the registry is asked about one owner: as printed, but for spaces and dots in the number."""
    path = f"owners.{index}."
    number = record.value(path + "id_number")
    birth = record.value(path + "birth_year") or record.value(path + "birth_date")
    return OwnerQuery(
        full_name=record.value(path + "full_name") or "",
        id_number=normalise_id(number) if number else None,
        birth_year=birth[:4] if birth else None,
        gender=record.value(path + "gender"),
    )


def _answered(lines: tuple[RegistryLineRow, ...]) -> tuple[RegistryLineRow, ...]:
    return tuple(line for line in lines if line.answered_at is not None)


def _is_about(line: RegistryLineRow, query: OwnerQuery) -> bool:
    """Whether what was written back for a line answers this question, too: same number, and as good as the same name.

    The people of the registry looked for this very name: with another one they might have found somebody else.
    """
    asked = line.query
    if asked.id_number != query.id_number:
        return False
    if query.id_number is None and asked.birth_year != query.birth_year:
        return False
    return compare_names(asked.full_name, query.full_name) is not NameDifference.ANOTHER_NAME


def _verify(
    asking: Asking, paper: ToCheck, record: Record, index: int, card: OwnersCard | None
) -> tuple[Record, OwnerAnswerRow]:
    """Ask about one owner: with the number as printed, and where that leads nowhere, with the card's."""
    query = owner_query(record, index)
    answer = asking.ask(paper, index, query)
    if (
        card is not None
        and card.card.id_number != query.id_number
        and answer.verdict in {RegistryVerdict.NOT_FOUND, RegistryVerdict.NOT_ASKED}
    ):
        by_card = dataclasses.replace(query, id_number=card.card.id_number)
        found = asking.ask(paper, index, by_card)
        known = found.citizen.old_id if found.citizen else None
        if found.verdict is RegistryVerdict.UNAVAILABLE:
            answer = found
        elif _confirms(found) and (query.id_number is None or known in {None, "", query.id_number}):
            # The printed number itself is confirmed only where the registry has it as the old one.
            record = _confirmed(record, index, number=query.id_number is not None and known == query.id_number)
            return record, OwnerAnswerRow(index, found, by_card)
    record, answer = _weigh(record, index, query, answer)
    return record, OwnerAnswerRow(index, answer, owner_query(record, index))


def _weigh(record: Record, index: int, query: OwnerQuery, answer: RegistryAnswer) -> tuple[Record, RegistryAnswer]:
    """The record with what the answer means for it, and the answer that finally holds."""
    path = f"owners.{index}."
    name = record.fields.get(path + "full_name")
    findings: list[Finding] = []
    one_mark = answer.verdict is RegistryVerdict.NAME_DIFFERS and answer.name_difference is NameDifference.ONE_TONE_MARK
    if one_mark and name and answer.citizen:
        spelling = _in_printed_case(answer.citizen.full_name, name.value or "")
        findings.append(make_finding("registry_name_mark_differs", [path + "full_name"], name=spelling))
        if _was_read(name, spelling) and not _is_handwritten(name):
            # The same person under the same number: asking again would tell nothing new, and the line may be gone.
            read_so = dataclasses.replace(query, full_name=spelling)
            again = judge(read_so, [answer.citizen], asked_at=answer.asked_at, officer_code=answer.officer_code)
            if _confirms(again):
                record = record.replace(fields={**record.fields, path + "full_name": name.replace(value=spelling)})
                answer = again
    else:
        findings += _finding(answer, path)
    if _confirms(answer):
        record = _confirmed(record, index, number=query.id_number is not None)
    return with_findings(record, findings), answer


def _confirms(answer: RegistryAnswer) -> bool:
    """Whether an answer makes the readings certain: the very person, under a number that still holds."""
    return answer.verdict in CONFIRMING and not answer.lacks_new_number


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
        case RegistryVerdict.ONLY_OLD_ID if answer.lacks_new_number:
            return [make_finding("registry_number_replaced", [number])]
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


def _confirmed(record: Record, index: int, *, number: bool) -> Record:
    """The record with an owner's person, and where it was asked with it the printed number, as sure as it gets."""
    fields = dict(record.fields)
    for part in (*_PERSON_FIELDS, *(_NUMBER_FIELDS if number else ())):
        path = f"owners.{index}.{part}"
        field = fields.get(path)
        if field is not None and field.value is not None and not _is_handwritten(field):
            confidence = max(field.confidence, CONFIRMED_CONFIDENCE)
            fields[path] = field.replace(confidence=confidence, decision=Decision.ACCEPT)
    return record.replace(fields=fields)


def _less_sure(record: Record, findings: tuple[Finding, ...]) -> Record:
    """The record with the fields that warnings speak of as less sure, whatever their readers thought of them."""
    warned = {
        path
        for finding in findings
        if finding.severity is Severity.WARNING and _origin(finding.code) in {Origin.RULES, Origin.ARCHIVE}
        for path in finding.fields
    }
    fields = {
        path: field.replace(confidence=min(field.confidence, WARNED_CONFIDENCE), decision=Decision.REVIEW)
        if path in warned
        else field
        for path, field in record.fields.items()
    }
    return record.replace(fields=fields)


def _was_read(field: FieldReading, spelling: str) -> bool:
    return any(same_value(reading, spelling) for reading in field.readings.values())


def _is_handwritten(field: FieldReading) -> bool:
    return "handwritten" in field.findings


def _in_printed_case(name: str, printed: str) -> str:
    return name.upper() if printed.isupper() else name.title() if printed.istitle() else name


def _origin(code: str) -> Origin | None:
    try:
        return find_kind(code).origin
    except KeyError:  # A code of a later release.
        return None


def _without_foreign_findings(record: Record) -> Record:
    """The record without what the registry, the archive and the cards said before: all are asked again."""
    foreign = {Origin.REGISTRY, Origin.ARCHIVE, Origin.CARD}
    fields = {
        path: field.replace(findings=tuple(code for code in field.findings if _origin(code) not in foreign))
        for path, field in record.fields.items()
    }
    return record.replace(
        fields=fields, findings=tuple(finding for finding in record.findings if _origin(finding.code) not in foreign)
    )
