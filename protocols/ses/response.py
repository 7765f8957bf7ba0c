"""HTTP/1.1 responses as a client reads them: strict, bounded, at any split of the octets.

| part    | next                                                                        |
|---------|-----------------------------------------------------------------------------|
| head    | 1xx: head again; 204, 304: done; chunked: size; else: length                |
| length  | after Content-Length octets: done                                           |
| size    | chunk; after a size of 0: trailer                                           |
| chunk   | after its octets and CR LF: size                                            |
| trailer | after the empty line: done (its fields are dropped)                         |

A response whose end only the end of the stream would show is refused: nobody could tell it from
one that was cut short. So are two lengths, a length beside chunks, folded header lines and bare
line feeds, by which two parsers may come to read two different responses.
Source: RFC 9112 sections 4 to 7.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from protocols.ses.errors import MalformedResponse, RemoteProtocolError, ResponseTooLarge

MAX_HEAD_BYTES: Final = 16 * 1024
"""Of a head, and of a trailer."""
MAX_BODY_BYTES: Final = 1024 * 1024
_MAX_SIZE_LINE_BYTES: Final = 256
_MAX_INTERIM: Final = 8

_STATUS: Final = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})(?: [\t -~\x80-\xff]*)?\r\n")
_FIELDS: Final = re.compile(r"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*")
_LENGTH: Final = re.compile(r"[0-9]{1,15}")
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[\t -~\x80-\xff]*)?")


class Header(NamedTuple):
    """One field of a response; the name is in lower case."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole response."""

    status: int
    headers: tuple[Header, ...]
    body: bytes = field(repr=False)
    reusable: bool
    """Whether the connection stays open for another request."""

    def header(self, name: str) -> str | None:
        """The value of the first field called `name` (in lower case), if there is one."""
        return next((header.value for header in self.headers if header.name == name), None)


class _Part(StrEnum):
    HEAD = "head"
    LENGTH = "length"
    SIZE = "size"
    CHUNK = "chunk"
    TRAILER = "trailer"
    DONE = "done"


_Fields: TypeAlias = Mapping[str, str]


class ResponseParser:
    """Reads one response. It stops behind it, and keeps what came after as `rest`."""

    def __init__(
        self, *, head_limit_bytes: int = MAX_HEAD_BYTES, body_limit_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._head_limit_bytes = head_limit_bytes
        self._body_limit_bytes = body_limit_bytes
        self._buffer = bytearray()
        self._body = bytearray()
        self._part = _Part.HEAD
        self._wanted_bytes = 0
        self._searched_bytes = 0
        self._interim = 0
        self._status = 0
        self._headers: tuple[Header, ...] = ()
        self._reusable = True
        self._fault: RemoteProtocolError | None = None

    @property
    def rest(self) -> bytes:
        """What came behind the response; empty until it is whole."""
        return bytes(self._buffer) if self._done else b""

    @property
    def _done(self) -> bool:
        return self._part is _Part.DONE

    def feed(self, data: bytes) -> HttpResponse | None:
        """Take what was read; return the response once, when it is whole.

        Raises MalformedResponse or ResponseTooLarge, and from then on always.
        """
        if self._fault is not None:
            raise self._fault
        self._buffer += data
        if self._done:
            return None
        try:
            return self._advanced()
        except RemoteProtocolError as fault:
            self._fault = fault
            raise

    def _advanced(self) -> HttpResponse | None:
        while self._step():
            pass
        return self._response() if self._done else None

    def _step(self) -> bool:
        """Read one part if it is all there; say whether to go on."""
        match self._part:
            case _Part.HEAD:
                return self._read_head()
            case _Part.LENGTH:
                return self._read_body()
            case _Part.SIZE:
                return self._read_size()
            case _Part.CHUNK:
                return self._read_chunk()
            case _Part.TRAILER:
                return self._read_trailer()
            case _Part.DONE:
                return False

    def _read_head(self) -> bool:
        section = self._section("head")
        if section is None:
            return False
        status = _STATUS.match(section)
        if status is None:
            raise MalformedResponse(reason="no status line")
        self._status = int(status[2])
        self._headers, fields = _fields(section[status.end() :])
        if self._status < 200:
            self._interim += 1
            if self._status == 101 or self._interim > _MAX_INTERIM:
                raise MalformedResponse(reason="an interim response that was not asked for")
            return True
        self._reusable = status[1] == "1" and not _closes(fields)
        self._begin_body(fields)
        return True

    def _begin_body(self, fields: _Fields) -> None:
        length, coding = fields.get("content-length"), fields.get("transfer-encoding")
        if coding is not None:
            if length is not None or coding.lower() != "chunked":
                raise MalformedResponse(reason="a length beside chunks, or another coding")
            self._part = _Part.SIZE
        elif self._status in {204, 304}:
            self._part = _Part.DONE
        elif length is None or not _LENGTH.fullmatch(length):
            raise MalformedResponse(reason="no length that can be read")
        else:
            self._wanted_bytes = int(length)
            self._require_room(self._wanted_bytes)
            self._part = _Part.LENGTH

    def _read_body(self) -> bool:
        if len(self._buffer) < self._wanted_bytes:
            return False
        self._body = self._buffer[: self._wanted_bytes]
        del self._buffer[: self._wanted_bytes]
        self._part = _Part.DONE
        return False

    def _read_size(self) -> bool:
        end = self._buffer.find(b"\r\n", 0, _MAX_SIZE_LINE_BYTES)
        if end < 0:
            if len(self._buffer) >= _MAX_SIZE_LINE_BYTES:
                raise ResponseTooLarge(part="size line", limit_bytes=_MAX_SIZE_LINE_BYTES)
            return False
        size = _SIZE.fullmatch(self._buffer, 0, end)
        if size is None:
            raise MalformedResponse(reason="no size of a chunk")
        self._wanted_bytes = int(size[1], 16)
        self._require_room(len(self._body) + self._wanted_bytes)
        del size  # a match keeps the buffer from being cut
        del self._buffer[: end + 2]
        self._part = _Part.CHUNK if self._wanted_bytes else _Part.TRAILER
        return True

    def _read_chunk(self) -> bool:
        end = self._wanted_bytes
        if len(self._buffer) < end + 2:
            return False
        if not self._buffer.startswith(b"\r\n", end):
            raise MalformedResponse(reason="a chunk is longer than its size")
        self._body += self._buffer[:end]
        del self._buffer[: end + 2]
        self._part = _Part.SIZE
        return True

    def _read_trailer(self) -> bool:
        if self._buffer.startswith(b"\r\n"):
            del self._buffer[:2]
        elif len(self._buffer) < 2:
            return False
        else:
            section = self._section("trailer")
            if section is None:
                return False
            _fields(section)
        self._part = _Part.DONE
        return False

    def _section(self, part: str) -> str | None:
        """Take the lines before the empty one off the front; None until that has come."""
        limit = self._head_limit_bytes
        end = self._buffer.find(b"\r\n\r\n", max(0, self._searched_bytes - 3), limit)
        if end < 0:
            self._searched_bytes = len(self._buffer)
            if self._searched_bytes >= limit:
                raise ResponseTooLarge(part=part, limit_bytes=limit)
            return None
        section = self._buffer[: end + 2].decode("latin-1")
        del self._buffer[: end + 4]
        self._searched_bytes = 0
        return section

    def _require_room(self, size_bytes: int) -> None:
        if size_bytes > self._body_limit_bytes:
            raise ResponseTooLarge(part="body", limit_bytes=self._body_limit_bytes)

    def _response(self) -> HttpResponse:
        return HttpResponse(self._status, self._headers, bytes(self._body), self._reusable)


def _fields(section: str) -> tuple[tuple[Header, ...], _Fields]:
    if not _FIELDS.fullmatch(section):
        raise MalformedResponse(reason="no header field")
    headers: list[Header] = []
    fields: dict[str, str] = {}
    for line in section.split("\r\n")[:-1]:
        label, _, text = line.partition(":")
        name, value = label.lower(), text.strip(" \t")
        if name in fields and name in {"content-length", "transfer-encoding"}:
            raise MalformedResponse(reason=f"{name} is there twice")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
        headers.append(Header(name, value))
    return tuple(headers), fields


def _closes(fields: _Fields) -> bool:
    connection = fields.get("connection", "")
    return "close" in {option.strip().lower() for option in connection.split(",")}
