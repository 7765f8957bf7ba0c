"""For tests of pipelines: send messages through a running one, and see what becomes of them.

    outcome = await run_messages(system, "tracking", [b"open", b"click"])
    assert [message.data for message in outcome.successful] == [...]

The messages take the whole way, from a producer's gate to the acknowledgement, which comes here
instead of to the acknowledger. (Broadway: `test_message` and `test_batch`.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from actors.flow.message import Message
from actors.flow.orders import Acknowledged, Push, ReportTo
from actors.flow.places import Places
from runtime import DEFAULT_TIMEOUT_S, NO_REPLY, Actor, Call, Mark, Sender, System


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of messages, in the order of their acknowledgement."""

    successful: tuple[Message[Any], ...]
    failed: tuple[Message[Any], ...]


@dataclass(frozen=True, slots=True)
class Await(Call[Outcome]):
    """To a reader: answer when everything is acknowledged."""


class Reader(Actor):
    """Hears of `expected` acknowledgements."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._successful: list[Message[Any]] = []
        self._failed: list[Message[Any]] = []
        self._waiting: list[Sender] = []

    def handle_call(self, request: Call[Any], sender: Sender) -> Mark:
        """Take `Await`."""
        match request:
            case Await():
                self._waiting.append(sender)
                self._look()
                return NO_REPLY
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> Mark | None:
        """Take what the custodian tells."""
        match message:
            case Acknowledged(successful=successful, failed=failed):
                self._successful += successful
                self._failed += failed
                return self._look()
            case _:
                return self.unhandled(message)

    def _look(self) -> None:
        if len(self._successful) + len(self._failed) >= self._expected:
            for sender in self._waiting:
                sender.reply(Outcome(tuple(self._successful), tuple(self._failed)))


async def run_messages(
    system: System,
    pipeline: str,
    data: Sequence[object],
    *,
    metadata: object = None,
    flush: bool = True,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> Outcome:
    """Send one message for each of `data` through the pipeline at that path.

    With `flush` no batch waits for more. Raises CallTimeout when not all are acknowledged within
    `timeout_s`, NotRunning or UnknownPath when there is no such pipeline.
    """
    (producer,) = Places(pipeline).producers(1)
    reader = await system.start(partial(Reader, len(data)))
    try:
        ack_ref = ReportTo(reader)
        messages = tuple(
            Message(one, ack_ref=ack_ref, metadata=metadata, flush=flush) for one in data
        )
        system.lookup(producer).send(Push(messages))
        return await reader.call(Await(), timeout_s=timeout_s)
    finally:
        await reader.stop()
