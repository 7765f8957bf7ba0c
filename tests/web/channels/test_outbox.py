"""The line of one client: ordered, bounded, and merging what it cannot send at once."""

import asyncio
from dataclasses import dataclass

from protocols.channels import Frame
from web.channels import Outbox, Update


@dataclass(frozen=True)
class Numbers(Update):
    values: tuple[int, ...]

    def encoded(self) -> Frame:
        return repr(self.values)

    def merged(self, later: Update) -> Update:
        assert isinstance(later, Numbers)
        return Numbers(self.values + later.values)


async def taken(outbox: Outbox) -> list[Frame]:
    return [await outbox.take() for _ in range(len(outbox))]


async def test_frames_keep_their_order() -> None:
    outbox = Outbox()
    assert outbox.put("a")
    assert outbox.offer("t", Numbers((1,)))
    assert outbox.put(b"b")
    assert await taken(outbox) == ["a", "(1,)", b"b"]


async def test_updates_of_one_topic_that_wait_become_one() -> None:
    outbox = Outbox()
    for number in range(4):
        outbox.offer("t", Numbers((number,)))
    outbox.offer("u", Numbers((9,)))
    assert outbox.merges == 3
    assert await taken(outbox) == ["(0, 1, 2, 3)", "(9,)"]


async def test_an_update_after_one_was_sent_stands_anew() -> None:
    outbox = Outbox()
    outbox.offer("t", Numbers((1,)))
    assert await outbox.take() == "(1,)"
    outbox.offer("t", Numbers((2,)))
    assert await outbox.take() == "(2,)"


async def test_a_topic_that_was_left_sends_nothing_more() -> None:
    outbox = Outbox()
    outbox.offer("t", Numbers((1,)))
    outbox.drop("t")
    outbox.drop("unknown")
    outbox.put("after")
    outbox.offer("t", Numbers((2,)))
    assert [await outbox.take(), await outbox.take()] == ["after", "(2,)"]


async def test_a_full_line_takes_no_more_but_still_merges() -> None:
    outbox = Outbox(limit=2)
    assert outbox.offer("t", Numbers((1,)))
    assert outbox.put("a")
    assert not outbox.put("b")
    assert not outbox.offer("u", Numbers((1,)))
    assert outbox.offer("t", Numbers((2,)))
    assert await taken(outbox) == ["(1, 2)", "a"]


async def test_whoever_takes_waits_for_the_first_frame() -> None:
    outbox = Outbox()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(outbox.take())
        group.create_task(put_later(outbox))
    assert first.result() == "late"


async def put_later(outbox: Outbox) -> None:
    outbox.put("late")
