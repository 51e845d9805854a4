"""Certificates of the tests' own: a root, and servers' that it signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Certificate:
    """Files in PEM; the key is this user's only."""

    certificate: Path
    key: Path


class Root:
    """Signs certificates.

    Args:
        folder: for all files.
        name: of the root, and of its file.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.file = self._written(name, self._key, self._name, timedelta(days=1), None).certificate

    def sign(self, host: str, *, expired: bool = False) -> Certificate:
        """A certificate for a host, good for a day, or good until yesterday."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        until = timedelta(days=-1 if expired else 1)
        return self._written(
            f"{host} {until.days}", ec.generate_private_key(ec.SECP256R1()), name, until, host
        )

    def _written(
        self, file: str, key: ec.EllipticCurvePrivateKey, name: x509.Name, until: timedelta, host: str | None
    ) -> Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + until)
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        made = Certificate(self._folder / f"{file}.crt", self._folder / f"{file}.key")
        made.certificate.write_bytes(
            builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        made.key.touch(0o600)
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return made
