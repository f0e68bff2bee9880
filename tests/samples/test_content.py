"""What is drawn: facts that agree with each other, truth that tells only what is printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from html import unescape
from random import Random

import pytest

from samples.draw.content import any_certificate
from samples.draw.facts import truth
from samples.draw.forms import identity_card
from samples.draw.look import any_look
from samples.draw.people import any_person
from samples.draw.places import any_commune
from samples.draw.sets import FORMS, face_of

_SEEDS = range(25)
# These paths hold values in another form than the printed text.
_NORMALISED = re.compile(r".*(role|gender|id_type|area_m2|term|code|date|qr|register_number|signer_title)")


def _printed(html: str) -> str:
    text = re.sub(r"<(style|svg).*?</\1>", " ", html, flags=re.DOTALL)
    text = re.sub(r"</?(p|div|td|th|tr|table|h\d|br)\b[^>]*>", " ", text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text))).replace("m2", "m²")


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("style", ["office", "wild"])
def test_truth_is_printed_on_the_face_it_is_told_of(form: str, style: str) -> None:
    """Every text of the truth stands on the face where the set says it stands."""
    for seed in _SEEDS:
        rng = Random(f"{form}{style}{seed}")
        certificate, _ = any_certificate(rng, form)
        faces = {art.face: _printed(art.html) for art in FORMS[form](certificate, any_look(rng, style=style), rng)}
        for path, value in truth(certificate).items():
            if not _NORMALISED.fullmatch(path) or path.endswith(("id_number", "parcel_number", "map_sheet_number")):
                shown = faces[face_of(certificate, path)]
                assert value.replace("m2", "m²") in shown, (form, seed, path)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_truth_is_in_normal_form(form: str, faults: Callable[[Mapping[str, str]], Iterator[str]]) -> None:
    """Paths and values keep to the record."""
    for seed in _SEEDS:
        certificate, _ = any_certificate(Random(f"{form}{seed}"), form)
        assert list(faults(truth(certificate))) == []


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_same_seed_gives_the_same_certificate(form: str) -> None:
    """Nothing but the seed decides what is drawn."""
    first, second = (any_certificate(Random("again"), form) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("form", sorted(FORMS))
def test_areas_of_purposes_add_up(form: str) -> None:
    """The purposes of a parcel make up its area; private and shared do too where both are printed."""
    for seed in _SEEDS:
        certificate, _ = any_certificate(Random(f"sum{seed}"), form)
        for parcel in certificate.parcels:
            areas = [p.area_m2 for p in parcel.purposes if p.area_m2 is not None]
            assert not areas or sum(areas) == parcel.area_m2
            if parcel.private_area_m2 is not None and parcel.shared_area_m2 is not None:
                assert parcel.private_area_m2 + parcel.shared_area_m2 == parcel.area_m2
            assert parcel.area_m2 > Decimal(0)


def test_personal_numbers_agree_with_sex_and_year_of_birth() -> None:
    """Century and sex in the fourth digit, the year in the next two, nine digits on the old card."""
    rng = Random("people")
    for _ in range(200):
        person = any_person(rng, any_commune(rng))
        assert re.fullmatch(r"\d{12}", person.citizen_id)
        assert re.fullmatch(r"\d{9}", person.old_id)
        assert int(person.citizen_id[3]) == (person.gender == "female")
        assert person.citizen_id[4:6] == person.birth_year[2:]


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("ld1993", r"[A-Z] \d{6}"),
        ("ld2003", r"A[A-Z] \d{6}"),
        ("tt17-2009", r"B[A-Z] \d{6}"),
        ("tt23-2014", r"[BCD][A-Z] \d{6}"),
        ("tt10-2024", r"A[AB] \d{8}"),
    ],
)
def test_serial_numbers_follow_their_form(form: str, pattern: str) -> None:
    """Letters and digits are those of the form's time."""
    for seed in _SEEDS:
        certificate, _ = any_certificate(Random(seed), form)
        assert certificate.serial_number
        assert re.fullmatch(pattern, certificate.serial_number)


def test_a_barcode_tells_the_year_of_issue() -> None:
    """The digits end with two of the year and six of the dossier."""
    for seed in _SEEDS:
        certificate, _ = any_certificate(Random(seed), "tt23-2014")
        if certificate.barcode and certificate.issue_date:
            assert certificate.barcode[-8:-6] == certificate.issue_date[2:4]


def test_an_identity_card_tells_what_its_code_tells(faults: Callable[[Mapping[str, str]], Iterator[str]]) -> None:
    """The card's truth is in normal form and its QR holds both numbers."""
    rng = Random("card")
    person = any_person(rng, any_commune(rng))
    fields = truth(identity_card.card_of(rng, person))
    assert list(faults(fields)) == []
    assert fields["qr"].split("|")[:2] == [person.citizen_id, person.old_id]


def test_all_kinds_of_owners_come_up() -> None:
    """Over many seeds every role of the record is drawn."""
    roles = set()
    for seed in range(150):
        certificate, _ = any_certificate(Random(seed), "tt23-2014")
        roles |= {owner.role for owner in certificate.owners}
    assert roles == {"holder", "spouse", "co_owner", "household", "representative", "organisation"}
