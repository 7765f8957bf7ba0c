import pytest

from actors.sandbox.registry import Abort, Close, GoSilent, Send, SessionAction, Wait
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
from actors.sandbox.registry.fault_effect import apply_faults
from protocols.epp.framing import Deframer, encode_frame

XML = b"<trID><clTRID>MINE-1</clTRID><svTRID>S-1</svTRID></trID>"
FRAME = encode_frame(XML)


@pytest.mark.parametrize(
    ("faults", "actions"),
    [
        ((), (Send(FRAME),)),
        ((Latency(0.5),), (Wait(0.5), Send(FRAME))),
        ((DelayGreeting(2.0), Latency(0.5)), (Wait(2.5), Send(FRAME))),
        ((NoAnswer(),), ()),
        ((NoAnswer(), CloseAfter(1)), (Close(),)),
        ((CutAfterEffect(),), (Abort(),)),
        ((Latency(1.0), CutAfterEffect()), (Wait(1.0), Abort())),
        ((CutMidFrame(),), (Send(FRAME[: len(FRAME) // 2]), Abort())),
        ((WrongLength(3),), (Send(b"\x00\x00\x00\x03" + XML),)),
        ((WrongLength(2**31),), (Send(b"\x80\x00\x00\x00" + XML),)),
        ((HalfOpen(), Latency(1.0)), (Wait(1.0), GoSilent())),
        ((SilentGreeting(),), (GoSilent(),)),
        ((CloseAfterTls(),), (Close(),)),
        ((CloseAfter(1),), (Send(FRAME), Close())),
        ((ResultInstead(2400),), (Send(FRAME),)),
        ((CutMidFrame(), NoAnswer()), (Send(FRAME[: len(FRAME) // 2]), Abort())),
    ],
)
def test_each_fault_has_its_effect(
    faults: tuple[Fault, ...], actions: tuple[SessionAction, ...]
) -> None:
    assert apply_faults(FRAME, faults) == actions


def sent(faults: tuple[Fault, ...], frame: bytes = FRAME) -> list[bytes]:
    return [action.data for action in apply_faults(frame, faults) if isinstance(action, Send)]


def test_slow_bytes_come_one_by_one_and_whole() -> None:
    pieces = sent((SlowBytes(),))
    assert {len(piece) for piece in pieces} == {1}
    assert b"".join(pieces) == FRAME


@pytest.mark.parametrize("xml", [XML, b"<trID><svTRID>S-1</svTRID></trID>"])
def test_a_foreign_transaction_id_stands_in_a_frame_of_the_right_length(xml: bytes) -> None:
    (octets,) = sent((ForeignClTrid(),), encode_frame(xml))
    (document,) = Deframer().feed(octets)
    assert document == (b"<trID><clTRID>FOREIGN-0000-0001</clTRID><svTRID>S-1</svTRID></trID>")
