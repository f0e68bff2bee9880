"""What the grammar hands to the fusion: a field's path, its kind, and where its text stands.

Owns the list of kinds of value. A draft either has a place on the paper (``piece``) or a value that follows from the
layout alone (``given``: a role, a gender), with the piece that told it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ocr.grammar.flow import Piece


class Kind(StrEnum):
    """The kinds of value, each with its own normal form, way of choosing between readers and threshold."""

    SERIAL = "serial"
    REGISTER = "register"
    DATE = "date"
    PLACE = "place"
    AUTHORITY = "authority"
    TITLE = "title"
    NAME = "name"
    ORGANISATION = "organisation"
    CODE = "code"
    ROLE = "role"
    YEAR = "year"
    ID_NUMBER = "id_number"
    ADDRESS = "address"
    NUMBER = "number"
    AREA = "area"
    WORDS = "words"
    PURPOSE = "purpose"
    TERM = "term"
    ORIGIN = "origin"
    HOUSE = "house"
    TEXT = "text"


@dataclass(frozen=True, eq=False)
class Draft:
    """A field found on the paper, before its readers are weighed against each other.

    ``doubted`` says that the layout itself leaves open whether this stands where it seems to stand.
    """

    path: str
    kind: Kind
    piece: Piece | None
    given: str | None = None
    doubted: bool = False


def given(path: str, kind: Kind, value: str, piece: Piece | None) -> Draft:
    """A field whose value the layout tells (a role, a gender, what a code says)."""
    return Draft(path, kind, piece, value)
