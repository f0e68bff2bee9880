"""Makes up one whole certificate of a form: consistent facts as an office would have printed them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from samples.draw.facts import Certificate, Change
from samples.draw.lands import any_house, any_parcel, table_parcels
from samples.draw.owners import any_owners
from samples.draw.people import Person, any_person
from samples.draw.places import Commune, any_commune, bare, home_address
from samples.draw.words import NumberStyle

_PERIODS = {
    "ld1993": ("1993-11-01", "2004-06-20"),
    "ld2003": ("2004-12-01", "2009-12-01"),
    "nd60": ("1995-01-10", "2005-12-20"),
    "nd90": ("2006-10-10", "2009-12-01"),
    "tt17-2009": ("2009-12-10", "2014-06-28"),
    "tt23-2014": ("2014-07-07", "2024-12-27"),
    "tt10-2024": ("2025-01-02", "2026-10-30"),
}
_BEFORE = tuple((form, _PERIODS[form]) for form in ("ld1993", "ld2003", "tt17-2009", "tt23-2014", "tt10-2024"))
_DISTRICTS_END = "2025-07-01"
_BOOKS = ("ld1993", "ld2003")
# Constructions, planted forest, perennial trees: the three headings under which a sheet lists what else is on the land.
_ASSETS_BY_KIND = (
    ("Nhà kho 120,5 m², cấp 4", "Sân phơi bê tông 85,0 m²", "Hàng rào xây gạch", "Nhà xưởng chế biến 350,0 m²"),
    ("Rừng keo lai 1.200 m²",),
    ("Vườn dừa trồng năm 2005",),
)
_OTHER_ASSETS = tuple(asset for assets in _ASSETS_BY_KIND for asset in assets)


def asset_kind(asset: str) -> int:
    """Under which of the three headings an asset is listed: constructions, planted forest, perennial trees."""
    return next(index for index, assets in enumerate(_ASSETS_BY_KIND) if asset in assets)


def any_style(rng: Random) -> NumberStyle:
    """How this office writes numbers."""
    thousands, decimal = rng.choices([(".", ","), ("", ","), ("", "."), (" ", ",")], [45, 40, 12, 3])[0]
    return NumberStyle(
        thousands=thousands,
        decimal=decimal,
        always_decimal=rng.random() < 0.7,
        space_before_unit=rng.random() < 0.8,
        unit="m²" if rng.random() < 0.92 else "m2",
        thousand_word=rng.choice(["nghìn", "nghìn", "ngàn"]),
        zero_tens_word=rng.choice(["linh", "lẻ", "lẻ"]),
        four_word=rng.choice(["bốn", "tư"]),
        capital_words=rng.random() < 0.75,
    )


def _issue_date(rng: Random, form: str) -> str:
    start, end = (date.fromisoformat(day) for day in _PERIODS[form])
    day = start + timedelta(days=rng.randint(0, (end - start).days))
    # Offices do not sign on Sundays.
    return (day + timedelta(days=1) if day.weekday() == 6 else day).isoformat()


def any_serial(rng: Random, form: str, issue_date: str) -> str:
    """A serial number of the pattern of that form and time."""
    if form == "ld1993":
        return f"{rng.choice('ABCDEGHKLMNOPQRSTUVXY')} {rng.randint(100000, 999999)}"
    if form == "tt10-2024":
        return f"{rng.choice(['AA', 'AA', 'AA', 'AB'])} {rng.randint(200000, 9899999):08d}"
    if form == "tt17-2009":
        letters = "B" + rng.choice("ABCDEGHIKLMNOPQRSTUV")
    elif form == "tt23-2014":
        year = int(issue_date[:4])
        letters = (
            "B" + rng.choice("SUVXYZ") if year < 2016 else "C" + rng.choice("ABCDEGHIKLMNOPQRSTUVXYZ") if year < 2021
            else "D" + rng.choice("ABCDEGHIKLMNOPQ")
        )  # fmt: skip
    else:
        letters = "A" + rng.choice("ABCDEGHIKLMNOPQRSTUVXY")
    return f"{letters} {rng.randint(0, 999999):06d}"


def _register(rng: Random, form: str, commune: Commune) -> str:
    number = rng.randint(1, 9999)
    if form == "ld1993":
        initials = "".join(word[0] for word in bare(commune.district or commune.name).split())
        return rng.choice([f"{number:05d}/QSDĐ/{initials}", f"{number:05d} QSDĐ/{initials}", f"{number:05d}/QSDĐ"])
    if form in {"ld2003", "nd90", "nd60"}:
        return rng.choice(
            [f"H {number:05d}", f"H{number:05d}", f"T {number:05d}", f"{number:05d}/{rng.choice(['XHD', 'TSA', 'MK'])}"]
        )
    if form == "tt17-2009":
        return rng.choice(
            [f"CH {number:05d}", f"CH{number:05d}", f"CH.{number:05d}", f"CT {number:05d}", f"CH {number}"]
        )
    return rng.choice(
        [f"CS {number:05d}", f"CS{number:05d}", f"CN {number:05d}", f"CN{number:05d}", f"CN {number}", f"CN.{number}", f"CH {number:05d}", f"VP {number:05d}", f"CN00.{number % 1000:03d}"]
    )  # fmt: skip


def _signing(rng: Random, form: str, commune: Commune) -> tuple[str, tuple[str, ...], str]:
    """The authority as printed (without TM.), the lines of the signer's title, and the signer."""
    signer = any_person(
        rng, commune, gender=rng.choice(["male", "male", "male", "female"]), born=(1950, 1985)
    ).full_name
    province, district = commune.province, commune.district
    people = rng.choice(["ỦY BAN NHÂN DÂN", "ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "UBND"])
    if form == "tt10-2024":
        if not district and rng.random() < 0.35:
            title = rng.choice([("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")])
            return f"{people} {commune.name.upper()}", title, signer
        branch = bare(district) if district else bare(commune.name)
        office = rng.choice(["VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", f"CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI {branch.upper()}"])
        if office.startswith("CHI") or rng.random() < 0.5:
            return office, rng.choice([("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")]), signer
        return f"{office} {province.upper()}", rng.choice([("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")]), signer
    by_department = form == "tt23-2014" and rng.random() < 0.55
    if by_department:
        authority = rng.choice(["SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", f"SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG {province.upper()}"])
        title = rng.choice(
            [
                ("TUQ. GIÁM ĐỐC", "GIÁM ĐỐC VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI"), ("TUQ. GIÁM ĐỐC", "GIÁM ĐỐC VPĐKĐĐ"),
                ("TUQ. GIÁM ĐỐC", f"GIÁM ĐỐC CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI {bare(district).upper()}"),
                ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), ("GIÁM ĐỐC",),
            ]
        )  # fmt: skip
        return authority, title, signer
    authority = f"{people} {district.upper()}" + (f", {province.upper()}" if rng.random() < 0.12 else "")
    return (
        authority,
        rng.choice([("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")]),
        signer,
    )


def _day(iso: str, rng: Random) -> str:
    year, month, day = iso.split("-")
    return rng.choice([f"{day}/{month}/{year}", f"{day}/{month}/{year}", f"{int(day)}/{int(month)}/{year}"])


def _earlier(rng: Random, iso: str) -> str:
    return (date.fromisoformat(iso) - timedelta(days=rng.randint(400, 3600))).isoformat()


def _notes(rng: Random, issue_date: str, commune: Commune) -> str | None:
    """A note under item 6; often with the serial of the certificate that was there before."""
    old_date = _earlier(rng, issue_date)
    old_form = next(form for form, (_, end) in _BEFORE if old_date <= end)
    serial = any_serial(rng, old_form, old_date)
    district = commune.district or commune.name
    notes = [
        f"Giấy chứng nhận này được cấp đổi từ Giấy chứng nhận số phát hành {serial} do UBND {district[0].lower() + district[1:]} cấp ngày {_day(old_date, rng)}",
        f"Cấp đổi từ GCN số {serial}, số vào sổ H{rng.randint(100, 9999):05d}, cấp ngày {_day(old_date, rng)}",
        f"Số tờ, số thửa theo tài liệu đo đạc cũ: tờ bản đồ số {rng.randint(1, 20)}, thửa đất số {rng.randint(1, 900)}",
        f"Thửa đất có {rng.randint(5, 60)},{rng.randint(0, 9)} m² thuộc hành lang bảo vệ kênh, rạch",
        f"Thửa đất được tách từ thửa số {rng.randint(1, 999)}, tờ bản đồ số {rng.randint(1, 60)}; Giấy chứng nhận cũ số {serial}",
        "Chưa xác định được thời hạn sở hữu công trình",
        f"Diện tích {rng.randint(10, 90)},{rng.randint(0, 9)} m² đất nằm trong lộ giới, người sử dụng đất phải chấp hành khi Nhà nước thu hồi",
        "Thửa đất chưa đo đạc bản đồ địa chính chính quy; ranh giới, diện tích theo hồ sơ trích đo",
    ]
    return rng.choice(notes) if rng.random() < 0.55 else None


def _changes(rng: Random, issue_date: str, commune: Commune, count: int) -> tuple[Change, ...]:
    changes = []
    day = date.fromisoformat(issue_date)
    last = date(2026, 11, 2)
    for left in range(count, 0, -1):
        longest = max(2, min(1500, (last - day).days // left))
        day += timedelta(days=rng.randint(longest // 3, longest))
        year = day.year
        person = any_person(rng, commune, born=(1950, 1990))
        title = "ông" if person.gender == "male" else "bà"
        number = f"CMND số {person.old_id}" if year < 2019 else f"CCCD số {person.citizen_id}"
        dossier = f"theo hồ sơ số {rng.randint(1, 99999):06d}.CN.{rng.randint(1, 9):03d}"
        district = bare(commune.district or commune.name)
        serial = any_serial(rng, "tt23-2014", day.isoformat())
        bank = rng.choice(
            [
                "Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam",
                "Ngân hàng TMCP Kiên Long",
                "Quỹ Tín dụng nhân dân",
            ]
        )
        content = rng.choice(
            [
                f"Chuyển nhượng cho {title} {person.full_name}, sinh năm {person.birth_year}, {number}, địa chỉ tại {home_address(rng, commune)}; {dossier}",
                f"Thế chấp quyền sử dụng đất tại {bank} - Chi nhánh {district}, {dossier}",
                f"Xóa nội dung đăng ký thế chấp ngày {_day(_earlier(rng, day.isoformat()), rng)}, {dossier}",
                f"Tặng cho {title} {person.full_name}, {number}, {dossier}",
                f"Thửa đất số {rng.randint(1, 800)} được tách thành các thửa {rng.randint(801, 900)} và {rng.randint(901, 990)}; cấp GCN mới số {serial}, {dossier}",
                f"Thay đổi số CMND thành CCCD số {person.citizen_id} theo Công văn số {rng.randint(1, 400)}/CNVPĐK",
            ]
        )
        office = rng.choice(
            [f"CHI NHÁNH VPĐKĐĐ {district.upper()}", "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", f"VPĐKQSDĐ {district.upper()}"]
        )
        changes.append(
            Change(
                day.isoformat(),
                content,
                (office, rng.choice(["GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"])),
                district,
                by_hand=rng.random() < 0.3,
            )
        )
    return tuple(changes)


def _barcode(rng: Random, form: str, commune: Commune, issue_date: str) -> str | None:
    if form not in {"tt17-2009", "tt23-2014"} or rng.random() < 0.06:
        return None
    digits = f"{commune.code}{issue_date[2:4]}{rng.randint(1, 99999):06d}"
    return (commune.person_code[1:] + digits) if rng.random() < 0.12 else digits


def _qr(rng: Random, serial: str, issue_date: str, commune: Commune) -> str:
    year, month, day = issue_date.split("-")
    stamp = f"{day}-{month}-{year}-{rng.randint(7, 17):02d}-{rng.randint(0, 59):02d}-{rng.randint(0, 59):02d}"
    dossier = f"H{rng.randint(10, 63)}.{rng.randint(10, 99)}-{year[2:]}{month}{day}-{rng.randint(1, 9999):04d}"
    return "|".join(
        [stamp, commune.code, rng.choice(["VBDLIS", "VNPT-iLIS", "MPLIS"]), dossier, serial, str(rng.randint(10**8, 10**9)), stamp, str(rng.randint(10**8, 2 * 10**9))]
    )  # fmt: skip


def any_certificate(
    rng: Random, form: str, *, owners: str = "", parcels: int = 0, changes: int = -1
) -> tuple[Certificate, tuple[Person, ...]]:
    """A certificate of ``form`` and the people who own it; the options fix the kind of owner and the counts."""
    issue_date = _issue_date(rng, form)
    commune = any_commune(rng, since_2025_07=issue_date >= _DISTRICTS_END)
    style = any_style(rng)
    year = int(issue_date[:4])
    printed, people = any_owners(rng, commune, year, kind=owners, capitals=rng.random() < 0.5)
    authority, title, signer = _signing(rng, form, commune)
    serial = any_serial(rng, form, issue_date)
    most = 3 if form == "tt10-2024" else 20
    count = (
        1
        if form in {"nd60", "nd90"}
        else parcels or rng.choices([1, 2, 3, rng.randint(4, most) if most > 4 else 2], [82, 6, 4, 8])[0]
    )
    as_table = form != "tt10-2024" and (count > 3 or (count > 1 and rng.random() < 0.5))
    if as_table:
        lands = table_parcels(rng, commune, issue_date, form, count)
    else:
        lands = tuple(any_parcel(rng, commune, issue_date, form, style) for _ in range(count))
    is_home = any(p.code in {"ONT", "ODT"} for land in lands for p in land.purposes)
    is_house_paper = form in {"nd60", "nd90"}
    has_house = is_house_paper or (count == 1 and is_home and form not in _BOOKS and rng.random() < 0.4)
    place = rng.choice([bare(commune.district or commune.name), bare(commune.province)])
    change_count = changes if changes >= 0 else rng.choices([0, 1, 2, 3], [62, 22, 11, 5])[0]
    if form in _BOOKS:
        printed = tuple(replace(owner, gender=None) for owner in printed)
    made = Certificate(
        form=form,
        owners=printed,
        parcels=lands,
        serial_number=serial,
        register_text=_register(rng, form, commune),
        issue_date=issue_date,
        issue_place=place,
        issuing_authority=authority,
        signer_title_lines=title,
        signer_name=signer,
        barcode=_barcode(rng, form, commune, issue_date),
        qr=_qr(rng, serial, issue_date, commune) if form == "tt10-2024" else None,
        house=any_house(rng, form) if has_house else None,
        other_assets=rng.choice(_OTHER_ASSETS) if count == 1 and not has_house and rng.random() < 0.12 else None,
        notes=_notes(rng, issue_date, commune),
        changes=_changes(rng, issue_date, commune, change_count),
        parcels_as_table=as_table,
        office=commune.district or commune.name,
        numbers=style,
        commune=commune.in_words,
    )
    return made, people
