"""What people and the registry decided is vouched for by the chain: whoever changes it from behind is found out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certificate.citizens import (
    Citizen,
    IdentityCard,
    JoinedBy,
    OwnerQuery,
    OwnersCard,
    RegistryAnswer,
    RegistryVerdict,
)
from store import attested
from store.inventory import InventoryRepository
from store.rows import Event, LegacyOutcome, MatchedLine, NewLegacyLine, OwnerAnswerRow, OwnerCardRow, SettledAs
from tests.ingest.spoiling import Spoiled, codes

SOURCE = "ab" * 32


@pytest.fixture(scope="module")
def sound_home(kept_home: Callable[[int], Path]) -> Path:
    """The home folder of an office with a few archived scans, made once."""
    return kept_home(2)


@pytest.fixture
def spoiled(sound_home: Path, make_kept: Any, tmp_path: Path) -> Spoiled:
    """An office with its archive, to be damaged."""
    shutil.copytree(sound_home, tmp_path / "kept")
    return Spoiled(make_kept())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE legacy_differences SET settled_as = 'theirs' WHERE settled_as = 'ours'",
        "UPDATE legacy_differences SET settled_by = 'lan' WHERE settled_as = 'ours'",
        "UPDATE legacy_differences SET settled_at = '2020-01-01 00:00:00' WHERE settled_as = 'ours'",
        "UPDATE legacy_differences SET settled_as = NULL, settled_by = NULL, settled_at = NULL",
        "UPDATE legacy_differences SET settled_as = 'ours', settled_by = 'sep', settled_at = '2020-01-01 00:00:00'",
    ],
)
def test_a_difference_settled_from_behind_is_told(spoiled: Spoiled, change: str) -> None:
    """Which side is right, who said so and when; one settled by nobody; one opened again."""
    differing = dict.fromkeys(("owners.0.full_name", "owners.0.id_number"), ("a", "b"))
    line = NewLegacyLine(
        5, {}, LegacyOutcome.DIFFERS, serial_number=spoiled.certificate.serial_number,
        certificate_id=spoiled.certificate.id, differences=differing,
    )  # fmt: skip
    with spoiled.office.database.unit_of_work() as unit:
        unit.legacy.add((SOURCE, "so.xlsx"), [line], "hanh")
        unit.legacy.settle(unit.legacy.differences(spoiled.certificate.id)[0].id, SettledAs.OURS, "sep")
        unit.commit()
    assert spoiled.audit().damages == ()
    spoiled.sql(change)
    assert [(one.code, one.scan_id) for one in spoiled.audit().damages] == [("settlement_differs", spoiled.victim)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE owner_answers SET answer = replace(answer, '091070000001', '091070000002')",
        "UPDATE owner_answers SET answer = replace(answer, '1970-03-02', '1971-03-02')",
        "UPDATE owner_answers SET query = replace(query, '1970', '1971')",
        "UPDATE owner_answers SET owner_index = 1",
        "UPDATE owner_cards SET card = replace(card, '091070000001', '091070000002')",
        "UPDATE owner_cards SET card = '[]'",
        "UPDATE owner_cards SET card = '{}'",
        "UPDATE owner_answers SET answer = '\"?\"'",
    ],
)
def test_an_answer_of_the_registry_forged_from_behind_is_told(spoiled: Spoiled, change: str) -> None:
    """Exports hand its person on as the holder: the number, the birth date; and the card's, which is shown, too."""
    person = Citizen("091070000001", None, "Nguyễn Văn Mẫu", "1970-03-02", "male", "Thạnh Đông", "alive")
    answer = RegistryAnswer(RegistryVerdict.MATCH, person, asked_at="2026-11-01T08:00:00+07:00", officer_code="CB1")
    asked = OwnerQuery("Nguyễn Văn Mẫu", "091070000001", "1970", "male")
    card = OwnersCard(IdentityCard("091070000001", "Nguyễn Văn Mẫu"), JoinedBy.ID_NUMBER)
    with spoiled.office.database.unit_of_work() as unit:
        unit.certificates.save_answers(spoiled.certificate.id, [OwnerAnswerRow(0, answer, asked)])
        unit.certificates.save_cards(spoiled.certificate.id, [OwnerCardRow(0, card)])
        unit.commit()
    assert spoiled.audit().damages == ()
    spoiled.sql(f"{change} WHERE certificate_id = ?", spoiled.certificate.id)
    assert "answers_differ" in codes(spoiled.audit())


def test_an_answer_from_before_hashes_were_taken_is_no_damage(
    spoiled: Spoiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Archives made by older programs stay sound."""
    for name in ("ANSWERS", "CARDS", "CASE"):
        monkeypatch.setattr(attested, name, "something_else")
    with spoiled.office.database.unit_of_work() as unit:
        answer = RegistryAnswer(RegistryVerdict.NOT_FOUND)
        unit.certificates.save_answers(spoiled.certificate.id, [OwnerAnswerRow(0, answer)])
        unit.retention.propose("failed", "thừa", [spoiled.victim], "hanh")
        unit.commit()
    monkeypatch.undo()
    assert spoiled.audit().damages == ()


def test_a_difference_listed_while_the_audit_runs_is_no_damage(
    spoiled: Spoiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate is archived, and with it the row that waited for it, between two looks at the chain."""
    serial = spoiled.certificate.serial_number
    with spoiled.office.database.unit_of_work() as unit:
        row = NewLegacyLine(5, {"parcel": "9"}, LegacyOutcome.UNMATCHED, serial_number=serial)
        unit.legacy.add((SOURCE, "so.xlsx"), [row], "hanh")
        unit.commit()
        (waiting,) = unit.legacy.kept_lines(SOURCE, 0, 10)
    listed = []
    read_on = InventoryRepository.events

    def match_first(self: InventoryRepository, actions: Any, after: int, limit: int) -> tuple[Event, ...]:
        if "register_rows_kept" in actions and not listed:
            found = MatchedLine(waiting.id, 5, spoiled.certificate.id, {"parcels.0.parcel_number": ("1", "9")})
            with spoiled.office.database.unit_of_work() as unit:
                listed.append(unit.legacy.match(SOURCE, [found], "system"))
                unit.commit()
        return read_on(self, actions, after, limit)

    monkeypatch.setattr(InventoryRepository, "events", match_first)
    assert (spoiled.audit().damages, listed) == ((), [1])
    assert spoiled.audit().damages == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE retention_cases SET reason = 'khác'",
        "UPDATE retention_cases SET rule = 'khác'",
        "UPDATE retention_cases SET proposed_by = 'lan'",
        "UPDATE retention_cases SET decided_by = 'lan'",
        "UPDATE retention_cases SET decided_at = '2020-01-01 00:00:00'",
        "UPDATE retention_cases SET scans = '[]'",
        "UPDATE retention_cases SET status = 'proposed', decided_by = NULL, decided_at = NULL",
        "DELETE FROM retention_cases",
        "UPDATE retention_cases SET id = 'ff'",
    ],
)
def test_a_proposal_to_delete_changed_from_behind_is_told(spoiled: Spoiled, change: str) -> None:
    """Who proposed to delete what and why, who decided; one that is gone, one that nobody made."""
    with spoiled.office.database.unit_of_work() as unit:
        waiting = unit.retention.propose("failed", "hỏng", [spoiled.victim], "hanh")
        case = unit.retention.propose("failed", "thừa", [spoiled.victim], "hanh")
        unit.retention.withdraw(case.id, "sep")
        unit.commit()
    assert spoiled.audit().damages == ()
    spoiled.sql(f"{change} WHERE id = ?", case.id)
    assert {one.code for one in spoiled.audit().damages} == {"retention_altered"}
    assert waiting.id not in {one.detail for one in spoiled.audit().damages}
