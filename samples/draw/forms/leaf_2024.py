"""The A4 leaf of two faces with a QR code: TT 10/2024."""

from __future__ import annotations

from functools import partial
from random import Random

from samples.draw.facts import Certificate, Parcel
from samples.draw.forms.sheet import FaceArt
from samples.draw.look import Look
from samples.draw.markup import Pen
from samples.draw.ornament import emblem, pink_paper, qr
from samples.draw.sketch import coordinates, plan
from samples.draw.words import area

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
_ORDINALS = ("nhất", "hai", "ba", "tư")


def _owners(pen: Pen) -> str:
    rows = []
    glue = pen.rng.choice([", ", ", ", "; "])
    for owner in pen.certificate.owners:
        before = owner.text_before
        if (
            before
            and not before.endswith(":")
            and (pen.rng.random() < 0.8 or before.split()[-1].casefold() not in {"ông", "bà"})
        ):
            before += ":"
        row = f"{pen.label(before)} {pen.value(owner.full_name)}" if before else pen.value(owner.full_name)
        if owner.id_number:
            row += f"{glue}{pen.label(owner.id_label)} {pen.value(owner.id_number)}"
        rows.append(f'<p class="row">{row}{pen.look.terse_end if pen.look.variant == 0 else ""}</p>')
    return "".join(rows)


def _parcel(pen: Pen, parcel: Parcel) -> str:
    mark = "." if pen.look.number_mark == ")" and pen.look.variant != 3 else pen.look.number_mark
    end = pen.look.terse_end
    words = (
        f"{pen.label(' (bằng chữ: ')}{pen.value(parcel.area_in_words)}{pen.label(')')}" if parcel.area_in_words else ""
    )
    first = f"{pen.value(parcel.parcel_number)}{pen.label('; tờ bản đồ số:')} {pen.value(parcel.map_sheet_number)}"
    return "".join(
        [
            pen.line(f"a{mark} Thửa đất số:", first, leader=False),
            pen.line(f"b{mark} Diện tích:", pen.value(area(parcel.area_m2, pen.numbers)) + words, leader=False),
            pen.line(f"c{mark} Loại đất:", pen.purposes(parcel)),
            pen.line(f"d{mark} Thời hạn sử dụng đất:", pen.term(parcel)),
            pen.line(f"đ{mark} Hình thức sử dụng đất:", pen.value((parcel.use_form_text or pen.dash) + end)),
            pen.line(f"e{mark} Địa chỉ:", pen.value((parcel.address or "") + end)),
        ]
    )


def _parcels(pen: Pen) -> str:
    parcels = pen.certificate.parcels
    if len(parcels) == 1:
        return _parcel(pen, parcels[0])
    return "".join(f"<p class='row'>Thửa đất thứ {_ORDINALS[i]}:</p>{_parcel(pen, p)}" for i, p in enumerate(parcels))


def _assets(pen: Pen) -> str:
    made = pen.certificate
    mark = "." if pen.look.number_mark == ")" else pen.look.number_mark
    if made.house is None:
        return pen.line(
            "3. Thông tin tài sản gắn liền với đất:", pen.value(made.other_assets or pen.dash), leader=False
        )
    house = made.house
    floor = pen.area(house.floor_area_m2) if house.floor_area_m2 else pen.value(pen.dash)
    rows = [
        pen.line(f"a{mark} Tên tài sản:", pen.value(house.type)),
        pen.line(f"b{mark} Diện tích sử dụng:", floor),
        pen.line(f"c{mark} Hình thức sở hữu:", pen.value(house.ownership or pen.dash)),
        pen.line(f"d{mark} Thời hạn sở hữu:", pen.value(house.term.text if house.term else pen.dash)),
        pen.line(f"đ{mark} Địa chỉ:", pen.value(made.parcels[0].address or "")),
    ]
    return f"<h2>3. Thông tin tài sản gắn liền với đất:</h2>{''.join(rows)}"


def _face_1(pen: Pen) -> str:
    look, made, rng = pen.look, pen.certificate, pen.rng
    authority = made.issuing_authority or ""
    prefix = rng.choice(["TM. ", "TM. ", ""]) if authority.startswith(("ỦY", "UỶ", "UBND")) else ""
    return f"""
<div class="code" style="right:13mm;top:11mm">{qr(made.qr or "", rng.uniform(22, 27))}</div>
<div class="middle strong" style="position:absolute;left:0;right:0;top:13mm;font-size:{look.size_pt + 1:.1f}pt">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>
<span style="border-bottom:0.25mm solid {look.ink}">Độc lập - Tự do - Hạnh phúc</span></div>
<div class="middle" style="position:absolute;left:0;right:0;top:29mm">{emblem(26, look.title_color)}</div>
<div style="position:absolute;left:16mm;right:16mm;top:58mm"><h1 style="font-size:{rng.uniform(20, 25):.1f}pt">GIẤY CHỨNG NHẬN</h1>
<h1 style="font-size:{rng.uniform(12.5, 14.5):.1f}pt">QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN<br>GẮN LIỀN VỚI ĐẤT</h1></div>
<div class="fit" style="top:84mm;height:122mm">
<h2>1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:</h2>{_owners(pen)}
<h2>2. Thông tin thửa đất:</h2>{_parcels(pen)}{_assets(pen)}</div>
<div style="position:absolute;right:{rng.uniform(12, 18):.0f}mm;top:{rng.uniform(207, 213):.0f}mm;width:96mm;height:66mm"><style>.sign{{left:0;right:0}}</style>{pen.sign_block(prefix)}</div>
<div style="position:absolute;left:{look.margin_mm}mm;bottom:{rng.uniform(29, 36):.0f}mm;width:62mm;font-size:9pt;font-style:italic">Thông tin chi tiết được thể hiện tại mã QR</div>
<div class="serial" style="left:{look.margin_mm}mm;bottom:{rng.uniform(13, 20):.0f}mm;font-size:{rng.uniform(14, 17):.1f}pt">{made.serial_number}</div>
"""


def _face_2(pen: Pen, art: Random) -> str:
    look, made, rng = pen.look, pen.certificate, pen.rng
    note = f'<span class="note">{pen.value(made.notes + look.terse_end)}</span>' if made.notes else pen.value(pen.dash)
    rows = []
    for index, change in enumerate(made.changes[:3]):
        year, month, day = change.date.split("-")
        write = partial(pen.by_pen, path=f"changes.{index}") if change.by_hand else pen.value
        office = "<br>".join(pen.value(line) for line in change.confirmed_by)
        rows.append(
            f'<tr><td class="text">{write(change.content)}</td><td>{write(f"Ngày {day}/{month}/{year}")}<br>{office}<div style="height:8mm"></div></td></tr>'
        )
    register = (
        pen.by_pen(made.register_text or "", "register_number")
        if rng.random() < 0.35
        else pen.value(made.register_text or "")
    )
    table = coordinates(art, art.randint(4, 6)) if art.random() < 0.6 else ""
    return f"""
<div class="fit" style="top:14mm;height:132mm"><h2>4. Sơ đồ thửa đất, tài sản gắn liền với đất:</h2>{plan(art, made, art.uniform(72, 84))}{table}</div>
<div class="fit" style="top:148mm;height:126mm">{pen.line("5. Ghi chú:", note, leader=False)}
<h2>6. Những thay đổi sau khi cấp Giấy chứng nhận:</h2>
<table><tr><th style="width:62%">Nội dung thay đổi và cơ sở pháp lý</th><th>Xác nhận của cơ quan có thẩm quyền</th></tr>{"".join(rows)}<tr><td style="height:26mm"></td><td></td></tr></table></div>
<div style="position:absolute;left:{look.margin_mm}mm;bottom:{rng.uniform(11, 16):.0f}mm">{pen.label("Số vào sổ cấp Giấy chứng nhận:")} {register}</div>
"""


def faces(certificate: Certificate, look: Look, rng: Random) -> tuple[FaceArt, ...]:
    """The two faces of the leaf."""
    pen = Pen(rng, look, certificate)
    art = Random(rng.random())
    bodies = (_face_1(pen), _face_2(pen, art))
    paper = pink_paper(look.variant, WIDTH_MM, HEIGHT_MM)
    return tuple(
        FaceArt(index + 1, body, paper, WIDTH_MM, HEIGHT_MM, look.paper_strength, tuple(pen.written))
        for index, body in enumerate(bodies)
    )
