"""The registry is away: a few scans try whether it is back, and then all go on without running it down."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from certificate.citizens import Citizen, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import RegistryRefused
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.states import State
from ingest.cli import command
from ingest.office import Office
from ingest.pipeline import advance
from ingest.settings import Settings, load
from ingest.waiting import wake
from store.rows import NewScan, ScanFilter, ScanRow

CITIZEN = Citizen("091070000123", None, "Nguyễn Văn Mẫu", "1970-05-12", "male", "Rạch Giá", "alive")


def reading() -> ScanReading:
    """A certificate with two owners."""
    values = {
        "owners.0.full_name": "Nguyễn Văn Mẫu", "owners.0.id_number": "091070000123",
        "owners.1.full_name": "Trần Thị Mẫu", "owners.1.id_number": "091170000124",
    }  # fmt: skip
    fields = {name: FieldReading(value, value, 0.99, Decision.ACCEPT) for name, value in values.items()}
    return ScanReading(1, (CertificateReading(Record("a.pdf", Form.TT23_2014, 0.99, (), fields), ()),))


class Registry:
    """A registry that is away until it is called back, and counts the calls."""

    def __init__(self) -> None:
        self.is_up = False
        self.calls: list[int] = []

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        return self.verify_owners([query], officer_code=officer_code)[0]

    def verify_owners(
        self, queries: Sequence[OwnerQuery], *, officer_code: str | None = None
    ) -> tuple[RegistryAnswer, ...]:
        self.calls.append(len(queries))
        verdict = RegistryVerdict.MATCH if self.is_up else RegistryVerdict.UNAVAILABLE
        return tuple(RegistryAnswer(verdict, CITIZEN if self.is_up else None) for _ in queries)


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def office(settings: Settings, registry: Registry, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office with a registry of this test's own."""
    hasty = load(
        ready_home(settings.home), {}, redis_url=settings.redis_url, registry_retry_s=30, registry_retry_max_s=300,
        registry_scouts=2, registry_calls_per_second=10, registry_patience_s=3600,
    )  # fmt: skip
    with Office(hasty, registry=registry) as opened:
        yield opened


def hand_in(office: Office, count: int) -> list[str]:
    """So many scans that are read already, each worked on once."""
    found = []
    for _ in range(count):
        with office.database.unit_of_work() as unit:
            new = NewScan(secrets.token_hex(32), "a.pdf", "application/pdf", 1, "lan")
            found.append(unit.scans.add(new).id)
            unit.scans.move(found[-1], State.RECEIVED, State.READING)
            unit.certificates.replace_reading(found[-1], reading(), [[]])
            unit.scans.move(found[-1], State.READING, State.CHECKING)
            unit.commit()
        advance(office, found[-1], "w")
    return found


def scan_of(office: Office, scan_id: str) -> ScanRow:
    """Where the scan stands now."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id)


def turns(office: Office, scans: Sequence[str], since: datetime) -> list[float]:
    """When each scan is to ask again, in seconds after a moment."""
    found = []
    for scan_id in scans:
        not_before = scan_of(office, scan_id).not_before
        assert not_before is not None
        found.append((not_before - since).total_seconds())
    return found


def now() -> datetime:
    return datetime.now(UTC)


def test_a_few_scouts_ask_again_soon_and_the_others_sleep(office: Office) -> None:
    """However many wait, only two of them knock at the closed door."""
    begun = now()
    scans = hand_in(office, 6)
    took = (now() - begun).total_seconds()
    assert {scan_of(office, scan).state for scan in scans} == {State.WAITING_REGISTRY}
    found = turns(office, scans, begun)
    assert all(30 <= turn <= took + 1.3 * max(30, took) for turn in found[:2])
    assert all(turn >= 1800 for turn in found[2:])


def test_the_first_answer_wakes_all_one_after_another(office: Office, registry: Registry) -> None:
    """The line forms by age, at the pace of the office's limit of calls; then each finishes by itself."""
    scans = hand_in(office, 6)
    registry.is_up = True
    begun = now()
    advance(office, scans[0], "scout")
    took = (now() - begun).total_seconds()
    assert scan_of(office, scans[0]).state is State.IN_REVIEW
    # Ten calls a second, two calls a scan: a scan every 0.2 seconds.
    found = turns(office, scans[1:], begun)
    assert found == [pytest.approx(found[0] + 0.2 * number, abs=0.01) for number in range(5)]
    assert 0 <= found[0] <= took + 0.2
    for scan in scans[1:]:
        advance(office, scan, "worker")
    assert {scan_of(office, scan).state for scan in scans} == {State.IN_REVIEW}


def test_a_new_scan_that_is_answered_wakes_the_others_too(office: Office, registry: Registry) -> None:
    """Whoever finds the registry back says so."""
    scans = hand_in(office, 3)
    registry.is_up = True
    begun = now()
    hand_in(office, 1)
    assert all(turn <= (now() - begun).total_seconds() + 1.5 for turn in turns(office, scans, begun))


def test_waking_those_who_come_anyway_changes_nothing(office: Office) -> None:
    """A thousand answers in a row cost a look each, not a thousand lines anew; a new line puts nobody off."""
    scans = hand_in(office, 4)
    assert wake(office) == 4
    before = [scan_of(office, scan).not_before for scan in scans]
    assert wake(office) == 0
    assert [scan_of(office, scan).not_before for scan in scans] == before


def test_an_administrator_may_wake_them(office: Office) -> None:
    """After the key was put right nobody has to wait for the scouts."""
    scans = hand_in(office, 3)
    environment = {"SOHOA_HOME": str(office.settings.home), "SOHOA_REGISTRY_CALLS_PER_SECOND": "10"}
    begun = now()
    done = CliRunner().invoke(command, ["registry", "wake", "--json"], env=environment)
    assert json.loads(done.stdout) == {"woken": 3}
    assert all(turn <= (now() - begun).total_seconds() + 1.5 for turn in turns(office, scans, begun))
    assert "0 hồ sơ" in CliRunner().invoke(command, ["registry", "wake"], env=environment).stdout


def test_an_outage_of_the_scouts_alone_holds_nobody_up_for_ever(office: Office, registry: Registry) -> None:
    """A sleeper that nobody woke asks by itself in the end, and finds the registry well."""
    scans = hand_in(office, 4)
    registry.is_up = True
    advance(office, scans[3], "worker")
    assert scan_of(office, scans[3]).state is State.IN_REVIEW


def test_after_long_enough_a_person_decides(office: Office) -> None:
    """Nobody waits for ever: the reason says that the registry never answered."""
    (scan,) = hand_in(office, 1)
    patient = load(office.settings.home, {}, redis_url=office.settings.redis_url, registry_patience_s=0)
    with Office(patient, registry=Registry()) as forever:
        forever.database._clock = office.database._clock = lambda: datetime.now(UTC) - timedelta(hours=2)
        with office.database.unit_of_work() as unit:
            unit.scans.move(scan, State.WAITING_REGISTRY, State.CHECKING)
            unit.scans.move(scan, State.CHECKING, State.WAITING_REGISTRY)
            unit.commit()
        forever.database._clock = office.database._clock = lambda: datetime.now(UTC)
        assert advance(forever, scan, "w") is State.WAITING_REGISTRY
    assert advance(office, scan, "w") is State.IN_REVIEW
    with office.database.unit_of_work(read_only=True) as unit:
        (paper,) = unit.certificates.for_scan(scan)
        assert "registry_unavailable" in {finding.code for finding in paper.record.findings}


def test_a_refused_key_waits_as_an_outage_does(office: Office, registry: Registry) -> None:
    """Until the administrator has put it right no scan is lost and none passes."""

    def refuse(*_given: object, **_more: object) -> tuple[RegistryAnswer, ...]:
        raise RegistryRefused("api_key_wrong")

    registry.verify_owners = refuse  # type: ignore[method-assign]
    (scan,) = hand_in(office, 1)
    assert scan_of(office, scan).state is State.WAITING_REGISTRY


def test_all_owners_of_a_scan_are_asked_about_together(office: Office, registry: Registry) -> None:
    """Two owners, one call."""
    registry.is_up = True
    hand_in(office, 2)
    assert registry.calls == [2, 2]
    with office.database.unit_of_work(read_only=True) as unit:
        assert unit.scans.list(ScanFilter(states=frozenset({State.IN_REVIEW}))).total == 2
