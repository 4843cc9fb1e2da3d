"""The certificate that a connection signs in with: reading it, and what may be wrong with it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import ClassVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from msgspec import Struct

from esd_desktop.models.values import Secret, utc_now
from esd_desktop.models.wording import as_day
from esd_desktop.records import Discreet
from esd_desktop.services.microsoft.errors import CertificateProblem


class CertificateFacts(Struct, frozen=True):
    """What people see of a certificate. The thumbprint is capital hex, as Microsoft Entra shows
    it; the times are aware and in UTC."""

    thumbprint_sha1: str
    not_before: datetime
    not_after: datetime


class Credential(Discreet, frozen=True):
    """A certificate and its opened private key, ready to sign with."""

    KEPT_BACK: ClassVar = ("private_key",)

    facts: CertificateFacts
    certificate_pem: str
    private_key: RSAPrivateKey


def inspect(certificate_file: Path, key_file: Path, passphrase: Secret | None) -> CertificateFacts:
    """What is in the two files. Raises CertificateProblem where one could not sign in with them."""
    return load(certificate_file, key_file, passphrase).facts


def load(certificate_file: Path, key_file: Path, passphrase: Secret | None) -> Credential:
    """The certificate with its key. Raises CertificateProblem for whatever is wrong with them."""
    certificates = _certificates(certificate_file)
    key = _private_key(key_file, passphrase)
    # A file may hold the whole chain, in any order: ours is the one that the key belongs to.
    own = [each for each in certificates if each.public_key() == key.public_key()]
    if not own:
        raise CertificateProblem(
            f"The private key in {key_file} does not belong to the certificate in "
            f"{certificate_file}.",
            advice="Choose the two files that were made together.",
        )
    _prove(key, key_file)
    facts = _facts(own[0])
    _check_dates(facts, utc_now())
    return Credential(facts, own[0].public_bytes(Encoding.PEM).decode("ascii"), key)


def _certificates(file: Path) -> list[x509.Certificate]:
    content = _content(file, "certificate")
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        raise CertificateProblem(
            f"The certificate file {file} is not a certificate in PEM form.",
            advice=_EXPORT_PEM,
        ) from None


def _private_key(file: Path, passphrase: Secret | None) -> RSAPrivateKey:
    content = _content(file, "key")
    # Both forms of an encrypted PEM key say so in plain words.
    password = _password(file, passphrase) if b"ENCRYPTED" in content else None
    try:
        # The library's own check takes tenths of a second for a key of 4,096 bits, in which not
        # even the window goes on. ``_prove`` says in some milliseconds what matters.
        key = load_pem_private_key(content, password, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if password is not None:
            raise CertificateProblem(
                f"The passphrase does not open the private key in {file}.",
                advice="Enter the key's passphrase again, in Settings, Connections.",
            ) from None
        raise CertificateProblem(
            f"The key file {file} is not a private key in PEM form.", advice=_EXPORT_PEM
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise CertificateProblem(
            f"The private key in {file} is not an RSA key, which Microsoft Entra asks for.",
            advice="Have a certificate made with an RSA key of 2048 bits or more.",
        )
    return key


def _prove(key: RSAPrivateKey, file: Path) -> None:
    """Sign with the key, and check that.

    It stands in for the check of the key's numbers, which guards against keys that others made up
    to learn something from their use. Here the file is the person's own, the modulus and exponent
    are those of the certificate, and OpenSSL holds each signature against them before it gives it
    out: a damaged key signs nothing, or what is right.
    """
    try:
        signature = key.sign(_ANYTHING, PKCS1v15(), SHA256())
        key.public_key().verify(signature, _ANYTHING, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        raise CertificateProblem(
            f"The private key in {file} is damaged: what it signs is not valid.",
            advice="Export the key again, or restore its file from a backup.",
        ) from None


def _password(file: Path, passphrase: Secret | None) -> bytes:
    if not passphrase:
        raise CertificateProblem(
            f"The private key in {file} is protected by a passphrase, and none was given.",
            advice="Enter it in Settings, Connections "
            "(“--passphrase-stdin” of “esd connections add”).",
        )
    return passphrase.reveal().encode()


def _content(file: Path, what: str) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise CertificateProblem(
            f"The {what} file {file} does not exist.",
            advice="Name the right file in Settings, Connections.",
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "that is not the name of a file"
        raise CertificateProblem(
            f"The {what} file {file} cannot be read: {why}.",
            advice="Check that you may read it, and that it is a file.",
        ) from error


def _facts(certificate: x509.Certificate) -> CertificateFacts:
    return CertificateFacts(
        # Not for security: it is the name that Entra gives the certificate.
        thumbprint_sha1=certificate.fingerprint(SHA1()).hex().upper(),  # noqa: S303
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _check_dates(facts: CertificateFacts, now: datetime) -> None:
    if now > facts.not_after:
        raise CertificateProblem(
            f"The certificate expired on {as_day(facts.not_after)}.",
            advice="Order a new certificate, have it registered at Microsoft Entra, and name its "
            "files in Settings, Connections.",
        )
    if now < facts.not_before:
        raise CertificateProblem(
            f"The certificate is not valid before {as_day(facts.not_before)}, "
            f"{facts.not_before.astimezone():%H:%M}.",
            advice="Check this computer's clock, or wait until then.",
        )


_ANYTHING = b"ESD Desktop"
_EXPORT_PEM = (
    "Export it as PEM: text that starts with “-----BEGIN”. A .pfx or .p12 file holds both parts "
    "and has to be taken apart first."
)
