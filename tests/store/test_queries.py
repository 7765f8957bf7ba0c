"""The SQL of each room against the real schema."""

import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from store import Database, Query, queries
from store.queries import control, epp, runtime, sandbox, web
from tests.support.epp_bench import FIND_TRANSFORM

FOLDER = Path(queries.__path__[0])
FILES = sorted(path.relative_to(FOLDER) for path in FOLDER.glob("*/*.sql"))

HOUR = timedelta(hours=1)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def constants(room: str) -> dict[str, Query]:
    module = importlib.import_module(f"store.queries.{room}")
    return {name: value for name, value in vars(module).items() if isinstance(value, Query)}


@pytest.mark.parametrize("room", sorted({path.parts[0] for path in FILES}))
def test_every_file_is_a_constant_of_its_room_and_the_other_way_round(room: str) -> None:
    stems = {path.stem for path in FILES if path.parts[0] == room}
    assert {name.lower() for name in constants(room)} == stems
    assert {query.name for query in constants(room).values()} == {
        f"{room}/{stem}" for stem in stems
    }


async def test_every_query_prepares_against_the_schema(database: Database) -> None:
    async with database.acquire() as session:
        for path in FILES:
            await session.raw.prepare((FOLDER / path).read_text())


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_query_says_what_it_means(path: Path) -> None:
    text = (FOLDER / path).read_text()
    assert text.startswith("-- ")
    assert text.endswith("\n")
    assert ";" not in text.split("\n\n")[-1].strip().splitlines()[-1]


async def begin(database: Database, cltrid: str, *, node: str = "here", run: str = "1") -> None:
    await database.execute(
        epp.BEGIN_TRANSFORM,
        *(cltrid, "verisign", "domain:create", "example.com", b"<epp/>", node, run),
    )


async def state(database: Database, cltrid: str) -> str:
    row = await database.fetch_row(FIND_TRANSFORM, cltrid)
    assert row is not None
    return str(row["state"])


async def test_a_transform_is_begun_once_and_settled_once(database: Database) -> None:
    await begin(database, "A-1")
    with pytest.raises(asyncpg.UniqueViolationError):
        await begin(database, "A-1")
    assert await database.execute(epp.SETTLE_TRANSFORM, "A-1", 1000, "done", None) == 1
    assert await database.execute(epp.SETTLE_TRANSFORM, "A-1", 2302, "exists", None) == 0
    row = await database.fetch_row(FIND_TRANSFORM, "A-1")
    assert row is not None
    assert (row["state"], row["result_code"], row["result_message"]) == ("settled", 1000, "done")


async def test_an_unknown_transform_is_listed_until_it_is_settled(database: Database) -> None:
    await begin(database, "A-1")
    assert await database.execute(epp.MARK_UNKNOWN, "A-1", "link lost") == 1
    assert [
        row["cltrid"] for row in await database.fetch(epp.LIST_UNKNOWN_TRANSFORMS, None, 9)
    ] == ["A-1"]
    assert await database.fetch(epp.LIST_UNKNOWN_TRANSFORMS, "pir", 9) == []
    await database.execute(epp.SETTLE_TRANSFORM, "A-1", None, None, "info shows it")
    assert await database.fetch(epp.LIST_UNKNOWN_TRANSFORMS, None, 9) == []


async def test_a_settled_transform_never_becomes_unknown(database: Database) -> None:
    await begin(database, "A-1")
    await database.execute(epp.SETTLE_TRANSFORM, "A-1", 1000, "done", None)
    assert await database.execute(epp.MARK_UNKNOWN, "A-1", "link lost") == 0


async def test_a_new_run_adopts_what_its_own_earlier_runs_left(database: Database) -> None:
    await begin(database, "earlier")
    await begin(database, "this-run", run="2")
    await begin(database, "another-node", node="there")
    adopted = await database.fetch(epp.ADOPT_UNKNOWN_TRANSFORMS, "here", "2")
    assert [row["cltrid"] for row in adopted] == ["earlier"]
    assert await state(database, "earlier") == "unknown"
    assert await state(database, "this-run") == "begun"
    assert await state(database, "another-node") == "begun"


async def test_settled_transforms_are_forgotten_and_others_kept(database: Database) -> None:
    for cltrid in ("old", "open"):
        await begin(database, cltrid)
    await database.execute(epp.SETTLE_TRANSFORM, "old", 1000, "done", None)
    assert await database.execute(epp.PRUNE_TRANSFORMS, HOUR, 100) == 0
    assert await database.execute(epp.PRUNE_TRANSFORMS, -HOUR, 100) == 1
    assert await state(database, "open") == "begun"


async def sign_in(database: Database, *, lifetime: timedelta = HOUR) -> bytes:
    id_hash = b"h" * 32
    await database.execute(web.INSERT_SESSION, id_hash, "ada", "admin", b"secret", lifetime)
    return id_hash


async def test_a_session_is_found_until_it_is_too_old_or_idle(database: Database) -> None:
    id_hash = await sign_in(database)
    found = await database.fetch_row(web.FIND_SESSION, id_hash, HOUR)
    assert found is not None
    assert (found["name"], found["role"], found["csrf_secret"]) == ("ada", "admin", b"secret")
    assert await database.fetch_row(web.FIND_SESSION, id_hash, -HOUR) is None
    assert await database.execute(web.TOUCH_SESSION, id_hash) == 0  # it was seen this minute
    assert await database.execute(web.DELETE_SESSION, id_hash) == 1
    assert await database.execute(web.DELETE_SESSION, id_hash) == 0


async def test_an_expired_session_is_not_found_and_is_pruned(database: Database) -> None:
    id_hash = await sign_in(database, lifetime=-HOUR)
    assert await database.fetch_row(web.FIND_SESSION, id_hash, HOUR) is None
    assert await database.execute(web.PRUNE_SESSIONS, HOUR) == 1


async def test_a_login_token_works_once(database: Database) -> None:
    await database.execute(web.INSERT_LOGIN_TOKEN, b"t", "ada", "admin", HOUR)
    row = await database.fetch_row(web.CONSUME_LOGIN_TOKEN, b"t")
    assert row is not None
    assert tuple(row) == ("ada", "admin")
    assert await database.fetch_row(web.CONSUME_LOGIN_TOKEN, b"t") is None
    assert await database.execute(web.PRUNE_LOGIN_TOKENS) == 1


async def test_an_expired_login_token_does_not_work(database: Database) -> None:
    await database.execute(web.INSERT_LOGIN_TOKEN, b"t", "ada", "admin", -HOUR)
    assert await database.fetch_row(web.CONSUME_LOGIN_TOKEN, b"t") is None


async def test_practice_records_are_put_replaced_and_deleted(database: Database) -> None:
    kinds, keys = ["domain", "host"], ["example.com", "ns1.example.com"]
    await database.execute(sandbox.PUT_RECORDS, "verisign", kinds, keys, [b"1", b"2"])
    await database.execute(sandbox.PUT_RECORDS, "verisign", kinds[:1], keys[:1], [b"3"])
    await database.execute(sandbox.PUT_RECORDS, "pir", kinds[:1], keys[:1], [b"4"])
    rows = await database.fetch(sandbox.LOAD_RECORDS, "verisign")
    assert [tuple(row) for row in rows] == [
        ("domain", "example.com", b"3"),
        ("host", "ns1.example.com", b"2"),
    ]
    assert await database.execute(sandbox.DELETE_RECORDS, "verisign", kinds, keys) == 2
    assert len(await database.fetch(sandbox.LOAD_RECORDS, "pir")) == 1


async def test_old_audit_entries_are_forgotten_the_oldest_first(database: Database) -> None:
    for command in ("first", "second", "third"):
        await database.execute(control.INSERT_AUDIT, "here", "ada", "ssh", command, "ok")
    assert await database.execute(control.PRUNE_AUDIT, HOUR, 100) == 0
    assert await database.execute(control.PRUNE_AUDIT, -HOUR, 2) == 2
    left = await database.fetch(Query("tests/audit", "SELECT command FROM audit_entry"))
    assert [row["command"] for row in left] == ["third"]


async def test_the_newest_restarts_of_a_node_are_listed_and_kept(database: Database) -> None:
    for node, path in (("here", "a"), ("here", "b"), ("there", "c"), ("here", "d")):
        await database.execute(runtime.INSERT_RESTART, node, path, NOW, "link_lost", 1, 0.5)
    rows = await database.fetch(runtime.LIST_RESTARTS, "here", 2)
    assert [tuple(row) for row in rows] == [
        ("d", NOW, "link_lost", 1, 0.5),
        ("b", NOW, "link_lost", 1, 0.5),
    ]
    assert await database.execute(runtime.PRUNE_RESTARTS, 3) == 1
    assert [row["path"] for row in await database.fetch(runtime.LIST_RESTARTS, "here", 9)] == [
        "d",
        "b",
    ]
