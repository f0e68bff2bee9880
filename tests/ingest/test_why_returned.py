"""Why a scan without a certificate goes back: what scanning again puts right is told before what it does not."""

from __future__ import annotations

import pytest

from certificate.reading import CertificateReading, ScanReading, Unreadable
from certificate.record import Form, Record
from certificate.rules.catalogue import make_finding
from certificate.wording import RETURN_REASONS
from ingest.pipeline import _why_foreign


def paper(*codes: str, form: Form = Form.OTHER) -> CertificateReading:
    """What was read of one paper, with these remarks."""
    findings = [make_finding(code, page="1") for code in codes]
    return CertificateReading(Record("a.pdf", form, 0.9, (), {}, findings), ())


@pytest.mark.parametrize(
    ("papers", "reason"),
    [
        ([paper("blank_page")], "blank_page"),
        ([paper("blank_page"), paper("blank_page")], "blank_page"),
        ([paper()], "not_a_certificate"),
        ([paper("blank_page"), paper()], "not_a_certificate"),
        ([paper("blurred")], "blurred"),
        ([paper("blank_page"), paper("blurred")], "blurred"),
        ([paper("low_contrast")], "low_contrast"),
        ([paper("cut_off")], "not_a_certificate"),
        ([paper("blurred"), paper(form=Form.TT23_2014)], None),
    ],
)
def test_the_reason_is_what_can_be_put_right(papers: list[CertificateReading], reason: str | None) -> None:
    """And each reason has words for whoever sent the scan."""
    assert _why_foreign(ScanReading(len(papers), tuple(papers))) == reason
    assert reason is None or reason in RETURN_REASONS


def test_what_is_remarked_about_a_page_counts_as_well() -> None:
    """The reader remarks on the pages of a scan whether or not it found a paper on them."""
    reading = ScanReading(1, (paper("blank_page"),), (), (make_finding("low_contrast", page="1"),))
    assert _why_foreign(reading) == "low_contrast"


def test_pages_that_could_not_be_read_come_first() -> None:
    """Of them nobody knows what they are."""
    reading = ScanReading(2, (paper("blurred"),), (Unreadable(2, "page_unreadable"),))
    assert _why_foreign(reading) == "page_unreadable"
