"""The mock registry's own HTTP server: what it takes, what it refuses, and how its connections end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import pytest

from registry import http_server
from registry.http_server import HttpServer


def _echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers with the method, the path, the query and the body; cuts its answer short where asked to."""
    said = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} ".encode()
    body = said + environ["wsgi.input"].read()
    headers = [("Content-Type", "text/plain")]
    if environ["PATH_INFO"] == "/cut":
        headers.append(("Content-Length", str(len(body) + 10)))
    start_response("200 OK", headers)
    return [body]


@pytest.fixture
def server() -> Iterator[HttpServer]:
    """A server on a free port, with room for two connections and bodies of ten bytes."""
    server = HttpServer(_echo, "127.0.0.1", 0, most_connections=2, most_body_bytes=10)
    thread = threading.Thread(target=_until_closed, args=(server,), daemon=True)
    thread.start()
    yield server
    server._listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def port(server: HttpServer) -> int:
    """Where it listens."""
    return server.port


def _until_closed(server: HttpServer) -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        server.run()


def _say(port: int, message: bytes) -> bytes:
    """Everything that the server answers until it ends the connection."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as line:
        line.sendall(message)
        return b"".join(iter(lambda: line.recv(4096), b""))


def _statuses(answer: bytes) -> list[int]:
    return [int(part.split(b" ", 1)[0]) for part in answer.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize(
    ("message", "statuses"),
    [
        (b"GET /a?b=c HTTP/1.1\r\nConnection: close\r\n\r\n", [200]),
        # Two calls at once are answered in their order over one connection.
        (b"GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n", [200, 200]),
        (b"POST /a HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc", [200]),
        # A client that wants to know first whether its body is welcome.
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nx", [100, 200]),
        # The old version ends its connection by itself.
        (b"GET / HTTP/1.0\r\n\r\n", [200]),
        (b"POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n", [413]),
        # A body of unknown length: where the next call begins would be a guess.
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", [411]),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", [400]),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", [400]),
        ("POST / HTTP/1.1\r\nContent-Length: ²\r\n\r\n".encode("latin-1"), [400]),
        # A space before the colon, and a folded line, are read differently by different programs.
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", [400]),
        (b"GET / HTTP/1.1\r\nA: b\r\n c: d\r\n\r\n", [400]),
        (b"GET / HTTP/2\r\n\r\n", [400]),
        (b"GET x HTTP/1.1\r\n\r\n", [400]),
        (b"nonsense\r\n\r\n", [400]),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 20_000, [431]),
    ],
)
def test_messages(port: int, message: bytes, statuses: list[int]) -> None:
    """Each message gets its answer; what is not understood ends the connection."""
    assert _statuses(_say(port, message)) == statuses


def test_what_the_application_gets(port: int) -> None:
    """Method, path, query and body arrive; the length is told."""
    answer = _say(port, b"PUT /a/b?c=d&e HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
    assert answer.endswith(b"Content-Length: 17\r\n\r\nPUT /a/b?c=d&e hi")
    bare = _say(port, b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert bare.endswith(b"Content-Length: 8\r\n\r\n")


def test_a_short_answer_ends_the_connection(port: int) -> None:
    """A client that waits for the rest is told by the end of the line, not left waiting."""
    assert _say(port, b"GET /cut HTTP/1.1\r\n\r\n").endswith(b"GET /cut? ")


def test_one_connection_too_many_is_told(server: HttpServer, port: int) -> None:
    """The third of two is refused, and there is room again when one has gone."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as first:
        first.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert first.recv(4096)
        with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as second:
            second.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert second.recv(4096)
            assert _statuses(_say(port, b"")) == [503]
        # The second's thread ends when it sees that its client has gone.
        ends = time.monotonic() + 10
        while len(server._open) > 1 and time.monotonic() < ends:
            time.sleep(0.01)
        assert _statuses(_say(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")) == [200]


def test_a_silent_client_is_let_go(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Who says nothing for a while loses the connection, so that it costs no thread for ever."""
    monkeypatch.setattr(http_server, "_IDLE_S", 0.05)
    assert _say(port, b"GET / HTTP/1.1\r\n") == b""
