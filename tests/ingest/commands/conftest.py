"""What the tests of the command line share: commands typed on a home folder, and an office with two scans."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import argon2
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from certificate.citizens import Citizen, NameDifference, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import Damaged
from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading
from certificate.record import Decision, Face, FieldReading, Form, Part, Record
from ingest import accounts
from ingest.cli import command
from ingest.intake import receive
from ingest.office import Office
from ingest.pipeline import advance
from ingest.settings import Settings

ID_NUMBER = "091070000017"
FACE = Face(1, Part.WHOLE, 1, 0, 400, 300)
CITIZEN = Citizen(ID_NUMBER, None, "Nguyễn Văn Mẫu", "1970-03-02", "male", "Thạnh Đông", "alive")
Sohoa = Callable[..., Result]


def picture(shade: int = 255) -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("L", (400, 300), shade).save(out, "PNG")
    return out.getvalue()


def field(value: str | None, confidence: float = 0.99) -> FieldReading:
    """A field as a reader would have read it."""
    sure = value is not None and confidence > 0.9
    decision = Decision.ACCEPT if sure else Decision.REVIEW
    readings = {"tesseract": value} if value else {}
    return FieldReading(value, value, confidence, decision, 1, Part.WHOLE, Box(10, 10, 200, 40), readings)


def certificate(serial: str | None = "BX 123456") -> CertificateReading:
    """A certificate on the small picture."""
    fields = {
        "serial_number": field(serial),
        "owners.0.full_name": field("NGUYỄN VĂN MẪU", 0.71),
        "owners.0.id_number": field(ID_NUMBER),
    }
    jpeg = io.BytesIO()
    Image.new("L", (400, 300), 255).save(jpeg, "JPEG")
    record = Record("giay.png", Form.TT23_2014, 0.99, (FACE,), fields)
    return CertificateReading(record, (FaceReading(FACE, (), 400, 300, preview_jpeg=jpeg.getvalue()),))


class KnownReader:
    """A reader that reads the specimen in every file, and refuses black ones."""

    def read(self, path: Path, source: str) -> ScanReading:
        if path.read_bytes() == picture(0):
            raise Damaged
        return ScanReading(1, (certificate(),))


class KnownRegistry:
    """A registry that knows one man, under another name."""

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        return RegistryAnswer(RegistryVerdict.NAME_DIFFERS, CITIZEN, NameDifference.ANOTHER_NAME)


@pytest.fixture
def sohoa(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Sohoa:
    """Runs a command on this test's home folder."""
    monkeypatch.setattr(accounts, "_HASHER", argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST))
    environment = {"SOHOA_HOME": str(settings.home), "SOHOA_REDIS_URL": settings.redis_url, "COLUMNS": "200"}

    def run(*arguments: str | Path, **how: Any) -> Result:
        return CliRunner().invoke(command, [str(each) for each in arguments], env=environment, **how)

    return run


@pytest.fixture
def worked(settings: Settings, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office with one certificate in review and one scan that could not be read."""
    ready_home(settings.home)
    with Office(settings, reader=KnownReader(), registry=KnownRegistry()) as office:
        for name, content in (("giay.png", picture()), ("hong.png", picture(0))):
            advance(office, receive(office, content, name, who="lan").scan_id, "worker")
        yield office


def json_lines(result: Result) -> list[Any]:
    """What was printed for machines; everything on standard output must be JSON."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]
