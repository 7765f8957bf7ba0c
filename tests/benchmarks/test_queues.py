"""What the table of jobs says of figures that are made up, and how a subject's output is read."""

import pytest

from benchmarks.actors.targets import Verdict
from benchmarks.queues.figures import COLUMNS, COSTS, RATES, Figures, Size
from benchmarks.queues.line_up import LINE_UP, read_figures
from benchmarks.queues.measure import spread
from benchmarks.queues.targets import verdicts

OURS: Figures = {"insert_per_s": 60_000.0, "drain_per_s": 6_000.0, "call_p50_ms": 4.0}
PEER: Figures = {"insert_per_s": 30_000.0, "drain_per_s": 9_000.0, "call_p50_ms": 8.0}
STANDING: Figures = {"claim_few_ms": 2.0, "claim_many_ms": 4.0, "growth_mb": 1.0}


def verdict_of(what: str) -> Verdict:
    rows = {"ours": OURS, "peer": PEER}
    return next(
        each for each in verdicts(rows, STANDING, {"peer": "peer"}, 1_000_000) if what in each.what
    )


@pytest.mark.parametrize(
    ("what", "measured", "reached"),
    [
        ("inserted", 60_000.0, True),
        ("drained", 6_000.0, False),
        ("commit to start, p99", None, None),
        ("1,000,000 waiting", 2.0, False),
        ("memory", 1.0, True),
        ("ahead of peer: insert/s", 2.0, True),
        ("ahead of peer: drain/s", 2 / 3, False),
        ("ahead of peer: insert to start p50", 2.0, True),
    ],
)
def test_a_target_is_judged(what: str, measured: float | None, reached: bool | None) -> None:
    verdict = verdict_of(what)
    assert verdict.reached is reached
    assert verdict.measured == (None if measured is None else pytest.approx(measured))


def test_the_spread_is_the_middle_and_the_slowest_hundredth() -> None:
    assert spread([float(number) for number in range(101)]) == pytest.approx((50.0, 99.0))


def test_a_size_is_read_as_it_was_written() -> None:
    assert Size.read(Size.quick().words()) == Size.quick()


def test_figures_without_a_column_are_refused() -> None:
    assert read_figures('{"drain_per_s": 1.0}') == {"drain_per_s": 1.0}
    with pytest.raises(ValueError, match="no such figures: speed"):
        read_figures('{"speed": 1.0}')


def test_what_is_judged_has_a_column_and_every_row_says_how_it_was_measured() -> None:
    assert {*RATES, *COSTS} <= COLUMNS.keys()
    assert all(entrant.used for entrant in LINE_UP)
