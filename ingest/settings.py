"""Everything an office can set: declared once, with type, default, unit and help.

Values come from the defaults, then ``sohoa.toml`` in the home folder, then the environment (``SOHOA_`` and the name in
capitals). All problems are reported together.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from certificate.citizens import RegistryVerdict
from certificate.errors import SettingsInvalid
from certificate.rules.catalogue import all_kinds
from certificate.states import SETTLED, State

DEFAULT_HOME = Path("~/.local/share/sohoa")
FILE_NAME = "sohoa.toml"
DOUBTS = ("all", "rights", "required")
"""Which doubtful fields may keep a record from being accepted; ``ingest.decision`` says what each means."""


def _setting(default: Any, help_text: str, *, unit: str = "", low: float | None = None) -> Any:
    return field(default=default, metadata={"help": help_text, "unit": unit, "low": low})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one office, checked."""

    home: Path = field(default=DEFAULT_HOME, metadata={"help": "folder of everything this office keeps", "unit": ""})

    database_url: str = _setting("", "PostgreSQL by URL; empty: SQLite in the home folder")
    blobs_url: str = _setting(
        "", "where blobs are kept: a folder, or s3://bucket/prefix?endpoint=...; empty: a folder in the home folder"
    )
    redis_url: str = _setting("", "Redis by URL; empty: the private one that “sohoa up” starts")
    registry_url: str = _setting("", "population registry by URL; empty: the mock that “sohoa up” starts")
    registry_line: bool = _setting(True, "the office has a line to the registry; without one, lists are exchanged")  # noqa: FBT003
    registry_api_key: str = _setting("", "key for the registry; empty: the one made for the mock")
    registry_officer_code: str = _setting("HT0001", "officer's code (mã cán bộ) on calls that nobody in person causes")
    registry_timeout_s: float = _setting(5.0, "patience with one registry call", unit="s", low=0.1)
    registry_calls_per_second: float = _setting(
        20.0, "calls to the registry of all workers together; 0: no limit", unit="1/s", low=0
    )
    registry_retry_s: float = _setting(60.0, "first pause before the registry is tried again", unit="s", low=0.1)
    registry_retry_max_s: float = _setting(600.0, "longest pause before the registry is tried again", unit="s", low=0.1)
    registry_scouts: int = _setting(3, "waiting scans that try whether the registry is back; the others wait", low=1)
    registry_patience_s: float = _setting(
        259_200.0, "longest wait for the registry before a person decides; 0: for ever", unit="s", low=0
    )

    max_bytes: int = _setting(100_000_000, "largest file", unit="bytes", low=1)
    max_pages: int = _setting(100, "most pages in a file", unit="pages", low=1)
    max_pixels: int = _setting(150_000_000, "most pixels on a page", unit="pixels", low=1)

    workers: int = _setting(2, "worker processes that “sohoa up” starts", low=1)
    bulk_workers: int = _setting(2, "worker processes for runs over a back catalogue that “sohoa up” starts", low=0)
    bulk_nice: int = _setting(19, "by how much bulk workers stand back for others, 0 to 19 (nice)", low=0)
    bulk_ahead: int = _setting(100, "scans of runs that are on their way at a time; a pause lets them finish", low=1)
    worker_max_jobs: int = _setting(2000, "scans after which a worker process is replaced by a fresh one", low=1)
    worker_memory_bytes: int = _setting(
        400_000_000, "memory at which a worker process is replaced after its scan", unit="bytes", low=1
    )
    reader_recycle_bytes: int = _setting(
        900_000_000, "memory at which a reader process is replaced after its scan", unit="bytes", low=1
    )
    read_timeout_s: float = _setting(120.0, "longest time for reading one scan", unit="s", low=1)
    reader_memory_bytes: int = _setting(4_000_000_000, "address space of one reader process", unit="bytes", low=1)
    job_timeout_s: float = _setting(240.0, "longest time for one job, reading included", unit="s", low=1)
    lease_s: float = _setting(60.0, "how long a silent worker is believed to live", unit="s", low=1)
    max_attempts: int = _setting(3, "worker deaths on one scan before it is given up", low=1)
    reconcile_every_s: float = _setting(20.0, "pause between looks for stranded scans", unit="s", low=0.05)
    result_ttl_s: int = _setting(300, "how long Redis keeps a finished job", unit="s", low=1)
    failure_ttl_s: int = _setting(86_400, "how long Redis keeps a failed job", unit="s", low=1)

    ask_registry: bool = _setting(True, "a record is accepted by itself only when the registry confirms its people")  # noqa: FBT003
    accepted_verdicts: str = _setting("match", "registry verdicts that count as confirmed, with commas")
    doubts_that_block: str = _setting(
        "rights", "doubtful fields that keep a record from being accepted: all, rights (what bears a right) or required"
    )
    blocking_findings: str = _setting("", "codes of findings that block beside the errors, with commas")
    pdfa_part: int = _setting(2, "part of PDF/A to write: 2 (2b) or 1 (1b)", low=1)

    signing_pkcs12: str = _setting("", "office's certificate for digital signatures: PKCS#12 file; empty: none")
    signing_pkcs11_module: str = _setting("", "library of the signing token (PKCS#11); empty: none")
    signing_pkcs11_token: str = _setting("", "label of the signing token; empty: the first one")
    signing_certificate: str = _setting("", "label of the office's certificate on the token")
    signing_secret_file: str = _setting("", "file whose first line is the certificate's passphrase or the token's PIN")
    signing_trust_file: str = _setting("", "root certificates (PEM) that signatures are judged by; empty: not judged")

    retention_rules: str = _setting(
        "", "what may be deleted by two people, as state:days with commas (returned:365,failed:365); empty: nothing"
    )
    audit_every_days: float = _setting(7.0, "pause between audits that “sohoa up” runs; 0: none", unit="days", low=0)
    audit_workers: int = _setting(2, "hashing at the same time during an audit", unit="threads", low=1)
    fonds_code: str = _setting("", "code of the office's fonds (mã phông) on archival packages")
    fonds_name: str = _setting("", "name of the office's fonds (tên phông) on archival packages")
    archive_code: str = _setting("", "code of the archive that takes packages in (mã cơ quan lưu trữ)")
    archive_name: str = _setting("", "name of the archive that takes packages in")
    review_days: float = _setting(3.0, "days within which a clerk's upload is to be reviewed", unit="days", low=0)
    review_days_bulk: float = _setting(
        30.0, "days within which a back-catalogue scan is to be reviewed", unit="days", low=0
    )
    second_key_in: str = _setting("", "what two people must type independently: id_numbers, handwriting, with commas")

    web_host: str = _setting("127.0.0.1", "address on which the pages are served")
    web_port: int = _setting(8080, "port on which the pages are served; 0: any free one", low=0)
    web_threads: int = _setting(8, "threads that serve pages", low=1)
    web_streams: int = _setting(24, "pages that may be told of news at once; further ones ask by themselves", low=0)
    web_https: bool = _setting(False, "the pages are reached by HTTPS (secure cookies)")  # noqa: FBT003

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'sohoa.db'}"

    @property
    def blobs(self) -> str:
        """Where blobs lie."""
        return self.blobs_url or str(self.home / "blobs")

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The registry verdicts that count as confirmed."""
        return tuple(name.strip() for name in self.accepted_verdicts.split(",") if name.strip())

    @property
    def blocking_codes(self) -> frozenset[str]:
        """The codes of the findings that block beside the errors."""
        return frozenset(code.strip() for code in self.blocking_findings.split(",") if code.strip())

    @property
    def retention(self) -> dict[State, int]:
        """After how many days without a touch scans in a state may be deleted."""
        return {State(state): int(days) for state, days in _rules(self.retention_rules)}

    @property
    def key_in_twice(self) -> frozenset[str]:
        """What two people must type independently."""
        return frozenset(name.strip() for name in self.second_key_in.split(",") if name.strip())

    @property
    def log_dir(self) -> Path:
        return self.home / "log"


# What a value must be, in Vietnamese.
_KINDS = {"int": "số nguyên", "float": "số", "bool": "true hoặc false", "str": "chữ"}


def load(home: Path | None = None, environ: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """The settings for ``home``; ``given`` beats the environment, which beats the file, which beats the defaults.

    Raises ``SettingsInvalid`` naming every wrong entry at once.
    """
    folder = Path(home or environ.get("SOHOA_HOME") or DEFAULT_HOME).expanduser().resolve()
    problems: list[str] = []
    values = _from_file(folder / FILE_NAME, problems)
    values |= {
        f.name: environ[f"SOHOA_{f.name.upper()}"]
        for f in fields(Settings)
        if f.name != "home" and f"SOHOA_{f.name.upper()}" in environ
    }
    values |= {name: value for name, value in given.items() if value is not None}
    checked: dict[str, Any] = {}
    kinds = {f.name: f for f in fields(Settings)}
    for name, value in values.items():
        if name not in kinds or name == "home":
            problems.append(f"{name}: không có mục này / no such setting")
            continue
        try:
            checked[name] = _converted(value, type(kinds[name].default))
        except (ValueError, TypeError):
            kind = type(kinds[name].default).__name__
            problems.append(f"{name}: «{value}» không phải {_KINDS.get(kind, kind)} / is not a {kind}")
            continue
        low = kinds[name].metadata["low"]
        if low is not None and not checked[name] >= low:
            problems.append(f"{name}: «{value}» nhỏ hơn {low:g} / is below {low:g}")
    if checked.get("pdfa_part", 2) not in (1, 2):
        problems.append("pdfa_part: 1 hoặc 2 / 1 or 2")
    settings = Settings(home=folder, **checked)
    problems += _contradictions(settings)
    if problems:
        raise SettingsInvalid("; ".join(problems))
    return settings


def _contradictions(settings: Settings) -> list[str]:
    """What is wrong between settings that are each right by themselves."""
    problems = []
    known = {verdict.value for verdict in RegistryVerdict}
    unknown = sorted(set(settings.verdicts) - known)
    if unknown:
        problems.append(f"accepted_verdicts: «{', '.join(unknown)}» không thuộc / not among {', '.join(sorted(known))}")
    if settings.doubts_that_block not in DOUBTS:
        problems.append(f"doubts_that_block: {' hoặc / or '.join(DOUBTS)}")
    strange = sorted(settings.blocking_codes - {kind.code for kind in all_kinds()})
    if strange:
        problems.append(f"blocking_findings: «{', '.join(strange)}» không có trong / not in docs/findings.md")
    if settings.registry_retry_max_s < settings.registry_retry_s:
        problems.append("registry_retry_max_s: không được nhỏ hơn / must not be below registry_retry_s")
    unknown_key_ins = sorted(settings.key_in_twice - {"id_numbers", "handwriting"})
    if unknown_key_ins:
        problems.append(
            f"second_key_in: «{', '.join(unknown_key_ins)}» không thuộc / not among handwriting, id_numbers"
        )
    if settings.job_timeout_s <= settings.read_timeout_s:
        problems.append(
            "job_timeout_s: phải dài hơn read_timeout_s / must be longer than it, or no reading times out by itself"
        )
    return problems + _retention_problems(settings) + _signing_problems(settings)


def _rules(text: str) -> list[tuple[str, str]]:
    parts = (part.partition(":") for part in text.split(",") if part.strip())
    return [(state.strip(), days.strip()) for state, _, days in parts]


def _retention_problems(settings: Settings) -> list[str]:
    settled = {state.value for state in SETTLED}
    return [
        f"retention_rules: «{f'{state}:{days}'.rstrip(':')}» cần trạng thái {', '.join(sorted(settled))}, dấu hai chấm"
        " và số ngày, ví dụ returned:365 / needs one of these states, a colon and a number of days"
        for state, days in _rules(settings.retention_rules)
        if state not in settled or not days.isdecimal() or int(days) < 1
    ]


def _signing_problems(settings: Settings) -> list[str]:
    problems = []
    if settings.signing_pkcs12 and settings.signing_pkcs11_module:
        problems.append("signing_pkcs12, signing_pkcs11_module: chỉ đặt một trong hai / only one of them")
    if (settings.signing_pkcs12 or settings.signing_pkcs11_module) and not settings.signing_secret_file:
        problems.append("signing_secret_file: cần tệp chứa mật khẩu hoặc mã PIN / needed for the passphrase or PIN")
    if settings.signing_pkcs11_module and not settings.signing_certificate:
        problems.append(
            "signing_certificate: cần tên chứng thư trên thiết bị ký / needed to find the certificate on the token"
        )
    return problems


def describe() -> list[tuple[str, str, str, str]]:
    """Name, default, unit and help of every setting, for the command line and the docs."""
    return [(f.name, str(f.default), f.metadata["unit"], f.metadata["help"]) for f in fields(Settings)]


def _from_file(path: Path, problems: list[str]) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        problems.append(f"{path.name}: {error}")
        return {}


def _converted(value: Any, kind: type) -> Any:
    if kind is bool:
        if isinstance(value, bool):
            return value
        known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if str(value).strip().lower() not in known:
            raise ValueError(value)
        return known[str(value).strip().lower()]
    if kind is int and isinstance(value, float) and not value.is_integer():
        raise ValueError(value)
    if kind in (int, float) and isinstance(value, bool):
        raise ValueError(value)
    return kind(value)
