"""Thespian's system base over our runtime: what `ActorSystem("asyncioSystemBase")` stands on.

    ActorSystemBase   a program's own: runs a `runtime.System` on a loop in a thread of its own
    EmbeddedBase      a door for the threads of a program whose `runtime.System` already runs

The methods and their arguments are those that `thespian.actors.ActorSystem` calls.
"""

from datetime import timedelta
from functools import partial
from logging.config import dictConfig
from typing import Any, BinaryIO, Literal

from thespian.actors import Actor, ActorAddress, ActorSystem, ActorSystemFailure

from actors.thespian.actor import create
from actors.thespian.capabilities import standard_capabilities
from actors.thespian.caretaker import dismiss
from actors.thespian.letter import Flush
from actors.thespian.loop_thread import LoopThread
from actors.thespian.member import Creation
from actors.thespian.outsider import Listener
from actors.thespian.playhouse import Playhouse
from actors.thespian.source_shelf import read_source
from runtime import CallError, System


class WouldBlock(ActorSystemFailure):
    """`ask` or `listen` on the event loop's own thread, which would wait for itself for ever."""

    def __init__(self) -> None:
        super().__init__("the loop cannot wait for itself: `await Playhouse.of(system).ask(…)`")


class Door:
    """One address outside the system, and what can be done from there, from any thread."""

    def __init__(self, house: Playhouse, name: str) -> None:
        self._house = house
        self._listener = Listener()
        self._address = house.crossing.submit(partial(house.open_door, name, self._listener))

    def newPrimaryActor(
        self,
        behaviour: type[Actor] | str,
        requirements: dict[str, object] | None,
        global_name: str | None,
        source_hash: str | None = None,
    ) -> ActorAddress:
        """See `actors.thespian.actor.create`."""
        return self._house.crossing.submit(
            partial(
                create,
                self._house,
                behaviour,
                requirements=requirements,
                global_name=global_name,
                creation=Creation(None, source_hash),
            )
        )

    def tell(self, address: ActorAddress, message: object) -> None:
        """Send a message."""
        self._house.crossing.post(partial(self._house.send, self._address, address, message))

    def ask(
        self, address: ActorAddress, message: object, timeout: float | timedelta | None
    ) -> object:
        """Send a message and wait for the next one to come here, from anybody."""
        if self._house.crossing.here:
            raise WouldBlock
        self.tell(address, message)
        return self._listener.listen(timeout)

    def listen(self, timeout: float | timedelta | None) -> object:
        """Wait for the next message to come here. None when none comes in time."""
        if self._house.crossing.here:
            raise WouldBlock
        return self._listener.listen(timeout)

    def exit_context(self) -> None:
        """Give up the address; what is still on its way is dead letters."""
        self._house.crossing.post(partial(self._house.close_door, self._address))


class _Base(Door):
    """What both bases offer beyond a private context."""

    def __init__(self, house: Playhouse) -> None:
        super().__init__(house, "System:ExternalRequester")

    def external_clone(self) -> Door:
        """A private context: an address of its own for one thread."""
        return Door(self._house, "System:ExternalRequester")

    def updateCapability(self, name: str, value: object) -> None:
        """Set a capability, or remove it with None; done when this returns."""
        self._house.crossing.submit(partial(self._house.update_capability, name, value))

    def loadActorSource(self, source: str | BinaryIO) -> str:
        """Put a source before the authority, and wait until it has looked at it."""
        house = self._house
        source_hash, data = read_source(source)
        house.crossing.submit(partial(house.sources.submit, source_hash, data))
        if not house.crossing.here:
            house.crossing.run(_looked_at(house))
        return source_hash

    def unloadActorSource(self, source_hash: str) -> None:
        """Forget a source."""
        self._house.crossing.submit(partial(self._house.sources.unload, source_hash))

    def _handleDeadLetters(self, address: ActorAddress, enable: bool) -> None:  # noqa: FBT001
        house = self._house
        house.crossing.post(partial(house.read_dead_letters, address, enable=enable))


class ActorSystemBase(_Base):
    """The base that Thespian finds by name. Its loop runs in a thread of its own until `shutdown`.

    Capabilities are the ActorSystem's, completed by ours. The program's logging is left alone
    unless it gives `logDefs` (Thespian's own bases replace it).
    """

    def __init__(
        self, system: ActorSystem, logDefs: "dict[str, Any] | Literal[False] | None" = None
    ) -> None:
        if logDefs:
            dictConfig(logDefs)
        self._thread = LoopThread()
        house = self._thread.start()
        for name, value in standard_capabilities().items():
            system.capabilities.setdefault(name, value)
        house.capabilities = system.capabilities
        super().__init__(house)

    def shutdown(self) -> None:
        """Let the actors exit, then end the loop and its thread."""
        self._thread.stop()


class EmbeddedBase(_Base):
    """The base for a `runtime.System` that somebody else runs. Make it on that system's loop."""

    def __init__(self, system: System) -> None:
        super().__init__(Playhouse.of(system))

    def shutdown(self) -> None:
        """Let the actors exit that no supervisor answers for; the system runs on."""
        if self._house.crossing.here:
            raise WouldBlock
        self._house.crossing.run(dismiss(self._house))
        self.exit_context()


def embed(system: System) -> ActorSystem:
    """An `ActorSystem` for a system that already runs, to be used by other threads than its loop.

    On the loop itself `createActor` and `tell` work, too; for `ask` there is `Playhouse.ask`.
    """
    return ActorSystem(EmbeddedBase(system), transientUnique=True)


async def _looked_at(house: Playhouse) -> None:
    authority = house.sources.authority
    member = None if authority is None else house.find(authority)
    if member is not None:
        try:
            await member.ref.call(Flush())
        except CallError:
            return  # it takes its time, or is gone: the source is loaded when it answers, or never
