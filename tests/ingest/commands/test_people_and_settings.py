"""Commands about the office: its people, settings, registry and queue, and the words it uses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from certificate.wording import STATES, VERDICTS
from ingest import accounts
from ingest.commands.users import ROLES
from ingest.intake import receive
from ingest.office import Office
from ingest.settings import describe
from store.rows import Role
from tests.ingest.commands.conftest import ID_NUMBER, Sohoa, json_lines, picture


def test_people_are_added_and_get_passwords(sohoa: Sohoa, office: Office) -> None:
    """A made password works; a given one too; a short one and a taken name are refused with status 2."""
    (made,) = json_lines(sohoa("users", "add", "lan", "--role", "reviewer", "--generate", "--json"))
    assert accounts.sign_in(office, "lan", made["password"]).role is Role.REVIEWER
    assert sohoa("users", "password", "lan", "--password-stdin", input="mat khau moi\n").exit_code == 0
    assert accounts.sign_in(office, "lan", "mat khau moi").name == "lan"
    assert sohoa("users", "add", "minh", input="mot hai ba bon\nmot hai ba bon\n").exit_code == 0
    assert sohoa("users", "add", "hoa", "--password-stdin", input="short\n").exit_code == 2
    assert sohoa("users", "add", "lan", "--generate").exit_code == 2
    assert sohoa("users", "password", "nobody", "--generate").exit_code == 3
    assert [line["name"] for line in json_lines(sohoa("users", "list", "--json"))] == ["lan", "minh"]


def test_every_role_can_be_given() -> None:
    """The roles of the command line are those of the store."""
    assert list(ROLES) == [role.value for role in Role]


def test_settings_hide_secrets(sohoa: Sohoa, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting with its value in force; keys and passwords in URLs are not shown."""
    monkeypatch.setenv("SOHOA_REGISTRY_API_KEY", "geheim")
    monkeypatch.setenv("SOHOA_DATABASE_URL", "postgresql+psycopg://me:geheim@db/sohoa")
    result = sohoa("settings", "--json")
    found = {line["name"]: line["value"] for line in json_lines(result)}
    assert list(found) == [name for name, *_ in describe()]
    assert found["database_url"] == "postgresql+psycopg://***@db/sohoa"
    assert "geheim" not in result.output + sohoa("settings").output


def test_citizens_are_loaded(sohoa: Sohoa, tmp_path: Path) -> None:
    """Good rows in, bad rows told by their line; a file without its columns is a bad argument."""
    table = tmp_path / "citizens.csv"
    table.write_text(
        "citizen_id,old_id,full_name,birth_date,gender,address,status\n"
        f"{ID_NUMBER},,Nguyễn Văn Mẫu,1970-03-02,male,Thạnh Đông,alive\n"
        "12,,Trần Thị Mẫu,1974-08-19,female,Thạnh Đông,alive\n",
        encoding="utf-8",
    )
    (found,) = json_lines(sohoa("registry", "load", table, "--json"))
    assert (found["loaded"], found["refused"], found["reasons"][0]["line"]) == (1, 1, 3)
    table.write_text("name\nMẫu\n", encoding="utf-8")
    assert sohoa("registry", "load", table).exit_code == 2


def test_reconcile_once_puts_forgotten_scans_back(sohoa: Sohoa, office: Office) -> None:
    """A scan whose job was lost with Redis is on the list again."""
    receive(office, picture(), "a.png", who="lan")
    office.queue.connection.flushall()
    assert json_lines(sohoa("reconcile", "--once", "--json")) == [{"enqueued": 1}]
    assert office.queue.lengths()["uploads"] == 1


# --- words


def test_pages_and_command_line_use_the_same_words() -> None:
    """A clerk who hears “Chờ kiểm tra” on the telephone finds it on the page."""
    code = (
        "import json\nfrom web.display import STATES, VERDICTS\nfrom web.names import FORM_NAMES\n"
        "from web.wording import masked\n"
        "print(json.dumps([{k.value: v.word._args[0] for k, v in STATES.items()},"
        "{k.value: v.word._args[0] for k, v in VERDICTS.items()},"
        "{k.value: [v.vi, v.en] for k, v in FORM_NAMES.items()}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    states, verdicts, forms = json.loads(done.stdout)
    assert states == {state.value: words.vi for state, words in STATES.items()}
    assert verdicts == {verdict.value: words.vi for verdict, words in VERDICTS.items()}
    from certificate.wording import FORMS

    assert forms == {form.value: [words.vi, words.en] for form, words in FORMS.items()}
