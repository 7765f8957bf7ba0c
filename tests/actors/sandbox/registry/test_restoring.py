"""A registry started from what was stored goes on exactly where the last one stopped."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.sandbox.registry import (
    Change,
    MemoryRepository,
    PracticeRegistry,
    ProfileName,
)
from actors.sandbox.registry.table import latest_changes
from tests.actors.sandbox.registry.practice import ACCOUNTS, Client, World
from tests.protocols.epp_server import frames

Step = tuple[int, bytes, float]


KINDS = (
    "domain:create",
    "domain:update",
    "domain:renew",
    "domain:delete",
    "domain:info",
    "domain:transfer",
    "host:create",
    "host:delete",
    "host:rename",
    "contact:create",
    "contact:delete",
    "poll:req",
    "poll:ack",
)
OPERATIONS = ("query", "request", "approve", "reject", "cancel")
STATUSES = ("clientHold", "clientUpdateProhibited", "clientTransferProhibited")
GLUE = ((), ("192.0.2.1",), ("192.0.2.2", "2001:db8::2"))
ROLES = (("con-1", "admin"), ("con-2", "tech"))
WAITS_S = (0.0, 0.0, 0.0, 86400.0, 6 * 86400.0)


@st.composite
def commands(draw: st.DrawFn, profile: ProfileName) -> bytes:
    zone = "com" if profile == "thin" else "org"
    name = draw(st.sampled_from((f"one.{zone}", f"two.{zone}", f"taken.{zone}")))
    hosts = st.sampled_from((f"ns1.one.{zone}", f"ns2.two.{zone}", "ns1.example.edu"))
    host_lists = st.lists(hosts, max_size=2, unique=True).map(tuple)
    person = draw(st.sampled_from(("con-1", "con-2")))
    secret = draw(st.sampled_from(("2fooBAR", "other-secret")))
    years = (draw(st.integers(1, 10)), "y")
    match draw(st.sampled_from(KINDS)):
        case "domain:create":
            return frames.domain_create(
                name,
                period=years,
                ns=draw(host_lists),
                registrant=None if profile == "thin" else person,
                contacts=() if profile == "thin" else ROLES,
            )
        case "domain:update":
            status = frames.domain_status(draw(st.sampled_from(STATUSES)))
            return frames.domain_update(
                name,
                add=frames.ns_block(*draw(host_lists)) + status,
                rem=frames.ns_block(*draw(host_lists)),
                chg=frames.domain_secret(secret),
            )
        case "domain:renew":
            year = draw(st.sampled_from((2027, 2028, 2030)))
            return frames.domain_renew(name, f"{year}-11-22", years)
        case "domain:delete":
            return frames.domain_delete(name)
        case "domain:info":
            return frames.domain_info(name)
        case "domain:transfer":
            return frames.domain_transfer(draw(st.sampled_from(OPERATIONS)), name, pw=secret)
        case "host:create":
            return frames.host_create(draw(hosts), *draw(st.sampled_from(GLUE)))
        case "host:delete":
            return frames.host_delete(draw(hosts))
        case "host:rename":
            return frames.host_update(draw(hosts), new_name=draw(hosts))
        case "contact:create":
            return frames.contact_create(person)
        case "contact:delete":
            return frames.contact_delete(person)
        case "poll:req":
            return frames.poll_req()
        case _:
            return frames.poll_ack(str(draw(st.integers(1, 5))))


def steps(profile: ProfileName) -> st.SearchStrategy[list[Step]]:
    step = st.tuples(st.integers(0, 1), commands(profile), st.sampled_from(WAITS_S))
    return st.lists(step, max_size=25)


def clients(world: World, registry: PracticeRegistry) -> list[Client]:
    return [
        Client(registry, world.plan).login(account, *world.settings.object_uris)
        for account in ACCOUNTS[:2]
    ]


def without_server_id(xml: bytes) -> bytes:
    return re.sub(rb"<svTRID>[^<]*</svTRID>", b"", xml)


def latest(changes: list[Change]) -> list[Change]:
    return [change for change in latest_changes(changes) if change.document is not None]


@pytest.mark.parametrize("profile", ["thin", "thick"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_restored_registry_is_the_live_one(profile: ProfileName, data: st.DataObject) -> None:
    world = World(profile)
    stored = list(world.seeded)
    live = clients(world, world.registry)
    for who, xml, wait_s in data.draw(steps(profile)):
        world.pass_time(seconds=wait_s)
        stored += live[who].ask(xml).changes
    by_log, by_record = world.fresh_registry(), world.fresh_registry()
    by_log.restore(stored)
    by_record.restore(reversed(latest(stored)))
    assert by_log.seed() == by_record.seed() == ()
    assert by_log.snapshot() == by_record.snapshot() == world.registry.snapshot()
    restored = clients(world, by_record)
    for who, xml, wait_s in data.draw(steps(profile)):
        world.pass_time(seconds=wait_s)
        here, there = live[who].ask(xml), restored[who].ask(xml)
        assert without_server_id(here.xml) == without_server_id(there.xml)
        assert here.changes == there.changes


def test_a_refused_command_changes_nothing(thin: World) -> None:
    client = thin.client()
    before = thin.registry.snapshot()
    for xml in (
        frames.domain_create("taken.com"),
        frames.domain_create("new.com", ns=("ns1.example.org",)),
        frames.host_create("ns1.taken.com", "192.0.2.1"),
        frames.domain_check("bad_name.com"),
    ):
        assert client.ask(xml).changes == ()
    assert thin.registry.snapshot() == before


def test_a_changed_password_outlives_a_restart_with_the_old_setting(thin: World) -> None:
    stored = [*thin.seeded]
    stored += thin.connect().ask(frames.login("reg-a", "secret-a", new="secret-new")).changes
    restarted = thin.fresh_registry()
    restarted.restore(stored)
    assert restarted.seed() == ()
    client = Client(restarted, thin.plan)
    assert client.ask(frames.login("reg-a", "secret-new")).code == 1000


def test_a_first_start_seeds_accounts_and_taken_names(thin: World) -> None:
    kinds = {(change.kind, change.key) for change in thin.seeded}
    assert kinds == {
        ("account", "reg-a"),
        ("account", "reg-b"),
        ("account", "reg-c"),
        ("domain", "taken.com"),
        ("domain", "taken.net"),
        ("counter", "roid"),
    }
    assert thin.registry.accounts == ACCOUNTS


def test_a_document_that_is_not_ours_is_refused(thin: World) -> None:
    with pytest.raises(msgspec.DecodeError):
        thin.fresh_registry().restore([Change("domain", "a.com", b'{"name": 1}')])


async def test_the_memory_repository_keeps_the_latest_of_each_record(thin: World) -> None:
    repository = MemoryRepository()
    assert await repository.load_all() == ()
    await repository.save(thin.seeded)
    assert await repository.load_all() == thin.seeded
    later = Change("account", "reg-a", b"{}")
    gone = Change(thin.seeded[0].kind, thin.seeded[0].key, None)
    await repository.save((later, gone))
    kept = {(change.kind, change.key): change for change in await repository.load_all()}
    assert kept["account", "reg-a"] == later
    assert len(kept) == len(thin.seeded) - 1
