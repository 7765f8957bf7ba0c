from array import array
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import msgspec
import pytest

from runtime import Down, Exited, MutableMessage, System
from runtime.freezing import mutable_part
from runtime.testing import Probe, VirtualClock, settle
from tests.runtime.scripts import Ask, Echo, Flavour, PlainScript, Tell, actor_of, heard


@dataclass(frozen=True, slots=True)
class Order:
    lines: object = ()
    note: object = None


@dataclass
class Draft:
    text: str = ""


class Point(NamedTuple):
    x: object
    y: object


class FrozenStruct(msgspec.Struct, frozen=True):
    rows: object


class LooseStruct(msgspec.Struct):
    row: int = 1


class Colour(Enum):
    RED = [1]  # noqa: RUF012 - a member's value is nobody's message


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        "text",
        b"octets",
        (),
        (1, ("two", frozenset({3}))),
        frozenset({(1, 2)}),
        MappingProxyType({"a": (1,)}),
        Order(lines=(Order(), Order(note="n"))),
        Order,
        Point(1, 2),
        FrozenStruct(rows=(1, 2)),
        Colour.RED,
        ValueError([1]),
        partial(print, 1),
        frozenset({Order(lines=((1, Order(note="n")), LooseStruct))}),
    ],
    ids=repr,
)
def test_what_nobody_can_change_may_be_sent(value: object) -> None:
    assert mutable_part(value, "message") is None


@pytest.mark.parametrize(
    ("value", "place", "kind"),
    [
        ([], "m", list),
        ({}, "m", dict),
        ({1}, "m", set),
        (bytearray(b"x"), "m", bytearray),
        (deque([1]), "m", deque),
        (array("b"), "m", array),
        (OrderedDict[str, int](), "m", OrderedDict),
        (Draft(), "m", Draft),
        (LooseStruct(), "m", LooseStruct),
        ((1, [2]), "m[1]", list),
        (Order(lines=(1, Order(note={"a": 1}))), "m.lines[1].note", dict),
        (Point(1, [2]), "m.y", list),
        (FrozenStruct(rows=[1]), "m.rows", list),
        (MappingProxyType({"a": (0, [1])}), "m['a'][1]", list),
    ],
    ids=repr,
)
def test_the_path_to_the_mutable_part_is_told(value: object, place: str, kind: type) -> None:
    found = mutable_part(value, "m")
    assert found is not None
    assert found[0] == place
    assert type(found[1]) is kind


def test_the_part_of_a_set_is_named_by_itself() -> None:
    holder = Hashed()
    assert mutable_part(frozenset({holder}), "m") == (f"m{{{holder!r}}}", holder)


@dataclass(unsafe_hash=True)
class Hashed:
    text: str = ""


@pytest.fixture
async def frozen(clock: VirtualClock) -> AsyncIterator[System]:
    async with System(clock=clock, frozen_messages=True) as system:
        yield system


async def test_a_mutable_message_is_refused_at_its_sender(frozen: System, flavour: Flavour) -> None:
    ref = frozen.spawn(flavour.script, name="desk")
    with pytest.raises(MutableMessage) as caught:
        ref.cast(Order(lines=(1, [2])))
    assert str(caught.value) == (
        "the message Order to desk is not frozen: message.lines[1] is a mutable list"
    )
    assert (caught.value.place, caught.value.part) == ("message.lines[1]", "list")
    with pytest.raises(MutableMessage, match="the message dict to desk"):
        ref.send({})
    with pytest.raises(MutableMessage, match=r"the request Echo to desk .*: request.value is"):
        await ref.call(Echo([1]))
    ref.cast("fine")
    ref.send("fine too")
    assert await heard(ref) == ("fine", "fine too")


async def test_a_timers_message_is_looked_into_when_it_is_set(
    frozen: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = frozen.spawn(flavour.script)
    script = actor_of(ref)
    with pytest.raises(MutableMessage):
        script.send_after(1.0, ["tick"])
    script.send_after(1.0, "tick")
    await clock.advance(1.0, system=frozen)
    assert await heard(ref) == ("tick",)


async def test_a_mutable_reply_is_refused_too(frozen: System, flavour: Flavour) -> None:
    ref = frozen.spawn(flavour.script, name="desk")
    with pytest.raises(MutableMessage, match="the reply of desk to Ask is not frozen: reply is a"):
        await ref.call(Ask(lambda script, _: script.heard))
    assert ref.alive


async def test_what_the_runtime_itself_sends_is_let_through(
    frozen: System, flavour: Flavour
) -> None:
    async def rows() -> list[int]:
        return [1, 2]

    victim = frozen.spawn(PlainScript)
    probe = Probe.spawn(frozen)
    probe.monitor(victim)
    probe.link(victim)
    victim.kill()
    await probe.receive(Down)
    await probe.receive(Exited)
    ref = frozen.spawn(flavour.script)
    ref.cast(Tell(lambda script: script.start_task(rows())))
    await settle(frozen)
    assert len(actor_of(ref).heard) == 1


async def test_without_the_mode_nothing_is_looked_at(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    ref.cast([1])
    assert await heard(ref) == ([1],)
    assert type(ref) is system.process_type
