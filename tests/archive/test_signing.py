"""The office's signature: PAdES on a document that stays PDF/A, and an honest answer about any signature."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from archive import conformance
from archive.pdfa import check_pdfa, write_pdfa
from archive.signing import Pkcs11Token, Pkcs12File, Trust, sign_pdf, signatures_in
from archive.xmp import PdfIdentity
from certificate.errors import PdfInvalid, SigningFailed
from certificate.reading import CertificateReading

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
Document = tuple[bytes, CertificateReading]


@pytest.fixture(scope="module")
def authority(throwaway_certificates: Any) -> Any:
    """A certification authority made for this test run and thrown away with it."""
    return throwaway_certificates.new_authority("CA MẪU dùng một lần")


@pytest.fixture(scope="module")
def key_file(authority: Any, tmp_path_factory: pytest.TempPathFactory) -> Pkcs12File:
    path = tmp_path_factory.mktemp("keys") / "office.p12"
    path.write_bytes(authority.pkcs12("Văn phòng đăng ký MẪU", "mật khẩu"))
    return Pkcs12File(path, "mật khẩu")


@pytest.fixture(scope="module")
def scan(kit: Any, paper: Any) -> Document:
    image, face = kit.turned(paper, 0)
    return kit.encode(image, "JPEG", quality=80), kit.reading_of(face)


@pytest.mark.parametrize("part", [1, 2])
def test_signed_stays_pdfa(
    scan: Document, identity: PdfIdentity, key_file: Pkcs12File, preflight: Callable[[Path], str], tmp_path: Path,
    part: int, authority: Any,
) -> None:  # fmt: skip
    """A signed document begins with the unsigned one's bytes, passes the checks, and a viewer calls it valid."""
    original, reading = scan
    pdf = write_pdfa(original, reading, identity, part=part)
    signed = sign_pdf(pdf, key_file, reason="Lưu trữ")
    assert signed.startswith(pdf)
    check_pdfa(signed, reading)
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    if part == 1:
        assert preflight(path) == ""
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    (found,) = signatures_in(signed, [authority.pem])
    assert found.holds
    assert found.trust is Trust.TRUSTED
    assert (found.signer, found.issuer) == ("Văn phòng đăng ký MẪU", "CA MẪU dùng một lần")
    assert found.signed_at is not None
    assert abs(found.signed_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert signatures_in(pdf) == []


def test_every_change_is_seen(scan: Document, identity: PdfIdentity, key_file: Pkcs12File) -> None:
    """A flipped bit breaks the signature; bytes after it show that it no longer covers all."""
    pdf = write_pdfa(*scan, identity)
    signed = sign_pdf(pdf, key_file, reason="Lưu trữ")
    for at in (100, len(pdf) // 2, len(pdf) - 200):
        spoilt = bytearray(signed)
        spoilt[at] ^= 1
        try:
            (found,) = signatures_in(bytes(spoilt))
        except SigningFailed:
            continue  # Not even a document any more.
        assert not found.holds
    (longer,) = signatures_in(signed + b"\n% more")
    assert longer.is_intact
    assert not longer.covers_all
    assert not longer.holds


def test_whom_the_office_trusts(
    scan: Document, identity: PdfIdentity, key_file: Pkcs12File, authority: Any, throwaway_certificates: Any
) -> None:
    """Another authority is not trusted, no list means not asked, and a certificate that ran out since still counts."""
    signed = sign_pdf(write_pdfa(*scan, identity), key_file, reason="Lưu trữ")
    (stranger,) = signatures_in(signed, [throwaway_certificates.new_authority("CA lạ").pem])
    assert (stranger.is_intact, stranger.trust, stranger.holds) == (True, Trust.NOT_TRUSTED, False)
    (unasked,) = signatures_in(signed)
    assert (unasked.trust, unasked.holds) == (Trust.NOT_ASKED, True)
    in_ten_years = datetime.now(UTC) + timedelta(days=3650)
    (then,) = signatures_in(signed, [authority.pem], moment=in_ten_years)
    assert then.trust is Trust.NOT_TRUSTED
    (archived,) = signatures_in(signed, [authority.pem], moment=datetime.now(UTC))
    assert archived.trust is Trust.TRUSTED


def test_what_keeps_from_signing(scan: Document, identity: PdfIdentity, tmp_path: Path, authority: Any) -> None:
    """A missing file, a wrong passphrase, a certificate that ran out or is for something else: told, and retryable."""
    pdf = write_pdfa(*scan, identity)
    files = {
        "good.p12": authority.pkcs12("VP", "pw"),
        "old.p12": authority.pkcs12("VP", "pw", days=(-30, -1)),
        "tls.p12": authority.pkcs12("VP", "pw", for_signatures=False),
        "junk.p12": b"no certificate",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for name, passphrase, why in (
        ("none.p12", "pw", "cannot be read"),
        ("good.p12", "wrong", "wrong passphrase"),
        ("old.p12", "pw", "valid to"),
        ("tls.p12", "pw", "not one for signatures"),
        ("junk.p12", "pw", "not PKCS#12"),
    ):
        with pytest.raises(SigningFailed, match=why) as caught:
            sign_pdf(pdf, Pkcs12File(tmp_path / name, passphrase), reason="")
        assert caught.value.retryable


@pytest.mark.skipif(not SOFTHSM.exists(), reason="SoftHSM is not installed: apt-get install softhsm2")
def test_token(
    scan: Document, identity: PdfIdentity, authority: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key may lie on a PKCS#11 token: here in SoftHSM, which speaks as a USB token does."""
    configuration = tmp_path / "softhsm2.conf"
    (tmp_path / "tokens").mkdir()
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "van-phong", "--so-pin", "0000", "--pin", "1234"],
        check=True, capture_output=True,
    )  # fmt: skip
    authority.put_on_token(SOFTHSM, "van-phong", "1234", "chung-thu", "Văn phòng có token")
    pdf = write_pdfa(*scan, identity)
    signed = sign_pdf(pdf, Pkcs11Token(SOFTHSM, "van-phong", "chung-thu", "1234"), reason="Lưu trữ")
    assert conformance.problems(signed, 2) == []
    (found,) = signatures_in(signed, [authority.pem])
    assert (found.signer, found.trust, found.holds) == ("Văn phòng có token", Trust.TRUSTED, True)
    for wrong in (
        Pkcs11Token(SOFTHSM, "van-phong", "chung-thu", "9999"),
        Pkcs11Token(SOFTHSM, "khong-co", "chung-thu", "1234"),
        Pkcs11Token(SOFTHSM, "van-phong", "khong-co", "1234"),
        Pkcs11Token(tmp_path / "none.so", "van-phong", "chung-thu", "1234"),
    ):
        with pytest.raises(SigningFailed):
            sign_pdf(pdf, wrong, reason="")


def test_other_forms_are_not_let_through(scan: Document, identity: PdfIdentity) -> None:
    """What is forgiven to a signature is forgiven to nothing else: a form to fill in, a script, a visible field."""
    original, reading = scan
    pdf = write_pdfa(original, reading, identity)
    for change in ({"FT": pikepdf.Name.Tx}, {"A": pikepdf.Dictionary(S=pikepdf.Name.JavaScript)}, {"F": 6}):
        with pikepdf.open(BytesIO(pdf)) as opened:
            keys = {
                "Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Widget, "FT": pikepdf.Name.Sig, "F": 132,
                "Rect": [0, 0, 0, 0], "T": pikepdf.String("x"),
            }  # fmt: skip
            field = opened.make_indirect(pikepdf.Dictionary(**(keys | change)))
            opened.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
            opened.pages[0].obj.Annots = pikepdf.Array([field])
            out = BytesIO()
            opened.save(out)
        assert any("AcroForm" in problem for problem in conformance.problems(out.getvalue(), 2))
        with pytest.raises(PdfInvalid):
            check_pdfa(out.getvalue(), reading)
