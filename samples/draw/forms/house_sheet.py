"""The separate pink house certificates: NĐ 60/CP of 1994 (house and land) and NĐ 90/2006 (house)."""

from __future__ import annotations

from random import Random

from samples.draw.facts import Certificate
from samples.draw.forms.sheet import FaceArt
from samples.draw.look import Look
from samples.draw.markup import Pen
from samples.draw.ornament import emblem, pink_paper
from samples.draw.sketch import plan

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
_TITLES = {"nd60": "QUYỀN SỞ HỮU NHÀ Ở VÀ<br>QUYỀN SỬ DỤNG ĐẤT Ở", "nd90": "QUYỀN SỞ HỮU NHÀ Ở"}


def _house(pen: Pen) -> str:
    house = pen.certificate.house
    assert house
    rows = [
        pen.line("- Loại nhà ở:", pen.value(house.type)),
        pen.line(
            "- Diện tích xây dựng:", pen.area(house.built_area_m2) if house.built_area_m2 else pen.value(pen.dash)
        ),
        pen.line(
            "- Tổng diện tích sàn:", pen.area(house.floor_area_m2) if house.floor_area_m2 else pen.value(pen.dash)
        ),
        pen.line("- Hình thức sở hữu:", pen.value(house.ownership or pen.dash)),
        pen.line("- Cấp (hạng) nhà ở:", pen.value(house.grade or pen.dash)),
    ]
    if house.term:
        rows.append(pen.line("- Thời hạn được sở hữu:", pen.value(house.term.text)))
    return "".join(rows)


def _land(pen: Pen) -> str:
    parcel = pen.certificate.parcels[0]
    rows = [
        f"<p class='row'>{pen.label('- Thửa đất số:')} {pen.value(parcel.parcel_number)}&emsp;{pen.label('- Tờ bản đồ số:')} {pen.value(parcel.map_sheet_number)}</p>",
        pen.line("- Địa chỉ:", pen.value(parcel.address or "")),
        pen.line("- Diện tích:", pen.area(parcel.area_m2)),
        pen.line("- Hình thức sử dụng:", pen.value(parcel.use_form_text or pen.dash)),
        pen.line("- Mục đích sử dụng:", pen.purposes(parcel)),
        pen.line("- Thời hạn sử dụng:", pen.term(parcel)),
    ]
    return "".join(rows)


def _face_1(pen: Pen) -> str:
    look, made, rng = pen.look, pen.certificate, pen.rng
    first = "I. CHỦ SỞ HỮU NHÀ Ở VÀ SỬ DỤNG ĐẤT Ở" if made.form == "nd60" else "I. Chủ sở hữu nhà ở"
    second = "II. THỰC TRẠNG NHÀ Ở, ĐẤT Ở" if made.form == "nd60" else "II. Đặc điểm nhà ở"
    land = f"<p class='row'><b>{'2. Đất ở' if made.form == 'nd60' else 'III. Thửa đất'}:</b></p>{_land(pen)}"
    note = pen.line("Ghi chú:", pen.value(made.notes), leader=False) if made.notes else ""
    return f"""
<div class="middle strong" style="position:absolute;left:0;right:0;top:14mm;font-size:{look.size_pt + 1:.1f}pt">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</div>
<div class="middle" style="position:absolute;left:0;right:0;top:29mm">{emblem(24, look.title_color)}</div>
<div style="position:absolute;left:16mm;right:16mm;top:56mm"><h1 style="font-size:{rng.uniform(20, 24):.1f}pt">GIẤY CHỨNG NHẬN</h1><h1 style="font-size:{rng.uniform(14, 16):.1f}pt">{_TITLES[made.form]}</h1></div>
<div class="fit" style="top:84mm;height:128mm"><h2>{first}</h2>{pen.owners()}<h2>{second}</h2><p class="row"><b>1. Nhà ở:</b></p>{_house(pen)}{land}{note}</div>
<div style="position:absolute;right:12mm;top:216mm;width:96mm;height:70mm"><style>.sign{{left:0;right:0}}</style>{pen.sign_block(rng.choice(["TM. ", "T/M "]))}</div>
<div style="position:absolute;left:{look.margin_mm}mm;bottom:34mm;width:60mm">{pen.label("Hồ sơ gốc số:" if made.form == "nd60" else "Số vào sổ:")} {pen.value(made.register_text or "")}</div>
<div class="serial" style="left:{look.margin_mm}mm;bottom:16mm;font-size:15pt">{made.serial_number}</div>
"""


def _face_2(pen: Pen, art: Random) -> str:
    rows = []
    for change in pen.certificate.changes:
        year, month, day = change.date.split("-")
        rows.append(
            f'<tr><td>{pen.value(f"{day}/{month}/{year}")}</td><td class="text">{pen.value(change.content)}</td><td>{"<br>".join(change.confirmed_by)}</td></tr>'
        )
    return f"""
<div class="fit" style="top:14mm;height:136mm"><h2>{"III" if pen.certificate.form == "nd60" else "IV"}. SƠ ĐỒ NHÀ Ở, ĐẤT Ở</h2>{plan(art, pen.certificate, 100)}</div>
<div class="fit" style="top:152mm;height:134mm"><h2>NHỮNG THAY ĐỔI SAU KHI CẤP GIẤY CHỨNG NHẬN</h2>
<table><tr><th style="width:18%">Ngày, tháng, năm</th><th>Nội dung thay đổi</th><th style="width:27%">Xác nhận của cơ quan có thẩm quyền</th></tr>{"".join(rows)}<tr><td style="height:30mm"></td><td></td><td></td></tr></table></div>
"""


def faces(certificate: Certificate, look: Look, rng: Random) -> tuple[FaceArt, ...]:
    """Two faces of an A4 sheet."""
    pen = Pen(rng, look, certificate)
    art = Random(rng.random())
    bodies = (_face_1(pen), _face_2(pen, art))
    paper = pink_paper(look.variant + 1, WIDTH_MM, HEIGHT_MM, framed=True)
    return tuple(
        FaceArt(index + 1, body, paper, WIDTH_MM, HEIGHT_MM, look.paper_strength, tuple(pen.written))
        for index, body in enumerate(bodies)
    )
