"""The base of channels: one actor per topic a client has joined. Write `join` and `handle_in`.

    class Echo(Channel):
        async def join(self, payload: Payload) -> Joined | JoinRefused:
            return Joined()

        async def handle_in(self, event: str, payload: Payload) -> Answer | None:
            return Answer("ok", payload)

A channel that raises ends alone: the client hears `phx_error` and joins anew after a while.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from protocols.channels import Payload, Reply, ServerPush, encode_server
from runtime import Actor, Call, Failed, Sender
from web.channels.messages import Answer, Incoming, Joined, JoinRefused, Open
from web.channels.outbox import Outbox
from web.session import Session


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a channel sits: which topic, on whose socket, in which life."""

    topic: str
    join_ref: str
    session: Session
    outbox: Outbox


class Channel(Actor):
    """One topic of one client."""

    capacity = 1_000

    def __init__(self, seat: Seat) -> None:
        self.seat = seat

    @abstractmethod
    async def join(self, payload: Payload) -> Joined | JoinRefused:
        """Let the client in, or say why not."""

    async def handle_in(self, event: str, payload: Payload) -> Answer | None:
        """Take a client's push; None leaves it unanswered."""
        del payload
        return Answer("error", {"reason": f"unknown event {event}"})

    def push(self, event: str, payload: Payload) -> None:
        """Say something to this client."""
        self._send(encode_server(ServerPush(self.seat.join_ref, self.seat.topic, event, payload)))

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Join."""
        del sender
        match request:
            case Open(payload=payload):
                return await self.join(payload)
            case _:
                return self.unhandled(request)

    async def handle_cast(self, message: object) -> object:
        """A push of the client."""
        match message:
            case Incoming(push=push):
                answer = await self.handle_in(push.event, push.payload)
                if answer is not None and push.ref is not None:
                    refs = (self.seat.join_ref, push.ref, self.seat.topic)
                    self._send(encode_server(Reply(*refs, answer.status, answer.response)))
                return None
            case _:
                return self.unhandled(message)

    def facts(self) -> dict[str, object]:
        """Who watches what."""
        return {"topic": self.seat.topic, "who": self.seat.session.name}

    def _send(self, frame: str | bytes) -> None:
        if not self.seat.outbox.put(frame):
            self.stop(Failed("slow_client", "its outbox is full"))


ChannelFactory = Callable[[Seat], Channel]
"""Makes the channel of a join; routes map a topic's prefix to one."""
