"""A small HTTP server for the mock registry: one thread for each connection, which reads, answers and writes.

The usual servers hand every call from the thread that watches sockets to one that works and back again; on a machine
whose cores are all taken, each of these steps waits for its turn, and a look-up that needs a fifth of a millisecond
took twenty. Here a call costs one waking up. The server speaks WSGI and knows nothing of the registry. It takes what a
client of ours sends (bodies with a Content-Length) and refuses the rest; it belongs behind no public address.
"""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_MOST_HEAD_BYTES = 16_384
_IDLE_S = 75.0
_ENDING_S = 5.0
_CHUNK = 65_536


class _Refused(Exception):
    """A message that is not answered by the application; the connection ends."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class HttpServer:
    """Answers calls by a WSGI application, until ``run`` is interrupted.

    ``most_connections`` bounds the threads; ``most_body_bytes`` what one call may bring.
    """

    def __init__(
        self,
        application: Application,
        host: str,
        port: int,
        *,
        most_connections: int = 256,
        most_body_bytes: int = 65_536,
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._application = application
        self._most_connections, self._most_body_bytes = most_connections, most_body_bytes
        self._open: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()

    def run(self) -> None:
        """Take connections in; when interrupted (``SystemExit``, Ctrl-C), let the calls that are on their way end."""
        try:
            while True:
                with suppress(ConnectionAbortedError):
                    connection, address = self._listener.accept()
                    self._take_in(connection, address[0])
        finally:
            self._listener.close()
            self._let_end()

    def _take_in(self, connection: socket.socket, address: str) -> None:
        connection.settimeout(_IDLE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=self._serve, args=(connection, address), daemon=True)
        with self._lock:
            if len(self._open) < self._most_connections:
                self._open[thread] = connection
                thread.start()
                return
        with connection, suppress(OSError):
            connection.sendall(_plain(HTTPStatus.SERVICE_UNAVAILABLE))

    def _let_end(self) -> None:
        with self._lock:
            still_open = list(self._open.items())
        for _, connection in still_open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        for thread, _ in still_open:
            thread.join(_ENDING_S)

    def _serve(self, connection: socket.socket, address: str) -> None:
        """Answer one connection's calls, one after another."""
        try:
            with connection, suppress(OSError):
                self._answer_all(connection, address)
        finally:
            with self._lock:
                del self._open[threading.current_thread()]

    def _answer_all(self, connection: socket.socket, address: str) -> None:
        rest = b""
        goes_on = True
        while goes_on:
            try:
                environ, rest = self._read(connection, rest)
            except _Refused as refused:
                connection.sendall(_plain(refused.status))
                _drain(connection)
                return
            if not environ:
                return
            environ["REMOTE_ADDR"] = address
            message, whole = _answer(self._application, environ)
            connection.sendall(message)
            goes_on = whole and _stays(environ)

    def _read(self, connection: socket.socket, buffer: bytes) -> tuple[Environ, bytes]:
        """The next call, and what came after it already; an empty environment when the client has gone."""
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if len(buffer) > _MOST_HEAD_BYTES:
                raise _Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            more = connection.recv(_CHUNK)
            if not more:
                return {}, b""
            buffer += more
        environ = _environ(buffer[:end].decode("latin-1"))
        body_bytes = _length(environ, self._most_body_bytes)
        if environ.get("HTTP_EXPECT", "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        parts, have = [buffer[end + 4 :]], len(buffer) - end - 4
        while have < body_bytes:
            more = connection.recv(_CHUNK)
            if not more:
                return {}, b""
            parts.append(more)
            have += len(more)
        received = b"".join(parts)
        environ["wsgi.input"] = io.BytesIO(received[:body_bytes])
        return environ, received[body_bytes:]


def _drain(connection: socket.socket) -> None:
    """Say goodbye and take in what is still on its way: closing over unread bytes would take the answer back."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(1.0)
    for _ in range(16):
        if not connection.recv(_CHUNK):
            return


def _environ(head: str) -> Environ:
    """WSGI's view of a call, from its head."""
    first, *lines = head.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[1].startswith("/") or words[2] not in {"HTTP/1.1", "HTTP/1.0"}:
        raise _Refused(HTTPStatus.BAD_REQUEST)
    path, _, query = words[1].partition("?")
    environ: Environ = {
        "REQUEST_METHOD": words[0], "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_PROTOCOL": words[2], "wsgi.url_scheme": "http", "wsgi.multithread": True,
    }  # fmt: skip
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise _Refused(HTTPStatus.BAD_REQUEST)
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        if key == "CONTENT_LENGTH" and key in environ:
            raise _Refused(HTTPStatus.BAD_REQUEST)
        environ[key] = value.strip()
    return environ


def _length(environ: Environ, most: int) -> int:
    """How long the call's body is; refused when that is not said, or too much."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise _Refused(HTTPStatus.LENGTH_REQUIRED)
    said: str = environ.get("CONTENT_LENGTH", "0")
    if not (said.isascii() and said.isdigit()):
        raise _Refused(HTTPStatus.BAD_REQUEST)
    if int(said) > most:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(said)


def _stays(environ: Environ) -> bool:
    """Whether the client wants to ask again over this connection."""
    wish: str = environ.get("HTTP_CONNECTION", "").lower()
    return wish == "keep-alive" if environ["SERVER_PROTOCOL"] == "HTTP/1.0" else wish != "close"


def _answer(application: Application, environ: Environ) -> tuple[bytes, bool]:
    """The whole answer as it goes over the line, and whether it is as long as it says."""
    said: list[tuple[str, list[tuple[str, str]]]] = []
    body = b"".join(application(environ, lambda status, headers: said.append((status, headers))))
    ((status, headers),) = said
    announced = next((value for name, value in headers if name == "Content-Length"), None)
    if announced is None:
        headers = [*headers, ("Content-Length", str(len(body)))]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    message = f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1")
    shown = b"" if environ["REQUEST_METHOD"] == "HEAD" else body
    return message + shown, announced in {None, str(len(body))}


def _plain(status: HTTPStatus) -> bytes:
    return f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
