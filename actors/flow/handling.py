"""Where a pipeline runs its user's code, and the one place where it catches what that code raises.

A message that cannot be handled is an outcome, not a crash: it is failed, and the others go on.
That makes this module the pipeline's job executor, where alone `except Exception` is right.
"""

import inspect
from collections.abc import Awaitable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from actors.flow.handlers import Acknowledger, Handlers
from actors.flow.message import Batch, Failure, Message

log = structlog.get_logger("flow")

AnyMessage = Message[Any]


class NotReturned(Exception):
    """A handler has to give back the messages it was given, and did not."""

    def __init__(self, step: str) -> None:
        super().__init__(f"{step} did not return the messages it was given")
        self.step = step


class UnknownBatcher(Exception):
    """A message is meant for a batcher the pipeline does not have."""

    def __init__(self, batcher: str) -> None:
        super().__init__(f"no batcher {batcher!r}")
        self.batcher = batcher


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a parcel or a batch."""

    successful: Sequence[AnyMessage]
    failed: Sequence[AnyMessage]


class Handling:
    """Runs the steps of `handlers` on behalf of one actor."""

    def __init__(
        self, handlers: Handlers[Any, Any], *, actor: str, batchers: Sequence[str] = ()
    ) -> None:
        """`batchers` are the names a message may be meant for; none, when there are no batches."""
        self._handlers = handlers
        self._actor = actor
        self._batchers = frozenset(batchers)
        self._notes_failures = type(handlers).handle_failed is not Handlers[Any, Any].handle_failed
        self._prepares = type(handlers).prepare_messages is not Handlers[Any, Any].prepare_messages

    async def process(self, messages: Sequence[AnyMessage]) -> Handled:
        """`prepare_messages` for all, then `handle_message` for each."""
        failed: list[AnyMessage] = []
        if self._prepares:
            try:
                messages = await self._prepare(messages)
            except Exception as error:  # noqa: BLE001 - see the module's docstring
                failed = self._fail(messages, error, "prepare_messages")
                messages = ()
        successful: list[AnyMessage] = []
        handle = self._handlers.handle_message
        batchers = self._batchers
        message_type: type = Message
        for message in messages:
            try:
                result: Any = handle(message)
                at_hand = type(result) is message_type  # the commonest case, spared a coroutine
                handled: AnyMessage = result if at_hand else await self._awaited(result)
                if handled.serial != message.serial:
                    raise NotReturned("handle_message")
                if handled.failure is not None:
                    failed.append(handled)
                elif batchers and handled.batcher not in batchers:
                    raise UnknownBatcher(handled.batcher)
                else:
                    successful.append(handled)
            except Exception as error:  # noqa: BLE001 - see the module's docstring
                failed += self._fail((message,), error, "handle_message")
        return Handled(successful, await self._note(failed))

    async def _prepare(self, messages: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
        result = self._handlers.prepare_messages(messages)
        prepared = (await result) if inspect.isawaitable(result) else result
        self._check("prepare_messages", messages, prepared)
        return prepared

    async def process_batch(self, batch: Batch[Any]) -> Handled:
        """`handle_batch`."""
        messages = batch.messages
        try:
            result = self._handlers.handle_batch(messages, batch.info)
            returned = (await result) if inspect.isawaitable(result) else result
            if returned is None:
                return Handled(messages, ())
            self._check("handle_batch", messages, returned)
        except Exception as error:  # noqa: BLE001 - see the module's docstring
            return Handled((), await self._note(self._fail(messages, error, "handle_batch")))
        failed = [message for message in returned if message.failure is not None]
        if not failed:
            return Handled(returned, ())
        successful = [message for message in returned if message.failure is None]
        return Handled(successful, await self._note(failed))

    async def _note(self, failed: list[AnyMessage]) -> Sequence[AnyMessage]:
        """`handle_failed`. What it returns of use is taken, what it forgets is not forgotten."""
        if not failed or not self._notes_failures:
            return failed
        try:
            result = self._handlers.handle_failed(failed)
            noted = (await result) if inspect.isawaitable(result) else result
            self._check("handle_failed", failed, noted)
        except Exception as error:  # noqa: BLE001 - see the module's docstring
            self._log(error, "handle_failed", len(failed))
            return failed
        return [
            new if new.failure is not None else old for old, new in zip(failed, noted, strict=True)
        ]

    async def _awaited(self, result: Any) -> AnyMessage:
        handled: Any = (await result) if inspect.isawaitable(result) else result
        if not isinstance(handled, Message):
            raise NotReturned("handle_message")
        return handled  # pyright: ignore[reportUnknownVariableType]

    def _check(
        self, step: str, given: Sequence[AnyMessage], returned: Sequence[AnyMessage]
    ) -> None:
        if len(given) != len(returned) or {message.serial for message in given} != {
            message.serial for message in returned
        }:
            raise NotReturned(step)

    def _fail(
        self, messages: Sequence[AnyMessage], error: Exception, step: str
    ) -> list[AnyMessage]:
        self._log(error, step, len(messages))
        failure = Failure(f"{type(error).__name__}: {error}", error)
        return [message.failed(failure.reason, error) for message in messages]

    def _log(self, error: Exception, step: str, number: int) -> None:
        log.error(
            "message.failed",
            actor=self._actor,
            step=step,
            messages=number,
            error=f"{type(error).__name__}: {error}",
            exc_info=error,
        )


def acknowledge(
    acknowledger: Acknowledger,
    ack_ref: Hashable,
    successful: Sequence[AnyMessage],
    failed: Sequence[AnyMessage],
) -> Awaitable[None] | Exception | None:
    """Hand messages to the acknowledger. Returns what to await, or what it raised."""
    try:
        return acknowledger.acknowledge(ack_ref, successful, failed)
    except Exception as error:  # noqa: BLE001 - see the module's docstring
        return error
