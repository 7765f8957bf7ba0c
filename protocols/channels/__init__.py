"""Phoenix Channels, wire protocol V2, without I/O: frames in, typed messages out, and back.

>>> decode_client('["3","3","live:epp?refresh=5","phx_join",{}]')
Join(join_ref='3', topic='live:epp?refresh=5', payload={})
>>> encode_server(Broadcast("live:epp?refresh=5", "diff", {"html": []}))
'[null,null,"live:epp?refresh=5","diff",{"html":[]}]'

Names and shapes follow phoenixframework/phoenix, so its published clients speak to us unchanged.
"""

from protocols.channels.codec import (
    MAX_FRAME_BYTES,
    decode_client,
    decode_server,
    encode_client,
    encode_server,
)
from protocols.channels.errors import (
    ChannelsError,
    FrameTooLarge,
    LocalProtocolError,
    MalformedFrame,
    NameTooLong,
    RemoteProtocolError,
    TooManyFrames,
)
from protocols.channels.longpoll import (
    MAX_LINES,
    PollStatus,
    encode_message,
    encode_poll,
    split_lines,
)
from protocols.channels.messages import (
    HEARTBEAT_TOPIC,
    MAX_CHANNELS,
    Broadcast,
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
    ServerPush,
    Status,
)

__all__ = [
    "HEARTBEAT_TOPIC",
    "MAX_CHANNELS",
    "MAX_FRAME_BYTES",
    "MAX_LINES",
    "Broadcast",
    "ChannelsError",
    "ClientMessage",
    "Ended",
    "Frame",
    "FrameTooLarge",
    "Heartbeat",
    "Join",
    "Leave",
    "LocalProtocolError",
    "MalformedFrame",
    "NameTooLong",
    "Payload",
    "PollStatus",
    "Push",
    "RemoteProtocolError",
    "Reply",
    "ServerMessage",
    "ServerPush",
    "Status",
    "TooManyFrames",
    "decode_client",
    "decode_server",
    "encode_client",
    "encode_message",
    "encode_poll",
    "encode_server",
    "split_lines",
]
