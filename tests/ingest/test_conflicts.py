"""What the archive's other papers say of a certificate: conflicts go to a person, and nothing is ever merged."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from certificate.citizens import Citizen, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record, Severity
from certificate.rules.catalogue import find_kind
from certificate.states import State
from ingest.office import Office
from ingest.pipeline import _check
from ingest.review import correct
from ingest.settings import Settings
from store.rows import CertificateRow, NewScan, Role, UserRow

CITIZEN = Citizen("091070000123", None, "Nguyễn Văn Mẫu", "1970-05-12", "male", "Rạch Giá", "alive")
FIRST = {
    "serial_number": "BX 123456", "register_number": "CH 01234", "issue_date": "2016-05-12",
    "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN GIỒNG RIỀNG",
    "owners.0.role": "holder", "owners.0.full_name": "Nguyễn Văn Mẫu", "owners.0.gender": "male",
    "owners.0.birth_year": "1970", "owners.0.id_type": "cccd", "owners.0.id_number": "091070000123",
    "parcels.0.parcel_number": "12", "parcels.0.map_sheet_number": "45", "parcels.0.area_m2": "150.5",
    "parcels.0.address": "ấp 3, xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang",
    "parcels.0.purposes.0.name": "Đất trồng cây lâu năm", "parcels.0.purposes.0.code": "CLN",
}  # fmt: skip
# Another paper, for another parcel.
OTHER = {
    "serial_number": "BX 777777", "register_number": "CH 09999", "parcels.0.parcel_number": "99",
    "parcels.0.area_m2": "80",
}  # fmt: skip
REVIEWER = UserRow("u", "minh", "Minh", "", Role.REVIEWER, "", officer_code="HT7", active=True)


class Registry:
    """A registry that knows everybody, so that nothing but the archive can stop a paper."""

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        return RegistryAnswer(RegistryVerdict.MATCH, CITIZEN)


@pytest.fixture
def office(settings: Settings, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office whose registry confirms everybody."""
    ready_home(settings.home)
    with Office(settings, registry=Registry()) as opened:
        yield opened


def reading(**changes: str | None) -> CertificateReading:
    """The first paper, changed; two underscores stand for a dot."""
    values = {**FIRST, **{path.replace("__", "."): value for path, value in changes.items()}}
    fields = {path: FieldReading(value, value, 0.999, Decision.ACCEPT) for path, value in values.items() if value}
    return CertificateReading(Record("a.pdf", Form.TT23_2014, 0.99, (), fields), ())


def other(**changes: str | None) -> CertificateReading:
    """Another paper for another parcel, changed."""
    return reading(**{**{path.replace(".", "__"): value for path, value in OTHER.items()}, **changes})


def hand_in(office: Office, *papers: CertificateReading) -> str:
    """A scan of these papers, read and checked."""
    with office.database.unit_of_work() as unit:
        scan_id = unit.scans.add(NewScan(secrets.token_hex(32), "a.pdf", "application/pdf", 1, "lan")).id
        unit.scans.move(scan_id, State.RECEIVED, State.READING)
        unit.certificates.replace_reading(scan_id, ScanReading(1, papers), [[] for _ in papers])
        unit.scans.move(scan_id, State.READING, State.CHECKING)
        unit.commit()
    # Not to the archive: these scans are no files.
    with office.database.unit_of_work(read_only=True) as unit:
        scan = unit.scans.get(scan_id)
    _check(office, scan)
    return scan_id


def papers_of(office: Office, scan_id: str) -> Sequence[CertificateRow]:
    """The certificates of a scan as they stand."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.certificates.for_scan(scan_id)


def codes_of(office: Office, scan_id: str) -> list[str]:
    """What was remarked about a scan's only certificate."""
    (paper,) = papers_of(office, scan_id)
    return [finding.code for finding in paper.record.findings]


@pytest.mark.parametrize(
    ("second", "codes", "reason"),
    [
        (other(), [], "another paper, another parcel"),
        (reading(), ["duplicate_serial"], "the same paper scanned twice, in other bytes"),
        (other(serial_number="BX123456"), ["serial_malformed", "duplicate_serial"], "the same number, its space lost"),
        (other(parcels__0__parcel_number="12"), ["duplicate_parcel"], "one parcel, two certificates"),
        (other(parcels__0__parcel_number="012", parcels__0__address="X. Thạnh Lộc, H. Giồng Riềng, T. Kiên Giang"),
         ["duplicate_parcel"], "the same parcel, printed otherwise"),
        (other(parcels__0__parcel_number="12", parcels__0__map_sheet_number="46"), [], "another map sheet"),
        (other(parcels__0__parcel_number="12", issuing_authority="ỦY BAN NHÂN DÂN HUYỆN CHÂU THÀNH",
               parcels__0__address="xã Thạnh Lộc, huyện Châu Thành, tỉnh Kiên Giang"), [], "the other Thạnh Lộc"),
        (other(parcels__0__parcel_number="12", parcels__0__address="xã Thạnh Lộc, tỉnh Kiên Giang",
               issuing_authority="ỦY BAN NHÂN DÂN TỈNH KIÊN GIANG"), ["place_ambiguous"],
         "it may be either Thạnh Lộc: no conflict is guessed"),
        (other(parcels__1__parcel_number="12", parcels__1__map_sheet_number="45", parcels__1__area_m2="150.5",
               parcels__1__address=FIRST["parcels.0.address"], parcels__1__purposes__0__name="Đất trồng cây lâu năm"),
         ["duplicate_parcel"], "its second parcel is the first paper's"),
        (other(parcels__0__parcel_number="12", notes="Cấp đổi từ GCN số phát hành BX 123456"),
         ["previous_certificate_in_archive"], "it came in the first one's place and says so"),
        (other(notes="Cấp đổi từ GCN số phát hành BX 123456"), ["previous_certificate_in_archive"],
         "another parcel of the earlier paper"),
        (other(parcels__0__parcel_number="12", notes="Cấp đổi từ GCN số phát hành BX 555555"), ["duplicate_parcel"],
         "it names another paper than the one we have"),
        (other(register_number="CH01234"), ["duplicate_register_number"], "one entry of a register, two papers"),
        (other(register_number="CH 01234", issue_date="2017-05-12"), [], "registers begin anew every year"),
    ],
)  # fmt: skip
def test_what_the_archive_says_of_a_second_paper(
    office: Office, second: CertificateReading, codes: list[str], reason: str
) -> None:
    """A conflict stops a paper that nothing else would stop; both papers stay as they are."""
    first = hand_in(office, reading())
    assert codes_of(office, first) == []
    scan_id = hand_in(office, second)
    assert codes_of(office, scan_id) == codes, reason
    (before,), (after,) = papers_of(office, first), papers_of(office, scan_id)
    assert before.decided_by == "system"
    assert after.record.value("parcels.0.parcel_number") == second.record.value("parcels.0.parcel_number")
    is_stopped = any(find_kind(code).severity is Severity.ERROR for code in codes)
    assert (after.decided_by is None) is (is_stopped or "duplicate_register_number" in codes), reason


@pytest.mark.parametrize(
    ("paper", "left", "moved"),
    [
        (reading(owners__0__full_name=None), State.IN_REVIEW, State.RETURNED),  # sent back to the clerk
        (reading(), State.ARCHIVING, State.FAILED),  # could not be worked on
    ],
)
def test_papers_out_of_play_are_in_conflict_with_nothing(
    office: Office, paper: CertificateReading, left: State, moved: State
) -> None:
    """What went back or failed may be handed in again without a word."""
    first = hand_in(office, paper)
    with office.database.unit_of_work() as unit:
        unit.scans.move(first, left, moved)
        unit.commit()
    assert codes_of(office, hand_in(office, reading())) == []


def test_two_papers_of_one_scan_are_held_against_each_other(office: Office) -> None:
    """The same certificate twice in one file is seen by both."""
    scan_id = hand_in(office, reading(), reading())
    found = [[finding.code for finding in paper.record.findings] for paper in papers_of(office, scan_id)]
    assert found == [["duplicate_serial"], ["duplicate_serial"]]


def test_the_newer_paper_may_have_come_in_first(office: Office) -> None:
    """Then it names the older, which contradicts nothing."""
    hand_in(office, other(parcels__0__parcel_number="12", notes="Cấp đổi từ GCN số phát hành BX 123456"))
    assert codes_of(office, hand_in(office, reading())) == []


def test_a_corrected_number_ends_the_conflict(office: Office) -> None:
    """The serial number was misread: once a person has put it right nothing is left of the conflict."""
    hand_in(office, reading())
    scan_id = hand_in(office, other(serial_number="BX 123456"))
    (paper,) = papers_of(office, scan_id)
    assert [finding.code for finding in paper.record.findings] == ["duplicate_serial"]
    assert "duplicate_serial" in paper.record.fields["serial_number"].findings
    row = correct(office, paper.id, version=paper.version, path="serial_number", value="BX 123457", who=REVIEWER)
    assert row.record.findings == ()
    assert row.record.fields["serial_number"].findings == ()
