"""The registry is away: a few scans try whether it is back, and then all go on without running it down."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from certificate.citizens import Citizen, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import RegistryRefused
from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading
from certificate.record import Decision, Face, FieldReading, Form, Part, Record
from certificate.states import State
from ingest.intake import receive
from ingest.office import Office
from ingest.pipeline import advance
from ingest.scheduling import reconcile
from ingest.settings import Settings, load
from ingest.waiting import wake
from store.rows import ScanFilter, ScanRow

FACE = Face(1, Part.WHOLE, 1, 0, 60, 40)
CITIZEN = Citizen("091070000123", None, "Nguyễn Văn Mẫu", "1970-05-12", "male", "Rạch Giá", "alive")


class Reader:
    """Reads a certificate with two owners in every file."""

    def read(self, path: Path, source: str) -> ScanReading:
        values = {
            "owners.0.full_name": "Nguyễn Văn Mẫu", "owners.0.id_number": "091070000123",
            "owners.1.full_name": "Trần Thị Mẫu", "owners.1.id_number": "091170000124",
        }  # fmt: skip
        fields = {
            name: FieldReading(value, value, 0.99, Decision.ACCEPT, 1, Part.WHOLE, Box(1, 1, 9, 9))
            for name, value in values.items()
        }
        picture = io.BytesIO()
        Image.new("L", (60, 40), 255).save(picture, "JPEG")
        record = Record(source, Form.TT23_2014, 0.99, (FACE,), fields)
        face = FaceReading(FACE, (), 60, 40, preview_jpeg=picture.getvalue())
        return ScanReading(1, (CertificateReading(record, (face,)),))


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
def office(settings: Settings, registry: Registry) -> Iterator[Office]:
    """An office with a reader and a registry of this test's own."""
    hasty = load(
        settings.home, {}, redis_url=settings.redis_url, registry_retry_s=30, registry_retry_max_s=300,
        registry_scouts=2, registry_calls_per_second=10, registry_patience_s=3600,
    )  # fmt: skip
    with Office(hasty, reader=Reader(), registry=registry) as opened:
        hasty.home.mkdir(parents=True)
        opened.database.migrate()
        yield opened


def hand_in(office: Office, count: int) -> list[str]:
    """So many scans, each worked on once."""
    found = []
    for number in range(count):
        picture = io.BytesIO()
        Image.new("L", (60, 40), number).save(picture, "PNG")
        found.append(receive(office, picture.getvalue(), f"{number}.png", who="lan").scan_id)
        advance(office, found[-1], f"w{number}")
    return found


def scan_of(office: Office, scan_id: str) -> ScanRow:
    """Where the scan stands now."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id)


def pauses(office: Office, scans: Sequence[str]) -> list[float]:
    """How long each scan is to wait from now, in seconds."""
    now = datetime.now(UTC)
    found = []
    for scan_id in scans:
        not_before = scan_of(office, scan_id).not_before
        assert not_before is not None
        found.append((not_before - now).total_seconds())
    return found


def test_a_few_scouts_ask_again_soon_and_the_others_sleep(office: Office) -> None:
    """However many wait, only two of them knock at the closed door."""
    scans = hand_in(office, 6)
    assert {scan_of(office, scan).state for scan in scans} == {State.WAITING_REGISTRY}
    found = pauses(office, scans)
    assert all(25 < pause < 45 for pause in found[:2])
    assert all(pause > 1700 for pause in found[2:])
    assert reconcile(office) == 0


def test_the_first_answer_wakes_all_one_after_another(office: Office, registry: Registry) -> None:
    """The line forms by age, at the pace of the office's limit of calls; then each finishes by itself."""
    scans = hand_in(office, 6)
    registry.is_up = True
    advance(office, scans[0], "scout")
    assert scan_of(office, scans[0]).state is State.IN_REVIEW
    # Ten calls a second, two calls a scan: a scan every 0.2 seconds.
    found = pauses(office, scans[1:])
    assert found == sorted(found)
    assert found == [pytest.approx(0.2 * number, abs=0.3) for number in range(5)]
    for scan in scans[1:]:
        advance(office, scan, "worker")
    assert {scan_of(office, scan).state for scan in scans} == {State.IN_REVIEW}


def test_a_new_scan_that_is_answered_wakes_the_others_too(office: Office, registry: Registry) -> None:
    """Whoever finds the registry back says so."""
    scans = hand_in(office, 3)
    registry.is_up = True
    picture = io.BytesIO()
    Image.new("L", (60, 40), 200).save(picture, "PNG")
    advance(office, receive(office, picture.getvalue(), "new.png", who="lan").scan_id, "w")
    assert all(pause < 1.5 for pause in pauses(office, scans))


def test_waking_those_who_come_anyway_changes_nothing(office: Office) -> None:
    """A thousand answers in a row cost a look each, not a thousand lines anew; a new line puts nobody off."""
    scans = hand_in(office, 4)
    assert wake(office) == 4
    before = [scan_of(office, scan).not_before for scan in scans]
    assert wake(office) == 0
    assert [scan_of(office, scan).not_before for scan in scans] == before


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
    with Office(patient, reader=Reader(), registry=Registry()) as forever:
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
