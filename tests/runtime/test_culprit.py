"""From real frames, taken inside a running loop, to a path and a function."""

import json
import sys
from functools import partial

from runtime import Actor, Call, Sender, System
from runtime.culprit import Culprit, culprit
from runtime.testing import settle, turns
from tests.runtime.scripts import Ask, AsyncScript, Flavour, PlainScript, Script, Tell


def look(found: list[Culprit], *_: object) -> None:
    found.append(culprit(sys._getframe()))


def name(seen: Culprit) -> str:
    return seen.function.split(":")[1]


async def test_the_actor_whose_handler_runs_is_named_with_the_function(
    system: System, flavour: Flavour
) -> None:
    found: list[Culprit] = []
    ref = system.spawn(flavour.script, name="hog")
    ref.cast(Tell(partial(look, found)))
    await settle(system)
    assert [(seen.actor, name(seen)) for seen in found] == [("hog", "look")]
    assert found[0].callback != 0


async def test_a_callee_that_runs_in_its_caller_s_turn_is_named_itself(system: System) -> None:
    found: list[Culprit] = []
    callee = system.spawn(PlainScript, name="callee")
    caller = system.spawn(AsyncScript, name="caller")

    async def ask(_: Script, __: Sender) -> object:
        return await callee.call(Ask(partial(look, found)))

    await caller.call(Ask(ask))
    assert [seen.actor for seen in found] == ["callee"]


async def test_a_task_of_an_actor_is_the_actor_s(system: System) -> None:
    found: list[Culprit] = []

    async def work() -> None:
        look(found)

    ref = system.spawn(PlainScript, name="owner")
    ref.cast(Tell(lambda script: script.start_task(work())))
    await settle(system)
    assert [(seen.actor, name(seen)) for seen in found] == [("owner", "look")]


async def test_a_plain_callback_outside_actors_is_named_alone(system: System) -> None:
    found: list[Culprit] = []
    system.loop.call_soon(look, found)
    await turns()
    assert [(seen.actor, name(seen)) for seen in found] == [(None, "look")]


class Encoder(json.JSONEncoder):
    found: list[Culprit]

    def default(self, o: object) -> object:
        frame = sys._getframe().f_back
        assert frame is not None
        self.found.append(culprit(frame))
        return None


def encode(found: list[Culprit], *_: object) -> None:
    encoder = Encoder(indent=1)  # with an indent it is written in Python
    encoder.found = found
    encoder.encode({"x": object()})


async def test_time_spent_in_a_library_is_the_function_s_that_called_it(system: System) -> None:
    found: list[Culprit] = []
    system.spawn(PlainScript, name="hog").cast(Tell(partial(encode, found)))
    await settle(system)
    assert [name(seen) for seen in found] == ["encode"]


async def test_two_callbacks_of_one_turn_are_told_apart(system: System) -> None:
    found: list[Culprit] = []
    for _ in range(2):
        system.loop.call_soon(look, found)
    await turns()
    first, second = found
    assert first.callback != second.callback


async def test_a_callback_written_in_c_is_named_by_itself(system: System) -> None:
    seen: list[Culprit] = []

    class Spy:
        """Called by C code, looks from the frame that called that."""

        def __eq__(self, other: object) -> bool:
            frame = sys._getframe().f_back
            assert frame is not None
            seen.append(culprit(frame))
            return True

        __hash__ = None  # type: ignore[assignment]

    spies: list[object] = [Spy()]
    system.loop.call_soon(spies.remove, "anything")
    await turns()
    assert seen[0].function.endswith(":list.remove")


async def test_the_runtime_is_named_where_nothing_else_is_on_the_stack(system: System) -> None:
    class Idle(Actor):
        def handle_call(self, request: Call[object], sender: Sender) -> object:
            return None

    frames: list[Culprit] = []

    def trace(frame: object, event: str, _: object) -> None:
        if event == "call" and not frames and sys._getframe(1).f_code.co_name == "_drain":
            frames.append(culprit(sys._getframe(1)))

    system.spawn(Idle).cast("mail")
    sys.setprofile(trace)
    try:
        await turns()
    finally:
        sys.setprofile(None)
    assert name(frames[0]) == "RunQueue._drain"
