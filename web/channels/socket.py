"""One client's connection: an actor that reads its frames and minds its channels.

Theory of operation. Two tasks of the actor do the waiting: one reads frames and casts them to it,
one sends what stands in the outbox. Each joined topic is a channel, an actor linked to this one.

    the client sends        not joined                 joined
    phx_join                start a channel            phx_close to the old life, then start anew
    phx_leave               ok                         ok, phx_close (a stale join_ref: nothing)
    a push                  error, unmatched topic     to the channel (a stale join_ref: nothing)
    heartbeat               ok                         ok

A channel that crashes is told to the client as `phx_error`; the others go on. The socket ends when
the client does, when it breaks the protocol, stays silent, does not read, or its session is over.
Source: phoenixframework/phoenix, lib/phoenix/socket.ex.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from protocols.channels import (
    HEARTBEAT_TOPIC,
    MAX_CHANNELS,
    ClientMessage,
    Ended,
    Frame,
    Heartbeat,
    Join,
    Leave,
    Push,
    RemoteProtocolError,
    Reply,
    ServerMessage,
    decode_client,
    encode_server,
)
from runtime import (
    SHUTDOWN,
    Actor,
    ActorExited,
    CallError,
    Exited,
    Failed,
    Ref,
    Shutdown,
    TaskDone,
    TaskFailed,
    is_orderly,
)
from store import DatabaseUnreachable
from web.channels.channel import ChannelFactory, Seat
from web.channels.messages import (
    Alive,
    Check,
    FrameReceived,
    Incoming,
    Joined,
    JoinRefused,
    Open,
    SessionOver,
)
from web.channels.outbox import Outbox
from web.channels.stats import SocketStats
from web.channels.transport import Gone, Transport
from web.session import Session

IDLE_LIMIT_S = 60.0
"""Clients send a heartbeat every 30 s."""
_JOIN_TIMEOUT_S = 10.0
_CLIENT_LEFT = Shutdown("the client left")
"""Orderly, and unlike a normal end it takes the linked channels along."""

FindSession = Callable[[], Awaitable[Session | None]]
"""Looks this client's session up again, which also keeps it alive."""

Routes = Mapping[str, ChannelFactory]
"""What a topic begins with, and who serves it: `{"live:": …}`."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """How an attempt to join ended."""

    join: Join
    ref: Ref
    outcome: Joined | JoinRefused


@dataclass(frozen=True, slots=True)
class _Standing:
    """Whether the session still is one."""

    signed_in: bool


@dataclass(frozen=True, slots=True)
class _Life:
    """A joined topic."""

    join_ref: str
    ref: Ref


class Socket(Actor):
    """One client."""

    capacity = 1_000
    trap_exit = True

    def __init__(
        self,
        transport: Transport,
        session: Session,
        *,
        find_session: FindSession,
        routes: Routes,
        stats: SocketStats,
        limit: int = MAX_CHANNELS,
    ) -> None:
        self._transport = transport
        self._session = session
        self._find_session = find_session
        self._routes = routes
        self._stats = stats
        self._limit = limit
        self._outbox = Outbox()
        self._lives: dict[str, _Life] = {}
        self._joining: dict[str, int] = {}
        self._heard_at_s = 0.0
        self._frames = 0

    def init(self) -> None:
        """Begin to read and to write."""
        self._heard_at_s = self.clock.monotonic()
        self._reader = self.start_task(self._read())
        self._writer = self.start_task(self._write())
        self.send_after(IDLE_LIMIT_S, Check())
        self.send_after(self._session.left_s(self.clock.now()), SessionOver())

    def handle_cast(self, message: object) -> object:
        """A frame, or another sign of life."""
        match message:
            case FrameReceived(frame=frame):
                return self._handle_frame(frame)
            case Alive():
                self._heard_at_s = self.clock.monotonic()
                return None
            case _:
                return self.unhandled(message)

    def handle_info(self, message: object) -> object:
        """Timers, the two tasks, joins that are done, channels that ended."""
        match message:
            case TaskDone(task=task) if task == self._reader:
                return self.stop(_CLIENT_LEFT)
            case TaskFailed(task=task, error=Gone()) if task == self._writer:
                return self.stop(_CLIENT_LEFT)
            case TaskDone(task=task, value=_Opened() as opened):
                return self._opened(task, opened)
            case TaskFailed(error=error):
                raise error  # a reader that broke, or a channel that could not even start
            case Exited(ref=ref, reason=reason):
                return self._channel_ended(ref, crashed=not is_orderly(reason))
            case Check():
                return self._check()
            case TaskDone(value=_Standing(signed_in=signed_in)):
                return None if signed_in else self.stop(SHUTDOWN)
            case SessionOver():
                return self.stop(SHUTDOWN)
            case _:
                return self.unhandled(message)

    def children(self) -> tuple[Ref, ...]:
        """The channels, for the tree."""
        return tuple(life.ref for life in self._lives.values())

    def facts(self) -> dict[str, object]:
        """Who is connected, and how it goes."""
        return {
            "who": self._session.name,
            "channels": len(self._lives),
            "frames received": self._frames,
            "waiting to be sent": len(self._outbox),
            "merged updates": self._outbox.merges,
        }

    # Reading and writing.

    async def _read(self) -> None:
        while (frame := await self._transport.receive()) is not None:
            self.ref.cast(FrameReceived(frame))

    async def _write(self) -> None:
        while True:
            await self._transport.send(await self._outbox.take())

    def _send(self, message: ServerMessage) -> None:
        if not self._outbox.put(encode_server(message)):
            self.stop(Failed("slow_client", "its outbox is full"))

    def _handle_frame(self, frame: Frame) -> None:
        self._heard_at_s = self.clock.monotonic()
        self._frames += 1
        try:
            message = decode_client(frame)
        except RemoteProtocolError as error:
            self._stats.protocol_errors += 1
            self.stop(Failed("protocol_error", str(error)))
            return
        self._handle_message(message)

    def _check(self) -> None:
        silent_s = self.clock.monotonic() - self._heard_at_s
        if silent_s >= IDLE_LIMIT_S:
            self.stop(Failed("idle", f"nothing heard for {silent_s:.0f} s"))
            return
        self.send_after(IDLE_LIMIT_S - silent_s, Check())
        if self._lives:
            self.start_task(self._recheck())

    async def _recheck(self) -> _Standing:
        """Whoever watches a page stays signed in, and whoever was signed out stops watching."""
        try:
            return _Standing(signed_in=await self._find_session() is not None)
        except DatabaseUnreachable:
            return _Standing(signed_in=True)

    # What the client says.

    def _handle_message(self, message: ClientMessage) -> None:
        match message:
            case Heartbeat(ref=ref):
                self._send(Reply(None, ref, HEARTBEAT_TOPIC, "ok"))
            case Join():
                self._join(message)
            case Leave():
                self._leave(message)
            case Push():
                self._push(message)

    def _join(self, join: Join) -> None:
        self._end(join.topic)
        factory = next(
            (f for prefix, f in self._routes.items() if join.topic.startswith(prefix)), None
        )
        if factory is None:
            self._refuse(join, "unmatched topic")
        elif len(self._lives) + len(self._joining) >= self._limit:
            self._refuse(join, "too many channels joined")
        else:
            self._joining[join.topic] = self.start_task(self._open(join, factory))

    async def _open(self, join: Join, factory: ChannelFactory) -> _Opened:
        seat = Seat(join.topic, join.join_ref, self._session, self._outbox)
        ref = await self.system.start(partial(factory, seat), parent=self.ref)
        try:
            outcome = await ref.call(Open(join.payload), timeout_s=_JOIN_TIMEOUT_S)
        except ActorExited:
            outcome = JoinRefused("join crashed")
        except CallError as error:
            ref.kill()
            outcome = JoinRefused(str(error))
        except asyncio.CancelledError:
            ref.kill()
            raise
        return _Opened(join, ref, outcome)

    def _opened(self, task: int, opened: _Opened) -> None:
        join = opened.join
        if self._joining.get(join.topic) != task:  # overtaken by a leave or another join
            opened.ref.request_stop()
            return
        del self._joining[join.topic]
        match opened.outcome:
            case Joined(response=response):
                self._lives[join.topic] = _Life(join.join_ref, opened.ref)
                self._send(Reply(join.join_ref, join.join_ref, join.topic, "ok", response))
                if not opened.ref.alive:
                    self._channel_ended(opened.ref, crashed=True)
            case JoinRefused(reason=reason):
                opened.ref.request_stop()
                self._refuse(join, reason)

    def _refuse(self, join: Join, reason: str) -> None:
        refused = {"reason": reason}
        self._send(Reply(join.join_ref, join.join_ref, join.topic, "error", refused))

    def _leave(self, leave: Leave) -> None:
        life = self._lives.get(leave.topic)
        if life is not None and leave.join_ref not in (None, life.join_ref):
            return
        self._send(Reply(leave.join_ref, leave.ref, leave.topic, "ok"))
        self._end(leave.topic)

    def _push(self, push: Push) -> None:
        life = self._lives.get(push.topic)
        if life is None:
            refs = (push.join_ref, push.ref, push.topic)
            self._send(Reply(*refs, "error", {"reason": "unmatched topic"}))
        elif push.join_ref in (None, life.join_ref):
            life.ref.cast(Incoming(push))

    # Ends of channels.

    def _end(self, topic: str) -> None:
        """End the topic's channel, joined or joining, and tell the client if it was joined."""
        task = self._joining.pop(topic, None)
        if task is not None:
            self.cancel_task(task)
        life = self._lives.pop(topic, None)
        if life is not None:
            self._outbox.drop(topic)
            life.ref.request_stop()
            self._send(Ended(life.join_ref, topic))

    def _channel_ended(self, ref: Ref, *, crashed: bool) -> None:
        for topic, life in self._lives.items():
            if life.ref is ref:
                del self._lives[topic]
                self._outbox.drop(topic)
                self._send(Ended(life.join_ref, topic, crashed=crashed))
                return
