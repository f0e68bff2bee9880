"""Gathers what the search shows: what was asked, what was found, what other registers say otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from certificate.errors import NotFound
from certificate.text import nfc
from ingest import search
from ingest.accounts import UserRow
from ingest.office import Office
from ingest.search import Page, SearchHit, SearchScope
from store.rows import LegacyDifferenceRow, SettledAs
from store.search import MOST_HITS
from web import language, tabs, wording
from web.names import full_name

_WORDS = ("serial", "register", "owner", "id_number", "map_sheet", "parcel", "commune", "office", "run")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """The search page: what was typed, whether the details are open, and a page of certificates."""

    typed: Mapping[str, str]
    asked: bool
    detailed: bool
    page: Page[SearchHit]
    more: bool
    bad_day: bool
    # Something was typed that holds neither letter nor digit.
    without_word: bool


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """A difference in a list, in words; identity numbers with their middle hidden."""

    row: LegacyDifferenceRow
    name: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Differences:
    """A page of differences that nobody has settled."""

    lines: Sequence[DifferenceLine]
    page: Page[LegacyDifferenceRow]


def found(office: Office, user: UserRow, args: Mapping[str, str]) -> Found:
    """What the address asks for, and what was found."""
    typed = {name: nfc(args.get(name, ""))[:_LONGEST] for name in ("q", "issued_from", "issued_to", *_WORDS)}
    query = search.read_query(typed["q"])
    query = replace(
        query,
        serial=typed["serial"],
        register=typed["register"],
        owner=typed["owner"],
        id_number=typed["id_number"] or query.id_number,
        map_sheet=typed["map_sheet"] or query.map_sheet,
        parcel=typed["parcel"] or query.parcel,
        commune=typed["commune"],
        office=typed["office"],
        run=typed["run"],
        issued_from=search.parse_day(typed["issued_from"]) or query.issued_from,
        issued_to=search.parse_day(typed["issued_to"]) or query.issued_to,
    )
    bad_day = any(typed[name] and not search.parse_day(typed[name]) for name in ("issued_from", "issued_to"))
    page: Page[SearchHit] = Page((), 0, 1, search.PAGE_SIZE)
    if not query.is_empty and not bad_day:
        with suppress(NotFound):  # A run of a name that there is not: nothing is found.
            page = search.find(office, query, scope=search.scope_of(user), page=tabs.page_number(args.get("page")))
    return Found(
        typed=typed,
        asked=not query.is_empty,
        without_word=query.is_empty and any(typed.values()) and not bad_day,
        detailed=any(typed[name] for name in typed if name != "q"),
        page=page,
        more=page.total >= MOST_HITS,
        bad_day=bad_day,
    )


def differences(office: Office, scope: SearchScope, args: Mapping[str, str]) -> Differences:
    """A page of what other registers say otherwise."""
    page = search.open_differences(office, scope=scope, page=tabs.page_number(args.get("page")))
    return Differences([difference_line(row) for row in page.items], page)


def difference_line(row: LegacyDifferenceRow, *, revealed: bool = False) -> DifferenceLine:
    """A difference in words."""
    code = language.language()

    def words(value: str | None) -> str:
        text = wording.shown(row.path, value, code)
        return wording.masked(text) if text and row.path.endswith("id_number") and not revealed else text

    return DifferenceLine(row, full_name(row.path, code), words(row.ours), words(row.theirs))


def side(text: str) -> SettledAs:
    """Which side a form says is right; ours for anything that is no side."""
    return SettledAs.THEIRS if text == SettledAs.THEIRS else SettledAs.OURS
