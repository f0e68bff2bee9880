"""A Tesseract that stays: started once, it reads the lists of line images that it is handed until it is closed.

Half of what Tesseract cost a scan was its start (docs/decisions/0019). It reads names of files as they come down its
standard input (``stream_filelist``) and writes the words of each as it has done with it. Its output is a terminal that
nobody looks at, because it would keep back what it writes into a pipe until 4 kB have come together. Owns the process
and how the end of an answer is told; it must not know how words are written down. One thread only.
"""

from __future__ import annotations

import os
import select
import subprocess
import time
import tty
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from certificate.errors import ReadTimeout

# A picture without print behind the last line: that its row comes tells that all others have come.
_END = b"P5\n60 40\n255\n" + b"\xff" * 2400
_END_NAME = "end.pgm"
# Long enough for a start on a crowded machine; a Tesseract that cannot stream lists would never answer.
_START_TIMEOUT_S = 30.0
_CHUNK_BYTES = 65_536
_STOP_TIMEOUT_S = 2.0


class Gone(Exception):
    """The process does not start, does not answer as it should, or has ended."""


class ResidentTesseract:
    """One process of Tesseract; ``command`` is everything but where its images come from and its output goes."""

    def __init__(self, program: str, options: Sequence[str]) -> None:
        self._output = -1
        self._pages = 0
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._output, theirs = os.openpty()
        except OSError as error:
            raise Gone("no terminal") from error
        try:
            tty.setraw(theirs)
            self._process = subprocess.Popen(
                [program, "-", "stdout", *options, "-c", "stream_filelist=true", "-c", "tessedit_create_tsv=1"],
                stdin=subprocess.PIPE,
                stdout=theirs,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            self.close()
            raise Gone(type(error).__name__) from error
        finally:
            os.close(theirs)

    def read(self, images: Sequence[Path], folder: Path, timeout_s: float) -> str:
        """What Tesseract writes about the images: its table, the images numbered from 1.

        ``folder`` takes the picture that marks the end. Raises ``Gone``, or ``ReadTimeout`` when it takes too long:
        the process is no more of use then.
        """
        is_new = self._pages == 0
        end = folder / _END_NAME
        end.write_bytes(_END)
        first, last = self._pages, self._pages + len(images) + 1
        self._say("".join(f"{image}\n" for image in (*images, end)))
        self._pages = last
        limit_s = min(timeout_s, _START_TIMEOUT_S) if is_new else timeout_s
        try:
            table = self._hear(b"\n1\t%d\t" % last, limit_s)
        except ReadTimeout:
            if is_new and limit_s < timeout_s:
                raise Gone("does not answer") from None
            raise
        return _renumbered(table.decode("utf-8", errors="replace"), first)

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """End the process and wait for it."""
        if self._process is not None:
            if self._process.stdin is not None:
                with suppress(OSError):
                    self._process.stdin.close()
            try:
                self._process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._output >= 0:
            os.close(self._output)
            self._output = -1

    def _say(self, names: str) -> None:
        if self._process is None or self._process.stdin is None:
            raise Gone("closed")
        try:
            self._process.stdin.write(names.encode())
            self._process.stdin.flush()
        except OSError as error:
            raise Gone(type(error).__name__) from error

    def _hear(self, mark: bytes, timeout_s: float) -> bytes:
        """Everything up to the mark, which opens the row of a page."""
        until = time.monotonic() + timeout_s
        heard = b"\n"
        while mark not in heard:
            left_s = until - time.monotonic()
            if left_s <= 0 or not select.select([self._output], [], [], left_s)[0]:
                raise ReadTimeout("tesseract")
            try:
                part = os.read(self._output, _CHUNK_BYTES)
            except OSError as error:
                # How a terminal tells that nobody writes to it any more.
                raise Gone(type(error).__name__) from error
            if not part:
                raise Gone("ended")
            heard += part
        return heard[: heard.index(mark)]


def _renumbered(table: str, pages_before: int) -> str:
    """The rows with their pages counted from 1; it counts on over all lists."""
    rows = []
    for row in table.split("\n"):
        level, tab, rest = row.partition("\t")
        page, _, cells = rest.partition("\t")
        if tab and page.isdigit():
            rows.append(f"{level}\t{int(page) - pages_before}\t{cells}")
    return "\n".join(rows)
