"""SMTP replies: a code of three digits, one line or several, and perhaps an enhanced code.

Source: RFC 5321 section 4.2 (form), 4.5.3.1.5 (a line has 512 octets; we allow more), RFC 3463
and RFC 2034 (enhanced status codes).
"""

import re
from dataclasses import dataclass
from typing import Final

from protocols.smtp.errors import MalformedReply, RemoteProtocolError, ReplyTooLarge

MAX_LINE_BYTES: Final = 4096
MAX_LINES: Final = 256

_LINE: Final = re.compile(rb"([2-5][0-9]{2})(?:([ -])([\t -~\x80-\xff]*))?")
_ENHANCED: Final = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: +|$)")


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply. `lines` are without the code, and may name addresses: not for logs."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All lines, joined by line feeds."""
        return "\n".join(self.lines)

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code, such as 4.7.1; None when there is none of the code's class."""
        found = _ENHANCED.match(self.lines[0])
        return found[1] if found and int(found[1][0]) == self.code // 100 else None


class ReplyParser:
    """Cuts a stream of octets into replies, however the network split it.

    A fault comes after the replies before it: `feed` returns those and sets `fault`.
    """

    def __init__(
        self, *, line_limit_bytes: int = MAX_LINE_BYTES, lines_limit: int = MAX_LINES
    ) -> None:
        self._line_limit_bytes = line_limit_bytes
        self._lines_limit = lines_limit
        self._buffer = b""  # at most one line: adding to it costs little
        self._code: int | None = None
        self._lines: list[str] = []
        self._fault: RemoteProtocolError | None = None

    @property
    def at_boundary(self) -> bool:
        """Whether no part of a reply is waiting for its rest."""
        return not self._buffer and not self._lines

    @property
    def fault(self) -> RemoteProtocolError | None:
        """Why the stream is out of step; None while it is not."""
        return self._fault

    def feed(self, data: bytes) -> list[Reply]:
        """Take what was read; return the replies that are whole now. After a fault: none."""
        if self._fault is not None:
            return []
        buffer = self._buffer + data
        replies: list[Reply] = []
        start = 0
        try:
            while (end := buffer.find(b"\n", start, start + self._line_limit_bytes)) >= 0:
                reply = self._take(buffer, start, end)
                start = end + 1
                if reply is not None:
                    replies.append(reply)
            if len(buffer) - start >= self._line_limit_bytes:
                raise ReplyTooLarge(part="octets in a line", limit=self._line_limit_bytes)
        except RemoteProtocolError as fault:
            self._fault = fault
        self._buffer = buffer[start:]
        return replies

    def _take(self, buffer: bytes, start: int, end: int) -> Reply | None:
        """Take the line from `start` to the LF at `end`; return the reply that it ends, if any."""
        if not buffer.endswith(b"\r", start, end):
            raise MalformedReply(reason="a line ends without CR LF")
        parts = _LINE.fullmatch(buffer, start, end - 1)
        if parts is None:
            raise MalformedReply(reason="a line without a code")
        code = int(parts[1])
        if self._code not in {None, code}:
            raise MalformedReply(reason="lines of one reply with different codes")
        if len(self._lines) >= self._lines_limit:
            raise ReplyTooLarge(part="lines", limit=self._lines_limit)
        self._code = code
        self._lines.append((parts[3] or b"").decode("utf-8", "replace"))
        if parts[2] == b"-":
            return None
        reply = Reply(code, tuple(self._lines))
        self._code, self._lines = None, []
        return reply
