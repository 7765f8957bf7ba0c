"""The way of a command: line, sending, answers, deadlines, and the three fates of a transform."""

import asyncio
from collections.abc import Callable

import pytest

from actors.epp import (
    DeadlinePassed,
    Execute,
    InvalidRequest,
    QueueFull,
    Recycle,
    Unknown,
    Unreachable,
)
from protocols.epp import (
    CheckDomains,
    CommandFailed,
    Completed,
    CreateDomain,
    Hello,
    InfoDomain,
    Login,
    Logout,
    ObjectExists,
    PollRequest,
)
from tests.support.epp_bench import CHECK, CREATE, Bench, PacedBench, eventually, one_turn
from tests.support.registry_peer import (
    Heard,
    PeerSession,
    RegistryPeer,
    answer,
    answer_and_close,
    hang_up,
    response,
    silence,
)

Make = Callable[..., Bench]
MakePaced = Callable[..., PacedBench]
INFO = InfoDomain("example.com")


async def test_a_query_is_answered(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    outcome = await table.execute()
    assert isinstance(outcome, Completed)
    assert outcome.response.cltrid == peer.commands("check")[0].cltrid
    health = await table.health()
    query = next(times for times in health.times if times.command_class == "query")
    assert query.count == 1
    assert query.p99_ms is not None
    assert health.codes == ((1000, 2),)
    row = health.connections[0]
    assert (row.commands, row.last_code, row.last_cltrid) == (1, 1000, outcome.response.cltrid)


async def test_commands_go_out_on_every_session_at_once(bench: Make, peer: RegistryPeer) -> None:
    table = bench(sessions=3)
    await table.up()
    peer.on("check", silence)
    waiting = [table.order() for _ in range(4)]
    await peer.hears("check", times=3)
    health = await table.shows(lambda health: health.queue == 1)
    assert health.sessions.busy == 3
    assert health.oldest_waiter_s is not None
    assert len({heard.session for heard in peer.commands("check")}) == 3
    for heard in peer.commands("check"):
        heard.session.send(response(1000, heard.cltrid))
    heard = await peer.hears("check", times=4)
    heard.session.send(response(1000, heard.cltrid))
    for each in waiting:
        assert isinstance(await each, Completed)


async def test_a_bulk_job_delays_another_origin_by_one_command(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("check", silence, answer(1000))
    bulk = [table.order(CheckDomains((f"bulk{n}.com",)), origin="bulk") for n in range(20)]
    first = await peer.hears("check")
    person = table.order(CheckDomains(("person.com",)), origin="person")
    await table.shows(lambda health: health.queue == 20)
    first.session.send(response(1000, first.cltrid))
    await person
    assert len(peer.commands("check")) <= 4
    await asyncio.gather(*bulk)


async def test_a_line_that_is_full_refuses_one_more(bench: Make, peer: RegistryPeer) -> None:
    table = bench(waiting_limit=2)
    await table.up()
    peer.on("check", silence)
    orders = [table.order() for _ in range(3)]
    await table.shows(lambda health: health.queue == 2)
    assert await table.execute() == QueueFull("v", 2)
    assert await table.execute(CREATE) == QueueFull("v", 2)
    for order in orders:
        order.cancel()


async def test_transforms_on_their_way_to_the_ledger_count_as_waiting(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(waiting_limit=1)
    await table.up()
    table.database.held = asyncio.Event()
    order = table.order(CREATE)
    await one_turn()
    assert await table.execute(CREATE) == QueueFull("v", 1)
    table.database.held.set()
    assert isinstance(await order, Completed)


@pytest.mark.parametrize(
    "command",
    [
        Hello(),
        Logout(),
        Login(client_id="abc", password="secret-1", objects=("urn:x",)),
    ],
)
async def test_the_session_s_own_commands_are_the_pool_s_to_send(
    bench: Make, peer: RegistryPeer, command: Login | Logout | Hello
) -> None:
    table = bench()
    await table.up()
    assert isinstance(await table.execute(command), InvalidRequest)
    assert len(peer.heard) == 1


async def test_a_poll_is_a_command_like_any_other(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    outcome = await table.execute(PollRequest())
    assert isinstance(outcome, Completed)
    assert outcome.response.code == 1300


@pytest.mark.parametrize("command", [CheckDomains(()), CheckDomains(("bell\x07.com",))])
async def test_a_command_that_cannot_be_written_costs_nobody_anything(
    bench: Make, peer: RegistryPeer, command: CheckDomains
) -> None:
    table = bench()
    await table.up()
    assert isinstance(await table.execute(command), InvalidRequest)
    assert isinstance(await table.execute(), Completed)
    health = await table.health()
    assert health.connections[0].restarts == 0
    assert health.sessions.busy == 0


async def test_a_query_in_flight_on_a_killed_connection_succeeds_on_another(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    peer.on("check", silence, answer(1000))
    waiting = table.order()
    heard = await peer.hears("check")
    slot = peer.sessions.index(heard.session) + 1
    table.connection(slot).kill()
    outcome = await waiting
    assert isinstance(outcome, Completed)
    assert outcome.response.cltrid != heard.cltrid
    await table.shows(lambda health: health.state == "up")


async def test_a_query_is_not_sent_for_ever(bench: Make, peer: RegistryPeer) -> None:
    table = bench(sessions=4)
    await table.up()
    peer.on("check", hang_up)
    outcome = await table.execute()
    assert isinstance(outcome, Unreachable)
    assert "link_lost" in outcome.why
    assert len(peer.commands("check")) == 4


async def test_2400_to_a_query_is_tried_again_with_growing_pauses(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("check", answer(2400), answer(2400), answer(2400), answer(1000))
    waiting = table.order()
    for number, pause_s in enumerate((0.2, 0.4, 0.8), start=1):
        await peer.hears("check", times=number)
        await table.shows(lambda health: health.sessions.busy == 0)
        await table.pass_time(pause_s - 0.01)
        assert len(peer.commands("check")) == number
        await table.pass_time(0.01)
    assert isinstance(await waiting, Completed)
    assert len({heard.cltrid for heard in peer.commands("check")}) == 4


async def test_2400_to_a_query_is_told_after_four_attempts(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    peer.on("check", answer(2400))
    assert isinstance(await table.execute(), CommandFailed)
    assert len(peer.commands("check")) == 4
    health = await table.health()
    assert (2400, 4) in health.codes


async def test_2400_to_a_transform_is_told_and_never_tried_again(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("create", answer(2400))
    assert isinstance(await table.execute(CREATE), CommandFailed)
    assert len(peer.commands("create")) == 1
    assert await table.states() == ["settled"]


async def test_2500_to_a_query_sends_it_on_another_session(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    peer.on("check", answer_and_close(2500), answer(1000))
    assert isinstance(await table.execute(), Completed)
    health = await table.shows(lambda health: health.state == "up")
    assert health.connections[0].last_exit == "registry_closed: 2500 as scripted"
    assert len({heard.session for heard in peer.commands("check")}) == 2


async def test_2500_does_not_draw_the_next_command_into_the_closing_session(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("check", answer_and_close(2500), answer(1000))
    check, create = table.order(), table.order(CREATE)
    assert isinstance(await check, Completed)
    assert isinstance(await create, Completed)
    assert not await table.unknowns()


async def test_2500_to_a_transform_leaves_it_unknown(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    peer.on("create", answer_and_close(2500))
    outcome = await table.execute(CREATE)
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "the registry closed (2500 as scripted)"
    await table.shows(lambda health: health.state == "up")
    assert len(peer.commands("create")) == 1


# Transforms.


async def test_a_transform_is_written_down_before_it_is_sent_and_settled_by_its_answer(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    written: list[str] = []

    def look(session: PeerSession, heard: Heard) -> None:
        written.extend(table.database.rows)

    peer.on("create", look)
    order = table.order(CREATE)
    heard = await peer.hears("create")
    assert written == [heard.cltrid]
    assert await table.states() == ["begun"]
    heard.session.send(response(2302, heard.cltrid, text="taken"))
    assert isinstance(await order, ObjectExists)
    await table.health()
    row = table.database.rows[heard.cltrid]
    assert (row["state"], row["code"], row["message"]) == ("settled", 2302, "taken")
    assert (row["command"], row["object_name"]) == ("domain:create", "example.com")
    assert b"secret-of-ours" not in row["frame"]
    assert b"secret-of-ours" in heard.xml


async def test_a_transform_whose_link_is_cut_is_unknown_and_never_repeated(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    peer.on("create", hang_up)
    outcome = await table.execute(CREATE)
    [heard] = peer.commands("create")
    assert outcome == Unknown(
        "v", heard.cltrid, "domain:create", "example.com", "link_lost: closed by the registry"
    )
    health = await table.shows(lambda health: health.state == "up" and health.unknowns)
    assert health.unknowns == 1
    assert health.oldest_unknown_s is not None
    assert await table.states() == ["unknown"]
    assert len(peer.commands("create")) == 1


async def test_a_transform_on_a_killed_connection_is_unknown(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("create", silence)
    order = table.order(CREATE)
    await peer.hears("create")
    table.connection().kill()
    outcome = await order
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "killed"


async def test_a_transform_that_the_registry_never_answers_is_unknown(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("create", silence)
    order = table.order(CREATE, deadline_s=100.0)
    await peer.hears("create")
    await table.pass_time(30.0)
    outcome = await order
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "timed_out: domain:create was not answered in time"


async def test_a_transform_answered_after_the_caller_s_deadline_is_unknown_then_settled(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("create", silence)
    order = table.order(CREATE, deadline_s=5.0)
    heard = await peer.hears("create")
    await table.pass_time(5.1)
    outcome = await order
    assert isinstance(outcome, Unknown)
    assert [each.cltrid for each in await table.unknowns()] == [heard.cltrid]
    heard.session.send(response(1000, heard.cltrid))
    await table.shows(lambda health: health.unknowns == 0)
    assert await table.states() == ["settled"]
    health = await table.health()
    assert (health.sessions.ready, health.sessions.busy) == (1, 0)


async def test_a_transform_answered_late_by_a_cut_is_told_unknown_once(
    paced: MakePaced, peer: RegistryPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    table = paced()
    await table.up()
    peer.on("create", silence)
    order = table.order(CREATE, deadline_s=5.0)
    heard = await peer.hears("create")
    await table.pass_time(5.1)
    await order
    heard.session.cut()
    await table.shows(lambda health: health.reconnects == 1)
    assert capsys.readouterr().out.count("transform.unknown") == 1


async def test_a_transform_whose_caller_was_cancelled_is_carried_out_and_settled(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("create", silence)
    order = table.order(CREATE)
    heard = await peer.hears("create")
    order.cancel()
    heard.session.send(response(1000, heard.cltrid))
    await table.shows(lambda health: health.sessions.busy == 0)
    assert await table.states() == ["settled"]


async def test_a_waiting_query_whose_caller_was_cancelled_is_not_sent(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("check", silence)
    busy = table.order()
    heard = await peer.hears("check")
    forsaken = table.order(INFO)
    await table.shows(lambda health: health.queue == 1)
    forsaken.cancel()
    await one_turn()
    heard.session.send(response(1000, heard.cltrid))
    await busy
    await table.shows(lambda health: health.queue == 0)
    assert not peer.commands("info")


# The ledger's stages.


async def test_while_the_database_is_away_transforms_are_refused_and_queries_go_on(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    table.database.away = True
    outcome = await table.execute(CREATE)
    assert outcome == Unreachable(
        "v", "ledger: database notebook is unreachable: the server is away", 1.0
    )
    assert not peer.commands("create")
    assert isinstance(await table.execute(), Completed)


async def test_an_answer_that_comes_while_the_database_is_away_is_settled_when_it_is_back(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("create", silence)
    order = table.order(CREATE)
    heard = await peer.hears("create")
    table.database.away = True
    heard.session.send(response(1000, heard.cltrid))
    assert isinstance(await order, Completed)
    assert await table.states() == ["begun"]
    table.database.away = False
    await table.pass_time(1.0)
    assert await table.states() == ["settled"]


async def test_a_commit_that_may_have_happened_is_taken_back(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    table.database.lost = True
    assert isinstance(await table.execute(CREATE), Unreachable)
    await table.pass_time(1.0)
    assert await table.states() == ["settled"]
    assert not peer.commands("create")


async def test_a_deadline_that_passes_in_the_ledger_stage_leaves_nothing_unknown(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    table.database.held = asyncio.Event()
    order = table.order(CREATE, deadline_s=2.0)
    await table.pass_time(2.1)
    assert isinstance(await order, DeadlinePassed | Unreachable)
    table.database.held.set()
    table.database.held = None
    await table.pass_time(1.0)
    assert await table.states() == ["settled"]
    assert not peer.commands("create")


async def test_without_a_ledger_transforms_are_refused(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    table.pool.suspend()
    order = table.order(CREATE)
    await one_turn()
    table.system.names.unregister("epp/v/ledger", table.system.lookup("epp/v/ledger"))
    table.pool.resume()
    assert await order == Unreachable("v", "the ledger is not running", 1.0)


# Deadlines.


async def test_a_query_s_deadline_counts_the_time_in_line(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("check", silence)
    busy = table.order(deadline_s=20.0)
    await peer.hears("check")
    query = table.order(INFO, deadline_s=5.0)
    transform = table.order(CREATE, deadline_s=5.0)
    await table.pass_time(5.1)
    assert await query == DeadlinePassed("v", 5.0)
    assert await transform == DeadlinePassed("v", 5.0)
    assert await table.states() == ["settled"]
    assert not busy.done()
    await table.pass_time(15.0)
    assert await busy == DeadlinePassed("v", 20.0)
    health = await table.health()
    assert health.sessions.busy == 1  # until the registry answers, or its time is up


async def test_a_late_answer_to_a_query_frees_the_session(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("check", silence)
    query = table.order(deadline_s=5.0)
    heard = await peer.hears("check")
    await table.pass_time(5.1)
    assert await query == DeadlinePassed("v", 5.0)
    heard.session.send(response(2400, heard.cltrid))
    await table.shows(lambda health: health.sessions.busy == 0)
    peer.script.clear()
    assert isinstance(await table.execute(), Completed)


async def test_without_a_session_a_deadline_says_why_there_is_none(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    peer.on("login", answer_and_close(2502))
    table = paced()
    await table.start()
    await table.shows(lambda health: health.connections[0].retry_in_s)
    order = table.order(deadline_s=5.0)
    await table.pass_time(5.1)
    outcome = await order
    assert isinstance(outcome, Unreachable)
    assert "2502" in outcome.why
    assert outcome.retry_after_s == pytest.approx(55.0, abs=0.2)


async def test_commands_keep_to_the_rate_of_the_registry(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced(sessions=2, commands_per_minute=60)
    await table.up()
    orders = [table.order(deadline_s=100.0) for _ in range(4)]
    await peer.hears("check")
    for number in range(1, 4):
        await table.shows(lambda health: health.sessions.busy == 0)
        assert len(peer.commands("check")) == number
        await table.pass_time(1.0)
        await peer.hears("check", times=number + 1)
    for order in orders:
        assert isinstance(await order, Completed)


async def test_utilisation_is_busy_time_over_session_time(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced(sessions=2, command_timeout_s=500.0)
    await table.up()
    await table.pass_time(10.0)
    assert (await table.health()).utilisation_5s == 0.0
    peer.on("check", silence)
    order = table.order(deadline_s=400.0)
    heard = await peer.hears("check")
    await table.pass_time(20.0)
    health = await table.health()
    assert health.utilisation_5s == pytest.approx(0.5)
    assert health.utilisation_1m == pytest.approx(0.5 * 20 / 30, abs=0.05)
    heard.session.send(response(1000, heard.cltrid))
    await order
    await table.pass_time(5.0)
    assert (await table.health()).commands_per_s == pytest.approx(0.2)


async def test_the_pool_s_deadline_is_the_caller_s(paced: MakePaced, peer: RegistryPeer) -> None:
    table = paced()
    await table.up()
    peer.on("check", silence)
    asked = table.system.loop.create_task(table.execute(CHECK, deadline_s=3.0))
    await peer.hears("check")
    await table.pass_time(3.1)
    assert await asked == DeadlinePassed("v", 3.0)
    assert Execute(CHECK).deadline_s == 30.0


# Commands that come back.


async def test_a_query_that_meets_a_logout_goes_to_another_session(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    connection = table.connection()
    connection.suspend()
    connection.cast(Recycle("an administrator asked"))
    order = table.order()
    await table.shows(lambda health: health.sessions.busy == 1)
    connection.resume()
    outcome = await order
    assert isinstance(outcome, Completed)
    assert len(peer.commands("login")) == 2
    [check] = peer.commands("check")
    assert check.session is peer.sessions[1]


async def test_a_transform_that_meets_a_logout_keeps_its_name(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    connection = table.connection()
    connection.suspend()
    connection.cast(Recycle("an administrator asked"))
    order = table.order(CREATE)
    await table.shows(lambda health: health.sessions.busy == 1)
    connection.resume()
    assert isinstance(await order, Completed)
    [create] = peer.commands("create")
    assert list(table.database.rows) == [create.cltrid]


async def test_a_transform_given_back_after_its_deadline_is_not_unknown(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    connection = table.connection()
    connection.suspend()
    connection.cast(Recycle("an administrator asked"))
    order = table.order(CREATE, deadline_s=1.0)
    await table.shows(lambda health: health.sessions.busy == 1)
    await table.pass_time(1.1)
    assert isinstance(await order, Unknown)
    connection.resume()
    await table.shows(lambda health: health.unknowns == 0)
    await table.shows(lambda health: health.state == "up")
    assert await table.states() == ["settled"]
    assert not peer.commands("create")


async def test_a_transform_that_cannot_be_written_is_refused(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    command = CreateDomain("bell\x07.com", auth_info="secret-of-ours")
    assert isinstance(await table.execute(command), InvalidRequest)
    assert not table.database.rows


async def test_a_transform_written_down_during_a_lock_out_is_not_sent(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    table.database.held = asyncio.Event()
    order = table.order(CREATE)
    await one_turn()
    peer.on("login", answer(2200))
    peer.sessions[0].cut()

    async def state() -> str:
        return (await table.pool_health()).state

    await eventually(state, lambda seen: seen == "locked_out")
    table.database.held.set()
    outcome = await order
    assert isinstance(outcome, Unreachable)
    assert "login as registrar refused" in outcome.why
    assert not peer.commands("create")


async def test_a_retry_whose_caller_s_time_is_up_is_not_made(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("check", answer(2400))
    order = table.order(deadline_s=0.1)
    await peer.hears("check")
    await table.shows(lambda health: health.sessions.busy == 0)
    await table.pass_time(1.0)
    assert await order == DeadlinePassed("v", 0.1)
    assert len(peer.commands("check")) == 1
