"""Become the account PostgreSQL may run as, bind its life to the daemon's, then become PostgreSQL.

A program of its own, run as `python -I -S launcher.py HOW UID GID PARENT PROGRAM ARGUMENT…`, and
not a `preexec_fn`: between fork and exec of a threaded process Python code may meet a lock that
nobody will ever release; this is a fresh process with one thread. It costs about 20 ms a start.

PostgreSQL refuses the effective uid 0. HOW is one of

- `plain`: we are an ordinary user already.
- `mapped`: enter a user namespace in which our uid 0 is called UID. Files stay root's, so no
  account is needed and no directory above the data has to be opened to others; outside, the process
  has root's files and none of root's capabilities.
- `switched`: setuid to UID, for hosts that forbid namespaces (a container's seccomp profile).

The parent-death signal is SIGINT, PostgreSQL's fast shutdown: rows are safe with or without it,
but a killed daemon should not leave a server behind. It is set last because a change of credentials
clears it. The kernel counts the *thread* that forked as the parent; the daemon forks in the thread
of its event loop, which lives as long as the daemon. Source: prctl(2) PR_SET_PDEATHSIG,
user_namespaces(7).
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

CANNOT_LAUNCH = 71  # EX_OSERR of sysexits.h; neither initdb nor postgres exits with it

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


def _libc_call(name: str, *args: int) -> None:
    """Call a libc function by name; raises OSError with its errno."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc[name](*(ctypes.c_ulong(arg) for arg in args)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def _enter_namespace(uid: int, gid: int) -> None:
    """Call ourselves `uid` and `gid` in a user namespace of our own."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _libc_call("unshare", _CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")  # without it the kernel refuses the gid map
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def _switch_account(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def _die_with(parent: int) -> None:
    """Ask for SIGINT when `parent` ends; leave at once when it has ended before we asked."""
    _libc_call("prctl", _PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        sys.exit(CANNOT_LAUNCH)


def main(how: str, uid: str, gid: str, parent: str, *command: str) -> None:
    """Never returns: becomes `command`, or ends with CANNOT_LAUNCH and one line on stderr."""
    try:
        os.umask(0o077)
        if how == "mapped":
            _enter_namespace(int(uid), int(gid))
        elif how == "switched":
            _switch_account(int(uid), int(gid))
        _die_with(int(parent))
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        print(f"cannot run {command[0]} ({how}, uid {uid}): {error}", file=sys.stderr)  # noqa: T201
        sys.exit(CANNOT_LAUNCH)


if __name__ == "__main__":
    main(*sys.argv[1:])
