"""`engset sandbox registry`: the practice registry alone, for other programs to practise with.

Everything is in memory but its certificates and accounts. When it listens, it prints one JSON line
with all that a client needs; logs go to standard error. SIGTERM and SIGINT stop it with status 0.
"""

import argparse
import asyncio
import re
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Never

import msgspec

from actors.sandbox import (
    ArmedFault,
    BadSchemas,
    FaultTextError,
    MemoryRepository,
    PortTaken,
    Practice,
    SettingError,
    WhereListening,
    find_schemas,
    parse_fault,
    prepare_practice,
)
from engset.config import Address, parse_address
from engset.logs import configure_logs
from runtime import SHUTDOWN, Crashed, ExitReason, Ref, StartFailed, System
from supervisors import ChildStartFailed, Supervisor
from supervisors.sandbox import practice_child

EXIT_FAILED = 1
EXIT_USAGE = 64

_ROOM = "sandbox"
_ZONES = {"thin": ("com", "net"), "thick": ("org",)}
_STOP_S = 10.0
"""A stop that takes longer is made short."""


class _Parser(argparse.ArgumentParser):
    """Ends with the exit code of sysexits(3) for a wrong command line, and with one sentence."""

    def error(self, message: str) -> Never:
        """See `ArgumentParser.error`."""
        self.exit(EXIT_USAGE, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def sandbox(words: Sequence[str]) -> int:
    """Run one sandbox in the foreground until it is told to stop; returns the exit code."""
    parser = _parser()
    try:
        options = parser.parse_args(list(words))
        match options.kind:
            case "registry":
                configure_logs(level=options.log_level)
                return asyncio.run(_registry(options))
            case "provider":
                parser.error("the practice mail provider is not part of this version yet")
            case _:
                parser.print_help()
                return 0
    except SystemExit as stop:
        return int(stop.code or 0)


def _parser() -> _Parser:
    parser = _Parser(prog="engset sandbox", description="Run one practice peer alone.")
    kinds = parser.add_subparsers(dest="kind", metavar="registry | provider")
    registry = kinds.add_parser(
        "registry",
        help="an EPP registry over TLS",
        description="Run the practice registry alone; it forgets its domains when it stops.",
    )
    kinds.add_parser("provider", help="not part of this version yet")
    option = registry.add_argument
    option(
        "--listen",
        type=_address,
        default="127.0.0.1:0",
        metavar="HOST:PORT",
        help="port 0 takes a free one (default %(default)s)",
    )
    option(
        "--data-dir",
        type=Path,
        default=Path("var", "sandbox-registry"),
        metavar="DIR",
        help="for certificates and accounts (default %(default)s)",
    )
    option(
        "--profile",
        choices=tuple(_ZONES),
        default="thin",
        help="thin as .com: no contacts; thick as .org (default %(default)s)",
    )
    option("--zones", type=_zones, metavar="ZONE,…", help="default: com,net or org, by profile")
    option("--name", type=_name, default="practice", help="default %(default)s")
    option("--accounts", type=int, default=2, metavar="N", help="at least 2 (default %(default)s)")
    option(
        "--sessions",
        type=int,
        default=10,
        metavar="N",
        help="sessions an account may have at a time (default %(default)s)",
    )
    option(
        "--idle-limit",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="a session idle for so long is closed (default %(default)g)",
    )
    option(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="'NAME KEY=VALUE …'",
        help="play a fault, as in --fault 'latency seconds=0.2'; may be repeated",
    )
    option(
        "--schemas",
        type=_schemas,
        metavar="PATH",
        help="hold every data unit to these schemas (a file, or a folder with all.xsd)",
    )
    option("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    return parser


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _fault(text: str) -> ArmedFault:
    try:
        return parse_fault(text)
    except FaultTextError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _zones(text: str) -> tuple[str, ...]:
    return tuple(zone.strip().lstrip(".").lower() for zone in text.split(","))


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not 1 to 32 letters, digits, - and _")
    return text


def _schemas(text: str) -> Path:
    try:
        return find_schemas(Path(text))
    except BadSchemas as error:
        raise argparse.ArgumentTypeError(str(error)) from error


async def _registry(options: argparse.Namespace) -> int:
    async with System() as system:
        try:
            practice = _prepare(options, system)
        except SettingError as error:
            return _refuse(str(error), EXIT_USAGE)
        except OSError as error:
            return _refuse(f"{error.filename or options.data_dir}: {error.strerror or error}")
        return await _serve(system, practice, tuple(options.fault), options.schemas)


def _prepare(options: argparse.Namespace, system: System) -> Practice:
    return prepare_practice(
        options.data_dir,
        name=options.name,
        profile=options.profile,
        zones=options.zones or _ZONES[options.profile],
        host=options.listen.host,
        port=options.listen.port,
        now=system.clock.now(),
        random=system.random,
        accounts=options.accounts,
        sessions_per_account=options.sessions,
        idle_limit_s=options.idle_limit,
    )


def _refuse(reason: str, exit_code: int = EXIT_FAILED) -> int:
    sys.stderr.write(f"engset sandbox: cannot start: {reason}\n")
    return exit_code


async def _serve(
    system: System, practice: Practice, faults: tuple[ArmedFault, ...], schemas: Path | None
) -> int:
    child = practice_child(
        practice, MemoryRepository(), parent=_ROOM, schemas=schemas, faults=faults
    )
    try:
        root = await system.start(partial(Supervisor, (child,)), name=_ROOM)
    except StartFailed as error:
        return _refuse(_root_cause(error.reason))
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, root, stopping)
    port = await system.call(f"{_ROOM}/{practice.name}/server", WhereListening())
    line = msgspec.json.encode(_announcement(practice, port)).decode()
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    await root.join()
    return 0 if stopping.is_set() else EXIT_FAILED


def _stop(root: Ref, stopping: asyncio.Event) -> None:
    """Stop in order; the second signal does not wait."""
    if stopping.is_set():
        root.kill()
        return
    stopping.set()
    root.request_stop(SHUTDOWN)
    asyncio.get_running_loop().call_later(_STOP_S, root.kill)


def _announcement(practice: Practice, port: int) -> dict[str, Any]:
    """All that a client needs; the certificate and the key are the client's."""
    files = practice.certificates
    return {
        "host": practice.host,
        "port": port,
        "ca": str(files.ca.resolve()),
        "certificate": str(files.client_certificate.resolve()),
        "key": str(files.client_key.resolve()),
        "zones": practice.settings.zones,
        "accounts": practice.settings.accounts,
    }


def _root_cause(reason: ExitReason) -> str:
    """The innermost reason of a start that failed several supervisors down."""
    match reason:
        case Crashed(error=PortTaken() as error):
            return str(error)
        case Crashed(error=ChildStartFailed(reason=inner) | StartFailed(reason=inner)):
            return _root_cause(inner)
        case _:
            return str(reason)
