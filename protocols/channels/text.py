"""Text frames: the JSON array `[join_ref, ref, topic, event, payload]`, and what it means."""

import msgspec

from protocols.channels.errors import MalformedFrame
from protocols.channels.messages import (
    HEARTBEAT_TOPIC,
    Broadcast,
    ClientMessage,
    Ended,
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


class _Array(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    join_ref: str | None
    ref: str | None
    topic: str
    event: str
    payload: Payload


class _Answer(msgspec.Struct, frozen=True):
    status: Status
    response: Payload


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Array)


def decode_client_text(frame: str) -> ClientMessage:
    """Read what a client wrote.

    Raises MalformedFrame when it is not such an array, or when a join, a leave or a heartbeat
    lacks the ref it needs.
    """
    match _read(frame):
        case _Array(ref=str(ref), topic=topic, event="heartbeat") if topic == HEARTBEAT_TOPIC:
            return Heartbeat(ref)
        case _Array(join_ref=str(join_ref), ref=ref, topic=topic, event="phx_join", payload=sent):
            if ref != join_ref:
                raise MalformedFrame(reason="a join's ref and join_ref differ")
            return Join(join_ref, topic, sent)
        case _Array(join_ref=join_ref, ref=str(ref), topic=topic, event="phx_leave"):
            return Leave(join_ref, ref, topic)
        case _Array(event="phx_join" | "phx_leave" as event):
            raise MalformedFrame(reason=f"{event} without a ref")
        case _Array(join_ref=join_ref, ref=ref, topic=topic, event=event, payload=payload):
            return Push(join_ref, ref, topic, event, payload)


def encode_client_text(message: ClientMessage) -> str:
    """Write what a client says; the other half of `decode_client_text`, for clients and tests."""
    match message:
        case Join(join_ref, topic, payload):
            return _write(join_ref, join_ref, topic, "phx_join", payload)
        case Leave(join_ref, ref, topic):
            return _write(join_ref, ref, topic, "phx_leave", {})
        case Heartbeat(ref):
            return _write(None, ref, HEARTBEAT_TOPIC, "heartbeat", {})
        case Push(join_ref, ref, topic, event, payload):
            return _write(join_ref, ref, topic, event, payload)


def decode_server_text(frame: str) -> ServerMessage:
    """Read what a server wrote. Raises MalformedFrame as `decode_client_text` does."""
    match _read(frame):
        case _Array(join_ref=join_ref, ref=ref, topic=topic, event="phx_reply", payload=payload):
            try:
                answer = msgspec.convert(payload, _Answer)
            except msgspec.ValidationError as error:
                raise MalformedFrame(reason=f"phx_reply: {error}") from error
            return Reply(join_ref, ref, topic, answer.status, answer.response)
        case _Array(join_ref=str(join_ref), topic=topic, event="phx_close"):
            return Ended(join_ref, topic)
        case _Array(join_ref=str(join_ref), topic=topic, event="phx_error"):
            return Ended(join_ref, topic, crashed=True)
        case _Array(join_ref=str(join_ref), topic=topic, event=event, payload=payload):
            return ServerPush(join_ref, topic, event, payload)
        case _Array(topic=topic, event=event, payload=payload):
            return Broadcast(topic, event, payload)


def encode_server_text(message: ServerMessage) -> str:
    """Write what a server says."""
    match message:
        case Reply(join_ref, ref, topic, status, response):
            return _write(join_ref, ref, topic, "phx_reply", _Answer(status, response))
        case ServerPush(join_ref, topic, event, payload):
            return _write(join_ref, None, topic, event, payload)
        case Ended(join_ref, topic, crashed=True):
            return _write(join_ref, join_ref, topic, "phx_error", {"reason": "channel_crash"})
        case Ended(join_ref, topic):
            return _write(join_ref, join_ref, topic, "phx_close", {})
        case Broadcast(topic, event, payload):
            return _write(None, None, topic, event, payload)


def _read(frame: str) -> _Array:
    try:
        return _decoder.decode(frame)
    except msgspec.MsgspecError as error:
        raise MalformedFrame(reason=str(error)) from error
    except RecursionError as error:
        raise MalformedFrame(reason="nested too deeply") from error


def _write(join_ref: str | None, ref: str | None, topic: str, event: str, payload: Payload) -> str:
    return _encoder.encode((join_ref, ref, topic, event, payload)).decode()
