from collections.abc import Callable
from dataclasses import replace

import pytest

from actors.epp import NoRegistry, Registries, RegistrySettings, Unknown, Unreachable
from protocols.epp import Completed, DomainChecks, InfoDomain, InvalidDomainName
from tests.support.epp_bench import CHECK, CREATE, Bench
from tests.support.registry_peer import RegistryPeer, silence

Make = Callable[..., Bench]


def settings(name: str, *zones: str, names_per_check: int = 20) -> RegistrySettings:
    return RegistrySettings(
        name=name,
        host="h",
        zones=zones,
        client_id="abc",
        password="secret",
        names_per_check=names_per_check,
    )


def test_the_longest_zone_that_fits_decides(bench: Make) -> None:
    registries = Registries(bench().system, [settings("a", "uk"), settings("b", "co.uk", "com")])
    for name, expected in (("x.uk", "a"), ("x.co.uk", "b"), ("x.com", "b")):
        found = registries.selling(name)
        assert found is not None
        assert found.name == expected
    assert registries.selling("x.org") is None
    assert registries.selling("com") is None
    assert registries.selling("telecom") is None
    assert registries.zones == ("co.uk", "com", "uk")
    assert Registries(bench().system, []).selling("x.com") is None


async def test_a_check_of_many_names_is_cut_to_the_registry_s_size(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(names_per_check=3, sessions=2)
    await table.up()
    names = [f"name{number}.com" for number in range(8)]
    answers = await table.registries.check([*names, "NAME1.com", "other.org"])
    *asked, homeless = answers
    assert [len(each.names) for each in asked] == [3, 3, 2]
    for each in asked:
        assert isinstance(each.outcome, Completed)
        data = each.outcome.response.data
        assert isinstance(data, DomainChecks)
        assert tuple(item.name for item in data.items) == each.names
    assert homeless.outcome == NoRegistry("other.org", ("com",))
    assert homeless.registry is None
    assert len(peer.commands("check")) == 3


async def test_a_malformed_name_is_refused_before_anything_is_sent(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    with pytest.raises(InvalidDomainName, match="-bad"):
        await table.registries.check(["good.com", "-bad.com"])
    with pytest.raises(InvalidDomainName):
        await table.registries.perform(InfoDomain("-bad.com"), "-bad.com")
    assert not peer.commands("check", "info")


async def test_a_command_about_a_name_goes_to_who_sells_it(bench: Make, peer: RegistryPeer) -> None:
    table = bench()
    await table.up()
    done = await table.registries.perform(InfoDomain("example.com"), "Example.COM")
    assert (done.registry, done.names) == ("v", ("example.com",))
    assert isinstance(done.outcome, Completed)
    nobody = await table.registries.perform(InfoDomain("example.org"), "example.org")
    assert isinstance(nobody.outcome, NoRegistry)
    assert len(peer.commands("info")) == 1


async def test_without_a_pool_nothing_was_sent(bench: Make) -> None:
    table = bench()
    for command in (CHECK, CREATE):
        outcome = await table.execute(command)
        assert isinstance(outcome, Unreachable)
        assert "not running" in outcome.why


async def test_when_the_pool_dies_a_query_may_be_repeated_and_a_transform_is_unknown(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench(sessions=2)
    await table.up()
    peer.on("check", silence)
    peer.on("create", silence)
    loop = table.system.loop
    query = loop.create_task(table.execute(CHECK))
    transform = loop.create_task(table.execute(CREATE))
    await peer.hears("check")
    await peer.hears("create")
    table.pool.kill()
    outcome = await transform
    assert isinstance(await query, Unreachable)
    assert isinstance(outcome, Unknown)
    assert (outcome.command, outcome.object_name) == ("domain:create", "example.com")
    await table.shows(lambda health: health.unknowns == 1)


async def test_the_health_of_all_has_the_unknowns_and_the_time(
    bench: Make, peer: RegistryPeer
) -> None:
    table = bench()
    await table.up()
    health = await table.registries.health()
    assert [each.name for each in health.registries] == ["v"]
    assert health.unknowns == ()
    assert health.taken_at.tzinfo is not None


async def test_a_registry_without_a_pool_is_shown_as_down(bench: Make) -> None:
    table = bench(sessions=4)
    health = await table.health()
    assert health.state == "down"
    assert "not running" in str(health.why)
    assert (health.sessions.ready, health.sessions.allowed) == (0, 4)


def test_a_zone_is_matched_by_whole_labels() -> None:
    made = settings("a", "com", "co.uk")
    assert (made.sells("x.com"), made.sells("x.co.uk"), made.sells("xcom")) == (1, 2, 0)
    assert (made.path, made.pool_path) == ("epp/a", "epp/a/pool")
    assert "secret" not in repr(replace(made, password="secret"))
