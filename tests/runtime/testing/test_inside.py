import pytest

from runtime import Failed, System
from runtime.mailbox import Stop
from runtime.testing import behind, in_background, mailbox_of, settle
from tests.runtime.scripts import AsyncScript, Echo, Flavour, PlainScript, Script


async def test_the_actor_behind_a_ref_is_of_the_kind_asked_for(system: System) -> None:
    ref = system.spawn(PlainScript)
    assert behind(ref, Script) is behind(ref, PlainScript)
    with pytest.raises(AssertionError):
        behind(ref, AsyncScript)


async def test_a_mailbox_shows_what_waits_in_order_whatever_kind_of_mail(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    assert mailbox_of(ref) == ()
    ref.suspend()
    ref.cast("cast")
    ref.send("info")
    call = in_background(ref.call(Echo("call")))
    await settle(system)
    assert mailbox_of(ref) == ("cast", "info", Echo("call"))
    ref.resume()
    await call
    assert mailbox_of(ref) == ()
    ref.request_stop(Failed("enough"))
    (stop,) = mailbox_of(ref)
    assert isinstance(stop, Stop)
    await ref.join()
    assert mailbox_of(ref) == ()
