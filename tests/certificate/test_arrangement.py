"""The order of owners and parcels: paths move together, what is left out is gone."""

from hypothesis import given
from hypothesis import strategies as st

from certificate.arrangement import arranged, from_written, indexes, written

FIELDS = {
    "serial_number": "BX 123456",
    "owners.0.full_name": "A",
    "owners.0.role": "holder",
    "owners.1.full_name": "B",
    "owners.2.full_name": "C",
    "parcels.0.purposes.1.name": "P",
}


def test_a_group_moves_whole_and_nothing_else_does() -> None:
    """Every field of an owner goes along; parcels and the paper stay."""
    moved = arranged(FIELDS, "owners", (2, 0))
    assert moved == {
        "serial_number": "BX 123456",
        "owners.0.full_name": "C",
        "owners.1.full_name": "A",
        "owners.1.role": "holder",
        "parcels.0.purposes.1.name": "P",
    }
    assert indexes(FIELDS, "owners") == (0, 1, 2)
    assert indexes(moved, "parcels") == (0,)


@given(st.permutations(range(3)))
def test_an_order_taken_back_gives_what_was_there(order: list[int]) -> None:
    """Nothing is lost by moving, and the history's text gives the order again."""
    back = tuple(order.index(index) for index in range(3))
    assert arranged(arranged(FIELDS, "owners", tuple(order)), "owners", back) == FIELDS
    assert from_written(written(tuple(order))) == tuple(order)
