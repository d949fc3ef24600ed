"""A self-signed certificate and its key, for a server that lives as long as a measurement."""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

__all__ = ["make_certificate"]

_LIFETIME = timedelta(days=365)


def make_certificate(host: str) -> tuple["x509.Certificate", "EllipticCurvePrivateKey"]:
    """Make a certificate that clients may trust as it is, for a host's name or address, and its private key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ftpstats test server")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a guest's clock may be behind
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    return builder.sign(key, hashes.SHA256()), key


def _names(host: str) -> list["x509.GeneralName"]:
    """Return what clients may call the host; one that listens on all addresses goes by its own names."""
    from cryptography import x509

    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return [x509.DNSName(host), *_loopback()]
    if address.is_unspecified:
        return [x509.DNSName(socket.gethostname()), x509.DNSName("localhost"), *_loopback()]
    return [x509.IPAddress(address)]


def _loopback() -> list["x509.GeneralName"]:
    from cryptography import x509

    return [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
