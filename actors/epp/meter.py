"""How busy a pool is: utilisation, rates and response times over the windows the page shows.

Time is cut into ticks of five seconds. Within the present tick counters run; at its end they
become one entry of a ring of sixty (five minutes), from which the windows are read.
"""

from collections import Counter, deque
from dataclasses import dataclass

from actors.epp.health import CommandClass, ResponseTimes
from runtime.histogram import Histogram

TICK_S = 5.0
_RING = 60
_CLASSES: tuple[tuple[CommandClass, float], ...] = (
    ("session", 4_000.0),
    ("query", 2_000.0),
    ("transform", 4_000.0),
)
"""Service levels in milliseconds: ICANN Registry Agreement, Specification 10, section 2."""


@dataclass(frozen=True, slots=True)
class _Tick:
    busy_s: float
    session_s: float
    commands: int
    query_p95_ms: float


class Meter:
    """The counters of one pool. `busy_s` and `session_s` are sums over its sessions."""

    def __init__(self, now_s: float) -> None:
        self.codes: Counter[int] = Counter()
        self.times: dict[CommandClass, Histogram] = {name: Histogram() for name, _ in _CLASSES}
        self._ring: deque[_Tick] = deque(maxlen=_RING)
        self._tick_queries = Histogram()
        self._busy = 0
        self._ready = 0
        self._busy_s = 0.0
        self._session_s = 0.0
        self._commands = 0
        self._since_s = now_s

    def sessions(self, now_s: float, *, ready: int, busy: int) -> None:
        """From now on `ready` sessions are logged in and `busy` of them have a command out."""
        if ready != self._ready or busy != self._busy:
            self._accumulate(now_s)
            self._ready = ready
            self._busy = busy

    def answered(self, command_class: CommandClass, code: int, elapsed_s: float) -> None:
        """One command was answered with `code` after `elapsed_s`."""
        elapsed_ms = elapsed_s * 1000.0
        self.times[command_class].add(elapsed_ms)
        if command_class == "query":
            self._tick_queries.add(elapsed_ms)
        self.codes[code] += 1
        self._commands += 1

    def session_answered(self, code: int | None, elapsed_s: float) -> None:
        """A hello (without a code), login or logout of our own; no command of anybody's."""
        self.times["session"].add(elapsed_s * 1000.0)
        if code is not None:
            self.codes[code] += 1

    def tick(self, now_s: float) -> None:
        """End the present tick; called every `TICK_S` seconds."""
        self._accumulate(now_s)
        self._ring.append(
            _Tick(
                self._busy_s,
                self._session_s,
                self._commands,
                self._tick_queries.percentile(0.95) or 0.0,
            )
        )
        self._tick_queries = Histogram()
        self._busy_s = self._session_s = 0.0
        self._commands = 0

    def utilisation(self, window_s: float) -> float:
        """Busy time over session time, 0 to 1, over the last `window_s` in whole ticks."""
        ticks = list(self._ring)[-max(1, round(window_s / TICK_S)) :]
        session_s = sum(tick.session_s for tick in ticks)
        return min(1.0, sum(tick.busy_s for tick in ticks) / session_s) if session_s else 0.0

    def rate(self) -> float:
        """Commands per second over the last whole tick."""
        return self._ring[-1].commands / TICK_S if self._ring else 0.0

    def response_times(self) -> tuple[ResponseTimes, ...]:
        """Percentiles per class, since the pool started."""
        return tuple(
            ResponseTimes(
                command_class=name,
                count=self.times[name].count,
                p50_ms=self.times[name].percentile(0.50),
                p95_ms=self.times[name].percentile(0.95),
                p99_ms=self.times[name].percentile(0.99),
                slr_ms=slr_ms,
            )
            for name, slr_ms in _CLASSES
        )

    def utilisation_history(self) -> tuple[float, ...]:
        """One value per tick, oldest first."""
        return tuple(
            min(1.0, tick.busy_s / tick.session_s) if tick.session_s else 0.0 for tick in self._ring
        )

    def rate_history(self) -> tuple[float, ...]:
        """Commands per second, one value per tick, oldest first."""
        return tuple(tick.commands / TICK_S for tick in self._ring)

    def p95_history(self) -> tuple[float, ...]:
        """Query p95 in milliseconds, one value per tick, oldest first."""
        return tuple(tick.query_p95_ms for tick in self._ring)

    def _accumulate(self, now_s: float) -> None:
        elapsed_s = now_s - self._since_s
        self._busy_s += self._busy * elapsed_s
        self._session_s += self._ready * elapsed_s
        self._since_s = now_s
