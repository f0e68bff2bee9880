"""Gathers what the page of the second key-in shows: the scan, the fields to type, and never what the first typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certificate.errors import MoveNotAllowed
from certificate.record import Record
from ingest import review
from ingest.accounts import UserRow
from ingest.desk import Stage
from ingest.key_in_policy import differences, stage_of
from ingest.office import Office
from ingest.review import ScanRow
from web import language, wording
from web.names import full_name, sort_key
from web.review import presenting, stations
from web.review.presenting import FaceView
from web.words import gettext as _


@dataclass(frozen=True, slots=True)
class KeyField:
    """One field to type; ``offers`` are what the first two typed, for the third person only."""

    path: str
    name: str
    options: Sequence[tuple[str, str]]
    offers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class KeyIn:
    """The page of a key-in."""

    id: str
    version: int
    scan: ScanRow
    title: str
    is_third: bool
    fields: Sequence[KeyField]
    faces: Sequence[FaceView]


def key_in(office: Office, certificate_id: str, user: UserRow) -> KeyIn:
    """The key-in that waits for this person; ``MoveNotAllowed`` when none does."""
    view = review.certificate_view(office, certificate_id)
    if not stations.must_key_in(view, user):
        raise MoveNotAllowed(f"certificate {certificate_id} waits for no key-in by this person")
    code, third = language.language(), stage_of(view.key_ins) is Stage.THIRD
    wanted: dict[str, tuple[str | None, ...]]
    if third:
        wanted = {one.path: (one.first, one.second) for one in differences(view.key_ins)}
    else:
        wanted = {line.path: () for line in view.key_ins if line.turn == 1}
    fields = [
        KeyField(
            path=path,
            name=full_name(path, code),
            options=wording.choices(path, code),
            offers=[wording.shown(path, value, code) for value in wanted[path]],
        )
        for path in sorted(wanted, key=sort_key)
    ]
    return KeyIn(
        id=certificate_id,
        version=view.certificate.version,
        scan=view.scan,
        title=_title(view.record, set(wanted)),
        is_third=third,
        fields=fields,
        faces=presenting.faces(view.record),
    )


def typed(form: Mapping[str, str]) -> dict[str, str | None]:
    """What was typed, by field, in normal form."""
    return {
        name.removeprefix("v-"): wording.typed(name.removeprefix("v-"), value)
        for name, value in form.items()
        if name.startswith("v-")
    }


def _title(record: Record, wanted: set[str]) -> str:
    """The serial number, unless it is among what is to be typed blind."""
    serial = record.value("serial_number")
    return serial if serial and "serial_number" not in wanted else _("Nhập độc lập")
