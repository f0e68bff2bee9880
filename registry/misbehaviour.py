"""How the mock registry behaves badly on purpose: what real lines and services do to their clients."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock
from typing import Any


class Kind(StrEnum):
    """The ways to misbehave."""

    NONE = "none"
    DELAY = "delay"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    HANG = "hang"
    CUT = "cut"
    MALFORMED = "malformed"
    ANOTHER_PERSON = "another_person"


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """One way to misbehave, how often (0.0-1.0), at most how many times, and its length where it has one.

    ``seconds`` is how long a delay or a hanging call lasts; ``retry_after`` goes into the header of a 429.
    """

    kind: Kind
    probability: float = 1.0
    times: int | None = None
    seconds: float = 1.0
    retry_after: str = "1"

    @classmethod
    def from_json(cls, data: Any) -> Misbehaviour:
        """Read one from an admin call; raises ``ValueError`` when it makes no sense."""
        if not isinstance(data, dict) or data.keys() - set(cls.__slots__):
            raise ValueError("expected an object with kind, probability, times, seconds, retry_after")
        try:
            found = cls(
                kind=Kind(data["kind"]),
                probability=float(data.get("probability", 1.0)),
                times=None if data.get("times") is None else int(data["times"]),
                seconds=float(data.get("seconds", 1.0)),
                retry_after=str(data.get("retry_after", "1")),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("kind is missing or a number is none") from error
        if not 0 <= found.probability <= 1 or not 0 <= found.seconds <= 3600:
            raise ValueError("probability is 0 to 1, seconds are 0 to 3600")
        return found


class Mood:
    """Which misbehaviours are switched on now; may be asked from many threads."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - misbehaviour is to be repeatable, not secret
        self._lock = Lock()
        self._left: list[tuple[Misbehaviour, int | None]] = []
        self._changed = Event()

    def set(self, wanted: list[Misbehaviour]) -> None:
        """Misbehave so from now on; an empty list means well. Calls that hang are let go."""
        with self._lock:
            self._left = [(one, one.times) for one in wanted if one.kind is not Kind.NONE]
            self._changed.set()
            self._changed = Event()

    def draw(self) -> Misbehaviour | None:
        """How to misbehave in the next call, if at all."""
        with self._lock:
            for place, (one, left) in enumerate(self._left):
                if left == 0 or self._random.random() >= one.probability:
                    continue
                if left is not None:
                    self._left[place] = (one, left - 1)
                return one
        return None

    def wait(self, seconds: float) -> None:
        """Let a call wait, but not beyond the next change of mood."""
        with self._lock:
            changed = self._changed
        changed.wait(seconds)
