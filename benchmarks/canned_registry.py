"""A TLS responder that knows four answers by heart, in a process of its own.

It reads no XML: it finds the clTRID by its tags and pastes it into the answer that fits. It is
the fixed cost that a client is measured against.
"""

import argparse
import asyncio
import contextlib
import ipaddress
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HEAD = b'<?xml version="1.0" encoding="UTF-8"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0">'
GREETING = (
    _HEAD
    + b"<greeting><svID>canned</svID><svDate>2026-01-01T00:00:00Z</svDate><svcMenu>"
    + b"<version>1.0</version><lang>en</lang><objURI>urn:ietf:params:xml:ns:domain-1.0</objURI>"
    + b"</svcMenu><dcp><access><all/></access><statement><purpose><prov/></purpose><recipient>"
    + b"<ours/></recipient><retention><stated/></retention></statement></dcp></greeting></epp>"
)
_DONE = b'<response><result code="1000"><msg>Command completed successfully</msg></result>'
_CHECKED = (
    b'<resData><domain:chkData xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:cd>'
    b'<domain:name avail="1">example.com</domain:name></domain:cd></domain:chkData></resData>'
)
_BYE = b'<response><result code="1500"><msg>Goodbye</msg></result>'


def _frame(xml: bytes) -> bytes:
    return (len(xml) + 4).to_bytes(4, "big") + xml


def _cltrid(command: bytes) -> bytes:
    """The client's element as it stands; there need not be one (RFC 5730 section 2.5)."""
    start = command.find(b"<clTRID>")
    return b"" if start < 0 else command[start : command.index(b"</clTRID>", start) + 9]


def _answer(command: bytes) -> bytes:
    ids = b"<trID>" + _cltrid(command) + b"<svTRID>S-1</svTRID></trID></response></epp>"
    if b"<check" in command:
        return _frame(_HEAD + _DONE + _CHECKED + ids)
    return _frame(_HEAD + (_BYE if b"<logout" in command else _DONE) + ids)


class Responder(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Speak first."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        transport.write(_frame(GREETING))

    def data_received(self, data: bytes) -> None:
        """Answer every whole frame."""
        buffer = self._buffer + data
        while len(buffer) >= 4 and len(buffer) >= (size := int.from_bytes(buffer[:4], "big")):
            body, buffer = buffer[4:size], buffer[size:]
            greets = b"<hello" in body
            self._transport.write(_frame(GREETING) if greets else _answer(body))
        self._buffer = buffer


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "canned registry")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


async def _serve(certificate: Path, key: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Responder, "127.0.0.1", 0, ssl=context)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    # Ends with its parent: standard input closes.
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Serve until standard input closes; print the port first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("certificate", type=Path)
    parser.add_argument("key", type=Path)
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.certificate, arguments.key))


if __name__ == "__main__":
    main()
