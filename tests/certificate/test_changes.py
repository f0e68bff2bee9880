"""What entries in the table of changes mean: who holds the land now is said only where nothing else can be meant."""

from __future__ import annotations

import pytest

from certificate.changes import ChangeKind, PresentUser, changes_of, holder_remarks, present_user
from certificate.citizens import Citizen, RegistryVerdict
from certificate.handed_on import HandedOn, RemarkCode
from certificate.record import Decision, FieldReading, Form, Record

OWNER = {"owners.0.role": "holder", "owners.0.full_name": "Phan Văn Mẫu", "parcels.0.parcel_number": "7"}
SPOUSE = {"owners.1.role": "spouse", "owners.1.full_name": "Lê Thị Mẫu"}
SOLD = "Chuyển nhượng cho ông Lê Hòa Mẫu, sinh năm 1961, CCCD số 089061292386; theo hồ sơ số 072968.CN.009"
TO_A_TOWN = (
    "Chuyển nhượng cho ông Nguyễn Anh Mẫu, sinh năm 1959, CMND số 373410825, địa chỉ tại 17A, Hùng Vương, khu phố 2,"
    " thị trấn Tân Hiệp, huyện Tân Hiệp, tỉnh Kiên Giang; theo hồ sơ số 037977.CN.001"
)
TOWN_TODAY = "17A, Hùng Vương, khu phố 2, xã Tân Hiệp, tỉnh An Giang"
BUYER = PresentUser("Lê Hòa Mẫu", "089061292386", None, "Chuyển nhượng")


def given(
    *contents: str | None, decided_by: str | None = "minh", decision: Decision = Decision.ACCEPT, **more: str
) -> HandedOn:
    """A paper with these entries, one a year."""
    values: dict[str, str | None] = {**OWNER, **{path.replace("__", "."): value for path, value in more.items()}}
    for index, content in enumerate(contents):
        values |= {f"changes.{index}.date": f"{2016 + index}-05-11", f"changes.{index}.content": content}
    fields = {path: FieldReading(value, value or "", 0.9, decision) for path, value in values.items()}
    return HandedOn("c1", Record("a.pdf", Form.TT23_2014, 0.99, (), fields), decided_by=decided_by)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (SOLD, ChangeKind.HOLDER),
        # The words came without their marks, or with others.
        ("Chuyen nhuong quyen su dung dat cho ba Tran Thi Mau", ChangeKind.HOLDER),
        ("CHUYỂN NHƯỢNG CHO CÔNG TY TNHH MẪU", ChangeKind.HOLDER),
        ("Ông Phan Văn Mẫu chết, để lại cho các con", ChangeKind.HOLDER),
        ("Phân chia tài sản chung của vợ chồng theo Bản án số 12", ChangeKind.HOLDER),
        ("Xóa đăng ký thế chấp; chuyển nhượng cho bà Lê Thị Mẫu", ChangeKind.HOLDER),
        ("Đổi tên người sử dụng đất thành Phan Mẫu", ChangeKind.HOLDER),
        ("Thửa đất số 599 được tách thành các thửa 828 và 981; cấp GCN mới số DK 252676", ChangeKind.LAND),
        ("Thu hồi 25,5 m² theo Quyết định số 12/QĐ-UBND", ChangeKind.LAND),
        ("Thế chấp quyền sử dụng đất tại Ngân hàng TMCP Kiên Long - Chi nhánh Phú Quốc", ChangeKind.MORTGAGE),
        ("Xóa nội dung đăng ký thế chấp ngày 24/06/2021, theo hồ sơ số 007020.CN.001", ChangeKind.MORTGAGE),
        ("Thế chấp cho Chi nhánh Ngân hàng Mẫu", ChangeKind.MORTGAGE),
        ("Thay đổi số CMND thành CCCD số 091164684263 theo Công văn số 343/CNVPĐK", ChangeKind.PARTICULARS),
        ("Chuyển đổi mục đích sử dụng sang đất ở", ChangeKind.PARTICULARS),
        ("Đính chính địa chỉ thửa đất", ChangeKind.PARTICULARS),
        # What could not be read, or says what nobody foresaw, is told as such.
        (None, ChangeKind.UNCLEAR),
        ("Xác nhận bán nhà cho Trần Văn Mẫu", ChangeKind.UNCLEAR),
        ("Chuvền nhưỡnq 7ho ôn9", ChangeKind.UNCLEAR),
    ],
)
def test_an_entry_is_told_by_what_it_does(content: str | None, kind: ChangeKind) -> None:
    """Whatever may speak of another holder counts as doing so."""
    (entry,) = changes_of(given(content).record)
    assert entry.kind is kind


@pytest.mark.parametrize(
    ("contents", "found"),
    [
        ([SOLD], BUYER),
        # Given first, sold then: the last one uses it. A mortgage after it changes nothing.
        (["Tặng cho ông Dương Mẫu, CCCD số 036061366988, theo hồ sơ số 07.CN.007", SOLD, "Thế chấp cho bên B"], BUYER),
        (["Tặng cho ông Lê Xuân Mẫu"], PresentUser("Lê Xuân Mẫu", None, None, "Tặng cho")),
        (
            ["Thừa kế quyền sử dụng đất cho bà Trần Bảo Mẫu, CCCD số 091178985384; theo hồ sơ số 6271."],
            PresentUser("Trần Bảo Mẫu", "091178985384", None, "Thừa kế"),
        ),
        # The address in today's two tiers, where the old commune went into one new one.
        ([TO_A_TOWN], PresentUser("Nguyễn Anh Mẫu", "373410825", TOWN_TODAY, "Chuyển nhượng")),
        # A part, two people, of somebody, a firm, more than a name, taken back, changed later, split, unread: a person.
        (["Chuyển nhượng một phần thửa đất cho ông Lê Mẫu"], None),
        (["Chuyển nhượng cho ông Lê Hòa Mẫu, diện tích 50 m²; theo hồ sơ số 1"], None),
        (["Chuyển nhượng cho ông Lê Hòa Mẫu; theo hồ sơ số 1, diện tích 50 m²"], None),
        (["Chuyển nhượng cho ông Lê Hòa Mẫu và vợ là bà Trần Thị Mẫu"], None),
        (["CHUYỂN NHƯỢNG CHO ÔNG LÊ MẪU VÀ BÀ TRẦN MẪU"], None),
        (["Chuyển nhượng cho ông Lê Hòa Mẫu, bà Trần Thị Mẫu"], None),
        (["Chuyển nhượng cho ông Lê Hòa Mẫu, địa chỉ tại ấp 1, xã Mẫu và vợ là bà Trần Mẫu; theo hồ sơ số 1"], None),
        (["Nhận chuyển nhượng của ông Lê Hòa Mẫu"], None),
        (["Chuyển nhượng ông Lê Hòa Mẫu"], None),
        (["Chuyển nhượng cho Công ty TNHH Mẫu"], None),
        (["Chuyển nhượng cho ông Lê Hòa Mẫu để xây nhà"], None),
        ([SOLD, "Hủy nội dung chuyển nhượng ngày 11/05/2016"], None),
        ([SOLD, "Thay đổi số CMND thành CCCD số 091164684263"], None),
        ([SOLD, "Thửa đất được tách thành các thửa 8 và 9"], None),
        ([SOLD, None], None),
        (["Thế chấp tại Ngân hàng"], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_present_user_is_named_where_nothing_else_can_be_meant(
    contents: list[str | None], found: PresentUser | None
) -> None:
    """Otherwise a person says who it is."""
    assert present_user(given(*contents)) == found


@pytest.mark.parametrize(
    ("paper", "named"),
    [
        (given(SOLD, **{key.replace(".", "__"): value for key, value in SPOUSE.items()}), True),
        (given(SOLD, owners__1__role="co_owner"), False),
        (given(SOLD, parcels__1__parcel_number="8"), False),
        # One of a couple died: the other still holds their own.
        (given("Thừa kế cho ông Lê Hòa Mẫu", owners__1__role="spouse"), False),
        # Nobody looked at it, and it was doubtful; then somebody did.
        (given(SOLD, decided_by="system", decision=Decision.REVIEW), False),
        (given(SOLD, decided_by="system"), True),
        (given(SOLD, decision=Decision.REVIEW), True),
        # The later entry stands above the earlier one.
        (given(SOLD, "Thế chấp tại Ngân hàng", changes__9__date="2001-01-01", changes__9__content="Thế chấp"), False),
    ],
)
def test_what_else_is_on_the_paper_counts(paper: HandedOn, named: bool) -> None:
    """Several who hold, several parcels, a doubtful reading: a person says who uses what."""
    assert (present_user(paper) == BUYER) is named


def test_whoever_died_or_passed_the_land_on_is_remarked() -> None:
    """By the table of changes and by the registry, each with the words that tell it."""
    alive = Citizen("091070000001", "012345678", "A", "1970-03-02", "male", "", "alive")
    divided = "Thửa đất được tách thành các thửa 8 và 9"
    paper = given(SOLD, divided, "Thế chấp", None, owners__1__full_name="Lê Thị Mẫu")
    asked = HandedOn(
        "c1",
        paper.record,
        verdicts={0: RegistryVerdict.DECEASED, 1: RegistryVerdict.ONLY_OLD_ID},
        citizens={1: alive},
    )
    assert [(remark.code, remark.detail) for remark in holder_remarks(asked)] == [
        (RemarkCode.HOLDER_CHANGED, f"11/05/2016: {SOLD}"),
        (RemarkCode.LAND_CHANGED, f"11/05/2017: {divided}"),
        (RemarkCode.CHANGE_UNCLEAR, "11/05/2019: mục thứ 4 không đọc được nội dung, xem bản quét"),
        (RemarkCode.HOLDER_DECEASED, "Phan Văn Mẫu"),
    ]
