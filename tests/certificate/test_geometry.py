"""Boxes and maps between images."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.geometry import IDENTITY, Box, apply_homography, apply_mesh, bounding_box

PLACES = st.integers(-5000, 5000)
BOXES = st.builds(Box, PLACES, PLACES, PLACES, PLACES)


def test_a_box_knows_its_size():
    """Right and bottom lie just outside."""
    assert (Box(10, 20, 30, 60).width, Box(10, 20, 30, 60).height) == (20, 40)


@given(st.lists(BOXES, min_size=1, max_size=6))
def test_the_box_around_boxes_holds_each_and_no_more(boxes):
    """Every side is that of one of them."""
    around = bounding_box(boxes)
    assert all(around.union(box) == around for box in boxes)
    assert around.left in {box.left for box in boxes}
    assert around.bottom in {box.bottom for box in boxes}


@given(BOXES, BOXES, BOXES)
def test_uniting_boxes_has_no_order(one, two, three):
    """Whichever comes first, the result is one."""
    assert one.union(two) == two.union(one)
    assert one.union(two).union(three) == one.union(two.union(three))
    assert one.union(one) == one


def test_no_boxes_have_no_box_around():
    """Nothing is nowhere."""
    with pytest.raises(ValueError, match="unpack"):
        bounding_box([])


@pytest.mark.parametrize(
    ("matrix", "point", "image"),
    [
        (IDENTITY, (3.0, 4.0), (3.0, 4.0)),
        ((1, 0, 10, 0, 1, -5, 0, 0, 1), (3.0, 4.0), (13.0, -1.0)),  # moved
        ((0, -1, 100, 1, 0, 0, 0, 0, 1), (3.0, 4.0), (96.0, 3.0)),  # a quarter turn
        ((2, 0, 0, 0, 2, 0, 0, 0, 2), (3.0, 4.0), (3.0, 4.0)),  # the scale falls out
        ((1, 0, 0, 0, 1, 0, 0.5, 0, 1), (2.0, 4.0), (1.0, 2.0)),  # perspective
    ],
)
def test_points_are_mapped(matrix, point, image):
    """Row by row, divided by the third."""
    assert apply_homography(matrix, *point) == pytest.approx(image)


@pytest.mark.parametrize(
    ("place", "wanted"),
    [((0, 0), (10, 20)), ((1, 1), (50, 60)), ((0.25, 0.5), (20, 40)), ((0.75, 0), (40, 21)), ((1.5, 0), (70, 18))],
)
def test_a_mesh_is_even_between_its_places(place, wanted):
    """A picture's part is found between the nearest four places, and straight on beyond the last ones."""
    mesh = (((10, 20), (30, 22), (50, 20)), ((10, 60), (30, 58), (50, 60)))
    assert apply_mesh(mesh, *place) == pytest.approx(wanted)
