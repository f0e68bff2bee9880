"""The ``sohoa`` command: which commands there are, and how their errors are told.

Each command lives in ``ingest.commands`` and is loaded when it is called, so that help and completion are quick. This
is one of the three places that may catch every exception: what nobody foresaw becomes a sentence and an exit status.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from certificate.errors import SohoaError
from ingest.commands.common import Invocation, explain, say
from ingest.commands.misuse import in_our_words

# Name, where it is, and the line in the list of commands: for clerks first, then for whoever runs the machine.
_COMMANDS = {
    "read": ("ingest.commands.read:read", "Đọc tệp quét, in kết quả, không lưu gì. Read scans, keep nothing."),
    "check": ("ingest.commands.check:check", "Kiểm tra bản ghi theo quy tắc. Hold records against the rules."),
    "add": ("ingest.commands.add:add", "Nộp tệp quét vào hệ thống. Hand scans in."),
    "run": ("ingest.commands.run:run", "Số hóa cả kho cũ. Runs over a back catalogue."),
    "watch": ("ingest.commands.watch:watch", "Nhận tệp từ thư mục máy quét. Watch a scanner's folder."),
    "list": ("ingest.commands.listing:list_scans", "Liệt kê bản quét. List scans."),
    "show": ("ingest.commands.listing:show", "Xem một giấy chứng nhận. Show one certificate."),
    "report": ("ingest.commands.report:report", "Bảng kết quả của mọi bản quét. What became of every scan."),
    "export": ("ingest.commands.export:export", "Xuất giấy đã lưu trữ. Hand archived certificates on."),
    "import": ("ingest.commands.imports:import_register", "Đối chiếu với sổ cũ. Compare with another register."),
    "search": ("ingest.commands.search:search", "Tìm giấy chứng nhận. Find certificates."),
    "status": ("ingest.commands.status:status", "Tình trạng hệ thống. How the system is doing."),
    "migrate": ("ingest.commands.status:migrate", "Tạo, nâng cấp cơ sở dữ liệu. Make or upgrade the database."),
    "up": ("ingest.commands.up:up", "Chạy cả hệ thống trên máy này. Run everything on this machine."),
    "worker": ("ingest.commands.services:worker", "Chạy một tiến trình xử lý. Run one worker."),
    "reconcile": ("ingest.commands.services:reconcile", "Tìm bản quét bị bỏ quên. Find forgotten scans."),
    "registry": ("ingest.commands.registry:registry", "Đối chiếu dân cư. The registry: mock and lists."),
    "users": ("ingest.commands.users:users", "Người dùng và mật khẩu. Users and passwords."),
    "audit": ("ingest.commands.audit:audit", "Kiểm toán kho lưu trữ. Audit everything that is kept."),
    "backup": ("ingest.commands.backup:backup", "Sao lưu toàn bộ. Back everything up."),
    "restore": ("ingest.commands.backup:restore", "Khôi phục từ bản sao lưu. Restore from a backup."),
    "retention": ("ingest.commands.retention:retention", "Hủy hồ sơ hết hạn lưu. Delete what is out of time."),
    "settings": ("ingest.commands.settings:settings", "Mọi mục cấu hình và giá trị. Every setting and its value."),
    "bench": ("ingest.commands.bench:bench", "Đo độ chính xác. Measure the accuracy."),
}


class _Commands(click.Group):
    """A group whose commands are loaded when they are called, and whose errors are told in words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Lệnh / Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click does it; what is wrong before a command's name is told in our words too."""
        with in_our_words():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        invocation = Invocation(ctx.params.get("home"), ctx.params.get("debug", False))
        try:
            with in_our_words():
                return super().invoke(ctx)
        except (click.Abort, KeyboardInterrupt):
            say("\nĐã dừng theo yêu cầu. (stopped)")
            ctx.exit(1)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except SohoaError as error:
            if invocation.debug:
                raise
            explain(error)
            ctx.exit(error.exit_code)
        except Exception as error:
            if invocation.debug:
                raise
            explain(SohoaError(type(error).__name__))
            click.echo("Chạy lại với «sohoa --debug ...» để xem nguyên nhân. (--debug shows the cause.)", err=True)
            ctx.exit(SohoaError.exit_code)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Thêm: sohoa LỆNH --help.  More: sohoa COMMAND --help.",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="SOHOA_HOME",
    help="Thư mục dữ liệu (hoặc SOHOA_HOME; mặc định ~/.local/share/sohoa).  The office's home folder.",
)
@click.option("--debug", is_flag=True, help="Cho xem nguyên nhân của lỗi.  Show the causes of errors.")
@click.version_option(package_name="sohoa", message="%(prog)s %(version)s")
@click.pass_context
def command(context: click.Context, home: Path | None, *, debug: bool) -> None:
    """Sổ Hóa: số hóa giấy chứng nhận quyền sử dụng đất, ngay trên máy của cơ quan.

    Digitises Vietnamese land certificates on the office's own machine.
    """
    context.obj = Invocation(home, debug)


def main() -> NoReturn:
    """Run the command line and end the process with its exit status."""
    command(prog_name="sohoa")
    sys.exit(0)


if __name__ == "__main__":
    main()
