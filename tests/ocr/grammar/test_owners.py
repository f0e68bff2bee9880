"""Owners in the wordings of all forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ocr.grammar.drafts import Draft
from ocr.grammar.flow import Piece
from ocr.grammar.owners import read_owners
from tests.ocr.grammar.conftest import values_of

MakePieces = Callable[[Sequence[str]], list[Piece]]


def _values(drafts: Sequence[Draft]) -> dict[str, str | None]:
    return {path.removeprefix("owners."): value for path, value in values_of(drafts).items()}


CASES = [
    (
        ["Họ và tên: Bà Ngô Mộng Mẫu", "- Sinh năm: 1941", "- Số CMND: O23842255"],
        {"0.full_name": "Ngô Mộng Mẫu", "0.gender": "female", "0.id_number": "023842255"},
    ),
    (
        ["Tên tổ chức: Công ty TNHH Một thành viên Mẫu", "Giấy CNĐKDN số: 1700645189"],
        {"0.full_name": "Công ty TNHH Một thành viên Mẫu", "0.id_number": "1700645189"},
    ),
    (["Ông Lê Văn Mẫu", "Địa chỉ thường ưú: ấp Ba Núi, tỉnh Kiên Giang"], {"0.address": "ấp Ba Núi, tỉnh Kiên Giang"}),
    (["Bà t LĂNG THÚY MẪU", "Năm sinh: 1990"], {"0.full_name": "LĂNG THÚY MẪU", "0.gender": "female"}),
    # The first one's title was misread: all that is told of him or her stands before the second one's.
    (
        ["Bở Thị Mẫu", "Năm sinh: 1993", "Số CMND: 022150704", "Chồng: Ông Nhan Vĩnh Mẫu", "Năm sinh: 1994"],
        {
            "0.full_name": "Thị Mẫu",
            "0.role": "holder",
            "0.gender": "female",
            "0.birth_year": "1993",
            "0.id_number": "022150704",
            "1.full_name": "Nhan Vĩnh Mẫu",
            "1.role": "spouse",
            "1.birth_year": "1994",
        },
    ),
    (
        ["Hồ Văn Mẫu, sinh năm 1950", "Bà Lê Thị Mẫu, sinh năm 1952"],
        {"0.full_name": "Hồ Văn Mẫu", "0.gender": None, "1.full_name": "Lê Thị Mẫu", "1.role": "co_owner"},
    ),
    # "Số nhà" begins like a department's name ("Sở ..."), which opens an organisation.
    (
        ["Bà: Tiên Thị Mẫu", "Địa chỉ thường trú:", "Số nhà L6-17, Đường Trần Phú, Tỉnh Kiên Giang"],
        {"0.address": "Số nhà L6-17, Đường Trần Phú, Tỉnh Kiên Giang", "1.full_name": None},
    ),
    (["Sở Nhà đất tỉnh Kiên Giang"], {"0.role": "organisation"}),
    # Heirs: who represents them stands first.
    (
        [
            "Người đại diện của những người được thừa kế: Ông Trịnh Chí Mẫu, sinh năm: 1954, CMND số: 337641424,",
            "địa chỉ thường trú: ấp Cây Bàng, Tỉnh Kiên Giang",
            "Các đồng thừa kế gồm:",
            "- Bà: Thị Oanh Mẫu, sinh năm: 1961",
            "- Ông: Danh Chanh Mẫu, sinh năm 1992",
        ],
        {
            "0.full_name": "Trịnh Chí Mẫu",
            "0.role": "representative",
            "0.gender": "male",
            "0.address": "ấp Cây Bàng, Tỉnh Kiên Giang",
            "1.full_name": "Thị Oanh Mẫu",
            "1.role": "holder",
            "2.full_name": "Danh Chanh Mẫu",
            "2.role": "co_owner",
        },
    ),
    # Whose heirs they are is no owner, nor is "các ông (bà)".
    (
        ["Đồng thừa kế của ông Huỳnh Nhỡ, gồm các ông (bà):", "Ông: ÂU VĨNH MẪU, NS: 1963; CMND: 389593588"],
        {
            "0.full_name": "ÂU VĨNH MẪU",
            "0.role": "holder",
            "0.id_number": "389593588",
            "0.birth_year": "1963",
            "1.full_name": None,
        },
    ),
    (["Hộ Ông:Bà): ĐỔNG PHƯƠNG MẪU", "SốCMND:367656869"], {"0.full_name": "ĐỔNG PHƯƠNG MẪU", "0.gender": None}),
    (["Ông: TỐNG MẪU", "Cưtrútại:Lô C17-19, T. Vĩnh Long"], {"0.address": "Lô C17-19, T. Vĩnh Long"}),
    (["Ông: TỐNG MẪU", "Địa chỉ thường trú của hai vợ chồng: ấp 3, T. Vĩnh Long"], {"0.address": "ấp 3, T. Vĩnh Long"}),
    # A first letter that was read small: the wife must not be lost with it.
    (
        ["Ông Lê Văn Mẫu, Sinh năm: 1960", "Và vợ là bà tê Thanh Mẫu, Sinh năm: 1941, CMND số 370563597"],
        {"1.role": "spouse", "1.full_name": "tê Thanh Mẫu", "1.birth_year": "1941", "1.id_number": "370563597"},
    ),
    (["Ông Lê Văn Mẫu", "và vợ là bà có tên trong sổ hộ khẩu"], {"1.role": None}),
    # The semicolon behind the name was read as a colon.
    (
        ["Tên tổ chức CHÙA TÂN MẪU: Quyết định thành lập số: 16/QĐ-UBND: trụ sở: xã Tân Hà, tỉnh Tây Ninh"],
        {"0.role": "organisation", "0.full_name": "CHÙA TÂN MẪU"},
    ),
    # Scraps of a dotted line behind a number; a number in groups stays whole.
    (["Ông Lê Văn Mẫu, CMND số: 370817428 1 1"], {"0.id_number": "370817428"}),
    (["Ông Lê Văn Mẫu, CMND số 370 817 428, cấp ngày 1/1/2001"], {"0.id_number": "370817428"}),
    (
        ["Ông LÊ VĂN MẪU", "ĐCTT. Tổ 1, ấp Láng Sen, tỉnh Kiên Giang"],
        {"0.address": "Tổ 1, ấp Láng Sen, tỉnh Kiên Giang"},
    ),
    # In a narrow column a name goes on below.
    (
        ["Ông: NGUYỄN VĂN TRỤ", "Cùng sử dụng đất với bà: NGUYỄN THỊ", "PHƯƠNG", "Năm sinh: 1994"],
        {"0.full_name": "NGUYỄN VĂN TRỤ", "1.full_name": "NGUYỄN THỊ PHƯƠNG", "1.birth_year": "1994"},
    ),
    (
        ["Bà: Danh Thị", "Hồng Mẫu, sinh năm 1990", "Ông: Lê Tích Đức", "Ấp Một"],
        {"0.full_name": "Danh Thị Hồng Mẫu", "1.full_name": "Lê Tích Đức"},
    ),
    # Other marks on Bà; without one it may be a place (Ba Chúc).
    (["Ông Lê Văn Mẫu, CCCD số 089201912404", "Bả Võ Hải Ví, CCCD số 089196445054"], {"1.full_name": "Võ Hải Ví"}),
    (["Ba VÕ HẢI VÍ", "CCCD số 089196445054"], {"0.full_name": "VÕ HẢI VÍ", "0.gender": "female"}),
    (["Ông Lê Văn Mẫu, địa chỉ: ấp An Hòa, thị trấn", "Ba Chúc, huyện Tri Tôn"], {"1.full_name": None}),
    # The colon behind the label was lost.
    (
        ["Tổ chức CHÙA XÃ VĨNH MẪU; Quyết định thành lập số: 12/QĐ-UB"],
        {"0.role": "organisation", "0.full_name": "CHÙA XÃ VĨNH MẪU"},
    ),
    # A speck behind the family name is no end of the name.
    (
        ["Bà PHAN. HUỆ THƯƠNG, Sinh năm: 1956. CMND số: 371361291"],
        {"0.full_name": "PHAN HUỆ THƯƠNG", "0.birth_year": "1956", "0.id_number": "371361291"},
    ),
    # Strokes between the words for either person, read as letters or not at all; Võ behind "vợ" is a name.
    (
        ["QngiBà|): Trần Thị Mẫu", "VớChồng: Phạm Hữu Ví, sinh năm 1962"],
        {
            "0.role": "holder",
            "0.full_name": "Trần Thị Mẫu",
            "1.role": "spouse",
            "1.full_name": "Phạm Hữu Ví",
            "1.birth_year": "1962",
        },
    ),
    (
        ["Ông Lê Văn Mẫu", "Và chồng: Võ Văn Ví"],
        {
            "0.role": "holder",
            "0.gender": "male",
            "0.full_name": "Lê Văn Mẫu",
            "1.role": "spouse",
            "1.gender": "male",
            "1.full_name": "Võ Văn Ví",
        },
    ),
    # A family name with the letters of an organisation's first word, behind the word that announces a person.
    (
        ["Hộ ông", "Doãn Minh Dân, sinh năm: 1962, CMND số: 018989307, địa chỉ: ấp Mẫu"],
        {
            "0.role": "household",
            "0.full_name": "Doãn Minh Dân",
            "0.gender": "male",
            "0.birth_year": "1962",
            "0.id_number": "018989307",
            "0.address": "ấp Mẫu",
        },
    ),
    # "Ông/Bà:" stands for either; a reader lost its stroke.
    *(
        (
            [f"{label}: LA HOÀN KIẾM, sinh năm 1947, Số CMND: 371959544"],
            {
                "0.role": "holder",
                "0.full_name": "LA HOÀN KIẾM",
                "0.gender": None,
                "0.id_number": "371959544",
                "1.full_name": None,
            },
        )
        for label in ("Ông/Bà", "Ông Bà", "Ông (Bà)", "Ông, Bà")
    ),
    # "Tổ chức:" is a label, not a part of the name.
    (
        ["Tổ chức: Công ty Cổ phần Nước mắm Đại Lộc"],
        {"0.role": "organisation", "0.full_name": "Công ty Cổ phần Nước mắm Đại Lộc"},
    ),
    # A given name that is also the word for birth; an address label that ends with "tại".
    (
        ["Bà TRẦN TRÚC SINH", "Năm sinh: 1971", "Địa chỉ thường trú tại: thôn 6, xã Hải Khê"],
        {
            "0.role": "holder",
            "0.full_name": "TRẦN TRÚC SINH",
            "0.gender": "female",
            "0.birth_year": "1971",
            "0.address": "thôn 6, xã Hải Khê",
        },
    ),
    # One person over three lines, as on the pink sheet.
    (
        [
            "Ông: NGUYỄN VĂN AN",
            "Năm sinh: 1970, CMND số: 371234567",
            "Địa chỉ thường trú: ấp Hòa Lợi, xã Vĩnh Hòa,",
            "huyện U Minh Thượng, tỉnh Kiên Giang",
        ],
        {
            "0.role": "holder",
            "0.full_name": "NGUYỄN VĂN AN",
            "0.gender": "male",
            "0.birth_year": "1970",
            "0.id_number": "371234567",
            "0.address": "ấp Hòa Lợi, xã Vĩnh Hòa, huyện U Minh Thượng, tỉnh Kiên Giang",
        },
    ),
    # A couple, one address for both after the second.
    (
        [
            "Ông: Trần Văn Bình, sinh năm 1965, CMND số 370111222",
            "Và vợ: Bà Lê Thị Cúc, sinh năm 1968, CMND số 370333444",
            "Địa chỉ: 12 Nguyễn Trung Trực, phường Vĩnh Bảo, thành phố Rạch Giá",
        ],
        {
            "0.full_name": "Trần Văn Bình",
            "1.role": "spouse",
            "1.full_name": "Lê Thị Cúc",
            "1.gender": "female",
            "1.birth_year": "1968",
            "0.address": "12 Nguyễn Trung Trực, phường Vĩnh Bảo, thành phố Rạch Giá",
            "1.address": None,
        },
    ),
    # The 2024 form: name and number only, the spouse without Bà.
    (
        ["Ông: Danh Hiền; CC: 091070001234", "Và vợ: Thị Sà Rươl, CCCD: 091172004321"],
        {
            "0.full_name": "Danh Hiền",
            "0.id_number": "091070001234",
            "1.role": "spouse",
            "1.gender": "female",
            "1.full_name": "Thị Sà Rươl",
        },
    ),
    # A household; the name ends where the year begins.
    (
        ["Hộ ông Phạm Hữu Đức sinh năm 1958", "Số CMND: 370 555 666 cấp ngày 12/3/2005 tại Công an Kiên Giang"],
        {
            "0.role": "household",
            "0.full_name": "Phạm Hữu Đức",
            "0.gender": "male",
            "0.birth_year": "1958",
            "0.id_number": "370555666",
        },
    ),
    # Two women side by side hold together.
    (
        [
            "Bà: LƯƠNG THỊ NỮ",
            "Năm sinh 1955, CMND số: 371857290",
            "Địa chỉ thường trú: 77A Tôn Đức Thắng",
            "Bà: NGUYỄN MỸ LINH",
            "Năm sinh 1949, CMND số: 378434109",
            "Địa chỉ thường trú: 21A Đống Đa",
        ],
        {
            "0.role": "holder",
            "1.role": "co_owner",
            "1.full_name": "NGUYỄN MỸ LINH",
            "0.address": "77A Tôn Đức Thắng",
            "1.address": "21A Đống Đa",
        },
    ),
    # An organisation with its tax code.
    (
        [
            "Công ty TNHH Một thành viên Biển Xanh",
            "Mã số thuế: 1701234567-001",
            "Địa chỉ trụ sở chính: số 5 Lê Lợi, phường Vĩnh Thanh",
        ],
        {
            "0.role": "organisation",
            "0.full_name": "Công ty TNHH Một thành viên Biển Xanh",
            "0.id_number": "1701234567-001",
            "0.address": "số 5 Lê Lợi, phường Vĩnh Thanh",
        },
    ),
    # A name that holds the word Ba is not cut.
    (
        ["Ông: NGUYỄN VĂN BA", "Năm sinh: 1980"],
        {"0.full_name": "NGUYỄN VĂN BA", "0.gender": "male", "1.full_name": None},
    ),
    # A passport under its own label.
    (
        ["Ông: David Trần, sinh năm 1975, Hộ chiếu số: H6075951"],
        {"0.full_name": "David Trần", "0.id_number": "H6075951"},
    ),
    # The relation and the form of address, each with its colon, announce one person.
    (
        [
            "Bà: Trần Ngọc Tuyết",
            "Sinh năm: 1938; CMND số: 209645321, nơi cấp: Công an tỉnh Nam",
            "Định",
            "Chồng: Ông: Lê Trí",
        ],
        {"0.role": "holder", "1.role": "spouse", "1.full_name": "Lê Trí", "1.gender": "male", "2.role": None},
    ),
    # The family name Đỗ before a day of issue.
    (
        ["Bà: Đỗ Thị Bảo, sinh năm 1986, CMND số 371515987, cấp ngày 20/03/2006"],
        {"0.full_name": "Đỗ Thị Bảo", "0.birth_year": "1986", "0.id_number": "371515987"},
    ),
    # The 1 before the first of several owners, taken for an I.
    (
        ["I. Bà NGUYỄN PHƯỚC ĐÀI", "Sinh năm 1962", "2. Ông TRẦN KHẮC TRIỆU"],
        {"0.full_name": "NGUYỄN PHƯỚC ĐÀI", "0.birth_year": "1962", "1.full_name": "TRẦN KHẮC TRIỆU"},
    ),
    # A stroke that was lost between both relations leaves the gender open.
    (["Ông Hứa Thảo", "Vợ Chồng: Nguyễn Thắng"], {"1.role": "spouse", "1.gender": None}),
    # A given name that is the word for birth, a scrap behind it.
    (
        ["Ông: TRẦN TRÚC SINH .– Năm sinh: 1961"],
        {"0.full_name": "TRẦN TRÚC SINH", "0.birth_year": "1961"},
    ),
    # Both printed words before one name leave the gender open.
    (["Hộ Ông(Bà): Võ Thị Mười"], {"0.role": "household", "0.full_name": "Võ Thị Mười", "0.gender": None}),
    (
        [
            "Công ty TNHH Sao Mai",
            "Người đại diện theo pháp luật: Ông NGUYỄN VĂN KHANH, chức vụ: Chủ tịch",
            "Hội đồng thành viên",
            "Số Giấy CMND: 261674242",
        ],  # The rest of a post is no organisation.
        {"1.full_name": "NGUYỄN VĂN KHANH", "1.id_number": "261674242", "2.full_name": None},
    ),
    (
        ["Và chồng là ông: Võ Nhật Nam sinh năm 1954", "CMTND số 320920503"],  # "Nam" is no "năm"
        {"0.full_name": "Võ Nhật Nam", "0.birth_year": "1954"},
    ),
]


@pytest.mark.parametrize(("lines", "expected"), CASES, ids=[case[0][0][:24] for case in CASES])
def test_owners(lines: list[str], expected: dict[str, str | None], make_pieces: MakePieces) -> None:
    """Every wording gives each person's facts, and an address to whom it belongs."""
    found = _values(read_owners(make_pieces(lines)))
    assert {path: found.get(path) for path in expected} == expected


def test_a_scrap_before_the_word_that_tells_the_role(make_pieces: MakePieces) -> None:
    """``Hn ông`` may be ``Hộ ông``: the role is doubted; the number of an item before it says nothing."""
    by_path = {draft.path: draft for draft in read_owners(make_pieces(["Hn ông: PHAN VĂN LĨNH"]))}
    assert by_path["owners.0.role"].doubted
    by_path = {draft.path: draft for draft in read_owners(make_pieces(["1. Ông: PHAN VĂN LĨNH"]))}
    assert not by_path["owners.0.role"].doubted


def test_no_lines_no_owners() -> None:
    """An empty section gives nothing."""
    assert read_owners([]) == []


@pytest.mark.parametrize("lines", [["Và vợ bà: ĐẶNG LAM KHÊ"], ["2. Ông TRẦN KHẮC TRIỆU", "3. Ông ĐỖ TRÍ THẮNG"]])
def test_owners_without_the_first(lines: list[str], make_pieces: MakePieces) -> None:
    """Where the first owner was not found, none is sure to stand at his place."""
    assert all(draft.doubted for draft in read_owners(make_pieces(lines)))


@pytest.mark.parametrize(
    ("lines", "sure"),
    [
        # Of three numbered owners the second one's name was not read: its number went to the first.
        (
            [
                "1. Ông: Lê Văn Mẫu, CCCD số: 089172242337",
                "CCCD số: 089096652934",
                "3. Bà: Huỳnh Thị Thử, CCCD số: 089164434311",
            ],
            set(),
        ),
        (
            [
                "1. Ông: Lê Văn Mẫu, CCCD số: 089172242337",
                "2. Ông: Đào Văn Ví, CCCD số: 089096652934",
                "4. Bà: Huỳnh Thị Thử, CCCD số: 089164434311",
            ],
            {"0"},
        ),
        # A second year of birth behind one name is somebody else's.
        (["Ông: Lê Văn Mẫu, sinh năm: 1960", "sinh năm: 1971", "Bà: Huỳnh Thị Thử, sinh năm: 1975"], set()),
        # A spouse without a number, and the same number told twice, leave nobody out.
        (
            [
                "1. Ông: Lê Văn Mẫu, CCCD số: 089172242337",
                "Vợ: Bà Đào Thị Ví, CCCD số: 089196652934",
                "2. Bà: Huỳnh Thị Thử, CCCD số: 089164434311, số định danh: 089164434311",
            ],
            {"0", "1", "2"},
        ),
    ],
)
def test_owners_with_one_left_out(lines: list[str], sure: set[str], make_pieces: MakePieces) -> None:
    drafts = read_owners(make_pieces(lines))
    assert {draft.path.split(".")[1] for draft in drafts if not draft.doubted} == sure


@pytest.mark.parametrize("name", ["Hoàng Thị Ái", "Hồ Thị Nga", "Hoa Thị Lý"])
def test_a_spouse_whose_family_name_begins_as_household_does(name: str, make_pieces: MakePieces) -> None:
    """ "Và vợ: Hoàng" is no "hộ"; the wife became part of her husband's address."""
    lines = [
        "Ông: Châu Sóc Kunh; Địa chỉ: xã Nam Du, huyện Kiên Hải, tỉnh Kiên Giang",
        f"Và vợ: {name}; Năm sinh: 1997",
    ]
    found = {draft.path: draft.piece.text for draft in read_owners(make_pieces(lines)) if draft.piece}
    assert found["owners.1.full_name"] == name
    assert found["owners.0.address"] == "xã Nam Du, huyện Kiên Hải, tỉnh Kiên Giang"


def test_a_spouse_without_a_colon(make_pieces: MakePieces) -> None:
    """ "Chồng NGÔ VĂN CƠ" opens a line."""
    lines = ["Bà ĐINH THỊ TRÂM Năm sinh:1978", "CMND số:372929587", "Chồng NGÔ VĂN CƠ Năm sinh:1944"]
    found = {draft.path: draft.piece.text for draft in read_owners(make_pieces(lines)) if draft.piece}
    assert found["owners.1.full_name"] == "NGÔ VĂN CƠ"
    assert found["owners.1.birth_year"] == "1944"


def test_a_label_whose_first_letter_was_read_as_a_sign(make_pieces: MakePieces) -> None:
    """ "€C: 091075908410" is "CC: ..."."""
    found = {
        d.path: d.piece.text for d in read_owners(make_pieces(["Ông: TRƯƠNG ĐĂNG MINH", "€C: 091075908410"])) if d.piece
    }
    assert found["owners.0.id_number"] == "091075908410"


def test_a_name_that_sounds_like_the_word_number(make_pieces: MakePieces) -> None:
    """Of "KIM SÔ PHÊN" only "KIM" was left; a number's label still ends a name."""
    for line, name in (("Ông: KIM SÔ PHÊN", "KIM SÔ PHÊN"), ("Ông: KIM SÔ Số CMND: 371593112", "KIM SÔ")):
        found = {draft.path: draft.piece.text for draft in read_owners(make_pieces([line])) if draft.piece}
        assert found["owners.0.full_name"] == name


def test_a_spouse_of_a_rare_family_without_a_colon(make_pieces: MakePieces) -> None:
    """The year of birth behind it tells that a name stands there."""
    lines = ["Ông: Châu Văn Khoan", "Vợ Tiết A Tý Năm sinh: 1952"]
    found = {draft.path: draft.piece.text for draft in read_owners(make_pieces(lines)) if draft.piece}
    assert found["owners.1.full_name"] == "Tiết A Tý"
