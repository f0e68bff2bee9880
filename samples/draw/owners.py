"""Who holds the land: single people, couples, households, several owners, organisations."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.draw.facts import Owner
from samples.draw.people import Person, any_person
from samples.draw.places import Commune, bare, home_address

_ADDRESS_LABELS = ("Địa chỉ thường trú:", "Địa chỉ thường trú:", "Địa chỉ:", "Thường trú:", "Nơi thường trú:", "ĐCTT:")
_OLD_LABELS = ("CMND số:", "CMND số:", "CMND số:", "CMND:", "Số CMND:", "CMTND số:", "Giấy CMND số:", "số CMND:")
_NEW_LABELS = ("CCCD số:", "CCCD số:", "CCCD:", "Số CCCD:", "Căn cước công dân số:", "thẻ CCCD số:")
_LABELS_2025 = ("CC:", "CCCD:", "CCCD số:", "CC số:", "Căn cước số:", "Số định danh cá nhân:")
_COMPANIES = (
    "Công ty TNHH Một thành viên {0}", "Công ty Cổ phần Đầu tư và Xây dựng {0}", "Công ty TNHH Chế biến Thủy sản {0}",
    "Doanh nghiệp tư nhân {0}", "Công ty Cổ phần Nước mắm {0}", "Hợp tác xã Nông nghiệp {0}",
)  # fmt: skip
_COMPANY_NAMES = (
    "Hòn Chông",
    "Phú Quý",
    "Minh Khang",
    "Thuận Phát",
    "Tân Tiến",
    "Biển Xanh",
    "Đại Lộc",
    "Kiên Hùng",
    "Bảy Núi",
)
_OFFICES = ("Ủy ban nhân dân {0}", "Trường Tiểu học {0} 1", "Trường Trung học cơ sở {0}", "Trạm Y tế {0}", "Chùa {0}")


def _spelled(name: str, *, capitals: bool) -> str:
    return name.upper() if capitals else name


def _paper(rng: Random, person: Person, year: int) -> tuple[str, str, str]:
    """The identity paper an owner showed that year: type, number, printed label (now and then a wrong one)."""
    share_of_new = 0.0 if year < 2014 else 0.15 if year < 2017 else 0.5 if year < 2021 else 0.9 if year < 2025 else 1.0
    is_new = rng.random() < share_of_new
    if year >= 2025:
        return "cccd", person.citizen_id, rng.choice(_LABELS_2025)
    if year >= 2014 and rng.random() < 0.05:
        label = rng.choice(["CMND số:", "CMND/CCCD số:"] if is_new else ["CCCD số:", "CMND/CCCD số:"])
    else:
        label = rng.choice(_NEW_LABELS if is_new else _OLD_LABELS)
    return ("cccd", person.citizen_id, label) if is_new else ("cmnd", person.old_id, label)


def _foreign_paper(rng: Random) -> tuple[str, str, str]:
    if rng.random() < 0.5:
        return "passport", f"{rng.choice('BCHN')}{rng.randint(1000000, 9999999)}", "Hộ chiếu số:"
    return "military", f"{rng.randint(10, 99)}{rng.randint(100000, 999999)}", "CMQĐ số:"


def person_owner(rng: Random, person: Person, year: int, *, role: str, before: str, capitals: bool) -> Owner:
    """A person as an owner, without address."""
    id_type, id_number, id_label = _paper(rng, person, year)
    if role in {"holder", "co_owner"} and year < 2025 and rng.random() < 0.03:
        id_type, id_number, id_label = _foreign_paper(rng)
    return Owner(
        role=role,
        full_name=_spelled(person.full_name, capitals=capitals),
        text_before=before,
        gender=person.gender,
        birth_year=person.birth_year,
        id_type=id_type,
        id_number=id_number,
        id_label=id_label,
    )


def _honorific(gender: str) -> str:
    return "Ông" if gender == "male" else "Bà"


def _couple(rng: Random, commune: Commune, year: int, *, capitals: bool) -> list[tuple[Owner, Person]]:
    first_sex = rng.choice(["male", "male", "female"])
    second_sex = "female" if first_sex == "male" else "male"
    born = rng.randint(1938, min(1994, year - 24))
    first = any_person(rng, commune, gender=first_sex, born=(born, born))
    other_year = max(1936, min(year - 20, born + rng.randint(-6, 6)))
    second = any_person(rng, commune, gender=second_sex, born=(other_year, other_year))
    word, title = ("vợ", "bà") if second_sex == "female" else ("chồng", "ông")
    before = rng.choice(
        [
            f"Và {word}:",
            f"và {word}:",
            f"và {word} là {title}",
            f"và {word} {title}:",
            f"Và {word}: {title}",
            f"{word.capitalize()}: {title}",
        ]
    )
    return [
        (person_owner(rng, first, year, role="holder", before=_honorific(first_sex), capitals=capitals), first),
        (person_owner(rng, second, year, role="spouse", before=before, capitals=capitals), second),
    ]


def _organisation(rng: Random, commune: Commune, year: int, *, capitals: bool) -> list[Owner]:
    if rng.random() < 0.6:
        name = rng.choice(_COMPANIES).format(rng.choice(_COMPANY_NAMES))
        id_type, number = "tax_code", f"17{rng.randint(0, 99999999):08d}" + rng.choice(["", "", "-001"])
        label = rng.choice(["Mã số thuế:", "MST:", "Mã số doanh nghiệp:", "Giấy chứng nhận đăng ký doanh nghiệp số:"])
    else:
        name = rng.choice(_OFFICES).format(
            bare(commune.name) if rng.random() < 0.5 else commune.name.lower()[0] + commune.name[1:]
        )
        id_type, number = "decision", f"{rng.randint(12, 2890)}/QĐ-UBND"
        label = rng.choice(["Quyết định thành lập số:", "Quyết định số:"])
    owner = Owner(
        role="organisation",
        full_name=_spelled(name, capitals=capitals),
        text_before=rng.choice(["", "Tổ chức:", "Tên tổ chức:"]),
        id_type=id_type,
        id_number=number,
        id_label=label,
    )
    owner = replace(
        owner,
        address=home_address(rng, commune),
        address_label=rng.choice(["Địa chỉ trụ sở chính:", "Địa chỉ:", "Trụ sở:"]),
    )
    if year >= 2025:
        return [replace(owner, address=None)]
    if rng.random() < 0.35:
        person = any_person(rng, commune, born=(1955, 1985))
        agent = person_owner(
            rng,
            person,
            year,
            role="representative",
            before=f"Người đại diện: {_honorific(person.gender)}",
            capitals=capitals,
        )
        return [owner, agent]
    return [owner]


def any_owners(
    rng: Random, commune: Commune, year: int, *, kind: str = "", capitals: bool = False
) -> tuple[tuple[Owner, ...], tuple[Person, ...]]:
    """Owners of one certificate, and the people they are; ``kind`` fixes what kind of owner it is."""
    chosen = (
        kind
        or rng.choices(
            ["single", "couple", "plain_couple", "household", "household_couple", "several", "organisation"],
            [30, 28, 10, 10, 8, 7, 7] if year < 2025 else [36, 34, 10, 0, 0, 12, 8],
        )[0]
    )
    if chosen == "organisation":
        return tuple(_organisation(rng, commune, year, capitals=capitals)), ()
    youngest = min(1996, year - 21)
    pairs: list[tuple[Owner, Person]]
    if chosen in {"single", "household"}:
        person = any_person(rng, commune, born=(1932, youngest))
        word = _honorific(person.gender)
        before, role = (word, "holder") if chosen == "single" else (f"Hộ {word.lower()}", "household")
        pairs = [(person_owner(rng, person, year, role=role, before=before, capitals=capitals), person)]
    elif chosen in {"couple", "household_couple"}:
        pairs = _couple(rng, commune, year, capitals=capitals)
        if chosen == "household_couple":
            first, person = pairs[0]
            pairs[0] = (replace(first, role="household", text_before=f"Hộ {first.text_before.lower()}"), person)
    else:
        people = [
            any_person(rng, commune, born=(1932, youngest))
            for _ in range(2 if chosen == "plain_couple" else rng.randint(3, 4))
        ]
        pairs = [
            (
                person_owner(
                    rng, p, year, role="co_owner" if index else "holder", before=_honorific(p.gender), capitals=capitals
                ),
                p,
            )
            for index, p in enumerate(people)
        ]
    if year >= 2025:
        return tuple(replace(owner, birth_year=None) for owner, _ in pairs), tuple(p for _, p in pairs)
    return tuple(_addressed(rng, commune, [owner for owner, _ in pairs])), tuple(p for _, p in pairs)


def _addressed(rng: Random, home: Commune, owners: list[Owner]) -> list[Owner]:
    """Couples mostly share one printed address, which stands on the first; several owners have one each."""
    address = home_address(rng, home)
    label = rng.choice(_ADDRESS_LABELS)
    is_shared = len(owners) == 2 and rng.random() < 0.7
    if is_shared or len(owners) == 1:
        return [replace(owners[0], address=address, address_label=label), *owners[1:]]
    own = rng.random() < 0.5
    return [replace(o, address=home_address(rng, home) if own else address, address_label=label) for o in owners]
