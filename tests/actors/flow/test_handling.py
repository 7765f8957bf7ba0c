from collections.abc import Callable, Sequence
from typing import Any

import pytest

from actors.flow import Batch, BatchInfo, Handlers, Message
from actors.flow.handling import Handling, acknowledge
from tests.actors.flow.line import Clerk, Mishap, Told

AnyMessage = Message[Any]


def messages(*data: object) -> tuple[AnyMessage, ...]:
    return tuple(Message(one) for one in data)


def datas(given: Sequence[AnyMessage]) -> list[object]:
    return [message.data for message in given]


def batch(*data: object) -> Batch[Any]:
    return Batch(messages(*data), BatchInfo("default", None, len(data), "size"))


async def test_one_message_s_mishap_leaves_the_others_alone() -> None:
    handled = await Handling(Told(), actor="p").process(
        messages(1, "raise", 2, "fail", "stray", "nothing", 3)
    )
    assert datas(handled.successful) == [1, 2, 3]
    assert [(each.data, str(each.failure)) for each in handled.failed] == [
        ("raise", "Mishap: as told"),
        ("fail", "as told"),
        ("stray", "NotReturned: handle_message did not return the messages it was given"),
        ("nothing", "NotReturned: handle_message did not return the messages it was given"),
    ]
    assert handled.failed[0].failure is not None
    assert isinstance(handled.failed[0].failure.error, Mishap)


async def test_a_message_for_an_unknown_batcher_is_failed() -> None:
    handling = Handling(Told(), actor="p", batchers=("rows",))
    handled = await handling.process(messages("rows:1", "cells:1"))
    assert datas(handled.successful) == ["rows:1"]
    assert [str(each.failure) for each in handled.failed] == ["UnknownBatcher: no batcher 'cells'"]


class Prepared(Told):
    """Prepares by a function of the test's."""

    def __init__(self, prepare: Callable[[Sequence[AnyMessage]], Any]) -> None:
        super().__init__()
        self._prepare = prepare

    def prepare_messages(self, messages: Sequence[AnyMessage]) -> Any:
        return self._prepare(messages)


def too_few(given: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    return given[1:]


def with_another(given: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    return [*given[1:], Message(0)]


def raising(given: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    raise Mishap(len(given))


def noted(given: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    return [each.with_data("noted") for each in given]


def healed(given: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    return [Message(each.data, serial=each.serial) for each in given]


async def test_prepared_versions_are_what_is_handled() -> None:
    prepared = Prepared(lambda given: [each.with_data(each.data * 10) for each in given])
    handled = await Handling(prepared, actor="p").process(messages(1, 2))
    assert datas(handled.successful) == [10, 20]


async def test_to_prepare_may_take_time() -> None:
    async def later(given: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
        return [each.with_data(0) for each in given]

    handled = await Handling(Prepared(later), actor="p").process(messages(1))
    assert datas(handled.successful) == [0]


@pytest.mark.parametrize(
    "prepare",
    [too_few, with_another, raising],
)
async def test_a_parcel_that_cannot_be_prepared_is_failed(
    prepare: Callable[[Sequence[AnyMessage]], Any],
) -> None:
    handled = await Handling(Prepared(prepare), actor="p").process(messages(1, 2))
    assert datas(handled.successful) == []
    assert datas(handled.failed) == [1, 2]


class Later(Handlers[Any, Any]):
    """Every step is a coroutine function."""

    async def prepare_messages(self, messages: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
        return messages

    async def handle_message(self, message: AnyMessage) -> AnyMessage:
        if message.data == "raise":
            raise Mishap("later")
        return message

    async def handle_batch(
        self, messages: Sequence[AnyMessage], batch: BatchInfo
    ) -> Sequence[AnyMessage] | None:
        return [each.failed("later") for each in messages]

    async def handle_failed(self, messages: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
        return [each.with_data("noted") for each in messages]


async def test_every_step_may_be_async() -> None:
    handling = Handling(Later(), actor="p")
    handled = await handling.process(messages(1, "raise"))
    assert datas(handled.successful) == [1]
    assert [(each.data, str(each.failure)) for each in handled.failed] == [
        ("noted", "Mishap: later")
    ]
    handled = await handling.process_batch(batch(1, 2))
    assert datas(handled.successful) == []
    assert datas(handled.failed) == ["noted", "noted"]


class Noting(Told):
    """Notes failures by a function of the test's."""

    def __init__(self, note: Callable[[Sequence[AnyMessage]], Any]) -> None:
        super().__init__()
        self._note = note

    def handle_failed(self, messages: Sequence[AnyMessage]) -> Any:
        return self._note(messages)


@pytest.mark.parametrize(
    ("note", "data"),
    [(noted, "noted"), (too_few, "fail"), (raising, "fail"), (healed, "fail")],
)
async def test_what_failed_stays_failed_whatever_the_note(
    note: Callable[[Sequence[AnyMessage]], Any], data: str
) -> None:
    handled = await Handling(Noting(note), actor="p").process(messages("fail"))
    assert [(each.data, str(each.failure)) for each in handled.failed] == [(data, "as told")]


async def test_a_batch_that_raises_is_failed_as_a_whole() -> None:
    handled = await Handling(Told(), actor="p").process_batch(batch("raise the batch", 2))
    assert datas(handled.successful) == []
    assert datas(handled.failed) == ["raise the batch", 2]


async def test_a_batch_that_loses_messages_is_failed_as_a_whole() -> None:
    handled = await Handling(Told(), actor="p").process_batch(batch("lose some", 2))
    assert datas(handled.failed) == ["lose some", 2]
    assert "handle_batch did not return" in str(handled.failed[0].failure)


async def test_some_of_a_batch_may_fail() -> None:
    handled = await Handling(Told(), actor="p").process_batch(batch("fail some", 2))
    assert datas(handled.successful) == [2]
    assert datas(handled.failed) == ["fail some"]


async def test_a_batch_that_returns_nothing_is_all_right() -> None:
    handled = await Handling(Told(), actor="p").process_batch(batch(1, 2))
    assert datas(handled.successful) == [1, 2]


class Returning(Told):
    """Returns what it was given."""

    def handle_batch(
        self, messages: Sequence[AnyMessage], batch: BatchInfo
    ) -> Sequence[AnyMessage]:
        return messages[::-1]


async def test_a_batch_that_returns_everything_is_all_right() -> None:
    handled = await Handling(Returning(), actor="p").process_batch(batch(1, 2))
    assert datas(handled.successful) == [2, 1]


async def test_handlers_without_a_step_of_their_own_handle_no_message() -> None:
    handled = await Handling(Handlers(), actor="p").process(messages(1))
    assert [str(each.failure) for each in handled.failed] == ["NotImplementedError: "]
    assert await Handling(Handlers(), actor="p").process_batch(batch(1)) is not None
    some = messages(1)
    assert Handlers[int, int]().prepare_messages(some) is some
    assert Handlers[int, int]().handle_failed(some) is some


def test_an_acknowledger_s_mishap_is_an_outcome() -> None:
    def mishap() -> None:
        raise Mishap("as told")

    clerk = Clerk(mishap)
    assert isinstance(acknowledge(clerk, "queue", messages(1), ()), Mishap)
    assert clerk.calls == [("queue", [1], [])]
