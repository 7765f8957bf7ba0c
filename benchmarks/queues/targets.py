"""What is to be reached by the room of jobs, and whether it was in this run."""

from collections.abc import Iterator, Mapping

from benchmarks.actors.targets import Bound, Verdict
from benchmarks.queues.figures import COLUMNS, COSTS, RATES, Figures

ABSOLUTE: tuple[tuple[str, str, Bound, float, str], ...] = (
    ("insert_per_s", "jobs inserted in chunks of 2,000", "≥", 50_000.0, "/s"),
    ("drain_per_s", "no-op jobs drained by one process", "≥", 12_000.0, "/s"),
    ("p50_ms", "from commit to start, p50", "≤", 5.0, " ms"),
    ("p99_ms", "from commit to start, p99", "≤", 20.0, " ms"),
)


def verdicts(
    rows: Mapping[str, Figures], standing: Figures, peers: Mapping[str, str], waiting: int
) -> Iterator[Verdict]:
    """Every line; `rows` by the keys of the line-up, `peers` by key and name."""
    ours = rows.get("ours", {})
    for column, what, bound, limit, unit in ABSOLUTE:
        yield Verdict(what, bound, limit, ours.get(column), unit)
    slower = _ratio(standing.get("claim_many_ms"), standing.get("claim_few_ms"))
    yield Verdict(f"a claim with {waiting:,} waiting against 1,000", "≤", 1.5, slower)
    growth = standing.get("growth_mb")
    yield Verdict(f"memory grown by scheduling {waiting // 2:,}", "<", 20.0, growth, " MB")
    for key, name in peers.items():
        for column in (*RATES, *COSTS):
            theirs = rows.get(key, {}).get(column)
            yield Verdict(
                f"ahead of {name}: {COLUMNS[column]}",
                "≥",
                1.0,
                _lead(column, ours.get(column), theirs),
            )


def _lead(column: str, ours: float | None, theirs: float | None) -> float | None:
    return _ratio(ours, theirs) if column in RATES else _ratio(theirs, ours)


def _ratio(one: float | None, other: float | None) -> float | None:
    return None if one is None or not other else one / other
