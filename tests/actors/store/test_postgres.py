"""The embedded server as an actor: it lives and dies with the server."""

import os
import signal
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from actors.store import Postgres, WhereIsPostgres
from runtime import CountChildren, Failed, System, Unhandled
from tests.support.processes import ended_within


async def test_it_runs_a_server_and_stops_it(system: System, data_dir: Path) -> None:
    postgres = await system.start(partial(Postgres, data_dir))
    connection = await asyncpg.connect(await postgres.call(WhereIsPostgres()))
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()
    with pytest.raises(Unhandled):
        await postgres.call(CountChildren())
    pid = int(dict(postgres.snapshot().facts)["pid"])
    await postgres.stop()
    assert ended_within(pid, 0.0)


async def test_it_dies_with_its_server(system: System, data_dir: Path) -> None:
    postgres = await system.start(partial(Postgres, data_dir))
    os.kill(int(dict(postgres.snapshot().facts)["pid"]), signal.SIGKILL)
    reason = await postgres.join()
    assert reason == Failed("postgres_exited", "status -9")
