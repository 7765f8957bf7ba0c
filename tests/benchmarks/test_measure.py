"""What is measured, on a subject that is measured in a moment."""

import pytest

from benchmarks.actors.figures import COLUMNS, COSTS, RATES, Size
from benchmarks.actors.floor import Floor
from benchmarks.actors.measure import bytes_idle, measured
from benchmarks.actors.ours import Async, Ours, Plain
from benchmarks.actors.subject import Blocking, Subject, drive

TINY = Size(
    calls=100,
    casts=1_000,
    hops=100,
    ring=10,
    spawns=20,
    restarts=5,
    idle=50,
    busy_ms=5,
)
SUBJECTS = [Ours(Plain), Ours(Async), Floor()]


@pytest.mark.parametrize("subject", SUBJECTS, ids=["plain", "async", "floor"])
async def test_every_column_but_memory_is_measured_in_one_round(subject: Subject) -> None:
    figures = await measured(subject, TINY)
    assert figures.keys() == {*RATES, *COSTS, "held_ms"} - {"bytes_idle"}
    assert all(value is not None and value >= 0.0 for value in figures.values())


@pytest.mark.parametrize("subject", SUBJECTS, ids=["plain", "async", "floor"])
async def test_memory_is_measured_by_itself(subject: Subject) -> None:
    assert await bytes_idle(subject, TINY) >= 0.0


async def test_ten_busy_actors_get_equal_turns_from_the_run_queue() -> None:
    figures = await measured(Ours(Plain), TINY)
    assert figures["share"] is not None
    assert figures["share"] > 0.5


def test_every_figure_has_a_column() -> None:
    assert {*RATES, *COSTS} == COLUMNS.keys() - {"subject", "clock", "late_worst_ms", "held_ms"}


def test_a_blocking_subject_never_suspends() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    drive(work())
    assert done == [1]

    class Suspends:
        def __await__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
            yield

    async def suspends() -> None:
        await Suspends()

    with pytest.raises(RuntimeError, match="suspended"):
        drive(suspends())


async def test_threads_call_together_where_there_is_no_loop() -> None:
    class Threads(Blocking):
        spawn = caller = cast = join = handled = None  # type: ignore[assignment]

    called: list[int] = []

    async def caller() -> None:
        called.append(1)

    await Threads().together([caller] * 3)
    assert called == [1, 1, 1]
