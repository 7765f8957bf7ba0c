"""What `thespian.actors.Actor` calls `self._myRef`: the ways in which an actor acts on the world.

The names are Thespian's. Every method may be called from the loop's thread or from the thread in
which a slow handler runs. The dead act no more: a handler that was left behind in its thread when
its actor was killed speaks to nobody.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from thespian.actors import Actor, ActorAddress, ActorSystemFailure

from actors.thespian.playhouse import Playhouse
from actors.thespian.source_shelf import read_source

if TYPE_CHECKING:
    from actors.thespian.actor import ThespianActor


class Reference:
    """One actor's hold on its system."""

    def __init__(self, actor: "ThespianActor", house: Playhouse) -> None:
        self._actor = actor
        self._house = house
        self._crossing = house.crossing
        self._member = actor.member

    @property
    def address(self) -> ActorAddress:
        """Its own address."""
        return self._member.address

    @property
    def parent(self) -> ActorAddress:
        """Who created it: an actor, or the system."""
        parent = self._member.parent
        return self._house.address if parent is None else parent.address

    @property
    def globalName(self) -> str | None:
        """Its global name, if it has one."""
        return self._member.global_name

    # Actors and mail.

    def createActor(
        self,
        behaviour: type[Actor] | str,
        requirements: dict[str, object] | None,
        global_name: str | None,
        sourceHash: str | None = None,
    ) -> ActorAddress:
        """See `thespian.actors.Actor.createActor`. Raises ActorSystemFailure when dead."""
        return self._crossing.submit(
            lambda: self._living().create_child(
                behaviour, requirements, global_name, sourceHash or self._member.source_hash
            )
        )

    def actor_send(self, target: ActorAddress, message: object) -> None:
        """Send a message to another actor."""
        self._post(partial(self._house.send, self._member.address, target, message))

    def wakeupAfter(self, period: float | timedelta, payload: object = None) -> None:
        """Ask for a `WakeupMessage`."""
        self._post(partial(self._actor.wake_after, period, payload))

    # What it registers for. `address` is the caller's own, as Thespian passes it.

    def handleDeadLetters(self, address: ActorAddress, enable: bool) -> None:  # noqa: FBT001
        """Receive what reaches nobody, as `DeadEnvelope`."""
        self._post(partial(self._house.read_dead_letters, address, enable=enable))

    def registerSourceAuthority(self, address: ActorAddress) -> None:
        """Decide from now on which sources may be loaded."""

        def register() -> None:
            self._house.sources.authority = address

        self._post(register)

    def notifyOnSourceAvailability(self, address: ActorAddress, enable: bool) -> None:  # noqa: FBT001
        """Hear of sources loaded and unloaded."""
        self._post(partial(self._house.sources.tell, address, enable=enable))

    def notifyOnSystemRegistrationChanges(self, address: ActorAddress, enable: bool) -> None:  # noqa: FBT001
        """Hear of other systems of the convention; a local system never has any."""

    # What it does to the system.

    def updateCapability(self, name: str, value: object) -> None:
        """Set or remove a capability."""
        self._post(partial(self._house.update_capability, name, value))

    def loadActorSource(self, source: str | BinaryIO) -> str:
        """Put a source before the authority; returns its hash at once."""
        source_hash, data = read_source(source)
        self._post(partial(self._house.sources.submit, source_hash, data))
        return source_hash

    def unloadActorSource(self, source_hash: str) -> None:
        """Forget a source."""
        self._post(partial(self._house.sources.unload, source_hash))

    def preRegisterRemoteSystem(self, address: object, capabilities: dict[str, object]) -> None:
        """Expect another system in the convention; without effect, for there is no convention."""

    def deRegisterRemoteSystem(self, address: object) -> None:
        """Expect it no longer; without effect."""

    def actorSystemShutdown(self) -> None:
        """Let every actor exit that no supervisor answers for. The runtime's system goes on."""
        self._post(self._actor.dismiss_all)

    def _post(self, work: Callable[[], None]) -> None:
        if self._member.ref.alive:
            self._crossing.post(work)

    def _living(self) -> "ThespianActor":
        if not self._member.ref.alive:
            raise ActorSystemFailure(f"{self._member.path} has exited")
        return self._actor
