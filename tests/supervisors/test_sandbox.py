import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from actors.sandbox import (
    ArmedFaults,
    MemoryRepository,
    Practice,
    WhereListening,
    parse_fault,
    prepare_practice,
)
from runtime import Started, System, TerminateChild, Terminated, TreeNode
from runtime.children import RestartChild
from runtime.testing import VirtualClock
from supervisors import Supervisor
from supervisors.sandbox import practice_child, sandbox_tree

FAULT = parse_fault("latency seconds=0.5")


@pytest.fixture
def practices(tmp_path: Path) -> tuple[Practice, Practice]:
    def prepared(name: str, *zones: str) -> Practice:
        return prepare_practice(
            tmp_path / name,
            name=name,
            profile="thin" if name == "verisign" else "thick",
            zones=zones,
            host="127.0.0.1",
            port=0,
            now=VirtualClock().now(),
            random=Random(3),
        )

    return prepared("verisign", "com", "net"), prepared("pir", "org")


@pytest.fixture
async def system(practices: tuple[Practice, Practice]) -> AsyncIterator[System]:
    """A system with the room in it, below a root as the daemon has it."""
    room = sandbox_tree(
        practice_child(practice, MemoryRepository(), faults=(FAULT,)) for practice in practices
    )
    async with System(clock=VirtualClock(), random=Random(1), frozen_messages=True) as system:
        root = await system.start(
            partial(Supervisor, (room,), names_children_bare=True), name="engset"
        )
        yield system
        async with asyncio.timeout(5.0):
            await root.stop()


async def port_of(system: System, name: str) -> int:
    return await system.call(f"sandbox/{name}/server", WhereListening())


async def knocks(port: int) -> bool:
    """Whether anybody listens there."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def test_each_registry_has_its_recorder_its_sessions_and_its_door(system: System) -> None:
    def names(node: TreeNode) -> list[str]:
        return [node.actor.path, *(name for child in node.children for name in names(child))]

    assert names(system.tree(system.lookup("sandbox"))) == [
        "sandbox",
        *(
            path
            for name in ("sandbox/verisign", "sandbox/pir")
            for path in (name, f"{name}/recorder", f"{name}/sessions", f"{name}/server")
        ),
    ]


async def test_the_faults_of_the_configuration_are_armed_again_after_a_restart(
    system: System,
) -> None:
    told = ("latency seconds=0.5",)
    assert await system.call("sandbox/pir/server", ArmedFaults()) == told
    await system.call("sandbox/pir", TerminateChild("server"))
    await system.call("sandbox/pir", RestartChild("server"))
    assert await system.call("sandbox/pir/server", ArmedFaults()) == told


async def test_one_registry_can_be_stopped_for_a_while_and_the_other_goes_on(
    system: System,
) -> None:
    ports = {name: await port_of(system, name) for name in ("verisign", "pir")}
    assert await system.call("sandbox", TerminateChild("verisign")) == Terminated()
    assert not await knocks(ports["verisign"])
    assert await knocks(ports["pir"])
    assert isinstance(await system.call("sandbox", RestartChild("verisign")), Started)
    assert await port_of(system, "verisign") == ports["verisign"]
    assert await knocks(ports["verisign"])


async def test_a_registry_whose_port_is_taken_meanwhile_comes_back_when_it_is_free(
    system: System,
) -> None:
    port = await port_of(system, "pir")
    await system.call("sandbox/pir", TerminateChild("server"))
    thief = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
    refused = await system.call("sandbox/pir", RestartChild("server"))
    assert not isinstance(refused, Started)
    thief.close()
    await thief.wait_closed()
    assert isinstance(await system.call("sandbox/pir", RestartChild("server")), Started)
    assert await port_of(system, "pir") == port
