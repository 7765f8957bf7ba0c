"""Frames to messages and back: text or binary by what the payload is, every frame bounded."""

from protocols.channels.binary import (
    decode_client_binary,
    decode_server_binary,
    encode_client_binary,
    encode_server_binary,
)
from protocols.channels.errors import FrameTooLarge
from protocols.channels.messages import (
    Broadcast,
    ClientMessage,
    Frame,
    Push,
    Reply,
    ServerMessage,
    ServerPush,
)
from protocols.channels.text import (
    decode_client_text,
    decode_server_text,
    encode_client_text,
    encode_server_text,
)

MAX_FRAME_BYTES = 64 * 1024
"""The largest frame read from a client; what pages push is a few hundred bytes."""


def decode_client(frame: Frame, *, limit_bytes: int = MAX_FRAME_BYTES) -> ClientMessage:
    """Read one frame of a client.

    Raises FrameTooLarge, and MalformedFrame when it is no Channels V2 message.
    """
    size_bytes = len(frame) if isinstance(frame, bytes) else _utf8_size(frame)
    if size_bytes > limit_bytes:
        raise FrameTooLarge(size_bytes=size_bytes, limit_bytes=limit_bytes)
    if isinstance(frame, bytes):
        return decode_client_binary(frame)
    return decode_client_text(frame)


def encode_server(message: ServerMessage) -> Frame:
    """Write one frame for a client: binary when the payload is bytes, else text.

    Raises NameTooLong when a binary frame cannot carry one of the names.
    """
    match message:
        case Reply(response=bytes(data)):
            return encode_server_binary(message, data)
        case ServerPush(payload=bytes(data)) | Broadcast(payload=bytes(data)):
            return encode_server_binary(message, data)
        case _:
            return encode_server_text(message)


def encode_client(message: ClientMessage) -> Frame:
    """Write one frame as a client does; for clients in Python and for tests."""
    match message:
        case Push(payload=bytes(data)):
            return encode_client_binary(message, data)
        case _:
            return encode_client_text(message)


def decode_server(frame: Frame) -> ServerMessage:
    """Read one frame as a client does. Raises MalformedFrame."""
    if isinstance(frame, bytes):
        return decode_server_binary(frame)
    return decode_server_text(frame)


def _utf8_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
