"""Says in words what a change brought with it: other values, remarks that came or went, the registry's new answers."""

from __future__ import annotations

from certificate.arrangement import ARRANGED, from_written
from certificate.record import Finding
from ingest.review import CertificateView
from web import display, wording
from web.language import worded
from web.names import GROUP_NAMES, Group, full_name, group_title
from web.words import gettext as _

_MOST_TOLD = 6


def told(before: CertificateView, after: CertificateView, path: str, language: str) -> list[str]:
    """What changed besides the field that was corrected, the weightiest first."""
    old, new = before.record.fields, after.record.fields
    arranged = path in ARRANGED
    said = []
    if not arranged:
        verdicts = {row.owner_index: row.answer.verdict for row in before.answers}
        for row in after.answers:
            if verdicts.get(row.owner_index) is not row.answer.verdict:
                owner = group_title(Group.OWNERS, row.owner_index, language)
                said.append(f"{owner}: {display.VERDICTS[row.answer.verdict].word}")
        for name, field in new.items():
            if name != path and name in old and old[name].value != field.value:
                said.append(f"{full_name(name, language)}: {in_list(name, field.value, language) or '–'}")
    gone, come = _only_in(before, after), _only_in(after, before)
    said += [_("Hết: %(what)s", what=worded(finding, english=language == "en").message) for finding in gone]
    said += [_("Mới: %(what)s", what=worded(finding, english=language == "en").message) for finding in come]
    return said[:_MOST_TOLD]


def _only_in(one: CertificateView, other: CertificateView) -> list[Finding]:
    there = {(finding.code, finding.message) for finding in other.record.findings}
    found = {(f.code, f.message): f for f in one.record.findings if (f.code, f.message) not in there}
    return list(found.values())


def name_of(path: str, language: str) -> str:
    """What the history calls a field, or the order of owners and the like."""
    if path in ARRANGED:
        return _("%(group)s: thứ tự", group=GROUP_NAMES[Group(path)].in_language(language))
    return full_name(path, language)


def in_list(path: str, value: str | None, language: str) -> str:
    """A value as a list shows it: identity numbers with their middle hidden, orders counted from 1."""
    if path in ARRANGED:
        return ", ".join(str(index + 1) for index in from_written(value)) or "–"
    text = wording.shown(path, value, language)
    return wording.masked(text) if path.endswith("id_number") and text else text
