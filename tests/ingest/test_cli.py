"""The command line: what it prints where, its exit statuses, and that errors are told in words."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import argon2
import click
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from certificate.citizens import Citizen, NameDifference, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import CommandInvalid, Damaged, NoOffice, SohoaError
from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading, Unreadable
from certificate.record import Decision, Face, FieldReading, Form, Part, Record
from certificate.rules.catalogue import make_finding
from certificate.states import State
from certificate.wording import STATES, VERDICTS
from ingest import accounts
from ingest.cli import command
from ingest.commands.read import finished_records, lines
from ingest.commands.users import ROLES
from ingest.intake import receive
from ingest.office import Office
from ingest.pipeline import advance
from ingest.settings import Settings, describe
from store.rows import Role, ScanFilter

ID_NUMBER = "091070000017"
FACE = Face(1, Part.WHOLE, 1, 0, 400, 300)
CITIZEN = Citizen(ID_NUMBER, None, "Nguyễn Văn Mẫu", "1970-03-02", "male", "Thạnh Đông", "alive")
Sohoa = Callable[..., Result]


def picture(shade: int = 255) -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("L", (400, 300), shade).save(out, "PNG")
    return out.getvalue()


def field(value: str | None, confidence: float = 0.99) -> FieldReading:
    """A field as a reader would have read it."""
    sure = value is not None and confidence > 0.9
    decision = Decision.ACCEPT if sure else Decision.REVIEW
    readings = {"tesseract": value} if value else {}
    return FieldReading(value, value, confidence, decision, 1, Part.WHOLE, Box(10, 10, 200, 40), readings)


def certificate(serial: str | None = "BX 123456") -> CertificateReading:
    """A certificate on the small picture."""
    fields = {
        "serial_number": field(serial),
        "owners.0.full_name": field("NGUYỄN VĂN MẪU", 0.71),
        "owners.0.id_number": field(ID_NUMBER),
    }
    jpeg = io.BytesIO()
    Image.new("L", (400, 300), 255).save(jpeg, "JPEG")
    record = Record("giay.png", Form.TT23_2014, 0.99, (FACE,), fields)
    return CertificateReading(record, (FaceReading(FACE, (), 400, 300, preview_jpeg=jpeg.getvalue()),))


class KnownReader:
    """A reader that reads the specimen in every file, and refuses black ones."""

    def read(self, path: Path, source: str) -> ScanReading:
        if path.read_bytes() == picture(0):
            raise Damaged
        return ScanReading(1, (certificate(),))


class KnownRegistry:
    """A registry that knows one man, under another name."""

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        return RegistryAnswer(RegistryVerdict.NAME_DIFFERS, CITIZEN, NameDifference.ANOTHER_NAME)


@pytest.fixture
def sohoa(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Sohoa:
    """Runs a command on this test's home folder."""
    monkeypatch.setattr(accounts, "_HASHER", argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST))
    environment = {"SOHOA_HOME": str(settings.home), "SOHOA_REDIS_URL": settings.redis_url, "COLUMNS": "200"}

    def run(*arguments: str | Path, **how: Any) -> Result:
        return CliRunner().invoke(command, [str(each) for each in arguments], env=environment, **how)

    return run


@pytest.fixture
def worked(settings: Settings, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office with one certificate in review and one scan that could not be read."""
    ready_home(settings.home)
    with Office(settings, reader=KnownReader(), registry=KnownRegistry()) as office:
        for name, content in (("giay.png", picture()), ("hong.png", picture(0))):
            advance(office, receive(office, content, name, who="lan").scan_id, "worker")
        yield office


def json_lines(result: Result) -> list[Any]:
    """What was printed for machines; everything on standard output must be JSON."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def all_commands(group: click.Group, *path: str) -> Iterable[tuple[tuple[str, ...], click.Command]]:
    """Every command there is, groups included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from all_commands(found, *path, name)


# --- help and errors


def test_every_command_explains_itself_in_both_languages(sohoa: Sohoa) -> None:
    """Vietnamese for the office, English for whoever else runs the machine; every option has its words."""
    for path, found in all_commands(command):
        assert found.help, path
        assert not found.help.isascii(), path
        for option in found.params:
            if isinstance(option, click.Option):
                assert option.help, (path, option.name)
        assert sohoa(*path, "--help").exit_code == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["statu"], "không có lệnh «statu»; có phải «status»?"),
        (["run", "strt"], "không có lệnh «strt»; có phải «start»"),
        (["--hom", "x"], "không có tùy chọn «--hom»; có phải «--home»?"),
        (["run", "start"], "thiếu tham số «FOLDER»"),
        (["run", "start", ".", "--rule", "x"], "«--rule»: chọn một trong: file, numbered, folder, manifest"),
        (["run", "start", ".", "--manifest", "none.csv"], "«--manifest»: cần một tệp có sẵn và đọc được"),
        (["run", "start", ".", "--name"], "tùy chọn «--name» thiếu giá trị"),
        (["run", "start", ".", "more"], "thừa hoặc sai tham số"),
        (["run", "report", "--output", __file__], "«--output»: cần một thư mục, không phải tệp"),
        (["worker", "--processes", "0"], "«--processes»: cần một số từ 1"),
        (["read", "none.pdf"], "không có tệp hay thư mục nào tên «none.pdf»"),
        (["users", "add", "lan", "--password-stdin", "--generate"], "không cả hai"),
    ],
)
def test_a_command_typed_wrongly_is_told_as_every_error_is(sohoa: Sohoa, typed: list[str], told: str) -> None:
    """A sentence, an advice and a code, Vietnamese first; click's English alone helps nobody in the office."""
    result = sohoa(*typed)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert CommandInvalid.advice in result.stderr
    assert "[command_invalid]" in result.stderr
    assert "\nError:" not in result.stderr


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["run", "pause", "khongco"], "run_not_found"),
        (["run", "status", "khongco"], "run_not_found"),
        (["run", "pause"], "run_not_found"),
        (["run", "start", "none"], "folder_missing"),
        (["run", "start", ".", "--rule", "manifest"], "manifest_invalid"),
        (["run", "start", ".", "--name", "x" * 300], "run_name_invalid"),
        (["search", "--run", "khongco", "a"], "run_not_found"),
    ],
)
def test_what_is_wrong_with_a_run_is_told_as_such(sohoa: Sohoa, office: Office, typed: list[str], code: str) -> None:
    """Not as a certificate that is not there, and not as a fault of ours."""
    assert f"[{code}]" in sohoa(*typed).stderr


def test_a_run_in_the_wrong_state_and_a_report_that_cannot_be_written(
    sohoa: Sohoa, office: Office, tmp_path: Path
) -> None:
    """Words that fit: no page to load again; trouble with its sentence; a name that no disk would take is cut."""
    folder = tmp_path / "kho"
    folder.mkdir()
    (folder / "ghi-chú.txt").write_text("x")
    (folder / "1.png").write_bytes(picture())
    name = "Kho " + "ế" * 110
    assert sohoa("run", "start", folder, "--name", name).exit_code == 0
    assert "[run_move_not_allowed]" in sohoa("run", "resume").stderr
    told = sohoa("run", "report", "--output", "/proc/1/x")
    assert "[output_unwritable]" in told.stderr
    written = [line["file"] for line in json_lines(sohoa("run", "report", "--output", tmp_path / "out", "--json"))]
    assert [Path(file).read_bytes()[:1] != b"" for file in written] == [True] * 3
    assert "ghi-chú.txt,không phải bản quét" in Path(written[2]).read_text(encoding="utf-8-sig")
    with office.database.unit_of_work() as unit:
        (run,) = unit.runs.all()
        unit.runs.set_trouble(run.id, "manifest_invalid")
        unit.commit()
    assert "Danh mục CSV không dùng được." in sohoa("run", "status").stdout


# They run until they are stopped and answer nobody; what they tell is in their logs.
RUNNING = {"worker", "registry serve", "run feed", "run watch"}


def _commands(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for each in group.list_commands(context):
        found = group.get_command(context, each)
        assert found is not None
        if isinstance(found, click.Group):
            yield from _commands(found, f"{name}{each} ")
        else:
            yield f"{name}{each}", found


def test_every_command_that_answers_does_so_for_machines() -> None:
    """``--json`` is there wherever a machine may read the answer."""
    without = {name for name, found in _commands(command) if not any("--json" in one.opts for one in found.params)}
    assert without == RUNNING


def test_help_comes_quickly() -> None:
    """Help loads nothing of the reader, the database, the queue or the tables on the screen."""
    heavy = ["cv2", "sqlalchemy", "rq", "redis", "rich", "flask", "pikepdf", "numpy", "structlog", "httpx"]
    code = (
        "import sys\nfrom ingest.cli import command\n"
        "try:\n    command(['--help'], prog_name='sohoa')\nexcept SystemExit:\n    pass\n"
        f"print('loaded', sorted(set({heavy!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "nothing-here.pdf"),  # a file that is not there
        ("read",),  # nothing to read
        ("add", "nothing-here.pdf"),
        ("read", "/dev/null"),  # neither file nor folder
        ("worker", "--queue", "none"),  # a queue that is not
        ("no-such-command",),
        ("report", "--state", "lost"),
        ("users", "add", "lan", "--role", "king", "--generate"),
        ("users", "add", "lan", "--generate", "--password-stdin"),
    ],
)
def test_bad_arguments_end_with_status_2(sohoa: Sohoa, arguments: tuple[str, ...]) -> None:
    """Scripts can tell a wrong call from a wrong file; nothing stands on standard output."""
    result = sohoa(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit",),
        ("status",),
        ("list",),
        ("report",),
        ("search", "nguyen"),
        ("export", "out", "--format", "csv", "--purpose", "thử"),
        ("import", __file__),
        ("backup", "out"),
        ("users", "list"),
        ("run", "status"),
        ("retention", "list"),
        ("registry", "export-list", "out.xlsx", "--why", "thử"),
    ],
    ids=" ".join,
)
def test_a_home_misspelt_is_no_empty_office(
    sohoa: Sohoa, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """Nothing is «well» where nothing is, and nothing is made there."""
    monkeypatch.chdir(tmp_path)
    result = sohoa(*arguments)
    assert (result.exit_code, result.stdout) == (NoOffice.exit_code, "")
    assert f"{NoOffice.message} ({settings.home})" in result.stderr
    assert not settings.home.exists()


def test_an_office_is_begun_by_who_puts_something_in(sohoa: Sohoa, settings: Settings) -> None:
    """And from then on it is there for all."""
    assert sohoa("migrate").exit_code == 0
    assert (settings.home / "sohoa.db").exists()
    assert json_lines(sohoa("migrate", "--json")) == [{"home": str(settings.home)}]
    assert sohoa("status").exit_code == 0


def test_errors_are_told_in_words_and_without_traceback(sohoa: Sohoa, worked: Office) -> None:
    """The sentence, the advice, the code, and the error's own exit status."""
    del worked
    result = sohoa("show", "0" * 32)
    assert result.exit_code == 3
    assert "Không tìm thấy hồ sơ." in result.stderr
    assert "[not_found]" in result.stderr
    assert "Traceback" not in result.output


def test_wrong_settings_are_told_together(sohoa: Sohoa, settings: Settings) -> None:
    """Every wrong entry is named at once."""
    settings.home.mkdir(parents=True)
    (settings.home / "sohoa.toml").write_text("workers = 0\nmax_bites = 5\n", encoding="utf-8")
    result = sohoa("settings")
    assert result.exit_code == 2
    assert "workers" in result.stderr
    assert "max_bites" in result.stderr


def test_the_unforeseen_is_an_error_too(sohoa: Sohoa, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody thought of ends with a sentence and status 1; ``--debug`` shows its cause."""

    def fail(*_arguments: object, **_more: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("ingest.commands.settings.describe", fail)
    result = sohoa("settings")
    assert result.exit_code == 1
    assert SohoaError.message in result.stderr
    assert "oops" not in result.stderr
    assert isinstance(sohoa("--debug", "settings").exception, ZeroDivisionError)


# --- read


def test_records_carry_what_the_rules_and_the_file_say() -> None:
    """The law's remarks, pages that could not be read and remarks on the file stand in the record itself."""
    blank = make_finding("blank_page", page="2")
    record = certificate().record.replace(findings=(blank,))
    reading = ScanReading(
        3,
        (CertificateReading(record, ()),),
        unreadable=(Unreadable(3, "damaged"),),
        findings=(blank, make_finding("embedded_file")),
    )
    (found,) = finished_records(reading, date(2026, 11, 24))
    codes = [finding.code for finding in found.findings]
    assert codes.count("blank_page") == 1
    assert {"embedded_file", "page_unreadable"} <= set(codes)
    assert found.verdict is Decision.REVIEW
    assert [line["form"] for line in lines("giay.png", reading, date(2026, 11, 24))] == ["tt23-2014"]


def test_a_refused_file_prints_its_reason() -> None:
    """Code, sentence and advice, and nothing of a record."""
    (line,) = lines("a.pdf", Damaged(), date(2026, 11, 24))
    assert line == {"source": "a.pdf", "error": Damaged().to_json()}


@pytest.mark.slow
def test_read_prints_json_lines_and_nothing_else(tmp_path: Path) -> None:
    """Through the real readers: the blank paper is told, the refused file has its line, no home folder is made."""
    Image.new("L", (800, 600), 255).save(tmp_path / "blank.png", dpi=(100, 100))
    (tmp_path / "words.pdf").write_text("just words, and no scan")
    home = tmp_path / "home"
    arguments = [sys.executable, "-m", "ingest.cli", "--home", str(home), "read", str(tmp_path), "--json"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    blank, words = (json.loads(line) for line in done.stdout.splitlines())
    assert (blank["source"], blank["form"], blank["verdict"]) == ("blank.png", "other", "review")
    assert "blank_page" in [finding["code"] for finding in blank["findings"]]
    assert (words["source"], words["error"]["code"]) == ("words.pdf", "unsupported_type")
    assert not home.exists()
    table = subprocess.run(arguments[:-1], capture_output=True, text=True, check=True)
    assert "Giấy tờ khác" in table.stdout
    assert "unsupported_type" in table.stdout


# --- add, status, list, report, show


def test_add_keeps_first_and_tells_what_became_of_each(sohoa: Sohoa, office: Office, tmp_path: Path) -> None:
    """A good file waits, a bad one says why at once, the same bytes are a duplicate."""
    for name, content in (("a.png", picture()), ("b.png", picture()), ("c.pdf", b"just words, and no scan")):
        (tmp_path / name).write_bytes(content)
    files = [tmp_path / name for name in ("a.png", "b.png", "c.pdf")]
    first, second, third = json_lines(sohoa("add", *files, "--json", "--who", "lan"))
    assert (first["source"], first["state"], first["error"]) == ("a.png", "received", None)
    assert (second["state"], second["duplicate_of"]) == ("duplicate", first["scan_id"])
    assert (third["state"], third["error"]["code"]) == ("failed", "unsupported_type")
    assert office.queue.lengths()["uploads"] == 1
    said = sohoa("add", files[2]).stdout
    assert "c.pdf: Không xử lý được. Nội dung tệp không phải PDF, TIFF, JPEG hay PNG." in said


def test_add_waits_for_what_has_work_left(sohoa: Sohoa, office: Office, tmp_path: Path) -> None:
    """Waiting ends at once where nothing is left to do, and with status 6 when the time is over."""
    (tmp_path / "a.png").write_bytes(picture())
    (tmp_path / "c.pdf").write_bytes(b"just words, and no scan")
    assert sohoa("add", tmp_path / "c.pdf", "--wait").exit_code == 0
    late = sohoa("add", tmp_path / "a.png", "--wait", "--timeout", "0.01")
    assert late.exit_code == 6
    assert "a.png: Đã nhận, chờ đọc" in late.stdout
    assert "sohoa up" in late.stderr, "nobody works: it says what to start"


def test_add_goes_on_when_the_queue_is_away(sohoa: Sohoa, office: Office, tmp_path: Path, unreachable_redis: str,
                                            monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Redis down: the scan is kept all the same."""
    (tmp_path / "a.png").write_bytes(picture())
    environment = {"SOHOA_HOME": str(office.settings.home), "SOHOA_REDIS_URL": unreachable_redis}
    result = CliRunner().invoke(command, ["add", str(tmp_path / "a.png"), "--json"], env=environment)
    assert json_lines(result)[0]["state"] == "received"
    status = CliRunner().invoke(command, ["status", "--json"], env=environment)
    assert json_lines(status)[0]["queues"] is None


def test_status_counts(sohoa: Sohoa, worked: Office) -> None:
    """Scans by state, jobs and workers by queue, and whether anything runs here."""
    (found,) = json_lines(sohoa("status", "--json"))
    assert (found["states"]["in_review"], found["states"]["failed"], found["running"]) == (1, 1, False)
    assert found["workers"] == {"uploads": 0, "bulk": 0, "quick": 0}
    assert "Chờ kiểm tra" in sohoa("status").stdout


def test_list_shows_scans_by_state(sohoa: Sohoa, worked: Office) -> None:
    """All of them or those in a state."""
    assert [line["file"] for line in json_lines(sohoa("list", "--json"))] == ["hong.png", "giay.png"]
    (line,) = json_lines(sohoa("list", "--json", "--state", "in_review"))
    assert line["certificates"][0]["serial_number"] == "BX 123456"
    assert "1/1" in sohoa("list").stdout


def test_the_report_tells_what_became_of_every_scan(sohoa: Sohoa, worked: Office) -> None:
    """File, form, serial number, owners and verdicts, the outcome and why; identity numbers only masked."""
    result = sohoa("report", "--json")
    review, failed = json_lines(result)
    assert ID_NUMBER not in result.output + sohoa("report").output
    (paper,) = review["certificates"]
    assert (review["file"], review["state_text"], paper["form"]) == ("giay.png", "Chờ kiểm tra", "tt23-2014")
    assert paper["owners"] == [
        {
            "full_name": "NGUYỄN VĂN MẪU",
            "id_number": "091******017",
            "verdict": "name_differs",
            "verdict_text": "Khác họ tên",
        }
    ]
    assert "Khác họ tên: NGUYỄN VĂN MẪU" in paper["reasons"]
    assert "Chưa chắc: Họ và tên" in paper["reasons"]
    assert (failed["state"], failed["error_code"], failed["message"]) == ("failed", "damaged", Damaged.message)
    assert [line["file"] for line in json_lines(sohoa("report", "--json", "--state", "failed"))] == ["hong.png"]


def test_the_report_says_where_the_pdfa_lies(sohoa: Sohoa, worked: Office) -> None:
    """After the decision the path of the archived file stands in the report, and the file is a PDF."""
    with worked.database.unit_of_work() as unit:
        (scan,) = unit.scans.list(ScanFilter(states=frozenset({State.IN_REVIEW}))).items
        (row,) = unit.certificates.for_scan(scan.id)
        unit.certificates.decide(row.id, row.version, "minh")
        unit.scans.move(scan.id, State.IN_REVIEW, State.ARCHIVING)
        unit.commit()
    assert advance(worked, scan.id, "worker") is State.ARCHIVED
    (paper,) = json_lines(sohoa("report", "--json", "--state", "archived"))[0]["certificates"]
    assert Path(paper["pdfa"]).read_bytes().startswith(b"%PDF-")
    assert (paper["decided_by"], paper["reasons"]) == ("minh", [])


@pytest.mark.parametrize("by", ["id", "scan", "serial"])
def test_show_masks_identity_numbers_unless_a_reason_is_given(sohoa: Sohoa, worked: Office, by: str) -> None:
    """By default hidden everywhere; in full only with a reason, which goes into the journal."""
    with worked.database.unit_of_work(read_only=True) as unit:
        (scan,) = unit.scans.list(ScanFilter(states=frozenset({State.IN_REVIEW}))).items
        wanted = {"id": unit.certificates.for_scan(scan.id)[0].id, "scan": scan.id, "serial": "BX123456"}[by]
    hidden = sohoa("show", wanted, "--json")
    assert ID_NUMBER not in hidden.output + sohoa("show", wanted).output
    assert json_lines(hidden)[0]["record"]["fields"]["owners.0.id_number"]["value"] == "091******017"
    assert ID_NUMBER in sohoa("show", wanted, "--reveal", "đối chiếu với hồ sơ giấy").output
    with worked.database.unit_of_work(read_only=True) as unit:
        (noted,) = [event for event in unit.events.for_scan(scan.id) if event.action == "identity_shown"]
    assert noted.detail["why"] == "đối chiếu với hồ sơ giấy"


# --- users, settings, registry, reconcile


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


def test_scans_and_runs_belong_to_the_office_that_is_named(sohoa: Sohoa, settings: Settings, tmp_path: Path) -> None:
    """People see what belongs to their office: what comes in by command says whose it is."""
    folder = tmp_path / "kho"
    folder.mkdir()
    (folder / "a.png").write_bytes(picture())
    sohoa("add", folder / "a.png", "--office", "Chi nhánh 1")
    sohoa("run", "start", folder, "--office", "Chi nhánh 2")
    sohoa("watch", folder, "--once", "--settle", "0", "--office", "Chi nhánh 3")
    with Office.open(settings) as office, office.database.unit_of_work(read_only=True) as unit:
        assert {scan.office for scan in unit.scans.list().items} == {"Chi nhánh 1", "Chi nhánh 3"}
        assert [run.office for run in unit.runs.all()] == ["Chi nhánh 2"]
