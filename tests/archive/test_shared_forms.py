"""A drawing that a program wrote into every page anew is kept, and judged, once."""

from __future__ import annotations

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from archive.pdf_pages import take_pages


def _page_with_form(pdf: Pdf, drawing: bytes, state: pikepdf.Object, box: int = 100) -> None:
    form = Stream(
        pdf,
        drawing,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, box, box]),
        Resources=Dictionary(ExtGState=Dictionary(G0=state)),
    )
    page = pdf.add_blank_page(page_size=(100, 100))
    page.obj[Name.Resources] = Dictionary(XObject=Dictionary(X0=pdf.make_indirect(form)))
    page.obj[Name.Contents] = Stream(pdf, b"/X0 Do")


@pytest.mark.parametrize(
    ("second", "same_state", "box", "forms"),
    [
        (b"/G0 gs 0 0 50 50 re f", True, 100, 1),  # the guilloche of the second page
        (b"/G0 gs 0 0 51 50 re f", True, 100, 2),  # another drawing
        (b"/G0 gs 0 0 50 50 re f", True, 90, 2),  # the same operators, cut off elsewhere
        (b"/G0 gs 0 0 50 50 re f", False, 100, 2),  # the same operators, which mean something else
    ],
)
def test_only_equal_drawings_are_shared(second: bytes, same_state: bool, box: int, forms: int) -> None:
    """Same bytes, same frame, same objects referred to: one form; anything else stays apart."""
    with Pdf.new() as source, Pdf.new() as target:
        state = source.make_indirect(Dictionary(ca=0.5))
        other = state if same_state else source.make_indirect(Dictionary(ca=0.9))
        _page_with_form(source, b"/G0 gs 0 0 50 50 re f", state)
        _page_with_form(source, second, other, box)
        pages = take_pages(source, [1, 2], target)
        found = [page.obj.Resources.XObject.X0 for page in pages]
        assert len({form.objgen for form in found}) == forms
        assert [form.read_bytes() for form in found] == [b"/G0 gs 0 0 50 50 re f", second]
