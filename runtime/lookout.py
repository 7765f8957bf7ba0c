"""The decision who held the loop up, from looks at it. No thread, no clock: it is told both.

Somebody looks every now and then (`Watchdog` every 40 ms) and hands in what he saw:

    the loop waits                      nothing; the next look as usual
    a turn is under way                 who runs is noted; the next look sooner
    the same turn is under way for      it is *stuck*: said once
    5 s
    a turn has ended that took longer   it was *blocked*, by the callback that was seen most; for
    than 50 ms                          the share of the turn in which it was seen

A turn is all callbacks that were ready at once. Where the looks saw several of them and none held
the loop for 50 ms by its share, it was the crowd, and nobody is named. A turn without a look (code
of C held the interpreter, so that no other thread ran) is nobody's, too, but it is said.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import FrameType
from typing import Final

from runtime.culprit import Culprit, culprit
from runtime.pulse import BLOCKED_S, Pulse

LOOK_S: Final = 0.04
"""Between looks; less than BLOCKED_S, so that no turn that long goes unseen."""
SOONER_S: Final = 0.02
"""To the next look when a turn is under way."""
STUCK_S: Final = 5.0
LOOKS_KEPT: Final = 1_000
"""Of one turn."""


@dataclass(frozen=True, slots=True)
class LoopBlocked:
    """One callback held the loop longer than 50 ms; it has ended."""

    culprit: Culprit | None
    """None where nobody could be seen."""
    held_s: float


@dataclass(frozen=True, slots=True)
class LoopStuck:
    """One turn has lasted 5 s, and does not end."""

    culprit: Culprit
    held_s: float


class Lookout:
    """Keeps what was seen of the present turn."""

    def __init__(self, pulse: Pulse, frame: Callable[[], FrameType | None]) -> None:
        """`frame` is the innermost frame of the loop's thread now; None when that has ended."""
        self._pulse = pulse
        self._frame = frame
        self._turn: float | None = None
        self._seen: deque[Culprit] = deque(maxlen=LOOKS_KEPT)
        self._said_stuck = False

    def look(self, now_s: float) -> list[LoopBlocked | LoopStuck]:
        """Take one look, at that moment of the pulse's clock. Returns what there is to say."""
        began_s = self._pulse.began_s
        frame = None if began_s is None else self._frame()
        findings = self._ended()
        if began_s != self._turn:
            self._turn, self._said_stuck = began_s, False
            self._seen.clear()
        if began_s is not None and frame is not None and self._pulse.began_s == began_s:
            self._seen.append(culprit(frame))
            if now_s - began_s >= STUCK_S and not self._said_stuck:
                self._said_stuck = True
                findings.append(LoopStuck(self._seen[-1], now_s - began_s))
        return findings

    def held_s(self, now_s: float) -> float:
        """How long the present turn has lasted; 0 while the loop waits."""
        began_s = self._pulse.began_s
        return 0.0 if began_s is None else now_s - began_s

    def next_look_s(self) -> float:
        """How long until the next look is wanted."""
        return LOOK_S if self._turn is None else SOONER_S

    def _ended(self) -> list[LoopBlocked | LoopStuck]:
        findings: list[LoopBlocked | LoopStuck] = []
        while self._pulse.long_turns:
            began_s, held_s = self._pulse.long_turns.popleft()
            blamed, share = _blamed(self._seen if began_s == self._turn else ())
            if held_s * share > BLOCKED_S:
                findings.append(LoopBlocked(blamed, held_s * share))
        return findings


def _blamed(seen: Collection[Culprit]) -> tuple[Culprit | None, float]:
    """Whose callback was seen most, as it was seen last, and in what share of the looks."""
    if not seen:
        return None, 1.0
    ((callback, times),) = Counter(each.callback for each in seen).most_common(1)
    *_, last = (each for each in seen if each.callback == callback)
    return last, times / len(seen)
