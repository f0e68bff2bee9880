"""The office's digital signature on an archived PDF: put on as PAdES, looked at later.

Owns pyHanko: where the key lies (a PKCS#12 file or a PKCS#11 token), how the signature stands in the document without
breaking PDF/A (a field of no size on the first page, appended so that not a byte before it changes), and what
an existing signature is worth. Knows no settings and no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from certificate.errors import SigningFailed

FIELD_NAME = "SohoaSignature"
# ETSI EN 319 142-1: an archive's seal shall not be denied later.
_KEY_USAGES = frozenset({"non_repudiation", "digital_signature"})


class SignaturePlace(Protocol):
    """Where the office's key lies."""

    def signer(self) -> Any:
        """A context that gives pyHanko's signer and closes the token afterwards."""


@dataclass(frozen=True, slots=True)
class Pkcs12File:
    """Key and certificate in a file (.p12, .pfx), opened with the passphrase."""

    path: Path
    passphrase: str

    @contextmanager
    def signer(self) -> Iterator[Any]:
        from pyhanko.sign.signers import SimpleSigner

        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise SigningFailed(f"the certificate file cannot be read: {type(error).__name__}") from error
        try:
            found = SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=self.passphrase.encode())
        except ValueError as error:
            raise SigningFailed("the certificate file cannot be opened: wrong passphrase, or not PKCS#12") from error
        yield found


@dataclass(frozen=True, slots=True)
class Pkcs11Token:
    """Key and certificate on a token or in a module (USB token, HSM), opened with the PIN."""

    module: Path
    token_label: str
    certificate_label: str
    pin: str

    @contextmanager
    def signer(self) -> Iterator[Any]:
        from pkcs11.exceptions import PKCS11Error
        from pyhanko.config.pkcs11 import PKCS11SignatureConfig, TokenCriteria
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.pkcs11 import PKCS11SigningContext

        config = PKCS11SignatureConfig(
            module_path=str(self.module),
            token_criteria=TokenCriteria(label=self.token_label) if self.token_label else None,
            cert_label=self.certificate_label,
            other_certs_to_pull=None,
        )
        try:
            with PKCS11SigningContext(config, user_pin=self.pin) as found:
                yield found
        except (PKCS11Error, SigningError, PdfError) as error:
            raise SigningFailed(f"the token refuses: {type(error).__name__}") from error
        except (OSError, RuntimeError) as error:  # The module is no library, or the wrong one.
            raise SigningFailed(f"the token's module cannot be used: {type(error).__name__}") from error


class Trust(StrEnum):
    """Whether the signer's certificate leads to a root that the office trusts."""

    TRUSTED = "trusted"
    NOT_TRUSTED = "not_trusted"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Signature:
    """What one signature in a document says and whether it holds.

    ``is_intact``: the bytes it covers are those that were signed; ``covers_all``: they are the whole document;
    ``signed_at`` is what the signer's clock said.
    """

    signer: str
    issuer: str
    certificate_serial: str
    signed_at: datetime | None
    is_intact: bool
    covers_all: bool
    trust: Trust

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it; a chain that nobody asked about does not."""
        return self.is_intact and self.covers_all and self.trust is not Trust.NOT_TRUSTED


def sign_pdf(pdf: bytes, place: SignaturePlace, *, reason: str, moment: datetime | None = None) -> bytes:
    """The document with the office's signature appended; raises ``SigningFailed``.

    PAdES baseline B-B, subfilter ETSI.CAdES.detached, SHA-256. The bytes before the signature stay as they are.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import fields, signers
    from pyhanko.sign.general import SigningError

    about = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME, md_algorithm="sha256", reason=reason, subfilter=fields.SigSeedSubFilter.PADES,
        signer_key_usage=set(),
    )  # fmt: skip
    out = BytesIO()
    with place.signer() as signer:
        _refuse_unusable(signer.signing_cert, moment or datetime.now(UTC))
        try:
            writer = _appending_writer(pdf)
            _add_field(writer)
            signers.PdfSigner(about, signer).sign_pdf(writer, existing_fields_only=True, output=out)
        except (PdfError, SigningError, ValueError) as error:
            raise SigningFailed(type(error).__name__) from error
    return out.getvalue()


def check_key(place: SignaturePlace) -> None:
    """Open the key without signing anything; raises ``SigningFailed``. With a token, a wrong PIN counts each time."""
    with place.signer() as signer:
        _refuse_unusable(signer.signing_cert, datetime.now(UTC))


def _refuse_unusable(certificate: Any, moment: datetime) -> None:
    if certificate is None or not _may_sign(certificate):
        raise SigningFailed("the certificate is not one for signatures")
    _refuse_outdated(certificate, moment)


def _appending_writer(pdf: bytes) -> Any:
    """pyHanko's writer, told to leave the document's version, extensions and metadata alone.

    It would write a producer of its own into the metadata, so that they contradict the document information, and raise
    the version above what PDF/A-1 allows. There is no public switch; the tests hold that the result is PDF/A.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class _Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            pass

        def ensure_output_version(self, version: object) -> None:
            pass

        def register_extension(self, extension: object) -> None:
            pass

    return _Writer(BytesIO(pdf))


def _add_field(writer: Any) -> None:
    """A signature field of no size on the first page, with the empty appearance that PDF/A-1 wants all the same."""
    from pyhanko.pdf_utils import generic
    from pyhanko.sign import fields

    make: Any = generic  # Its constructors say nothing of their types.
    name = make.pdf_name
    fields.append_signature_field(writer, fields.SigFieldSpec(FIELD_NAME, on_page=0, box=None))
    ((_, _, reference),) = fields.enumerate_sig_fields(writer)
    nothing = make.StreamObject(
        {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Form"),
            name("/BBox"): make.ArrayObject([make.NumberObject(0)] * 4),
            name("/Resources"): make.DictionaryObject(),
        },
        stream_data=b"",
    )
    appearance = make.DictionaryObject({name("/N"): writer.add_object(nothing)})
    reference.get_object()[name("/AP")] = appearance


def signatures_in(pdf: bytes, trusted_pem: Sequence[bytes] = (), *, moment: datetime | None = None) -> list[Signature]:
    """Every signature of a document and what it is worth.

    ``trusted_pem`` are the roots that the office trusts; with none the chain is not asked about. ``moment`` is when
    the chain must have been valid: for an archive the time of archiving, which the chain of events vouches for, because
    certificates run out long before archives do. No line is used: revocation is asked of nobody.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_signatures
        return [_judge(signature, trusted_pem, moment) for signature in found]
    except (PdfError, ValueError, LookupError, TypeError) as error:
        raise SigningFailed(f"the signature cannot be read: {type(error).__name__}") from error


def _judge(signature: Any, trusted_pem: Sequence[bytes], moment: datetime | None) -> Signature:
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.errors import PathError

    certificate = signature.signer_cert
    roots = load_certificates(trusted_pem) if trusted_pem else [certificate]
    context = ValidationContext(
        trust_roots=roots, moment=moment or datetime.now(UTC), allow_fetching=False, revocation_mode="soft-fail"
    )
    usages = KeyUsageConstraints(key_usage=set(_KEY_USAGES), match_all_key_usages=False)
    intact = covers = trusted = False
    try:
        status = validate_pdf_signature(signature, context, key_usage_settings=usages)
        intact = bool(status.intact and status.valid)
        covers = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        trusted = bool(status.trusted)
    except (SignatureValidationError, SigningError, PathError):
        pass
    return Signature(
        signer=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        certificate_serial=f"{certificate.serial_number:x}",
        signed_at=signature.self_reported_timestamp,
        is_intact=intact,
        covers_all=covers,
        trust=Trust.NOT_ASKED if not trusted_pem else Trust.TRUSTED if trusted else Trust.NOT_TRUSTED,
    )


def load_certificates(pem_files: Sequence[bytes]) -> list[Any]:
    """Every certificate in the given PEM (or single DER) files; raises ``SigningFailed``."""
    from asn1crypto import pem, x509

    found = []
    try:
        for data in pem_files:
            if pem.detect(data):
                found += [x509.Certificate.load(der) for _, _, der in pem.unarmor(data, multiple=True)]
            else:
                found.append(x509.Certificate.load(data, strict=True))
    except ValueError as error:
        raise SigningFailed("a file of trusted certificates cannot be read") from error
    return found


def _name(name: Any) -> str:
    native = name.native
    for key in ("common_name", "organization_name"):
        if native.get(key):
            return str(native[key])
    return str(name.human_friendly)


def _may_sign(certificate: Any) -> bool:
    usage = certificate.key_usage_value
    return usage is None or bool(_KEY_USAGES & set(usage.native))


def _refuse_outdated(certificate: Any, moment: datetime) -> None:
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        raise SigningFailed(f"the office's certificate is valid to {certificate.not_valid_after:%Y-%m-%d} only")
