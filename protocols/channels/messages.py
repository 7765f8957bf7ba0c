"""What the two sides say: one frozen value per kind of message.

A payload is whatever JSON holds, or bytes, which travel in a binary frame. `join_ref` names one
life of a channel: the client's join chooses it, and both sides drop what carries an older one.
Source: phoenixframework/phoenix, lib/phoenix/socket/serializers/v2_json_serializer.ex.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Payload: TypeAlias = object
"""A JSON value, or `bytes` for a binary frame."""

Status = Literal["ok", "error"]

HEARTBEAT_TOPIC = "phoenix"
MAX_CHANNELS = 100
"""Channels of one socket; beyond it a join is refused with `too many channels joined`."""


def _nothing() -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Join:
    """`phx_join`: open a channel. Its ref becomes the join_ref of all that follows."""

    join_ref: str
    topic: str
    payload: Payload = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Leave:
    """`phx_leave`: close a channel; answered with a reply and `phx_close`."""

    join_ref: str | None
    ref: str
    topic: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`heartbeat` on the topic `phoenix`: answered at once, it keeps the connection open."""

    ref: str


@dataclass(frozen=True, slots=True)
class Push:
    """Anything else a client says; with a `ref` it may be answered."""

    join_ref: str | None
    ref: str | None
    topic: str
    event: str
    payload: Payload = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to the client's message of the same refs."""

    join_ref: str | None
    ref: str | None
    topic: str
    status: Status
    response: Payload = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class ServerPush:
    """An event for one channel of one client; the join_ref lets a stale one be dropped."""

    join_ref: str
    topic: str
    event: str
    payload: Payload = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Ended:
    """`phx_close` (do not rejoin) or `phx_error` (the channel crashed: rejoin after a while)."""

    join_ref: str
    topic: str
    crashed: bool = False


@dataclass(frozen=True, slots=True)
class Broadcast:
    """An event for every subscriber of a topic: it has no refs, so it is encoded once for all."""

    topic: str
    event: str
    payload: Payload = field(default_factory=_nothing)


ClientMessage = Join | Leave | Heartbeat | Push
ServerMessage = Reply | ServerPush | Ended | Broadcast
Frame = str | bytes
"""A WebSocket text or binary message."""
