"""Five hundred certificates while the registry fails every other call: all decided in the end, none wrongly matched.

The readings are recorded, so nothing is read; intake is left out, for its own tests; the registry is the real mock.
"""

from __future__ import annotations

import dataclasses
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from certificate.citizens import RegistryVerdict
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.states import State
from ingest.decision import Policy, policy_of
from ingest.office import Office
from ingest.pipeline import _check
from ingest.settings import load
from registry.client import RegistryClient
from registry.limits import PerSecondLimiter
from registry.port import Patience
from store.rows import NewScan, ScanFilter

pytestmark = pytest.mark.slow

COUNT = 500
BAD_DAYS: list[dict[str, Any]] = [
    {"kind": "unavailable", "probability": 0.12},
    {"kind": "too_many", "probability": 0.12, "retry_after": "2"},
    {"kind": "malformed", "probability": 0.12},
    {"kind": "another_person", "probability": 0.12},
    {"kind": "cut", "probability": 0.12},
    {"kind": "delay", "probability": 0.05, "seconds": 0.01},
    {"kind": "hang", "probability": 0.005, "seconds": 0.5},
]
FAULTLESS = {
    "issue_date": "2016-05-12", "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO",
    "owners.0.role": "holder", "owners.0.gender": "male", "owners.0.birth_year": "1970",
    "parcels.0.map_sheet_number": "45", "parcels.0.area_m2": "150.5",
    "parcels.0.address": "xã Định An, huyện Gò Quao, tỉnh Kiên Giang",
    "parcels.0.purposes.0.name": "Đất trồng cây lâu năm", "parcels.0.purposes.0.code": "CLN",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Case:
    """One owner as printed, as the registry has him, and what must come of it."""

    printed: str
    known: str
    verdict: RegistryVerdict
    year: str = "1970"
    id_number: str = ""
    old_id: str = ""
    status: str = "alive"
    readings: tuple[str, ...] = ()


# What may be printed and known; the owner's own number takes the place of {n}.
KINDS: tuple[Callable[[int], Case], ...] = (
    lambda n: Case("Nguyễn Văn Bảy", "Nguyễn Văn Bảy", RegistryVerdict.MATCH),
    lambda n: Case("NGUYỄN VĂN HOÀ", "Nguyễn Văn Hòa", RegistryVerdict.MATCH),
    # A tone mark misread by one reader, read right by the other: the registry decides between them.
    lambda n: Case("Trần Văn Bẩy", "Trần Văn Bảy", RegistryVerdict.NAME_DIFFERS),
    lambda n: Case("Trần Văn Đạt", "Trần Văn Đát", RegistryVerdict.MATCH, readings=("Trần Văn Đạt", "Trần Văn Đát")),
    lambda n: Case("Lê Văn Tám", "Lê Thị Tám", RegistryVerdict.NAME_DIFFERS),
    lambda n: Case("Lê Văn Chín", "Lê Văn Chín", RegistryVerdict.BIRTH_YEAR_DIFFERS, year="1971"),
    lambda n: Case("Danh Sà Rươl", "Danh Sà Rươl", RegistryVerdict.DECEASED, status="deceased"),
    lambda n: Case("Phạm Văn Tư", "", RegistryVerdict.NOT_FOUND),
    lambda n: Case("Thị Sóc", "Thị Sóc", RegistryVerdict.ONLY_OLD_ID, id_number=f"37{n:07d}", old_id=f"37{n:07d}"),
)


def number_of(index: int) -> str:
    """The personal number of the owner of that certificate."""
    return f"091070{index:06d}"


def reading(index: int, case: Case) -> CertificateReading:
    """The recorded reading of one certificate."""
    number = case.id_number or number_of(index)
    values = {
        **FAULTLESS, "serial_number": f"BX {100000 + index}", "parcels.0.parcel_number": str(index + 1),
        "owners.0.full_name": case.printed, "owners.0.birth_year": "1970", "owners.0.id_number": number,
        "owners.0.id_type": "cmnd" if len(number) == 9 else "cccd",
    }  # fmt: skip
    fields = {path: FieldReading(value, value, 0.995, Decision.ACCEPT) for path, value in values.items()}
    name = fields["owners.0.full_name"]
    witnesses = dict(zip(("tesseract", "linenet"), case.readings or (case.printed,), strict=False))
    fields["owners.0.full_name"] = name.replace(readings=witnesses)
    return CertificateReading(Record(f"{index}.pdf", Form.TT23_2014, 0.99, (), fields), ())


@pytest.fixture
def office(registry_server: Any) -> Iterator[Office]:
    """An office on a memory disk, whose client's clock runs fast, so that its pauses take no time."""
    memory = Path("/dev/shm")
    home = Path(tempfile.mkdtemp(prefix="sohoa-500-", dir=memory if memory.is_dir() else None))
    slept = [0.0]

    def sleep(seconds: float) -> None:
        slept[0] += seconds

    def clock() -> float:
        # A pause of the breaker is over as soon as somebody looks twice.
        slept[0] += 3.0
        return time.monotonic() + slept[0]

    client = RegistryClient(
        registry_server.url, registry_server.api_key, "CB001", remember_s=0, sleep=sleep, clock=clock,
        limiter=PerSecondLimiter(0, clock=clock), patience=Patience(read_s=0.3, attempts=4, budget_s=60),
    )  # fmt: skip
    settings = load(home, {}, redis_url="unix:///nowhere.sock", registry_retry_s=0.1, registry_retry_max_s=0.1)
    with Office(settings, registry=client) as opened:
        opened.database.migrate()
        yield opened
    client.close()
    shutil.rmtree(home)


def test_five_hundred_certificates_on_a_bad_line(office: Office, registry_server: Any) -> None:
    """Each ends decided with the very verdict that a good line would have given, whatever came over the bad one."""
    shuffled = random.Random(7)
    cases = [shuffled.choice(KINDS)(index) for index in range(COUNT)]
    registry_server.load(
        *(
            f"{number_of(index)},{case.old_id},{case.known},{case.year}-05-12,male,,{case.status}"
            for index, case in enumerate(cases)
            if case.known
        )
    )
    scans = _take_in(office, cases)
    registry_server.misbehave(*BAD_DAYS)
    rounds = _until_all_are_decided(office)
    assert rounds < 40
    outcomes = Counter[tuple[str, str]]()
    policy = policy_of(office.settings)
    with office.database.unit_of_work(read_only=True) as unit:
        for scan_id, case in zip(scans, cases, strict=True):
            (paper,) = unit.certificates.for_scan(scan_id)
            (answer,) = unit.certificates.answers(paper.id)
            assert answer.answer.verdict is case.verdict, case
            expected = State.ARCHIVING if case.verdict in policy.accepted_verdicts else State.IN_REVIEW
            assert unit.scans.get(scan_id).state is expected, case
            assert (paper.decided_by == "system") is (expected is State.ARCHIVING)
            if answer.answer.citizen and case.verdict in policy.accepted_verdicts:
                assert paper.record.value("owners.0.full_name") in {case.printed, case.known}
            outcomes[case.verdict.value, unit.scans.get(scan_id).state.value] += 1
    assert sum(outcomes.values()) == COUNT
    assert len(outcomes) == 6, outcomes
    assert isinstance(policy, Policy)


def _take_in(office: Office, cases: list[Case]) -> list[str]:
    scans = []
    with office.database.unit_of_work() as unit:
        for index, case in enumerate(cases):
            new = NewScan(f"{index:064x}", f"{index}.pdf", "application/pdf", 10, "lan", queue="bulk")
            scan_id = unit.scans.add(new).id
            unit.scans.move(scan_id, State.RECEIVED, State.READING)
            unit.certificates.replace_reading(scan_id, ScanReading(1, (reading(index, case),)), [[]])
            unit.scans.move(scan_id, State.READING, State.CHECKING)
            scans.append(scan_id)
        unit.commit()
    return scans


def _until_all_are_decided(office: Office) -> int:
    """Check every scan that waits, round after round, as the reconciler and the workers would; says how many rounds."""
    rounds = 0
    while rounds < 100:
        rounds += 1
        wanted = ScanFilter(states=frozenset({State.CHECKING, State.WAITING_REGISTRY}), oldest_first=True)
        with office.database.unit_of_work(read_only=True) as unit:
            waiting = unit.scans.list(wanted, 1, COUNT).items
        if not waiting:
            break
        for scan in waiting:
            _check(office, scan)
    return rounds
