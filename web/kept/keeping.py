"""Gathers what the page of what is kept shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certificate.record import Record
from ingest import review, signing
from ingest.office import Office
from ingest.review import VersionKind, VersionSummary
from ingest.signing import Kept, Signature, Trust
from web import language, wording
from web.display import Look
from web.names import full_name, sort_key
from web.words import Later, later
from web.words import gettext as _

KINDS: Mapping[VersionKind, Later] = {
    VersionKind.APPROVED: later("Duyệt"),
    VersionKind.CORRECTED: later("Sửa sau khi duyệt"),
}
SOUND = Look(later("Nguyên vẹn"), "good", "check")
HURT = Look(later("Đã hỏng hoặc mất"), "bad", "cross")
_HOLDS = Look(later("Chữ ký có giá trị"), "good", "check")
_UNASKED = Look(later("Chữ ký nguyên vẹn, chưa đối chiếu nơi cấp"), "still", "info")
_STRANGER = Look(later("Nơi cấp chứng thư không được tin cậy"), "doubt", "doubt")
_BROKEN = Look(later("Chữ ký không còn giá trị"), "bad", "cross")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature and what it is worth, in words."""

    signature: Signature
    look: Look


@dataclass(frozen=True, slots=True)
class Keeping:
    """Everything the page shows; ``shown`` is the version whose values are listed."""

    id: str
    title: str
    kept: Kept | None
    look: Look | None
    signatures: Sequence[Signed]
    on_original: Sequence[Signed]
    versions: Sequence[VersionSummary]
    shown: VersionSummary | None
    values: Sequence[tuple[str, str]]
    kinds: Mapping[VersionKind, Later]


def keeping(office: Office, certificate_id: str, version: str) -> Keeping:
    """What is kept of a certificate; ``version`` is the number of the one to show, the newest unless it is one."""
    view = review.certificate_view(office, certificate_id)
    found = signing.kept(office, certificate_id)
    versions = review.versions(office, certificate_id)
    chosen = [one for one in versions if str(one.number) == version] or list(versions[-1:])
    shown = chosen[0] if chosen else None
    record = review.version(office, certificate_id, shown.number) if shown else None
    return Keeping(
        id=certificate_id,
        title=view.certificate.serial_number or _("Chưa đọc được số phát hành"),
        kept=found,
        look=(SOUND if found.is_sound else HURT) if found else None,
        signatures=_signed(found.signatures if found else ()),
        on_original=_signed(found.on_original or () if found else ()),
        versions=versions,
        shown=shown,
        values=_values(record) if record else [],
        kinds=KINDS,
    )


def _signed(signatures: Sequence[Signature]) -> list[Signed]:
    return [Signed(signature, _look(signature)) for signature in signatures]


def _look(signature: Signature) -> Look:
    if not (signature.is_intact and signature.covers_all):
        return _BROKEN
    return {Trust.TRUSTED: _HOLDS, Trust.NOT_TRUSTED: _STRANGER, Trust.NOT_ASKED: _UNASKED}[signature.trust]


def _values(record: Record) -> list[tuple[str, str]]:
    """The record's fields in the order of the page, identity numbers with their middle hidden."""
    code = language.language()
    found = []
    for path in sorted(record.fields, key=sort_key):
        text = wording.shown(path, record.fields[path].value, code)
        found.append((full_name(path, code), wording.masked(text) if path.endswith("id_number") else text))
    return found
