"""Why a person must look at a record, and what the office asks for: in words, Vietnamese and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from certificate.citizens import RegistryVerdict
from certificate.labels import field_label
from certificate.record import Record
from certificate.rules.catalogue import find_kind, in_english
from certificate.wording import FORMS, VERDICTS, Words
from ingest.decision import Doubts, Policy, Reason, ReasonKind

_LOOK = Words("Đối chiếu với hình rồi xác nhận hoặc sửa.", "Compare with the picture, then confirm or correct it.")
_ENTER = Words(
    "Nhập giá trị theo hình; bỏ mục nếu giấy không có.", "Enter it from the picture; remove it if the paper has none."
)
_RESCAN = Words("Quét lại trang đó ở 300 dpi.", "Scan that page again at 300 dpi.")
_FOREIGN = Words("Trả lại nếu đây không phải giấy chứng nhận.", "Return it if this is no certificate.")
# The finding that a verdict leaves on the record holds the advice.
_FINDING_OF = {
    verdict: f"registry_{verdict.value}" for verdict in RegistryVerdict if verdict is not RegistryVerdict.MATCH
}


_NO_NEW_NUMBER = "registry_number_replaced"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason against acceptance: what blocks, and what to do about it."""

    reason: Reason
    what: Words
    advice: Words

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.reason.kind.value,
            "code": self.reason.code,
            "fields": list(self.reason.fields),
            "message": self.what.vi,
            "advice": self.advice.vi,
        }


def explain(reason: Reason, record: Record) -> Explanation:
    """A reason in a few words, and the advice that goes with it."""
    labels = _labels(reason.fields)
    match reason.kind:
        case ReasonKind.PAGE_UNREADABLE:
            what, advice = Words(f"Trang {reason.code} không đọc được", f"Page {reason.code} cannot be read"), _RESCAN
        case ReasonKind.NO_FIELDS:
            form = FORMS[record.form]
            what = Words(f"Không đọc được mục nào ({form.vi})", f"No field could be read ({form.en})")
            advice = _FOREIGN
        case ReasonKind.ERROR_FINDING:
            what, advice = _of_finding(reason, record)
        case ReasonKind.REGISTRY:
            what, advice = _of_registry(reason, record)
        case ReasonKind.MISSING_VALUE:
            what, advice = Words(f"Thiếu: {labels.vi}", f"Missing: {labels.en}"), _ENTER
        case ReasonKind.DOUBTFUL_FIELD:
            what, advice = Words(f"Chưa chắc: {labels.vi}", f"Doubtful: {labels.en}"), _LOOK
    return Explanation(reason, what, advice)


def _of_finding(reason: Reason, record: Record) -> tuple[Words, Words]:
    named = (finding for finding in record.findings if finding.code == reason.code and finding.fields == reason.fields)
    found = next(named, None)
    if found is None:
        return Words(reason.code, reason.code), _LOOK
    try:
        message_en, advice_en = in_english(found)
    except KeyError:  # A code of a later release.
        message_en, advice_en = found.message, found.advice
    return Words(found.message.rstrip("."), message_en.rstrip(".")), Words(found.advice, advice_en)


def _of_registry(reason: Reason, record: Record) -> tuple[Words, Words]:
    verdict = RegistryVerdict(reason.code)
    name = record.value(reason.fields[0]) if reason.fields else None
    said = VERDICTS[verdict]
    what = Words(f"{said.vi}: {name}", f"{said.en}: {name}") if name else said
    if verdict not in _FINDING_OF:
        return what, _LOOK
    told = {finding.code for finding in record.findings if set(finding.fields) & set(_fields_of_owner(reason))}
    kind = find_kind(_NO_NEW_NUMBER if _NO_NEW_NUMBER in told else _FINDING_OF[verdict])
    return what, Words(kind.advice, kind.advice_en)


def _fields_of_owner(reason: Reason) -> tuple[str, ...]:
    return tuple(path.rsplit(".", 1)[0] + ".id_number" for path in reason.fields)


_CERTAIN = {
    Doubts.ALL: Words("Mọi mục đều chắc chắn.", "Every field is certain."),
    Doubts.RIGHTS: Words(
        "Mọi mục đều chắc chắn, trừ nơi cấp, chức danh và tên người ký, mã vạch, mã QR, diện tích bằng chữ.",
        "Every field is certain but the place of issue, who signed, the codes and the area in words.",
    ),
    Doubts.REQUIRED: Words(
        "Mọi mục bắt buộc, họ tên và số giấy tờ đều chắc chắn.",
        "Every required field, name and identity number is certain.",
    ),
}


def policy_in_words(policy: Policy) -> tuple[Words, ...]:
    """What the office asks before a record is accepted without a person, one sentence each."""
    asks = [
        Words("Mọi trang đều đọc được.", "Every page could be read."),
        Words("Không có nhận xét mức lỗi.", "No finding is an error."),
    ]
    if policy.blocking_findings:
        codes = ", ".join(sorted(policy.blocking_findings))
        asks.append(Words(f"Không có các nhận xét: {codes}.", f"None of these findings: {codes}."))
    asks.append(_CERTAIN[policy.doubts])
    if policy.ask_registry:
        verdicts = [VERDICTS[verdict] for verdict in RegistryVerdict if verdict in policy.accepted_verdicts]
        vi = "; ".join(words.vi for words in verdicts) or "không kết quả nào"
        en = "; ".join(words.en for words in verdicts) or "none"
        asks.append(
            Words(f"Mọi cá nhân được dữ liệu dân cư xác nhận ({vi}).", f"The registry confirms every person ({en}).")
        )
    return tuple(asks)


def _labels(paths: tuple[str, ...]) -> Words:
    vi, en = (", ".join(dict.fromkeys(_label(path, english=english) for path in paths)) for english in (False, True))
    return Words(vi, en)


def _label(path: str, *, english: bool) -> str:
    try:
        label = field_label(path, english=english)
    except KeyError:  # A path of a later release.
        return path
    numbers = [int(part) + 1 for part in path.split(".") if part.isdigit()]
    return f"{label} {numbers[0]}" if numbers and numbers[0] > 1 else label
