import asyncio
from functools import partial

import pytest

from runtime import (
    AlreadyRegistered,
    Entry,
    Failed,
    Keys,
    NotRegistered,
    NotRunning,
    Ref,
    Registered,
    Registry,
    System,
    Unregistered,
)
from runtime.testing import Probe, VirtualClock, behind, settle, until
from tests.runtime.scripts import (
    ASYNC,
    Echo,
    Flavour,
    PlainScript,
    Script,
    Tell,
    actor_of,
    heard,
)

LOST = Failed("lost")


@pytest.fixture
def unique(system: System) -> Registry[str, int]:
    return Registry(system, "unique")


@pytest.fixture
def rooms(system: System) -> Registry[str, int]:
    return Registry(system, "rooms", keys=Keys.DUPLICATE)


@pytest.fixture(params=list(Keys), ids=lambda keys: str(keys.value))
def either(request: pytest.FixtureRequest, system: System) -> Registry[str, int]:
    return Registry(system, "either", keys=request.param)


def script(system: System) -> Ref:
    return system.spawn(PlainScript)


def told(entry: Entry[str, int]) -> tuple[str, Ref, int]:
    return entry.key, entry.owner, entry.value


async def test_a_registered_actor_is_found_with_its_value(
    system: System, either: Registry[str, int]
) -> None:
    owner = script(system)
    either.register(owner, "a", 1)
    assert [told(entry) for entry in either.lookup("a")] == [("a", owner, 1)]
    assert either.lookup("b") == ()
    assert either.values(owner, "a") == (1,)
    assert either.values(owner, "b") == ()


async def test_a_unique_key_taken_twice_fails_with_its_holder(
    system: System, unique: Registry[str, int]
) -> None:
    holder, other = script(system), script(system)
    unique.register(holder, "a", 1)
    for asker in (other, holder):
        with pytest.raises(AlreadyRegistered) as caught:
            unique.register(asker, "a", 2)
        assert (caught.value.key, caught.value.holder) == ("a", holder)
    assert unique.whereis("a") is holder
    assert unique.keys(other) == ()
    assert unique.values(holder, "a") == (1,)


async def test_a_duplicate_key_has_many_holders_and_one_may_hold_it_twice(
    system: System, rooms: Registry[str, int]
) -> None:
    one, two = script(system), script(system)
    rooms.register(one, "lobby", 1)
    rooms.register(two, "lobby", 2)
    rooms.register(one, "lobby", 3)
    assert [told(entry)[1:] for entry in rooms.lookup("lobby")] == [(one, 1), (two, 2), (one, 3)]
    assert rooms.values(one, "lobby") == (1, 3)
    assert rooms.keys(one) == ("lobby", "lobby")


async def test_one_owner_may_hold_many_keys(system: System, either: Registry[str, int]) -> None:
    owner, other = script(system), script(system)
    for number, key in enumerate("cab"):
        either.register(owner, key, number)
    assert either.keys(owner) == ("c", "a", "b")
    assert either.keys(other) == ()
    assert (either.count(), either.count("a"), either.count("a", "b", "z")) == (3, 1, 2)


async def test_falsy_keys_and_values_are_keys_and_values(system: System) -> None:
    registry = Registry[object, object](system, "falsy")
    owner = script(system)
    for key in (None, 0, "", ()):
        registry.register(owner, key, key)
        assert registry.whereis(key) is owner
        assert registry.values(owner, key) == (key,)
        assert registry.count(key) == 1


async def test_the_dead_register_nothing(system: System, either: Registry[str, int]) -> None:
    dead = script(system)
    await dead.stop()
    with pytest.raises(NotRunning):
        either.register(dead, "a", 1)
    assert either.count() == 0


async def test_unregister_frees_the_owner_s_entries_under_the_key(
    system: System, rooms: Registry[str, int]
) -> None:
    one, two = script(system), script(system)
    for owner, key, value in ((one, "a", 1), (two, "a", 2), (one, "a", 3), (one, "b", 4)):
        rooms.register(owner, key, value)
    rooms.unregister(one, "a")
    rooms.unregister(one, "never")
    assert [told(entry) for entry in rooms.lookup("a")] == [("a", two, 2)]
    assert rooms.keys(one) == ("b",)
    rooms.unregister(one, "b")
    assert rooms.keys(one) == ()
    assert rooms.lookup("b") == ()


async def test_unregister_match_frees_only_what_matches(
    system: System, rooms: Registry[str, int]
) -> None:
    one, two = script(system), script(system)
    for owner, value in ((one, 1), (one, 2), (two, 2)):
        rooms.register(owner, "a", value)
    rooms.unregister_match(one, "a", lambda value: value == 2)
    rooms.unregister_match(one, "a", lambda value: value == 9)
    assert [told(entry)[1:] for entry in rooms.lookup("a")] == [(one, 1), (two, 2)]


async def test_an_owner_that_gave_everything_back_leaves_nothing_to_release(
    system: System, either: Registry[str, int]
) -> None:
    owner = script(system)
    for key in "ab":
        either.register(owner, key, 1)
    for key in "ab":
        either.unregister(owner, key)
    assert system._releases == {}


async def test_a_key_is_free_before_anybody_hears_of_its_holder_s_death(
    system: System, unique: Registry[str, int], flavour: Flavour
) -> None:
    generations: list[Ref] = []

    def take(me: Script) -> None:
        unique.register(me.ref, "key", len(generations))
        generations.append(me.ref)

    class Parent(Probe):
        def handle_info(self, message: object) -> None:
            if len(generations) < 1_000:
                self.succeed()

        def succeed(self) -> None:
            child = self.system.spawn(partial(flavour.script, on_init=take))
            self.monitor(child)
            child.exit(LOST)

    parent = system.spawn(Parent)
    behind(parent, Parent).succeed()
    await until(lambda: len(generations) == 1_000)
    await settle(system)
    assert unique.count() == 0
    assert system._releases == {}


async def test_a_linked_actor_that_dies_along_finds_the_key_free_too(
    system: System, unique: Registry[str, int], flavour: Flavour
) -> None:
    holder, linked = system.spawn(flavour.script), system.spawn(flavour.script)
    unique.register(holder, "a", 1)
    actor_of(linked).link(holder)
    found: list[int] = []
    system.on_death(linked, lambda _: found.append(unique.count()))
    holder.exit(LOST)
    await linked.join()
    assert found == [0]


async def test_a_holder_whose_end_is_under_way_has_the_key_but_is_not_found(
    system: System, unique: Registry[str, int]
) -> None:
    gate = asyncio.Event()

    async def tidy() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await gate.wait()

    holder, other = system.spawn(ASYNC.script), script(system)
    unique.register(holder, "a", 1)
    holder.cast(Tell(lambda _: tidy()))
    await settle(system)
    holder.kill()
    assert not holder.alive
    assert unique.whereis("a") is None
    assert unique.lookup("a") == ()
    with pytest.raises(AlreadyRegistered):
        unique.register(other, "a", 2)
    gate.set()
    await holder.join()
    unique.register(other, "a", 2)
    assert unique.whereis("a") is other


async def test_match_finds_by_value_and_select_among_all_keys(
    system: System, rooms: Registry[str, int]
) -> None:
    one, two = script(system), script(system)
    for owner, key, value in ((one, "a", 1), (two, "a", 2), (one, "b", 2)):
        rooms.register(owner, key, value)
    assert [told(entry) for entry in rooms.match("a", lambda value: value > 1)] == [("a", two, 2)]
    assert rooms.match("c", lambda _: True) == ()
    found = rooms.select(lambda entry: entry.owner is one or entry.value > 1)
    assert [told(entry) for entry in found] == [("a", one, 1), ("a", two, 2), ("b", one, 2)]
    assert rooms.select(lambda _: False) == ()


async def test_a_unique_value_is_updated_in_place(
    system: System, unique: Registry[str, int]
) -> None:
    owner, other = script(system), script(system)
    unique.register(owner, "a", 1)
    unique.register(owner, "b", 1)
    assert unique.update_value(owner, "a", lambda value: value + 41) == 42
    assert [told(entry) for entry in unique.lookup("a")] == [("a", owner, 42)]
    assert unique.keys(owner) == ("a", "b")
    for asker, key in ((other, "a"), (owner, "c")):
        with pytest.raises(NotRegistered) as caught:
            unique.update_value(asker, key, lambda value: value)
        assert (caught.value.owner, caught.value.key) == (asker, key)


async def test_what_needs_unique_keys_says_so(system: System, rooms: Registry[str, int]) -> None:
    owner = script(system)
    rooms.register(owner, "a", 1)
    with pytest.raises(TypeError, match="update_value needs unique keys"):
        rooms.update_value(owner, "a", lambda value: value)
    with pytest.raises(TypeError, match="whereis needs unique keys"):
        rooms.whereis("a")
    with pytest.raises(TypeError, match="via needs unique keys"):
        rooms.via("a")


async def test_dispatch_hands_over_all_entries_of_a_key_at_once(
    system: System, rooms: Registry[str, int]
) -> None:
    owners = [script(system) for _ in range(3)]
    for owner in owners:
        rooms.register(owner, "lobby", 1)
    rooms.dispatch("lobby", lambda entries: [entry.owner.cast("news") for entry in entries])
    for owner in owners:
        assert await heard(owner) == ("news",)


async def test_dispatch_to_nobody_calls_nothing(rooms: Registry[str, int]) -> None:
    rooms.dispatch("lobby", lambda _: pytest.fail("there is nobody to call this for"))


async def test_a_dispatch_that_raises_changes_nothing(
    system: System, rooms: Registry[str, int]
) -> None:
    rooms.register(script(system), "lobby", 1)
    with pytest.raises(ZeroDivisionError):
        rooms.dispatch("lobby", lambda _: 1 // 0)
    assert rooms.count("lobby") == 1


async def test_entries_may_go_while_they_are_dispatched(
    system: System, rooms: Registry[str, int]
) -> None:
    owners = [script(system) for _ in range(3)]
    for owner in owners:
        rooms.register(owner, "lobby", 1)
    rooms.dispatch("lobby", lambda entries: [entry.owner.kill() for entry in entries])
    assert rooms.count() == 0


async def test_a_via_name_follows_its_key_from_holder_to_holder(
    system: System, unique: Registry[str, int]
) -> None:
    address = unique.via("echo")
    with pytest.raises(NotRunning, match=r"unique\['echo'\] is not running"):
        await address.call(Echo(1))
    for number in range(2):
        holder = script(system)
        unique.register(holder, "echo", number)
        assert address.whereis() is holder
        assert await address.call(Echo(number)) == number
        address.cast("news")
        assert await heard(holder) == ("news",)
        await holder.stop()
        assert address.whereis() is None


async def test_listeners_hear_of_each_registration_and_its_end_in_order(
    system: System, clock: VirtualClock
) -> None:
    registry = Registry[str, int](system, "heard", listeners=("first", "nobody", "second"))
    listeners = [system.spawn(Probe, name=name) for name in ("first", "second")]
    one, two = script(system), script(system)
    registry.register(one, "a", 1)
    registry.register(two, "b", 2)
    registry.unregister(two, "b")
    registry.unregister(two, "b")
    one.kill()
    await settle(system)
    for listener in listeners:
        assert behind(listener, Probe).seen == [
            Registered("heard", "a", one, 1),
            Registered("heard", "b", two, 2),
            Unregistered("heard", "b", two),
            Unregistered("heard", "a", one),
        ]


async def test_a_listener_that_was_restarted_hears_on_under_its_path(system: System) -> None:
    registry = Registry[str, int](system, "heard", listeners=("listener",))
    for key in "ab":
        listener = system.spawn(Probe, name="listener")
        registry.register(listener, key, 1)
        await settle(system)
        assert behind(listener, Probe).seen == [Registered("heard", key, listener, 1)]
        await listener.stop()


async def test_facts_about_the_registry_itself_are_kept_beside_the_entries(
    either: Registry[str, int],
) -> None:
    assert either.meta("limit") is None
    assert either.meta("limit", 9) == 9
    either.put_meta("limit", 0)
    assert either.meta("limit", 9) == 0
    either.delete_meta("limit")
    either.delete_meta("limit")
    assert either.meta("limit") is None
    assert either.count() == 0


async def test_ten_thousand_holders_of_one_key_go_in_one_breath(
    system: System, rooms: Registry[str, int]
) -> None:
    owners = [script(system) for _ in range(10_000)]
    for owner in owners:
        rooms.register(owner, "lobby", 1)
    for owner in reversed(owners):
        owner.kill()
    assert rooms.count() == 0
