"""A practice registry in its tree on loopback, and clients that write literal XML over TLS."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from lxml import etree

from actors.sandbox import (
    Arm,
    ArmedFaults,
    MemoryRepository,
    Practice,
    ProfileName,
    Repository,
    WhereListening,
    parse_fault,
    prepare_practice,
)
from actors.sandbox.registry import Change
from runtime import Call, Ref, System, WhichChildren
from runtime.messages import Reply as CallReply
from runtime.testing import VirtualClock, settle
from supervisors import Supervisor
from supervisors.sandbox import practice_child
from tests.actors.sandbox.registry.practice import NAMESPACES, Reply
from tests.protocols.epp_server import frames
from tests.protocols.epp_server.published import assert_valid

WITHIN_S: Final = 10.0
"""How long a step on loopback may take before a test is called stuck."""
PATH: Final = "sandbox/practice"
ZONES: Final[dict[ProfileName, tuple[str, ...]]] = {"thin": ("com", "net"), "thick": ("org",)}


def framed(xml: bytes) -> bytes:
    """A data unit as it goes over the wire (RFC 5734 section 4)."""
    return (len(xml) + 4).to_bytes(4, "big") + xml


def parsed(xml: bytes) -> Reply:
    """An answer, held to the schemas."""
    assert_valid(xml)
    result = etree.fromstring(xml).find(".//epp:result", NAMESPACES)
    return Reply(0 if result is None else int(result.get("code", "0")), xml, ())


class Peer:
    """A client's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def write(self, xml: bytes, *, valid: bool = True) -> None:
        """Send one data unit."""
        if valid:
            assert_valid(xml)
        self.writer.write(framed(xml))

    async def read(self) -> Reply:
        """The next data unit."""
        async with asyncio.timeout(WITHIN_S):
            size_bytes = int.from_bytes(await self.reader.readexactly(4), "big")
            return parsed(await self.reader.readexactly(size_bytes - 4))

    async def ask(self, xml: bytes, *, valid: bool = True) -> Reply:
        """Send one data unit and read its answer."""
        self.write(xml, valid=valid)
        return await self.read()

    async def rest(self) -> bytes:
        """All that comes until the link ends, in whatever way."""
        got = b""
        async with asyncio.timeout(WITHIN_S):
            try:
                while data := await self.reader.read(65536):
                    got += data
            except (ssl.SSLError, ConnectionError):
                pass
        return got

    async def close(self) -> None:
        """Cut the link, and wait until it is."""
        self.writer.transport.abort()
        try:
            async with asyncio.timeout(WITHIN_S):
                await self.writer.wait_closed()
        except (ssl.SSLError, ConnectionError):
            pass


class WatchedRepository(MemoryRepository):
    """Lets a test wait for what is stored, hold it up, and make the database go away."""

    def __init__(self) -> None:
        super().__init__()
        self.saved: asyncio.Queue[Sequence[Change]] = asyncio.Queue()
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: asyncio.Queue[None] = asyncio.Queue()

    async def save(self, changes: Sequence[Change]) -> None:
        """See `Repository.save`."""
        self.asked.put_nowait(None)
        await self.gate.wait()
        await super().save(changes)
        self.saved.put_nowait(changes)


class Stage:
    """The tree, its clock, and its doors."""

    def __init__(self, system: System, practice: Practice, root: Ref, clock: VirtualClock) -> None:
        self.system = system
        self.practice = practice
        self.root = root
        self.clock = clock
        self.peers: list[Peer] = []

    # The actors.

    @property
    def server(self) -> Ref:
        """The door."""
        return self.system.lookup(f"{PATH}/server")

    @property
    def facts(self) -> dict[str, str]:
        """What the door tells of itself."""
        return dict(self.server.snapshot().facts)

    @property
    def port(self) -> int:
        """Where the door is."""
        return int(self.facts["listening"].rpartition(":")[2])

    async def port_of_the_next(self, door: Ref) -> int:
        """Wait until `door`, which was killed, has a successor that listens."""
        async with asyncio.timeout(WITHIN_S):
            while self.system.whereis(door.path) in {None, door}:
                await settle(self.system)
            return await self.call("server", WhereListening())

    async def call(self, name: str, request: Call[CallReply]) -> CallReply:
        """Call an actor of the registry, or with an empty name the registry's supervisor."""
        return await self.system.call(f"{PATH}/{name}".rstrip("/"), request)

    async def arm(self, *texts: str) -> None:
        """Arm faults."""
        for text in texts:
            await self.call("server", Arm(parse_fault(text)))

    async def fired(self) -> None:
        """Wait until no fault is armed any more."""
        async with asyncio.timeout(WITHIN_S):
            while await self.call("server", ArmedFaults()):
                pass

    async def sessions(self) -> list[Ref]:
        """The living sessions."""
        rows = await self.call("sessions", WhichChildren())
        return [row.ref for row in rows if row.ref is not None]

    async def until_sessions(self, count: int) -> None:
        """Wait until so many sessions live."""
        async with asyncio.timeout(WITHIN_S):
            while len(await self.sessions()) != count:
                pass

    async def until_fact(self, name: str, value: str) -> None:
        """Wait until the door tells this of itself."""
        async with asyncio.timeout(WITHIN_S):
            while self.facts[name] != value:
                await self.call("server", ArmedFaults())

    # Clients.

    def tls(self) -> ssl.SSLContext:
        """What a client with the practice certificate connects with."""
        files = self.practice.certificates
        context = ssl.create_default_context(cafile=str(files.ca))
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT  # as Python 3.13 does
        context.load_cert_chain(files.client_certificate, files.client_key)
        return context

    async def open(self, context: ssl.SSLContext | None) -> Peer:
        """A connection, with TLS if there is a context; nothing is read yet."""
        async with asyncio.timeout(WITHIN_S):
            reader, writer = await asyncio.open_connection(
                self.practice.host, self.port, ssl=context
            )
        peer = Peer(reader, writer)
        self.peers.append(peer)
        return peer

    async def connect(self) -> Peer:
        """A client that has read the greeting."""
        peer = await self.open(self.tls())
        assert b"<greeting>" in (await peer.read()).xml
        return peer

    def login_frame(self, number: int = 0) -> bytes:
        """The login of the account of this number."""
        account = self.practice.settings.accounts[number]
        uris = self.practice.settings.object_uris
        return frames.login(account.client_id, account.password, uris=uris)

    async def client(self, number: int = 0) -> Peer:
        """A client that is logged in with the account of this number."""
        peer = await self.connect()
        assert (await peer.ask(self.login_frame(number))).code == 1000
        return peer


def practice_in(folder: Path, profile: ProfileName = "thin", **options: Any) -> Practice:
    """A registry `practice` with its files below `folder`, on a free port."""
    settings: dict[str, Any] = {
        "name": "practice",
        "profile": profile,
        "zones": ZONES[profile],
        "host": "127.0.0.1",
        "port": 0,
        "now": VirtualClock().now(),
        "random": Random(5),
    }
    return prepare_practice(folder, **{**settings, **options})


@asynccontextmanager
async def staged(
    practice: Practice, repository: Repository | None = None, *, schemas: Path | None = None
) -> AsyncGenerator[Stage]:
    """Start the registry's tree; at the end, stop it in order and see that nothing is left."""
    clock = VirtualClock()
    async with System(clock=clock, random=Random(1), frozen_messages=True) as system:
        child = practice_child(practice, repository or MemoryRepository(), schemas=schemas)
        root = await system.start(partial(Supervisor, (child,)), name="sandbox")
        stage = Stage(system, practice, root, clock)
        try:
            yield stage
        finally:
            async with asyncio.timeout(WITHIN_S):
                await root.stop()
            for peer in stage.peers:
                await peer.close()
    own = asyncio.current_task()
    others = {task for task in asyncio.all_tasks() if task is not own}
    if others:
        await asyncio.wait(others, timeout=1.0)
    assert [task for task in others if not task.done()] == []
