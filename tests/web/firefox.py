"""Drives the installed Firefox over Marionette, the wire that it brings itself: nothing but the standard library.

Playwright's own Firefox is a patched build that an office does not have, and Debian ships no geckodriver.
"""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAMS = ("firefox-esr", "firefox")
# What keys that type no letter are called in the WebDriver standard.
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowUp": "\ue013", "Backspace": "\ue003",
        "Tab": "\ue004", "Shift": "\ue008", "ArrowLeft": "\ue012", "ArrowRight": "\ue014"}  # fmt: skip
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_PREFERENCES = {
    "marionette.port": 0,
    "intl.accept_languages": "vi-VN, vi",
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "ui.prefersReducedMotion": 1,
}
PATIENCE_S = 15.0


class Firefox:
    """One Firefox without a window, with a profile of its own."""

    def __init__(self, program: str, profile: Path, *, width: int, height: int) -> None:
        profile.mkdir(parents=True, exist_ok=True)
        lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in _PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        arguments = [program, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
        self._process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._number = 0
        port = profile / "MarionetteActivePort"
        self.until(lambda: port.is_file() and port.read_text().strip(), patience_s=60)
        self._wire = socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=60)
        self._left = b""
        self._receive()  # It greets first.
        # A page that asks before it is left is left all the same.
        self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"unhandledPromptBehavior": "accept"}}})
        self.resize(width, height)

    def __enter__(self) -> Firefox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def ask(self, command: str, parameters: dict[str, Any] | None = None) -> Any:
        """One command of the wire and its answer."""
        self._number += 1
        text = json.dumps([0, self._number, command, parameters or {}]).encode()
        self._wire.sendall(str(len(text)).encode() + b":" + text)
        _kind, _number, error, result = self._receive()
        assert error is None, f"{command}: {error['error']}: {error['message']}"
        return result

    def _receive(self) -> Any:
        while b":" not in self._left:
            self._left += self._more()
        length, _, self._left = self._left.partition(b":")
        while len(self._left) < int(length):
            self._left += self._more()
        message, self._left = self._left[: int(length)], self._left[int(length) :]
        return json.loads(message)

    def _more(self) -> bytes:
        data = self._wire.recv(65536)
        assert data, "Firefox hung up"
        return data

    # --- what a person does

    def resize(self, width: int, height: int) -> None:
        """Make the page's area this large."""
        self.ask("WebDriver:SetWindowRect", {"width": width, "height": height})
        inside = self.run("return [innerWidth, innerHeight];")
        around = {"width": 2 * width - inside[0], "height": 2 * height - inside[1]}
        self.ask("WebDriver:SetWindowRect", around)

    def go(self, address: str) -> None:
        """Open an address and wait until the page's scripts run."""
        self.ask("WebDriver:Navigate", {"url": address})
        self.ready()

    def ready(self) -> None:
        """Wait until the page's scripts run."""
        # Between two pages there is a document without a root.
        self.until(lambda: self.run("return 'ready' in (document.documentElement?.dataset ?? {});"))

    def press(self, *keys: str) -> None:
        """Press keys one after another; a name of ``KEYS`` or what the key types."""
        for key in keys:
            value = KEYS.get(key, key)
            actions = [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
            self.ask("WebDriver:PerformActions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def type(self, text: str) -> None:
        """Type a text letter by letter."""
        self.press(*text)

    def click(self, selector: str) -> None:
        """Click an element."""
        self.ask("WebDriver:ElementClick", {"id": self._find(selector)})

    def choose_files(self, selector: str, *paths: Path) -> None:
        """Choose files in a field for files."""
        self.ask("WebDriver:ElementSendKeys", {"id": self._find(selector), "text": "\n".join(map(str, paths))})

    def shoot(self, path: Path) -> None:
        """Keep a picture of what the window shows."""
        answer = self.ask("WebDriver:TakeScreenshot", {"full": False, "hash": False})
        path.write_bytes(base64.b64decode(answer["value"]))

    # --- what a person sees

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns."""
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": list(arguments)})["value"]

    def text(self, selector: str) -> str:
        """The text of the first element, ``""`` when there is none."""
        found: str = self.run("return document.querySelector(arguments[0])?.innerText ?? '';", selector)
        return found

    def attribute(self, selector: str, name: str) -> str | None:
        """An attribute of the first element."""
        found: str | None = self.run(
            "return document.querySelector(arguments[0])?.getAttribute(arguments[1]);", selector, name
        )
        return found

    def is_focused(self, selector: str) -> bool:
        """Whether the focus is on an element like this."""
        found: bool = self.run("return document.activeElement.matches(arguments[0]);", selector)
        return found

    def path(self) -> str:
        """Where the page is."""
        found: str = self.run("return location.pathname;")
        return found

    def until(self, holds: Callable[[], Any], *, patience_s: float = PATIENCE_S) -> None:
        """Wait until something holds."""
        end = time.monotonic() + patience_s
        while not holds():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.05)

    def _find(self, selector: str) -> str:
        answer = self.ask("WebDriver:FindElement", {"using": "css selector", "value": selector})
        found: str = answer["value"][_ELEMENT]
        return found
