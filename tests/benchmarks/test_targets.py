"""What the table of targets says of figures that are made up."""

import pytest

from benchmarks.actors.figures import Figures
from benchmarks.actors.targets import Bound, Verdict, before, verdicts


def verdict_of(what: str, rows: dict[str, Figures]) -> Verdict:
    return next(each for each in verdicts(rows) if each.what == what)


@pytest.mark.parametrize(
    ("bound", "measured", "reached"),
    [
        ("≥", 2.0, True),
        ("≥", 1.9, False),
        ("≤", 2.0, True),
        ("≤", 2.1, False),
        ("≥", None, None),
    ],
)
def test_a_bound_is_inclusive(bound: Bound, measured: float | None, reached: bool | None) -> None:
    assert Verdict("x", bound, 2.0, measured).reached is reached


def test_the_beam_is_compared_by_ratio() -> None:
    rows: dict[str, Figures] = {
        "plain": {"spawn_per_s": 1_000.0, "bytes_idle": 300.0},
        "genserver": {"spawn_per_s": 400.0, "bytes_idle": 1_000.0},
    }
    spawn = verdict_of("plain against the BEAM: spawn", rows)
    assert (spawn.measured, spawn.reached) == (2.5, True)
    memory = verdict_of("plain against the BEAM: idle memory", rows)
    assert (memory.measured, memory.reached) == (0.3, True)


def test_the_ring_is_compared_with_raw_processes() -> None:
    rows: dict[str, Figures] = {
        "plain": {"ring_per_s": 1.0},
        "genserver": {"ring_per_s": 1.0},
        "raw": {"ring_per_s": 4.0},
    }
    assert verdict_of("plain against the BEAM: ring, against raw processes", rows).measured == 0.25


def test_the_floor_is_compared_with_async_handlers() -> None:
    rows: dict[str, Figures] = {
        "plain": {"casts_per_s": 9.0},
        "async": {"casts_per_s": 3.0},
        "floor": {"casts_per_s": 2.0},
    }
    assert verdict_of("async against the floor: casts", rows).measured == 1.5


def test_who_was_not_measured_is_not_judged() -> None:
    row = verdict_of("plain against the BEAM: spawn", {"plain": {"spawn_per_s": 1.0}}).row()
    assert (row["measured"], row["reached"]) == (None, "not measured")


def test_a_timer_that_is_late_in_one_round_misses_the_target() -> None:
    rows: dict[str, Figures] = {"async": {"late_ms": 5.0, "late_worst_ms": 10.1, "share": 0.9}}
    assert (
        verdict_of("async: a 1 ms timer beside ten busy actors, worst of all rounds", rows).reached
        is False
    )
    assert verdict_of("async: least busy over busiest of the ten", rows).reached is True


def test_a_peer_is_behind_only_if_it_is_so_in_every_column() -> None:
    ours: Figures = {"casts_per_s": 10.0, "bytes_idle": 100.0, "call_p99_us": 4.0}
    slow: Figures = {"casts_per_s": 5.0, "bytes_idle": 300.0, "call_p99_us": 8.0}
    assert before("slow", ours, slow).reached is True
    mixed = before("mixed", ours, {"casts_per_s": 5.0, "bytes_idle": 50.0, "call_p99_us": 2.0})
    assert mixed.measured == 0.5
    assert mixed.row()["reached"] == "not reached: bytes idle, p99 µs"


def test_a_column_that_a_peer_has_not_is_left_out() -> None:
    assert before("peer", {"casts_per_s": 2.0}, {"casts_per_s": None}).measured is None


def test_a_hundredth_behind_is_a_tie() -> None:
    assert before("peer", {"share": 0.995}, {"share": 1.0}).reached is True
