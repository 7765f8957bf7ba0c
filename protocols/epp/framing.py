"""EPP data units: a 4-octet length that counts itself, then one XML document.

Both ends of a connection use this module. A length below 5 or above the limit means that the
stream is out of step, and nothing behind it can be trusted.
Source: RFC 5734 section 4.
"""

from typing import Final

from protocols.epp.errors import FrameTooLarge, FrameTooShort

__all__ = ["MAX_FRAME_BYTES", "Deframer", "FrameTooLarge", "FrameTooShort", "encode_frame"]

MAX_FRAME_BYTES: Final = 1024 * 1024
"""The largest data unit accepted by default, header included."""

_HEADER_BYTES: Final = 4


def encode_frame(xml: bytes) -> bytes:
    """Put the header before `xml`, in one piece, so that a frame goes out in one write.

    Two writes meet Nagle's algorithm and a delayed acknowledgement: some 40 ms per command.
    """
    return (len(xml) + _HEADER_BYTES).to_bytes(_HEADER_BYTES, "big") + xml


class Deframer:
    """Cuts a stream of octets into XML documents, however the network split it.

    A fault comes after the documents before it: `feed` returns those, and raises when there are
    none. From then on `fault` is set and every `feed` raises it.
    """

    def __init__(self, *, limit_bytes: int = MAX_FRAME_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()
        self._fault: FrameTooLarge | FrameTooShort | None = None

    @property
    def at_boundary(self) -> bool:
        """Whether the stream may end here: no part of a data unit is waiting for its rest."""
        return not self._buffer

    @property
    def fault(self) -> FrameTooLarge | FrameTooShort | None:
        """Why the stream is out of step; None while it is not."""
        return self._fault

    def feed(self, data: bytes) -> list[bytes]:
        """Take what was read; return the documents that are whole now, without their headers.

        Raises FrameTooLarge or FrameTooShort as soon as the four octets that say so are there,
        so that at most one frame of the limit's size is ever held.
        """
        buffer = self._buffer
        documents: list[bytes] = []
        if self._fault is None:
            buffer += data
            start = 0
            while (end := self._end_of_unit(start)) is not None:
                documents.append(bytes(memoryview(buffer)[start + _HEADER_BYTES : end]))
                start = end
            del buffer[:start]
        if self._fault is not None and not documents:
            raise self._fault
        return documents

    def _end_of_unit(self, start: int) -> int | None:
        """Where the data unit that begins at `start` ends; None unless it is whole and sound."""
        header = self._buffer[start : start + _HEADER_BYTES]
        if len(header) < _HEADER_BYTES:
            return None
        size_bytes = int.from_bytes(header, "big")
        if size_bytes <= _HEADER_BYTES:
            self._fault = FrameTooShort(size_bytes=size_bytes)
            return None
        if size_bytes > self._limit_bytes:
            self._fault = FrameTooLarge(size_bytes=size_bytes, limit_bytes=self._limit_bytes)
            return None
        end = start + size_bytes
        return end if end <= len(self._buffer) else None
