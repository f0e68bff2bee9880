"""The citizen identity card that is scanned beside a certificate: both faces, and the QR code on it.

Owns the card's labels (Vietnamese and English) and the fields of its QR code:
number | old number | name | birth ddMMyyyy | gender | residence | issued ddMMyyyy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr.grammar.drafts import Draft, Kind, given
from ocr.grammar.flow import FaceText, Piece, TextLine, join, whole, whole_part
from ocr.grammar.labels import find_labels, label
from ocr.grammar.letters import fold

_LABELS = (
    label("id_number", "Số / No.", "Số/No", "Số định danh cá nhân / Personal identification number"),
    label("full_name", "Họ và tên / Full name", "Họ, chữ đệm và tên khai sinh / Full name", "Họ và tên",
          "Full name"),
    label("birth_date", "Ngày sinh / Date of birth", "Ngày, tháng, năm sinh / Date of birth", "Date of birth",
          "Ngày sinh"),
    label("gender", "Giới tính / Sex", "Giới tính", "Sex"),
    label("nationality", "Quốc tịch / Nationality", "Quốc tịch", "Nationality"),
    label("origin", "Quê quán / Place of origin", "Nơi đăng ký khai sinh / Place of birth", "Quê quán",
          "Place of origin"),
    label("address", "Nơi thường trú / Place of residence", "Nơi cư trú / Place of residence",
          "Nơi thường trú", "Place of residence"),
    label("expiry", "Có giá trị đến / Date of expiry", "Có giá trị đến", "Date of expiry", "Ngày hết hạn"),
    label("issued", "Ngày, tháng, năm / Date, month, year", "Ngày, tháng, năm cấp / Date of issue",
          "Date, month, year", "Date of issue"),
    label("features", "Đặc điểm nhân dạng / Personal identification", "Đặc điểm nhận dạng", "Personal identification"),
)  # fmt: skip


# The English half of a label, which readers of Vietnamese misread ("Họ và tên / Pui năme:"), ends with a colon, or with
# the line.
_ENGLISH = re.compile(r"\s*[/|]\s*[^:\d]*(?::|$)")
# The card's number alone, or behind what is left of "Số / No.:".
_NUMBER = re.compile(r"(?<!\d)\d{3} ?\d{3} ?\d{3} ?\d{3}$")
_LONGEST = 28


def card_qr(payload: str) -> dict[str, str] | None:
    """The fields of a card's QR code in normal form; ``None`` when it is no card's code."""
    parts = payload.strip().split("|")
    if len(parts) < 7 or not re.fullmatch(r"\d{12}", parts[0]):
        return None
    fields = {"owners.0.id_number": parts[0], "owners.0.id_type": "cccd", "owners.0.full_name": parts[2].strip()}
    if re.fullmatch(r"\d{9}|\d{12}", parts[1]):
        fields["owners.0.old_id_number"] = parts[1]
    for path, text in (("owners.0.birth_date", parts[3]), ("issue_date", parts[6])):
        if re.fullmatch(r"\d{8}", text):
            fields[path] = f"{text[4:]}-{text[2:4]}-{text[:2]}"
    gender = fold(parts[4]).strip()
    if gender in ("nam", "nu"):
        fields["owners.0.gender"] = "male" if gender == "nam" else "female"
    if parts[5].strip():
        fields["owners.0.address"] = parts[5].strip()
    return fields


def read_card(faces: Sequence[FaceText]) -> list[Draft]:
    """The drafts of an identity card from its print."""
    found: dict[str, Piece | None] = {}
    for face in faces:
        key = ""
        for line in face.lines:
            key = _read_line(line, key, found)
    return _drafts(found)


def _read_line(line: TextLine, key: str, found: dict[str, Piece | None]) -> str:
    hits = find_labels(line.text, _LABELS)
    if hits:
        for i, hit in enumerate(hits):
            end = hits[i + 1].start if i + 1 < len(hits) else len(line.text)
            english = _ENGLISH.match(line.text, hit.end, end)
            value = whole_part(line, english.end() if english else hit.end, end)
            if value and not re.search(r"[^\W_]", re.sub(r"(?i)/|no\b|name|birth|sex", "", value.text)):
                value = None
            found[hit.key] = found.get(hit.key) or value
            key = hit.key
        return key
    if key == "address" and re.search(r"[^\W\d_]{2}", line.text) and "<<" not in line.text:
        found["address"] = join([found.get("address"), whole(line)])
    elif key in ("full_name", "id_number", "birth_date", "issued", "gender") and not found.get(key):
        found[key] = whole(line)
    elif "id_number" not in found and len(line.text) < _LONGEST and (number := _NUMBER.search(line.text)):
        found["id_number"] = whole_part(line, *number.span())
    return key


def _drafts(found: dict[str, Piece | None]) -> list[Draft]:
    drafts: list[Draft] = []
    number = found.get("id_number")
    if number:
        match = re.search(r"\d[\d ]{8,14}\d", number.text)
        number = number.cut(match.start(), match.end()) if match else number
    for path, key, kind in (
        ("owners.0.full_name", "full_name", Kind.NAME),
        ("owners.0.birth_date", "birth_date", Kind.DATE),
        ("owners.0.address", "address", Kind.ADDRESS),
        ("issue_date", "issued", Kind.DATE),
    ):
        if found.get(key):
            drafts.append(Draft(path, kind, found[key]))
    if number:
        drafts.append(Draft("owners.0.id_number", Kind.ID_NUMBER, number))
        drafts.append(Draft("owners.0.id_type", Kind.CODE, number, "person"))
    gender = found.get("gender")
    if gender:
        value = "female" if re.search(r"\bnu\b|\bnu", fold(gender.text)) else "male"
        drafts.append(given("owners.0.gender", Kind.ROLE, value, gender))
    return drafts
