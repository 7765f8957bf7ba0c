"""Long-poll bodies: frames carried by HTTP for clients whose network has no WebSocket.

A GET answers with one JSON document; a POST brings lines, each a text frame or the base64 of a
binary one. Source: phoenix, lib/phoenix/transports/long_poll.ex; assets/js/phoenix/longpoll.js.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Literal

import msgspec

from protocols.channels.errors import MalformedFrame, TooManyFrames
from protocols.channels.messages import Frame

MAX_LINES = 100

PollStatus = Literal[200, 204, 403, 410]
"""Messages, none this time, refused, unknown session (which the answer opens)."""


class _Body(msgspec.Struct, frozen=True, omit_defaults=True):
    status: PollStatus
    token: str | None = None
    messages: Sequence[str] | None = None


def encode_poll(
    status: PollStatus, *, token: str | None = None, messages: Sequence[str] | None = None
) -> bytes:
    """Write the body of an answer; the HTTP status is 200 whatever `status` says."""
    return msgspec.json.encode(_Body(status, token, messages))


def split_lines(body: bytes) -> tuple[Frame, ...]:
    """Split the body of a POST into its frames, in order.

    Raises TooManyFrames, and MalformedFrame for a line that is neither text nor base64.
    """
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > MAX_LINES:
        raise TooManyFrames(count=len(lines), limit=MAX_LINES)
    return tuple(_frame(line) for line in lines)


def encode_message(frame: Frame) -> str:
    """A frame as one of the `messages` of an answer: text as it is, binary as base64."""
    return frame if isinstance(frame, str) else base64.b64encode(frame).decode()


def _frame(line: bytes) -> Frame:
    try:
        if line.startswith(b"["):
            return line.decode()
        return base64.b64decode(line, validate=True)
    except (UnicodeDecodeError, binascii.Error) as error:
        raise MalformedFrame(reason=f"line is neither text nor base64: {error}") from error
