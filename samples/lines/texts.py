"""Text for lines: what certificates print, and enough of everything else that no habit of ours is learnt.

A third of all lines are random syllables, numbers and codes, so that the reader learns letters and marks rather than
phrases: a name it never met must be read as well as a common one.
"""

from __future__ import annotations

import json
import random
import unicodedata
from functools import cache
from pathlib import Path

_ONSETS = (
    "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu",
    "r", "s", "t", "th", "tr", "v", "x", "", "",
)  # fmt: skip
_NUCLEI = (
    "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "oa", "oe", "uê", "uy", "ia", "iê", "ua", "uô",
    "ưa", "ươ", "yê", "oă", "uâ",
)  # fmt: skip
_CODAS = (
    "c", "ch", "m", "n", "ng", "nh", "p", "t", "i", "y", "o", "u", "", "", "", "", "", "",
)  # fmt: skip
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_MARKED = "âăêôơư"

_LABELS = (
    "Ông",
    "Bà",
    "Hộ ông",
    "Hộ bà",
    "Và vợ",
    "Và chồng",
    "và vợ là bà",
    "và chồng là ông",
    "Năm sinh",
    "Sinh năm",
    "CMND số",
    "Số CMND",
    "CCCD số",
    "CCCD",
    "CC",
    "CMTND",
    "Địa chỉ thường trú",
    "Địa chỉ",
    "Hộ khẩu thường trú",
    "a) Thửa đất số",
    "Thửa đất số",
    "tờ bản đồ số",
    "Tờ bản đồ số",
    "b) Địa chỉ",
    "c) Diện tích",
    "Diện tích",
    "bằng chữ",
    "(bằng chữ",
    "d) Hình thức sử dụng",
    "riêng",
    "chung",
    "Sử dụng riêng",
    "Sử dụng chung",
    "đ) Mục đích sử dụng",
    "e) Thời hạn sử dụng",
    "g) Nguồn gốc sử dụng",
    "Mục đích sử dụng",
    "Thời hạn sử dụng đất",
    "Nguồn gốc sử dụng",
    "Loại đất",
    "Hình thức sử dụng đất",
    "2. Nhà ở",
    "3. Công trình xây dựng khác",
    "4. Rừng sản xuất là rừng trồng",
    "5. Cây lâu năm",
    "6. Ghi chú",
    "Ghi chú",
    "Loại nhà ở",
    "Diện tích xây dựng",
    "Diện tích sàn",
    "Hình thức sở hữu",
    "Cấp (hạng)",
    "Cấp hạng",
    "Thời hạn được sở hữu",
    "Số vào sổ cấp GCN",
    "Số vào sổ cấp Giấy chứng nhận",
    "Người đại diện",
    "Mã số thuế",
    "Quyết định số",
    "Giấy chứng nhận đăng ký",
    "Thửa đất thứ nhất",
    "Thửa đất thứ hai",
    "Số",
    "Cùng sử dụng đất với",
    "Số tờ",
    "Số thửa",
    "Tên tài sản",
)
_PHRASES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "GIẤY CHỨNG NHẬN",
    "QUYỀN SỬ DỤNG ĐẤT",
    "QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT",
    "QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT",
    "I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất",
    "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất",
    "III. Sơ đồ thửa đất, nhà ở và tài sản khác gắn liền với đất",
    "IV. Những thay đổi sau khi cấp Giấy chứng nhận",
    "Nội dung thay đổi và cơ sở pháp lý",
    "Xác nhận của cơ quan có thẩm quyền",
    "BẢNG KÊ TỌA ĐỘ",
    "Lâu dài",
    "Sử dụng ổn định lâu dài",
    "Sử dụng riêng",
    "Đất ở tại nông thôn",
    "Đất ở tại đô thị",
    "Đất trồng cây lâu năm",
    "Đất chuyên trồng lúa nước",
    "Đất trồng lúa nước còn lại",
    "Đất bằng trồng cây hàng năm khác",
    "Đất trồng cây hằng năm khác",
    "Đất nuôi trồng thủy sản",
    "Đất rừng sản xuất",
    "Đất thương mại, dịch vụ",
    "Đất cơ sở sản xuất phi nông nghiệp",
    "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
    "Công nhận QSDĐ như giao đất không thu tiền sử dụng đất",
    "Nhà nước giao đất có thu tiền sử dụng đất",
    "Nhà nước giao đất không thu tiền sử dụng đất",
    "Nhà nước cho thuê đất trả tiền hàng năm",
    "Nhận chuyển nhượng đất được Công nhận QSDĐ",
    "Nhận tặng cho đất được",
    "Nhận thừa kế đất được Nhà nước giao đất",
    "Nhà ở riêng lẻ",
    "Căn hộ chung cư",
    "Sở hữu riêng",
    "Sở hữu chung",
    "TM. ỦY BAN NHÂN DÂN",
    "T/M UBND HUYỆN",
    "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH",
    "CHỦ TỊCH",
    "GIÁM ĐỐC",
    "PHÓ GIÁM ĐỐC",
    "TUQ. GIÁM ĐỐC SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG",
    "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG",
    "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",
    "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI",
    "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI",
    "ỦY BAN NHÂN DÂN HUYỆN",
    "ỦY BAN NHÂN DÂN XÃ",
    "UỶ BAN NHÂN DÂN THÀNH PHỐ",
    "ỦY BAN NHÂN DÂN PHƯỜNG",
    "Thông tin chi tiết được thể hiện tại mã QR",
    "Người được cấp Giấy chứng nhận không được sửa chữa, tẩy xóa hoặc bổ sung bất kỳ nội dung nào",
    "khi bị mất hoặc hư hỏng Giấy chứng nhận phải khai báo ngay với cơ quan cấp Giấy.",
    "-/-",
    "Không",
    "MẪU",
    "Chuyển nhượng cho",
    "Thế chấp bằng quyền sử dụng đất tại Ngân hàng",
    "Xóa đăng ký thế chấp",
    "theo hồ sơ số",
)
_UNITS = ("tỉnh", "huyện", "xã", "thị trấn", "phường", "thành phố", "thị xã", "ấp", "khu phố", "tổ", "đường", "khóm")
_DIGIT_WORDS = (
    "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "trăm", "nghìn", "linh",
    "lẻ", "phẩy", "mốt", "tư", "lăm", "triệu",
)  # fmt: skip
_SYMBOLS = "²³=?![]\"–|°…×~&#@'()+,-./:;%*“”’<>"


@cache
def _name_lists() -> dict[str, list[str]]:
    path = Path(__file__).parents[1] / "draw" / "data" / "names.json"
    lists: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return {key: [unicodedata.normalize("NFC", name) for name in names] for key, names in lists.items()}


def random_syllable(rng: random.Random) -> str:
    """A syllable that Vietnamese spelling could hold, common or not, in NFC."""
    nucleus = rng.choice(_NUCLEI)
    tone = rng.choice(_TONES)
    at = next((i for i in reversed(range(len(nucleus))) if nucleus[i] in _MARKED), len(nucleus) // 2)
    toned = nucleus[: at + 1] + tone + nucleus[at + 1 :]
    return unicodedata.normalize("NFC", rng.choice(_ONSETS) + toned + rng.choice(_CODAS))


def _case(rng: random.Random, text: str) -> str:
    pick = rng.random()
    if pick < 0.5:
        return text
    if pick < 0.75:
        return text.title() if pick < 0.65 else text.capitalize()
    return text.upper()


def _words(rng: random.Random) -> str:
    return _case(rng, " ".join(random_syllable(rng) for _ in range(rng.randint(1, 9))))


def person(rng: random.Random) -> str:
    """A made-up person's name."""
    lists = _name_lists()
    sex = rng.choice(("male", "female"))
    middle = rng.choice(lists[f"{sex}_middle"]) if rng.random() < 0.8 else random_syllable(rng).capitalize()
    given = rng.choice(lists[f"{sex}_given"]) if rng.random() < 0.8 else random_syllable(rng).capitalize()
    surname = (
        rng.choice(lists["surnames"])
        if rng.random() < 0.6
        else rng.choice(("Nguyễn", "Trần", "Lê", "Danh", "Thị", "Châu", "Kim"))
    )
    name = f"{surname} {middle} {given}"
    return name.upper() if rng.random() < 0.5 else name


def _digits(rng: random.Random, low: int, high: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(rng.randint(low, high)))


def _number(rng: random.Random) -> str:
    whole = str(rng.randint(0, 10 ** rng.randint(1, 5)))
    if len(whole) > 3 and rng.random() < 0.5:
        whole = f"{int(whole):,}".replace(",", rng.choice("..., "))
    tail = rng.choice(",,.") + _digits(rng, 1, 2) if rng.random() < 0.55 else ""
    unit = rng.choice(("", " m²", "m²", " m2", "m2", " m", " ha"))
    return whole + tail + unit


def _date(rng: random.Random) -> str:
    day, month, year = rng.randint(1, 31), rng.randint(1, 12), rng.randint(1930, 2074)
    return rng.choice(
        (
            f"{day:02d}/{month:02d}/{year}",
            f"ngày {day:02d} tháng {month:02d} năm {year}",
            f"{day}/{month}/{year}",
            f"đến ngày {day:02d}/{month:02d}/{year}",
            f"năm {year}",
            f"{day:02d}-{month:02d}-{year}",
            str(year),
        )
    )


def _code(rng: random.Random) -> str:
    letters = "ABCDEĐGHIKLMNOPQRSTUVXY"
    return rng.choice(
        (
            lambda: f"{rng.choice(letters)}{rng.choice(letters)} {_digits(rng, 6, 6)}",
            lambda: f"{rng.choice(letters)}{rng.choice(letters)} {_digits(rng, 8, 8)}",
            lambda: f"{rng.choice(letters)} {_digits(rng, 6, 6)}",
            lambda: (
                rng.choice(("CH", "CS", "CN", "CT", "VP", "H", "T", "BC", "CL"))
                + rng.choice(("", " ", "."))
                + _digits(rng, 3, 6)
            ),
            lambda: f"{_digits(rng, 3, 5)}/QSDĐ/{rng.choice(letters)}.{rng.choice(letters)}.",
            lambda: _digits(rng, 9, 9),
            lambda: _digits(rng, 12, 12),
            lambda: _digits(rng, 1, 4),
            lambda: _digits(rng, 13, 15),
            lambda: f"{_digits(rng, 10, 10)}-{_digits(rng, 3, 3)}",
            lambda: f"{_digits(rng, 1, 4)}/QĐ-UBND",
            lambda: f"({''.join(rng.choices(letters, k=3))})",
            lambda: f"{_digits(rng, 6, 7)}.{_digits(rng, 2, 3)}",
            lambda: f"M{_digits(rng, 1, 2)}",
            lambda: f"{_digits(rng, 6, 6)}.{rng.choice(('CN', 'TA', 'TC', 'XC', 'TK'))}.{_digits(rng, 3, 3)}",
            lambda: f"{_digits(rng, 1, 4)}{rng.choice('-/')}{''.join(rng.choices(letters, k=rng.randint(2, 4)))}",
        )
    )()


def _address(rng: random.Random) -> str:
    parts = []
    if rng.random() < 0.4:
        parts.append(f"số {rng.randint(1, 999)}{rng.choice(('', 'A', '/2', 'B'))}")
    for _ in range(rng.randint(1, 4)):
        lists = _name_lists()
        own = (
            rng.choice(lists["female_middle_given"]),
            f"{random_syllable(rng).title()} {random_syllable(rng).title()}",
        )
        name = rng.choice((*own, str(rng.randint(1, 12))))
        parts.append(f"{rng.choice(_UNITS)} {name}")
    text = ", ".join(parts)
    return text[0].upper() + text[1:] if rng.random() < 0.5 else text


def _value(rng: random.Random) -> str:
    pick = rng.random()
    if pick < 0.25:
        return person(rng)
    if pick < 0.4:
        return _number(rng)
    if pick < 0.52:
        return _date(rng)
    if pick < 0.66:
        return _code(rng)
    if pick < 0.82:
        return _address(rng)
    if pick < 0.9:
        return " ".join(rng.choice(_DIGIT_WORDS) for _ in range(rng.randint(2, 9))) + rng.choice(("", " mét vuông"))
    return rng.choice(_PHRASES)


def random_line(rng: random.Random, longest: int = 88) -> str:
    """One line of text, 1 to ``longest`` letters, NFC, single spaces."""
    pick = rng.random()
    if pick < 0.22:
        text = _words(rng)
    elif pick < 0.3:
        text = "".join(rng.choice(_SYMBOLS + "0123456789") for _ in range(rng.randint(1, 8)))
        text = f"{_words(rng)} {text} {_words(rng)}"
    elif pick < 0.4:
        text = rng.choice(_PHRASES)
    elif pick < 0.65:
        text = _value(rng)
    else:
        text = rng.choice(_LABELS) + rng.choice((": ", ":", " ", ": ")) + _value(rng)
        while len(text) < 30 and rng.random() < 0.6:
            text += rng.choice((", ", "; ", " ", ". ")) + rng.choice(
                (_value(rng), rng.choice(_LABELS) + ": " + _value(rng))
            )
        if rng.random() < 0.15:
            text += rng.choice((".", ";", ",", ")", " m²)", "./."))
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) > longest:
        start = rng.randint(0, len(text) - longest)
        text = text[start : start + longest].strip()
    return text or "-/-"
