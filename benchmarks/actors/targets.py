"""What is to be reached, as ratios within one run, and whether it was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from benchmarks.actors.figures import COLUMNS, COSTS, RATES, Figures
from benchmarks.actors.line_up import LINE_UP

COLUMNS_OF_TARGETS = {
    "what": "in this run",
    "to_reach": "to reach",
    "measured": "measured",
    "reached": "verdict",
}
Bound = Literal["≥", "≤", "<"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the table of targets."""

    what: str
    bound: Bound
    limit: float
    measured: float | None
    """None where one of the two was not measured."""
    unit: str = "×"  # noqa: RUF001 - the sign of a ratio
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """None where it cannot be said."""
        if self.measured is None:
            return None
        match self.bound:
            case "≥":
                return self.measured >= self.limit
            case "≤":
                return self.measured <= self.limit
            case "<":
                return self.measured < self.limit

    def row(self) -> dict[str, str | float | None]:
        """For a table."""
        said = {True: "reached", False: "not reached", None: "not measured"}[self.reached]
        return {
            "what": self.what,
            "to_reach": f"{self.bound} {self.limit:g}{self.unit}",
            "measured": None if self.measured is None else f"{self.measured:.2f}{self.unit}",
            "reached": f"{said}{self.note and f': {self.note}'}",
        }


AGAINST_THE_BEAM: tuple[tuple[str, str, str, Bound, float], ...] = (
    ("spawn_per_s", "genserver", "spawn", "≥", 2.0),
    ("bytes_idle", "genserver", "idle memory", "≤", 0.35),
    ("calls_per_s", "genserver", "calls from one caller", "≥", 1.0),
    ("restart_p50_us", "genserver", "restart p50", "≤", 1.0),
    ("casts_per_s", "genserver", "casts", "≥", 0.4),
    ("calls_100_per_s", "genserver", "calls from a hundred", "≥", 0.4),
    ("ring_per_s", "raw", "ring, against raw processes", "≥", 0.4),
)
AGAINST_THE_FLOOR: tuple[tuple[str, str, Bound, float], ...] = (
    ("calls_per_s", "calls from one caller", "≥", 1.1),
    ("calls_100_per_s", "calls from a hundred", "≥", 1.1),
    ("casts_per_s", "casts", "≥", 1.3),
    ("spawn_per_s", "spawn", "≥", 5.0),
    ("bytes_idle", "idle memory", "≤", 0.25),
)
LATE_MS = 10.0
SHARE = 0.9
TIE = 0.99
"""Two figures that differ by less than a hundredth are the same."""


def verdicts(rows: Mapping[str, Figures]) -> Iterator[Verdict]:
    """Every line of the issue's table that this run can tell; `rows` by the keys of the line-up."""
    plain, handlers = rows.get("plain", {}), rows.get("async", {})
    for column, other, what, bound, limit in AGAINST_THE_BEAM:
        ratio = _ratio(plain.get(column), rows.get(other, {}).get(column))
        yield Verdict(f"plain against the BEAM: {what}", bound, limit, ratio)
    for column, what, bound, limit in AGAINST_THE_FLOOR:
        ratio = _ratio(handlers.get(column), rows.get("floor", {}).get(column))
        yield Verdict(f"async against the floor: {what}", bound, limit, ratio)
    for entrant in LINE_UP:
        if entrant.kind == "python":
            yield before(entrant.name, plain, rows.get(entrant.key, {}))
    for key, figures in (("plain", plain), ("async", handlers)):
        late, share = figures.get("late_worst_ms"), figures.get("share")
        what = f"{key}: a 1 ms timer beside ten busy actors, worst of all rounds"
        held = figures.get("held_ms")
        note = "" if held is None else f"the machine gave no processor for {held:.1f} ms of it"
        yield Verdict(what, "≤", LATE_MS, late, " ms late", note)
        yield Verdict(f"{key}: least busy over busiest of the ten", "≥", SHARE, share)


def before(peer: str, ours: Figures, theirs: Figures) -> Verdict:
    """Whether we are ahead in every column the peer has; the ratio is that of the worst for us."""
    ratios = {column: lead for column in (*RATES, *COSTS) if (lead := _lead(column, ours, theirs))}
    what = f"plain ahead of {peer}, worst column"
    if not ratios:
        return Verdict(what, "≥", TIE, None)
    behind = [COLUMNS[column] for column, ratio in ratios.items() if ratio < TIE]
    worst = min(ratios, key=lambda column: ratios[column])
    return Verdict(what, "≥", TIE, ratios[worst], note=", ".join(behind) or COLUMNS[worst])


def _lead(column: str, ours: Figures, theirs: Figures) -> float | None:
    """How many times better ours is."""
    mine, other = ours.get(column), theirs.get(column)
    return _ratio(mine, other) if column in RATES else _ratio(other, mine)


def _ratio(one: float | None, other: float | None) -> float | None:
    return None if one is None or not other else one / other
