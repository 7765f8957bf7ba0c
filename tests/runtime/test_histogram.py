import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.histogram import BOUNDS_MS, Histogram

durations = st.lists(st.floats(0.1, 100_000.0), min_size=1)


@given(durations, st.floats(0.01, 1.0))
def test_a_percentile_is_exact_to_the_width_of_a_bucket(
    durations: list[float], share: float
) -> None:
    histogram = Histogram()
    for duration_ms in durations:
        histogram.add(duration_ms)
    wanted = share * len(durations)
    exact = next(
        duration for rank, duration in enumerate(sorted(durations), start=1) if rank >= wanted
    )
    percentile = histogram.percentile(share)
    assert percentile is not None
    assert exact <= percentile * (1 + 1e-9)
    assert percentile <= exact * 1.15 * (1 + 1e-9)


@given(durations)
def test_percentiles_grow_with_their_share(durations: list[float]) -> None:
    histogram = Histogram()
    for duration_ms in durations:
        histogram.add(duration_ms)
    found = [histogram.percentile(share / 10) or 0.0 for share in range(1, 11)]
    assert found == sorted(found)
    assert histogram.count == len(durations)


def test_nothing_counted_has_no_percentile() -> None:
    assert Histogram().percentile(0.5) is None


@pytest.mark.parametrize(("duration_ms", "bound"), [(0.0, BOUNDS_MS[0]), (1e9, BOUNDS_MS[-1])])
def test_beyond_the_buckets_the_outermost_counts(duration_ms: float, bound: float) -> None:
    histogram = Histogram()
    histogram.add(duration_ms)
    assert histogram.percentile(0.99) == bound
