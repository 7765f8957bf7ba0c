import math
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import (
    BRUTAL_KILL,
    INFINITY,
    KILLED,
    NORMAL,
    SHUTDOWN,
    Actor,
    Backoff,
    ChildSpec,
    ExitReason,
    Failed,
    Patience,
    Restart,
    Shutdown,
)
from supervisors import Supervisor
from supervisors.child import DEFAULT_SHUTDOWN_S, SupervisedChild, backoff_delay_s
from tests.runtime.scripts import PlainScript

LOST = Failed("lost")


@given(
    st.integers(1, 10_000),
    st.floats(0.001, 10.0),
    st.floats(1.0, 4.0),
    st.floats(0.0, 0.9),
    st.integers(),
)
def test_a_delay_grows_to_its_maximum_within_its_jitter(
    attempt: int, initial_s: float, factor: float, jitter: float, seed: int
) -> None:
    backoff = Backoff(initial_s=initial_s, factor=factor, maximum_s=30.0, jitter=jitter)
    delay_s = backoff_delay_s(backoff, attempt, Random(seed))
    if attempt == 1:
        assert delay_s == 0.0
        return
    middle_s = min(30.0, initial_s * factor ** min(attempt - 2, 64))
    assert middle_s * (1.0 - jitter) <= delay_s * 1.000001
    assert delay_s <= middle_s * (1.0 + jitter) * 1.000001


def child(*, start: Callable[[], Actor] = PlainScript, **options: Any) -> SupervisedChild:
    return SupervisedChild(ChildSpec(id="a", start=start, **options), "top/a")


@pytest.mark.parametrize(
    ("start", "behaviour", "kind"),
    [
        (PlainScript, "tests.runtime.scripts.PlainScript", "worker"),
        (partial(partial(Supervisor), ()), "supervisors.supervisor.Supervisor", "supervisor"),
        (lambda: Actor(), "builtins.function", "worker"),  # noqa: PLW0108
    ],
)
def test_a_spec_tells_what_it_starts_as_far_as_that_can_be_seen(
    start: Callable[[], Actor], behaviour: str, kind: str
) -> None:
    row = child(start=start).row()
    assert (row.behaviour, row.kind, row.state) == (behaviour, kind, "stopped")


@pytest.mark.parametrize(
    ("start", "shutdown", "patience", "seconds"),
    [
        (PlainScript, None, DEFAULT_SHUTDOWN_S, DEFAULT_SHUTDOWN_S),
        (Supervisor, None, INFINITY, math.inf),
        (PlainScript, 2.5, 2.5, 2.5),
        (PlainScript, BRUTAL_KILL, BRUTAL_KILL, 0.0),
    ],
)
def test_workers_get_five_seconds_to_stop_and_supervisors_all_the_time(
    start: Callable[[], Actor], shutdown: float | Patience | None, patience: object, seconds: float
) -> None:
    row = child(start=start, shutdown=shutdown)
    assert (row.shutdown, row.patience_s) == (patience, seconds)


@pytest.mark.parametrize(
    ("shutdown", "restart", "reason", "expected"),
    [
        (5.0, Restart.PERMANENT, SHUTDOWN, True),
        (5.0, Restart.PERMANENT, Shutdown("done"), False),
        (5.0, Restart.PERMANENT, NORMAL, False),
        (5.0, Restart.TRANSIENT, NORMAL, True),
        (5.0, Restart.TEMPORARY, Shutdown("done"), True),
        (5.0, Restart.TRANSIENT, KILLED, False),
        (5.0, Restart.TRANSIENT, LOST, False),
        (BRUTAL_KILL, Restart.PERMANENT, KILLED, True),
        (BRUTAL_KILL, Restart.PERMANENT, SHUTDOWN, False),
        (BRUTAL_KILL, Restart.TRANSIENT, SHUTDOWN, True),
        (BRUTAL_KILL, Restart.TRANSIENT, LOST, False),
    ],
)
def test_which_ends_of_a_stopped_child_are_expected(
    shutdown: float | Patience, restart: Restart, reason: ExitReason, expected: bool
) -> None:
    assert child(shutdown=shutdown, restart=restart).expects(reason) is expected
