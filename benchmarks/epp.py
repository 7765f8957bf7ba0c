"""How fast is a registry's pool: checks through actors, line, statistics and matching.

The responder is `canned_registry.py` in a process of its own, over TLS on loopback. The floor is
what asyncio itself takes: one Protocol that writes a prebuilt frame and counts the answers, without
reading them. The rows are measured in turn, round after round, and the medians shown, so that a
busy machine slows them all.

    benchmarks/epp.py [--quick] [--json | --markdown]

Other clients (`make peers`; Debian's libnet-epp-perl) each run in a process of their own, one
connection, one check after the other. A round of theirs ends after a few seconds, done or not.
"""

import argparse
import asyncio
import json
import logging
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time

import structlog

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))  # runs as a script, from anywhere

from actors.epp import Registries, RegistrySettings, tls_context
from benchmarks.canned_registry import make_certificate
from benchmarks.report import Cell, Table, add_output_flags, medians, show
from protocols.epp import (
    CheckDomains,
    Completed,
    TransactionIds,
    encode_command,
    encode_frame,
)
from runtime import Ref, System
from store import Database
from supervisors import Supervisor
from supervisors.epp import epp_tree, registry_child

_CALLERS_PER_SESSION = 2
_PATIENCE_S = 30.0
_COMMAND = CheckDomains(("example.com",))
_PEERS_S = 3.0
"""A peer's round is over by then."""
Figures = dict[str, float | None]
COLUMNS = {
    "what": "what",
    "checks_per_s": "checks/s",
    "cpu_us": "client CPU µs/check",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "recovery_ms": "recovery ms",
}


@dataclass(frozen=True, slots=True)
class Responder:
    """Where the canned registry listens."""

    port: int
    certificate: Path


class PeerFailed(RuntimeError):
    """Another client ended without figures."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Peer:
    """Another EPP client."""

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...]
    """A command that succeeds where it is installed."""

    @property
    def present(self) -> bool:
        """Whether it can be measured."""
        if shutil.which(self.needs[0]) is None:
            return False
        return subprocess.run(self.needs, capture_output=True, check=False).returncode == 0

    async def figures(self, responder: Responder, commands: int) -> Figures:
        """One round, in a fresh process. Raises PeerFailed."""
        words = (str(responder.port), str(responder.certificate), str(commands), str(_PEERS_S))
        process = await asyncio.create_subprocess_exec(
            *self.command, *words, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        output, errors = await process.communicate()
        if process.returncode != 0:
            raise PeerFailed(self.name, errors.decode().strip().rpartition("\n")[2])
        return {**json.loads(output), "recovery_ms": None}


_PYTHON = str(_ROOT / ".venv-epp" / "bin" / "python")
PEERS = (
    Peer(
        "epptools 1.1.2, 1 connection",
        (_PYTHON, "benchmarks/peers/epp.py", "epptools"),
        (_PYTHON, "-c", "import epptools"),
    ),
    Peer(
        "pyepp 0.3.2, 1 connection",
        (_PYTHON, "benchmarks/peers/epp.py", "pyepp"),
        (_PYTHON, "-c", "import pyepp"),
    ),
    Peer(
        "Net::EPP (Perl), 1 connection",
        ("perl", "benchmarks/peers/net_epp.pl"),
        ("perl", "-MNet::EPP::Simple", "-e1"),
    ),
)


@contextmanager
def canned_registry() -> Generator[Responder]:
    """The responder in its own process, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = make_certificate(Path(folder))
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.canned_registry", certificate, key],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Responder(int(process.stdout.readline()), certificate)
        finally:
            process.stdin.close()
            process.wait(_PATIENCE_S)
            process.stdout.close()


class Floor(asyncio.Protocol):
    """Writes the same frame again as soon as a whole answer is there."""

    def __init__(self, commands: int) -> None:
        self._left = commands
        self._frame = encode_frame(encode_command(_COMMAND, "floor-1"))
        self._buffer = b""
        self._sent_s = 0.0
        self._latencies_s: list[float] = []
        self.done: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """One answer, one command; the greeting counts as an answer that nobody asked for."""
        self._buffer += data
        if len(self._buffer) < 4 or len(self._buffer) < int.from_bytes(self._buffer[:4], "big"):
            return
        self._buffer = b""
        now_s = perf_counter()
        if self._sent_s:
            self._latencies_s.append(now_s - self._sent_s)
            self._left -= 1
        if self._left:
            self._sent_s = now_s
            self._transport.write(self._frame)
        else:
            self.done.set_result(self._latencies_s)


async def floor(responder: Responder, commands: int) -> Figures:
    """What asyncio and TLS take for a command, before anybody reads a word of XML."""
    context = ssl.create_default_context(cafile=responder.certificate)
    loop = asyncio.get_running_loop()
    protocol = Floor(commands)
    started_s, cpu_s = perf_counter(), process_time()
    transport, _ = await loop.create_connection(
        lambda: protocol, "127.0.0.1", responder.port, ssl=context
    )
    async with asyncio.timeout(_PATIENCE_S):
        latencies_s = await protocol.done
    figures = _figures(latencies_s, perf_counter() - started_s, process_time() - cpu_s)
    transport.abort()
    return figures


@asynccontextmanager
async def pool(responder: Responder, sessions: int) -> AsyncGenerator[tuple[System, Registries]]:
    """A registry under its supervisors, all sessions logged in. Checks need no database."""
    settings = RegistrySettings(
        name="canned",
        host="127.0.0.1",
        port=responder.port,
        zones=("com",),
        client_id="benchmark",
        password="secret-1",
        tls_ca=responder.certificate,
        sessions=sessions,
    )
    child = registry_child(
        settings,
        tls=tls_context(settings),
        cltrids=TransactionIds("bench"),
        database=Database("postgresql://nowhere"),
        node="here",
        run_id="1",
    )
    async with System() as system:
        tree = partial(Supervisor, (epp_tree((child,)),), names_children_bare=True)
        root: Ref = await system.start(tree, name="engset")
        registries = Registries(system, (settings,))
        await _until_ready(registries, sessions)
        yield system, registries
        await root.stop()
    await _one_turn()  # sockets close


async def throughput(responder: Responder, sessions: int, commands: int) -> Figures:
    """Checks by callers who each wait for an answer before they ask again."""
    async with pool(responder, sessions) as (_, registries):
        callers = sessions * _CALLERS_PER_SESSION
        each = commands // callers
        await _check(registries, 50)
        started_s, cpu_s = perf_counter(), process_time()
        async with asyncio.timeout(_PATIENCE_S):
            lists = await asyncio.gather(*(_check(registries, each) for _ in range(callers)))
        took_s, cpu_s = perf_counter() - started_s, process_time() - cpu_s
        return _figures([latency_s for one in lists for latency_s in one], took_s, cpu_s)


async def recovery(responder: Responder) -> Figures:
    """From the kill of a connection to its successor's login, among eight."""
    async with pool(responder, 8) as (system, registries):
        system.lookup("epp/canned/connections/3").kill()
        started_s = perf_counter()
        await _until_ready(registries, 8)
        return {"recovery_ms": (perf_counter() - started_s) * 1e3}


async def _check(registries: Registries, times: int) -> list[float]:
    latencies_s: list[float] = []
    for _ in range(times):
        started_s = perf_counter()
        outcome = await registries.execute("canned", _COMMAND)
        latencies_s.append(perf_counter() - started_s)
        assert isinstance(outcome, Completed), outcome
    return latencies_s


async def _until_ready(registries: Registries, sessions: int) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while (await registries.health()).registries[0].sessions.ready < sessions:
            await _one_turn()


async def _one_turn() -> None:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()
    loop.call_later(0.001, future.set_result, None)
    await future


def _figures(latencies_s: list[float], took_s: float, cpu_s: float) -> Figures:
    cuts = quantiles(latencies_s, n=100)
    return {
        "checks_per_s": len(latencies_s) / took_s,
        "cpu_us": cpu_s / len(latencies_s) * 1e6,
        "p50_ms": cuts[49] * 1e3,
        "p99_ms": cuts[98] * 1e3,
        "recovery_ms": None,
    }


async def measure(
    responder: Responder, peers: Sequence[Peer], rounds: int, commands: int
) -> tuple[list[dict[str, Cell]], list[str]]:
    """Every row once a round; the medians, and which peers failed and how."""
    rows: dict[str, Callable[[], Awaitable[Figures]]] = {
        "floor: bare Protocol, prebuilt frame, 1 connection": lambda: floor(responder, commands),
        "engset, 1 session": lambda: throughput(responder, 1, commands),
        "engset, 8 sessions": lambda: throughput(responder, 8, commands),
        "a killed connection is logged in again": lambda: recovery(responder),
        **{peer.name: partial(peer.figures, responder, commands) for peer in peers},
    }
    seen: dict[str, list[Figures]] = {name: [] for name in rows}
    failed: list[str] = []
    for _ in range(rounds):
        for name, run in rows.items():
            if name in seen:
                try:
                    seen[name].append(await run())
                except PeerFailed as error:
                    failed.append(str(error))
                    del seen[error.name]
    return [{"what": name, **medians(figures)} for name, figures in seen.items()], failed


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_output_flags(parser)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rounds, commands = (1, 400) if options.quick else (5, 8_000)
    peers = [peer for peer in PEERS if peer.present]
    with canned_registry() as responder:
        rows, failed = asyncio.run(measure(responder, peers, rounds, commands))
    title = f"EPP: {commands:,} checks a round, medians of {rounds} interleaved rounds"
    missing = [f"{peer.name}: not installed" for peer in PEERS if not peer.present]
    show([Table(title, rows, COLUMNS)], [*missing, *failed], options)


if __name__ == "__main__":
    main()
