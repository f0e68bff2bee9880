"""A record without fault, and copies of it with some fields otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from certificate.record import Decision, FieldReading, Form, Record

FAULTLESS: Mapping[str, str] = {
    "serial_number": "BX 123456",
    "register_number": "CH01234",
    "issue_date": "2016-05-12",
    "issue_place": "Gò Quao",
    "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO",
    "signer_title": "CHỦ TỊCH",
    "signer_name": "Trần Văn Bảy",
    "barcode": "3096416001234",
    "owners.0.role": "holder",
    "owners.0.full_name": "Nguyễn Văn Hai",
    "owners.0.gender": "male",
    "owners.0.birth_year": "1970",
    "owners.0.id_type": "cccd",
    "owners.0.id_number": "091070001234",
    "owners.1.role": "spouse",
    "owners.1.full_name": "Lê Thị Tư",
    "owners.1.gender": "female",
    "owners.1.birth_year": "1972",
    "owners.1.id_type": "cmnd",
    "owners.1.id_number": "370123456",
    "parcels.0.parcel_number": "123",
    "parcels.0.map_sheet_number": "45",
    "parcels.0.address": "ấp An Hòa, xã Định An, huyện Gò Quao, tỉnh Kiên Giang",
    "parcels.0.area_m2": "150.5",
    "parcels.0.area_in_words": "Một trăm năm mươi phẩy năm mét vuông",
    "parcels.0.private_area_m2": "150.5",
    "parcels.0.shared_area_m2": "0",
    "parcels.0.purposes.0.name": "Đất ở tại nông thôn",
    "parcels.0.purposes.0.code": "ONT",
    "parcels.0.purposes.0.area_m2": "100",
    "parcels.0.purposes.0.term": "lau_dai",
    "parcels.0.purposes.1.name": "Đất trồng cây lâu năm",
    "parcels.0.purposes.1.code": "CLN",
    "parcels.0.purposes.1.area_m2": "50.5",
    "parcels.0.purposes.1.term": "2043-10-15",
    "parcels.0.origin": "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
    "parcels.0.origin_code": "CNQ-CTT",
    "house.type": "Nhà ở riêng lẻ",
    "house.built_area_m2": "60",
    "house.floor_area_m2": "120",
    "changes.0.date": "2018-01-05",
    "changes.0.content": "Thế chấp tại Ngân hàng",
}

MakeRecord = Callable[..., Record]


@pytest.fixture(scope="session")
def make_record() -> MakeRecord:
    """Make the faultless record, changed: ``changes`` maps paths to new values, ``None`` takes the field out."""

    def make(
        changes: Mapping[str, str | None] | None = None, form: Form = Form.TT23_2014, *, only: bool = False
    ) -> Record:
        values: dict[str, str | None] = {} if only else dict(FAULTLESS)
        values.update(changes or {})
        fields = {
            path: FieldReading(value, value, 0.99, Decision.ACCEPT)
            for path, value in values.items()
            if value is not None
        }
        return Record("case.pdf", form, 0.99, (), fields)

    return make
