"""One client's socket: what a correct Channels server does, case by case."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from protocols.channels import Ended, Join, Leave, Payload, Push, Reply, ServerPush
from runtime import SHUTDOWN, Failed, Shutdown, System
from runtime.testing import VirtualClock
from tests.web.builders import NOW
from tests.web.channels.client import Client, connect
from tests.web.scripted import session
from web.channels import Answer, Channel, Joined, JoinRefused


class Room(Channel):
    """A channel that does what its payload says."""

    async def join(self, payload: Payload) -> Joined | JoinRefused:
        match payload:
            case {"refuse": str(reason)}:
                return JoinRefused(reason)
            case {"crash": 1}:
                raise RuntimeError("in join")
            case _:
                return Joined({"topic": self.seat.topic})

    async def handle_in(self, event: str, payload: Payload) -> Answer | None:
        match event:
            case "echo":
                return Answer("ok", payload)
            case "silent":
                return None
            case "tell":
                self.push("told", payload)
                return None
            case "crash":
                raise RuntimeError("in handle_in")
            case "close":
                self.stop()
                return None
            case _:
                return await super().handle_in(event, payload)


class Broken(Channel):
    """A channel that cannot even start."""

    def init(self) -> None:
        raise RuntimeError("in init")

    async def join(self, payload: Payload) -> Joined | JoinRefused:
        raise NotImplementedError


ROUTES = {"room:": Room, "broken:": Broken}


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
async def system(clock: VirtualClock) -> AsyncGenerator[System]:
    async with System(clock=clock) as system:
        yield system


@pytest.fixture
async def client(system: System) -> AsyncGenerator[Client]:
    async with connect(system, ROUTES) as client:
        yield client


async def test_a_join_is_answered_by_the_channel_of_its_prefix(client: Client) -> None:
    assert await client.join("room:1") == Reply("1", "1", "room:1", "ok", {"topic": "room:1"})


async def test_a_join_of_an_unknown_topic_is_refused(client: Client) -> None:
    answer = await client.join("hall:1")
    assert (answer.status, answer.response) == ("error", {"reason": "unmatched topic"})


async def test_a_channel_may_refuse_a_join(client: Client) -> None:
    answer = await client.join("room:1", {"refuse": "members only"})
    assert (answer.status, answer.response) == ("error", {"reason": "members only"})
    answer = await client.push("room:1", "echo", {}, join_ref="1")
    assert answer.response == {"reason": "unmatched topic"}


async def test_a_crash_in_join_is_an_error_and_the_socket_goes_on(client: Client) -> None:
    answer = await client.join("room:1", {"crash": 1})
    assert (answer.status, answer.response) == ("error", {"reason": "join crashed"})
    assert (await client.join("room:1")).status == "ok"


async def test_a_push_is_answered_with_its_own_refs(client: Client) -> None:
    await client.join("room:1")
    client.send(Push("1", "7", "room:1", "echo", {"a": 1}))
    assert await client.receive() == Reply("1", "7", "room:1", "ok", {"a": 1})


async def test_a_push_in_binary_is_answered_in_binary(client: Client) -> None:
    await client.join("room:1")
    client.send(Push("1", "7", "room:1", "echo", b"\xff\x00"))
    assert await client.receive() == Reply("1", "7", "room:1", "ok", b"\xff\x00")


async def test_a_push_without_a_ref_or_an_answer_gets_none(client: Client) -> None:
    await client.join("room:1")
    client.send(Push("1", None, "room:1", "echo", {}))
    client.send(Push("1", "8", "room:1", "silent", {}))
    client.send(Push(None, "9", "room:1", "echo", {}))
    assert await client.receive() == Reply("1", "9", "room:1", "ok", {})


async def test_an_event_that_a_channel_does_not_know_is_an_error(client: Client) -> None:
    await client.join("room:1")
    answer = await client.push("room:1", "dance", {}, join_ref="1")
    assert (answer.status, answer.response) == ("error", {"reason": "unknown event dance"})


async def test_a_channel_may_speak_by_itself(client: Client) -> None:
    await client.join("room:1")
    client.send(Push("1", None, "room:1", "tell", {"a": 1}))
    assert await client.receive() == ServerPush("1", "room:1", "told", {"a": 1})


async def test_a_heartbeat_is_answered(client: Client) -> None:
    await client.alive()


async def test_a_leave_is_answered_and_closes_the_channel(client: Client) -> None:
    await client.join("room:1")
    client.send(Leave("1", "8", "room:1"))
    assert await client.receive() == Reply("1", "8", "room:1", "ok")
    assert await client.receive() == Ended("1", "room:1")
    client.send(Leave("1", "9", "room:1"))
    assert await client.receive() == Reply("1", "9", "room:1", "ok")


async def test_a_second_join_closes_the_first_life(client: Client) -> None:
    await client.join("room:1")
    client.send(Join("2", "room:1"))
    assert await client.receive() == Ended("1", "room:1")
    assert await client.receive() == Reply("2", "2", "room:1", "ok", {"topic": "room:1"})
    answer = await client.push("room:1", "echo", {"a": 1}, join_ref="2")
    assert answer.response == {"a": 1}


async def test_stale_refs_have_no_effect(client: Client) -> None:
    await client.join("room:1")
    await client.join("room:1")
    client.send(Push("1", "7", "room:1", "echo", {}))
    client.send(Leave("1", "8", "room:1"))
    await client.alive()
    assert (await client.push("room:1", "echo", {}, join_ref="2")).status == "ok"


async def test_a_join_that_is_overtaken_by_another_is_never_answered(client: Client) -> None:
    client.send(Join("1", "room:1"))
    client.send(Join("2", "room:1"))
    assert await client.receive() == Reply("2", "2", "room:1", "ok", {"topic": "room:1"})
    await client.alive()


async def test_a_crash_ends_its_channel_only(client: Client) -> None:
    await client.join("room:1")
    await client.join("room:2")
    client.send(Push("1", "7", "room:1", "crash", {}))
    assert await client.receive() == Ended("1", "room:1", crashed=True)
    assert (await client.push("room:2", "echo", {}, join_ref="2")).status == "ok"


async def test_a_channel_that_ends_by_itself_is_closed(client: Client) -> None:
    await client.join("room:1")
    client.send(Push("1", "7", "room:1", "close", {}))
    assert await client.receive() == Ended("1", "room:1")


async def test_a_channel_that_cannot_start_ends_the_socket(client: Client) -> None:
    client.send(Join("1", "broken:1"))
    assert "in init" in str(await client.ref.join(timeout_s=None))


async def test_more_channels_than_allowed_are_refused(system: System) -> None:
    async with connect(system, ROUTES, limit=1) as client:
        await client.join("room:1")
        answer = await client.join("room:2")
        assert answer.response == {"reason": "too many channels joined"}
        assert (await client.join("room:1")).status == "ok"


@pytest.mark.parametrize("frame", ["{}", "[" * 100, b"\x01", "x" * 70_000])
async def test_a_frame_that_breaks_the_protocol_closes_this_socket_and_is_counted(
    client: Client, frame: str | bytes
) -> None:
    client.send(frame)
    reason = await client.ref.join()
    assert isinstance(reason, Failed)
    assert reason.code == "protocol_error"
    assert client.stats.protocol_errors == 1


async def test_a_client_that_goes_ends_its_socket_and_channels(
    system: System, client: Client
) -> None:
    await client.join("room:1")
    channel = system.tree(client.ref).children[0].actor
    assert channel.facts == (("topic", "room:1"), ("who", "alice"))
    client.transport.to_server.put_nowait(None)
    assert await client.ref.join() == Shutdown("the client left")
    assert system.living() == ()


async def test_a_client_that_vanishes_while_we_send_is_no_fault(client: Client) -> None:
    client.transport.gone = True
    client.send('[null,"1","phoenix","heartbeat",{}]')
    assert await client.ref.join() == Shutdown("the client left")


async def test_a_client_that_never_reads_is_let_go(client: Client) -> None:
    client.transport.reading.clear()
    for _ in range(300):
        client.send('[null,"1","phoenix","heartbeat",{}]')
    assert await client.ref.join() == Failed("slow_client", "its outbox is full")


async def test_a_silent_client_is_let_go_after_a_minute(
    clock: VirtualClock, system: System, client: Client
) -> None:
    await clock.advance(45, system=system)
    await client.alive()
    await clock.advance(45, system=system)
    assert client.ref.alive
    await clock.advance(16, system=system)
    assert await client.ref.join() == Failed("idle", "nothing heard for 60 s")


async def test_a_socket_ends_with_its_session(clock: VirtualClock, system: System) -> None:
    short = session(lasts=timedelta(seconds=30))
    async with connect(system, ROUTES, session=short) as client:
        await clock.advance(31, system=system)
        assert await client.ref.join() == SHUTDOWN


async def test_a_socket_says_how_it_goes(client: Client) -> None:
    await client.join("room:1")
    facts = dict(client.ref.snapshot().facts)
    assert (facts["who"], facts["channels"], facts["frames received"]) == ("alice", "1", "1")
    await client.ref.stop(Shutdown())


async def test_a_session_that_was_ended_elsewhere_ends_its_sockets(
    clock: VirtualClock, system: System, client: Client
) -> None:
    await client.join("room:1")
    await clock.advance(40, system=system)
    await client.alive()
    await clock.advance(25, system=system)
    assert client.ref.alive
    client.accounts.sessions.clear()
    await client.alive()
    await clock.advance(50, system=system)
    assert await client.ref.join() == SHUTDOWN


async def test_a_database_that_is_away_signs_nobody_out(
    clock: VirtualClock, system: System, client: Client
) -> None:
    await client.join("room:1")
    client.accounts.away = True
    await clock.advance(40, system=system)
    await client.alive()
    await clock.advance(25, system=system)
    await client.alive()


@pytest.mark.parametrize("message", ["noise", 1])
async def test_mail_that_nobody_sends_is_counted(client: Client, message: object) -> None:
    client.ref.cast(message)
    client.ref.send(message)
    await client.alive()
    assert client.ref.snapshot().unhandled == 2
