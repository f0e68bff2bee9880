"""The page of lists for offices without a line: out as a workbook, back in, rows that are wrong told by number."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from ingest.registry_lists import lists_sent

HEADER_ROW = 3
PAGE, EXPORT, IMPORT = "/registry/lists", "/registry/lists/export", "/registry/lists/import"
WHY = "gửi công an xã Mẫu"


@pytest.fixture
def office_page(site: Any) -> Any:
    """An office without a line and one certificate in review, whose owners nobody has confirmed."""
    site.office.settings = dataclasses.replace(site.office.settings, registry_line=False)
    site.add_certificate()
    return site


def _list(site: Any, client: Any) -> Any:
    answer = site.post(client, EXPORT, why=WHY)
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.data))


def _sent(site: Any, client: Any, book: Any, **form: str) -> Any:
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return site.post(client, IMPORT, list=(content, "da-dien.xlsx"), **form)


def _fill(book: Any, line: int, **answers: str) -> None:
    sheet = book.worksheets[0]
    names = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    for name, value in answers.items():
        sheet.cell(HEADER_ROW + line, names[name.replace("_", " ")]).value = value


def test_the_list_goes_out_with_its_reason(office_page: Any) -> None:
    """A workbook with a line for each owner; who took it, how many and why stand on the page afterwards."""
    client = office_page.client("supervisor")
    assert "chưa có đường truyền" in client.get(PAGE).text
    answer = office_page.post(client, EXPORT, why=WHY)
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    assert answer.headers["Cache-Control"] == "private, no-store"
    (sent,) = lists_sent(office_page.office, 10)
    assert (sent.lines, sent.why) == (load_workbook(io.BytesIO(answer.data)).worksheets[0].max_row - HEADER_ROW, WHY)
    assert WHY in client.get(PAGE).text


def test_no_list_without_a_reason(office_page: Any) -> None:
    """Nothing goes out and nothing is noted."""
    client = office_page.client("supervisor")
    answer = office_page.post(client, EXPORT, why="  ")
    assert (answer.status_code, "Chưa ghi lý do." in answer.text) == (422, True)
    assert lists_sent(office_page.office, 10) == ()


def test_an_answer_comes_back_once_and_wrong_rows_are_told(office_page: Any) -> None:
    """Checked first, then taken in; the row that is wrong is named by its number, the same list again adds nothing."""
    client = office_page.client("supervisor")
    book = _list(office_page, client)
    _fill(book, 1, Kết_quả="Không có")
    _fill(book, 2, Kết_quả="Có")  # A line that the office added itself.
    checked = _sent(office_page, client, book, check="1").text
    assert "Mới kiểm tra, chưa ghi gì." in checked
    taken = _sent(office_page, client, book).text
    for words in ("Đã nhập danh sách.", f'<td class="figures">{HEADER_ROW + 2}</td>', "Dòng không có mã dòng."):
        assert words in taken, words
    assert _counts(taken) == [1, 0, 0, 1] == _counts(checked)
    assert _counts(_sent(office_page, client, book).text) == [0, 1, 0, 1]


def _counts(page: str) -> list[int]:
    """New, known, open and wrong lines, as the page says."""
    outcome = page.split("data-outcome", 1)[1].split("</tbody>", 1)[0]
    return [int(part.split("<", 1)[0]) for part in outcome.split('<td class="figures">')[1:]]


def test_rows_are_told_in_english(office_page: Any) -> None:
    """Whoever reads English gets the fault in English."""
    client = office_page.client("supervisor")
    book = _list(office_page, client)
    _fill(book, 1, Kết_quả="maybe")
    with client.session_transaction() as session:
        session["language"] = "en"
    assert "The outcome is" in _sent(office_page, client, book).text


@pytest.mark.parametrize(
    ("file", "status", "words"),
    [
        ((io.BytesIO(b"no workbook"), "x.xlsx"), 422, "không phải danh sách đối chiếu"),
        ((io.BytesIO(b""), ""), 422, "Chưa chọn tệp."),
    ],
)
def test_a_file_that_is_no_list_is_told(office_page: Any, file: Any, status: int, words: str) -> None:
    """The page says what is wrong and what to do, and stays."""
    answer = office_page.post(office_page.client("supervisor"), IMPORT, list=file)
    assert (answer.status_code, words in answer.text) == (status, True)


def test_nobody_left_is_told_instead_of_an_empty_file(site: Any) -> None:
    """An office where all is confirmed gets a sentence, not a workbook without lines."""
    answer = site.post(site.client("supervisor"), EXPORT, why=WHY)
    assert (answer.mimetype, "Không còn ai phải gửi đi" in answer.text) == ("text/html", True)


@pytest.mark.parametrize("role", ["clerk", "reviewer", "auditor", "administrator"])
def test_only_the_supervisor_exchanges_lists(site: Any, role: str) -> None:
    """The list holds numbers in full."""
    client = site.client(role)
    assert client.get(PAGE).status_code == 403
    assert site.post(client, EXPORT, why=WHY).status_code == 403
    assert PAGE not in client.get("/account").text
