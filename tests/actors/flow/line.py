"""A pipeline put together by hand, without supervisors: a test kills and restarts what it likes."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from actors.flow import (
    Acknowledger,
    Batcher,
    BatchInfo,
    BatchWorker,
    Count,
    Counts,
    Custodian,
    Handlers,
    Intake,
    Message,
    Processor,
    Push,
    Valve,
)
from runtime import Ref, System
from runtime.testing import settle

AnyMessage = Message[Any]


class Mishap(Exception):
    """What handlers raise in tests."""


class Told(Handlers[Any, Any]):
    """Handles data that says what is to become of it; see `what`."""

    def __init__(self, log: "Log | None" = None) -> None:
        self._log = log or Log()

    def handle_message(self, message: AnyMessage) -> AnyMessage:
        match message.data:
            case "raise":
                raise Mishap("as told")
            case "fail":
                return message.failed("as told")
            case "stray":
                return Message("another")
            case "nothing":
                return None  # type: ignore[return-value]
            case str() as text if ":" in text:
                batcher, _, key = text.partition(":")
                return message.into(batcher, key=key)
            case _:
                return message

    def handle_batch(
        self, messages: Sequence[AnyMessage], batch: BatchInfo
    ) -> Sequence[AnyMessage] | None:
        self._log.batches.append(([message.data for message in messages], batch))
        match messages[0].data:
            case "raise the batch":
                raise Mishap("as told")
            case "lose some":
                return messages[1:]
            case "fail some":
                return [messages[0].failed("as told"), *messages[1:]]
            case _:
                return None


@dataclass
class Log:
    """What handlers were given."""

    batches: list[tuple[list[Any], BatchInfo]] = field(
        default_factory=list[tuple[list[Any], BatchInfo]]
    )

    @property
    def batched(self) -> list[list[Any]]:
        return [data for data, _ in self.batches]


class Clerk:
    """An acknowledger that keeps what it was told, and counts each message."""

    def __init__(self, then: Callable[[], Awaitable[None] | None] | None = None) -> None:
        self._then = then
        self.calls: list[tuple[Hashable, list[Any], list[Any]]] = []
        self.reasons: list[str] = []
        self.serials: list[int] = []

    def acknowledge(
        self, ack_ref: Hashable, successful: Sequence[AnyMessage], failed: Sequence[AnyMessage]
    ) -> Awaitable[None] | None:
        self.calls.append(
            (ack_ref, [each.data for each in successful], [each.data for each in failed])
        )
        self.reasons += [str(each.failure) for each in failed]
        self.serials += [each.serial for each in (*successful, *failed)]
        return None if self._then is None else self._then()

    @property
    def good(self) -> list[Any]:
        return [data for _, good, _ in self.calls for data in good]

    @property
    def bad(self) -> list[Any]:
        return [data for _, _, bad in self.calls for data in bad]


class Line:
    """The actors of a pipeline called `line`, started in the order of the flow."""

    def __init__(self, system: System, clerk: Acknowledger | None = None) -> None:
        self._system = system
        self.clerk = Clerk()
        self.log = Log()
        self._acknowledger = clerk or self.clerk

    def start_head(self, *, max_acknowledging: int = 10_000, rate: int | None = None) -> None:
        """The custodian and the valve."""
        make = partial(Custodian, self._acknowledger, max_acknowledging=max_acknowledging)
        self._system.spawn(make, name="line/custodian")
        self._system.spawn(partial(Valve, rate), name="line/valve")

    def start_intake(self, intake: "Callable[[], Intake[Any]]" = Intake) -> Ref:
        return self._system.spawn(intake, name="line/producers/1")

    def start_processor(
        self,
        index: int = 1,
        *,
        batchers: Sequence[str] = (),
        max_demand: int = 10,
        handlers: Handlers[Any, Any] | None = None,
    ) -> Ref:
        make = partial(
            Processor,
            handlers or Told(self.log),
            producers=1,
            batchers=batchers,
            max_demand=max_demand,
        )
        return self._system.spawn(make, name=f"line/processors/{index}")

    def start_batcher(
        self, name: str = "default", *, size: int = 3, max_demand: int | None = None
    ) -> Ref:
        make = partial(
            Batcher,
            name,
            processors=1,
            batch_size=size,
            batch_timeout_s=2.0,
            max_demand=max_demand,
        )
        return self._system.spawn(make, name=f"line/batchers/{name}/batcher")

    def start_worker(
        self,
        index: int = 1,
        *,
        batcher: str = "default",
        handlers: Handlers[Any, Any] | None = None,
    ) -> Ref:
        make = partial(BatchWorker, handlers or Told(self.log), batcher=batcher)
        return self._system.spawn(make, name=f"line/batchers/{batcher}/workers/{index}")

    def ref(self, place: str) -> Ref:
        return self._system.lookup(f"line/{place}")

    async def push(self, *data: object, ack_ref: Hashable = "queue") -> None:
        """Let messages in, and everybody act."""
        messages = tuple(Message(one, ack_ref=ack_ref) for one in data)
        self.ref("producers/1").send(Push(messages))
        await settle(self._system)

    async def counts(self) -> Counts:
        return await self.ref("custodian").call(Count())

    def facts(self, place: str) -> dict[str, str]:
        return dict(self.ref(place).snapshot().facts)


class Stuck(Handlers[Any, Any]):
    """Handlers that wait until they are let go."""

    def __init__(self, gate: "Gate") -> None:
        self._gate = gate

    async def handle_message(self, message: AnyMessage) -> AnyMessage:
        await self._gate.passed(message.data)
        return message

    async def handle_batch(
        self, messages: Sequence[AnyMessage], batch: BatchInfo
    ) -> Sequence[AnyMessage] | None:
        await self._gate.passed([message.data for message in messages])
        return None


class Gate:
    """Lets through when a test says so."""

    def __init__(self, system: System) -> None:
        self._loop = system.loop
        self._waiting: list[Any] = []
        self.reached: list[Any] = []

    async def passed(self, what: object) -> None:
        future = self._loop.create_future()
        self._waiting.append(future)
        self.reached.append(what)
        await future

    def open(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
