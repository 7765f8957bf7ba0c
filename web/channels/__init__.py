"""Phoenix Channels served: a socket per client, a channel per topic it joins, each an actor."""

from web.channels.channel import Channel, ChannelFactory, Seat
from web.channels.messages import Answer, Joined, JoinRefused
from web.channels.outbox import Outbox, Update
from web.channels.socket import Routes, Socket
from web.channels.transport import Gone, Transport, WebSocketTransport

__all__ = [
    "Answer",
    "Channel",
    "ChannelFactory",
    "Gone",
    "JoinRefused",
    "Joined",
    "Outbox",
    "Routes",
    "Seat",
    "Socket",
    "Transport",
    "Update",
    "WebSocketTransport",
]
