"""The quick worker, for real: a region that a reviewer draws is read again within a second, an upload is looked at."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect
from redis import Redis
from redis.exceptions import RedisError

from certificate.errors import QueueUnavailable
from certificate.geometry import Box
from ingest import quick
from ingest.queue_names import QUICK

pytestmark = pytest.mark.slow

_START_S = 90.0


@pytest.fixture
def with_quick_worker(site: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The site with a Redis of its own and the quick worker at work."""
    folder = Path(tmp_path_factory.mktemp("q"))
    socket = Path("/tmp") / f"sohoa-quick-{os.getpid()}.sock"
    redis = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    site.office.settings = dataclasses.replace(site.office.settings, redis_url=f"unix://{socket}")
    environment = {**os.environ, "SOHOA_REDIS_URL": f"unix://{socket}", "OMP_THREAD_LIMIT": "1"}
    worker = subprocess.Popen([sys.executable, "-m", "worker", str(site.office.settings.home), QUICK], env=environment)
    try:
        with Redis.from_url(f"unix://{socket}") as connection:
            until = time.monotonic() + _START_S
            while True:
                try:
                    if connection.smembers(f"rq:workers:{QUICK}"):
                        break
                except RedisError:
                    assert time.monotonic() < until, "redis-server did not start"
                assert worker.poll() is None, "the quick worker did not start"
                time.sleep(0.05)
        yield site
    finally:
        worker.terminate()
        redis.terminate()
        worker.wait(20)
        redis.wait(20)
        socket.unlink(missing_ok=True)


@pytest.mark.alone
def test_a_drawn_region_is_read_again_within_a_second(
    with_quick_worker: Any,
    open_page: Callable[..., Page],
    shoot: Callable[..., None],
    within: Callable[[float, float], None],
) -> None:
    """Shift and a drawn box, or one key for the field's own box; a digit takes what was read."""
    site = with_quick_worker
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    page.keyboard.press("n")
    expect(current).to_have_attribute("data-path", "parcels.0.purposes.0.name")
    box = page.locator('rect[data-path="parcels.0.purposes.0.name"]').bounding_box()
    page.keyboard.down("Shift")
    page.mouse.move(box["x"], box["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + box["height"])
    page.mouse.up()
    page.keyboard.up("Shift")
    reread = current.locator("[data-reread]")
    expect(page.locator(".toast")).to_contain_text("Đọc lại: Đất ở tại nông thôn")
    shoot(page, "region")
    times = []
    for _ in range(3):
        began = time.monotonic()
        with page.expect_response("**/region") as answered:
            page.keyboard.press("b")
        times.append(time.monotonic() - began)
        assert answered.value.ok
    within(min(times), 1)
    if reread.count():  # Readers that agree with what is offered already add nothing.
        expect(reread.first).to_contain_text("Đọc lại")
    page.keyboard.press("1")
    expect(page.locator('.field[data-path="parcels.0.purposes.0.name"]')).to_have_class(re.compile("settled"))


@pytest.mark.alone
def test_an_upload_is_looked_at_before_it_is_read(
    with_quick_worker: Any, within: Callable[[float, float], None]
) -> None:
    """Within five seconds the clerk's list tells that the scan is blurred, though no worker reads it yet."""
    site = with_quick_worker
    sample = Path(__file__).parents[2] / "samples" / "scans" / "05-tt10-phone.jpg"
    with Image.open(sample) as image:
        out = io.BytesIO()
        image.convert("RGB").filter(ImageFilter.GaussianBlur(6)).save(out, "JPEG", quality=80)
    clerk = site.client("clerk")
    began = time.monotonic()
    site.post(clerk, "/uploads", json=True, files=(io.BytesIO(out.getvalue()), "mo.jpg"))
    while "bị nhòe" not in (page := clerk.get("/uploads").text):
        assert time.monotonic() - began < 50, page
        time.sleep(0.1)
    within(time.monotonic() - began, 5)
    assert "Đã nhận, chờ đọc" in page


def test_nobody_there_to_answer_is_told_in_words(site: Any) -> None:
    """Without Redis or a quick worker the reviewer hears so; nothing hangs."""
    certificate_id = site.add_certificate()
    with pytest.raises(QueueUnavailable):
        quick.ask_for_region(site.office, certificate_id, 0, Box(0, 0, 100, 40))
    sent = {"face": "0", "left": "0", "top": "0", "right": "100", "bottom": "40", "path": ""}
    refused = site.post(site.client("reviewer"), f"/certificates/{certificate_id}/region", json=True, **sent)
    assert refused.status_code == 503
