"""What a whole value of each kind looks like: a table of values with the reason why each is or is not one."""

from __future__ import annotations

import pytest

from ocr.grammar.drafts import Kind
from ocr.grammar.shapes import BROKEN, OPEN, USUAL, WHOLE, shape

CASES = [
    # kind, path, value, shape, why
    (Kind.SERIAL, "serial_number", "BX 123456", WHOLE, "two letters and six digits"),
    (Kind.SERIAL, "serial_number", "BX 12345", BROKEN, "a digit was lost"),
    (Kind.REGISTER, "register_number", "CH01234", WHOLE, "a letter group and five digits"),
    (Kind.REGISTER, "register_number", "CN00.390", WHOLE, "printed with a point inside"),
    (Kind.REGISTER, "register_number", "941438", OPEN, "H41438 in a script: its letter is read as a digit"),
    (Kind.REGISTER, "register_number", "CT8814", OPEN, "four digits may be five with one cut off"),
    (Kind.REGISTER, "register_number", "04308CẤPNGÀY25/06/2002", OPEN, "a note's words hang on it"),
    (Kind.DATE, "issue_date", "2015-05-12", WHOLE, "a day within the time of certificates"),
    (Kind.DATE, "issue_date", "1017-05-12", BROKEN, "no certificate was issued then"),
    (Kind.YEAR, "owners.0.birth_year", "1970", WHOLE, "an owner's year"),
    (Kind.YEAR, "owners.0.birth_year", "2099", BROKEN, "nobody was born then"),
    (Kind.NUMBER, "parcels.0.parcel_number", "123", WHOLE, "digits alone"),
    (Kind.NUMBER, "parcels.0.parcel_number", "PL9", USUAL, "a forest lot"),
    (Kind.NUMBER, "parcels.0.parcel_number", "73TIÊN,TỈNHKIÊN", BROKEN, "a neighbour's words"),
    (Kind.AREA, "parcels.0.area_m2", "1250.5", WHOLE, "metres with one decimal"),
    (Kind.HOUSE, "house.type", "Nhà ở b", BROKEN, "a scrap of the pattern behind it"),
    (Kind.TEXT, "other_assets", "Loại nhà ở Thời hạn được sở hữu Nhà ở riêng lẻ", BROKEN, "the house's own facts"),
    (Kind.TEXT, "other_assets", "Vườn xoài, diện tích 3.200 m²; sở hữu riêng", WHOLE, "trees"),
    (Kind.TEXT, "changes.0.content", "Tặng cho con, hồ sơ số 3393.TC.029 Đính chính năm sinh", BROKEN, "two changes"),
    (Kind.AREA, "house.floor_area_m2", "1", BROKEN, "no house is so small"),
    (Kind.TERM, "parcels.0.term", "2_nam", OPEN, "nobody is given land for two years"),
    (Kind.ID_NUMBER, "owners.0.id_number", "091070001234", WHOLE, "a known province, century and year"),
    (Kind.ID_NUMBER, "owners.0.id_number", "999070001234", BROKEN, "no province has that code"),
    (Kind.ID_NUMBER, "owners.0.id_number", "0890460150962", BROKEN, "a stroke was taken for a thirteenth digit"),
    (Kind.ID_NUMBER, "owners.0.id_number", "371234567", WHOLE, "nine digits of a known prefix"),
    (Kind.NAME, "owners.0.full_name", "Nguyễn Văn Đạt", WHOLE, "family, middle and given name"),
    (Kind.NAME, "owners.0.full_name", "TRẦN TRÚC", USUAL, "short names are rarer"),
    (Kind.NAME, "owners.0.full_name", "NGUYỄN NHẠT DŨNG", OPEN, "Nhật is a hundred times as usual: a mark may be lost"),
    (Kind.NAME, "owners.0.full_name", "NGUYỄN THỊ", BROKEN, "its last word stands on the next line"),
    (Kind.NAME, "owners.0.full_name", "Lâm Quốc Văn", WHOLE, "Văn is a given name, too"),
    (Kind.NAME, "signer_name", "Mã Trang Ph", BROKEN, "a word without a vowel has lost a letter"),
    (Kind.NAME, "signer_name", "Văn Sang", BROKEN, "a family name was lost"),
    (Kind.HOUSE, "house.ownership", "Sở hữu", BROKEN, "half of it"),
    (Kind.HOUSE, "house.ownership", "Sở hữu riêng; ời hạn được sở hữu: Lâu dài", BROKEN, "with the next label"),
    (Kind.AUTHORITY, "issuing_authority", "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI TỈNH AN GIANG", WHOLE, "an office and its place"),
    (Kind.AUTHORITY, "issuing_authority", "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI TỈNH AN", BROKEN, "half a place"),
    (Kind.AUTHORITY, "issuing_authority", "ỦY BAN NHÂN DÂN HUYỆN U MINH THƯỢNG", WHOLE, "a place with a letter"),
    (Kind.AUTHORITY, "issuing_authority", "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI KHU VỰC PHÚ TÂN", WHOLE, "a branch"),
    (Kind.AUTHORITY, "issuing_authority", "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", BROKEN, "a branch of which district"),
    (Kind.DATE, "issue_date", "2089-10-15", BROKEN, "a day to come: a term of use"),
    (Kind.AUTHORITY, "issuing_authority", "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI KHU VỰC 6", WHOLE, "a numbered branch"),
    (Kind.AUTHORITY, "issuing_authority", "VĂN PHÒNG N ĐĂNG KÝ ĐẤT ĐAI TỈNH AN GIANG", BROKEN, "a seal's letter"),
    (Kind.AUTHORITY, "issuing_authority", "ỦY BAN NHÂN DÂN XÃ MONG THỌ A", WHOLE, "a commune's own letter"),
    (
        Kind.TITLE, "signer_title", "TUQ. GIÁM ĐỐC KT. GIÁM ĐỐC VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI PHÓ GIÁM ĐỐC", WHOLE,
        "a deputy of the one who was told to sign",
    ),
    (Kind.AUTHORITY, "issuing_authority", "ỦY BAN NHÂN DÂN", BROKEN, "a committee of nowhere"),
    (Kind.NAME, "owners.0.full_name", "PHAN", BROKEN, "nobody has a family name alone"),
    (Kind.NAME, "owners.0.full_name", "hữu Giang", BROKEN, "a name begins with a capital"),
    (Kind.ORGANISATION, "owners.0.full_name", "CÔNG TY TNHH VIỆT TÍN", WHOLE, "says what it is"),
    (Kind.ORGANISATION, "owners.0.full_name", "Tổng công 97240", OPEN, "the foot of a table"),
    (Kind.ADDRESS, "owners.0.address", "ấp Núi, xã Hòa Lợi, huyện Giồng Riềng, tỉnh Kiên Giang", WHOLE, "all levels"),
    (Kind.ADDRESS, "parcels.0.address", "Xã Nam Du, Huyện Kiên Hải", USUAL, "the office's own province is left out"),
    (Kind.ADDRESS, "owners.0.address", "Xã Nam Du, Huyện Kiên Hải", OPEN, "an owner's province is always printed"),
    (Kind.ADDRESS, "owners.0.address", "Ấp Kênh 4A, xã Thổ", BROKEN, "ends in the middle of a name"),
    (
        Kind.ADDRESS, "parcels.0.address", "Xã Anh Sơn, 101 Thị xã Nghi Sơn, Tỉnh Thanh Hóa", BROKEN,
        "the next column's number stands in it",
    ),
    (
        Kind.ORIGIN, "parcels.0.origin", "thu tiền sử dụng đất Nhà nước giao đất không thu tiền sử dụng đất", BROKEN,
        "the end of the row above stands before it",
    ),
    (Kind.TITLE, "signer_title", "KT. CHỦ TỊCH PHÓ CHỦ TỊCH", WHOLE, "as a list has it"),
    (Kind.TITLE, "signer_title", "Ă GIÁM ĐỐC", OPEN, "a scrap of a signature before it"),
    (
        Kind.TEXT, "changes.0.content",
        "Số CMND của bà Hồ Thị Lam thay đổi thành số CCCD 091128817046, theo hồ sơ số 062655.TA.941", WHOLE,
        "what changed stands first",
    ),
    (Kind.TEXT, "changes.0.content", "số CCCD 091128817046, theo hồ sơ số 062655.TA.941", BROKEN, "its end alone"),
    (
        Kind.TEXT, "changes.0.content",
        "Thế chấp bằng quyền sử dụng đất với Agribank chi nhánh An Biên; hồ sơ số 006921.XC.632", WHOLE, "a bank",
    ),
    (Kind.TEXT, "changes.0.content", "Ngày tháng năm", BROKEN, "a column's title"),
    (
        Kind.TEXT, "changes.0.content", "Tặng cho ông Lê Văn Duyệt, CCCD số 091057180919, theo hồ sơ số 075697.CN.004",
        WHOLE, "says what changed",
    ),
    (Kind.TEXT, "notes", "Thửa đất có 50,4 m² thuộc hành lang bảo vệ kênh, rạch", WHOLE, "a sentence of known words"),
    (Kind.TEXT, "notes", "Thửa đất có 62,2 m2 thuộc hành lang bảo vệ kênh, rạch; chú:", BROKEN, "a label hangs on it"),
    (Kind.TEXT, "notes", "Thay đổi từ CMND số 37026131 1 thành CCCD số 091159376127", BROKEN, "a number was torn"),
    (Kind.TEXT, "notes", "Nợ số tiền 97.983.000 đồng. 6. Những thay đổi sau khi cấp", BROKEN, "the next title"),
    (Kind.ORIGIN, "parcels.0.origin", "Công nhận QSDĐ 50 năm như giao đất", OPEN, "the term's column stands in it"),
    (Kind.REGISTER, "register_number", "C02995", BROKEN, "the second letter is lost"),
    (Kind.PURPOSE, "parcels.0.purposes.0.name", "Đất chuyên trồng lúa nước", USUAL, "the list has it"),
    (Kind.PURPOSE, "parcels.0.purposes.0.name", "trồng lúa nước", OPEN, "no list has it: a part was lost"),
    (Kind.ADDRESS, "owners.0.address", "ấp Đông 091070462203 Thành, xã Tân An, huyện Tân Hiệp, tỉnh Kiên Giang", BROKEN,
     "a number from the line beside stands in it"),
    (Kind.REGISTER, "register_number", "CA97025", OPEN, "CA for CN: no register begins so"),
    (Kind.TEXT, "notes", "VOÔAÕÕAÕÔOÕA nÔnAnÕÕn AAnÕn", BROKEN, "a row of ornaments"),
    (Kind.TEXT, "changes.0.content", "Xóa nội dung đăng ký thế chấp ngày 24/06/2021, theo hồ sơ số", BROKEN, "goes on"),
    (Kind.ORIGIN, "parcels.0.origin", "Nhận tặng cho đất được N h à n ư ớ c giao đất", BROKEN, "letters stand apart"),
    (Kind.CODE, "owners.0.id_type", "cccd", WHOLE, "told by twelve digits"),
    (Kind.CODE, "owners.0.id_type", "decision", OPEN, "seldom"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "path", "value", "told", "why"), CASES, ids=[case[2][:32] for case in CASES])
def test_shape(kind: Kind, path: str, value: str, told: float, why: str) -> None:
    """A value is told whole, usual, open or broken, whatever was read and how."""
    assert shape(kind, path, value) == told, why
