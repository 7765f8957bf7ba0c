"""A client of channels without a network: `connect`, `join`, `push`, `receive`."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from protocols.channels import (
    ClientMessage,
    Ended,
    Frame,
    Heartbeat,
    Join,
    Leave,
    Payload,
    Push,
    Reply,
    ServerMessage,
    decode_server,
    encode_client,
)
from runtime import Ref, System
from tests.web.scripted import MemoryAccounts
from tests.web.scripted import session as scripted_session
from web.channels import Gone, Routes, Socket
from web.channels.stats import SocketStats
from web.session import Session

_PATIENCE_S = 5.0


class ScriptedTransport:
    """Both ends of a connection; `reading` is cleared by a client that does not read."""

    def __init__(self) -> None:
        self.to_server: asyncio.Queue[Frame | None] = asyncio.Queue()
        self.to_client: asyncio.Queue[Frame] = asyncio.Queue()
        self.reading = asyncio.Event()
        self.reading.set()
        self.gone = False

    async def receive(self) -> Frame | None:
        return await self.to_server.get()

    async def send(self, frame: Frame) -> None:
        await self.reading.wait()
        if self.gone:
            raise Gone
        self.to_client.put_nowait(frame)


class Client:
    """The other side of one socket actor."""

    def __init__(
        self,
        ref: Ref,
        transport: ScriptedTransport,
        stats: SocketStats,
        accounts: MemoryAccounts,
    ) -> None:
        self.ref = ref
        self.transport = transport
        self.stats = stats
        self.accounts = accounts
        self._refs = 0

    def send(self, message: ClientMessage | Frame) -> None:
        frame = message if isinstance(message, str | bytes) else encode_client(message)
        self.transport.to_server.put_nowait(frame)

    async def receive(self) -> ServerMessage:
        async with asyncio.timeout(_PATIENCE_S):
            return decode_server(await self.transport.to_client.get())

    async def join(self, topic: str, payload: Payload | None = None) -> Reply:
        """Join, and wait for the answer; the channel's end of an older life may come first."""
        self._refs += 1
        self.send(Join(str(self._refs), topic, payload or {}))
        while True:
            match await self.receive():
                case Reply() as reply:
                    return reply
                case Ended():
                    continue
                case other:
                    raise AssertionError(other)

    async def push(self, topic: str, event: str, payload: Payload, *, join_ref: str) -> Reply:
        self._refs += 1
        self.send(Push(join_ref, f"p{self._refs}", topic, event, payload))
        reply = await self.receive()
        assert isinstance(reply, Reply), reply
        return reply

    async def leave(self, topic: str, *, join_ref: str) -> None:
        self.send(Leave(join_ref, "l", topic))

    async def alive(self) -> None:
        """Wait until all that was sent has been dealt with: nothing else is on its way."""
        self.send(Heartbeat("beat"))
        assert await self.receive() == Reply(None, "beat", "phoenix", "ok")


@asynccontextmanager
async def connect(
    system: System, routes: Routes, *, session: Session | None = None, limit: int = 100
) -> AsyncGenerator[Client]:
    """A client whose socket actor ends with the block."""
    transport, stats = ScriptedTransport(), SocketStats()
    session = session or scripted_session()
    accounts = MemoryAccounts()
    accounts.sessions["cookie"] = session
    ref = await system.start(
        partial(
            Socket,
            transport,
            session,
            find_session=partial(accounts.find, "cookie"),
            routes=routes,
            stats=stats,
            limit=limit,
        )
    )
    yield Client(ref, transport, stats, accounts)
    ref.kill()
    await ref.join()
