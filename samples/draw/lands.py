"""What is held: parcels with their purposes, terms and origins, houses, other assets."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from samples.draw.facts import House, Parcel, Purpose, Term
from samples.draw.places import Commune, land_address
from samples.draw.words import NumberStyle, area, area_in_words

_LEGACY = {
    "ONT": "Đất ở tại nông thôn", "ODT": "Đất ở tại đô thị", "CLN": "Đất trồng cây lâu năm",
    "LUC": "Đất chuyên trồng lúa nước", "LUK": "Đất trồng lúa nước còn lại", "BHK": "Đất bằng trồng cây hàng năm khác",
    "NTS": "Đất nuôi trồng thủy sản", "RSX": "Đất rừng sản xuất", "NKH": "Đất nông nghiệp khác",
    "SKC": "Đất cơ sở sản xuất phi nông nghiệp", "TMD": "Đất thương mại, dịch vụ",
    "DGD": "Đất xây dựng cơ sở giáo dục và đào tạo", "TSC": "Đất xây dựng trụ sở cơ quan", "TON": "Đất cơ sở tôn giáo",
    "LMU": "Đất làm muối", "RPH": "Đất rừng phòng hộ",
}  # fmt: skip
_CURRENT = {
    "ONT": "Đất ở tại nông thôn", "ODT": "Đất ở tại đô thị", "CLN": "Đất trồng cây lâu năm",
    "LUC": "Đất chuyên trồng lúa", "LUK": "Đất trồng lúa còn lại", "HNK": "Đất trồng cây hằng năm khác",
    "NTS": "Đất nuôi trồng thủy sản", "RSX": "Đất rừng sản xuất", "NKH": "Đất nông nghiệp khác",
    "SKC": "Đất cơ sở sản xuất phi nông nghiệp", "TMD": "Đất thương mại, dịch vụ", "CNT": "Đất chăn nuôi tập trung",
    "DGD": "Đất xây dựng cơ sở giáo dục và đào tạo", "TSC": "Đất xây dựng trụ sở cơ quan", "LMU": "Đất làm muối",
}  # fmt: skip
_HOME = ("ONT", "ODT")
_LONG = ("TSC", "TON", "DGD")

# Books of 1993 name the use freely; only some wordings have a code in a list.
_FREE_WORDINGS: tuple[tuple[str, str | None], ...] = (
    ("Thổ cư", None), ("T", None), ("Đất ở + vườn", None), ("Thổ tập trung", None), ("Lúa", None), ("2 Lúa", None),
    ("LNK", None), ("Vườn", None), ("Đất ở", None), ("Đất trồng cây lâu năm", "CLN"), ("Đất trồng lúa", None), ("Màu", None),
)  # fmt: skip
_BOOKS = ("ld1993", "ld2003")
_NO_ORIGIN = ("tt10-2024", "ld1993", "nd60", "nd90")

ORIGINS: tuple[tuple[str, str | None], ...] = (
    ("Công nhận QSDĐ như giao đất có thu tiền sử dụng đất", "CNQ-CTT"),
    ("Công nhận QSDĐ như giao đất không thu tiền sử dụng đất", "CNQ-KTT"),
    ("Nhà nước giao đất không thu tiền sử dụng đất", "DG-KTT"),
    ("Nhà nước giao đất có thu tiền sử dụng đất", "DG-CTT"),
    ("Nhà nước cho thuê đất trả tiền hàng năm", "DT-THN"),
    ("Nhà nước cho thuê đất trả tiền một lần", "DT-TML"),
    ("Công nhận quyền sử dụng đất như giao đất có thu tiền sử dụng đất", "CNQ-CTT"),
    ("Công nhận quyền sử dụng đất như giao đất không thu tiền sử dụng đất", "CNQ-KTT"),
    ("Nhà nước công nhận quyền sử dụng đất", "CNQ"),
    ("Nhận chuyển nhượng đất được Công nhận QSDĐ như giao đất có thu tiền sử dụng đất", None),
    ("Nhận tặng cho đất được Công nhận QSDĐ như giao đất không thu tiền sử dụng đất", None),
    ("Nhận thừa kế đất được Nhà nước giao đất không thu tiền sử dụng đất", None),
    ("Nhận chuyển nhượng đất được Nhà nước giao đất có thu tiền sử dụng đất", None),
)  # fmt: skip


def codes_in_force(issue_date: str) -> dict[str, str]:
    """The names of purposes by code that certificates of that day print."""
    return _CURRENT if issue_date >= "2024-08-01" else _LEGACY


def _round(rng: Random, low: float, high: float) -> Decimal:
    value = Decimal(str(round(rng.uniform(low, high), 1)))
    if rng.random() < 0.35:
        value = value.to_integral_value()
    elif rng.random() < 0.08:
        value += Decimal("0.05")
    return value


def _dated_term(rng: Random, issue_date: str) -> Term:
    year = rng.choice([2013, 2043, 2043, int(issue_date[:4]) + 50, int(issue_date[:4]) + 20, 2063])
    year = max(year, int(issue_date[:4]) + 5)
    day, month = rng.choice([(15, 10), (15, 10), (1, 7), (rng.randint(1, 28), rng.randint(1, 12))])
    iso = f"{year}-{month:02d}-{day:02d}"
    kind = rng.random()
    if kind < 0.5:
        return Term(iso, f"Đến ngày {day:02d}/{month:02d}/{year}")
    if kind < 0.65:
        return Term(iso, f"Đến ngày {day:02d} tháng {month:02d} năm {year}")
    if kind < 0.72:
        return Term(iso, f"Đến ngày {day}/{month}/{year}")
    if kind < 0.82:
        return Term(str(year), f"Đến năm {year}")
    if kind < 0.9:
        return Term(iso, f"đến ngày {day:02d}/{month:02d}/{year}")
    count = rng.choice([50, 50, 20])
    return Term(f"{count}_nam", f"{count} năm")


def _long_term(rng: Random) -> Term:
    return Term(
        "lau_dai",
        rng.choice(["Lâu dài", "Lâu dài", "Lâu dài", "lâu dài", "Sử dụng ổn định lâu dài", "Ổn định lâu dài"]),
    )


def _term_for(rng: Random, code: str, issue_date: str) -> Term:
    return _long_term(rng) if code in _HOME or code in _LONG else _dated_term(rng, issue_date)


def _single_code(rng: Random, commune: Commune, issue_date: str) -> str:
    home = "ODT" if commune.is_urban else "ONT"
    farmed = "HNK" if "HNK" in codes_in_force(issue_date) else "BHK"
    if commune.is_urban:
        return rng.choices([home, "CLN", "TMD", "SKC", farmed, "NTS"], [65, 14, 6, 6, 5, 4])[0]
    return rng.choices([home, "CLN", "LUC", "LUK", farmed, "NTS", "RSX", "NKH", "LMU"], [28, 22, 24, 6, 6, 8, 3, 2, 1])[
        0
    ]


def _size(rng: Random, code: str) -> Decimal:
    if code in _HOME:
        return _round(rng, 45, 480)
    if code in {"LUC", "LUK", "NTS", "RSX"}:
        return _round(rng, 1000, 42000)
    return _round(rng, 120, 6500)


def _free_purposes(rng: Random) -> tuple[Purpose, ...]:
    name, code = rng.choice(_FREE_WORDINGS)
    return (
        Purpose(
            name,
            code,
            _size(rng, "CLN" if code is None else code),
            rng.choice(
                [
                    _long_term(rng),
                    Term("2013-10-15", "15/10/2013"),
                    Term("2043-10-15", "15/10/2043"),
                    Term("50_nam", "50 năm"),
                ]
            ),
        ),
    )


def _purposes(rng: Random, commune: Commune, issue_date: str, form: str, *, shows_code: bool) -> tuple[Purpose, ...]:
    if form == "ld1993":
        return _free_purposes(rng)
    if form in {"nd60", "nd90"}:
        code = "ODT" if commune.is_urban else "ONT"
        return (Purpose(_LEGACY[code], code, _size(rng, code), _long_term(rng), shows_code),)
    names = codes_in_force(issue_date)
    home = "ODT" if commune.is_urban else "ONT"
    farmed = "HNK" if "HNK" in names else "BHK"
    if rng.random() < 0.62:
        code = _single_code(rng, commune, issue_date)
        return (Purpose(names[code], code, _size(rng, code), _term_for(rng, code, issue_date), shows_code),)
    codes = [home, rng.choice(["CLN", "CLN", farmed])]
    if rng.random() < 0.15:
        codes.append(rng.choice(["LUC", "NTS"]))
    return tuple(Purpose(names[c], c, _size(rng, c), _term_for(rng, c, issue_date), shows_code) for c in codes)


def _use_form(rng: Random, total: Decimal, style: NumberStyle, form: str) -> tuple[str, Decimal | None, Decimal | None]:
    """The printed form of use with the private and shared areas it tells."""
    if form == "tt10-2024" or rng.random() < 0.12:
        return rng.choice(["Sử dụng riêng", "Sử dụng riêng", "Sử dụng riêng", "Sử dụng chung"]), None, None
    zero = Decimal(0)
    kind = rng.random()
    if kind < 0.55:
        none = rng.choice(["Không", "Không", "không", f"0 {style.unit}"])
        pattern = rng.choice(
            [
                "Sử dụng riêng: {0}; sử dụng chung: {1}",
                "Sử dụng riêng: {0}; Sử dụng chung: {1}",
                "riêng {0}; chung {1}",
                "Sử dụng riêng {0}, sử dụng chung {1}",
            ]
        )
        return pattern.format(area(total, style), none), total, zero
    if kind < 0.75:
        return (
            rng.choice(["Sử dụng riêng: {0}", "Sử dụng riêng {0}", "riêng {0}"]).format(area(total, style)),
            total,
            None,
        )
    if kind < 0.87:
        none = rng.choice(["Không", "không"])
        return f"Sử dụng riêng: {none}; sử dụng chung: {area(total, style)}", zero, total
    shared = (total / 4).quantize(Decimal("0.1"))
    return f"Sử dụng riêng: {area(total - shared, style)}; sử dụng chung: {area(shared, style)}", total - shared, shared


def _parcel_number(rng: Random) -> str:
    return rng.choices([str(rng.randint(1, 999)), f"PL{rng.randint(1, 60)}", str(rng.randint(1000, 4200))], [90, 4, 6])[
        0
    ]


def any_parcel(rng: Random, commune: Commune, issue_date: str, form: str, style: NumberStyle) -> Parcel:
    """A parcel whose areas add up."""
    shows_code = rng.random() < (0.7 if form == "tt10-2024" else 0.12)
    purposes = _purposes(rng, commune, issue_date, form, shows_code=shows_code)
    total = sum((p.area_m2 or Decimal(0) for p in purposes), Decimal(0))
    has_own_areas = len(purposes) > 1 or form == "tt10-2024" or rng.random() < 0.15
    has_own_terms = len(purposes) > 1 and len({p.term.value for p in purposes if p.term}) > 1
    term = None if has_own_terms else purposes[0].term
    purposes = tuple(
        replace(p, area_m2=p.area_m2 if has_own_areas else None, term=p.term if has_own_terms else None)
        for p in purposes
    )
    text, private, shared = _use_form(rng, total, style, form)
    origin, origin_code = rng.choices(ORIGINS, [20, 12, 12, 8, 3, 2, 4, 3, 4, 8, 5, 4, 4])[0]
    words_shown = form not in {"tt10-2024", "nd60", "nd90"} or (form == "tt10-2024" and rng.random() < 0.1)
    return Parcel(
        parcel_number=_parcel_number(rng),
        map_sheet_number=str(rng.randint(1, 120)),
        address=land_address(rng, commune),
        area_m2=total,
        area_in_words=area_in_words(total, style) if words_shown else None,
        private_area_m2=private,
        shared_area_m2=shared,
        purposes=purposes,
        term=term,
        origin=None if form in _NO_ORIGIN else origin,
        origin_code=None if form in _NO_ORIGIN else origin_code,
        use_form_text=text,
    )


def table_parcels(rng: Random, commune: Commune, issue_date: str, form: str, count: int) -> tuple[Parcel, ...]:
    """Parcels for a table: one purpose each, the address printed once above."""
    address = land_address(rng, commune)
    names = codes_in_force(issue_date)
    farmed = "HNK" if "HNK" in names else "BHK"
    term = _dated_term(rng, issue_date)
    origin, origin_code = rng.choices(ORIGINS[:5], [6, 6, 6, 2, 1])[0]
    parcels = []
    for _ in range(count):
        code = rng.choices(["LUC", "LUK", "CLN", farmed, "NTS"], [60, 10, 15, 10, 5])[0]
        total = _size(rng, code)
        purpose = Purpose(names[code], code)
        if form == "ld1993":
            purpose = replace(_free_purposes(rng)[0], area_m2=None, term=None)
        own_term = term if rng.random() < 0.85 else _dated_term(rng, issue_date)
        own_origin = (origin, origin_code) if rng.random() < 0.85 else rng.choice(ORIGINS[:4])
        parcels.append(
            Parcel(
                parcel_number=_parcel_number(rng),
                map_sheet_number=str(rng.randint(1, 60)),
                address=address,
                area_m2=total,
                area_in_words=None,
                private_area_m2=None,
                shared_area_m2=None,
                purposes=(purpose,),
                term=own_term,
                origin=own_origin[0] if form not in _BOOKS else None,
                origin_code=own_origin[1] if form not in _BOOKS else None,
            )
        )
    return tuple(parcels)


def any_house(rng: Random, form: str) -> House:
    """A dwelling as described under the land."""
    built = _round(rng, 36, 180)
    floors = rng.choice([1, 1, 1, 2, 3])
    is_2024 = form == "tt10-2024"
    return House(
        type=rng.choice(["Nhà ở riêng lẻ", "Nhà ở riêng lẻ", "Nhà ở", "Nhà ở liên kế"]),
        built_area_m2=None if is_2024 else built,
        floor_area_m2=built * floors,
        ownership=rng.choice(["Sở hữu riêng", "Sở hữu riêng", "Sở hữu chung"]),
        grade=None if is_2024 else rng.choice(["Cấp 4", "Cấp IV", "Cấp III", "Cấp 3", "Cấp II"]),
        term=rng.choice([None, _long_term(rng), None]),
    )
