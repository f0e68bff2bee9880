"""Values against their own normal form: what no other rule could compare, because it is no number and no known word.

A rule that compares areas passes over "150,5"; this one says so. What the paper prints stays in ``raw``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from certificate.codes import origin_by_code
from certificate.identity import IdType
from certificate.record import Finding, Form, Record
from certificate.rules.catalogue import make_finding

ROLES = frozenset({"holder", "spouse", "co_owner", "household", "representative", "organisation"})
GENDERS = frozenset({"male", "female"})
_AREA = re.compile(r"(^|\.)(\w+_)?area_m2$")
_OWNER_WORD = re.compile(r"owners\.\d+\.(role|gender|id_type)")
_ORIGIN_CODE = re.compile(r"parcels\.\d+\.origin_code")
_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)
_WORDS = {"role": ROLES, "gender": GENDERS, "id_type": frozenset(kind.value for kind in IdType)}


def check_normal_forms(record: Record) -> Iterator[Finding]:
    """Areas that are no numbers, words outside their lists, register numbers without a digit."""
    for path, field in record.fields.items():
        if field.value is None:
            continue
        word = _OWNER_WORD.fullmatch(path)
        if _AREA.search(path):
            if not _NUMBER.fullmatch(field.value):
                yield make_finding("number_malformed", [path], value=field.value)
        elif word and field.value not in _WORDS[word[1]]:
            yield make_finding("value_not_in_list", [path], value=field.value)
        elif _ORIGIN_CODE.fullmatch(path) and origin_by_code(field.value) is None:
            yield make_finding("origin_code_unknown", [path], code=field.value)
    register = record.value("register_number")
    if register and record.form is not Form.CCCD and not re.search(r"\d", register):
        yield make_finding("register_number_malformed", ["register_number"], number=register)
