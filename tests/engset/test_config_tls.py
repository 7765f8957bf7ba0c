"""Certificates and keys: each way in which they cannot work is found before the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption

from tests.engset.certificates import certificate, key_text, new_key
from tests.engset.configurations import NOW, faults, registry, warnings

CERTIFICATE = "registry.verisign.tls_certificate"
TLS_KEY = "registry.verisign.tls_key"
CA = "registry.verisign.tls_ca"


@dataclass(frozen=True, slots=True)
class Files:
    folder: Path

    def document(self, names: Sequence[str] = ("tls_certificate", "tls_key")) -> dict[str, Any]:
        return registry(**{name: str(self.folder / name) for name in names})

    def write(self, **contents: bytes) -> None:
        for name, content in contents.items():
            (self.folder / name).write_bytes(content)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    key = new_key()
    files = Files(tmp_path)
    files.write(tls_certificate=certificate(key), tls_key=key_text(key), tls_ca=certificate(key))
    return files


def test_good_files_are_good(files: Files) -> None:
    assert warnings(files.document(["tls_ca", "tls_certificate", "tls_key"])) == {}


@pytest.mark.parametrize("name", ["tls_ca", "tls_certificate", "tls_key"])
def test_a_file_that_is_not_there_is_named(files: Files, name: str) -> None:
    document = files.document(["tls_ca", "tls_certificate", "tls_key"])
    path = files.folder / name
    path.unlink()
    reason = f"{path} cannot be read: No such file or directory"
    assert faults(document) == {f"registry.verisign.{name}": reason}
    path.mkdir()
    assert faults(document) == {f"registry.verisign.{name}": f"{path} is not a file"}


def test_files_that_hold_something_else_are_named(files: Files) -> None:
    files.write(tls_ca=b"", tls_certificate=b"-----BEGIN CERTIFICATE-----\nno", tls_key=b"x")
    found = faults(files.document(["tls_ca", "tls_certificate", "tls_key"]))
    assert found == {
        CA: f"{files.folder / 'tls_ca'} holds no certificate in PEM form",
        CERTIFICATE: f"{files.folder / 'tls_certificate'} holds no certificate in PEM form",
        TLS_KEY: f"{files.folder / 'tls_key'} holds no private key in PEM form",
    }


def test_a_key_belongs_to_its_certificate(files: Files) -> None:
    files.write(tls_key=key_text(new_key()))
    assert faults(files.document()) == {TLS_KEY: "is not the key of tls_certificate"}


def test_a_key_with_a_passphrase_is_refused_without_asking_for_it(files: Files) -> None:
    files.write(tls_key=key_text(new_key(), BestAvailableEncryption(b"secret")))
    reason = faults(files.document())[TLS_KEY]
    assert reason.endswith("is locked with a passphrase; the daemon needs it without")


def test_certificate_and_key_go_together(files: Files) -> None:
    reason = "is missing: tls_certificate and tls_key go together"
    assert faults(files.document(["tls_certificate"])) == {TLS_KEY: reason}
    assert faults(files.document(["tls_key"])) == {CERTIFICATE: reason}


def test_a_certificate_is_in_date(files: Files) -> None:
    key = new_key()
    day = timedelta(days=1)
    files.write(tls_key=key_text(key), tls_certificate=certificate(key, until=NOW - day / 2))
    assert faults(files.document()) == {CERTIFICATE: "expired on 2025-12-31"}
    late = certificate(key, since=NOW + day)
    files.write(tls_certificate=late)
    assert faults(files.document()) == {CERTIFICATE: "is not valid before 2026-01-02"}
    files.write(tls_certificate=certificate(key, until=NOW + 13 * day))
    assert warnings(files.document()) == {CERTIFICATE: "expires on 2026-01-14"}


def test_an_authority_is_in_date_but_a_bundle_may_hold_old_ones(files: Files) -> None:
    old = certificate(
        new_key(), since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2021, 1, 1, tzinfo=UTC)
    )
    files.write(tls_ca=old)
    assert faults(files.document(["tls_ca"])) == {CA: "expired on 2021-01-01"}
    files.write(tls_ca=old + certificate(new_key()))
    assert warnings(files.document(["tls_ca"])) == {}


def test_what_openssl_refuses_is_found_before_the_start(files: Files) -> None:
    weak = rsa.generate_private_key(65_537, 1_024)
    files.write(tls_key=key_text(weak), tls_certificate=certificate(weak))
    assert faults(files.document())[CERTIFICATE].startswith("OpenSSL refuses it: ")
