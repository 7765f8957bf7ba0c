"""As whom the embedded PostgreSQL runs, which refuses to run as root."""

import asyncio
import os
import pwd
from pathlib import Path

from store.errors import PostgresFailed
from store.process import Account, ended, spawn

_SERVICE_ACCOUNTS = ("engset", "postgres", "nobody")
_OVERFLOW_UID = 65534  # what a namespace shows for everybody it does not map


async def choose_account(home: Path, *, program: Path) -> Account:
    """Decide as whom PostgreSQL runs in `home`, and give that account the folder.

    An ordinary user stays one. As root: the owner of `home` when that is somebody else; else root's
    own files through a user namespace; else, where namespaces are forbidden, a service account.
    Raises PostgresFailed when that account cannot reach `home` or `program`.
    """
    if os.geteuid() != 0:
        return Account("plain", os.geteuid(), os.getegid())
    owner = _owner(home)
    if owner.uid != 0:
        return owner
    mapped = _named_in_namespace()
    if await _can_launch(mapped, program):
        return mapped
    switched = _service_account()
    for path in (home, program):
        _check_way(switched, path)
    await asyncio.to_thread(_give, home, switched)
    return switched


def _owner(home: Path) -> Account:
    place = home.stat()
    return Account("switched", place.st_uid, place.st_gid)


def _named_in_namespace() -> Account:
    """Any name will do inside the namespace, but initdb insists that the uid has one."""
    entry = next(each for each in pwd.getpwall() if each.pw_uid not in {0, _OVERFLOW_UID})
    return Account("mapped", entry.pw_uid, entry.pw_gid)


def _service_account() -> Account:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in _SERVICE_ACCOUNTS if name in known)
    return Account("switched", entry.pw_uid, entry.pw_gid)


async def _can_launch(account: Account, program: Path) -> bool:
    probe = spawn(account, [str(program), "--version"], output=Path(os.devnull))
    await ended(probe.pid)
    return probe.wait() == 0


def _check_way(account: Account, path: Path) -> None:
    """Refuse a folder above `path` that others may not enter; opening it is not ours to decide."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & 0o001:
            raise PostgresFailed(
                step="choosing an account",
                reason=f"{path} lies below {folder}, which uid {account.uid} may not enter, and "
                "this host forbids user namespaces; run as an ordinary user or keep it elsewhere",
            )


def _give(home: Path, account: Account) -> None:
    for path in (home, *home.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
