"""The citizen identity card, front and back, copied onto one sheet, as it lies beside a certificate."""

from __future__ import annotations

from html import escape
from random import Random

from samples.draw.facts import Certificate
from samples.draw.forms.sheet import FaceArt
from samples.draw.look import Look
from samples.draw.ornament import emblem, plain_paper, qr
from samples.draw.people import Person
from samples.draw.places import any_commune, home_address

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
_CARD = "position:absolute;left:{left}mm;top:{top}mm;width:85.6mm;height:54mm;border:0.3mm solid #8aa;border-radius:3mm;background:linear-gradient(120deg,#eaf6f1,#f7f3dc 55%,#e4f1f6);overflow:hidden;line-height:1.15;font-family:'{family}'"


def _dmy(iso: str, mark: str = "/") -> str:
    year, month, day = iso.split("-")
    return f"{day}{mark}{month}{mark}{year}"


def card_of(rng: Random, person: Person) -> Certificate:
    """The facts of a person's card."""
    home = any_commune(rng)
    address = home_address(rng, home)
    address = address[0].upper() + address[1:]
    issued = f"{rng.randint(2021, 2024)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    sex = "Nam" if person.gender == "male" else "Nữ"
    payload = "|".join(
        [
            person.citizen_id,
            person.old_id,
            person.full_name,
            _dmy(person.birth_date, ""),
            sex,
            address,
            _dmy(issued, ""),
        ]
    )
    return Certificate(
        form="cccd",
        issue_date=issued,
        qr=payload,
        extra={
            "owners.0.full_name": person.full_name.upper(),
            "owners.0.gender": person.gender,
            "owners.0.birth_date": person.birth_date,
            "owners.0.id_type": "cccd",
            "owners.0.id_number": person.citizen_id,
            "owners.0.old_id_number": person.old_id,
            "owners.0.address": address,
        },
    )


def faces(certificate: Certificate, look: Look, rng: Random) -> tuple[FaceArt, ...]:
    """One sheet with both sides of the card."""
    told = certificate.extra
    family = rng.choice(["Liberation Sans", "Arimo", "Roboto", "FreeSans"])
    sex = "Nam" if told["owners.0.gender"] == "male" else "Nữ"
    birth = _dmy(told["owners.0.birth_date"])
    red = "#b3202c"
    left = rng.randint(20, 100)
    front = f"""
<div style="{_CARD.format(left=left, top=30, family=family)}">
<div style="position:absolute;left:3mm;top:2mm">{emblem(12, red)}</div>
<div style="position:absolute;left:17mm;right:17mm;top:2.5mm;text-align:center;font-size:5.6pt"><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br>Độc lập - Tự do - Hạnh phúc<br><span style="font-size:4.4pt">SOCIALIST REPUBLIC OF VIET NAM</span>
<div style="color:{red};font-size:9.5pt;font-weight:bold;margin-top:0.6mm">CĂN CƯỚC CÔNG DÂN</div><span style="font-size:5pt;color:{red}">Citizen Identity Card</span></div>
<div class="code" style="right:3mm;top:2.5mm">{qr(certificate.qr or "", 12.5)}</div>
<div style="position:absolute;left:3.5mm;top:19mm;width:19mm;height:25mm;background:#cfd9dd"><svg viewBox="0 0 40 52" width="19mm" height="25mm"><circle cx="20" cy="19" r="9" fill="#98a6ac"/><path d="M3,52 C4,34 36,34 37,52Z" fill="#98a6ac"/><text x="20" y="50" font-size="7" text-anchor="middle" fill="#fff">MẪU</text></svg></div>
<div style="position:absolute;left:25mm;right:2mm;top:17.5mm;font-size:6.4pt">
<div>Số / No.: <b style="font-size:10pt;letter-spacing:0.03em">{told["owners.0.id_number"]}</b></div>
<div>Họ và tên / Full name:</div><div style="font-size:8.6pt;font-weight:bold">{escape(told["owners.0.full_name"])}</div>
<div>Ngày sinh / Date of birth: <b>{birth}</b></div>
<div>Giới tính / Sex: <b>{sex}</b> &emsp;Quốc tịch / Nationality: <b>Việt Nam</b></div>
<div>Quê quán / Place of origin:</div><div><b>{escape(rng.choice(["An Minh, Kiên Giang", "Giồng Riềng, Kiên Giang", "Thoại Sơn, An Giang", "Hòn Đất, Kiên Giang"]))}</b></div>
<div>Nơi thường trú / Place of residence:</div><div><b>{escape(told["owners.0.address"])}</b></div></div>
<div style="position:absolute;left:3.5mm;bottom:2.5mm;font-size:4.8pt">Có giá trị đến: {rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/20{rng.randint(32, 45)}<br>Date of expiry</div></div>"""
    bare = "".join(c for c in told["owners.0.id_number"])
    back = f"""
<div style="{_CARD.format(left=left, top=96, family=family)}">
<div style="position:absolute;left:4mm;top:4mm;right:40mm;font-size:6pt">Đặc điểm nhân dạng / Personal identification:<br><b>Nốt ruồi C:{rng.randint(1, 3)}cm trên sau cánh mũi {rng.choice(["trái", "phải"])}</b><br><br>
Ngày, tháng, năm / Date, month, year: <b>{_dmy(certificate.issue_date or "")}</b><br><br><b style="font-size:5.4pt">CỤC TRƯỞNG CỤC CẢNH SÁT<br>QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI</b></div>
<div style="position:absolute;right:4mm;top:6mm;width:13mm;height:10mm;border-radius:1.5mm;background:#d8b765"></div>
<div style="position:absolute;left:4mm;right:4mm;bottom:3mm;font-family:'Liberation Mono';font-size:8pt;white-space:pre">IDVNM{bare[3:]}{rng.randint(0, 9)}{bare}&lt;&lt;{rng.randint(0, 9)}
{told["owners.0.birth_date"][2:].replace("-", "")}{rng.randint(0, 9)}{"M" if sex == "Nam" else "F"}401231{rng.randint(0, 9)}VNM&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;{rng.randint(0, 9)}
MAU&lt;&lt;KHONG&lt;CO&lt;GIA&lt;TRI&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;</div></div>"""
    del look
    return (FaceArt(1, front + back, plain_paper("#fdfdfb", WIDTH_MM, HEIGHT_MM), WIDTH_MM, HEIGHT_MM),)
