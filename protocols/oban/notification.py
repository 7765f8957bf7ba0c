"""The payload of a notification: a JSON object, as it is or gzipped and in base64.

Statements of SQL send it as it is, Oban's own notifiers compress it; both sides read both. Source:
Oban for Python 0.7 `_notifier.py` and Oban for Elixir 2.17, "universal insert notifications".
"""

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Any

import msgspec

MAX_PAYLOAD_BYTES = 8_000
"""PostgreSQL takes less than this. Source: its manual, NOTIFY."""
_MAX_INFLATED_BYTES = 1_048_576
_GZIP = 16 + zlib.MAX_WBITS


class MalformedNotification(ValueError):
    """Somebody sent what is no JSON object, compressed or not, or far too large."""

    def __init__(self, *, size_bytes: int, reason: str) -> None:
        super().__init__(f"a notification of {size_bytes} bytes {reason}")
        self.size_bytes = size_bytes
        self.reason = reason


def decode_notification(payload: str) -> Mapping[str, Any]:
    """Read a payload. Raises MalformedNotification."""
    text = payload.encode() if payload.startswith("{") else _inflated(payload)
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise MalformedNotification(size_bytes=len(payload), reason="is no object") from error


def encode_notification(values: Mapping[str, object]) -> str:
    """Write a payload, as it is."""
    return msgspec.json.encode(dict(values)).decode()


def _inflated(payload: str) -> bytes:
    try:
        packed = base64.b64decode(payload, validate=True)
        unpacker = zlib.decompressobj(_GZIP)
        text = unpacker.decompress(packed, _MAX_INFLATED_BYTES)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise MalformedNotification(size_bytes=len(payload), reason="cannot be unpacked") from error
    if not unpacker.eof:
        reason = "is cut short or unpacks to more than 1 MiB"
        raise MalformedNotification(size_bytes=len(payload), reason=reason)
    return text
