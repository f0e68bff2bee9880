"""How runs look on pages: words in the person's language, tones of states, charts as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from certificate.wording import Words
from ingest.office import Office
from ingest.runs import report_page
from ingest.runs.charts import grouped_digits
from ingest.runs.control import InputState, RunState
from ingest.runs.reporting import (
    INPUT_STATES,
    DoubtfulInput,
    Overview,
    aside_in_words,
    doubtful_sample,
    overview,
    remark_in_words,
    remarked_sample,
    trouble_in_words,
)
from store.run_rows import InputRow
from web import language
from web.display import Look
from web.words import gettext as _
from web.words import later, ngettext

LOOKS: Mapping[RunState, Look] = {
    RunState.RUNNING: Look(later("Đang chạy"), "busy", "busy"),
    RunState.PAUSED: Look(later("Tạm dừng"), "still", "clock"),
    RunState.CANCELLED: Look(later("Đã hủy"), "still", "cross"),
    RunState.FINISHED: Look(later("Đã xong"), "good", "check"),
}
_FINISHED_WITH_LOSSES = Look(later("Đã xong, có giấy lỗi"), "doubt", "doubt")


@dataclass(frozen=True, slots=True)
class Report:
    """What the report's page shows; charts are SVG made by us, with their words escaped."""

    seen: Overview
    states: Markup
    over_time: Markup
    reasons: Markup
    errors: Markup
    sample: tuple[DoubtfulInput, ...]
    remarked: tuple[InputRow, ...]
    remarked_count: int


def report(office: Office, run_id: str) -> Report:
    """One run's report in the person's language."""
    seen = overview(office, run_id)
    english = language.language() == "en"
    return Report(
        seen,
        Markup(report_page.state_chart(seen, _("Kết quả"), english=english)),  # noqa: S704
        Markup(report_page.time_chart(office, run_id, _("Theo thời gian"))),  # noqa: S704
        Markup(report_page.reason_chart(seen, _("Vì sao cần người xem"), english=english)),  # noqa: S704
        Markup(report_page.error_chart(seen, _("Lỗi và trả lại"), english=english)),  # noqa: S704
        doubtful_sample(office, run_id),
        *remarked_sample(office, run_id),
    )


def words(both: Words) -> str:
    """The words in the person's language."""
    return both.en if language.language() == "en" else both.vi


def standing(seen: Overview) -> Look:
    """Where the run is; one that has finished is only good when nothing of it was lost."""
    if seen.run.state is RunState.FINISHED and seen.lost:
        return _FINISHED_WITH_LOSSES
    return LOOKS[seen.run.state]


def trouble(seen: Overview) -> tuple[str, str]:
    """What keeps the run from going on, and what to do about it."""
    told = trouble_in_words(seen.run)
    return (words(told[0]), words(told[1])) if told else ("", "")


def remark(row: InputRow) -> str:
    """What there is to say about an input's files."""
    return words(remark_in_words(row.remark or ""))


def left_aside(seen: Overview) -> str:
    """What the run leaves alone in its folder, if there is anything."""
    found = aside_in_words(seen.run)
    return words(found) if found else ""


def states(seen: Overview) -> list[tuple[str, int]]:
    """What became of the inputs, states without any left out."""
    return [
        (words(INPUT_STATES[state]), seen.figures.by_state[state])
        for state in INPUT_STATES
        if seen.figures.by_state.get(state)
    ]


def number(value: float) -> str:
    """A number with its thousands set apart."""
    return f"{round(value):,}" if language.language() == "en" else grouped_digits(round(value))


def share(value: float | None) -> str:
    """A share in per cent."""
    return "–" if value is None else f"{value:.1%}".replace(".", "," if language.language() == "vi" else ".")


def time_left(seconds: float | None) -> str:
    """About how long, in the largest unit that says something."""
    if seconds is None:
        return "–"
    if seconds >= 86_400:
        return ngettext("%(num)s ngày", "%(num)s ngày", round(seconds / 86_400))
    if seconds >= 3600:
        return ngettext("%(num)s giờ", "%(num)s giờ", round(seconds / 3600))
    return ngettext("%(num)s phút", "%(num)s phút", max(1, round(seconds / 60)))


def may_retry(seen: Overview) -> bool:
    """Whether there is anything that could be tried again."""
    count = sum(seen.figures.by_state.get(state, 0) for state in (InputState.FAILED, InputState.REFUSED))
    return count > 0 and seen.run.state is not RunState.CANCELLED


def is_live(seen: Overview) -> bool:
    """Whether the figures still move by themselves."""
    return seen.run.state in {RunState.RUNNING, RunState.PAUSED} or seen.figures.open > 0
