"""The certificates: an authority made at the first start, and what it signs.

``certificates/`` holds ``ca`` (the authority that a connection's extra CA file names), ``server``
(the HTTPS listener) and ``client`` (the demo connection's, registered with the token endpoint),
each as ``.pem`` and ``.key``. All are reused; ``server`` and ``client`` are issued anew shortly
before they expire. The extensions are those that OpenSSL's strict verification asks for.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from esd_desktop.sandbox import clock
from esd_desktop.sandbox.files import write_atomically

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_NEAR_EXPIRY = timedelta(days=30)
_SERVER_NAMES = x509.SubjectAlternativeName(
    [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
)


class Pair(Struct, frozen=True):
    """A certificate and its private key, and the two files they live in."""

    certificate: x509.Certificate
    key: PrivateKey
    certificate_file: Path
    key_file: Path

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the certificate in capital hex, as Entra's portal shows it."""
        return self.certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303


class Validity(Struct, frozen=True):
    """From when to when a certificate counts."""

    start: datetime
    end: datetime

    @classmethod
    def for_days(cls, days: int) -> Validity:
        """From an hour ago, so that no clock is too far behind, for so many days."""
        start = clock.now() - timedelta(hours=1)
        return cls(start, start + timedelta(days=days))


class Authority:
    """The sandbox's certificate authority, made where the directory has none."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._ca = self._stored("ca") or self._self_signed()
        self.ca_file = self._ca.certificate_file

    def server(self) -> Pair:
        """The HTTPS listener's certificate, for localhost, 127.0.0.1 and ::1."""
        return self._current("server") or self.issue(
            "server",
            ec.generate_private_key(ec.SECP256R1()),
            Validity.for_days(365),
            [_SERVER_NAMES, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])],
        )

    def client(self) -> Pair:
        """The certificate of the demo connection."""
        return self._current("client") or self.issue_client("client", Validity.for_days(3 * 365))

    def issue_client(self, name: str, validity: Validity) -> Pair:
        """A client's certificate with an RSA key, in ``name.pem`` and ``name.key``."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self.issue(name, key, validity, [usage])

    def issue(
        self,
        name: str,
        key: PrivateKey,
        validity: Validity,
        extensions: Sequence[x509.ExtensionType],
    ) -> Pair:
        """A certificate signed by this authority, written into its directory."""
        authority = self._ca.certificate.extensions.get_extension_for_class(
            x509.SubjectKeyIdentifier
        )
        builder = (
            _certificate(f"ESD sandbox {name}", self._ca.certificate.subject, key, validity)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority.value),
                critical=False,
            )
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return self._store(name, builder.sign(self._ca.key, hashes.SHA256()), key)

    def _self_signed(self) -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _certificate("ESD sandbox authority", None, key, Validity.for_days(3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
        )
        return self._store("ca", builder.sign(key, hashes.SHA256()), key)

    def _current(self, name: str) -> Pair | None:
        """The stored pair, unless it expires soon, or a kill left halves that do not match."""
        pair = self._stored(name)
        if pair is None or pair.certificate.not_valid_after_utc - clock.now() < _NEAR_EXPIRY:
            return None
        matches = pair.certificate.public_key() == pair.key.public_key()
        ours = pair.certificate.issuer == self._ca.certificate.subject
        return pair if matches and ours else None

    def _stored(self, name: str) -> Pair | None:
        certificate_file, key_file = self._files(name)
        if not (certificate_file.exists() and key_file.exists()):
            return None
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            return None
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        return Pair(certificate, key, certificate_file, key_file)

    def _store(self, name: str, certificate: x509.Certificate, key: PrivateKey) -> Pair:
        certificate_file, key_file = self._files(name)
        pem = serialization.Encoding.PEM
        private = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_atomically(key_file, private, private=True)
        write_atomically(certificate_file, certificate.public_bytes(pem))
        return Pair(certificate, key, certificate_file, key_file)

    def _files(self, name: str) -> tuple[Path, Path]:
        return self._directory / f"{name}.pem", self._directory / f"{name}.key"


def _certificate(
    common_name: str, issuer: x509.Name | None, key: PrivateKey, validity: Validity
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.start)
        .not_valid_after(validity.end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
