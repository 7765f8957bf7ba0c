from functools import partial

import pytest
from structlog.testing import capture_logs

from runtime import (
    BRUTAL_KILL,
    NORMAL,
    SHUTDOWN,
    ChildCounts,
    ChildRefused,
    ChildSpec,
    CountChildren,
    DeleteChild,
    Down,
    Exited,
    ExitReason,
    Failed,
    Ref,
    Restart,
    RestartChild,
    RestartRecord,
    Shutdown,
    StartChild,
    Started,
    System,
    TerminateChild,
    Terminated,
    WhichChildren,
)
from runtime.testing import Probe, VirtualClock, behind, settle, turns, until
from supervisors import Strategy, Supervisor
from tests.runtime.scripts import ASYNC, Echo, Flavour, Script, Tell, raising
from tests.supervisors.ward import LOST, Ward, end, states, supervise, supervisor_behind

ALL, REST, ONE = Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE, Strategy.ONE_FOR_ONE


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


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


# Restarts as supervisor_SUITE tries them.


async def test_a_child_may_crash_for_ever_if_it_takes_its_time(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, ward.specs("a", shutdown=BRUTAL_KILL), intensity=1, period_s=1)
    for life in range(1, 5):
        assert ward.starts["a"] == life
        await end(system, "top/a")
        await clock.advance(2.1, system=system)
    assert top.alive


@pytest.mark.parametrize("strategy", Strategy)
async def test_whichever_children_crash_the_supervisor_counts_their_restarts_together(
    system: System, ward: Ward, strategy: Strategy
) -> None:
    top = await supervise(system, ward.specs("ab"), strategy, intensity=2, period_s=3_600)
    before = {child.id: child.ref for child in await top.call(WhichChildren())}
    await end(system, "top/a")
    after = {child.id: child.ref for child in await top.call(WhichChildren())}
    assert after["a"] is not before["a"]
    assert (after["b"] is before["b"]) is (strategy is ONE)
    assert await top.call(CountChildren()) == ChildCounts(2, 2, 0, 2)
    await end(system, "top/b")
    assert top.alive
    await end(system, "top/a")
    assert top.exit_reason == SHUTDOWN


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("broken", ["a", "b"])
async def test_a_child_that_never_comes_back_ends_the_supervisor_and_its_siblings(
    system: System, ward: Ward, strategy: Strategy, broken: str
) -> None:
    top = await supervise(system, ward.specs("ab"), strategy, intensity=4, period_s=3_600)
    sibling = system.lookup("top/a" if broken == "b" else "top/b")
    ward.refusals[broken] = 10
    await end(system, f"top/{broken}")
    assert top.exit_reason == SHUTDOWN
    assert not sibling.alive
    assert ward.refusals[broken] == 10 - 4, "four attempts, the fifth is one too many"


@pytest.mark.parametrize("strategy", [ALL, REST])
async def test_a_child_restarted_in_vain_for_another_is_stopped_in_order(
    system: System, ward: Ward, strategy: Strategy
) -> None:
    probe = system.spawn(Probe)
    watcher = behind(probe, Probe)
    top = await supervise(system, ward.specs("ab"), strategy)
    second_lives: list[Ref] = []

    def watch(record: RestartRecord) -> None:
        if record.path == "top/a" and not second_lives:
            second_lives.append(system.lookup("top/a"))
            watcher.monitor(second_lives[0])

    system.telemetry.on_restart(watch)
    ward.refusals["b"] = 1
    await end(system, "top/a")
    downs = [down.reason for down in watcher.seen if isinstance(down, Down)]
    assert downs == ([SHUTDOWN] if strategy is ALL else [])
    assert await states(top) == {"a": "running", "b": "running"}


async def test_children_keep_their_order_whatever_their_names_and_whoever_crashed(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, [ward.spec(name) for name in ("7", "3", "10", "2", "5")], REST)
    assert ward.news() == "+7 +3 +10 +2 +5"
    await end(system, "top/10")
    assert ward.news() == "-10 -5 -2 +10 +2 +5"
    await top.call(StartChild(ward.spec("1")))
    assert list(await states(top)) == ["7", "3", "10", "2", "5", "1"]
    ward.news()
    await top.stop()
    assert ward.news() == "-1 -5 -2 -10 -3 -7"


async def test_a_whole_tree_falls_and_rises(system: System, ward: Ward) -> None:
    lower = [
        ChildSpec(
            id=name,
            start=partial(Supervisor, ward.specs(workers), strategy=ALL, intensity=0),
        )
        for name, workers in (("left", "ab"), ("right", "cd"))
    ]
    middle = ChildSpec(id="middle", start=partial(Supervisor, lower, strategy=ALL, intensity=1))
    top = await supervise(system, [ward.spec("z"), middle])
    before = {ref.path: ref for ref in system.living()}
    ward.news()
    await end(system, "top/middle/left/a")
    assert ward.news() == "-a -b -d -c +a +b +c +d", "left gave up, and right went with it"
    await end(system, "top/middle/right/d")
    assert ward.news() == "-d -c -b -a +a +b +c +d", "middle gave up, and was started afresh"
    after = {ref.path: ref for ref in system.living()}
    assert set(after) == set(before)
    same = {path for path in before if after[path] is before[path]}
    assert same == {"top", "top/z"}
    assert supervisor_behind(top).intensity_label() == "1/3 in 5 s"


async def test_an_exit_signal_of_nobody_it_knows_does_not_spoil_a_supervisor(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("a"))
    child = system.lookup("top/a")
    stranger = system.spawn(Script)
    for source in (stranger, top):
        top.exit(LOST, source=source)
    await settle(system)
    assert system.lookup("top/a") is child
    await end(system, "top/a")
    top.send(Exited(child, "top/a", LOST))  # of an incarnation that is long gone
    await settle(system)
    assert ward.starts["a"] == 2
    assert supervisor_behind(top).intensity_label() == "1/3 in 5 s"


# What a supervisor says.


async def test_a_temporary_child_that_is_lost_is_reported(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("ab", restart=Restart.TEMPORARY))
    with capture_logs() as logs:
        system.lookup("top/a").kill()
        await end(system, "top/b", NORMAL)
    assert await states(top) == {}
    lost = [entry for entry in logs if entry["event"] == "child.lost"]
    assert [(entry["actor"], entry["reason"]) for entry in lost] == [("top/a", "killed")]


async def test_each_failed_attempt_is_reported(system: System, ward: Ward) -> None:
    await supervise(system, ward.specs("a"))
    ward.refusals["a"] = 2
    with capture_logs() as logs:
        await end(system, "top/a")
    failed = [entry for entry in logs if entry["event"] == "child.start_failed"]
    assert [(entry["attempt"], entry["reason"]) for entry in failed] == [
        (1, "StartRefused: a"),
        (2, "StartRefused: a"),
    ]


async def test_a_restart_that_was_ignored_is_no_recovery(system: System, ward: Ward) -> None:
    await supervise(system, ward.specs("a"))
    ward.ignoring.add("a")
    await end(system, "top/a")
    (record,) = system.telemetry.history()
    assert record.recovered_after_s is None
