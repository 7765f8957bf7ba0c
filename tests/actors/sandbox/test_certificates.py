from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from actors.sandbox.certificates import Certificates, ensure_certificates

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def contents(files: Certificates) -> list[bytes]:
    return [path.read_bytes() for path in paths(files)]


def paths(files: Certificates) -> list[Path]:
    return [
        files.ca,
        files.server_certificate,
        files.server_key,
        files.client_certificate,
        files.client_key,
    ]


def test_what_is_there_is_used_again(tmp_path: Path) -> None:
    first = contents(ensure_certificates(tmp_path / "tls", NOW))
    assert contents(ensure_certificates(tmp_path / "tls", NOW + timedelta(days=3000))) == first


def test_all_files_are_private(tmp_path: Path) -> None:
    files = ensure_certificates(tmp_path / "tls", NOW)
    assert [path.stat().st_mode & 0o777 for path in paths(files)] == [0o600] * 5
    assert files.ca.parent.stat().st_mode & 0o777 == 0o700
    assert sorted(files.ca.parent.iterdir()) == sorted(paths(files))


def test_all_is_made_anew_a_month_before_it_expires(tmp_path: Path) -> None:
    first = contents(ensure_certificates(tmp_path, NOW))
    later = contents(ensure_certificates(tmp_path, NOW + timedelta(days=3621)))
    assert not set(first) & set(later)


@pytest.mark.parametrize("position", range(5))
@pytest.mark.parametrize("damage", ["missing", "emptied", "exchanged"])
def test_a_damaged_set_is_made_anew(tmp_path: Path, position: int, damage: str) -> None:
    files = ensure_certificates(tmp_path / "tls", NOW)
    before = contents(files)
    victim = paths(files)[position]
    match damage:
        case "missing":
            victim.unlink()
        case "emptied":
            victim.write_bytes(b"")
        case _:
            other = ensure_certificates(tmp_path / "other", NOW)
            victim.write_bytes(paths(other)[position].read_bytes())
    assert not set(before) & set(contents(ensure_certificates(tmp_path / "tls", NOW)))


@pytest.mark.parametrize(
    ("host", "name"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::1"), ("epp.example", "epp.example")],
)
def test_the_server_s_certificate_is_for_its_host_and_loopback(
    tmp_path: Path, host: str, name: str
) -> None:
    loopback = contents(ensure_certificates(tmp_path, NOW))
    files = ensure_certificates(tmp_path, NOW, host=host)
    assert contents(files) != loopback
    certificate = x509.load_pem_x509_certificate(files.server_certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    told = [str(each.value) for each in names]
    assert told == ["localhost", "127.0.0.1", "::1", name]
