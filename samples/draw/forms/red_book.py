"""The red book of one folded sheet: under the law of 1993 (mostly by hand) and that of 2003."""

from __future__ import annotations

from functools import partial
from random import Random

from samples.draw.facts import Certificate, Owner, Parcel
from samples.draw.forms.sheet import FaceArt
from samples.draw.look import Look
from samples.draw.markup import Pen
from samples.draw.ornament import book_cover, book_paper, emblem, plain_paper
from samples.draw.sketch import plan
from samples.draw.words import digits

WIDTH_MM, HEIGHT_MM = 190.0, 265.0
_GOLD = "#f1c94f"
_INK_OF_COVER = ("#171310", "#2a0d0d", "#f6dd8a")
_BY_HAND_SHARE = {"ld1993": 0.85, "ld2003": 0.4}


def _cover(pen: Pen) -> str:
    look, rng = pen.look, pen.rng
    ink = _INK_OF_COVER[look.variant % 3]
    title = _GOLD if look.variant % 2 else "#f7e2a0"
    # Gold lies over the red and does not mix with it, so this face brings its own paper.
    cover = book_cover(look.variant, WIDTH_MM, HEIGHT_MM)
    return f"""<div style="position:absolute;left:0;top:0">{cover}</div>
<div class="middle strong" style="position:absolute;left:0;right:0;top:17mm;color:{title};font-size:13pt">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</div>
<div class="middle" style="position:absolute;left:0;right:0;top:48mm">{emblem(58, title)}</div>
<div style="position:absolute;left:10mm;right:10mm;top:128mm"><h1 style="font-size:{rng.uniform(26, 30):.1f}pt;color:{title}">GIẤY CHỨNG NHẬN</h1>
<h1 style="font-size:{rng.uniform(20, 24):.1f}pt;color:{title}">QUYỀN SỬ DỤNG ĐẤT</h1></div>
<div class="serial" style="left:0;right:0;text-align:center;bottom:{rng.uniform(36, 52):.0f}mm;font-size:17pt;color:{ink}">{rng.choice(["Số ", "Số: ", ""])}{pen.certificate.serial_number}</div>
"""


def _owner(pen: Pen, owner: Owner) -> str:
    rows = []
    names = {"household": "Hộ Ông(Bà):", "holder": "Ông(Bà):", "spouse": "Vợ(Chồng):", "co_owner": "Ông(Bà):"}
    label = names.get(owner.role, owner.text_before or "Tên tổ chức:")
    year = f"&emsp;{pen.label('Năm sinh:')} {pen.value(owner.birth_year)}" if owner.birth_year else ""
    rows.append(f"<p class='row'>{pen.label(label)} {pen.value(owner.full_name)}{year}</p>")
    if owner.id_number:
        name = {"tax_code": "Mã số thuế:", "decision": "Quyết định thành lập số:"}.get(owner.id_type or "", "Số CMND:")
        rows.append(f"<p class='row'>{pen.label(name)} {pen.value(owner.id_number)}</p>")
    if owner.address:
        where = pen.rng.choice(["Địa chỉ (Nơi đăng ký hộ khẩu thường trú):", "Địa chỉ thường trú:", "Nơi thường trú:"])
        rows.append(pen.line(where, pen.value(owner.address)))
    return "".join(rows)


def _parcel_rows(pen: Pen, parcel: Parcel) -> str:
    numbered = pen.look.variant % 2 == 0
    names = [
        "Thửa đất số:",
        "Tờ bản đồ số:",
        "Địa chỉ thửa đất:",
        "Diện tích:",
        "Hình thức sử dụng:",
        "Mục đích sử dụng:",
        "Thời hạn sử dụng:",
        "Nguồn gốc sử dụng:",
    ]
    numbers = iter(range(1, 9))

    def name(index: int) -> str:
        return f"{next(numbers)}. {names[index]}" if numbered else names[index]

    words = (
        f"&emsp;{pen.label('(Bằng chữ:')} {pen.value(parcel.area_in_words)}{pen.label(')')}"
        if parcel.area_in_words
        else ""
    )
    rows = [
        f"<p class='row'>{pen.label(name(0))} {pen.value(parcel.parcel_number)}&emsp;&emsp;{pen.label(name(1))} {pen.value(parcel.map_sheet_number)}</p>",
        pen.line(name(2), pen.value(parcel.address or "")),
        f"<p class='row'>{pen.label(name(3))} {pen.area(parcel.area_m2)}{words}</p>",
    ]
    if parcel.private_area_m2 is not None and parcel.shared_area_m2 is not None:
        shown = [pen.value("Không") if not a else pen.area(a) for a in (parcel.private_area_m2, parcel.shared_area_m2)]
        rows.append(
            f"<p class='row'>{pen.label(name(4))}</p><p class='row'>&emsp;{pen.label('+ Sử dụng riêng:')} {shown[0]}</p><p class='row'>&emsp;{pen.label('+ Sử dụng chung:')} {shown[1]}</p>"
        )
    else:
        rows.append(pen.line(name(4), pen.value(parcel.use_form_text or "Sử dụng riêng")))
    rows.append(pen.line(name(5), pen.purposes(parcel)))
    rows.append(pen.line(name(6), pen.term(parcel)))
    if parcel.origin:
        rows.append(pen.line(name(7), pen.value(parcel.origin)))
    return "".join(rows)


def _parcel_table(pen: Pen) -> str:
    head = "<tr><th>Số tờ<br>bản đồ</th><th>Số thửa</th><th>Diện tích (m²)</th><th>Mục đích sử dụng</th><th>Thời hạn sử dụng</th></tr>"
    rows = []
    for parcel in pen.certificate.parcels:
        cells = [
            parcel.map_sheet_number,
            parcel.parcel_number,
            digits(parcel.area_m2, pen.numbers),
            parcel.purposes[0].name,
            parcel.term.text if parcel.term else "",
        ]
        rows.append("<tr>" + "".join(f"<td>{pen.value(cell)}</td>" for cell in cells) + "</tr>")
    return f"<table>{head}{''.join(rows)}</table>"


def _face_2(pen: Pen) -> str:
    made = pen.certificate
    authority = (made.issuing_authority or "").replace("UBND", "ỦY BAN NHÂN DÂN")
    lands = _parcel_table(pen) if made.parcels_as_table else "".join(_parcel_rows(pen, p) for p in made.parcels)
    if made.parcels_as_table:
        lands = pen.line("Địa chỉ thửa đất:", pen.value(made.parcels[0].address or "")) + lands
    note = pen.value(made.notes) if made.notes else pen.value(pen.dash)
    return f"""
<div class="middle strong" style="position:absolute;left:10mm;right:10mm;top:13mm;font-size:12.5pt">{authority}</div>
<h1 style="position:absolute;left:0;right:0;top:23mm;font-size:18pt">CHỨNG NHẬN</h1>
<div class="fit" style="top:35mm;height:220mm"><h2>I- Tên người sử dụng đất</h2>{"".join(_owner(pen, o) for o in made.owners)}
<h2>II- Thửa đất được quyền sử dụng</h2>{lands}
<h2>III- Tài sản gắn liền với đất</h2><p class="row">{pen.value(made.other_assets or pen.dash)}</p><h2>IV- Ghi chú</h2><p class="row">{note}</p></div>
"""


def _face_3(pen: Pen, art: Random) -> str:
    look, made = pen.look, pen.certificate
    label = (
        "Vào sổ cấp giấy CNQSDĐ số:"
        if made.form == "ld1993"
        else pen.rng.choice(["Vào sổ cấp giấy chứng nhận quyền sử dụng đất số:", "Số vào sổ cấp GCN:"])
    )
    return f"""
<div class="fit" style="top:13mm;height:150mm"><h2>V- Sơ đồ thửa đất</h2>{plan(art, made, art.uniform(92, 108))}</div>
<div style="position:absolute;right:8mm;top:{pen.rng.uniform(172, 182):.0f}mm;width:98mm;height:70mm"><style>.sign{{left:0;right:0}}</style>{pen.sign_block(pen.rng.choice(["T/M ", "TM. "]))}</div>
<div style="position:absolute;left:{look.margin_mm}mm;bottom:16mm;width:66mm">{pen.label(label)} {pen.by_pen(made.register_text or "", "register_number")}</div>
"""


def _face_4(pen: Pen) -> str:
    rows = []
    for index, change in enumerate(pen.certificate.changes):
        year, month, day = change.date.split("-")
        write = partial(pen.by_pen, path=f"changes.{index}") if change.by_hand else pen.value
        rows.append(
            f'<tr><td>{write(f"{day}/{month}/{year}")}</td><td class="text">{write(change.content)}</td><td>{"<br>".join(change.confirmed_by)}<div style="height:10mm"></div></td></tr>'
        )
    return f"""
<div class="fit" style="top:13mm;height:240mm"><h2>VI- Những thay đổi sau khi cấp giấy chứng nhận quyền sử dụng đất</h2>
<table><tr><th style="width:18%">Ngày, tháng, năm</th><th>Nội dung thay đổi và cơ sở pháp lý</th><th style="width:27%">Xác nhận của cơ quan có thẩm quyền</th></tr>{"".join(rows)}<tr><td style="height:60mm"></td><td></td><td></td></tr></table></div>
"""


def faces(certificate: Certificate, look: Look, rng: Random) -> tuple[FaceArt, ...]:
    """The cover and the three written faces."""
    pen = Pen(rng, look, certificate, by_hand=rng.random() < _BY_HAND_SHARE[certificate.form])
    art = Random(rng.random())
    bodies = (_cover(pen), _face_2(pen), _face_3(pen, art), _face_4(pen))
    inside = book_paper(look.variant, WIDTH_MM, HEIGHT_MM)
    papers = (plain_paper("#ffffff", WIDTH_MM, HEIGHT_MM), inside, inside, inside)
    return tuple(
        FaceArt(index + 1, body, papers[index], WIDTH_MM, HEIGHT_MM, look.paper_strength, tuple(pen.written))
        for index, body in enumerate(bodies)
    )
