"""State held by an actor, for when that is all there is to it (Elixir: Agent).

    subscribers = await Agent[frozenset[str]].start(system, frozenset)
    await subscribers.update(lambda held: held | {"ada"})
    assert await subscribers.get(len) == 1

The functions run inside the agent, one at a time, so they must be quick and must not wait. One that
raises ends the agent, and its caller gets `ActorExited`. Under a supervisor:
`ChildSpec(id="subscribers", start=Agent.holding(frozenset))`, and `Agent(Via.path(…))` to speak to
it, whichever its incarnation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from runtime.actor import Actor
from runtime.exits import NORMAL, ExitReason
from runtime.mailbox import Sender
from runtime.messages import Call
from runtime.ref import DEFAULT_TIMEOUT_S, Ref
from runtime.via import Address

if TYPE_CHECKING:
    from runtime.system import System

State = TypeVar("State")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Get(Call[Value], Generic[Value]):
    """Answered with `function(state)`."""

    function: Callable[[Any], Value]


@dataclass(frozen=True, slots=True)
class Update(Call[None]):
    """The state becomes `function(state)`; as a cast, too."""

    function: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class GetAndUpdate(Call[Value], Generic[Value]):
    """`function(state)` is what to answer, and the new state."""

    function: Callable[[Any], tuple[Value, Any]]


class AgentActor(Actor):
    """The actor that holds the state."""

    def __init__(self, initial: Callable[[], object]) -> None:
        self._initial = initial
        self._state: object = None

    def init(self) -> None:
        """Make the state, afresh in each incarnation."""
        self._state = self._initial()

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Run a function that somebody waits for."""
        match request:
            case Get(function=function):
                return function(self._state)
            case Update(function=function):
                self._state = function(self._state)
                return None
            case GetAndUpdate(function=function):
                value, self._state = function(self._state)
                return value
            case _:
                return self.unhandled(request)

    def handle_cast(self, message: object) -> object:
        """Run a function that nobody waits for."""
        match message:
            case Update(function=function):
                self._state = function(self._state)
                return None
            case _:
                return self.unhandled(message)

    def facts(self) -> dict[str, object]:
        """See `Actor.facts`. The kind of state; what is in it may be secret."""
        return {"holds": type(self._state).__name__}


class Agent(Generic[State]):
    """How an agent is spoken to. `timeout_s` and errors as in `Ref.call`."""

    __slots__ = ("address",)

    def __init__(self, address: Address) -> None:
        self.address = address

    @staticmethod
    def holding(initial: Callable[[], State]) -> "Callable[[], AgentActor]":
        """For `ChildSpec.start`: makes an agent whose state is `initial()`."""
        return partial(AgentActor, initial)

    @classmethod
    async def start(
        cls,
        system: "System",
        initial: Callable[[], State],
        *,
        name: str | None = None,
        parent: Ref | None = None,
    ) -> "Agent[State]":
        """Start an agent whose state is `initial()`, run inside it; linked to `parent`, if any.

        Raises StartFailed when `initial` does, AlreadyStarted when the name is taken.
        """
        return cls(await system.start(partial(AgentActor, initial), name=name, parent=parent))

    async def get(
        self, function: Callable[[State], Value], *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> Value:
        """What `function` makes of the state. The state itself is shared: do not change it."""
        return await self.address.call(Get(function), timeout_s=timeout_s)

    async def update(
        self, function: Callable[[State], State], *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        """Make `function(state)` the state."""
        await self.address.call(Update(function), timeout_s=timeout_s)

    async def get_and_update(
        self,
        function: Callable[[State], tuple[Value, State]],
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
    ) -> Value:
        """Take the value and the new state from `function(state)`; nothing gets in between."""
        return await self.address.call(GetAndUpdate(function), timeout_s=timeout_s)

    def cast(self, function: Callable[[State], State]) -> None:
        """`update` without waiting: in its turn among the mail."""
        self.address.cast(Update(function))

    async def stop(self, reason: ExitReason = NORMAL, *, timeout_s: float | None = None) -> None:
        """Stop it in an orderly way and wait until it is done; kill it after `timeout_s`."""
        await self.address.require().stop(reason, timeout_s=timeout_s)
