import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from thespian.actors import (
    Actor,
    ActorAddress,
    ActorExitRequest,
    ActorSystemException,
    ChildActorExited,
    InvalidActorSourceHash,
    InvalidActorSpecification,
    NoCompatibleSystemForActor,
    PoisonMessage,
    Thespian_ActorStatus,
    Thespian_StatusReq,
    WakeupMessage,
    requireCapability,
)

from actors.thespian import Playhouse, ThespianActor
from runtime import Call, ChildSpec, Crashed, Failed, Normal, Shutdown, System, Unhandled
from runtime.testing import VirtualClock, settle, until
from supervisors import Supervisor
from tests.actors.thespian.players import (
    AsyncEcho,
    Diary,
    Dispatcher,
    Ear,
    Echo,
    Parent,
    Stillborn,
    Touchy,
    instance,
    new,
    ref,
)


@pytest.mark.parametrize("behaviour", [Echo, AsyncEcho])
async def test_plain_and_async_handlers_answer(house: Playhouse, behaviour: type[Actor]) -> None:
    assert await house.ask(new(house, behaviour), "hello") == "hello"


async def test_a_dispatcher_may_mix_plain_and_async_methods(house: Playhouse) -> None:
    dispatcher = new(house, Dispatcher)
    assert await house.ask(dispatcher, 1) == 2
    assert await house.ask(dispatcher, "one") == "ONE"


async def test_falsy_messages_are_messages(system: System, house: Playhouse, ear: Ear) -> None:
    ear.tell(new(house, Echo), 0, "", None, {}, False)
    await settle(system)
    assert ear.news() == [0, "", None, {}, False]


async def test_an_async_actor_handles_one_message_at_a_time_and_others_go_on(
    system: System, house: Playhouse, ear: Ear
) -> None:
    gate = asyncio.Event()
    log: list[str] = []

    class Slow(Actor):
        async def receiveMessage(self, msg: str, sender: ActorAddress) -> None:
            log.append(f"+{msg}")
            await gate.wait()
            log.append(f"-{msg}")

    ear.tell(new(house, Slow), "a", "b")
    ear.tell(new(house, Echo), "meanwhile")
    await settle(system)
    assert log == ["+a"]
    assert ear.news() == ["meanwhile"]
    gate.set()
    await until(lambda: len(log) == 4)
    assert log == ["+a", "-a", "+b", "-b"]


class TestFailures:
    async def test_a_message_is_tried_twice(self, house: Playhouse) -> None:
        touchy = new(house, Touchy)
        assert await house.ask(touchy, "once") == ("once", 2)

    async def test_the_second_failure_makes_it_poison_and_the_actor_lives_on(
        self, house: Playhouse
    ) -> None:
        touchy = new(house, Touchy)
        poison = await house.ask(touchy, "never")
        assert isinstance(poison, PoisonMessage)
        assert poison.poisonMessage == "never"
        assert poison.details is not None
        assert "ValueError: never this" in poison.details
        assert await house.ask(touchy, 1) == (1, 3)

    async def test_the_next_message_waits_until_the_retry_is_done(
        self, system: System, house: Playhouse, ear: Ear
    ) -> None:
        ear.tell(new(house, Touchy), "once", "then")
        await settle(system)
        assert ear.news() == [("once", 2), ("then", 3)]

    async def test_poison_and_a_child_s_exit_are_not_returned_as_poison(
        self, system: System, house: Playhouse, ear: Ear
    ) -> None:
        class Sour(Actor):
            def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
                raise ValueError(msg)

        sour = new(house, Sour)
        ear.tell(sour, PoisonMessage("x"), ChildActorExited(ear.address))
        await settle(system)
        assert ear.news() == []
        assert dict(ref(house, sour).snapshot().facts)["poisoned"] == "2"

    async def test_sys_exit_ends_the_actor_alone(self, system: System, house: Playhouse) -> None:
        handle = ref(house, touchy := new(house, Touchy))
        house.tell(touchy, "leave")
        assert await handle.join() == Failed("system_exit", "3")
        assert await house.ask(new(house, Echo), "still here") == "still here"


class TestExit:
    async def test_an_exit_request_is_handled_and_ends_the_actor(
        self, system: System, house: Playhouse
    ) -> None:
        diary = new(house, Diary)
        player, handle = instance(house, diary), ref(house, diary)
        house.tell(diary, "first")
        house.tell(diary, ActorExitRequest())
        house.tell(diary, "too late")
        assert await handle.join() == Normal()
        assert player.notes == ["first", ActorExitRequest()]
        assert house.find(diary) is None

    async def test_an_actor_that_raises_at_its_exit_exits_all_the_same(
        self, house: Playhouse
    ) -> None:
        handle = ref(house, touchy := new(house, Touchy))
        player = instance(house, touchy)
        house.tell(touchy, ActorExitRequest())
        assert await handle.join() == Normal()
        assert player.attempts == 1

    async def test_a_stop_from_our_side_is_an_exit_request_for_the_actor(
        self, house: Playhouse
    ) -> None:
        diary = new(house, Diary)
        player, handle = instance(house, diary), ref(house, diary)
        await handle.stop(Shutdown())
        assert player.notes == [ActorExitRequest()]

    async def test_an_exit_signal_is_an_exit_request_too(self, house: Playhouse) -> None:
        diary = new(house, Diary)
        player, handle = instance(house, diary), ref(house, diary)
        handle.exit(Shutdown("enough"))
        assert await handle.join() == Shutdown("enough")
        assert player.notes == [ActorExitRequest()]

    async def test_a_kill_says_nothing_to_the_actor_but_its_parent_hears(
        self, system: System, house: Playhouse
    ) -> None:
        parent = new(house, Parent)
        child = await house.ask(parent, Diary)
        assert isinstance(child, ActorAddress)
        player = instance(house, child)
        ref(house, child).kill()
        await settle(system)
        assert player.notes == []
        assert instance(house, parent).heard == [ChildActorExited(child)]


class TestFamilies:
    async def test_children_are_named_below_their_parent_and_shown_there(
        self, system: System, house: Playhouse
    ) -> None:
        parent = new(house, Parent)
        child = await house.ask(parent, Echo)
        assert isinstance(child, ActorAddress)
        assert child.actorAddressString.startswith(f"{parent.actorAddressString}/Echo-")
        tree = system.tree(system.lookup("thespian"))
        assert [node.actor.path for node in tree.children] == [parent.actorAddressString]
        assert [node.actor.path for node in tree.children[0].children] == [
            str(child)[len("ActorAddr-") :]
        ]

    async def test_children_exit_with_their_parent(self, system: System, house: Playhouse) -> None:
        parent = new(house, Parent)
        child = await house.ask(parent, Diary)
        assert isinstance(child, ActorAddress)
        player = instance(house, child)
        house.tell(parent, ActorExitRequest())
        await settle(system)
        assert house.members() == ()
        assert player.notes == [ActorExitRequest()]

    async def test_children_stay_when_the_exit_is_not_recursive(
        self, system: System, house: Playhouse
    ) -> None:
        parent = new(house, Parent)
        child = await house.ask(parent, Echo)
        assert isinstance(child, ActorAddress)
        house.tell(parent, ActorExitRequest(recursive=False))
        await settle(system)
        assert [member.address for member in house.members()] == [child]
        assert [node.actor.path for node in system.tree(system.lookup("thespian")).children] == [
            child.actorAddressString
        ]

    async def test_a_child_that_cannot_be_made_has_an_address_and_has_exited(
        self, system: System, house: Playhouse
    ) -> None:
        parent = new(house, Parent)
        child = await house.ask(parent, Stillborn)
        assert isinstance(child, ActorAddress)
        await settle(system)
        assert instance(house, parent).heard == [ChildActorExited(child)]
        assert house.find(child) is None

    async def test_a_child_of_no_such_module_is_the_creator_s_own_fault(
        self, house: Playhouse
    ) -> None:
        poison = await house.ask(new(house, Parent), "no.such.Actor")
        assert isinstance(poison, PoisonMessage)
        assert poison.details is not None
        assert "ModuleNotFoundError" in poison.details

    async def test_a_name_without_a_module_makes_no_child(
        self, system: System, house: Playhouse
    ) -> None:
        parent = new(house, Parent)
        child = await house.ask(parent, "Echo")
        assert isinstance(child, ActorAddress)
        await settle(system)
        assert instance(house, parent).heard == [ChildActorExited(child)]


class TestPrimaryActors:
    async def test_the_creator_gets_what_the_constructor_raises(self, house: Playhouse) -> None:
        with pytest.raises(ValueError, match="not today"):
            new(house, Stillborn)
        assert house.members() == ()

    async def test_wrong_classes_are_named(self, house: Playhouse) -> None:
        from actors.thespian import create

        with pytest.raises(InvalidActorSpecification):
            create(house, "Echo")
        with pytest.raises(ImportError):
            create(house, "no.such.Actor")
        assert create(house, "tests.actors.thespian.players.Echo") is not None

    async def test_a_source_that_is_not_loaded_is_named(self, house: Playhouse) -> None:
        from actors.thespian import create
        from actors.thespian.member import Creation

        with pytest.raises(InvalidActorSourceHash):
            create(house, "a.B", creation=Creation(None, "5ca1ab1e"))

    async def test_capabilities_and_requirements_are_checked_and_handed_on(
        self, house: Playhouse
    ) -> None:
        @requireCapability("Dogs Allowed")
        class Dog(Actor):
            def __init__(
                self, capabilities: dict[str, object], requirements: dict[str, object]
            ) -> None:
                self.given = (capabilities["Dogs Allowed"], requirements)

        with pytest.raises(NoCompatibleSystemForActor):
            new(house, Dog)
        house.update_capability("Dogs Allowed", True)
        dog = new(house, Dog, requirements={"collar": "red"})
        assert instance(house, dog).given == (True, {"collar": "red"})

    async def test_a_global_name_is_found_again_until_its_holder_exits(
        self, system: System, house: Playhouse
    ) -> None:
        first = new(house, Echo, global_name="the one")
        assert new(house, Stillborn, global_name="the one") == first
        parent = new(house, Parent)
        assert await house.ask(parent, (Diary, "the one")) == first
        house.tell(first, ActorExitRequest())
        await settle(system)
        second = new(house, Echo, global_name="the one")
        assert second != first
        assert dict(ref(house, second).snapshot().facts)["global_name"] == "the one"

    async def test_one_that_is_started_by_hand_under_a_taken_global_name_fails(
        self, system: System, house: Playhouse
    ) -> None:
        new(house, Echo, global_name="the one")
        with pytest.raises(Exception, match="the one") as caught:
            system.spawn(partial(ThespianActor, Echo, global_name="the one"), name="second")
        assert isinstance(caught.value.__cause__, ActorSystemException)


class Sleeper(Actor):
    """Asks to be woken."""

    def __init__(self) -> None:
        self.woken: list[Any] = []

    def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        match msg:
            case WakeupMessage():
                self.woken.append((msg.delayPeriod, msg.payload, sender == self.myAddress))
            case (period, payload):
                self.wakeupAfter(period, payload)
            case _:
                raise AssertionError(msg)


class TestWakeups:
    async def test_they_come_in_time_with_their_period_and_payload(
        self, system: System, clock: VirtualClock, house: Playhouse
    ) -> None:
        sleeper = new(house, Sleeper)
        player = instance(house, sleeper)
        house.tell(sleeper, (2, "two"))
        house.tell(sleeper, (timedelta(seconds=1), "one"))
        await settle(system)
        assert dict(ref(house, sleeper).snapshot().facts)["wakeups"] == "2"
        await clock.advance(1.0, system=system)
        assert player.woken == [(timedelta(seconds=1), "one", True)]
        await clock.advance(1.0, system=system)
        assert player.woken[1:] == [(2, "two", True)]

    async def test_they_end_with_the_actor(
        self, system: System, clock: VirtualClock, house: Playhouse
    ) -> None:
        sleeper = new(house, Sleeper)
        house.tell(sleeper, (2, None))
        await settle(system)
        house.tell(sleeper, ActorExitRequest())
        await settle(system)
        assert clock.pending == 0

    async def test_a_period_below_nought_is_now(
        self, system: System, clock: VirtualClock, house: Playhouse
    ) -> None:
        sleeper = new(house, Sleeper)
        house.tell(sleeper, (-1.0, "late"))
        await clock.advance(0.0, system=system)
        assert instance(house, sleeper).woken == [(-1.0, "late", True)]


class TestBlockingHandlers:
    async def test_a_class_that_held_the_loop_moves_to_a_thread(
        self, clock: VirtualClock, house: Playhouse
    ) -> None:
        import threading

        class Blocking(Actor):
            def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
                clock._elapsed_s += 0.5
                self.send(sender, threading.current_thread().name)

        first, second = new(house, Blocking), new(house, Blocking)
        assert await house.ask(first, "where?", timeout_s=9) == threading.current_thread().name
        assert str(await house.ask(first, "where?", timeout_s=9)).startswith("thespian")
        assert str(await house.ask(second, "where?", timeout_s=9)).startswith("thespian")

    async def test_one_that_is_said_to_block_never_sees_the_loop(
        self, system: System, house: Playhouse
    ) -> None:
        import threading

        class Blocking(Actor):
            def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
                if msg == "child":
                    self.send(sender, self.createActor(Echo))
                else:
                    self.send(sender, threading.current_thread().name)

        handle = system.spawn(partial(ThespianActor, Blocking, threaded=True), name="blocking")
        address = ActorAddress("blocking")
        assert str(await house.ask(address, "where?")).startswith("thespian")
        child = await house.ask(address, "child")
        assert isinstance(child, ActorAddress)
        assert await house.ask(child, "hello") == "hello"
        assert dict(handle.snapshot().facts)["threaded"] == "True"

    async def test_the_capability_keeps_them_on_the_loop(
        self, clock: VirtualClock, house: Playhouse
    ) -> None:
        import threading

        class Blocking(Actor):
            def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
                clock._elapsed_s += 0.5
                self.send(sender, threading.current_thread().name)

        house.update_capability("Handler Threads", False)
        address = new(house, Blocking)
        for _ in range(2):
            answer = await house.ask(address, "where?", timeout_s=9)
            assert answer == threading.current_thread().name


async def test_the_status_tells_of_children_and_wakeups(system: System, house: Playhouse) -> None:
    parent = new(house, Parent)
    child = await house.ask(parent, Sleeper)
    assert isinstance(child, ActorAddress)
    house.tell(child, (9, None))
    of_parent = await house.ask(parent, Thespian_StatusReq())
    of_child = await house.ask(child, Thespian_StatusReq())
    assert isinstance(of_parent, Thespian_ActorStatus)
    assert isinstance(of_child, Thespian_ActorStatus)
    assert of_parent.childActors == [child]
    assert [address for address, _ in of_child.pendingWakeups] == [child]


async def test_mail_of_our_own_world_is_unhandled(system: System, house: Playhouse) -> None:
    class Strange(Call[None]):
        """Nothing a Thespian actor knows."""

    handle = ref(house, new(house, Echo))
    handle.cast("no letter")
    handle.send("no signal")
    with pytest.raises(Unhandled):
        await handle.call(Strange())
    assert handle.snapshot().unhandled == 3


class TestUnderASupervisor:
    async def test_poison_is_a_crash_and_the_successor_has_the_address(
        self, system: System, house: Playhouse, ear: Ear
    ) -> None:
        first = system.spawn(partial(ThespianActor, Touchy), name="touchy")
        address = ActorAddress("touchy")
        ear.tell(address, "never")
        reason = await first.join()
        assert isinstance(reason, Crashed)
        assert isinstance(ear.news()[0], PoisonMessage)
        system.spawn(partial(ThespianActor, Touchy), name="touchy")
        ear.tell(address, 1)
        await settle(system)
        assert ear.news() == [(1, 1)]

    async def test_a_child_of_ours_is_shown_and_comes_back_under_its_address(
        self, system: System, house: Playhouse, ear: Ear
    ) -> None:
        spec = ChildSpec(id="touchy", start=partial(ThespianActor, Touchy))
        top = await system.start(partial(Supervisor, [spec]), name="top")
        address = ActorAddress("top/touchy")
        assert [node.actor.path for node in system.tree(top).children] == ["top/touchy"]
        ear.tell(address, "never")
        await settle(system)
        assert isinstance(ear.news()[0], PoisonMessage)
        assert system.lookup("top/touchy").snapshot().restarts == 1
        ear.tell(address, 1)
        await settle(system)
        assert ear.news() == [(1, 1)]
