import asyncio
import re
from pathlib import Path

from actors.sandbox import DatabaseRepository
from actors.sandbox.registry import Change
from store import Database
from tests.actors.sandbox.stage import WITHIN_S, Peer, practice_in, staged
from tests.protocols.epp_server import frames

QUESTIONS = (
    frames.domain_info("mine.com", pw="secret-2026"),
    frames.domain_check("mine.com", "free.com", "taken.com"),
    frames.domain_transfer("query", "mine.com"),
    frames.host_info("ns1.mine.com"),
    frames.poll_req(),
)


async def answers(peer: Peer) -> list[bytes]:
    """What the registry says to the same questions, without the answers' own numbers."""
    return [
        re.sub(rb"<svTRID>[^<]*</svTRID>", b"", (await peer.ask(question)).xml)
        for question in QUESTIONS
    ]


async def prepare(peer: Peer, other: Peer) -> None:
    """A domain with a host, and a transfer that waits."""
    for command, code in (
        (frames.domain_create("mine.com", pw="secret-2026"), 1000),
        (frames.host_create("ns1.mine.com", "192.0.2.1", "2001:db8::1"), 1000),
        (frames.domain_update("mine.com", add=frames.ns_block("ns1.mine.com")), 1000),
        (frames.domain_create("gone.com"), 1000),
        (frames.domain_delete("gone.com"), 1000),
    ):
        assert (await peer.ask(command)).code == code
    asked = await other.ask(frames.domain_transfer("request", "mine.com", pw="secret-2026"))
    assert asked.code == 1001


async def test_after_a_restart_of_the_tree_everything_is_answered_as_before(
    tmp_path: Path, database: Database
) -> None:
    practice = practice_in(tmp_path)
    repository = DatabaseRepository(database, registry="practice")
    async with staged(practice, repository) as stage:
        peer = await stage.client()
        await prepare(peer, await stage.client(1))
        before = await answers(peer)
    async with staged(practice, repository) as stage:
        peer = await stage.client()
        assert await answers(peer) == before
        assert (await peer.ask(frames.domain_transfer("approve", "mine.com"))).code == 1000
        assert (await peer.ask(frames.domain_info("gone.com"))).code == 2303


async def test_a_door_killed_between_commands_forgets_nothing(
    tmp_path: Path, database: Database
) -> None:
    async with staged(
        practice_in(tmp_path), DatabaseRepository(database, registry="practice")
    ) as stage:
        peer = await stage.client()
        await prepare(peer, await stage.client(1))
        before = await answers(peer)
        door = stage.server
        door.kill()
        await peer.rest()
        await stage.port_of_the_next(door)
        assert await answers(await stage.client()) == before


async def test_what_was_answered_is_there_and_what_was_cut_is_whole_or_not_there(
    tmp_path: Path, database: Database
) -> None:
    async with staged(
        practice_in(tmp_path), DatabaseRepository(database, registry="practice")
    ) as stage:
        peer = await stage.client()
        door = stage.server
        told = 0
        for number in range(30):
            peer.write(frames.domain_create(f"name-{number}.com"))
        for _ in range(10):
            assert (await peer.read()).code == 1000
            told += 1
        door.kill()
        told += (await peer.rest()).count(b"</epp>")
        await stage.port_of_the_next(door)
        again = await stage.client()
        codes = [
            (await again.ask(frames.domain_info(f"name-{number}.com"))).code for number in range(30)
        ]
        assert codes[:told] == [1000] * told
        assert codes == sorted(codes)
        for number, code in enumerate(codes):
            created = await again.ask(frames.domain_create(f"name-{number}.com"))
            assert created.code == (2302 if code == 1000 else 1000)


async def test_registries_in_one_database_do_not_see_each_other(database: Database) -> None:
    one = DatabaseRepository(database, registry="one")
    two = DatabaseRepository(database, registry="two")
    await one.save([Change("domain", "a.com", b'{"a": 1}'), Change("host", "b", b"{}")])
    await two.save([Change("domain", "a.com", b'{"a": 2}')])
    await one.save([Change("host", "b", None), Change("domain", "a.com", b'{"a": 3}')])
    assert await one.load_all() == [Change("domain", "a.com", b'{"a": 3}')]
    assert await two.load_all() == [Change("domain", "a.com", b'{"a": 2}')]


async def test_while_the_database_is_away_clients_wait_and_come_through_later(
    tmp_path: Path, database: Database, database_url: str
) -> None:
    async with staged(
        practice_in(tmp_path), DatabaseRepository(database, registry="practice")
    ) as stage:
        peer = await stage.client()
        await database.close()
        peer.write(frames.domain_create("mine.com"))
        recorder = stage.system.lookup("sandbox/practice/recorder")
        async with asyncio.timeout(WITHIN_S):
            while dict(recorder.snapshot().facts)["database"] == "here":
                await stage.fired()
        assert (await (await stage.client(1)).ask(frames.domain_check("free.com"))).code == 1000
        await database.open(database_url)
        await stage.clock.advance(10.0, system=stage.system)
        assert (await peer.read()).code == 1000
