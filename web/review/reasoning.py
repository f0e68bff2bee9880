"""Why the machine is sure of a field, in a few words beside its tick, and why it asks all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from certificate.citizens import RegistryAnswer, RegistryVerdict
from certificate.record import Decision, FieldReading, Finding, Record
from certificate.suggesting import meaning
from certificate.text import comparable
from web.words import gettext as _

# As sure as what is taken without a person: from here on a doubt is not about what was read.
_WELL_READ = 0.95
_CONFIRMED = ("full_name", "birth_year", "birth_date", "gender", "id_number", "id_type")


def why_certain(
    path: str, reading: FieldReading, answer: RegistryAnswer | None, findings: Sequence[Finding]
) -> list[str]:
    """What speaks for the value: readers that agree, the registry, a list, a machine's code on the paper."""
    if reading.value is None:
        return []
    reasons = []
    texts = {comparable(text) for text in reading.readings.values() if text}
    if len(reading.readings) > 1 and len(texts) == 1:
        reasons.append(_("các bộ đọc giống nhau"))
    if "qr" in reading.readings or "barcode" in reading.readings:
        reasons.append(_("có trong mã trên giấy"))
    if "text_layer" in reading.readings:
        reasons.append(_("lớp chữ của PDF"))
    confirmed = answer is not None and answer.verdict is RegistryVerdict.MATCH
    if confirmed and path.rsplit(".", 1)[-1] in _CONFIRMED:
        reasons.append(_("khớp dân cư"))
    if meaning(path, reading.value) is not None:
        reasons.append(_("có trong danh mục"))
    if any(finding.code == "corrected_by_list" for finding in findings):
        reasons.append(_("sửa theo danh mục"))
    return reasons


def why_waiting(reading: FieldReading, record: Record) -> str | None:
    """Why a value that was read well is not taken without a person; ``None`` where a remark tells or none is needed."""
    if reading.decision is not Decision.REVIEW or reading.value is None or reading.findings:
        return None
    if reading.confidence < _WELL_READ:
        return None
    if any("handwritten" in other.findings for other in record.fields.values()):
        return _("Đọc rõ, nhưng trên giấy này có chữ viết tay nên máy không tự nhận: đối chiếu với hình.")
    return _("Đọc rõ, nhưng có điểm khác thường (dấu, nét hay vị trí) nên máy không tự nhận: đối chiếu với hình.")


def issued_on(record: Record) -> date | None:
    """The day of issue, where it is a whole one: lists change with the law."""
    return as_day(record.value("issue_date"))


def as_day(text: str | None) -> date | None:
    """The day written as ``2015-05-12``, or ``None`` for anything else."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
