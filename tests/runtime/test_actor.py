from runtime import UNHANDLED, Actor, NotRunning, System
from runtime.mailbox import Sender
from runtime.messages import Call
from runtime.testing import behind, settle
from tests.runtime.scripts import ASYNC, PLAIN, Flavour, Nonsense, Script


def test_one_async_handler_makes_the_class_async() -> None:
    class Waits(Actor):
        async def terminate(self, reason: object) -> None:
            return None

    class Inherits(Waits):
        pass

    assert not Actor.is_async
    assert not PLAIN.script.is_async
    assert ASYNC.script.is_async
    assert Waits.is_async
    assert Inherits.is_async
    assert (Waits.has_init, PLAIN.script.has_init) == (False, True)


async def test_an_actor_that_overrides_nothing_understands_nothing(system: System) -> None:
    class Bare(Actor):
        pass

    ref = system.spawn(Bare, name="bare")
    ref.cast(1)
    ref.send(2)
    await settle(system)
    assert ref.snapshot().unhandled == 2
    assert ref.snapshot().facts == ()
    bare = behind(ref, Bare)
    assert (bare.children(), bare.strategy_label(), bare.intensity_label()) == ((), None, None)
    assert bare.handle_call(Nonsense(), Sender(Nonsense(), ref, None)) is UNHANDLED
    assert bare.init() is None
    assert bare.handle_continue(3) is UNHANDLED
    await ref.stop()


async def test_an_actor_knows_itself_and_its_surroundings(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script, name="self")
    script = behind(ref, Script)
    assert script.ref is ref
    assert script.path == "self"
    assert script.system is system
    assert script.clock is system.clock
    assert script.random is system.random


def test_errors_carry_their_fields() -> None:
    error = NotRunning("epp/pool")
    assert (error.path, str(error)) == ("epp/pool", "epp/pool is not running (noproc)")
    assert issubclass(Nonsense, Call)
