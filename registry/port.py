"""What the rest of the program sees of the population registry, whatever line leads to it. Light: no line is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from certificate.citizens import OwnerQuery, RegistryAnswer, RegistryVerdict


class RegistryPort(Protocol):
    """Something that knows citizens."""

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        """What the registry says of one owner; ``unavailable`` when it cannot be asked now.

        Raises ``RegistryRefused`` when the key or the officer's code is wrong, ``RegistryError`` when the registry
        does not understand the question: asking again would not help either.
        """
        ...


@runtime_checkable
class AsksMany(Protocol):
    """A line to the registry that takes several questions in one call; not every line does."""

    def verify_owners(
        self, queries: Sequence[OwnerQuery], *, officer_code: str | None = None
    ) -> tuple[RegistryAnswer, ...]:
        """The answers on several owners, in order, each as ``verify_owner`` would give it; raises what it raises."""
        ...


class NoLine:
    """An office without a line: nobody is asked about, and owners go onto lists instead."""

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        """``not_asked``, whoever it is."""
        del query, officer_code
        return RegistryAnswer(RegistryVerdict.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the registry, and how often to try.

    ``budget_s`` bounds the waiting between the attempts of one question, so that no worker hangs on a bad line;
    ``answer_s`` bounds a whole answer, which may come in drops that each arrive in time.
    """

    connect_s: float = 2.0
    read_s: float = 5.0
    answer_s: float = 20.0
    attempts: int = 4
    first_wait_s: float = 0.2
    longest_wait_s: float = 4.0
    budget_s: float = 15.0
