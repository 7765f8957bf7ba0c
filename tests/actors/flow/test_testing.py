import pytest

from actors.flow import Outcome, run_messages
from runtime import Call, CallTimeout, System, Unhandled, UnknownPath
from runtime.testing import VirtualClock, in_background, settle
from tests.actors.flow.line import Gate, Line, Stuck


class Nonsense(Call[None]):
    """Nobody has a case for it."""


async def test_messages_of_a_test_take_the_whole_way(system: System) -> None:
    line = Line(system)
    line.start_head()
    line.start_intake()
    line.start_processor(batchers=("default",))
    line.start_batcher(size=100)
    line.start_worker()
    outcome = await run_messages(system, "line", [1, "raise", 2], metadata="test")
    assert [message.data for message in outcome.successful] == [1, 2]
    assert [message.data for message in outcome.failed] == ["raise"]
    assert outcome.successful[0].metadata == "test"
    assert line.clerk.calls == []


async def test_without_flush_batches_are_gathered_as_usual(
    system: System, clock: VirtualClock
) -> None:
    line = Line(system)
    line.start_head()
    line.start_intake()
    line.start_processor(batchers=("default",))
    line.start_batcher(size=100)
    line.start_worker()
    running = in_background(run_messages(system, "line", [1, 2], flush=False))
    await clock.advance(1.9, system=system)
    assert not running.done()
    await clock.advance(0.1, system=system)
    assert len((await running).successful) == 2


async def test_a_test_does_not_wait_for_ever(system: System, clock: VirtualClock) -> None:
    gate = Gate(system)
    line = Line(system)
    line.start_head()
    line.start_intake()
    line.start_processor(handlers=Stuck(gate))
    running = in_background(run_messages(system, "line", [1], timeout_s=2.0))
    await clock.advance(2.0, system=system)
    with pytest.raises(CallTimeout):
        await running
    gate.open()
    await settle(system)


async def test_no_messages_are_done_at_once_and_no_pipeline_is_an_error(system: System) -> None:
    with pytest.raises(UnknownPath, match="nowhere/producers/1"):
        await run_messages(system, "nowhere", [1])
    line = Line(system)
    line.start_head()
    line.start_intake()
    assert await run_messages(system, "line", []) == Outcome((), ())


async def test_a_reader_understands_nothing_else(system: System) -> None:
    from actors.flow.testing import Reader

    reader = await system.start(lambda: Reader(1))
    reader.send("nonsense")
    with pytest.raises(Unhandled):
        await reader.call(Nonsense())
    assert reader.snapshot().unhandled == 2
