"""What faults make of an answer on its way out: pure, from one frame to a row of wire actions."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from actors.sandbox.registry.fault import (
    CloseAfter,
    CloseAfterTls,
    CutAfterEffect,
    CutMidFrame,
    DelayGreeting,
    Fault,
    ForeignClTrid,
    HalfOpen,
    Latency,
    NoAnswer,
    ResultInstead,
    SilentGreeting,
    SlowBytes,
    WrongLength,
)
from actors.sandbox.registry.session_action import (
    Abort,
    Close,
    GoSilent,
    Send,
    Wait,
    WireAction,
)
from protocols.epp.framing import encode_frame

_HEADER_BYTES: Final = 4
_FOREIGN: Final = b"<clTRID>FOREIGN-0000-0001</clTRID>"
_CLTRID: Final = re.compile(rb"<clTRID>[^<]*</clTRID>")


def apply_faults(frame: bytes, faults: Sequence[Fault]) -> tuple[WireAction, ...]:
    """Turn a whole frame and the faults that fire at it into what happens on the wire.

    The wait comes first. A fault that ends the connection or the answer outranks one that only
    changes octets; without any fault the frame is sent in one piece.
    """
    wait_s = sum(fault.seconds for fault in faults if isinstance(fault, Latency | DelayGreeting))
    wait = (Wait(wait_s),) if wait_s else ()
    kinds = {type(fault) for fault in faults}
    if kinds & {HalfOpen, SilentGreeting}:
        return (*wait, GoSilent())
    if CutAfterEffect in kinds:
        return (*wait, Abort())
    if CloseAfterTls in kinds:
        return (*wait, Close())
    octets = _changed(frame, faults)
    close = (Close(),) if CloseAfter in kinds else ()
    if CutMidFrame in kinds:
        return (*wait, *_sent(octets[: len(octets) // 2], kinds), Abort())
    if NoAnswer in kinds:
        return (*wait, *close)
    return (*wait, *_sent(octets, kinds), *close)


def result_instead(faults: Iterable[Fault]) -> int | None:
    """The code that one of the faults puts in place of carrying the command out."""
    return next((fault.code for fault in faults if isinstance(fault, ResultInstead)), None)


def prevents_reading(faults: Iterable[Fault]) -> bool:
    """Whether one of the faults leaves the command unread, so that it has no effect."""
    return any(isinstance(fault, HalfOpen) for fault in faults)


def _changed(frame: bytes, faults: Sequence[Fault]) -> bytes:
    for fault in faults:
        if isinstance(fault, ForeignClTrid):
            frame = encode_frame(_with_foreign_transaction_id(frame[_HEADER_BYTES:]))
    for fault in faults:
        if isinstance(fault, WrongLength):
            frame = fault.length.to_bytes(_HEADER_BYTES, "big") + frame[_HEADER_BYTES:]
    return frame


def _with_foreign_transaction_id(xml: bytes) -> bytes:
    if _CLTRID.search(xml):
        return _CLTRID.sub(_FOREIGN, xml, count=1)
    return xml.replace(b"<svTRID>", _FOREIGN + b"<svTRID>", 1)


def _sent(octets: bytes, kinds: set[type[Fault]]) -> tuple[Send, ...]:
    if SlowBytes in kinds:
        return tuple(Send(octets[at : at + 1]) for at in range(len(octets)))
    return (Send(octets),)
