"""Who may come in by SSH: OpenSSH's authorized_keys file, read strictly.

asyncssh ignores `restrict` and options it does not know, which would let a key do more than its
line says. So each line is read here, `restrict` becomes what it stands for, a line with an unknown
option is refused with the reason, and asyncssh is given lines that it enforces in full.
Source: sshd(8), AUTHORIZED_KEYS FILE FORMAT.
"""

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from actors.control.roles import Role

KEY_TYPES = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ssh-rsa",
)
"""An ssh-rsa key is used with rsa-sha2-512 signatures only."""

_PERMISSIONS = ("pty", "port-forwarding", "agent-forwarding", "X11-forwarding", "user-rc")
_HANDED_ON = ("from", "permitopen", "command")
_OPTION = re.compile(r'([A-Za-z0-9-]+)(?:="((?:[^"\\]|\\.)*)")?(?:,|(?=\s)|$)')
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class UnsafeKeyFile(Exception):
    """A key file that nobody should rely on. `reason` says why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class LineRefused(ValueError):
    """One line that cannot be used; the others can."""


@dataclass(frozen=True, slots=True)
class AuthorizedKey:
    """One line: a key, whose it is, and what it may do."""

    key: str
    """Type and base64 text."""
    name: str
    """The comment; names the visitor in the audit record."""
    role: Role = Role.ADMIN
    permissions: frozenset[str] = frozenset(_PERMISSIONS)
    handed_on: tuple[tuple[str, str], ...] = ()
    """Options with a value that asyncssh enforces: from, permitopen, command."""

    @property
    def bound_to_addresses(self) -> bool:
        """Whether it is for certain addresses, and so not for the Unix socket."""
        return any(option == "from" for option, _ in self.handed_on)

    def line(self, number: int) -> str:
        """The key as asyncssh is to have it, findable again by `number`."""
        options = [f'{option}="{value}"' for option, value in self.handed_on]
        options += [f"no-{name}" for name in _PERMISSIONS if name not in self.permissions]
        options.append(f'engset-key="{number}"')
        return f"{','.join(options)} {self.key}"


@dataclass(frozen=True, slots=True)
class AuthorizedKeys:
    """A whole file."""

    keys: tuple[AuthorizedKey, ...] = ()
    refused: tuple[tuple[int, str], ...] = field(default=())
    """Line number and reason of each line that cannot be used."""


def read_authorized_keys(path: Path) -> AuthorizedKeys:
    """Read the file as it is now. A missing one has no keys.

    Raises UnsafeKeyFile when others may write it or its directory, as sshd's StrictModes does.
    """
    try:
        for checked in (path, path.parent):
            if checked.stat().st_mode & _OTHERS_MAY_WRITE:
                raise UnsafeKeyFile(checked, "others may write it; chmod go-w")
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return AuthorizedKeys()
    except OSError as error:
        raise UnsafeKeyFile(path, error.strerror or str(error)) from error
    keys: list[AuthorizedKey] = []
    refused: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        try:
            keys.append(parse_line(stripped))
        except LineRefused as error:
            refused.append((number, str(error)))
    return AuthorizedKeys(tuple(keys), tuple(refused))


def parse_line(line: str) -> AuthorizedKey:
    """One line: options, key type, key, comment. Raises LineRefused with the reason."""
    options: list[tuple[str, str | None]] = []
    rest = line
    if not line.startswith(KEY_TYPES):
        options, rest = _options(line)
    kind, _, tail = rest.partition(" ")
    if kind not in KEY_TYPES:
        raise LineRefused(f"keys of type {kind or 'nothing'} are not taken")
    text, _, comment = tail.strip().partition(" ")
    if not text:
        raise LineRefused("the key is missing")
    return _with_options(f"{kind} {text}", comment.strip() or text[-12:], options)


def _options(line: str) -> tuple[list[tuple[str, str | None]], str]:
    options: list[tuple[str, str | None]] = []
    at = 0
    while True:
        match = _OPTION.match(line, at)
        if match is None:
            raise LineRefused("the options cannot be read")
        options.append((match[1], match[2]))
        at = match.end()
        if not match[0].endswith(","):
            return options, line[at:].strip()


def _with_options(key: str, name: str, options: list[tuple[str, str | None]]) -> AuthorizedKey:
    permissions: set[str] = set(_PERMISSIONS)
    handed_on: list[tuple[str, str]] = []
    role = Role.ADMIN
    by_lower_name = {permission.lower(): permission for permission in _PERMISSIONS}
    for written, value in options:
        option = written.lower()
        match value:
            case None if option == "restrict":
                permissions.clear()
            case None if option in by_lower_name:
                permissions.add(by_lower_name[option])
            case None if option.removeprefix("no-") in by_lower_name:
                permissions.discard(by_lower_name[option.removeprefix("no-")])
            case str() if option in _HANDED_ON:
                handed_on.append((option, value))
            case str() if option == "environment" and value.startswith("ROLE="):
                role = _role(value.removeprefix("ROLE="))
            case _:
                raise LineRefused(f"the option {written} is not known here")
    return AuthorizedKey(key, name, role, frozenset(permissions), tuple(handed_on))


def _role(label: str) -> Role:
    role = Role.named(label)
    if role is None:
        known = ", ".join(role.label for role in Role)
        raise LineRefused(f"no role {label!r}; there is {known}")
    return role
