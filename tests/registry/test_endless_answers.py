"""The client against a service that goes on answering for ever."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from certificate.citizens import OwnerQuery, RegistryVerdict
from registry.client import RegistryClient
from registry.port import Patience


class Endless(httpx.SyncByteStream):
    """A body that goes on for ever, in pieces of some length."""

    def __init__(self, piece: bytes) -> None:
        self.piece = piece
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        while not self.is_closed:
            yield self.piece

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("piece", [b" ", b" " * 1_000_000], ids=["in drops", "as a flood"])
@pytest.mark.parametrize("status", [200, 401, 503])
def test_an_answer_without_end_is_given_up(piece: bytes, status: int) -> None:
    """Each drop comes in time, and yet no worker may hang on it or drown in it."""
    made: list[Endless] = []

    def answer(_: httpx.Request) -> httpx.Response:
        made.append(Endless(piece))
        return httpx.Response(status, stream=made[-1])

    patience = Patience(answer_s=0.05, attempts=2, first_wait_s=0.01, longest_wait_s=0.02)
    with RegistryClient(
        "http://registry.test",
        "k",
        "CB001",
        patience=patience,
        transport=httpx.MockTransport(answer),
        sleep=lambda _: None,
    ) as client:
        assert (
            client.verify_owner(OwnerQuery("Nguyễn Văn Đạt", "091070000123", "1970", "male")).verdict
            is RegistryVerdict.UNAVAILABLE
        )
    assert [body.is_closed for body in made] == [True, True]
