"""Which faces of a file make one certificate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from ocr.grammar.flow import Piece
from ocr.grammar.forms import FaceKind, Family, group_faces, settle_kinds
from ocr.recognise import ReadFace

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]


def test_two_backs_that_look_alike_stay_with_their_certificate() -> None:
    """A sketch and a cover with changes both tell of a third face; no second certificate begins with a back."""
    book = Family.RED_BOOK
    kinds = [FaceKind(book, 1, 3.0), FaceKind(book, 2, 6.0), FaceKind(book, 3, 5.0), FaceKind(book, 3, 2.2)]
    assert group_faces(kinds) == [[0, 1, 2, 3]]
    assert group_faces([*kinds, FaceKind(book, 1, 3.0), FaceKind(book, 2, 6.0)]) == [[0, 1, 2, 3], [4, 5]]


def test_a_back_beside_a_front_is_of_its_sheet() -> None:
    """A house certificate's page of changes looked like a pink one's, and went to the other certificate of the file."""
    house, pink = Family.HOUSE_60, Family.FOUR_FACES
    kinds = [
        FaceKind(house, 2, 4.5), FaceKind(None, None, 0.0), FaceKind(pink, 3, 2.2), FaceKind(house, 1, 4.0),
        FaceKind(pink, 2, 9.9), FaceKind(pink, 3, 5.2), FaceKind(pink, 4, 9.0), FaceKind(pink, 1, 5.0),
    ]  # fmt: skip
    kinds = [replace(kind, page=page) for kind, page in zip(kinds, (1, 1, 2, 2, 3, 3, 4, 4), strict=True)]
    settled = settle_kinds(kinds)
    assert group_faces(settled) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_faces_on_one_page_are_of_one_sheet() -> None:
    """A page of changes that looked like another's third face took its changes to the certificate before."""
    book = Family.RED_BOOK
    numbers, pages = [3, 3, 2, 1, 3, 1, 2, 3, 4, 1, 2, 3], [1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8]
    kinds = [FaceKind(book, number, 3.0, page=page) for number, page in zip(numbers, pages, strict=True)]
    assert group_faces(kinds) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


@pytest.mark.parametrize(
    ("pages", "groups"),
    [
        # The first one's front is missing: papers are scanned from the front.
        ([(2, 3), (4, 1), (2, 3)], [[0, 1], [2, 3, 4, 5]]),
        ([(2,), (1,), (2,)], [[0], [1, 2]]),
        # Both are there with the inner faces first, or the fronts.
        ([(2, 3), (4, 1), (2, 3), (4, 1)], [[0, 1, 2, 3], [4, 5, 6, 7]]),
        ([(4, 1), (2, 3), (4, 1), (2, 3)], [[0, 1, 2, 3], [4, 5, 6, 7]]),
    ],
)
def test_whose_front_it_is_where_one_is_missing(pages: list[tuple[int, ...]], groups: list[list[int]]) -> None:
    """A front belongs to the inner faces behind it."""
    kinds = [
        FaceKind(Family.FOUR_FACES, number, 5.0, page=page) for page, faces in enumerate(pages, 1) for number in faces
    ]
    assert group_faces(kinds) == groups


def test_whole_sheets_one_after_the_other_are_told_apart_by_fours() -> None:
    """Each in an order of its own, backs that nothing tells among them: the second one's parcels went to the first."""

    def kinds(*faces: tuple[Family | None, int | None, int]) -> list[FaceKind]:
        return [FaceKind(family, number, 2.0, blank=False, foreign=False, page=page) for family, number, page in faces]

    four, red = Family.FOUR_FACES, Family.RED_BOOK
    forwards_and_back = kinds(
        (four, 4, 1), (four, 1, 1), (four, 2, 2), (four, 3, 2), (four, 4, 3), (four, 3, 4), (four, 2, 5), (four, 1, 6)
    )
    assert group_faces(forwards_and_back) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    books = kinds(
        (red, 3, 1),
        (None, None, 1),
        (None, None, 2),
        (red, 1, 2),
        (None, None, 3),
        (red, 1, 3),
        (red, 3, 4),
        (None, None, 4),
    )
    assert group_faces(books) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    # A supplement of four faces has no front of its own.
    with_supplement = kinds(
        (four, 1, 1),
        (four, 2, 2),
        (four, 3, 3),
        (four, 4, 4),
        (four, 4, 5),
        (four, 3, 6),
        (None, None, 7),
        (None, None, 8),
    )
    assert group_faces(with_supplement) == [list(range(8))]
