"""``sohoa check``: hold records against the rules, and against the registry where wanted; nothing is kept."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

import click

from ingest.commands.common import as_json, plain, print_json, settings_of

if TYPE_CHECKING:
    from certificate.record import Record
    from ingest.checking import Checked
    from ingest.decision import Policy
    from ingest.office import Office


@click.command(short_help="Kiểm tra bản ghi theo quy tắc.")
@click.argument("records", type=click.File(encoding="utf-8-sig"), default="-", metavar="[JSONL]")
@click.option("--ask", is_flag=True, help="Tra cứu cả dữ liệu dân cư.  Ask the registry, too.")
@as_json
@click.pass_context
def check(context: click.Context, records: TextIO, *, ask: bool, json_wanted: bool) -> None:
    """Kiểm tra các bản ghi (JSON Lines của «sohoa read --json», hoặc chỉ giá trị) và nói vì sao cần người xem.

    Hold records against the rules and say what a careful officer would: as “sohoa read --json” prints them, or with
    bare values ({"form": ..., "fields": {"owners.0.full_name": "..."}}). Nothing is kept. Status 1 when a line is no
    record.
    """
    import dataclasses

    from ingest.decision import policy_of
    from ingest.logs import set_up
    from ingest.office import Office

    set_up(json_lines=False, level=logging.WARNING)
    settings = settings_of(context)
    policy = policy_of(settings)
    if not ask:
        policy = dataclasses.replace(policy, ask_registry=False)
    wrong = 0
    with Office(settings) as office:
        for number, line in enumerate(records, start=1):
            if not line.strip():
                continue
            try:
                record = _record(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                wrong += 1
                _tell_wrong(number, error, json_wanted=json_wanted)
                continue
            _tell(record, _checked(office if ask else None, record), policy, json_wanted=json_wanted)
    if wrong:
        context.exit(1)


def _record(data: Mapping[str, Any]) -> Record:
    """A record in its whole JSON form, or one of bare values, each taken as certain."""
    from certificate.record import Decision, FieldReading, Form, Record

    fields = data["fields"]
    if all(isinstance(value, dict) for value in fields.values()):
        return Record.from_json({"source": "", "form_confidence": 1.0, "pages": (), "findings": (), **data})
    bare = {
        path: FieldReading.from_json(value)
        if isinstance(value, dict)
        else FieldReading(None if value is None else str(value), None, 1.0, Decision.ACCEPT)
        for path, value in fields.items()
    }
    return Record(str(data.get("source", "")), Form(data["form"]), 1.0, (), bare)


def _checked(office: Office | None, record: Record) -> Checked:
    from certificate.record import Decision
    from ingest.checking import Checked, ToCheck, check_certificate, hold_against_rules
    from store.rows import CertificateRow

    if office is None:
        return Checked(hold_against_rules(record, date.today()), ())  # noqa: DTZ011 - the office's own calendar day
    row = CertificateRow(
        id="", scan_id="", position=0, form=record.form, record=record, faces_json=[], previews=[],
        verdict=Decision.REVIEW, decided_by=None, decided_at=None, pdfa_sha256=None, archived_at=None, version=1,
        serial_number=record.value("serial_number"),
    )  # fmt: skip
    return check_certificate(office, ToCheck(row, record, ()))


def _tell(record: Record, found: Checked, policy: Policy, *, json_wanted: bool) -> None:
    from certificate.wording import VERDICTS
    from ingest.decision import reasons_for_review
    from ingest.reasons import explain

    reasons = [explain(reason, found.record) for reason in reasons_for_review(found.record, found.by_owner, policy)]
    if json_wanted:
        print_json(
            found.record.to_json()
            | {
                "accepted": not reasons,
                "reasons": [reason.to_json() for reason in reasons],
                "registry": dict(_answers(found)),
                "policy": policy.to_json(),
            }
        )
        return
    click.echo(f"{plain(record.source) or '-'}: {'tự lưu được' if not reasons else 'cần người kiểm tra'}")
    for finding in found.record.findings:
        click.echo(f"  [{finding.severity.value}] {finding.code}: {finding.message} ({', '.join(finding.fields)})")
    if policy.ask_registry:
        for row in found.answers:
            click.echo(f"  chủ {row.owner_index + 1}: {VERDICTS[row.answer.verdict]}")
    for reason in reasons:
        click.echo(f"  · {reason.what.vi}. {reason.advice.vi}")


def _answers(found: Checked) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in found.answers:
        answer = row.answer
        yield (
            str(row.owner_index),
            {
                "verdict": answer.verdict.value,
                "name_difference": answer.name_difference.value,
                "asked_at": answer.asked_at,
                "officer_code": answer.officer_code,
            },
        )


def _tell_wrong(number: int, error: Exception, *, json_wanted: bool) -> None:
    if json_wanted:
        print_json({"line": number, "error": {"code": "no_record", "message": "Dòng này không phải một bản ghi."}})
    else:
        click.echo(f"dòng {number}: không phải một bản ghi ({type(error).__name__}). (no record)", err=True)
