"""Sessions, state words, lock-out, limits, draining, and a pool's own death."""

from collections.abc import Callable

import pytest

from actors.epp import (
    Drain,
    Health,
    LogOut,
    Pause,
    Recycle,
    Unpause,
    Unreachable,
)
from protocols.epp import AuthenticationFailed, Completed, InfoDomain
from runtime import CallError, CountChildren, Unhandled
from tests.support.epp_bench import CREATE, Bench, PacedBench, one_turn
from tests.support.registry_peer import (
    RegistryPeer,
    answer,
    answer_and_close,
    hang_up,
    response,
    silence,
    verbs,
)

Make = Callable[..., Bench]
MakePaced = Callable[..., PacedBench]


async def test_all_sessions_are_established_and_the_state_is_up(
    bench: Make, peer: RegistryPeer
) -> None:
    health = await bench(sessions=4).up()
    assert (health.sessions.ready, health.sessions.busy) == (4, 0)
    assert (health.sessions.wanted, health.sessions.allowed) == (4, 4)
    assert health.why is None
    assert len(peer.commands("login")) == 4


async def test_the_first_session_logs_in_alone(bench: Make, peer: RegistryPeer) -> None:
    peer.on("login", silence, answer(1000))
    table = bench(sessions=3)
    await table.start()
    heard = await peer.hears("login")
    health = await table.health()
    assert (health.state, health.why) == ("starting", "logging in")
    assert len(peer.sessions) == 1
    heard.session.send(response(1000, heard.cltrid))
    await table.shows(lambda health: health.state == "up")
    assert len(peer.sessions) == 3


@pytest.mark.parametrize("code", [2200, 2501])
async def test_a_refused_login_locks_the_account_out_after_one_attempt(
    paced: MakePaced, peer: RegistryPeer, code: int
) -> None:
    peer.on("login", answer_and_close(code))
    table = paced(sessions=3)
    await table.start()
    health = await table.shows(lambda health: health.state == "locked_out")
    assert f"login as registrar refused ({code} as scripted)" in str(health.why)
    await table.pass_time(7_200.0)
    assert len(peer.commands("login")) == 1
    assert isinstance(await table.execute(), Unreachable)
    assert (await table.pool.call(Health())).sessions.ready == 0


async def test_commands_that_wait_when_the_account_is_locked_out_are_told_at_once(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.on("login", silence)
    table = bench()
    await table.start()
    heard = await peer.hears("login")
    query, transform = table.order(), table.order(CREATE)
    await table.shows(lambda health: health.queue == 2)
    heard.session.send(response(2200, heard.cltrid))
    for waiting in (query, transform):
        outcome = await waiting
        assert isinstance(outcome, Unreachable)
        assert "login as registrar refused" in outcome.why
    assert not await table.unknowns()
    assert await table.states() == ["settled"]


async def test_a_lock_out_lets_busy_sessions_finish_and_logs_them_out(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    peer.on("create", silence)
    waiting = table.order(CREATE)
    heard = await peer.hears("create")
    peer.on("login", answer(2200))
    next(each for each in peer.sessions if each is not heard.session).cut()
    await table.shows(lambda health: health.state == "locked_out")
    heard.session.send(response(1000, heard.cltrid))
    assert isinstance(await waiting, Completed)
    await peer.hears("logout")
    health = await table.shows(lambda health: health.sessions.ready == 0)
    assert health.state == "locked_out"
    assert len(peer.commands("login")) == 3


async def test_a_connection_that_is_restarted_during_a_lock_out_does_not_log_in(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.on("login", answer(2200))
    table = bench()
    await table.start()
    await table.shows(lambda health: health.connections[0].state == "draining")
    table.connection().kill()
    await table.shows(
        lambda health: health.connections[0].restarts and health.connections[0].state == "draining"
    )
    assert len(peer.commands("login")) == 1


async def test_unpause_after_a_lock_out_tries_once_more(bench: Make, peer: RegistryPeer) -> None:
    peer.on("login", answer(2200), answer(2200), answer(1000))
    table = bench(sessions=3)
    await table.start()
    await table.shows(lambda health: health.state == "locked_out")
    table.pool.cast(Unpause())
    await peer.hears("login", times=2)
    await table.shows(lambda health: health.state == "locked_out")
    table.pool.cast(Unpause())
    health = await table.shows(lambda health: health.state == "up")
    assert health.sessions.ready == 3
    assert len(peer.commands("login")) == 5


async def test_2200_in_answer_to_a_command_is_that_command_s_affair(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("info", answer(2200))
    assert isinstance(await table.execute(InfoDomain("example.com")), AuthenticationFailed)
    assert (await table.health()).state == "up"
    assert not peer.commands("logout")


async def test_2501_in_the_middle_of_a_session_locks_the_account_out(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    peer.on("info", answer_and_close(2501))
    assert isinstance(await table.execute(InfoDomain("example.com")), AuthenticationFailed)
    await table.shows(lambda health: health.state == "locked_out" and not health.sessions.ready)
    assert len(peer.commands("login")) == 2


async def test_sessions_that_are_refused_lower_what_is_wanted(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    peer.on("login", answer(1000), answer(1000), answer_and_close(2502))
    table = paced(sessions=3)
    await table.start()
    health = await table.shows(lambda health: health.sessions.wanted == 2)
    assert (health.state, health.sessions.ready, health.sessions.allowed) == ("degraded", 2, 3)
    assert health.why == "1 of 3 sessions missing: 2502 as scripted; next attempt in 60 s"
    assert isinstance(await table.execute(), Completed)


async def test_a_refused_session_is_tried_again_after_waits_that_double(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    peer.on("login", answer_and_close(2502))
    table = paced(limit_backoff_s=60.0)
    await table.start()
    for number, wait_s in enumerate((60.0, 120.0, 240.0, 480.0, 960.0, 1_800.0, 1_800.0), 1):
        await peer.hears("login", times=number)
        health = await table.shows(lambda health: health.connections[0].retry_in_s)
        assert health.connections[0].retry_in_s == wait_s
        await table.pass_time(wait_s - 0.1)
        assert len(peer.commands("login")) == number
        await table.pass_time(0.1)
    peer.script.clear()
    health = await table.shows(lambda health: health.connections[0].retry_in_s)
    await table.pass_time(1_800.0)
    health = await table.shows(lambda health: health.state == "up")
    assert health.sessions.wanted == 1
    assert health.connections[0].restarts == 0


async def test_2502_in_the_middle_of_a_session_makes_the_slot_wait(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced(sessions=2)
    await table.up()
    peer.on("check", answer_and_close(2502), answer(1000))
    assert isinstance(await table.execute(), Completed)
    health = await table.shows(lambda health: health.sessions.wanted == 1)
    assert health.state == "degraded"
    assert [row.retry_in_s for row in health.connections if row.retry_in_s] == [60.0]
    await table.pass_time(60.0)
    await table.shows(lambda health: health.state == "up")


async def test_a_registry_that_is_away_for_a_minute_is_down_and_comes_back_by_itself(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced(sessions=3)
    await table.up()
    await peer.stop()
    health = await table.shows(
        lambda health: [row.state for row in health.connections] == ["backing_off"] * 3
    )
    for _ in range(60):
        await table.pass_time(1.0)
        health = await table.health()
        assert health.state == "down"
        assert "3 of 3 sessions missing" in str(health.why)
    supervisor = table.system.lookup("epp/v/connections")
    assert supervisor.snapshot().intensity == "0/3 in 5 s"
    assert table.system.lookup("epp/v").snapshot().intensity == "0/3 in 5 s"
    await peer.come_back()
    await table.pass_time(36.0)
    health = await table.shows(lambda health: health.state == "up")
    assert health.reconnects == 3


async def test_the_state_is_said_once_however_often_it_is_tried(
    paced: MakePaced, peer: RegistryPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    await peer.stop()
    table = paced()
    await table.start()
    for _ in range(20):
        await table.pass_time(2.0)
    assert capsys.readouterr().out.count("registry.changed_state") == 1


async def test_connections_that_die_again_and_again_spend_no_restart_budget(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("check", hang_up)
    for _ in range(4):
        waiting = table.order(deadline_s=1_000.0)
        while not waiting.done():
            await table.pass_time(1.0)
            await one_turn()
        outcome = await waiting
        assert isinstance(outcome, Unreachable)
    assert table.system.lookup("epp/v/connections").snapshot().intensity == "0/3 in 5 s"
    health = await table.health()
    assert health.connections[0].restarts >= 16


async def test_paused_it_takes_no_commands_and_keeps_its_sessions(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    table.pool.cast(Pause())
    refused = await table.execute()
    assert isinstance(refused, Unreachable)
    assert refused.why == "paused by an administrator"
    health = await table.health()
    assert (health.state, health.sessions.ready) == ("paused", 2)
    assert "Unpause" in str(health.why)
    table.pool.cast(Unpause())
    assert isinstance(await table.execute(), Completed)
    assert len(peer.commands("login")) == 2


# Draining.


async def test_a_drain_finishes_what_is_in_hand_and_refuses_what_is_new(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("check", silence)
    busy, waiting = table.order(), table.order()
    heard = await peer.hears("check")
    drain = table.system.loop.create_task(table.pool.call(Drain(30.0)))
    health = await table.shows(lambda health: health.state == "draining")
    assert "stopping" in str(health.why)
    refused = await table.execute()
    assert isinstance(refused, Unreachable)
    peer.script.clear()
    heard.session.send(response(1000, heard.cltrid))
    assert isinstance(await busy, Completed)
    assert isinstance(await waiting, Completed)
    assert await drain is True
    assert verbs(peer.heard) == ["login", "check", "check", "logout"]


async def test_a_drain_waits_no_longer_than_it_may(paced: MakePaced, peer: RegistryPeer) -> None:
    table = paced()
    await table.up()
    peer.on("check", silence)
    waiting = table.order(deadline_s=100.0)
    await peer.hears("check")
    drain = table.system.loop.create_task(table.pool.call(Drain(3.0)))
    await table.pass_time(2.9)
    assert not drain.done()
    await table.pass_time(0.2)
    assert await drain is False
    assert not waiting.done()
    waiting.cancel()


async def test_a_second_drain_is_answered_with_the_first(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    peer.on("check", silence)
    waiting = table.order()
    heard = await peer.hears("check")
    drains = [table.system.loop.create_task(table.pool.call(Drain(30.0))) for _ in range(2)]
    await table.shows(lambda health: health.state == "draining")
    assert not any(drain.done() for drain in drains)
    heard.session.send(response(1000, heard.cltrid))
    assert isinstance(await waiting, Completed)
    assert [await drain for drain in drains] == [True, True]


async def test_a_command_that_meets_a_logout_is_done_by_another_session(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    table.connection(1).cast(Recycle("now"))
    outcomes = [table.order() for _ in range(4)]
    for outcome in outcomes:
        assert isinstance(await outcome, Completed)
    await table.shows(lambda health: health.state == "up" and health.reconnects == 1)


async def test_a_transform_that_meets_a_logout_is_sent_once_under_its_own_name(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("logout", silence)
    table.connection().cast(LogOut("to be in the way"))
    waiting = table.order(CREATE)
    logout = await peer.hears("logout")
    await table.shows(lambda health: health.queue == 1)
    logout.session.cut()
    table.pool.cast(Unpause())
    table.connection().kill()
    outcome = await waiting
    assert isinstance(outcome, Completed)
    [create] = peer.commands("create")
    assert list(table.database.rows) == [create.cltrid]
    assert await table.states() == ["settled"]


async def test_a_connection_restarted_after_the_drain_stays_out(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    assert await table.pool.call(Drain(5.0)) is True
    table.connection().kill()
    await table.shows(
        lambda health: health.connections[0].restarts and health.connections[0].state == "draining"
    )
    assert len(peer.commands("login")) == 1


# The pool's own death.


async def test_a_pool_that_crashes_adopts_the_sessions(bench: Make, peer: RegistryPeer) -> None:
    table = bench(sessions=3)
    await table.up()
    await table.execute()
    table.pool.kill()
    health = await table.shows(lambda health: health.state == "up")
    assert len(peer.commands("login")) == 3
    assert health.reconnects == 0
    assert sum(row.commands for row in health.connections) == 1
    assert isinstance(await table.execute(), Completed)


async def test_an_adopted_session_with_a_command_outstanding_is_used_when_that_is_answered(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("check", silence)
    lost = table.order()
    heard = await peer.hears("check")
    table.pool.kill()
    with pytest.raises(CallError):
        await lost
    health = await table.shows(lambda health: health.sessions.ready == 1)
    peer.script.clear()
    waiting = table.order()
    await table.shows(lambda health: health.queue == 1)
    heard.session.send(response(1000, heard.cltrid))
    assert isinstance(await waiting, Completed)
    assert health.state == "up"


async def test_a_transform_outstanding_when_the_pool_dies_is_unknown_and_settled_by_its_answer(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("create", silence)
    lost = table.order(CREATE)
    heard = await peer.hears("create")
    table.pool.kill()
    with pytest.raises(CallError):
        await lost
    await table.shows(lambda health: health.unknowns == 1)
    [unknown] = await table.unknowns()
    assert unknown.cltrid == heard.cltrid
    assert unknown.reason == "the pool was restarted before the answer"
    heard.session.send(response(1000, heard.cltrid))
    await table.shows(lambda health: health.unknowns == 0)
    assert await table.states() == ["settled"]


async def test_a_pool_adopts_a_connection_that_is_waiting(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    peer.on("login", answer_and_close(2502))
    table = paced()
    await table.start()
    await table.shows(lambda health: health.connections[0].retry_in_s)
    await table.pass_time(20.0)
    table.pool.kill()
    health = await table.shows(lambda health: health.connections and "2502" in str(health.why))
    assert health.connections[0].retry_in_s == pytest.approx(40.0)
    assert len(peer.commands("login")) == 1


async def test_a_new_pool_knows_how_often_its_connections_were_restarted_and_why(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.living[0].cut()
    before = await table.shows(
        lambda health: health.state == "up" and health.connections[0].restarts
    )
    table.pool.kill()
    after = await table.shows(lambda health: health.state == "up")
    [old], [new] = before.connections, after.connections
    assert (new.restarts, new.last_exit) == (old.restarts, old.last_exit)
    assert (new.restarts, new.last_exit is None) == (1, False)


async def test_the_ledger_s_death_restarts_the_pool_and_keeps_the_sessions(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    pool = table.pool
    table.system.lookup("epp/v/ledger").kill()
    await pool.join()
    await table.shows(lambda health: health.state == "up")
    assert len(peer.commands("login")) == 1
    assert isinstance(await table.execute(CREATE), Completed)


async def test_a_request_it_does_not_know_is_refused(bench: Make) -> None:
    table = bench()
    await table.up()
    with pytest.raises(Unhandled):
        await table.pool.call(CountChildren())
    table.pool.cast("what is this")
    table.pool.send("and this")
    await table.health()
    assert table.pool.snapshot().unhandled == 3


async def test_its_facts_are_short(bench: Make) -> None:
    table = bench(sessions=2)
    await table.up()
    facts = dict(table.pool.snapshot().facts)
    assert facts == {"state": "up", "ready": "2", "busy": "0", "wanted": "2", "waiting": "0"}
