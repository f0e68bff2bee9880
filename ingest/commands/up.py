"""``sohoa up``: everything an office needs, on this machine, under one supervisor."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import click

from ingest.commands.common import as_json, print_json, say, settings_of
from ingest.services import Plan, note_running, only_one, plan_services
from ingest.settings import Settings
from ingest.supervisor import News, Supervisor, What

_NAMES = {
    "redis": "hàng đợi (redis)",
    "registry": "dữ liệu dân cư mô phỏng",
    "reconciler": "bộ tìm bản quét bị bỏ quên",
    "runs": "bộ cấp việc cho kho cũ",
    "web": "trang web",
}
_WORDS = {
    What.STARTED: "khởi động",
    What.READY: "sẵn sàng",
    What.DIED: "đã dừng đột ngột, sẽ chạy lại",
    What.RENEWED: "đã xong lượt, tiến trình mới thay vào",
    What.MENDED: "đã được dọn để chạy lại từ đầu",
    What.STOPPED: "đã dừng",
    What.KILLED: "không dừng kịp, đã bị buộc dừng",
}


@click.command(short_help="Chạy cả hệ thống trên máy này.")
@click.option("--port", type=click.IntRange(0, 65535), help="Cổng của trang web; 0: tự chọn.  Port of the pages.")
@click.option("--host", help="Địa chỉ phục vụ trang web.  Address on which the pages are served.")
@click.option("--workers", type=click.IntRange(0), help="Số tiến trình cho tệp vừa nộp.  Workers on uploads.")
@click.option("--bulk", "bulk_workers", type=click.IntRange(0), help="Số tiến trình cho kho cũ.  Workers on bulk.")
@as_json
@click.pass_context
def up(
    context: click.Context,
    port: int | None,
    host: str | None,
    workers: int | None,
    bulk_workers: int | None,
    *,
    json_wanted: bool,
) -> None:
    """Chạy cả hệ thống trên máy này: hàng đợi, dữ liệu dân cư mô phỏng, xử lý, trang web. Dừng bằng Ctrl-C.

    Run everything on this machine until Ctrl-C. With --json: one line on standard output once all parts answer.
    """
    settings = settings_of(context, web_port=port, web_host=host)
    with only_one(settings):
        # Loaded behind the lock: who hands files in meanwhile sees that a system starts, and waits for its queue.
        from ingest.office import Office

        Office.open(settings).close()  # Tables and folders are in order, or it is told here and now.
        plan = plan_services(
            settings,
            uploads_workers=settings.workers if workers is None else workers,
            bulk_workers=settings.bulk_workers if bulk_workers is None else bulk_workers,
        )
        log = _Log(settings, plan, json_wanted=json_wanted)
        supervisor = Supervisor(plan.services, settings.log_dir, log.tell)
        log.supervisor = supervisor
        supervisor.run(log.on_ready)


@dataclass
class _Log:
    """Tells the person at the terminal, and the note in the home folder, what happens."""

    settings: Settings
    plan: Plan
    json_wanted: bool = field(kw_only=True)
    supervisor: Supervisor | None = None
    _started_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())

    def tell(self, news: News) -> None:
        """One line for people, and the note brought up to date."""
        if news.what is What.STOPPING:
            say("Đang dừng các phần… (stopping)")
        elif news.what in _WORDS:
            number = f" [{news.pid}]" if news.pid else ""
            detail = f" ({news.detail})" if news.detail else ""
            if news.what is What.DIED:
                detail += f", xem {self.settings.log_dir / news.name}.log"
            say(f"  {_name(news.name)}{number}: {_WORDS[news.what]}{detail}")
        self._note()

    def on_ready(self) -> None:
        """Everything answers: say where the page is."""
        self._note()
        if self.json_wanted:
            print_json({"event": "ready", **self._state()})
        say(f"\nTrang web / web page:  {self.plan.web_url}")
        say(f"Nhật ký / logs:        {self.settings.log_dir}")
        say("Dừng: Ctrl-C.  (Stop: Ctrl-C.)")

    def _note(self) -> None:
        note_running(self.settings, self._state())

    def _state(self) -> dict[str, Any]:
        children = self.supervisor.children if self.supervisor else []
        return {
            "pid": os.getpid(),
            "started_at": self._started_at,
            "web": self.plan.web_url,
            "registry": self.plan.registry_url,
            "services": [
                {
                    "name": child.service.name,
                    "pid": child.pid,
                    "ready": child.is_ready,
                    "restarts": child.restarts,
                }
                for child in children
            ],
        }


def _name(service: str) -> str:
    if service.startswith("worker-"):
        _, queue, number = service.split("-", 2)
        return f"xử lý {number} ({queue})"
    return _NAMES.get(service, service)
