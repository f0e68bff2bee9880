"""Words and looks of things that several pages show: states, roles, verdicts, sizes, times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from certificate.citizens import RegistryVerdict
from certificate.errors import ScanRefused, SohoaError, all_errors
from certificate.record import Form
from certificate.states import State
from web import access, language, wording
from web.names import FORM_NAMES
from web.words import Later, later, ngettext, on_the_clock
from web.words import gettext as _


@dataclass(frozen=True, slots=True)
class Look:
    """A word with the tone and the icon that go with it, so that colour never speaks alone."""

    word: Later
    tone: str
    icon: str


STATES: Mapping[State, Look] = {
    State.RECEIVED: Look(later("Đã nhận, chờ đọc"), "still", "clock"),
    State.READING: Look(later("Đang đọc"), "busy", "busy"),
    State.CHECKING: Look(later("Đang đối chiếu"), "busy", "busy"),
    State.WAITING_REGISTRY: Look(later("Chờ dữ liệu dân cư"), "still", "clock"),
    State.IN_REVIEW: Look(later("Chờ kiểm tra"), "doubt", "person"),
    State.ARCHIVING: Look(later("Đang lưu trữ"), "busy", "busy"),
    State.ARCHIVED: Look(later("Đã lưu trữ"), "good", "check"),
    State.RETURNED: Look(later("Trả lại"), "bad", "back"),
    State.DUPLICATE: Look(later("Trùng bản quét"), "still", "copy"),
    State.FAILED: Look(later("Không xử lý được"), "bad", "cross"),
}

VERDICTS: Mapping[RegistryVerdict, Look] = {
    RegistryVerdict.MATCH: Look(later("Khớp dữ liệu dân cư"), "good", "check"),
    RegistryVerdict.NAME_DIFFERS: Look(later("Khác họ tên"), "doubt", "doubt"),
    RegistryVerdict.BIRTH_YEAR_DIFFERS: Look(later("Khác năm sinh"), "doubt", "doubt"),
    RegistryVerdict.GENDER_DIFFERS: Look(later("Khác giới tính"), "doubt", "doubt"),
    RegistryVerdict.ONLY_OLD_ID: Look(later("Chỉ có số CMND cũ"), "doubt", "info"),
    RegistryVerdict.DECEASED: Look(later("Người này đã mất"), "doubt", "info"),
    RegistryVerdict.NOT_FOUND: Look(later("Không tìm thấy người này"), "doubt", "doubt"),
    RegistryVerdict.UNAVAILABLE: Look(later("Dữ liệu dân cư chưa trả lời"), "still", "clock"),
    RegistryVerdict.NOT_ASKED: Look(later("Chưa tra cứu"), "still", "info"),
}

ROLES: Mapping[str, Later] = {
    access.CLERK: later("Cán bộ tiếp nhận"),
    access.REVIEWER: later("Cán bộ kiểm tra"),
    access.SUPERVISOR: later("Phụ trách"),
    access.AUDITOR: later("Kiểm toán"),
    access.ADMINISTRATOR: later("Quản trị"),
}

# What the machine itself writes as the reason for a return; a reviewer's reason stands as typed.
RETURN_REASONS: Mapping[str, tuple[Later, Later]] = {
    "blank_page": (
        later("Bản quét không có nội dung (trang trắng)."),
        later("Kiểm tra mặt giấy đặt vào máy quét rồi quét lại."),
    ),
    "not_a_certificate": (
        later("Không nhận ra giấy chứng nhận trong bản quét."),
        later("Quét đúng giấy chứng nhận; nếu đây đúng là giấy chứng nhận, bấm «Vẫn gửi kiểm tra»."),
    ),
}

_ERRORS = {kind.code: kind for kind in all_errors()}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a scan and what to do about it, in words."""

    message: str
    advice: str = ""


def remark_on(error_code: str | None, return_reason: str | None) -> Remark | None:
    """What to tell about a scan that failed or was returned, or ``None`` when nothing is wrong."""
    if return_reason:
        known = RETURN_REASONS.get(return_reason)
        return Remark(str(known[0]), str(known[1])) if known else Remark(return_reason)
    if error_code:
        kind = _ERRORS.get(error_code, _ERRORS["internal"])
        return Remark(language.sentence(kind), language.advice(kind))
    return None


def may_retry(error_code: str | None) -> bool:
    """Whether trying the same file again can help: not where the file itself is at fault."""
    kind = _ERRORS.get(error_code or "", SohoaError)
    return kind.retryable or not issubclass(kind, ScanRefused)


def form_name(form: Form) -> str:
    """What people call the form."""
    return FORM_NAMES[form].in_language(language.language())


def size(size_bytes: int) -> str:
    """A file's size as people read it."""
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} KB"
    text = f"{size_bytes / 1_000_000:.1f}".removesuffix(".0")
    return f"{text.replace('.', ',') if language.language() == 'vi' else text} MB"


def moment(at: datetime) -> str:
    """A moment on the office's clock; today's without the date."""
    today = on_the_clock(datetime.now(UTC), "yyyy-MM-dd") == on_the_clock(at, "yyyy-MM-dd")
    return on_the_clock(at, "HH:mm") if today else on_the_clock(at, "HH:mm dd/MM/yyyy")


def waited(since: datetime, now: datetime | None = None) -> str:
    """How long something has been waiting, in the largest unit that says it."""
    minutes = max(0, int(((now or datetime.now(UTC)) - since).total_seconds() // 60))
    if minutes < 1:
        return _("vừa xong")
    if minutes < 60:
        return ngettext("%(num)d phút", "%(num)d phút", minutes)
    if minutes < 60 * 24:
        return ngettext("%(num)d giờ", "%(num)d giờ", minutes // 60)
    return ngettext("%(num)d ngày", "%(num)d ngày", minutes // (60 * 24))


def percent(confidence: float) -> str:
    """A confidence as a whole percentage; only certainty itself is written 100."""
    return f"{min(99, int(confidence * 100)) if confidence < 1 else 100}%"


def issued(value: str | None) -> str:
    """A day of issue as papers print it."""
    return wording.shown("issue_date", value, language.language())


def set_up(app: Flask) -> None:
    """Let the templates use these words."""
    names: dict[str, Any] = {
        "STATES": STATES,
        "VERDICTS": VERDICTS,
        "ROLES": ROLES,
        "LANGUAGES": language.LANGUAGES,
        "remark_on": remark_on,
        "language": language.language,
    }
    app.jinja_env.globals.update(names)
    app.jinja_env.filters.update(
        issued=issued, form_name=form_name, size=size, moment=moment, waited=waited, percent=percent
    )
