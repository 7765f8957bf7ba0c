"""Where messages enter a pipeline.

    source ── emit ──> gate ── what the valve grants ──> buffer ── demand ──> processors

A message is in custody from `emit` on. The gate and the buffer hold `buffer_size` each; a source
that only produces what is asked for never fills them. What does not fit is acknowledged as failed.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from actors.flow.buffer import Buffer
from actors.flow.member import Sending
from actors.flow.message import Message
from actors.flow.orders import Granted, Push, Received, Request, Settled, Stopped, StopProducing
from runtime import Ref

Data = TypeVar("Data")


class Intake(Sending[Message[Data]]):
    """Base of a pipeline's producers: override `handle_demand`, and `emit` messages.

    Override `stop_producing` too when the source has to be told; it calls `stopped` when nothing
    more will come. A source that delivers without being asked may `emit` at any time.
    """

    role = "producer"
    depth = 2

    stopping = False
    """The pipeline drains; demand is no longer passed to `handle_demand`."""
    _requested = 0
    _received = 0

    @cached_property
    def _gate(self) -> Buffer[Message[Data]]:
        return Buffer(self.buffer_size, self.buffer_keep)

    @cached_property
    def _valve(self) -> Ref:
        return self.system.lookup(self.places.valve)

    def handle_demand(self, demand: int) -> object:
        """See `Producer.handle_demand`. Nothing by itself: for sources that push."""

    def stop_producing(self) -> None:
        """The pipeline drains: take nothing more, and say `stopped` now or later."""
        self.stopped()

    def stopped(self) -> None:
        """Nothing more will come."""
        self.custodian.send(Stopped(self.ref))

    def emit(self, events: Sequence[Message[Data]]) -> None:
        """Let messages into the pipeline as soon as its rate allows."""
        if not events:
            return
        self._received += len(events)
        self.custodian.send(Received(self.ref, tuple(events)))
        dropped = self._gate.add(events)
        if dropped:
            self.handle_discarded(dropped)
        missing = len(self._gate) - self._requested
        if missing > 0:
            self._requested += missing
            self._valve.send(Request(self.ref, missing))

    def handle_info(self, message: object) -> object:
        """Take grants and orders."""
        match message:
            case Granted(messages=messages):
                self._requested -= messages
                super().emit(self._gate.take(messages))
                return None
            case Push(messages=messages):
                return self.emit(messages)
            case StopProducing():
                self.stopping = True
                return self.stop_producing()
            case _:
                return super().handle_info(message)

    def _pass_demand_on(self) -> object:
        return None if self.stopping else super()._pass_demand_on()

    def handle_discarded(self, events: Sequence[Message[Data]]) -> None:
        """See `Producer.handle_discarded`: acknowledged as failed."""
        failed = tuple(message.failed("there was no room for it") for message in events)
        self.custodian.send(Settled((), failed))

    def facts(self) -> dict[str, object]:
        """What pages show."""
        facts = super().facts()
        return {
            "received": self._received,
            "at_the_valve": len(self._gate),
            **facts,
            "discarded": self._gate.dropped + self.outlet.buffer.dropped,
        }
