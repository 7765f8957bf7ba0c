"""The daemon's own keys: its host key, and an admin key, so that `ssh` works at once."""

import os
import stat
from pathlib import Path

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from actors.control.authorized_keys import UnsafeKeyFile

ADMIN_KEY = "admin_ed25519"
HOST_KEY = "ssh_host_ed25519"
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


def host_key(directory: Path) -> asyncssh.SSHKey:
    """The host key in that directory, made at first need. Raises UnsafeKeyFile."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / HOST_KEY
    if not path.exists():
        private, _ = _make_pair("engset")
        _write_private(path, private)
    elif path.stat().st_mode & _OTHERS_MAY:
        raise UnsafeKeyFile(path, "others may read it; chmod 0600")
    try:
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError) as error:
        raise UnsafeKeyFile(path, str(error)) from error


def make_admin_key(directory: Path, authorized_keys: Path) -> Path:
    """Make an admin key pair and authorize it; returns the private key's path.

    Only at a first start: neither the key nor the file exists.
    """
    path = directory / ADMIN_KEY
    private, public = _make_pair("admin")
    _write_private(path, private)
    _write_private(path.with_suffix(".pub"), public)
    _write_private(
        authorized_keys,
        b"# Keys of administrators, in OpenSSH's format; read at each login.\n"
        b'# A role before the key: environment="ROLE=viewer" (viewer, operator, admin).\n' + public,
    )
    return path


def _make_pair(comment: str) -> tuple[bytes, bytes]:
    """A fresh ed25519 key in OpenSSH's formats: the private file and the public line."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private, public + f" {comment}\n".encode("ascii")


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that is its owner's alone from its first byte on, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    fresh.replace(path)
