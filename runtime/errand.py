"""One piece of work, the actor that does it, and what became of it.

A task is an actor of its own: it has a path, a mailbox nobody writes to, links, and a death that is
seen. Its value is handed over at its death and not before, so that who has the value finds no
trace of the task: its name is free, and its supervisor has the news in its mailbox already.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from runtime.actor import Actor
from runtime.exits import NORMAL, ExitReason
from runtime.messages import IGNORE, Continue, Mark
from runtime.owner import CALLERS, Owner
from runtime.ref import Ref

if TYPE_CHECKING:
    from runtime.system import System

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)
Item_co = TypeVar("Item_co", covariant=True)

Work = Callable[[], Awaitable[Value]]
"""What a task does: called once, in the task's actor, and awaited there."""

_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Done(Generic[Value_co]):
    """The task returned `value`."""

    value: Value_co


@dataclass(frozen=True, slots=True)
class Died(Generic[Item_co]):
    """The task ended without a value.

    `reason` is its exit reason: `Crashed` for what it raised, `Failed("timeout", …)` when a stream
    killed it for taking too long. `item` is the stream's input if it was asked to keep it.
    """

    reason: ExitReason
    item: Item_co | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """What a task's actor is doing when it crashes, as the log names it."""


class Errand(ABC, Generic[Value]):
    """Shared by who asks for work and the actor that does it."""

    __slots__ = ("_given_up", "_value", "callers", "number", "ref", "system")

    def __init__(self, system: "System", owner: Owner) -> None:
        self.system = system
        self.callers = owner.callers()
        self.number = system.next_serial()
        self.ref: Ref | None = None
        self._value: Value | object = _NOTHING
        self._given_up = False

    def factory(self, work: Work[Value]) -> "Callable[[], TaskActor]":
        """Makes the actor that does it."""
        return partial(TaskActor, work, self.callers, self)

    async def begin(self, starting: Awaitable[object]) -> None:
        """Await the start. If that fails or is cancelled, a task that starts yet is killed."""
        try:
            await starting
        except BaseException:
            self.give_up()
            raise

    def attach(self, ref: Ref) -> bool:
        """The actor's init: it is there. Returns whether the work is still wanted."""
        if self._given_up:
            return False
        self.ref = ref
        self.system.on_death(ref, self._on_death)
        return True

    def deliver(self, value: Value) -> None:
        """The work is done; the actor ends next."""
        self._value = value

    def give_up(self) -> None:
        """Nobody wants the value any more: end the work, now or before it starts."""
        self._given_up = True
        if self.ref is not None:
            self.ref.kill()

    @abstractmethod
    def ended(self, outcome: Done[Value] | Died[None]) -> None:
        """The actor is dead, and nobody has heard of it yet. Must not raise."""

    def _on_death(self, ref: Ref) -> None:
        value: Any = self._value
        self._value = _NOTHING
        if value is _NOTHING:
            self.ended(Died(ref.exit_reason or NORMAL))
        else:
            self.ended(Done(value))


class TaskActor(Actor):
    """Does one piece of work and ends: normally, or as a crash by what the work raised.

    A shutdown or kill cancels the work. One that catches the `CancelledError` and returns a value
    within the time it was given has answered.
    """

    def __init__(
        self, work: Work[Any], callers: tuple[str, ...], errand: Errand[Any] | None = None
    ) -> None:
        self._work = work
        self._callers = callers
        self._errand = errand

    def init(self) -> Continue | Mark:
        """Be known to the owner, then begin."""
        if self._errand is not None and not self._errand.attach(self.ref):
            return IGNORE
        return Continue(Begin())

    async def handle_continue(self, message: object) -> None:
        """Do the work."""
        CALLERS.set(self._callers)
        value = await self._work()
        if self._errand is not None:
            self._errand.deliver(value)
        self.stop()

    def facts(self) -> dict[str, object]:
        """See `Actor.facts`."""
        return {"work": label_of(self._work), "callers": " < ".join(self._callers)}


def label_of(work: object) -> str:
    """The name of a function, with what it was bound to left out: that may be secret."""
    while isinstance(work, partial):
        work = work.func  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
    return str(getattr(work, "__qualname__", type(work).__qualname__))  # pyright: ignore[reportUnknownArgumentType]
