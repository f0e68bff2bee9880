"""``sohoa search``: what one line of typing finds, for people and for machines."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner

from ingest.cli import command
from ingest.office import Office

VALUES = {
    "serial_number": "BX 123456",
    "issue_date": "2015-05-12",
    "owners.0.full_name": "NGUYỄN VĂN ĐẠT",
    "owners.0.id_number": "091070000017",
    "parcels.0.map_sheet_number": "12",
    "parcels.0.parcel_number": "215",
    "parcels.0.address": "xã Thạnh Đông, huyện Tân Hiệp, tỉnh Kiên Giang",
}


def test_the_command_finds_and_prints(office: Office, archive: Any) -> None:
    """Without accents, by number, by options alone; never an identity number in the answer."""
    wanted = archive("tt23-2014", VALUES)
    archive("tt23-2014", VALUES | {"serial_number": "BX 222222", "owners.0.full_name": "LÊ THỊ KHÁC"})
    environment = {"SOHOA_HOME": str(office.settings.home)}

    def ids(*arguments: str) -> list[str]:
        done = CliRunner().invoke(command, ["search", *arguments, "--json"], env=environment)
        assert done.exit_code == 0, done.output
        assert "091070000017" not in done.stdout
        return [json.loads(line)["certificate_id"] for line in done.stdout.splitlines()]

    assert ids("nguyen", "van", "dat") == [wanted]
    assert ids("bx123456") == [wanted]
    assert ids("-", "--owner", "nguyen van dta") == [wanted]
    assert ids("Số phát hành BX 123456, CCCD 091 070 000 017") == [wanted]
    born = archive("tt23-2014", VALUES | {"owners.0.full_name": "NGUYỄN VĂN AN", "owners.0.birth_year": "1980"})
    assert ids("nguyen van an 1980") == [born]
    assert ids("nguyen van an 1981") == []
    assert len(ids("tờ 12 thửa 215", "--commune", "tan hiep")) == 3
    assert ids("-", "--office", "nowhere") == []
    said = CliRunner().invoke(command, ["search", "nguyen van dat"], env=environment | {"COLUMNS": "200"})
    assert "BX 123456" in said.stdout
    assert "12/215" in said.stdout
    for option, code in (("--run", "run_not_found"), ("--commune", "commune_unknown")):
        lost = CliRunner().invoke(command, ["search", "-", option, "xã không có"], env=environment)
        assert (lost.exit_code, lost.stdout) == (3, "")
        assert f"[{code}]" in lost.stderr
