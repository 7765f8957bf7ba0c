"""Requests whose answers are taken later, one by one or as they come (OTP: send_request)."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from runtime.clock import Clock
from runtime.exits import CallTimeout
from runtime.messages import Reply

if TYPE_CHECKING:
    from runtime.mailbox import Sender
    from runtime.process import Process

Label = TypeVar("Label", bound=Hashable)


class PendingReply(Generic[Reply]):
    """One request under way, made by `Ref.send_request`.

    `wait` may be tried again after a time-out; `receive` gives the request up. Whoever drops it
    unanswered should `abandon` it, so that a late answer is not kept.
    """

    __slots__ = ("_callee", "_future", "_sender")

    def __init__(
        self, callee: "Process", sender: "Sender", future: "asyncio.Future[object]"
    ) -> None:
        self._callee = callee
        self._sender = sender
        self._future = future

    @property
    def done(self) -> bool:
        """Whether `receive` would return, or raise, at once."""
        return self._future.done()

    async def wait(self, *, timeout_s: float) -> bool:
        """Wait for the answer at most `timeout_s`, and leave it there. Returns whether it came.

        OTP: gen_server:wait_response/2.
        """
        if not self._future.done():
            await _ring_or_time_out(self._future, self._callee.system.clock, timeout_s)
        return self._future.done()

    async def receive(self, *, timeout_s: float = 5.0) -> Reply:
        """Take the answer. After `timeout_s` the request is given up.

        Raises what `Ref.call` raises. OTP: gen_server:receive_response/2.
        """
        try:
            answered = await self.wait(timeout_s=timeout_s)
        except asyncio.CancelledError:
            self.abandon()
            raise
        if not answered:
            self.abandon()
            raise CallTimeout(self._callee.path, type(self._sender.request).__name__, timeout_s)
        answer: Any = self._future.result()
        reply: Reply = answer
        return reply

    def abandon(self) -> None:
        """Want no answer any more. The callee's work goes on."""
        if not self._future.done():
            self._sender.abandon()

    def on_done(self, callback: "Callable[[PendingReply[Reply]], None]") -> None:
        """Call `callback(self)` in the loop's next turn after the answer has come."""
        self._future.add_done_callback(lambda _: callback(self))


@dataclass(frozen=True, slots=True)
class Answered(Generic[Label, Reply]):
    """One request of a collection has its answer: take it from `reply`, which does not wait."""

    label: Label
    reply: PendingReply[Reply]


class RequestCollection(Generic[Label, Reply]):
    """Requests under way, each with a label; answers are taken in the order in which they come.

    OTP: gen_server:reqids_new/0, reqids_add/3 and receive_response/3.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pending: dict[PendingReply[Reply], Label] = {}
        self._answered: deque[PendingReply[Reply]] = deque()
        self._bell: asyncio.Future[object] | None = None

    def __len__(self) -> int:
        """Requests whose answers were not taken yet."""
        return len(self._pending)

    def add(self, label: Label, request: PendingReply[Reply]) -> None:
        """Add a request. Labels need not be unique."""
        self._pending[request] = label
        request.on_done(self._note)

    async def receive(self, *, timeout_s: float = 5.0) -> "Answered[Label, Reply] | None":
        """Wait for whichever is answered next; None when the collection is empty.

        Raises TimeoutError after `timeout_s`; nothing is given up then.
        """
        if not self._pending:
            return None
        if not self._answered:
            self._bell = asyncio.get_running_loop().create_future()
            await _ring_or_time_out(self._bell, self._clock, timeout_s)
        if not self._answered:
            raise TimeoutError
        request = self._answered.popleft()
        return Answered(self._pending.pop(request), request)

    def abandon(self) -> None:
        """Give up every request that has no answer yet, and forget those that have."""
        for request in self._pending:
            request.abandon()
        self._pending.clear()
        self._answered.clear()

    def _note(self, request: PendingReply[Reply]) -> None:
        if request in self._pending:
            self._answered.append(request)
            if self._bell is not None and not self._bell.done():
                self._bell.set_result(None)


async def _ring_or_time_out(
    future: "asyncio.Future[object]", clock: Clock, timeout_s: float
) -> None:
    """Wait until `future` is done, but no longer than `timeout_s`."""
    bell: asyncio.Future[None] = future.get_loop().create_future()

    def ring(_: object = None) -> None:
        if not bell.done():
            bell.set_result(None)

    timer = clock.call_later(timeout_s, ring)
    future.add_done_callback(ring)
    try:
        await bell
    finally:
        timer.cancel()
        future.remove_done_callback(ring)
