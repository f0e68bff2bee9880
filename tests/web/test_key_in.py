"""The second, independent key-in: by policy, blind, and settled by a third person where two differ."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest

from certificate.states import State
from ingest.office import Office

FIELDS = ("owners.0.id_number", "owners.1.id_number")


@pytest.fixture
def strict(site: Any) -> Iterator[Any]:
    """The site of an office that wants identity numbers typed twice, with reviewers enough."""
    settings = dataclasses.replace(site.office.settings, second_key_in="id_numbers")
    assert isinstance(site.office, Office)
    site.office.settings = settings
    for name in ("khoa", "my"):
        site.office_user(name, "reviewer")
    return site


def sign_in(site: Any, name: str) -> Any:
    client = site.app.test_client()
    site.post(client, "/sign-in", name=name, password=site.password)
    return client


def approve(site: Any, client: Any, certificate_id: str) -> Any:
    at = re.search(r'name="version" value="(\d+)"', client.get(f"/certificates/{certificate_id}").text)
    assert at
    return site.post(client, f"/certificates/{certificate_id}/approve", version=at[1], doubts="seen")


def key_in(site: Any, client: Any, certificate_id: str, *values: str, fields: tuple[str, ...] = FIELDS) -> Any:
    page = client.get(f"/certificates/{certificate_id}/key-in").text
    at = re.search(r'name="version" value="(\d+)"', page)
    assert at
    typed = {f"v-{path}": value for path, value in zip(fields, values, strict=True)}
    return site.post(client, f"/certificates/{certificate_id}/key-in", version=at[1], **typed)


def test_two_who_agree_approve_the_record(strict: Any) -> None:
    """The first does not decide; the second sees no value, types the same, and the record goes on."""
    certificate_id = strict.add_certificate()
    minh, khoa = strict.client("reviewer"), sign_in(strict, "khoa")
    assert approve(strict, minh, certificate_id).location == "/review", "the first is not given it again"
    assert strict.state_of(certificate_id) is State.IN_REVIEW
    assert "Chờ người khác nhập độc lập." in minh.get(f"/certificates/{certificate_id}").text
    assert "data-approve-form" not in minh.get(f"/certificates/{certificate_id}").text
    for address in ("", "/history"):
        answer = khoa.get(f"/certificates/{certificate_id}{address}")
        assert answer.location == f"/certificates/{certificate_id}/key-in", "nor may the second look elsewhere"
    assert khoa.get("/review/next").location == f"/certificates/{certificate_id}/key-in"
    page = khoa.get(f"/certificates/{certificate_id}/key-in").text
    assert "012345678" not in page
    assert key_in(strict, khoa, certificate_id, "012345678", "").status_code == 422, "empty is no answer"
    assert key_in(strict, khoa, certificate_id, "012345678", "098765432").location == "/review"
    assert strict.state_of(certificate_id) is State.ARCHIVING


def test_a_difference_goes_to_a_third_person(strict: Any) -> None:
    """Neither of the two may settle it; the third sees both, and what they choose is in the history."""
    certificate_id = strict.add_certificate()
    minh, khoa, my = strict.client("reviewer"), sign_in(strict, "khoa"), sign_in(strict, "my")
    approve(strict, minh, certificate_id)
    key_in(strict, khoa, certificate_id, "012345679", "098765432")
    assert strict.state_of(certificate_id) is State.IN_REVIEW
    for client in (minh, khoa):
        assert client.get("/review/next").location == "/review"
        assert client.get(f"/certificates/{certificate_id}/key-in").status_code == 409
    page = my.get(f"/certificates/{certificate_id}/key-in").text
    assert "012345678" in page
    assert "012345679" in page
    assert "098765432" not in page, "only what differs is asked"
    key_in(strict, my, certificate_id, "012345679", fields=FIELDS[:1])
    assert strict.state_of(certificate_id) is State.ARCHIVING
    assert strict.value(certificate_id, "owners.0.id_number") == "012345679"
    history = strict.client("auditor").get(f"/certificates/{certificate_id}/history").text
    assert "phân xử hai lần nhập" in history


def test_the_first_cannot_key_in_again_under_another_address(strict: Any) -> None:
    """A form sent by hand is refused in words."""
    certificate_id = strict.add_certificate()
    minh = strict.client("reviewer")
    approve(strict, minh, certificate_id)
    typed = {"v-owners.0.id_number": "012345678", "v-owners.1.id_number": "098765432"}
    refused = strict.post(minh, f"/certificates/{certificate_id}/key-in", json=True, version="1", **typed)
    assert refused.status_code == 409
    assert strict.state_of(certificate_id) is State.IN_REVIEW


def test_without_the_policy_one_person_is_enough(site: Any) -> None:
    """The usual office."""
    certificate_id = site.add_certificate()
    approve(site, site.client("reviewer"), certificate_id)
    assert site.state_of(certificate_id) is State.ARCHIVING
