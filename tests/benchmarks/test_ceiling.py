"""The deques that are measured do what they claim: each asserts that all mail was handled."""

from benchmarks.actors.figures import Size
from benchmarks.ceiling import casts, ring, turns

TINY = Size(calls=10, casts=1_000, hops=100, ring=10)


def test_every_cast_is_handled() -> None:
    assert casts(TINY) > 0.0


def test_the_message_goes_round_the_ring() -> None:
    assert ring(TINY) > 0.0


def test_the_loop_turns() -> None:
    assert turns(TINY) > 0.0
