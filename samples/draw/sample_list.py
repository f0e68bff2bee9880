"""Which samples are committed: what is drawn, how it is captured, what it is there to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from samples.draw.sets import Layout

_SPREADS = Layout(((4, 1), (2, 3)))
_SPREADS_2_3_FIRST = Layout(((2, 3), (4, 1)))
_TURNED_SPREADS = Layout(((4, 1), (2, 3)), (90, 270))
_FACES = Layout(((1,), (2,), (3,), (4,)))
_LEAF = Layout(((1,), (2,)))
_ONE_PAGE = Layout(((1,),))


@dataclass(frozen=True, slots=True)
class Sample:
    """One committed file.

    ``shrink`` lowers the resolution after capture, to keep the files small; ``registry`` says how the table of citizens
    differs on purpose from the first owner.
    """

    name: str
    seed: int
    form: str
    capture: str
    layout: Layout
    quality: int
    what: str
    purpose: str
    owners: str = ""
    parcels: int = 1
    changes: int = -1
    shows_card: bool = False
    second: str = ""
    exif_orientation: int = 1
    shrink: float = 1.0
    other_kind: str = ""
    registry: str = ""

    @property
    def wanted(self) -> dict[str, Any]:
        """The options of the content."""
        return {"owners": self.owners, "parcels": self.parcels, "changes": self.changes}


SAMPLES = (
    Sample(
        "01-tt17-spreads.pdf", 1, "tt17-2009", "flatbed", _SPREADS, 28,
        "pink sheet of 2009, two A3 spreads, 300 dpi colour", "the everyday scan", owners="couple",
    ),
    Sample(
        "02-tt23-spreads-2-3-first.pdf", 2, "tt23-2014", "colour200", _SPREADS_2_3_FIRST, 30,
        "pink sheet of 2014, spread 2-3 before 4-1, 200 dpi colour", "the other order of spreads; changes after issue",
        owners="household_couple", changes=2,
    ),
    Sample(
        "03-tt23-faces-grey.pdf", 3, "tt23-2014", "grey200", _FACES, 28,
        "pink sheet, four single faces, 200 dpi grey", "single faces without colour", owners="single",
    ),
    Sample(
        "04-tt10-leaf.pdf", 4, "tt10-2024", "colour200", _LEAF, 44,
        "A4 leaf of 2025, two pages", "the current form with QR", owners="couple", registry="one_tone_mark",
    ),
    Sample(
        "05-tt10-phone.jpg", 5, "tt10-2024", "phone", _ONE_PAGE, 58,
        "first page of the A4 leaf, photographed on a desk", "perspective and shadow; the second page is missing",
        owners="single",
    ),
    Sample(
        "06-tt17-fax.tif", 6, "tt17-2009", "fax", _SPREADS, 50,
        "pink sheet in black and white, TIFF of two pages, fax code (G4)", "bilevel scans, several pages in a TIFF",
        owners="couple", registry="only_old_id",
    ),
    Sample(
        "07-tt23-fax.pdf", 7, "tt23-2014", "fax", _SPREADS, 50,
        "pink sheet in black and white, PDF with G4 inside", "the archive keeps G4 as it is", owners="single",
        registry="not_found",
    ),
    Sample(
        "08-tt23-low150.pdf", 8, "tt23-2014", "low150", _SPREADS, 38,
        "pink sheet, 150 dpi, hard compression", "the lowest resolution allowed", owners="couple",
        registry="deceased",
    ),
    Sample(
        "09-tt17-worn.pdf", 9, "tt17-2009", "worn", _SPREADS, 32,
        "yellowed, folded, stained, faded", "nothing may be accepted unseen where the print is gone",
        owners="household", shrink=2 / 3,
    ),
    Sample(
        "10-tt17-photocopy.pdf", 10, "tt17-2009", "photocopy", _SPREADS, 32,
        "copy of a copy, grey", "broken strokes and specks", owners="plain_couple", shrink=2 / 3,
    ),
    Sample(
        "11-tt10-born-digital.pdf", 11, "tt10-2024", "born_digital", _LEAF, 0,
        "PDF straight from the printing program, with text", "the text layer is used, nothing is recognised",
        owners="single",
    ),
    Sample(
        "12-tt23-fifteen-parcels.pdf", 12, "tt23-2014", "grey200", _SPREADS, 30,
        "fifteen rice parcels in a table", "tables with wrapped cells", owners="couple", parcels=15,
    ),
    Sample(
        "13-tt23-organisation.tif", 13, "tt23-2014", "grey200", _SPREADS, 30,
        "land of an organisation, grey TIFF with JPEG inside", "an organisation with tax code or decision",
        owners="organisation",
    ),
    Sample(
        "14-tt10-with-identity-card.pdf", 14, "tt10-2024", "colour200", _LEAF, 36,
        "A4 leaf and the owner's identity card", "two papers in one file; the card links CMND and CCCD",
        owners="single", shows_card=True,
    ),
    Sample(
        "15-two-certificates.pdf", 15, "tt17-2009", "low150", _SPREADS, 36,
        "two certificates in one file", "one record each", owners="couple", second="tt23-2014",
    ),
    Sample(
        "16-blank.pdf", 16, "other", "colour200", _ONE_PAGE, 45,
        "an empty sheet", "goes back to the clerk as blank", other_kind="blank",
    ),
    Sample(
        "17-contract.jpg", 17, "other", "grey200", _ONE_PAGE, 55,
        "a contract of sale that names a certificate", "not a certificate: no fields", other_kind="contract",
    ),
    Sample(
        "18-tt23-turned-skewed.pdf", 18, "tt23-2014", "skewed", _TURNED_SPREADS, 32,
        "spreads fed in on their side, askew", "quarter turns and levelling", owners="single", shrink=2 / 3,
    ),
    Sample(
        "19-tt17-first-face-only.jpg", 19, "tt17-2009", "low150", _ONE_PAGE, 66,
        "only the first face, turned by EXIF", "must go to review: the page about the land is missing",
        owners="single", exif_orientation=6,
    ),
    Sample(
        "20-ld2003-red-book.pdf", 20, "ld2003", "colour200", _SPREADS, 34,
        "red book of the law of 2003, filled in by machine", "the older form", owners="couple",
    ),
    Sample(
        "21-ld1993-by-hand.pdf", 22, "ld1993", "colour200", _FACES, 30,
        "red book of the law of 1993, filled in by hand", "must go to review: handwriting is never accepted by itself",
        owners="household",
    ),
)  # fmt: skip
