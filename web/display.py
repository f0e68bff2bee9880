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
from certificate.wording import remark_on as in_words
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

# What the public page says to whoever has the receipt: no more than what concerns them.
PUBLIC_STATES: Mapping[State, tuple[Look, Later]] = {
    **dict.fromkeys(
        (State.RECEIVED, State.READING, State.CHECKING, State.WAITING_REGISTRY),
        (Look(later("Đã tiếp nhận"), "still", "clock"), later("Hồ sơ đang được xử lý.")),
    ),
    State.IN_REVIEW: (Look(later("Đang kiểm tra"), "busy", "person"), later("Cán bộ đang kiểm tra hồ sơ.")),
    **dict.fromkeys(
        (State.ARCHIVING, State.ARCHIVED),
        (Look(later("Đã số hóa xong"), "good", "check"), later("Hồ sơ đã được số hóa và lưu trữ.")),
    ),
    **dict.fromkeys(
        (State.RETURNED, State.FAILED),
        (Look(later("Cần quét lại"), "doubt", "doubt"), later("Mời liên hệ nơi nhận hồ sơ, mang theo biên nhận này.")),
    ),
    State.DUPLICATE: (Look(later("Đã có trong hệ thống"), "good", "copy"), later("Giấy này đã được nhận trước đó.")),
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

# Why a person must look, by ``ingest.decision.ReasonKind``.
REASONS: Mapping[str, Later] = {
    "page_unreadable": later("Trang không đọc được"),
    "no_fields": later("Không có trường nào"),
    "error_finding": later("Nội dung mâu thuẫn"),
    "registry": later("Dân cư chưa khớp"),
    "missing_value": later("Thiếu trường bắt buộc"),
    "doubtful_field": later("Trường chưa chắc chắn"),
}
BANDS: Mapping[str, Later] = {
    "low": later("Dưới 70%"),
    "middle": later("70–95%"),
    "high": later("Từ 95%"),
}
STAGES: Mapping[str, Later] = {
    "review": later("Kiểm tra"),
    "second": later("Nhập lần hai"),
    "third": later("Phân xử"),
}
QUEUES: Mapping[str, Later] = {"uploads": later("Mới nộp"), "bulk": later("Kho cũ")}

_ERRORS = {kind.code: kind for kind in all_errors()}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a scan and what to do about it, in words."""

    message: str
    advice: str = ""


def remark_on(error_code: str | None, return_reason: str | None) -> Remark | None:
    """What to tell about a scan that failed or was returned, or ``None`` when nothing is wrong."""
    told = in_words(error_code, return_reason)
    return Remark(*(words.en if language.language() == "en" else words.vi for words in told)) if told else None


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


def full_moment(at: datetime) -> str:
    """A moment on the office's clock with its date, for what is printed or read later."""
    return on_the_clock(at, "HH:mm dd/MM/yyyy")


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


def due(at: datetime, now: datetime | None = None) -> tuple[str, bool]:
    """By when something is due, and whether that is past."""
    left = at - (now or datetime.now(UTC))
    hours = int(left.total_seconds() // 3600)
    if hours < 0:
        late = -hours
        if late < 24:
            return ngettext("quá hạn %(num)d giờ", "quá hạn %(num)d giờ", late), True
        return ngettext("quá hạn %(num)d ngày", "quá hạn %(num)d ngày", late // 24), True
    if hours < 24:
        return ngettext("còn %(num)d giờ", "còn %(num)d giờ", hours), False
    return ngettext("còn %(num)d ngày", "còn %(num)d ngày", hours // 24), False


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
        "REASONS": REASONS,
        "STAGES": STAGES,
        "LANGUAGES": language.LANGUAGES,
        "remark_on": remark_on,
        "language": language.language,
    }
    app.jinja_env.globals.update(names)
    app.jinja_env.filters.update(
        issued=issued,
        form_name=form_name,
        size=size,
        moment=moment,
        waited=waited,
        percent=percent,
        due=due,
        full_moment=full_moment,
    )
