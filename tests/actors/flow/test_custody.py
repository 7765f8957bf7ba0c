from collections.abc import Sequence

import pytest

from actors.flow import Message
from actors.flow.custody import Custody
from runtime import Ref, System
from runtime.testing import Probe


@pytest.fixture
def holders(system: System) -> tuple[Ref, Ref]:
    return system.spawn(Probe), system.spawn(Probe)


def serials(messages: Sequence[Message[int]]) -> list[int]:
    return [message.serial for message in messages]


async def test_a_message_leaves_once(holders: tuple[Ref, Ref]) -> None:
    custody = Custody()
    messages = [Message(1), Message(2)]
    custody.receive(holders[0], messages)
    done = messages[0].with_data(9)
    assert custody.settle([done]) == [done]
    assert custody.settle([done]) == []
    assert len(custody) == 1
    assert custody.take_from(holders[0]) == messages[1:]
    assert custody.settle(messages) == []


async def test_what_moved_is_the_other_s(holders: tuple[Ref, Ref]) -> None:
    custody = Custody()
    messages = [Message(1), Message(2)]
    custody.receive(holders[0], messages)
    custody.move(holders[1], serials(messages[:1]))
    assert custody.take_from(holders[0]) == messages[1:]
    assert custody.take_from(holders[1]) == messages[:1]
    assert len(custody) == 0


async def test_what_has_left_does_not_come_back_by_moving(holders: tuple[Ref, Ref]) -> None:
    custody = Custody()
    message = Message(1)
    custody.receive(holders[0], [message])
    custody.settle([message])
    custody.move(holders[1], [message.serial])
    assert custody.take_from(holders[1]) == []


async def test_everything_can_be_taken_at_once(holders: tuple[Ref, Ref]) -> None:
    custody = Custody()
    messages = [Message(1), Message(2)]
    custody.receive(holders[0], messages)
    assert custody.take_all() == messages
    assert custody.take_all() == []
