"""Actors whose handlers are given by the test, plain and async, and what drives them."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from runtime import Actor, Call, Ref, Sender
from runtime.exits import ExitReason
from runtime.process import Process
from runtime.testing import behind


@dataclass(frozen=True, slots=True)
class Echo(Call[object]):
    """Answered with its value."""

    value: object


@dataclass(frozen=True, slots=True)
class Heard(Call[tuple[object, ...]]):
    """Answered with everything the actor was told so far."""


@dataclass(frozen=True, slots=True)
class Ask(Call[object]):
    """Answered with what `do` returns, run by the actor inside `handle_call`."""

    do: "Callable[[Script, Sender], object]"


@dataclass(frozen=True, slots=True)
class Tell:
    """A cast that runs `do` inside the actor."""

    do: "Callable[[Script], object]"


@dataclass(frozen=True, slots=True)
class Nonsense(Call[None]):
    """Nobody has a case for it."""


InitResult: TypeAlias = Any


class Script(Actor):
    """State and steps that both flavours share."""

    def __init__(
        self,
        *,
        on_init: "Callable[[Script], InitResult] | None" = None,
        on_terminate: "Callable[[Script, ExitReason], object] | None" = None,
    ) -> None:
        self._on_init = on_init
        self._on_terminate = on_terminate
        self.heard: list[object] = []
        self.ended: list[ExitReason] = []

    def init(self) -> InitResult:
        return None if self._on_init is None else self._on_init(self)

    def _answer(self, request: Call[Any], sender: Sender) -> object:
        match request:
            case Echo(value=value):
                return value
            case Heard():
                return tuple(self.heard)
            case Ask(do=do):
                return do(self, sender)
            case _:
                return self.unhandled(request)

    def _take(self, message: object) -> object:
        match message:
            case Tell(do=do):
                return do(self)
            case _:
                self.heard.append(message)
                return None

    def _end(self, reason: ExitReason) -> object:
        self.ended.append(reason)
        return None if self._on_terminate is None else self._on_terminate(self, reason)

    def facts(self) -> dict[str, object]:
        return {"heard": len(self.heard)}


class PlainScript(Script):
    """Every handler is a plain function."""

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        return self._answer(request, sender)

    def handle_cast(self, message: object) -> object:
        return self._take(message)

    def handle_info(self, message: object) -> object:
        return self._take(message)

    def handle_continue(self, message: object) -> object:
        return self._take(message)

    def terminate(self, reason: ExitReason) -> object:
        return self._end(reason)


class AsyncScript(Script):
    """Every handler is a coroutine function; what a step returns is awaited if it can be."""

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        return await _awaited(self._answer(request, sender))

    async def handle_cast(self, message: object) -> object:
        return await _awaited(self._take(message))

    async def handle_info(self, message: object) -> object:
        return await _awaited(self._take(message))

    async def handle_continue(self, message: object) -> object:
        return await _awaited(self._take(message))

    async def terminate(self, reason: ExitReason) -> object:
        return await _awaited(self._end(reason))


async def _awaited(result: Any) -> object:
    return (await result) if inspect.isawaitable(result) else result


class PlainTrapper(PlainScript):
    """Hears of deaths instead of dying with them."""

    trap_exit = True


class AsyncTrapper(AsyncScript):
    """The same, async."""

    trap_exit = True


@dataclass(frozen=True, slots=True)
class Flavour:
    """One way to write the same actor."""

    script: type[Script]
    trapper: type[Script]


PLAIN = Flavour(PlainScript, PlainTrapper)
ASYNC = Flavour(AsyncScript, AsyncTrapper)


class ScriptError(Exception):
    """What scripts raise."""


def raising(*_: object) -> None:
    """A step that crashes its actor."""
    raise ScriptError("as told")


def actor_of(ref: Ref) -> Script:
    """The actor behind a ref."""
    return behind(ref, Script)


async def heard(ref: Ref) -> tuple[object, ...]:
    """What an actor was told so far."""
    return await ref.call(Heard())


def running(ref: Ref) -> int:
    """How many Tasks run on behalf of an actor."""
    assert isinstance(ref, Process)
    return len(ref.running_tasks())
