"""``sohoa check``: records in, what a careful officer would say out; nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.cli import command

FAULTLESS = {
    "serial_number": "BX 123456", "issue_date": "2016-05-12", "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO",
    "owners.0.role": "holder", "owners.0.full_name": "Nguyễn Văn Mẫu", "owners.0.gender": "male",
    "owners.0.birth_year": "1970", "owners.0.id_type": "cccd", "owners.0.id_number": "091070000123",
    "parcels.0.parcel_number": "12", "parcels.0.map_sheet_number": "45", "parcels.0.area_m2": "150.5",
    "parcels.0.address": "xã Định An, huyện Gò Quao, tỉnh Kiên Giang",
    "parcels.0.purposes.0.name": "Đất trồng cây lâu năm", "parcels.0.purposes.0.code": "CLN",
}  # fmt: skip


def check(home: Path, *lines: Any, options: tuple[str, ...] = ("--json",), **environment: str) -> Result:
    """What the command makes of these records."""
    given = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    environment = {"SOHOA_HOME": str(home), **environment}
    return CliRunner().invoke(command, ["check", *options], input=given, env=environment)


def changed(**changes: str | None) -> dict[str, Any]:
    """The faultless record with some values otherwise; a double underscore in a name stands for a dot."""
    fields = {**FAULTLESS, **{name.replace("__", "."): value for name, value in changes.items()}}
    return {"source": "a", "form": "tt23-2014", "fields": {k: v for k, v in fields.items() if v is not None}}


def test_a_faultless_record_is_accepted_and_nothing_is_kept(tmp_path: Path) -> None:
    """No home folder is made."""
    result = check(tmp_path / "home", changed())
    found = json.loads(result.stdout)
    assert (found["accepted"], found["reasons"], found["findings"]) == (True, [], [])
    assert found["policy"]["ask_registry"] is False
    assert not (tmp_path / "home").exists()


def test_what_is_wrong_is_told_with_its_reason_and_advice(tmp_path: Path) -> None:
    """The finding, and why a person must look."""
    wrong = changed(parcels__0__purposes__0__code="NNP", issue_date="2012-05-12")
    found = json.loads(check(tmp_path, wrong).stdout)
    assert {"purpose_aggregate", "issue_date_form_differs"} <= {finding["code"] for finding in found["findings"]}
    assert found["accepted"] is False
    assert all(reason["message"] and reason["advice"] for reason in found["reasons"])
    said = check(tmp_path, wrong, options=()).stdout
    assert "cần người kiểm tra" in said
    assert "[error] purpose_aggregate" in said


def test_a_record_as_read_prints_it_comes_back_whole(tmp_path: Path) -> None:
    """Doubt, readings and place of a field stay; a warning makes a field doubtful."""
    reading = {
        "value": "xã Định Ân, huyện Gò Quao, tỉnh Kiên Giang", "raw": "x", "confidence": 0.99, "decision": "accept",
        "page_number": 2, "part": "left", "box": [1, 2, 3, 4], "readings": {"tesseract": "x"}, "findings": [],
    }  # fmt: skip
    record = changed()
    record["fields"]["parcels.0.address"] = reading
    found = json.loads(check(tmp_path, record).stdout)["fields"]["parcels.0.address"]
    assert found["box"] == [1, 2, 3, 4]
    assert (found["decision"], found["confidence"], found["findings"]) == ("review", 0.9, ["place_spelling_differs"])


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """Windows programs put one before the first line."""
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps(changed()) + "\n", encoding="utf-8-sig")
    result = CliRunner().invoke(command, ["check", str(records), "--json"], env={"SOHOA_HOME": str(tmp_path / "home")})
    assert (result.exit_code, json.loads(result.stdout)["accepted"]) == (0, True)


@pytest.mark.parametrize("line", ["no json", "[]", "{}", '{"form": "unknown", "fields": {}}', '{"fields": 7}'])
def test_a_line_that_is_no_record_is_told_and_the_others_go_on(tmp_path: Path, line: str) -> None:
    """Its number, and status 1 at the end."""
    result = check(tmp_path, changed(), line, "", changed())
    assert result.exit_code == 1
    first, second, third = (json.loads(found) for found in result.stdout.splitlines())
    assert (first["accepted"], second["line"], third["accepted"]) == (True, 2, True)
    assert "dòng 2" in check(tmp_path, changed(), line, options=()).stderr


def test_the_registry_is_asked_where_wanted(tmp_path: Path, registry_server: Any) -> None:
    """Over the real line to the mock; its bad day is no acceptance."""
    registry_server.load("091070000123,,Nguyễn Văn Mẫu,1970-05-12,male,Gò Quao,alive")
    line = {"SOHOA_REGISTRY_URL": registry_server.url, "SOHOA_REGISTRY_API_KEY": registry_server.api_key}
    found = json.loads(check(tmp_path, changed(), options=("--ask", "--json"), **line).stdout)
    assert (found["accepted"], found["registry"]["0"]["verdict"]) == (True, "match")
    assert found["registry"]["0"]["officer_code"]
    stranger = check(tmp_path, changed(owners__0__full_name="Lê Văn Khác"), options=("--ask", "--json"), **line)
    found = json.loads(stranger.stdout)
    assert (found["accepted"], found["reasons"][0]["code"]) == (False, "registry_name_differs")
    away = check(tmp_path, changed(), options=("--ask",), SOHOA_REGISTRY_URL="http://127.0.0.1:9")
    assert "Dữ liệu dân cư chưa trả lời" in away.stdout
