"""Short forms of `benchmarks/endurance.py`."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from benchmarks.actors.cycles import FLAT, Cycles, cycles
from benchmarks.actors.multitude import LIMIT_MB, Multitude, multitude


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """Thousands of crashes: neither printed nor kept, as memory is looked at."""
    before = structlog.get_config()
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    yield
    structlog.configure(**before)


async def test_twenty_thousand_idle_actors_are_named_answer_and_end() -> None:
    seen = await multitude(20_000)
    assert (seen.named, seen.answered, seen.stopped) == (20_000, 20_000, 20_000)
    assert seen.bytes_each * 1_000_000 < LIMIT_MB * 1e6


async def test_two_thousand_crashes_lose_no_signal_and_no_memory() -> None:
    seen = await cycles(400, 5)
    assert (seen.restarts, seen.downs, seen.exits) == (2_000, 2_000, 2_000)
    assert seen.growth <= FLAT


def a_multitude(*, stopped: int = 10, peak_mb: float = 1.0) -> Multitude:
    return Multitude(
        actors=10,
        named=10,
        answered=10,
        stopped=stopped,
        start_s=1.0,
        visit_s=1.0,
        stop_s=1.0,
        bytes_each=700.0,
        resident_mb=1.0,
        peak_mb=peak_mb,
    )


def test_a_multitude_is_in_order_only_when_all_ended_within_the_limit() -> None:
    assert a_multitude().reached
    assert not a_multitude(stopped=9).reached
    assert not a_multitude(peak_mb=LIMIT_MB).reached


def some_cycles(*, downs: int = 10, worst_mb: float = 100.0) -> Cycles:
    return Cycles(
        crashes=10,
        restarts=10,
        downs=downs,
        exits=10,
        took_s=1.0,
        first_mb=100.0,
        worst_mb=worst_mb,
    )


def test_cycles_are_in_order_only_without_a_lost_signal_and_without_growth() -> None:
    assert some_cycles().reached
    assert not some_cycles(downs=9).reached
    assert some_cycles(worst_mb=101.9).reached
    assert not some_cycles(worst_mb=103.0).reached
