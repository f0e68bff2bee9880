"""What a person may see and change: a clerk their own scans; others those of their office, all when they have none."""

from __future__ import annotations

from collections.abc import Collection

from certificate.errors import NotFound
from ingest.office import Office
from store.rows import Role, SearchScope, UserRow

__all__ = ["SearchScope", "check", "scope_of", "visible_scans"]


def scope_of(user: UserRow) -> SearchScope:
    """The scope of a person, which the store holds them to (``store.scope``)."""
    if user.role is Role.CLERK:
        return SearchScope(uploaded_by=user.name)
    return SearchScope(office=user.office or None)


def visible_scans(office: Office, scan_ids: Collection[str], user: UserRow) -> frozenset[str]:
    """Those of these scans that the person may see."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.visible(scan_ids, scope_of(user))


def check(
    office: Office,
    user: UserRow,
    *,
    scan_ids: Collection[str] = (),
    certificate_ids: Collection[str] = (),
    difference_ids: Collection[str] = (),
    run_ids: Collection[str] = (),
) -> None:
    """``NotFound`` when one of these is not there or is hidden from the person: the two are not told apart."""
    scope = scope_of(user)
    with office.database.unit_of_work(read_only=True) as unit:
        papers = [*certificate_ids, *(unit.legacy.get(one).certificate_id for one in difference_ids)]
        hidden = [
            *(set(scan_ids) - (unit.scans.visible(scan_ids, scope) if scan_ids else frozenset())),
            *(one for one in papers if not unit.search.visible(one, scope)),
            *(one for one in run_ids if not unit.runs.visible(one, scope)),
        ]
    if hidden:
        raise NotFound(f"out of the sight of {user.role}: {hidden[0]}")
