"""The practice authority: a CA of its own, made at first start, that nobody else trusts.

Keys are made on the machine and stay below the data directory (0600); nothing of it is ever part
of the program. What is there and still valid for a month is used again.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from actors.sandbox.private_file import write_private

_YEARS = 10
_RENEW_BEFORE = timedelta(days=30)
_SERVER_NAMES = ("localhost",)
_SERVER_ADDRESSES = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in PEM."""

    ca: Path
    server_certificate: Path
    server_key: Path
    client_certificate: Path
    client_key: Path


def ensure_certificates(folder: Path, now: datetime, *, host: str = "127.0.0.1") -> Certificates:
    """The files below `folder`, made anew when one is missing, damaged, or nearly expired.

    The server's certificate is for loopback and for `host`. Raises OSError.
    """
    files = Certificates(
        ca=folder / "ca.pem",
        server_certificate=folder / "server.pem",
        server_key=folder / "server.key",
        client_certificate=folder / "client.pem",
        client_key=folder / "client.key",
    )
    if not _usable(files, now, host):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(files, now, host)
    return files


def _usable(files: Certificates, now: datetime, host: str) -> bool:
    """Whether all files are there, belong together and stay valid for a while."""
    try:
        authority = _read(files.ca)
        server = _read(files.server_certificate)
        client = _read(files.client_certificate)
        names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        for certificate, key in ((server, files.server_key), (client, files.client_key)):
            certificate.verify_directly_issued_by(authority)
            if _public_key_of(key) != certificate.public_key():
                return False
    except (FileNotFoundError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return _alternative_name(host) in names and all(
        certificate.not_valid_after_utc > now + _RENEW_BEFORE
        for certificate in (authority, server, client)
    )


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _public_key_of(path: Path) -> object:
    return serialization.load_pem_private_key(path.read_bytes(), password=None).public_key()


def _make(files: Certificates, now: datetime, host: str) -> None:
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("Engset practice authority")
    authority = (
        _builder(authority_name, authority_name, authority_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(_key_identifier(authority_key), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    hosts = dict.fromkeys((*_SERVER_NAMES, *_SERVER_ADDRESSES, host))
    names = x509.SubjectAlternativeName([_alternative_name(each) for each in hosts])
    for subject, purpose, certificate_file, key_file in (
        ("registry", ExtendedKeyUsageOID.SERVER_AUTH, files.server_certificate, files.server_key),
        ("registrar", ExtendedKeyUsageOID.CLIENT_AUTH, files.client_certificate, files.client_key),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _builder(_name(f"practice {subject}"), authority_name, key, now)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(_key_identifier(key), critical=False)
            .add_extension(_issued_by(authority_key), critical=False)
        )
        if purpose == ExtendedKeyUsageOID.SERVER_AUTH:
            builder = builder.add_extension(names, critical=False)
        signed = builder.sign(authority_key, hashes.SHA256())
        write_private(certificate_file, signed.public_bytes(serialization.Encoding.PEM))
        write_private(key_file, _pem(key))
    write_private(files.ca, authority.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
    )


def _key_identifier(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    """Strict verifiers (Python 3.13's default) want both identifiers (RFC 5280 4.2.1.1-2)."""
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _issued_by(authority_key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    identifier = _key_identifier(authority_key)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _alternative_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
