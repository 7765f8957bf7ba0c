"""Binary frames: a kind octet, one length octet per name, the names, then the payload as it is.

    client push   0  join_ref ref topic event     server push  0  join_ref topic event
    reply         1  join_ref ref topic status    broadcast    2  topic event

An absent ref is written as an empty name. Source: phoenix, v2_json_serializer.ex.
"""

from protocols.channels.errors import MalformedFrame, NameTooLong
from protocols.channels.messages import Broadcast, Push, Reply, ServerPush

_PUSH, _REPLY, _BROADCAST = 0, 1, 2
_MAX_NAME_BYTES = 255


def decode_client_binary(frame: bytes) -> Push:
    """Read a client's push. Raises MalformedFrame when it is another kind, cut, or not UTF-8."""
    if frame[:1] != bytes([_PUSH]):
        raise MalformedFrame(reason="a client's binary frame is a push")
    (join_ref, ref, topic, event), data = _split(frame, "join_ref", "ref", "topic", "event")
    return Push(join_ref or None, ref or None, topic, event, data)


def encode_client_binary(push: Push, data: bytes) -> bytes:
    """Write a client's push. Raises NameTooLong."""
    return _join(
        _PUSH,
        data,
        join_ref=push.join_ref or "",
        ref=push.ref or "",
        topic=push.topic,
        event=push.event,
    )


def decode_server_binary(frame: bytes) -> Reply | ServerPush | Broadcast:
    """Read what a server wrote. Raises MalformedFrame as `decode_client_binary` does."""
    match frame[:1]:
        case b"\x00":
            (join_ref, topic, event), data = _split(frame, "join_ref", "topic", "event")
            return ServerPush(join_ref, topic, event, data)
        case b"\x01":
            (join_ref, ref, topic, status), data = _split(
                frame, "join_ref", "ref", "topic", "status"
            )
            match status:
                case "ok" | "error":
                    return Reply(join_ref or None, ref or None, topic, status, data)
                case _:
                    raise MalformedFrame(reason=f"reply with status {status!r}")
        case b"\x02":
            (topic, event), data = _split(frame, "topic", "event")
            return Broadcast(topic, event, data)
        case kind:
            raise MalformedFrame(reason=f"unknown kind of binary frame {kind.hex() or 'empty'}")


def encode_server_binary(message: Reply | ServerPush | Broadcast, data: bytes) -> bytes:
    """Write a reply, a push or a broadcast. Raises NameTooLong."""
    match message:
        case Reply(join_ref, ref, topic, status):
            return _join(
                _REPLY, data, join_ref=join_ref or "", ref=ref or "", topic=topic, status=status
            )
        case ServerPush(join_ref, topic, event):
            return _join(_PUSH, data, join_ref=join_ref, topic=topic, event=event)
        case Broadcast(topic, event):
            return _join(_BROADCAST, data, topic=topic, event=event)


def _split(frame: bytes, *fields: str) -> tuple[list[str], bytes]:
    """Cut the named parts off the front of `frame`: (names, data)."""
    sizes = frame[1 : 1 + len(fields)]
    end = 1 + len(fields) + sum(sizes)
    if len(sizes) < len(fields) or len(frame) < end:
        raise MalformedFrame(reason="cut in the middle of its names")
    names: list[str] = []
    position = 1 + len(fields)
    for field, size in zip(fields, sizes, strict=True):
        try:
            names.append(frame[position : position + size].decode())
        except UnicodeDecodeError as error:
            raise MalformedFrame(reason=f"{field} is not UTF-8") from error
        position += size
    return names, frame[end:]


def _join(kind: int, data: bytes, **names: str) -> bytes:
    encoded = {field: name.encode() for field, name in names.items()}
    for field, name in encoded.items():
        if len(name) > _MAX_NAME_BYTES:
            raise NameTooLong(field=field, size_bytes=len(name))
    sizes = (len(name) for name in encoded.values())
    return b"".join([bytes([kind, *sizes]), *encoded.values(), data])
