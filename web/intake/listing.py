"""Gathers what the clerk's list shows: own scans, newest first, what is wrong with each and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from certificate.record import Finding
from certificate.states import WORKING, State
from certificate.wording import RETURN_REASONS
from ingest import intake, review, sight
from ingest.accounts import UserRow
from ingest.office import Office
from ingest.review import CertificateSummary, Page, ScanRow, ScanSummary
from web import display, language, tabs
from web.display import Remark
from web.tabs import Tab
from web.words import gettext as _

MOST_ASKED = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ListRow:
    """One scan in the list; ``mark`` changes whenever the row looks different."""

    scan: ScanRow
    remark: Remark | None
    warnings: Sequence[Finding]
    duplicate: str | None
    certificate_id: str | None
    serials: Sequence[str]
    may_insist: bool
    may_retry: bool
    may_replace: bool
    mark: str


@dataclass(frozen=True, slots=True)
class OwnScans:
    """A page of a person's own scans; ``live`` while a machine still works on one of them."""

    rows: Sequence[ListRow]
    page: Page[ScanSummary]
    tabs: Sequence[Tab]
    live: bool

    @property
    def mark(self) -> str:
        """Changes whenever the list looks different."""
        counts = ",".join(str(tab.count) for tab in self.tabs)
        return "|".join((counts, *(f"{row.scan.id}:{row.mark}" for row in self.rows)))


def own_scans(office: Office, user: UserRow, args: Mapping[str, str]) -> OwnScans:
    """The page of the list that the address asks for."""
    tab = tabs.chosen(tabs.CLERK_TABS, args.get("show", ""))
    page = review.scan_list(office, who=user, states=tab.states, page=tabs.page_number(args.get("page")), own=True)
    counts = review.counts(office, who=user, own=True)
    ids = [item.scan.id for item in page.items]
    warnings = review.scan_findings(office, ids)
    twins = review.papers_of(office, [item.scan.duplicate_of for item in page.items if item.scan.duplicate_of])
    rows = [_row(item, warnings[item.scan.id], twins) for item in page.items]
    return OwnScans(
        rows=rows,
        page=page,
        tabs=tabs.counted(tabs.CLERK_TABS, counts, tab),
        live=any(count and state in WORKING for state, count in counts.items()),
    )


def known(office: Office, user: UserRow, hashes: Sequence[str]) -> dict[str, dict[str, str | None]]:
    """Which of these files are here already, and what became of them; links lead to what the person may see."""
    found: dict[str, dict[str, str | None]] = {}
    for sha256 in hashes:
        there = intake.known(office, sha256) if _SHA256.fullmatch(sha256) else None
        if there is None:
            continue
        scan, papers = there
        own = scan.id in sight.visible_scans(office, [scan.id], user)
        found[sha256] = {
            "message": _duplicate_of(scan, papers),
            "url": url_for("review.certificate", certificate_id=papers[0].id) if papers and own else None,
        }
    return found


def _duplicate_of(scan: ScanRow, papers: Sequence[CertificateSummary]) -> str:
    serials = ", ".join(paper.serial_number for paper in papers if paper.serial_number)
    when = display.moment(scan.created_at)
    state = str(display.STATES[scan.state].word).lower()
    if serials:
        return _("Đã có trong hệ thống: giấy %(serials)s, nhận %(when)s, %(state)s.",
                 serials=serials, when=when, state=state)  # fmt: skip
    return _("Đã có trong hệ thống: nhận %(when)s, %(state)s.", when=when, state=state)


def _row(
    item: ScanSummary, warnings: Sequence[Finding], twins: Mapping[str, tuple[ScanRow, tuple[CertificateSummary, ...]]]
) -> ListRow:
    scan = item.scan
    serials = [paper.serial_number for paper in item.certificates if paper.serial_number]
    returned = scan.state is State.RETURNED and scan.replaced_by is None
    twin = twins.get(scan.duplicate_of or "")
    return ListRow(
        scan=scan,
        remark=display.remark_on(scan.error_code, scan.return_reason),
        # Why a scan was returned is not told a second time as a remark.
        warnings=[
            language.worded(one, english=language.language() == "en")
            for one in warnings
            if one.code != scan.return_reason
        ],
        duplicate=_duplicate_of(*twin) if twin else None,
        certificate_id=item.certificates[0].id if item.certificates else None,
        serials=serials,
        may_insist=returned and scan.return_reason in RETURN_REASONS,
        may_retry=scan.state is State.FAILED and display.may_retry(scan.error_code),
        may_replace=returned,
        mark=f"{scan.version}.{len(warnings)}.{scan.state}.{language.language()}.{scan.created_at:%d}",
    )
