"""Gathers what the clerk's list shows: own scans, newest first, what is wrong with each and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certificate.states import WORKING, State
from ingest import review
from ingest.accounts import UserRow
from ingest.office import Office
from ingest.review import Page, ScanRow, ScanSummary
from web import display, language, tabs
from web.display import Remark
from web.tabs import Tab


@dataclass(frozen=True, slots=True)
class ListRow:
    """One scan in the list; ``mark`` changes whenever the row looks different."""

    scan: ScanRow
    remark: Remark | None
    certificate_id: str | None
    serials: Sequence[str]
    may_insist: bool
    may_retry: bool
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
    rows = [_row(item) for item in page.items]
    return OwnScans(
        rows=rows,
        page=page,
        tabs=tabs.counted(tabs.CLERK_TABS, counts, tab),
        live=any(count and state in WORKING for state, count in counts.items()),
    )


def _row(item: ScanSummary) -> ListRow:
    scan = item.scan
    serials = [paper.serial_number for paper in item.certificates if paper.serial_number]
    return ListRow(
        scan=scan,
        remark=display.remark_on(scan.error_code, scan.return_reason),
        certificate_id=item.certificates[0].id if item.certificates else None,
        serials=serials,
        may_insist=scan.state is State.RETURNED and scan.return_reason in display.RETURN_REASONS,
        may_retry=scan.state is State.FAILED and display.may_retry(scan.error_code),
        mark=f"{scan.version}.{scan.state}.{language.language()}.{scan.created_at:%d}",
    )
