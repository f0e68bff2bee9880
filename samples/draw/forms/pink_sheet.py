"""The pink sheet of four faces: TT 17/2009 and TT 23/2014."""

from __future__ import annotations

from functools import partial
from random import Random

from samples.draw.content import asset_kind
from samples.draw.facts import Certificate, Parcel
from samples.draw.forms.sheet import FaceArt
from samples.draw.look import Look
from samples.draw.markup import Pen
from samples.draw.ornament import barcode, emblem, pink_paper
from samples.draw.sketch import coordinates, plan
from samples.draw.words import area

WIDTH_MM, HEIGHT_MM = 188.1, 265.43
_WARNING = (
    "Người được cấp Giấy chứng nhận không được sửa chữa, tẩy xóa hoặc bổ sung bất kỳ nội dung nào trong Giấy chứng nhận; "
    "khi bị mất hoặc hư hỏng Giấy chứng nhận phải khai báo ngay với cơ quan cấp Giấy."
)
_TITLES = (
    "QUYỀN SỬ DỤNG ĐẤT<br>QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC<br>GẮN LIỀN VỚI ĐẤT",
    "QUYỀN SỬ DỤNG ĐẤT,<br>QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT",
    "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU NHÀ Ở<br>VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT",
    "QUYỀN SỬ DỤNG ĐẤT<br>QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT",
)
_ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu")


def _face_1(pen: Pen) -> str:
    look, made, rng = pen.look, pen.certificate, pen.rng
    size = look.size_pt
    corner = rng.choice(["right:16mm", "right:20mm", "right:24mm"])
    return f"""
<div class="middle strong" style="position:absolute;left:0;right:0;top:15mm;font-size:{size + 1.5:.1f}pt">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>
<span style="border-bottom:0.25mm solid {look.ink};padding-bottom:0.6mm">Độc lập - Tự do - Hạnh phúc</span></div>
<div class="middle" style="position:absolute;left:0;right:0;top:32mm">{emblem(34, look.title_color)}</div>
<div style="position:absolute;left:14mm;right:14mm;top:71mm">
<h1 style="font-size:{rng.uniform(25, 30):.1f}pt">GIẤY CHỨNG NHẬN</h1>
<h1 style="font-size:{rng.uniform(13, 16):.1f}pt">{_TITLES[look.variant]}</h1></div>
<div class="fit" style="top:112mm;height:{rng.uniform(104, 116):.0f}mm">
<h2>I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất</h2>{pen.owners()}</div>
<div class="serial" style="{corner};bottom:{rng.uniform(17, 26):.0f}mm;font-size:{rng.uniform(15, 19):.1f}pt">{made.serial_number}</div>
"""


def _parcel_rows(pen: Pen, parcel: Parcel) -> str:
    mark, rng, look = pen.look.number_mark, pen.rng, pen.look
    words = ""
    if parcel.area_in_words:
        shape = rng.choice(
            [
                ", (bằng chữ: {0})",
                " (bằng chữ: {0})",
                "; bằng chữ: {0}",
                ", (Bằng chữ: {0}./.)" if look.is_wild else ", (bằng chữ: {0})",
            ]
        )
        words = pen.label(shape.split("{0}")[0]) + pen.value(parcel.area_in_words) + pen.label(shape.split("{0}")[1])
    glue = rng.choice([", tờ bản đồ số:", "; tờ bản đồ số:", ", Tờ bản đồ số:", "&emsp;&emsp;Tờ bản đồ số:"])
    first = f"{pen.value(parcel.parcel_number)}<span class='label'>{glue}</span> {pen.value(parcel.map_sheet_number)}"
    end = look.terse_end
    rows = [
        pen.line(f"a{mark} Thửa đất số:", first, leader=False),
        pen.line(f"b{mark} Địa chỉ{rng.choice(['', ' thửa đất'])}:", pen.value((parcel.address or "") + end)),
        pen.line(f"c{mark} Diện tích:", pen.area(parcel.area_m2) + words, leader=False),
        pen.line(f"d{mark} Hình thức sử dụng:", pen.value((parcel.use_form_text or pen.dash) + end)),
        pen.line(f"đ{mark} Mục đích sử dụng:", pen.purposes(parcel)),
        pen.line(f"e{mark} Thời hạn sử dụng:", pen.term(parcel)),
        pen.line(f"g{mark} Nguồn gốc sử dụng:", pen.value((parcel.origin or pen.dash) + end)),
    ]
    return "".join(rows)


def _house_rows(pen: Pen) -> str:
    house, mark = pen.certificate.house, pen.look.number_mark
    if house is None:
        return pen.line("2. Nhà ở:", pen.value(pen.dash), leader=False)

    def shown(value: object) -> str:
        return pen.value(str(value) if value else pen.dash)

    built = pen.area(house.built_area_m2) if house.built_area_m2 else pen.value(pen.dash)
    floor = pen.area(house.floor_area_m2) if house.floor_area_m2 else pen.value(pen.dash)
    rows = [
        pen.line(f"a{mark} Loại nhà ở:", shown(house.type)),
        pen.line(f"b{mark} Diện tích xây dựng:", built),
        pen.line(f"c{mark} Diện tích sàn:", floor),
        pen.line(f"d{mark} Hình thức sở hữu:", shown(house.ownership)),
        pen.line(f"đ{mark} Cấp (Hạng):", shown(house.grade)),
        pen.line(f"e{mark} Thời hạn được sở hữu:", shown(house.term.text if house.term else None)),
    ]
    if pen.look.house_inline:
        running = pen.label("; ").join(row.removeprefix('<p class="row">').removesuffix("</p>") for row in rows)
        running = running.replace('<span class="leader"></span>', "")
        return f"<p class='row'>{pen.label('2. Nhà ở:')} {running}</p>"
    return f"<p class='row'><h3>2. Nhà ở:</h3></p>{''.join(rows)}"


def _parcels(pen: Pen) -> str:
    made = pen.certificate
    if made.parcels_as_table:
        address = pen.line(pen.rng.choice(["Địa chỉ thửa đất:", "Địa chỉ:"]), pen.value(made.parcels[0].address or ""))
        total = sum(p.area_m2 for p in made.parcels)
        whole = (
            f"<p class='row'>{pen.label('Tổng diện tích:')} {pen.value(area(total, made.numbers))}</p>"
            if pen.rng.random() < 0.4 and total
            else ""
        )
        return f"<p class='row'><h3>1. Thửa đất:</h3></p>{address}{pen.parcel_table()}{whole}"
    if len(made.parcels) == 1:
        return f"<p class='row'><h3>1. Thửa đất:</h3></p>{_parcel_rows(pen, made.parcels[0])}"
    blocks = "".join(
        f"<p class='row'><i>Thửa đất thứ {_ORDINALS[i]}:</i></p>{_parcel_rows(pen, p)}"
        for i, p in enumerate(made.parcels)
    )
    return f"<p class='row'><h3>1. Thửa đất:</h3></p>{blocks}"


def _assets(pen: Pen) -> str:
    made = pen.certificate
    index = asset_kind(made.other_assets) if made.other_assets else -1
    names = ("3. Công trình xây dựng khác:", "4. Rừng sản xuất là rừng trồng:", "5. Cây lâu năm:")
    rows = [
        pen.line(name, pen.value((made.other_assets or "") if i == index else pen.dash), leader=False)
        for i, name in enumerate(names)
    ]
    note = (
        f'<span class="note">{pen.value(made.notes + pen.look.terse_end)}</span>' if made.notes else pen.value(pen.dash)
    )
    return "".join(rows) + pen.line("6. Ghi chú:", note, leader=False)


def _face_2(pen: Pen) -> str:
    made, rng, look = pen.certificate, pen.rng, pen.look
    prefix = (
        rng.choice(["TM. ", "TM. ", "T/M "])
        if "ỦY BAN" in (made.issuing_authority or "")
        or "UỶ BAN" in (made.issuing_authority or "")
        or "UBND" in (made.issuing_authority or "")
        else ""
    )
    register = (
        pen.by_pen(made.register_text or "", "register_number")
        if look.register_by_pen
        else pen.value(made.register_text or "")
    )
    label = rng.choice(
        ["Số vào sổ cấp GCN:", "Số vào sổ cấp GCN:", "Số vào sổ cấp giấy chứng nhận:", "Số vào sổ cấp Giấy chứng nhận:"]
    )
    return f"""
<div class="fit" style="top:13mm;height:174mm">
<h2>II. Thửa đất, nhà ở và tài sản khác gắn liền với đất</h2>{_parcels(pen)}{_house_rows(pen)}{_assets(pen)}</div>
<div style="position:absolute;right:{look.margin_mm * 0.6:.0f}mm;top:{rng.uniform(189, 197):.0f}mm;width:92mm;height:66mm">
<style>.sign{{left:0;right:0}}</style>{pen.sign_block(prefix)}</div>
<div style="position:absolute;left:{look.margin_mm}mm;bottom:{rng.uniform(12, 20):.0f}mm">{pen.label(label)} {register}</div>
"""


def _change_rows(pen: Pen, start: int, stop: int) -> str:
    rows = []
    for index, change in enumerate(pen.certificate.changes[start:stop], start):
        year, month, day = change.date.split("-")
        write = partial(pen.by_pen, path=f"changes.{index}") if change.by_hand else pen.value
        when = write(
            f"{change.place}, ngày {day}/{month}/{year}" if pen.look.variant % 2 else f"Ngày {day}/{month}/{year}"
        )
        office = "<br>".join(pen.value(line) for line in change.confirmed_by)
        rows.append(
            f'<tr><td class="text">{write(change.content + pen.look.terse_end)}</td><td>{when}<br>{office}<div style="height:9mm"></div></td></tr>'
        )
    return "".join(rows)


def _change_table(pen: Pen, start: int, stop: int) -> str:
    head = "<tr><th style='width:62%'>Nội dung thay đổi và cơ sở pháp lý</th><th>Xác nhận của cơ quan<br>có thẩm quyền</th></tr>"
    empty = "<tr><td style='height:30mm'></td><td></td></tr>"
    return f"<table class='changes'>{head}{_change_rows(pen, start, stop)}{empty}</table>"


def _face_3(pen: Pen, art: Random) -> str:
    made = pen.certificate
    table = coordinates(art, art.randint(4, 6)) if art.random() < 0.7 else ""
    scale = f"<div class='middle' style='font-size:0.9em'>Tỷ lệ 1/{art.choice([200, 500, 1000, 2000])}</div>"
    return f"""
<div class="fit" style="top:13mm;height:136mm"><h2>III. Sơ đồ thửa đất, nhà ở và tài sản khác gắn liền với đất</h2>
{plan(art, made, art.uniform(72, 84))}{table}{scale}</div>
<div class="fit" style="top:151mm;height:106mm"><h2>IV. Những thay đổi sau khi cấp Giấy chứng nhận</h2>{_change_table(pen, 0, 2)}</div>
"""


def _face_4(pen: Pen, art: Random) -> str:
    made = pen.certificate
    code = ""
    if made.barcode:
        code = f'<div class="code" style="right:14mm;bottom:9mm">{barcode(made.barcode, art.uniform(48, 58), art.uniform(7, 10), thick=art.random() < 0.15)}<div style="font-size:9pt;font-family:Liberation Sans;letter-spacing:0.1em">{made.barcode}</div></div>'
    return f"""
<div class="fit" style="top:14mm;height:200mm">{_change_table(pen, 2, 9)}</div>
<div style="position:absolute;left:{pen.look.margin_mm}mm;right:{pen.look.margin_mm}mm;bottom:27mm;font-size:9.5pt;font-style:italic;text-align:center;line-height:1.2">{_WARNING}</div>{code}
"""


def faces(certificate: Certificate, look: Look, rng: Random) -> tuple[FaceArt, ...]:
    """The four faces of a pink sheet."""
    pen = Pen(rng, look, certificate)
    art = Random(rng.random())
    bodies = (_face_1(pen), _face_2(pen), _face_3(pen, art), _face_4(pen, art))
    papers = [pink_paper(look.variant, WIDTH_MM, HEIGHT_MM, framed=index == 0) for index in range(4)]
    return tuple(
        FaceArt(index + 1, body, papers[index], WIDTH_MM, HEIGHT_MM, look.paper_strength, tuple(pen.written))
        for index, body in enumerate(bodies)
    )
