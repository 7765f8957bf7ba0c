"""The debug mode in which a message that two actors could both write to is refused.

Messages are shared references: what is changed after it was sent changes under the receiver's
hands (the BEAM copies). `System(frozen_messages=True)` looks into every request, cast, timer's
message and reply. It costs time for each, so it is for tests and for the search of such a fault;
without it nothing is looked at, and nothing is slower.
"""

import dataclasses
from collections.abc import Iterator, MutableMapping, MutableSequence, MutableSet
from types import MappingProxyType
from typing import Final, cast

from runtime.belongings import Belongings
from runtime.messages import Call, Down, Exited, Reply, TaskDone, TaskFailed, Timeout
from runtime.process import Process
from runtime.ref import DEFAULT_TIMEOUT_S
from runtime.request import PendingReply
from runtime.timers import Timer

_MUTABLE: Final = (MutableSequence, MutableMapping, MutableSet, bytearray)
_SIGNALS: Final = (Down, Exited, TaskDone, TaskFailed, Timeout)
"""Made by the runtime for one receiver; a task's value is its owner's alone."""


class MutableMessage(TypeError):
    """A message that is not deeply immutable. `place` is the path to the mutable part."""

    def __init__(self, what: str, place: str, part: str) -> None:
        super().__init__(f"{what} is not frozen: {place} is a mutable {part}")
        self.what = what
        self.place = place
        self.part = part


def mutable_part(value: object, place: str) -> tuple[str, object] | None:
    """The first mutable part inside `value`, which is called `place`, and the path to it.

    Mutable are lists, dicts, sets, bytearrays and their like, and dataclasses and structs that are
    not frozen. Looked into are tuples, frozensets, mapping proxies and frozen dataclasses and
    structs. Everything else (refs, functions, errors, handles of libraries) is let through.
    """
    if _is_mutable(value):
        return place, value
    for inner, part in _parts(value):
        found = mutable_part(part, place + inner)
        if found is not None:
            return found
    return None


def _is_mutable(value: object) -> bool:
    if isinstance(value, _MUTABLE):
        return True
    kind = type(value)
    rules = getattr(kind, "__dataclass_params__", None) or getattr(kind, "__struct_config__", None)
    return not isinstance(value, type) and rules is not None and not rules.frozen


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """What `value` holds, each with the text that leads from it to there."""
    holder = value
    names: tuple[str, ...] = ()
    if isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        names = getattr(parts, "_fields", ())
        if not names:
            yield from ((f"[{index}]", part) for index, part in enumerate(parts))
    elif isinstance(value, frozenset):
        yield from ((f"{{{part!r}}}", part) for part in cast("frozenset[object]", value))
    elif isinstance(value, MappingProxyType):
        mapping = cast("MappingProxyType[object, object]", value)
        yield from ((f"[{key!r}]", part) for key, part in mapping.items())
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = tuple(field.name for field in dataclasses.fields(value))
    elif not isinstance(value, type):
        names = getattr(type(value), "__struct_fields__", ())
    yield from ((f".{name}", getattr(holder, name, None)) for name in names)


def _refuse_mutable(process: Process, message: object, place: str = "message") -> None:
    found = mutable_part(message, place)
    if found is not None:
        where, part = found
        what = f"the {place} {type(message).__name__} to {process.path}"
        raise MutableMessage(what, where, type(part).__name__)


class FrozenBelongings(Belongings):
    """Timers whose messages were looked into when they were set."""

    __slots__ = ()

    def send_after(self, delay_s: float, message: object) -> Timer:
        """See `Actor.send_after`. Raises MutableMessage."""
        _refuse_mutable(self._process, message)
        return super().send_after(delay_s, message)


class FrozenProcess(Process):
    """A process that takes immutable messages only; the sender gets the MutableMessage."""

    __slots__ = ()

    async def call(self, request: Call[Reply], *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Reply:
        """See `Ref.call`. Raises MutableMessage for the request, and for the reply it got."""
        _refuse_mutable(self, request, "request")
        reply = await super().call(request, timeout_s=timeout_s)
        found = mutable_part(reply, "reply")
        if found is not None:
            place, part = found
            what = f"the reply of {self.path} to {type(request).__name__}"
            raise MutableMessage(what, place, type(part).__name__)
        return reply

    def cast(self, message: object) -> None:
        """See `Ref.cast`. Raises MutableMessage."""
        _refuse_mutable(self, message)
        super().cast(message)

    async def cast_when_room(
        self, message: object, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        """See `Ref.cast_when_room`. Raises MutableMessage."""
        _refuse_mutable(self, message)
        await super().cast_when_room(message, timeout_s=timeout_s)

    def send_request(self, request: Call[Reply]) -> PendingReply[Reply]:
        """See `Ref.send_request`. Raises MutableMessage for the request."""
        _refuse_mutable(self, request, "request")
        return super().send_request(request)

    def send(self, message: object) -> None:
        """See `Ref.send`. Raises MutableMessage."""
        if not isinstance(message, _SIGNALS):
            _refuse_mutable(self, message)
        super().send(message)

    def belongings(self) -> Belongings:
        """See `Process.belongings`."""
        if self._belongings is None:
            self._belongings = FrozenBelongings(self)
        return self._belongings
