"""Live pages from join to diff, over the channels but without a network."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial

import msgspec
import pytest

from actors.jobs import JobFilter, Progress
from protocols.channels import Broadcast, Ended, Payload, Reply
from runtime import Ref, System
from runtime.testing import VirtualClock, settle
from supervisors.dynamic import DynamicSupervisor
from tests.web import builders, job_builders
from tests.web.channels.client import Client, connect
from tests.web.scripted import ScriptedBackend, session
from web.channels import Routes
from web.live import PREFIX, TOPICS_PATH, LiveChannel

TOPIC = "live:epp?refresh=5"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(builders.NOW)


@pytest.fixture
async def system(clock: VirtualClock) -> AsyncGenerator[System]:
    async with System(clock=clock) as system:
        await system.start(DynamicSupervisor, name=TOPICS_PATH)
        yield system


@pytest.fixture
def backend() -> ScriptedBackend:
    return ScriptedBackend()


@pytest.fixture
def routes(backend: ScriptedBackend) -> Routes:
    return {PREFIX: partial(LiveChannel, backend=backend)}


@pytest.fixture
async def client(system: System, routes: Routes) -> AsyncGenerator[Client]:
    async with connect(system, routes) as client:
        yield client


class Content(msgspec.Struct):
    html: list[str]
    title: str | None
    removed: list[str] = []


def content(payload: Payload) -> tuple[list[str], str | None]:
    read = msgspec.convert(payload, Content)
    return read.html, read.title


async def diff(client: Client) -> tuple[list[str], str | None]:
    message = await client.receive()
    assert isinstance(message, Broadcast)
    assert (message.topic, message.event) == (TOPIC, "diff")
    return content(message.payload)


def topic(system: System) -> Ref:
    return system.lookup(f"{TOPICS_PATH}/{TOPIC}")


async def test_a_join_gets_the_whole_region(client: Client) -> None:
    answer = await client.join(TOPIC)
    html, title = content(answer.response)
    assert html[0].startswith('<main id="main"')
    assert title == "all up · EPP"


async def test_every_tick_sends_what_changed_and_nothing_else(
    client: Client, backend: ScriptedBackend, clock: VirtualClock, system: System
) -> None:
    await client.join(TOPIC)
    await clock.advance(5, system=system)
    assert await diff(client) == ([], None)
    one = backend.health.registries[0]
    lines = (builders.busy(one.connections[1]), *one.connections[2:])
    busier = replace(one, connections=(one.connections[0], *lines))
    backend.health = builders.health(busier, backend.health.registries[1])
    await clock.advance(5, system=system)
    html, title = await diff(client)
    assert [fragment.split('"')[1] for fragment in html] == [
        "epp/verisign/switchboard/2",
        "epp/verisign/connections/2",
    ]
    assert title is None


async def test_viewers_of_one_page_share_its_rendering(
    client: Client, routes: Routes, backend: ScriptedBackend, clock: VirtualClock, system: System
) -> None:
    async with connect(system, routes) as other:
        await client.join(TOPIC)
        await other.join(TOPIC)
        await clock.advance(10, system=system)
        assert backend.looks == 3
        assert [await diff(client) for _ in range(2)] == [await diff(other) for _ in range(2)]


async def test_without_viewers_nothing_is_rendered(
    client: Client, backend: ScriptedBackend, clock: VirtualClock, system: System
) -> None:
    await client.join(TOPIC)
    watched = topic(system)
    await client.leave(TOPIC, join_ref="1")
    await settle(system)
    assert not watched.alive
    await clock.advance(60, system=system)
    assert backend.looks == 1


async def test_a_viewer_that_comes_back_sees_the_present(client: Client, system: System) -> None:
    await client.join(TOPIC)
    await client.leave(TOPIC, join_ref="1")
    await settle(system)
    while not isinstance(await client.receive(), Ended):
        pass
    assert (await client.join(TOPIC)).status == "ok"
    assert dict(topic(system).snapshot().facts)["viewers"] == "1"


async def test_a_slow_viewer_gets_one_merged_diff(
    client: Client, clock: VirtualClock, system: System
) -> None:
    await client.join(TOPIC)
    client.transport.reading.clear()
    await clock.advance(50, system=system)
    facts = dict(client.ref.snapshot().facts)
    assert (facts["waiting to be sent"], facts["merged updates"]) == ("1", "8")
    client.transport.reading.set()
    await diff(client)
    await diff(client)
    await client.alive()


async def test_a_page_that_breaks_is_joined_anew(
    client: Client, backend: ScriptedBackend, clock: VirtualClock, system: System
) -> None:
    await client.join(TOPIC)
    backend.error = RuntimeError("broken page")
    await clock.advance(5, system=system)
    assert await client.receive() == Ended("1", TOPIC, crashed=True)
    answer = await client.join(TOPIC)
    assert answer.status == "error"
    assert "broken page" in str(answer.response)
    backend.error = None
    assert (await client.join(TOPIC)).status == "ok"


@pytest.mark.parametrize("name", ["live:nothing?refresh=5", "live:", "live:EPP?refresh=5"])
async def test_a_page_that_does_not_exist_is_refused(client: Client, name: str) -> None:
    assert (await client.join(name)).response == {"reason": "unmatched topic"}


EVENT = {"name": "restart", "value": {"actor": "epp/pir/pool"}}


async def test_a_button_acts_and_is_told_so(client: Client, backend: ScriptedBackend) -> None:
    await client.join(TOPIC)
    answer = await client.push(TOPIC, "event", EVENT, join_ref="1")
    assert (answer.status, answer.response) == ("ok", {"flash": "epp/pir/pool: restart done"})
    assert backend.acted == [("restart", "epp/pir/pool", "alice")]


async def test_a_button_that_cannot_act_says_why(client: Client) -> None:
    await client.join(TOPIC)
    event = {"name": "restart", "value": {"actor": "epp/nobody"}}
    answer = await client.push(TOPIC, "event", event, join_ref="1")
    assert (answer.status, answer.response) == (
        "error",
        {"reason": "There is no actor epp/nobody."},
    )


async def test_a_button_names_its_target_by_the_field_of_its_action(
    client: Client, backend: ScriptedBackend
) -> None:
    await client.join(TOPIC)
    event = {"name": "pause-queue", "value": {"queue": "mail"}}
    answer = await client.push(TOPIC, "event", event, join_ref="1")
    assert answer.response == {"flash": "queue mail: pause done"}
    assert backend.acted == [("pause-queue", "mail", "alice")]


@pytest.mark.parametrize(
    "event",
    [
        {"name": "eat", "value": {"actor": "epp/pir/pool"}},
        {"name": "pause-queue", "value": {"actor": "epp/pir/pool"}},
        {"name": "retry-job", "value": {"job": ""}},
    ],
)
async def test_a_button_that_is_not_on_any_page_does_nothing(
    client: Client, backend: ScriptedBackend, event: Payload
) -> None:
    await client.join(TOPIC)
    answer = await client.push(TOPIC, "event", event, join_ref="1")
    assert (answer.status, answer.response) == ("error", {"reason": "There is no such button."})
    assert backend.acted == []


async def test_a_job_moves_while_one_watches(
    client: Client, backend: ScriptedBackend, clock: VirtualClock, system: System
) -> None:
    backend.lives[7] = job_builders.life()
    name = "live:jobs?refresh=5&job=7"
    await client.join(name)
    further = replace(backend.lives[7].row, progress=Progress(251, 1_000))
    backend.lives[7] = replace(backend.lives[7], row=further)
    await clock.advance(5, system=system)
    message = await client.receive()
    assert isinstance(message, Broadcast)
    html, _ = content(message.payload)
    assert [fragment.split('"')[1] for fragment in html] == ["job/progress"]


async def test_a_list_of_jobs_keeps_its_filter_from_tick_to_tick(
    client: Client, backend: ScriptedBackend, clock: VirtualClock, system: System
) -> None:
    await client.join("live:jobs?refresh=5&state=discarded&queue=mail")
    await clock.advance(5, system=system)
    assert backend.asked == [JobFilter(state="discarded", queue="mail")] * 2


async def test_only_operators_act(system: System, routes: Routes, backend: ScriptedBackend) -> None:
    async with connect(system, routes, session=session(role="viewer")) as client:
        await client.join(TOPIC)
        answer = await client.push(TOPIC, "event", EVENT, join_ref="1")
        assert answer.response == {"reason": "Only operators may do this."}
    assert backend.acted == []


@pytest.mark.parametrize("payload", [{}, {"name": "restart"}, {"name": 1, "value": {}}, []])
async def test_an_event_of_another_shape_is_an_error(client: Client, payload: Payload) -> None:
    await client.join(TOPIC)
    answer: Reply = await client.push(TOPIC, "event", payload, join_ref="1")
    assert answer.status == "error"
    assert (await client.push(TOPIC, "dance", {}, join_ref="1")).status == "error"
