"""The decision, told times and frames."""

import sys
from types import FrameType

from runtime.lookout import LOOK_S, SOONER_S, STUCK_S, Lookout, LoopBlocked, LoopStuck
from runtime.pulse import Pulse


def hog() -> FrameType:
    return sys._getframe()


def other() -> FrameType:
    return sys._getframe()


class Scene:
    """A pulse and frames as the test puts them."""

    def __init__(self) -> None:
        self.pulse = Pulse()
        self.frame: FrameType | None = hog()
        self.lookout = Lookout(self.pulse, lambda: self.frame)

    def begin(self, at_s: float) -> None:
        self.pulse.began_s = at_s

    def end(self, at_s: float) -> None:
        assert self.pulse.began_s is not None
        self.pulse.long_turns.append((self.pulse.began_s, at_s - self.pulse.began_s))
        self.pulse.began_s = None

    def look(self, at_s: float) -> list[LoopBlocked | LoopStuck]:
        return self.lookout.look(at_s)


def test_a_loop_that_waits_is_left_alone() -> None:
    scene = Scene()
    assert scene.look(1.0) == []
    assert scene.lookout.next_look_s() == LOOK_S
    assert scene.lookout.held_s(1.0) == 0.0


def test_a_turn_under_way_is_looked_at_sooner_again() -> None:
    scene = Scene()
    scene.begin(1.0)
    assert scene.look(1.01) == []
    assert scene.lookout.next_look_s() == SOONER_S
    assert scene.lookout.held_s(1.01) == 1.01 - 1.0


def test_who_held_the_loop_is_named_when_the_turn_has_ended() -> None:
    scene = Scene()
    scene.begin(1.0)
    assert scene.look(1.03) == []
    scene.end(1.08)
    (blocked,) = scene.look(1.10)
    assert isinstance(blocked, LoopBlocked)
    assert blocked.culprit is not None
    assert blocked.culprit.function.startswith("tests.runtime.test_lookout:hog:")
    assert round(blocked.held_s, 3) == 0.08
    assert scene.look(1.12) == [], "it is said once"


def test_the_next_turn_s_beginning_does_not_hide_the_last_one_s_end() -> None:
    scene = Scene()
    scene.begin(1.0)
    scene.look(1.03)
    scene.end(1.08)
    scene.begin(1.09)
    (blocked,) = scene.look(1.10)
    assert isinstance(blocked, LoopBlocked)
    assert blocked.culprit is not None


def test_a_crowd_of_short_callbacks_is_nobody_s_fault() -> None:
    scene = Scene()
    scene.begin(1.0)
    # Frames without a Handle all count as one callback, so the crowd is made by hand.
    scene.look(1.02)
    (first,) = scene.lookout._seen
    scene.lookout._seen.append(type(first)(None, "another", callback=first.callback + 1))
    scene.end(1.08)
    assert scene.look(1.10) == [], "40 ms each"


def test_of_several_callbacks_the_one_seen_most_is_named_for_its_share() -> None:
    scene = Scene()
    scene.begin(1.0)
    scene.look(1.02)
    (first,) = scene.lookout._seen
    scene.lookout._seen.append(type(first)(None, "another", callback=first.callback + 1))
    scene.frame = other()
    scene.look(1.06)
    scene.end(1.12)
    (blocked,) = scene.look(1.13)
    assert isinstance(blocked, LoopBlocked)
    assert blocked.culprit is not None
    assert blocked.culprit.function.startswith("tests.runtime.test_lookout:other:"), "seen last"
    assert round(blocked.held_s, 3) == 0.08


def test_a_long_turn_in_which_nobody_could_look_is_said_all_the_same() -> None:
    scene = Scene()
    scene.begin(1.0)
    scene.end(2.0)
    assert scene.look(2.01) == [LoopBlocked(None, 1.0)]


def test_a_turn_of_five_seconds_is_stuck_and_that_is_said_once() -> None:
    scene = Scene()
    scene.begin(1.0)
    assert scene.look(1.0 + STUCK_S - 0.01) == []
    (stuck,) = scene.look(1.0 + STUCK_S)
    assert isinstance(stuck, LoopStuck)
    assert stuck.held_s == STUCK_S
    assert scene.look(10.0) == []
    scene.end(11.0)
    (blocked,) = scene.look(11.01)
    assert isinstance(blocked, LoopBlocked)
    assert blocked.held_s == 10.0
    scene.begin(20.0)
    assert len(scene.look(20.0 + STUCK_S)) == 1, "the next one is told again"


def test_a_loop_whose_thread_has_ended_has_no_frames() -> None:
    scene = Scene()
    scene.frame = None
    scene.begin(1.0)
    assert scene.look(9.0) == []
