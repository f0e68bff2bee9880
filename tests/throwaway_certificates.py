"""Certificates made for one test run: an authority, and keys that it vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, signing: bool, authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(signing, signing, not signing, False, False, authority, authority, False, False)


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Authority:
    """A certification authority of the tests' own."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(
        self, name: str, days: tuple[int, int] = (-1, 30), *, for_signatures: bool = True
    ) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        """A key and its certificate, valid from and to these days from now."""
        key = _new_key()
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signing=for_signatures), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        return key, certificate

    def pkcs12(
        self, name: str, passphrase: str, days: tuple[int, int] = (-1, 30), *, for_signatures: bool = True
    ) -> bytes:
        """A PKCS#12 file with a new key."""
        key, certificate = self.issue(name, days, for_signatures=for_signatures)
        return pkcs12.serialize_key_and_certificates(
            b"office", key, certificate, [self.certificate], BestAvailableEncryption(passphrase.encode())
        )

    def put_on_token(self, module: Path, token_label: str, pin: str, label: str, name: str) -> None:
        """A new key and its certificate on a PKCS#11 token."""
        import pkcs11
        from pkcs11.util.rsa import decode_rsa_private_key
        from pkcs11.util.x509 import decode_x509_certificate

        key, certificate = self.issue(name)
        der = key.private_bytes(
            Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        about = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: label, pkcs11.Attribute.ID: b"\x01"}
        token = pkcs11.lib(str(module)).get_token(token_label=token_label)
        with token.open(rw=True, user_pin=pin) as session:
            session.create_object({**decode_rsa_private_key(der), **about, pkcs11.Attribute.SIGN: True})
            session.create_object({**decode_x509_certificate(certificate.public_bytes(Encoding.DER)), **about})


def new_authority(name: str) -> Authority:
    """A new authority that signed its own certificate."""
    key = _new_key()
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=4000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signing=True, authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)
