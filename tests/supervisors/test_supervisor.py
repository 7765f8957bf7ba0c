import asyncio
from functools import partial

import pytest
from structlog.testing import capture_logs

from runtime import (
    BRUTAL_KILL,
    INFINITY,
    KILLED,
    NORMAL,
    SHUTDOWN,
    Backoff,
    CallTimeout,
    ChildCounts,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    CountChildren,
    Crashed,
    DeleteChild,
    Deleted,
    Down,
    ExitReason,
    Failed,
    Ignored,
    Ref,
    Restart,
    RestartChild,
    Shutdown,
    StartChild,
    Started,
    StartFailed,
    System,
    TerminateChild,
    Terminated,
    WhichChildren,
)
from runtime.testing import Probe, VirtualClock, behind, in_background, settle, turns, until
from supervisors import ChildStartFailed, Strategy, Supervisor
from tests.runtime.scripts import ASYNC, Echo, Flavour, Nonsense, Script, Tell, actor_of, raising
from tests.supervisors.ward import LOST, Ward, child_of, end, states, supervise, supervisor_behind

ALL, REST, ONE = Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE, Strategy.ONE_FOR_ONE


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


# Starting and stopping.


async def test_children_start_in_order_and_stop_in_reverse(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("abc"))
    assert ward.news() == "+a +b +c"
    await top.stop(SHUTDOWN)
    assert ward.news() == "-c -b -a"
    assert top.exit_reason == SHUTDOWN


async def test_children_are_named_below_their_supervisor_unless_it_is_the_root(
    system: System, ward: Ward
) -> None:
    await supervise(system, ward.specs("a"))
    await system.start(partial(Supervisor, ward.specs("b"), names_children_bare=True), name="root")
    assert system.registry.paths() == ("top", "top/a", "root", "b")


async def test_a_child_that_does_not_start_stops_those_before_it_and_the_supervisor(
    system: System, ward: Ward
) -> None:
    ward.refusals["c"] = 1
    with pytest.raises(StartFailed) as caught:
        await supervise(system, ward.specs("abcd"))
    reason = caught.value.reason
    assert isinstance(reason, Crashed)
    assert isinstance(reason.error, ChildStartFailed)
    assert reason.error.path == "top/c"
    assert str(reason.error) == "failed to start child top/c (StartRefused: c)"
    assert ward.news() == "+a +b !c -b -a"
    assert system.registry.paths() == ()


async def test_a_failed_start_is_logged_once_where_it_happened(system: System, ward: Ward) -> None:
    ward.refusals["a"] = 1
    with capture_logs() as logs, pytest.raises(StartFailed):
        await supervise(system, ward.specs("a"))
    assert [entry["actor"] for entry in logs if entry["event"] == "actor.crashed"] == ["top/a"]


async def test_a_child_that_ignores_keeps_its_spec_unless_it_is_temporary(
    system: System, ward: Ward
) -> None:
    ward.ignoring |= {"b", "t"}
    top = await supervise(
        system, [*ward.specs("ab"), ward.spec("t", restart=Restart.TEMPORARY), ward.spec("c")]
    )
    assert await states(top) == {"a": "running", "b": "ignored", "c": "running"}
    assert (await child_of(top, "b")).ref is None
    ward.ignoring.clear()
    assert isinstance(await top.call(RestartChild("b")), Started)


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        (ChildSpec(id="", start=Script), "the id is empty"),
        (ChildSpec(id="a", start=Script, shutdown=-1.0), "shutdown of -1 s"),
        (ChildSpec(id="a", start=Script, start_timeout_s=0.0), "start_timeout_s of 0"),
    ],
)
async def test_a_spec_that_makes_no_sense_is_refused_with_the_reason(
    system: System, spec: ChildSpec, fault: str
) -> None:
    with pytest.raises(StartFailed, match=fault):
        await supervise(system, [spec])
    top = await supervise(system, [])
    with capture_logs() as logs:
        assert await top.call(StartChild(spec)) == ChildRefused("bad_spec", spec.id)
    assert logs[0]["reason"] == fault


async def test_two_children_of_one_name_are_refused(system: System, ward: Ward) -> None:
    with pytest.raises(StartFailed, match="two children of top are called 'a'"):
        await supervise(system, ward.specs("aba"))


async def test_a_child_that_takes_too_long_to_start_is_given_up(
    system: System, ward: Ward, clock: VirtualClock, flavour: Flavour
) -> None:
    top = await supervise(system, [])
    slow = ChildSpec(
        id="slow",
        start=partial(flavour.script, on_init=lambda _: asyncio.Event().wait()),
        start_timeout_s=2.0,
    )
    call = in_background(top.call(StartChild(slow)))
    await clock.advance(2.0, system=system)
    outcome = await call
    assert isinstance(outcome, ChildFailed)
    assert "did not start within 2 s" in str(outcome.reason)
    assert await states(top) == {}


async def test_each_child_gets_the_stop_its_spec_asks_for(
    system: System, ward: Ward, clock: VirtualClock, flavour: Flavour
) -> None:
    probe = system.spawn(Probe)
    watcher = behind(probe, Probe)
    top = await supervise(
        system,
        [
            ward.spec("brutal", shutdown=BRUTAL_KILL),
            ward.spec("timed", shutdown=2.0),
            ward.spec("patient", shutdown=INFINITY),
            ward.spec("plain", traps=False),
        ],
    )
    for name in ("brutal", "timed", "patient", "plain"):
        watcher.monitor(system.lookup(f"top/{name}"))
    await top.stop()
    await settle(system)
    downs = {down.path: down.reason for down in watcher.seen if isinstance(down, Down)}
    assert downs == {
        "top/brutal": KILLED,
        "top/timed": SHUTDOWN,
        "top/patient": SHUTDOWN,
        "top/plain": SHUTDOWN,
    }
    assert clock.pending == 0


def lingering(flavour: Flavour, gate: asyncio.Event) -> "partial[Script]":
    """A child whose `terminate` takes as long as the gate is shut."""
    return partial(flavour.trapper, on_terminate=lambda _, __: gate.wait())


async def test_a_child_that_does_not_stop_in_time_is_killed_and_reported(
    system: System, clock: VirtualClock
) -> None:
    top = await supervise(
        system, [ChildSpec(id="a", start=lingering(ASYNC, asyncio.Event()), shutdown=2.0)]
    )
    child = system.lookup("top/a")
    stopping = in_background(top.stop())
    with capture_logs() as logs:
        await clock.advance(1.9, system=system)
        assert child.alive
        await clock.advance(0.1, system=system)
        await stopping
    assert child.exit_reason == KILLED
    assert [(entry["event"], entry["reason"]) for entry in logs] == [
        ("child.shutdown_failed", "killed")
    ]


async def test_infinity_waits_for_as_long_as_it_takes(system: System, clock: VirtualClock) -> None:
    gate = asyncio.Event()
    top = await supervise(
        system, [ChildSpec(id="a", start=lingering(ASYNC, gate), shutdown=INFINITY)]
    )
    child = system.lookup("top/a")
    stopping = in_background(top.stop())
    await clock.advance(3_600.0, system=system)
    assert child.alive
    gate.set()
    await stopping
    assert child.exit_reason == SHUTDOWN


async def test_a_child_that_unlinked_cannot_hang_the_stop(
    system: System, ward: Ward, flavour: Flavour
) -> None:
    top = await supervise(system, ward.specs("ab", traps=False))
    child = system.lookup("top/a")
    actor_of(child).unlink(top)
    await top.stop()
    assert child.exit_reason == SHUTDOWN


async def test_a_child_that_dies_by_itself_during_the_stop_is_reported(
    system: System, ward: Ward, flavour: Flavour
) -> None:
    ref_of_a: list[Ref] = []

    def take_a_along(script: Script, reason: ExitReason) -> None:
        ref_of_a[0].exit(Failed("pushed"))

    top = await supervise(
        system,
        [
            ward.spec("a", traps=False),
            ChildSpec(id="b", start=partial(flavour.trapper, on_terminate=take_a_along)),
        ],
    )
    ref_of_a.append(system.lookup("top/a"))
    with capture_logs() as logs:
        await top.stop()
    assert [(entry["event"], entry["actor"], entry["reason"]) for entry in logs] == [
        ("child.shutdown_failed", "top/a", "pushed")
    ]


async def test_children_die_with_a_supervisor_that_is_killed(system: System, ward: Ward) -> None:
    top = await supervise(system, [*ward.specs("ab"), *ward.specs("cd", traps=False)])
    children = [system.lookup(f"top/{name}") for name in "abcd"]
    top.kill()
    for child in children:
        assert await child.join() == KILLED
    assert sorted(ward.news().split()[4:]) == ["-a", "-b"]


async def test_children_die_with_a_supervisor_that_is_killed_while_it_stops_them(
    system: System,
) -> None:
    top = await supervise(
        system,
        [
            ChildSpec(id="a", start=ASYNC.script),
            ChildSpec(id="b", start=lingering(ASYNC, asyncio.Event())),
        ],
    )
    first, last = system.lookup("top/a"), system.lookup("top/b")
    top.request_stop()
    await settle(system)
    assert last.alive
    top.kill()
    assert await first.join() == KILLED
    last.kill()
    await last.join()


async def test_a_supervisor_killed_while_a_child_starts_takes_the_child_with_it(
    system: System, flavour: Flavour
) -> None:
    top = await supervise(system, [])
    slow = ChildSpec(
        id="slow", start=partial(flavour.script, on_init=lambda _: asyncio.Event().wait())
    )
    call = in_background(top.call(StartChild(slow)))
    await settle(system)
    child = system.lookup("top/slow")
    top.kill()
    assert await child.join() == KILLED
    with pytest.raises(Exception, match="killed"):
        await call


async def test_an_exit_signal_from_its_parent_stops_a_supervisor_in_order(
    system: System, ward: Ward
) -> None:
    inner = ChildSpec(id="inner", start=partial(Supervisor, ward.specs("ab")))
    top = await supervise(system, [ward.spec("z"), inner])
    ward.news()
    await top.stop()
    assert ward.news() == "-b -a -z"


async def test_an_exit_signal_from_a_stranger_is_only_a_message(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"))
    stranger = system.spawn(Script)
    actor_of(stranger).link(top)
    stranger.kill()
    top.exit(LOST)
    await settle(system)
    assert await states(top) == {"a": "running"}
    assert ward.news() == "+a"


# Restarting.


@pytest.mark.parametrize("reason", [NORMAL, SHUTDOWN, Shutdown("moved"), LOST])
@pytest.mark.parametrize("restart", Restart)
async def test_a_child_comes_back_as_its_restart_type_says(
    system: System, ward: Ward, restart: Restart, reason: ExitReason
) -> None:
    top = await supervise(system, [ward.spec("a", restart=restart)])
    await end(system, "top/a", reason)
    comes_back = restart is Restart.PERMANENT or (restart is Restart.TRANSIENT and reason == LOST)
    expected = {"a": "running"} if comes_back else {"a": "stopped"}
    assert await states(top) == ({} if restart is Restart.TEMPORARY else expected)
    assert ward.starts["a"] == (2 if comes_back else 1)


@pytest.mark.parametrize(
    ("strategy", "news"),
    [
        (ONE, "-b +b"),
        (REST, "-b -d -c +b +c +d"),
        (ALL, "-b -d -c -a +a +b +c +d"),
    ],
)
async def test_the_strategy_says_who_goes_down_with_a_child_and_comes_back(
    system: System, ward: Ward, strategy: Strategy, news: str
) -> None:
    top = await supervise(system, ward.specs("abcd"), strategy)
    ward.news()
    await end(system, "top/b")
    assert ward.news() == news
    assert supervisor_behind(top).intensity_label() == "1/3 in 5 s"
    assert set((await states(top)).values()) == {"running"}


@pytest.mark.parametrize("strategy", [ALL, REST])
async def test_a_temporary_bystander_goes_and_is_forgotten(
    system: System, ward: Ward, strategy: Strategy
) -> None:
    specs = [ward.spec("a"), ward.spec("t", restart=Restart.TEMPORARY), ward.spec("b")]
    top = await supervise(system, specs, strategy)
    ward.news()
    await end(system, "top/a")
    assert ward.news() == "-a -b -t +a +b"
    assert await states(top) == {"a": "running", "b": "running"}


@pytest.mark.parametrize("strategy", [ALL, REST])
async def test_what_an_administrator_stopped_a_neighbours_crash_does_not_bring_back(
    system: System, ward: Ward, strategy: Strategy
) -> None:
    ward.ignoring.add("i")
    top = await supervise(system, ward.specs("abi"), strategy)
    await top.call(TerminateChild("b"))
    await end(system, "top/a")
    assert await states(top) == {"a": "running", "b": "stopped", "i": "ignored"}


async def test_two_that_crash_at_once_are_one_restart_of_all(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("abc"), ALL, intensity=1)
    ward.news()
    for name in "ab":
        system.cast(f"top/{name}", Tell(raising))
    await settle(system)
    assert ward.news() == "-a -b -c +a +b +c"
    assert supervisor_behind(top).intensity_label() == "1/1 in 5 s"


async def test_a_child_that_crashes_at_once_after_its_restart_is_restarted_again(
    system: System, ward: Ward
) -> None:
    await supervise(system, ward.specs("a"), intensity=1_000)
    with capture_logs():
        for number in range(1_000):
            child = system.lookup("top/a")
            assert ward.starts["a"] == number + 1
            child.cast(Tell(raising))
            await child.join()
            await until(lambda: system.whereis("top/a") is not None)


async def test_a_child_that_dies_between_its_start_and_its_watch_is_restarted(
    system: System, ward: Ward, flavour: Flavour
) -> None:
    lives: list[int] = []

    def die_in_the_first(script: Script) -> None:
        lives.append(1)
        if len(lives) == 1:
            script.ref.cast(Tell(raising))

    child = ChildSpec(id="a", start=partial(flavour.script, on_init=die_in_the_first))
    top = await supervise(system, [child])
    await settle(system)
    assert len(lives) == 2
    assert await states(top) == {"a": "running"}


async def test_more_restarts_than_the_intensity_end_the_supervisor(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, ward.specs("ab"), intensity=2, period_s=5)
    for _ in range(2):
        await end(system, "top/b")
        await clock.advance(1.0, system=system)
    ward.news()
    with capture_logs() as logs:
        await end(system, "top/b")
    assert ward.news() == "-b -a"
    assert top.exit_reason == SHUTDOWN
    gave_up = next(entry for entry in logs if entry["event"] == "supervisor.gave_up")
    assert (gave_up["child"], gave_up["reason"], gave_up["intensity"]) == (
        "b",
        "lost",
        "3/2 in 5 s",
    )


async def test_restarts_older_than_the_period_are_forgiven(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, ward.specs("a"), intensity=1, period_s=5)
    for _ in range(5):
        await end(system, "top/a")
        assert top.alive
        await clock.advance(6.0, system=system)


async def test_intensity_zero_permits_no_restart(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"), intensity=0)
    await end(system, "top/a")
    assert top.exit_reason == SHUTDOWN


@pytest.mark.parametrize("strategy", Strategy)
async def test_a_supervisor_that_gave_up_is_restarted_by_its_own(
    system: System, ward: Ward, strategy: Strategy
) -> None:
    inner = ChildSpec(
        id="inner", start=partial(Supervisor, ward.specs("ab"), strategy=strategy, intensity=0)
    )
    top = await supervise(system, [ward.spec("z"), inner])
    ward.news()
    before = system.lookup("top/inner")
    await end(system, "top/inner/a")
    after = system.lookup("top/inner")
    assert after is not before
    assert before.exit_reason == SHUTDOWN
    assert ward.news() == "-a -b +a +b"
    assert after.snapshot().restarts == 1
    assert await states(top) == {"z": "running", "inner": "running"}


async def test_a_killed_subtree_rises_again_though_its_children_still_tidy_up(
    system: System,
) -> None:
    async def slow(script: Script) -> None:
        for _ in range(10):
            await turns()

    tidy = partial(ASYNC.trapper, on_terminate=lambda script, _: slow(script))
    inner = ChildSpec(id="inner", start=partial(Supervisor, [ChildSpec(id="a", start=tidy)]))
    top = await supervise(system, [inner])
    for _ in range(3):
        system.lookup("top/inner").kill()
        await settle(system)
        assert (await states(top))["inner"] == "running"
        assert await system.call("top/inner/a", Echo(1)) == 1
    assert supervisor_behind(top).intensity_label() == "3/3 in 5 s"


async def test_a_failed_restart_is_tried_again_and_counts_again(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("ab"), intensity=4)
    ward.refusals["a"] = 2
    ward.news()
    await end(system, "top/a")
    assert ward.news() == "-a !a !a +a"
    assert supervisor_behind(top).intensity_label() == "3/4 in 5 s"
    records = [(record.attempt, record.reason) for record in system.telemetry.history()]
    assert records == [
        (3, "start failed (StartRefused: a)"),
        (2, "start failed (StartRefused: a)"),
        (1, "lost"),
    ]


async def test_failed_restarts_spend_the_intensity(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("ab"), intensity=3)
    ward.refusals["a"] = 10
    ward.news()
    await end(system, "top/a")
    assert ward.news() == "-a !a !a !a -b"
    assert top.exit_reason == SHUTDOWN


async def test_a_supervisor_in_an_endless_restart_still_answers_and_stops(
    system: System, ward: Ward
) -> None:
    ward.refusals["a"] = 0
    top = await supervise(system, ward.specs("ab"), intensity=10_000_000)
    ward.refusals["a"] = 10_000_000
    with capture_logs():
        system.cast("top/a", Tell(lambda script: script.stop(LOST)))
        await until(lambda: "!a" in ward.log)
        assert await states(top) == {"a": "restarting", "b": "running"}
        assert await top.call(CountChildren()) == ChildCounts(2, 1, 0, 2)
        assert await top.call(RestartChild("a")) == ChildRefused("restarting", "a")
        assert await top.call(DeleteChild("a")) == ChildRefused("restarting", "a")
        assert await top.call(StartChild(ward.spec("a"))) == ChildRefused("already_present", "a")
        await top.stop()
    assert ward.log[-1] == "-b"


async def test_a_restarting_child_can_be_terminated(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"), intensity=10_000_000)
    ward.refusals["a"] = 10_000_000
    with capture_logs():
        system.cast("top/a", Tell(lambda script: script.stop(LOST)))
        await until(lambda: "!a" in ward.log)
        assert await top.call(TerminateChild("a")) == Terminated()
        await settle(system)
    assert await states(top) == {"a": "stopped"}
    ward.refusals.clear()
    assert isinstance(await top.call(RestartChild("a")), Started)


@pytest.mark.parametrize(
    ("strategy", "news"),
    [(REST, "-b -c +b !c +c"), (ALL, "-b -c -a +a +b !c -b -a +a +b +c")],
)
async def test_a_sibling_that_does_not_start_is_the_one_to_retry(
    system: System, ward: Ward, strategy: Strategy, news: str
) -> None:
    top = await supervise(system, ward.specs("abc"), strategy)
    ward.refusals["c"] = 1
    ward.news()
    await end(system, "top/b")
    assert ward.news() == news
    assert supervisor_behind(top).intensity_label() == "2/3 in 5 s"
    assert set((await states(top)).values()) == {"running"}


async def test_those_that_wait_for_a_terminated_child_are_started_without_it(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("abcd"), REST, intensity=10_000_000)
    ward.refusals["b"] = 10_000_000
    with capture_logs():
        system.cast("top/a", Tell(lambda script: script.stop(LOST)))
        await until(lambda: "!b" in ward.log)
        assert await states(top) == {
            "a": "running",
            "b": "restarting",
            "c": "restarting",
            "d": "restarting",
        }
        await top.call(TerminateChild("d"))
        await top.call(TerminateChild("b"))
        await settle(system)
    assert await states(top) == {"a": "running", "b": "stopped", "c": "running", "d": "stopped"}


async def test_a_terminated_retry_with_nobody_behind_it_wakes_nobody(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("ab"), REST, intensity=10_000_000)
    ward.refusals["b"] = 10_000_000
    with capture_logs():
        system.cast("top/b", Tell(lambda script: script.stop(LOST)))
        await until(lambda: "!b" in ward.log)
        await top.call(TerminateChild("b"))
        await settle(system)
    assert await states(top) == {"a": "running", "b": "stopped"}


async def test_a_child_that_ignores_its_restart_stays_down(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"))
    ward.ignoring.add("a")
    await end(system, "top/a")
    assert await states(top) == {"a": "ignored"}


async def test_a_restart_is_recorded_with_its_reason_and_how_long_it_took(
    system: System, ward: Ward
) -> None:
    await supervise(system, ward.specs("ab"), ALL)
    await end(system, "top/b", Failed("link_lost", "peer closed"))
    records = [(record.path, record.reason) for record in reversed(system.telemetry.history())]
    assert records == [
        ("top/a", "restarted with b (link_lost: peer closed)"),
        ("top/b", "link_lost: peer closed"),
    ]
    assert all(record.recovered_after_s == 0.0 for record in system.telemetry.history())
    seen = system.lookup("top/b").snapshot()
    assert (seen.restarts, seen.last_exit) == (1, "link_lost: peer closed")


# Back-off.

BACKOFF = Backoff(initial_s=1.0, factor=2.0, maximum_s=5.0, jitter=0.0, healthy_after_s=60.0)


async def test_a_child_with_backoff_returns_ever_slower_and_spends_no_intensity(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [ward.spec("a", backoff=BACKOFF)], intensity=0)
    waits: list[float] = []
    for _ in range(6):
        died_s = clock.monotonic()
        await end(system, "top/a")
        while system.whereis("top/a") is None:
            assert await states(top) == {"a": "restarting"}
            await clock.advance(0.5, system=system)
        waits.append(clock.monotonic() - died_s)
    assert waits == [0.0, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert supervisor_behind(top).intensity_label() == "0/0 in 5 s"
    assert [record.attempt for record in system.telemetry.history()] == [6, 5, 4, 3, 2, 1]


async def test_a_healthy_life_forgets_the_past(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    await supervise(system, [ward.spec("a", backoff=BACKOFF)])
    for _ in range(3):
        await end(system, "top/a")
        await clock.advance(10.0, system=system)
    await clock.advance(60.0, system=system)
    await end(system, "top/a")
    assert system.whereis("top/a") is not None


async def test_a_child_with_backoff_that_fails_to_start_waits_too(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    await supervise(system, [ward.spec("a", backoff=BACKOFF)], intensity=0)
    ward.refusals["a"] = 3
    await end(system, "top/a")
    assert system.whereis("top/a") is None
    await clock.advance(1.0 + 2.0 + 3.9, system=system)
    assert system.whereis("top/a") is None
    await clock.advance(0.1, system=system)
    assert system.whereis("top/a") is not None


async def test_a_child_in_backoff_is_shown_in_the_tree(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [*ward.specs("z"), ward.spec("a", backoff=BACKOFF)])
    await top.call(TerminateChild("z"))
    await end(system, "top/a")
    await end(system, "top/a")
    tree = system.tree(top)
    assert (tree.actor.strategy, tree.actor.intensity) == ("one_for_one", "0/3 in 5 s")
    stopped, absent = (node.actor for node in tree.children)
    assert (stopped.path, stopped.state) == ("top/z", "stopped")
    assert (absent.path, absent.state, absent.last_exit) == ("top/a", "backing_off", "lost")
    await clock.advance(1.0, system=system)
    assert [node.actor.state for node in system.tree(top).children] == ["stopped", "idle"]


async def test_siblings_wait_with_a_child_in_backoff(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [ward.spec("a", backoff=BACKOFF), ward.spec("b")], REST)
    await end(system, "top/a")
    ward.news()
    await end(system, "top/a")
    assert ward.news() == "-a -b"
    assert await states(top) == {"a": "restarting", "b": "restarting"}
    await clock.advance(1.0, system=system)
    assert ward.news() == "+a +b"


async def test_a_crash_next_door_brings_a_child_in_backoff_back_early_and_once(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    await supervise(system, [ward.spec("a"), ward.spec("b", backoff=BACKOFF)], REST)
    await end(system, "top/b")
    await end(system, "top/b")
    ward.news()
    await end(system, "top/a")
    assert ward.news() == "-a +a +b"
    await clock.advance(10.0, system=system)
    assert ward.news() == ""


async def test_a_stopped_supervisor_leaves_no_backoff_timer(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [ward.spec("a", backoff=BACKOFF)])
    await end(system, "top/a")
    await end(system, "top/a")
    assert clock.pending == 1
    await top.stop()
    assert clock.pending == 0


async def test_a_note_of_an_earlier_attempt_restarts_nobody(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [ward.spec("a", backoff=BACKOFF)])
    await end(system, "top/a")
    await end(system, "top/a")
    top.suspend()
    await clock.advance(1.0, system=system)  # the note now waits in the mailbox
    terminated = in_background(top.call(TerminateChild("a")))
    await settle(system)
    top.resume()
    await terminated
    await top.call(RestartChild("a"))
    ward.news()
    await end(system, "top/a")
    await end(system, "top/a")
    assert ward.news() == "-a +a -a"


# Requests.


async def test_a_child_is_added_terminated_restarted_and_deleted(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("a"))
    added = await top.call(StartChild(ward.spec("b")))
    assert isinstance(added, Started)
    assert system.lookup("top/b") is added.ref
    assert await top.call(StartChild(ward.spec("b"))) == ChildRefused("already_started", "b")
    assert await top.call(RestartChild("b")) == ChildRefused("running", "b")
    assert await top.call(DeleteChild("b")) == ChildRefused("running", "b")
    assert await top.call(TerminateChild("b")) == Terminated()
    assert await top.call(TerminateChild("b")) == Terminated()
    assert await states(top) == {"a": "running", "b": "stopped"}
    assert await top.call(StartChild(ward.spec("b"))) == ChildRefused("already_present", "b")
    assert isinstance(await top.call(RestartChild("b")), Started)
    await top.call(TerminateChild("b"))
    assert await top.call(DeleteChild("b")) == Deleted()
    assert await states(top) == {"a": "running"}
    assert system.telemetry.history() == ()


@pytest.mark.parametrize("request_type", [TerminateChild, RestartChild, DeleteChild])
async def test_requests_for_children_that_do_not_exist_are_refused(
    system: System, request_type: type[TerminateChild | RestartChild | DeleteChild]
) -> None:
    top = await supervise(system, [])
    assert await top.call(request_type("x")) == ChildRefused("not_found", "x")


async def test_a_temporary_childs_spec_is_forgotten_when_it_is_terminated(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("a", restart=Restart.TEMPORARY))
    assert await top.call(TerminateChild("a")) == Terminated()
    assert await states(top) == {}


async def test_an_added_child_that_does_not_start_is_not_kept(system: System, ward: Ward) -> None:
    top = await supervise(system, [])
    ward.refusals["a"] = 1
    failed = await top.call(StartChild(ward.spec("a")))
    assert isinstance(failed, ChildFailed)
    assert str(failed.reason) == "StartRefused: a"
    assert await states(top) == {}
    ward.ignoring.add("b")
    assert await top.call(StartChild(ward.spec("b"))) == Ignored()
    assert await states(top) == {"b": "ignored"}
    assert await top.call(StartChild(ward.spec("b", restart=Restart.TEMPORARY))) == ChildRefused(
        "already_present", "b"
    )


async def test_a_child_whose_name_another_holds_does_not_start(
    system: System, ward: Ward, flavour: Flavour
) -> None:
    top = await supervise(system, [])
    system.spawn(flavour.script, name="top/a")
    failed = await top.call(StartChild(ward.spec("a")))
    assert isinstance(failed, ChildFailed)
    assert str(failed.reason) == "AlreadyStarted: top/a is already started"


async def test_children_are_listed_and_counted(system: System, ward: Ward) -> None:
    ward.ignoring.add("i")
    inner = ChildSpec(id="inner", start=partial(Supervisor, ward.specs("x")))
    top = await supervise(system, [ward.spec("a"), inner, ward.spec("i")])
    rows = await top.call(WhichChildren())
    assert [(row.id, row.state, row.kind) for row in rows] == [
        ("a", "running", "worker"),
        ("inner", "running", "supervisor"),
        ("i", "ignored", "worker"),
    ]
    assert rows[0].ref is system.lookup("top/a")
    assert rows[1].behaviour == "supervisors.supervisor.Supervisor"
    assert await top.call(CountChildren()) == ChildCounts(3, 2, 1, 2)


async def test_a_supervisor_lives_on_when_it_is_told_nonsense(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"))
    with pytest.raises(Exception, match="does not understand Nonsense"):
        await top.call(Nonsense())
    top.send("gossip")
    await settle(system)
    assert top.snapshot().unhandled == 2
    assert await states(top) == {"a": "running"}


async def test_a_supervisor_busy_with_a_start_keeps_its_callers_waiting(
    system: System, clock: VirtualClock, flavour: Flavour
) -> None:
    top = await supervise(system, [])
    gate = asyncio.Event()
    slow = ChildSpec(id="slow", start=partial(flavour.script, on_init=lambda _: gate.wait()))
    start = in_background(top.call(StartChild(slow), timeout_s=60.0))
    await settle(system)
    count = in_background(top.call(CountChildren()))
    await clock.advance(5.0, system=system)
    with pytest.raises(CallTimeout):
        await count
    gate.set()
    assert isinstance(await start, Started)
