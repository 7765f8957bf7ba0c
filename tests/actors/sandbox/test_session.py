import asyncio

import msgspec
import pytest

from actors.sandbox.registry.record import CounterRecord
from runtime.testing import settle
from tests.actors.sandbox.stage import WITHIN_S, Peer, Stage, WatchedRepository, framed
from tests.protocols.epp_server import frames


async def other_sees(stage: Stage, name: str) -> int:
    """What another session is told of a domain."""
    peer = await stage.client(1)
    return (await peer.ask(frames.domain_info(name))).code


async def test_a_login_that_does_not_come_ends_the_connection(stage: Stage) -> None:
    idle, wrong = await stage.connect(), await stage.connect()
    await stage.clock.advance(29.0, system=stage.system)
    assert (await wrong.ask(frames.login("practice-1", "wrong-wrong"))).code == 2200
    assert (await wrong.ask(frames.hello())).code == 0
    await stage.clock.advance(1.5, system=stage.system)
    assert await idle.rest() == b""
    assert await wrong.rest() == b""


async def test_an_idle_session_is_ended_and_a_hello_keeps_it(stage: Stage) -> None:
    idle, lively, trickling = await stage.client(), await stage.client(), await stage.client()
    await stage.clock.advance(400.0, system=stage.system)
    assert (await lively.ask(frames.hello())).code == 0
    trickling.writer.write(framed(frames.hello())[:3])
    await trickling.writer.drain()
    await stage.clock.advance(201.0, system=stage.system)
    assert await idle.rest() == b""
    assert await trickling.rest() == b""
    assert (await lively.ask(frames.domain_check("mine.com"))).code == 1000
    await stage.until_sessions(1)


async def test_a_session_ends_when_it_is_a_day_old_however_lively(stage: Stage) -> None:
    peer = await stage.client()
    for _ in range(288):
        await stage.clock.advance(299.0, system=stage.system)
        assert (await peer.ask(frames.hello())).code == 0
    await stage.clock.advance(300.0, system=stage.system)
    assert await peer.rest() == b""


async def test_who_waits_for_the_registry_is_not_idle(
    stage: Stage, repository: WatchedRepository
) -> None:
    late, storing = await stage.client(), await stage.client()
    await stage.arm("latency seconds=3000 command=domain:check times=1")
    late.write(frames.domain_check("mine.com"))
    await stage.fired()
    repository.gate.clear()
    storing.write(frames.domain_create("mine.com"))
    await repository.asked.get()
    await repository.asked.get()
    await stage.clock.advance(2999.0, system=stage.system)
    repository.gate.set()
    assert (await storing.read()).code == 1000
    await stage.clock.advance(1.0, system=stage.system)
    assert (await late.read()).code == 1000
    await stage.clock.advance(590.0, system=stage.system)
    assert (await late.ask(frames.hello())).code == 0


async def test_a_client_that_leaves_in_the_middle_of_a_wait_is_gone_at_once(single: Stage) -> None:
    peer = await single.client()
    await single.arm("latency seconds=3000 times=1")
    peer.write(frames.domain_check("mine.com"))
    await single.fired()
    await peer.close()
    await single.until_sessions(0)
    await single.client()


async def test_a_client_that_leaves_while_its_changes_are_stored_gets_them_stored(
    stage: Stage, repository: WatchedRepository
) -> None:
    peer = await stage.client()
    await repository.saved.get()
    repository.gate.clear()
    peer.write(frames.domain_create("mine.com"))
    await repository.asked.get()
    await repository.asked.get()
    await peer.close()
    await stage.until_sessions(0)
    repository.gate.set()
    assert [change.key for change in await repository.saved.get() if change.kind == "domain"] == [
        "mine.com"
    ]


async def test_changes_of_many_sessions_are_stored_in_the_order_they_were_made(
    stage: Stage, repository: WatchedRepository
) -> None:
    peers = [await stage.client() for _ in range(5)]
    await repository.saved.get()
    for round_number in range(4):
        for number, peer in enumerate(peers):
            peer.write(frames.domain_create(f"name-{round_number}-{number}.com"))
        for peer in peers:
            assert (await peer.read()).code == 1000
    seen: list[int] = []
    while not repository.saved.empty():
        seen += [
            msgspec.json.decode(change.document, type=CounterRecord).last
            for change in repository.saved.get_nowait()
            if change.key == "roid" and change.document is not None
        ]
    assert seen == sorted(seen)
    assert len(seen) == 20


async def test_a_client_that_does_not_read_is_not_read_either_and_loses_nothing(
    stage: Stage,
) -> None:
    peer = await stage.client()
    names = [f"{number:060}.com" for number in range(100)]
    command = framed(frames.domain_check(*names))
    count = 600

    async def write_all() -> None:
        for _ in range(count):
            peer.writer.write(command)
            await peer.writer.drain()

    async with asyncio.TaskGroup() as group:
        group.create_task(write_all())
        (session,) = await stage.sessions()
        handled = -1
        while handled != int(dict(session.snapshot().facts)["commands"]):
            handled = int(dict(session.snapshot().facts)["commands"])
            await settle(stage.system)
            await _turn()
        assert handled < count
        for _ in range(count):
            assert len((await peer.read()).texts("domain:name")) == 100


async def _turn() -> None:
    """Let the loop look at its sockets for a moment's worth of turns."""
    loop = asyncio.get_running_loop()
    for _ in range(50):
        future: asyncio.Future[None] = loop.create_future()
        loop.call_soon(future.set_result, None)
        await future


# Faults, as they are seen on the wire.


async def created_under(stage: Stage, fault: str) -> Peer:
    """A client that has asked for `mine.com` while `fault` waited for it."""
    peer = await stage.client()
    await stage.arm(f"{fault} times=1 command=domain:create")
    peer.write(frames.domain_create("mine.com"))
    return peer


async def test_latency_delays_the_answer_and_not_the_effect(stage: Stage) -> None:
    peer = await created_under(stage, "latency seconds=30")
    await stage.fired()
    assert await other_sees(stage, "mine.com") == 1000
    await stage.clock.advance(29.9, system=stage.system)
    await stage.clock.advance(0.2, system=stage.system)
    assert (await peer.read()).code == 1000


async def test_no_answer_keeps_the_link_and_the_next_is_answered(stage: Stage) -> None:
    peer = await created_under(stage, "no-answer")
    await stage.fired()
    assert b"<greeting>" in (await peer.ask(frames.hello())).xml
    assert await other_sees(stage, "mine.com") == 1000


async def test_a_cut_after_the_effect_leaves_a_domain_and_no_answer(stage: Stage) -> None:
    peer = await created_under(stage, "cut-after-effect")
    assert await peer.rest() == b""
    assert await other_sees(stage, "mine.com") == 1000


async def test_a_cut_in_the_middle_of_a_frame_leaves_half_an_answer(stage: Stage) -> None:
    peer = await created_under(stage, "cut-mid-frame")
    got = await peer.rest()
    assert 4 < len(got) < int.from_bytes(got[:4], "big")
    assert await other_sees(stage, "mine.com") == 1000


async def test_a_wrong_length_is_announced(stage: Stage) -> None:
    peer = await created_under(stage, "wrong-length length=2147483647")
    async with asyncio.timeout(WITHIN_S):
        assert await peer.reader.readexactly(4) == b"\x7f\xff\xff\xff"
        assert b'code="1000"' in await peer.reader.readuntil(b"</epp>")


async def test_a_foreign_transaction_id_comes_in_a_valid_answer(stage: Stage) -> None:
    peer = await created_under(stage, "foreign-cltrid")
    assert (await peer.read()).text("epp:clTRID") == "FOREIGN-0000-0001"


@pytest.mark.parametrize(("code", "closes"), [(2400, False), (2500, True), (2502, True)])
async def test_a_result_instead_has_no_effect(stage: Stage, code: int, closes: bool) -> None:
    peer = await created_under(stage, f"result code={code}")
    assert (await peer.read()).code == code
    if closes:
        assert await peer.rest() == b""
    else:
        assert (await peer.ask(frames.hello())).code == 0
    assert await other_sees(stage, "mine.com") == 2303


async def test_a_half_open_link_stays_without_a_word_until_it_is_idle(single: Stage) -> None:
    peer = await created_under(single, "half-open")
    await single.fired()
    second = await single.connect()
    assert (await second.ask(single.login_frame())).code == 2502
    peer.write(frames.hello())
    await single.clock.advance(601.0, system=single.system)
    assert await peer.rest() == b""
    assert await other_sees(single, "mine.com") == 2303
    await single.client()


async def test_a_half_open_link_ends_with_its_client(stage: Stage) -> None:
    peer = await created_under(stage, "half-open")
    await stage.fired()
    await peer.close()
    await stage.until_sessions(0)


async def test_a_connection_is_closed_behind_its_nth_answer(stage: Stage) -> None:
    peer = await stage.client()
    await stage.arm("close-after commands=3")
    assert (await peer.ask(frames.hello())).code == 0
    assert (await peer.ask(frames.hello())).code == 0
    assert await peer.rest() == b""


async def test_slow_bytes_come_one_by_one_and_make_the_same_answer(stage: Stage) -> None:
    peer = await created_under(stage, "slow-bytes")
    assert (await peer.read()).code == 1000


async def test_a_silent_greeting_stays_silent(stage: Stage) -> None:
    await stage.arm("silent-greeting times=1")
    peer = await stage.open(stage.tls())
    await stage.fired()
    peer.write(stage.login_frame())
    await stage.clock.advance(601.0, system=stage.system)
    assert await peer.rest() == b""


async def test_a_connection_can_be_closed_instead_of_the_greeting(stage: Stage) -> None:
    await stage.arm("close-after-tls times=1")
    peer = await stage.open(stage.tls())
    assert await peer.rest() == b""


async def test_a_late_greeting_comes_before_everything_else(stage: Stage) -> None:
    await stage.arm("delay-greeting seconds=20 times=1")
    peer = await stage.open(stage.tls())
    peer.write(stage.login_frame())
    await stage.fired()
    await stage.clock.advance(20.0, system=stage.system)
    assert b"<greeting>" in (await peer.read()).xml
    assert (await peer.read()).code == 1000


# Whole stories.


async def test_a_domain_goes_from_one_account_to_another(stage: Stage) -> None:
    loser, winner = await stage.client(0), await stage.client(1)
    created = await loser.ask(frames.domain_create("mine.com", pw="secret-2026"))
    assert created.code == 1000
    wrong = await winner.ask(frames.domain_transfer("request", "mine.com", pw="guessed"))
    assert wrong.code == 2202
    asked = await winner.ask(frames.domain_transfer("request", "mine.com", pw="secret-2026"))
    assert asked.code == 1001
    again = await winner.ask(frames.domain_transfer("request", "mine.com", pw="secret-2026"))
    assert again.code == 2300
    notice = await loser.ask(frames.poll_req())
    assert (notice.code, notice.text("domain:trStatus")) == (1301, "pending")
    (number,) = notice.attributes("epp:msgQ", "id")
    assert number is not None
    assert (await loser.ask(frames.poll_ack(number))).code == 1000
    assert (await loser.ask(frames.poll_req())).code == 1300
    assert (await loser.ask(frames.domain_transfer("approve", "mine.com"))).code == 1000
    news = await winner.ask(frames.poll_req())
    assert (news.code, news.text("domain:trStatus")) == (1301, "clientApproved")
    info = await winner.ask(frames.domain_info("mine.com"))
    assert info.text("domain:clID") == "practice-2"
    assert (await loser.ask(frames.domain_delete("mine.com"))).code == 2201


async def test_a_thick_registry_wants_contacts_on_its_domains(thick_stage: Stage) -> None:
    peer = await thick_stage.client()
    people = (("ada-1", "admin"), ("ada-1", "tech"))
    bare = frames.domain_create("mine.org")
    assert (await peer.ask(bare)).code == 2003
    whole = frames.domain_create("mine.org", registrant="ada-1", contacts=people)
    assert (await peer.ask(whole)).code == 2303
    assert (await peer.ask(frames.contact_create("ada-1"))).code == 1000
    assert (await peer.ask(whole)).code == 1000
    assert (await peer.ask(frames.contact_delete("ada-1"))).code == 2305
    assert (await peer.ask(frames.domain_delete("mine.org"))).code == 1000
    assert (await peer.ask(frames.contact_delete("ada-1"))).code == 1000
