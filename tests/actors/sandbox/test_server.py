import asyncio
import ssl
import warnings
from pathlib import Path

import pytest

from actors.sandbox import Doorway, PortTaken, PracticeServer, WhereListening
from actors.sandbox.certificates import ensure_certificates
from runtime import (
    Crashed,
    RestartChild,
    Started,
    StartFailed,
    TerminateChild,
    Terminated,
)
from tests.actors.sandbox.stage import (
    WITHIN_S,
    Stage,
    WatchedRepository,
    framed,
    practice_in,
    staged,
)
from tests.protocols.epp_server import frames
from tests.protocols.epp_server.published import _FOLDER, ABSENT, published_schemas


async def refused(stage: Stage, context: ssl.SSLContext) -> None:
    """In TLS 1.3 a client may believe itself connected until it reads."""

    async def knock() -> None:
        peer = await stage.open(context)
        await peer.read()

    with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
        await knock()


async def test_the_server_speaks_first_and_a_client_can_log_in_and_out(stage: Stage) -> None:
    peer = await stage.client()
    assert (await peer.ask(frames.domain_check("mine.com"))).code == 1000
    assert (await peer.ask(frames.logout())).code == 1500
    assert await peer.rest() == b""
    await stage.until_sessions(0)


async def test_octets_that_come_before_the_greeting_are_answered_behind_it(stage: Stage) -> None:
    peer = await stage.open(stage.tls())
    peer.write(stage.login_frame())
    peer.write(frames.hello())
    assert b"<greeting>" in (await peer.read()).xml
    assert (await peer.read()).code == 1000
    assert b"<greeting>" in (await peer.read()).xml


async def test_pipelined_commands_are_answered_in_their_order(stage: Stage) -> None:
    peer = await stage.client()
    names = [f"name-{number}.com" for number in range(50)]
    stream = b"".join(framed(frames.domain_check(name)) for name in names)
    for start in range(0, len(stream), 1000):
        peer.writer.write(stream[start : start + 1000])
    for name in names:
        assert (await peer.read()).texts("domain:name") == [name]


async def test_a_client_without_a_certificate_is_refused(stage: Stage) -> None:
    context = ssl.create_default_context(cafile=str(stage.practice.certificates.ca))
    await refused(stage, context)
    await stage.until_fact("handshakes failed", "1")
    await stage.client()


async def test_a_certificate_of_another_authority_is_refused(stage: Stage, tmp_path: Path) -> None:
    other = ensure_certificates(tmp_path / "other", stage.clock.now())
    context = ssl.create_default_context(cafile=str(stage.practice.certificates.ca))
    context.load_cert_chain(other.client_certificate, other.client_key)
    await refused(stage, context)


async def test_the_server_s_own_certificate_lets_no_client_in(stage: Stage) -> None:
    files = stage.practice.certificates
    context = ssl.create_default_context(cafile=str(files.ca))
    context.load_cert_chain(files.server_certificate, files.server_key)
    await refused(stage, context)


async def test_tls_1_1_is_refused(stage: Stage) -> None:
    context = stage.tls()
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    await refused(stage, context)
    await stage.until_fact("handshakes failed", "1")


async def test_tls_1_2_is_spoken(stage: Stage) -> None:
    context = stage.tls()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    peer = await stage.open(context)
    assert b"<greeting>" in (await peer.read()).xml


async def test_a_handshake_that_never_begins_holds_nobody_up(stage: Stage) -> None:
    mute = await stage.open(None)
    await stage.until_fact("connections", "1")
    await stage.client()
    await stage.root.stop()
    assert await mute.rest() == b""


async def test_what_is_no_tls_is_cut(stage: Stage) -> None:
    peer = await stage.open(None)
    peer.writer.write(b"GET / HTTP/1.1\r\n\r\n")
    await peer.rest()
    await stage.until_fact("handshakes failed", "1")
    await stage.until_fact("connections", "0")


async def test_a_flood_of_connections_is_cut_at_the_door(single: Stage) -> None:
    mute = [await single.open(None) for _ in range(52)]
    await single.until_fact("connections", "52")
    one_more = await single.open(None)
    assert await one_more.rest() == b""
    assert single.facts["refused"] == "1"
    await mute[0].close()
    await single.until_fact("connections", "51")
    await single.client()


async def test_a_malformed_frame_closes_its_connection_only_and_is_counted(stage: Stage) -> None:
    good, bad, huge = [await stage.client() for _ in range(3)]
    bad.writer.write(b"\x00\x00\x00\x03")
    assert await bad.rest() == b""
    huge.writer.write(b"\x7f\xff\xff\xff")
    assert await huge.rest() == b""
    await stage.until_fact("malformed frames", "2")
    assert (await good.ask(frames.hello())).code == 0


async def test_one_session_more_than_allowed_is_told_so(single: Stage) -> None:
    first = await single.client()
    second = await single.connect()
    assert (await second.ask(single.login_frame())).code == 2502
    assert await second.rest() == b""
    await single.client(1)
    await first.close()
    await single.until_sessions(1)
    await single.client()


async def test_a_killed_session_leaves_no_socket_and_no_count(single: Stage) -> None:
    peer = await single.client()
    (session,) = await single.sessions()
    session.kill()
    assert await peer.rest() == b""
    await single.until_fact("connections", "0")
    await single.client()


async def test_a_session_stopped_by_its_supervisor_leaves_no_socket_and_no_count(
    single: Stage,
) -> None:
    peer = await single.client()
    assert await single.call("sessions", TerminateChild("1")) == Terminated()
    assert await peer.rest() == b""
    await single.client()


async def test_a_stopped_server_refuses_and_comes_back_on_the_same_port(stage: Stage) -> None:
    port = await stage.call("server", WhereListening())
    peer = await stage.client()
    assert (await peer.ask(frames.domain_create("mine.com"))).code == 1000
    assert await stage.call("", TerminateChild("server")) == Terminated()
    assert await peer.rest() == b""
    assert await stage.sessions() == []
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(stage.practice.host, port)
    assert isinstance(await stage.call("", RestartChild("server")), Started)
    assert await stage.call("server", WhereListening()) == port
    assert (await (await stage.client()).ask(frames.domain_info("mine.com"))).code == 1000


async def test_a_killed_server_takes_its_sessions_along_and_knows_all_again(stage: Stage) -> None:
    port = stage.port
    peer = await stage.client()
    assert (await peer.ask(frames.domain_create("mine.com"))).code == 1000
    door, (session,) = stage.server, await stage.sessions()
    door.kill()
    assert not session.alive
    assert await peer.rest() == b""
    assert await stage.port_of_the_next(door) == port
    again = await stage.client()
    assert (await again.ask(frames.domain_info("mine.com"))).code == 1000
    assert (await again.ask(frames.domain_create("mine.com"))).code == 2302


async def test_a_server_killed_before_the_answer_still_did_what_it_stored(
    stage: Stage, repository: WatchedRepository
) -> None:
    peer = await stage.client()
    repository.gate.clear()
    peer.write(frames.domain_create("mine.com"))
    await repository.asked.get()
    await repository.asked.get()
    door = stage.server
    door.kill()
    assert await peer.rest() == b""
    await stage.port_of_the_next(door)
    repository.gate.set()
    again = await stage.client()
    assert (await again.ask(frames.domain_info("mine.com"))).code == 1000


async def test_a_killed_recorder_takes_all_along_and_all_comes_back(stage: Stage) -> None:
    port, door = stage.port, stage.server
    peer = await stage.client()
    assert (await peer.ask(frames.domain_create("mine.com"))).code == 1000
    stage.system.lookup("sandbox/practice/recorder").kill()
    assert await peer.rest() == b""
    assert await stage.port_of_the_next(door) == port
    assert (await (await stage.client()).ask(frames.domain_info("mine.com"))).code == 1000


async def test_clients_wait_while_the_records_are_not_there_yet(
    tmp_path: Path, repository: WatchedRepository
) -> None:
    repository.gate.clear()
    async with staged(practice_in(tmp_path), repository) as stage:
        peer = await stage.open(None)
        await stage.until_fact("connections", "1")
        assert stage.facts["records"] == "being loaded"
        await stage.clock.advance(61.0, system=stage.system)
        await peer.close()
        repository.gate.set()
        await stage.client()
        assert stage.facts["records"] == "here"


async def test_stopping_needs_no_time_to_pass_whatever_the_clients_wait_for(
    stage: Stage, repository: WatchedRepository
) -> None:
    waiting, storing = await stage.client(), await stage.client()
    await stage.arm("latency seconds=3000 command=domain:check times=1")
    waiting.write(frames.domain_check("mine.com"))
    await stage.fired()
    repository.gate.clear()
    storing.write(frames.domain_create("mine.com"))
    await repository.asked.get()
    async with asyncio.timeout(WITHIN_S):
        await stage.root.stop()
    assert await waiting.rest() == b""
    assert await storing.rest() == b""


async def test_a_taken_port_is_named(stage: Stage, tmp_path: Path) -> None:
    practice = practice_in(tmp_path, port=stage.port)
    with pytest.raises(StartFailed) as caught:
        await stage.system.start(
            lambda: PracticeServer(
                practice.settings,
                Doorway(practice),
                recorder_path="sandbox/practice/recorder",
                sessions_path="sandbox/practice/sessions",
            )
        )
    reason = caught.value.reason
    assert isinstance(reason, Crashed)
    assert isinstance(reason.error, PortTaken)
    assert f"127.0.0.1:{stage.port}: Address already in use" in str(reason.error)


async def test_a_command_that_the_schemas_forbid_is_a_syntax_error(tmp_path: Path) -> None:
    schemas = published_schemas()
    if schemas is None:
        pytest.skip(ABSENT)
    async with staged(practice_in(tmp_path), schemas=_FOLDER / "all.xsd") as stage:
        peer = await stage.client()
        assert (await peer.ask(frames.domain_create("mine.com"))).code == 1000
        odd = frames.domain_info("mine.com").replace(b"<info>", b'<info colour="red">')
        assert (await peer.ask(odd, valid=False)).code == 2001


async def test_an_answer_that_the_schemas_forbid_ends_its_session_only(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.xsd"
    nothing.write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>')
    async with staged(practice_in(tmp_path), schemas=nothing) as stage:
        door = stage.server
        peer = await stage.connect()
        peer.write(frames.hello())
        assert await peer.rest() == b""
        await stage.connect()
        assert door.alive
