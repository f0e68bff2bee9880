"""The command line as it is typed: help, exit statuses, and errors told in words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import pytest

from certificate.errors import CommandInvalid, NoOffice, SohoaError
from ingest.cli import command
from ingest.office import Office
from ingest.settings import Settings
from tests.ingest.commands.conftest import Sohoa, json_lines, picture


def all_commands(group: click.Group, *path: str) -> Iterable[tuple[tuple[str, ...], click.Command]]:
    """Every command there is, groups included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from all_commands(found, *path, name)


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


def test_every_command_that_answers_does_so_for_machines() -> None:
    """``--json`` is there wherever a machine may read the answer."""
    answering = [(path, found) for path, found in all_commands(command) if not isinstance(found, click.Group)]
    without = {" ".join(path) for path, found in answering if not any("--json" in one.opts for one in found.params)}
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
