"""One connection against a scripted registry, seen through its pool's health."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from actors.epp import Connection, Drain, LogOut, Recycle, Registries, RegistryHealth, tls_context
from actors.epp.health import ConnectionHealth
from actors.epp.messages import Declined, LoggedIn, LoggedOut, Perform, Performed
from benchmarks.canned_registry import make_certificate
from protocols.epp import Completed, InfoDomain, TransactionIds
from runtime import ActorExited, Ref, System
from runtime.testing import Probe, VirtualClock, until
from tests.support.epp_bench import CHECK, Bench, PacedBench
from tests.support.registry_peer import (
    GREETING,
    Heard,
    PeerSession,
    RegistryPeer,
    Reply,
    answer,
    answer_and_close,
    foreign,
    framed,
    hang_up,
    octets,
    refusal,
    response,
    silence,
    verbs,
)

Make = Callable[..., Bench]
MakePaced = Callable[..., PacedBench]


def first(health: RegistryHealth) -> ConnectionHealth:
    return health.connections[0]


async def test_it_reads_the_greeting_logs_in_and_rests(bench: Make, peer: RegistryPeer) -> None:
    health = await bench().up()
    login = peer.commands("login")[0]
    assert b"<clID>registrar</clID><pw>secret-1</pw>" in login.xml
    assert b"<objURI>urn:ietf:params:xml:ns:domain-1.0</objURI>" in login.xml
    row = health.connections[0]
    assert (row.state, row.commands, row.restarts) == ("idle", 0, 0)
    assert row.tls is not None
    assert row.tls.startswith("TLSv1.3 ")
    assert row.remote == f"127.0.0.1:{peer.port}"


@pytest.mark.parametrize(
    ("configured", "asked"),
    [
        ((), [b"urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0"]),
        (("urn:ietf:params:xml:ns:rgp-1.0",), []),
    ],
)
async def test_extensions_are_asked_for_when_offered_understood_and_not_deselected(
    bench: Make, peer: RegistryPeer, configured: tuple[str, ...], asked: list[bytes]
) -> None:
    await bench(extensions=configured).up()
    login = peer.commands("login")[0]
    assert re.findall(rb"<extURI>([^<]*)<", login.xml) == asked


async def test_a_certificate_of_a_stranger_is_a_state_that_says_why(
    bench: Make, tmp_path: Path
) -> None:
    folder = tmp_path / "stranger"
    folder.mkdir()
    elsewhere, _ = make_certificate(folder)
    table = bench(tls_ca=elsewhere)
    await table.start()
    health = await table.shows(lambda health: health.connections[0].state == "backing_off")
    assert health.state == "down"
    assert "certificate is not to be trusted" in str(health.why)
    assert "next attempt" in str(health.why)
    assert health.connections[0].restarts == 0


async def test_a_certificate_for_another_name_is_a_state_that_says_why(bench: Make) -> None:
    table = bench(tls_server_name="registry.elsewhere.test")
    await table.start()
    health = await table.shows(lambda health: health.connections[0].state == "backing_off")
    assert "registry.elsewhere.test" in str(health.why)


async def test_a_registry_that_is_away_is_tried_ever_more_slowly(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await peer.stop()
    await table.start()
    waits: list[float] = []
    for _ in range(9):
        health = await table.shows(lambda health: health.connections[0].retry_in_s)
        waits.append(health.connections[0].retry_in_s or 0.0)
        assert "connection refused" in str(health.why)
        await table.pass_time(waits[-1])
    assert waits == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0])
    assert table.connection().snapshot().restarts == 0
    await peer.come_back()
    health = await table.shows(lambda health: health.connections[0].retry_in_s)
    await table.pass_time(30.0)
    await table.shows(lambda health: health.state == "up")


async def test_a_peer_that_does_not_shake_hands_is_given_up(paced: MakePaced) -> None:
    table = paced()
    accepted = asyncio.Event()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set()
        await reader.read()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(deaf, "127.0.0.1", 0)
    table.settings = replace(table.settings, port=server.sockets[0].getsockname()[1])
    table.registries = Registries(table.system, [table.settings])
    await table.start()
    await accepted.wait()
    await table.pass_time(10.0)
    health = await table.health()
    assert health.connections[0].state == "backing_off"
    assert "no connection within its deadline" in str(health.why)
    await table.stop()
    server.close()
    await server.wait_closed()


async def test_a_peer_that_never_greets_is_given_up(paced: MakePaced, peer: RegistryPeer) -> None:
    peer.opening = b""
    table = paced()
    await table.start()
    await table.shows(lambda health: health.connections[0].state == "greeting")
    await table.pass_time(10.0)
    health = await table.health()
    assert health.connections[0].state == "backing_off"
    assert "no greeting within its deadline" in str(health.why)
    await (await peer.accepts()).ended.wait()
    peer.opening = framed(GREETING)
    await table.pass_time(0.2)
    await table.shows(lambda health: health.state == "up")


async def test_a_login_that_is_never_answered_is_given_up(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    peer.on("login", silence, answer(1000))
    table = paced()
    await table.start()
    await peer.hears("login")
    await table.pass_time(30.0)
    health = await table.health()
    assert "no login within its deadline" in str(health.why)
    await table.pass_time(0.2)
    await table.shows(lambda health: health.state == "up")


async def test_a_link_lost_before_login_is_a_state_and_no_crash(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.on("login", hang_up, hang_up, answer(1000))
    table = bench()
    health = await table.up()
    assert len(peer.commands("login")) == 3
    assert health.connections[0].restarts == 0


async def test_a_login_refused_for_another_reason_is_tried_again_later(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.on("login", answer(2400), answer(1000))
    await bench().up()
    assert len(peer.commands("login")) == 2


async def test_a_refusal_in_place_of_the_greeting_is_a_state(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    peer.opening = framed(refusal(2502))
    table = paced()
    await table.start()
    health = await table.shows(lambda health: health.connections[0].retry_in_s)
    assert health.connections[0].retry_in_s == 60.0
    assert "2502" in str(health.why)


async def test_a_greeting_without_any_service_we_know_is_a_state(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.opening = framed(GREETING.replace(b"ns:domain-1.0", b"ns:spoon-1.0"))
    table = bench()
    await table.start()
    health = await table.shows(lambda health: health.connections[0].state == "backing_off")
    assert "no login is possible" in str(health.why)


async def test_an_idle_session_says_hello(paced: MakePaced, peer: RegistryPeer) -> None:
    table = paced(hello_every_s=100.0)
    await table.up()
    await table.pass_time(99.0)
    assert not peer.commands("hello")
    await table.pass_time(1.0)
    await peer.hears("hello")
    await table.shows(lambda health: health.connections[0].state == "idle")
    await table.pass_time(100.0)
    await peer.hears("hello", times=2)
    health = await table.shows(lambda health: health.connections[0].state == "idle")
    session = next(times for times in health.times if times.command_class == "session")
    assert session.count == 3  # a login and two hellos


async def test_a_session_in_use_says_no_hello(paced: MakePaced, peer: RegistryPeer) -> None:
    table = paced(hello_every_s=100.0)
    await table.up()
    for _ in range(4):
        await table.pass_time(60.0)
        assert isinstance(await table.execute(), Completed)
    assert not peer.commands("hello")
    await table.pass_time(100.0)
    await peer.hears("hello")


async def test_a_hello_outstanding_for_long_is_followed_by_others(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced(hello_every_s=10.0, command_timeout_s=60.0)
    await table.up()
    peer.on("hello", silence)
    await table.pass_time(10.0)
    await peer.hears("hello")
    await table.pass_time(15.0)
    peer.heard[-1].session.send(GREETING)
    peer.script.clear()
    await table.shows(lambda health: health.connections[0].state == "idle")
    await table.pass_time(10.0)
    await peer.hears("hello", times=2)


async def test_a_hello_without_an_answer_ends_the_connection(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced(hello_every_s=100.0)
    await table.up()
    peer.on("hello", silence)
    await table.pass_time(100.0)
    await peer.hears("hello")
    await table.pass_time(30.0)
    health = await table.shows(lambda health: health.state == "up" and health.timeouts)
    assert health.connections[0].last_exit == "timed_out: hello was not answered in time"
    assert health.connections[0].restarts == 1


async def test_an_old_session_logs_out_and_a_new_one_takes_its_place(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced(age_limit_s=1_000.0)
    await table.up()
    await table.pass_time(949.0)
    assert not peer.commands("logout")
    await table.pass_time(1.5)
    await peer.hears("logout")
    await peer.hears("login", times=2)
    health = await table.shows(lambda health: health.state == "up")
    assert health.reconnects == 1
    assert health.connections[0].restarts == 0
    assert health.connections[0].age_s == pytest.approx(0.0, abs=1.0)


async def test_an_old_session_finishes_its_command_first(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced(age_limit_s=1_000.0, command_timeout_s=5_000.0)
    await table.up()
    peer.on("check", silence)
    waiting = table.order(deadline_s=3_000.0)
    heard = await peer.hears("check")
    await table.pass_time(1_000.0)
    assert not peer.commands("logout")
    heard.session.send(response(1000, heard.cltrid))
    assert isinstance(await waiting, Completed)
    await peer.hears("logout")
    await peer.hears("login", times=2)


async def test_after_its_number_of_commands_a_session_is_replaced(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(commands_per_session=3)
    await table.up()
    for _ in range(7):
        assert isinstance(await table.execute(), Completed)
    health = await table.shows(lambda health: health.state == "up")
    assert verbs(peer.heard) == [
        *("login", "check", "check", "check", "logout"),
        *("login", "check", "check", "check", "logout"),
        *("login", "check"),
    ]
    assert health.connections[0].commands == 1
    assert health.connections[0].restarts == 0


async def test_recycle_replaces_the_session(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    table.connection().cast(Recycle("an administrator asked"))
    await peer.hears("login", times=2)
    await table.shows(lambda health: health.state == "up")
    assert verbs(peer.heard) == ["login", "logout", "login"]


async def test_recycle_ends_a_back_off(paced: MakePaced, peer: RegistryPeer) -> None:
    peer.on("login", answer_and_close(2502), answer(1000))
    table = paced()
    await table.start()
    await table.shows(lambda health: health.connections[0].state == "backing_off")
    table.connection().cast(Recycle("try now"))
    await table.shows(lambda health: health.state == "up")


async def test_recycle_of_a_connection_that_is_only_just_logging_in_does_nothing(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.on("login", silence)
    table = bench()
    await table.start()
    heard = await peer.hears("login")
    table.connection().cast(Recycle("too eager"))
    await table.health()
    heard.session.send(response(1000, heard.cltrid))
    await table.shows(lambda health: health.state == "up")
    assert verbs(peer.heard) == ["login"]


async def test_a_logout_that_is_never_answered_does_not_hold_the_slot(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("logout", silence)
    table.connection().cast(Recycle("an administrator asked"))
    await peer.hears("logout")
    await table.pass_time(2.0)
    await peer.hears("login", times=2)
    await table.shows(lambda health: health.state == "up")


async def test_a_registry_that_hangs_up_at_logout_has_logged_us_out(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("logout", hang_up)
    table.connection().cast(Recycle("an administrator asked"))
    await peer.hears("login", times=2)
    health = await table.shows(lambda health: health.state == "up")
    assert health.connections[0].restarts == 0


async def test_told_to_log_out_while_backing_off_it_does_not_try_again(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    await peer.stop()
    table = paced()
    await table.start()
    await table.shows(lambda health: health.connections[0].state == "backing_off")
    table.connection().cast(LogOut())
    await table.shows(lambda health: health.connections[0].state == "draining")
    await peer.come_back()
    await table.pass_time(120.0)
    assert not peer.sessions


async def test_told_to_log_out_before_the_greeting_it_lets_go(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.opening = b""
    table = bench()
    await table.start()
    await table.shows(lambda health: health.connections[0].state == "greeting")
    table.connection().cast(LogOut())
    await (await peer.accepts()).ended.wait()
    assert not peer.heard


async def test_told_to_log_out_at_login_it_logs_out_as_soon_as_it_is_in(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.on("login", silence)
    table = bench()
    await table.start()
    heard = await peer.hears("login")
    table.connection().cast(LogOut())
    await table.health()
    heard.session.send(response(1000, heard.cltrid))
    await peer.hears("logout")
    health = await table.shows(lambda health: health.connections[0].state == "draining")
    assert health.connections[0].retry_in_s is None


async def test_told_to_log_out_at_a_login_that_is_refused_it_stays_out(
    bench: Make, peer: RegistryPeer
) -> None:
    peer.on("login", silence)
    table = bench()
    await table.start()
    heard = await peer.hears("login")
    table.connection().cast(LogOut())
    await table.health()
    heard.session.send(response(2400, heard.cltrid))
    health = await table.shows(lambda health: health.connections[0].state == "draining")
    assert health.connections[0].retry_in_s is None


async def test_an_orderly_stop_logs_out(bench: Make, peer: RegistryPeer) -> None:
    table = bench(sessions=2)
    await table.up()
    await table.stop()
    await peer.hears("logout", times=2)
    for session in peer.sessions:
        await session.ended.wait()


async def test_an_orderly_stop_with_a_command_outstanding_cuts_the_link(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.on("check", silence)
    waiting = table.order()
    heard = await peer.hears("check")
    await table.stop()
    await heard.session.ended.wait()
    assert not peer.commands("logout")
    with pytest.raises(ActorExited):
        await waiting


async def test_a_killed_connection_releases_its_socket_and_is_back_at_once(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    table.connection(2).kill()
    await peer.sessions[1].ended.wait()
    health = await table.shows(lambda health: health.state == "up" and health.reconnects)
    assert health.connections[1].last_exit == "killed"
    assert health.connections[1].restarts == 1
    assert health.connections[0].restarts == 0
    assert not peer.sessions[0].ended.is_set()
    [record] = table.system.telemetry.history()
    assert (record.path, record.reason) == ("epp/v/connections/2", "killed")


async def test_an_idle_session_that_the_registry_closes_is_replaced(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    peer.sessions[0].close()
    health = await table.shows(lambda health: health.state == "up" and health.reconnects)
    assert health.connections[0].last_exit == "link_lost: closed by the registry"


@pytest.mark.parametrize(
    ("answering", "why"),
    [
        (octets(b"\x00\x00\x00\x03"), "a frame of 3 bytes cannot hold a document"),
        (octets(b"\x7f\xff\xff\xff"), "above the limit"),
        (octets(framed(b"this is not XML")), "not well-formed"),
        (octets(framed(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')), "DOCTYPE"),
        (octets(framed(GREETING)), "a greeting came while"),
        (foreign, "carries the clTRID somebody-else-1"),
    ],
)
async def test_a_bad_frame_closes_that_connection_only_and_is_counted(
    bench: Make, peer: RegistryPeer, answering: Reply, why: str
) -> None:
    table = bench(sessions=2)
    await table.up()
    peer.on("info", answering, answer(1000))
    assert isinstance(await table.execute(InfoDomain("example.com")), Completed)
    health = await table.shows(lambda health: health.state == "up")
    assert health.protocol_errors == 1
    assert sorted(row.restarts for row in health.connections) == [0, 1]
    assert [session.ended.is_set() for session in peer.sessions].count(True) == 1
    exits = [row.last_exit for row in health.connections if row.last_exit]
    assert exits[0].startswith("protocol_violated: ")
    assert why in exits[0]


async def test_rubbish_behind_a_good_answer_does_not_cost_the_answer(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()

    def two_things(session: PeerSession, heard: Heard) -> None:
        session.send_raw(framed(response(1000, heard.cltrid)) + b"\x00\x00\x00\x00")

    peer.on("check", two_things)
    assert isinstance(await table.execute(), Completed)
    health = await table.shows(lambda health: health.state == "up" and health.reconnects)
    assert health.protocol_errors == 1


async def test_an_answer_split_into_single_octets_is_one_answer(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()

    def crumbs(session: PeerSession, heard: Heard) -> None:
        for octet in framed(response(1000, heard.cltrid)):
            session.send_raw(bytes([octet]))

    peer.on("check", crumbs)
    assert isinstance(await table.execute(), Completed)


async def test_after_a_time_out_the_connection_is_never_read_again(
    paced: MakePaced, peer: RegistryPeer
) -> None:
    table = paced()
    await table.up()
    peer.on("check", silence)
    waiting = table.order(deadline_s=100.0)
    heard = await peer.hears("check")
    peer.script.clear()
    await table.pass_time(30.0)
    heard.session.send(response(2303, heard.cltrid))
    outcome = await waiting
    assert isinstance(outcome, Completed)
    assert outcome.response.cltrid != heard.cltrid
    health = await table.shows(lambda health: health.state == "up")
    assert health.timeouts == 1
    assert health.connections[0].last_exit == "timed_out: domain:check was not answered in time"


async def test_it_says_what_it_is_doing(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    peer.on("check", silence)
    waiting = table.order()
    heard = await peer.hears("check")
    facts = dict(table.connection().snapshot().facts)
    assert facts["doing"] == "domain:check"
    assert facts["state"] == "busy"
    row = first(await table.health())
    assert (row.state, row.doing) == ("busy", "domain:check")
    heard.session.send(response(1000, heard.cltrid))
    await waiting


async def test_unknown_mail_is_counted_and_harmless(bench: Make) -> None:
    table = bench()
    await table.up()
    table.connection().cast("what is this")
    table.connection().send("and this")
    await until(lambda: table.connection().snapshot().unhandled == 2)


async def test_a_drain_logs_every_session_out(bench: Make, peer: RegistryPeer) -> None:
    table = bench(sessions=3)
    await table.up()
    assert await table.pool.call(Drain(5.0)) is True
    assert len(peer.commands("logout")) == 3
    assert (await table.health()).state == "draining"


# Alone with a pool that is a probe.


@pytest.fixture
async def alone(slow_system: System, peer: RegistryPeer) -> tuple[Ref, Probe, VirtualClock]:
    """A connection that is logged in, its pool, and the time."""
    table = PacedBench(slow_system, peer, hello_every_s=10.0)
    pool = Probe()
    slow_system.spawn(lambda: pool, name="epp/v/pool")
    settings, tls = table.settings, tls_context(table.settings)
    make = partial(Connection, settings, slot=1, tls=tls, cltrids=TransactionIds("t"))
    connection = slow_system.spawn(make)
    await pool.receive(LoggedIn)
    return connection, pool, table.clock


Alone = tuple[Ref, Probe, VirtualClock]


async def test_a_command_that_comes_during_a_hello_goes_out_after_it(
    alone: Alone, peer: RegistryPeer
) -> None:
    connection, pool, clock = alone
    peer.on("hello", silence)
    await clock.advance(10.0)
    hello = await peer.hears("hello")
    connection.cast(Perform(7, CHECK, "t-own"))
    hello.session.send(GREETING)
    assert (await pool.receive(Performed)).job == 7
    assert verbs(peer.heard) == ["login", "hello", "check"]


async def test_of_two_commands_during_a_hello_the_second_is_declined(
    alone: Alone, peer: RegistryPeer
) -> None:
    connection, pool, clock = alone
    peer.on("hello", silence)
    await clock.advance(10.0)
    await peer.hears("hello")
    connection.cast(Perform(7, CHECK, "t-7"))
    connection.cast(Perform(8, CHECK, "t-8"))
    assert (await pool.receive(Declined)).job == 8


async def test_a_command_that_waited_for_a_hello_in_vain_is_given_back(
    alone: Alone, peer: RegistryPeer
) -> None:
    connection, pool, clock = alone
    peer.on("hello", silence)
    await clock.advance(10.0)
    hello = await peer.hears("hello")
    connection.cast(Perform(7, CHECK, "t-own"))
    hello.session.cut()
    assert (await pool.receive(Declined)).job == 7
    await connection.join()
    assert not peer.commands("check")


async def test_a_command_that_waited_for_a_hello_goes_before_a_logout(
    alone: Alone, peer: RegistryPeer
) -> None:
    connection, pool, clock = alone
    peer.on("hello", silence)
    await clock.advance(10.0)
    hello = await peer.hears("hello")
    connection.cast(Perform(7, CHECK, "t-own"))
    connection.cast(Recycle("an administrator asked"))
    hello.session.send(GREETING)
    performed = await pool.receive(Performed)
    assert not performed.takes_more
    await peer.hears("login", times=2)
    assert verbs(peer.heard) == ["login", "hello", "check", "logout", "login"]


async def test_a_command_too_many_is_declined(alone: Alone, peer: RegistryPeer) -> None:
    connection, pool, _ = alone
    peer.on("check", silence)
    connection.cast(Perform(7, CHECK, "t-7"))
    connection.cast(Perform(8, CHECK, "t-8"))
    assert (await pool.receive(Declined)).job == 8


async def test_a_second_logout_for_good_changes_nothing(alone: Alone, peer: RegistryPeer) -> None:
    connection, pool, _ = alone
    connection.cast(LogOut("one"))
    connection.cast(LogOut("two"))
    connection.cast(Recycle("three"))
    await pool.receive(LoggedOut)
    assert verbs(peer.heard) == ["login", "logout"]


async def test_without_a_pool_it_goes_on(
    alone: Alone, peer: RegistryPeer, slow_system: System
) -> None:
    connection, _, clock = alone
    slow_system.lookup("epp/v/pool").kill()
    await clock.advance(10.0)
    await peer.hears("hello")
    assert connection.alive
