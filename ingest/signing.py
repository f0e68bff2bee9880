"""The office's digital signature: where its key lies by the settings, and what signatures in the archive are worth."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.signing import (
    Pkcs11Token,
    Pkcs12File,
    Signature,
    SignaturePlace,
    Trust,
    check_key,
    sign_pdf,
    signatures_in,
)
from certificate.errors import BlobCorrupt, BlobMissing, PdfInvalid, SigningFailed
from ingest.office import Office
from ingest.settings import Settings
from store.rows import ScanRow, VersionSummary

__all__ = ["Kept", "Signature", "Trust", "kept", "sign", "what_keeps_from_signing"]

REASON = "Lưu trữ bản số hóa giấy chứng nhận"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the archive holds of one certificate, looked at just now.

    ``is_sound`` tells whether the PDF/A still has its hash; ``versions`` are those of the record, oldest first.
    ``on_original`` are the signatures that the scanned file came with (a born-digital paper's); ``None`` when they
    cannot be read.
    """

    pdfa_sha256: str
    size_bytes: int
    archived_at: datetime | None
    is_sound: bool
    signatures: tuple[Signature, ...]
    versions: tuple[VersionSummary, ...]
    on_original: tuple[Signature, ...] | None = ()


def sign(settings: Settings, pdf: bytes) -> bytes:
    """The document with the office's signature, or as it is where the office has no certificate set.

    Raises ``SigningFailed``: then the scan waits, because an office that signs wants no unsigned document archived.
    """
    place = _place(settings)
    if place is None:
        return pdf
    signed = sign_pdf(pdf, place, reason=REASON)
    # The chain is judged on the page; here only what we did ourselves.
    if not all(signature.is_intact and signature.covers_all for signature in signatures_in(signed)):
        raise PdfInvalid("the signature just made does not hold")
    return signed


def what_keeps_from_signing(settings: Settings) -> str | None:
    """Why nothing can be signed now; ``None`` where nothing speaks against it, or where the office does not sign.

    A token is not opened, for each wrong PIN counts towards its lock.
    """
    try:
        place = _place(settings)
        if isinstance(place, Pkcs12File):
            check_key(place)
        elif isinstance(place, Pkcs11Token) and not place.module.is_file():
            return f"signing_pkcs11_module: {place.module} is not there"
    except SigningFailed as error:
        return error.detail
    return None


def kept(office: Office, certificate_id: str) -> Kept | None:
    """What is archived of a certificate and whether it is sound and signed; ``None`` while it is not archived.

    The chain of certificates is judged as of the archiving: that moment stands in the chain of events.
    """
    with office.database.unit_of_work(read_only=True) as unit:
        row = unit.certificates.get(certificate_id)
        scan = unit.scans.get(row.scan_id)
        versions = unit.versions.list(certificate_id)
    if row.pdfa_sha256 is None:
        return None
    try:
        pdf = office.blobs.get(row.pdfa_sha256)
        found = tuple(signatures_in(pdf, _trusted(office.settings), moment=row.archived_at))
        size = len(pdf)
    except (BlobMissing, BlobCorrupt):
        found, size = (), None
    return Kept(
        row.pdfa_sha256,
        size or 0,
        row.archived_at,
        is_sound=size is not None,
        signatures=found,
        versions=versions,
        on_original=_on_original(office, scan),
    )


def _on_original(office: Office, scan: ScanRow) -> tuple[Signature, ...] | None:
    """The signatures that the scanned file came with, judged as of its coming in; ``None`` when nobody can tell."""
    if scan.media_type != "application/pdf":
        return ()
    try:
        original = office.blobs.get(scan.sha256)
        if b"/Sig" not in original and b"/ObjStm" not in original:
            return ()
        return tuple(signatures_in(original, _trusted(office.settings), moment=scan.created_at))
    except (BlobMissing, BlobCorrupt, SigningFailed):
        return None


def _place(settings: Settings) -> SignaturePlace | None:
    if settings.signing_pkcs12:
        return Pkcs12File(_path(settings, settings.signing_pkcs12), _secret(settings))
    if settings.signing_pkcs11_module:
        return Pkcs11Token(
            Path(settings.signing_pkcs11_module),
            settings.signing_pkcs11_token,
            settings.signing_certificate,
            _secret(settings),
        )
    return None


def _secret(settings: Settings) -> str:
    path = _path(settings, settings.signing_secret_file)
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SigningFailed("signing_secret_file can be read by others: chmod 600")
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise SigningFailed(f"signing_secret_file cannot be read: {type(error).__name__}") from error


def _trusted(settings: Settings) -> list[bytes]:
    if not settings.signing_trust_file:
        return []
    try:
        return [_path(settings, settings.signing_trust_file).read_bytes()]
    except OSError as error:
        raise SigningFailed(f"signing_trust_file cannot be read: {type(error).__name__}") from error


def _path(settings: Settings, given: str) -> Path:
    """A path from the settings; a relative one counts from the home folder."""
    return settings.home / Path(given).expanduser()
