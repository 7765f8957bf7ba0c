"""The one actor that monitors all Thespian actors of a system, and buries the dead."""

from collections.abc import Iterable, Mapping, Sequence

from thespian.actors import ActorExitRequest

from actors.thespian.member import Member
from actors.thespian.playhouse import Playhouse
from runtime import Actor, Crashed, Down, ExitReason, Ref

ROOT = "thespian"
"""The path of a caretaker that no supervisor has started; actors from outside live below it."""
EXIT_GRACE_S = 2.0
"""How long actors may take over their exit."""


class Caretaker(Actor):
    """Stands at the head of the Thespian actors in the tree.

    Put it under a supervisor (`ChildSpec(id="thespian", start=Caretaker)`) before anything else of
    Thespian starts, and they show in the tree and exit with it; otherwise one is started, outside
    the tree, with the first Thespian actor. After a crash of its own it finds everybody again.
    """

    trap_exit = True

    def init(self) -> None:
        """Take over: from nobody, or from a predecessor."""
        self._watched: dict[int, Member] = {}
        self.house = Playhouse.of(self.system)
        self.house.caretaker = self
        for member in self.house.roll():
            self.watch(member)

    def watch(self, member: Member) -> None:
        """See to an actor's end."""
        self._watched[self.monitor(member.ref)] = member

    def handle_info(self, message: object) -> object:
        """Hear of deaths."""
        match message:
            case Down(monitor=monitor):
                return self.house.departed(self._watched.pop(monitor))
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """On an orderly stop the actors it heads exit, too; a crash is no concern of theirs."""
        if not isinstance(reason, Crashed):
            await dismiss(self.house)

    def children(self) -> Sequence[Ref]:
        """The actors without a Thespian parent, but for those that supervisors show themselves."""
        return refs(m for m in self.house.members() if m.parent is None and m.creation is not None)

    def facts(self) -> Mapping[str, object]:
        """Counts."""
        return {
            "actors": len(self.house.members()),
            "dead_letters": self.house.dead_letters,
            "sources": len(self.house.sources.hashes),
        }


def caretaker_of(house: Playhouse) -> Caretaker:
    """The caretaker, started now if there is none."""
    caretaker = house.caretaker
    if caretaker is None or not caretaker.ref.alive:
        house.system.spawn(Caretaker, name=ROOT)
        caretaker = house.caretaker
        assert caretaker is not None
    return caretaker


async def dismiss(house: Playhouse, *, grace_s: float = EXIT_GRACE_S) -> None:
    """Ask every actor to exit that no supervisor answers for; kill who has not after `grace_s`.

    Their sources are unloaded, too.
    """
    ours = [member for member in house.members() if member.creation is not None]
    for member in ours:
        house.announce(member.address, ActorExitRequest())
    clock = house.system.clock
    until_s = clock.monotonic() + grace_s
    for member in ours:
        try:
            await member.ref.join(timeout_s=max(0.0, until_s - clock.monotonic()))
        except TimeoutError:
            member.ref.kill()
    house.sources.clear()


def refs(members: Iterable[Member]) -> tuple[Ref, ...]:
    """What the tree wants to have."""
    return tuple(member.ref for member in members)
