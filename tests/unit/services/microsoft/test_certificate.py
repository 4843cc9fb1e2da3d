"""What may be wrong with a certificate, and what is told of it."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from esd_desktop.models.values import Secret, utc_now
from esd_desktop.models.wording import as_day
from esd_desktop.sandbox.authority import Authority, Pair, Validity
from esd_desktop.services.microsoft.certificate import inspect
from esd_desktop.services.microsoft.errors import CertificateProblem

PASSPHRASE = Secret("correct horse")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def pair(authority: Authority) -> Pair:
    return authority.issue_client("client", Validity.for_days(30))


@pytest.fixture
def locked(pair: Pair, tmp_path: Path) -> Path:
    """The same key, protected by the passphrase."""
    file = tmp_path / "locked.key"
    encryption = form.BestAvailableEncryption(PASSPHRASE.reveal().encode())
    file.write_bytes(
        pair.key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, encryption)
    )
    return file


def test_a_sound_pair_is_described(pair: Pair) -> None:
    facts = inspect(pair.certificate_file, pair.key_file, None)
    assert facts.thumbprint_sha1 == pair.thumbprint
    assert facts.not_after == pair.certificate.not_valid_after_utc
    assert facts.not_before < utc_now() < facts.not_after


def test_the_passphrase_opens_the_key(pair: Pair, locked: Path) -> None:
    assert inspect(pair.certificate_file, locked, PASSPHRASE).thumbprint_sha1 == pair.thumbprint


def test_a_passphrase_that_is_not_needed_does_no_harm(pair: Pair) -> None:
    inspect(pair.certificate_file, pair.key_file, PASSPHRASE)


def test_a_file_with_the_whole_chain_and_the_key(
    authority: Authority, pair: Pair, tmp_path: Path
) -> None:
    bundle = tmp_path / "all.pem"
    parts = (authority.ca_file, pair.certificate_file, pair.key_file)
    bundle.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert inspect(bundle, bundle, None).thumbprint_sha1 == pair.thumbprint


def test_the_passphrase_is_missing_or_wrong(pair: Pair, locked: Path) -> None:
    _told("protected by a passphrase", pair.certificate_file, locked, None)
    _told("protected by a passphrase", pair.certificate_file, locked, Secret(""))
    _told("passphrase does not open", pair.certificate_file, locked, Secret("battery staple"))


def test_a_file_is_missing_or_not_what_it_should_be(pair: Pair, tmp_path: Path) -> None:
    other = tmp_path / "other"
    _told("certificate file .* does not exist", other, pair.key_file)
    _told("key file .* does not exist", pair.certificate_file, other)
    _told("cannot be read", tmp_path, pair.key_file)
    for content in (b"", b"not PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n", bytes(range(256))):
        other.write_bytes(content)
        _told("not a certificate in PEM form", other, pair.key_file)
        _told("not a private key in PEM form", pair.certificate_file, other)
    other.write_bytes(pair.certificate.public_bytes(form.Encoding.DER))
    _told("not a certificate in PEM form", other, pair.key_file)


def test_the_key_of_another_certificate(authority: Authority, pair: Pair) -> None:
    other = authority.issue_client("other", Validity.for_days(30))
    _told("does not belong", pair.certificate_file, other.key_file)


def test_a_key_that_is_damaged(pair: Pair, tmp_path: Path) -> None:
    assert isinstance(pair.key, rsa.RSAPrivateKey)
    sound = pair.key.private_numbers()
    damaged = rsa.RSAPrivateNumbers(
        *(sound.p, sound.q, sound.d - 2, sound.dmp1 - 2, sound.dmq1, sound.iqmp),
        sound.public_numbers,
    ).private_key(unsafe_skip_rsa_key_validation=True)
    file = tmp_path / "damaged.key"
    file.write_bytes(
        damaged.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    )
    _told("is damaged", pair.certificate_file, file)


def test_opening_a_key_holds_nobody_up(pair: Pair) -> None:
    """Python does nothing else meanwhile, in no thread: the window would stand still."""

    def computed() -> float:
        began = time.thread_time()
        inspect(pair.certificate_file, pair.key_file, None)
        return time.thread_time() - began

    # What the library's own check would take for a key of 2,048 bits, and eight times that for one
    # of 4,096.
    assert min(computed() for _ in range(5)) < 0.03


def test_a_key_that_entra_cannot_use(authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pair = authority.issue("curve", key, Validity.for_days(30), [])
    _told("not an RSA key", pair.certificate_file, pair.key_file)


def test_expired_or_not_yet_valid(authority: Authority) -> None:
    now, day = utc_now(), timedelta(days=1)
    old = authority.issue_client("old", Validity(now - 3 * day, now - day))
    new = authority.issue_client("new", Validity(now + day, now + 3 * day))
    _told(f"expired on {as_day(now - day)}", old.certificate_file, old.key_file)
    _told("not valid before", new.certificate_file, new.key_file)


def _told(
    words: str, certificate_file: Path, key_file: Path, passphrase: Secret | None = None
) -> None:
    with pytest.raises(CertificateProblem, match=words) as caught:
        inspect(certificate_file, key_file, passphrase)
    fault = caught.value
    assert fault.sentence.endswith(".")
    assert fault.advice.endswith(".")
    assert not fault.in_doubt
    for secret in ("correct horse", "battery staple"):
        assert secret not in f"{fault} {fault.__context__!r}"
