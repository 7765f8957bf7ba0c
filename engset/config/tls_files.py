"""Certificates and keys of registries: there, readable, in date, and fitting each other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import Certificate, load_pem_x509_certificates

from engset.config.exposure import is_exposed
from engset.config.problem import Findings
from engset.config.sections import RegistrySection

_SOON = timedelta(days=14)

Content = TypeVar("Content")


class _Unusable(Exception):
    """A file that is something else; its text says what."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Looks at the files of one registry, as of `now`."""

    key: str
    """`registry.verisign`."""
    section: RegistrySection
    now: datetime
    findings: Findings

    def check(self) -> None:
        """Find every fault."""
        authorities = self._load("tls_ca", load_pem_x509_certificates) or []
        if authorities and all(self.now > each.not_valid_after_utc for each in authorities):
            self._wrong("tls_ca", f"expired on {_day(authorities[0].not_valid_after_utc)}")
        chain = self._load("tls_certificate", load_pem_x509_certificates) or []
        private = self._load("tls_key", _load_key)
        if chain:
            self._check_dates(chain[0])
        if chain and private is not None and not _belong_together(chain[0], private):
            self._wrong("tls_key", "is not the key of tls_certificate")
        if (self.section.tls_certificate is None) != (self.section.tls_key is None):
            missing = "tls_key" if self.section.tls_key is None else "tls_certificate"
            self._wrong(missing, "is missing: tls_certificate and tls_key go together")
        if private is not None and is_exposed(Path(str(self.section.tls_key))):
            reason = f"{self.section.tls_key} can be read by every account of this machine"
            self.findings.warn(f"{self.key}.tls_key", f"{reason}; chmod 600 closes it")

    def _load(self, name: str, parse: Callable[[bytes], Content]) -> Content | None:
        """What the file holds; None when none is named or something is wrong with it."""
        path = getattr(self.section, name)
        if path is None or not self.findings.sound(f"{self.key}.{name}"):
            return None
        try:
            if Path(path).exists() and not Path(path).is_file():
                raise _Unusable("is not a file")
            return parse(Path(path).read_bytes())
        except OSError as error:
            self._wrong(name, f"{path} cannot be read: {error.strerror}")
        except _Unusable as error:
            self._wrong(name, f"{path} {error}")
        except (ValueError, UnsupportedAlgorithm):
            self._wrong(name, f"{path} holds no certificate in PEM form")
        return None

    def _check_dates(self, certificate: Certificate) -> None:
        since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if self.now > until:
            self._wrong("tls_certificate", f"expired on {_day(until)}")
        elif self.now < since:
            self._wrong("tls_certificate", f"is not valid before {_day(since)}")
        elif until - self.now < _SOON:
            self.findings.warn(f"{self.key}.tls_certificate", f"expires on {_day(until)}")

    def _wrong(self, name: str, reason: str) -> None:
        self.findings.wrong(f"{self.key}.{name}", reason)


def _load_key(content: bytes) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(content, password=None)
    except TypeError:
        raise _Unusable("is locked with a passphrase; the daemon needs it without") from None
    except (ValueError, UnsupportedAlgorithm):
        raise _Unusable("holds no private key in PEM form") from None


def _belong_together(certificate: Certificate, private: PrivateKeyTypes) -> bool:
    try:
        return certificate.public_key() == private.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
