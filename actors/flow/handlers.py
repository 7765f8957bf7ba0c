"""What the user of a pipeline writes."""

from collections.abc import Awaitable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from actors.flow.message import BatchInfo, Message

In = TypeVar("In")
Out = TypeVar("Out")


class Handlers(Generic[In, Out]):
    """The steps of one pipeline. Each may be `async def`.

    Every processor and every batch worker makes its own, afresh for each incarnation: what one
    keeps in its attributes the others do not see. What a step raises fails the messages it was
    given and nobody else; the actor goes on.
    """

    def prepare_messages(
        self, messages: Sequence[Message[In]]
    ) -> Sequence[Message[In]] | Awaitable[Sequence[Message[In]]]:
        """Do for a whole parcel what costs the same for many as for one, a lookup say.

        Returns all of them, in any version. Raising fails the parcel.
        """
        return messages

    def handle_message(self, message: Message[In]) -> Message[Out] | Awaitable[Message[Out]]:
        """Handle one: return it, another version of it, or `message.failed(why)`."""
        raise NotImplementedError

    def handle_batch(
        self, messages: Sequence[Message[Out]], batch: BatchInfo
    ) -> Sequence[Message[Out]] | Awaitable[Sequence[Message[Out]] | None] | None:
        """Handle one batch: return all its messages, some of them failed perhaps.

        None says that all is well. Raising fails the whole batch.
        """
        return None

    def handle_failed(
        self, messages: Sequence[Message[Any]]
    ) -> Sequence[Message[Any]] | Awaitable[Sequence[Message[Any]]]:
        """Look at messages that failed, before they are acknowledged as failed.

        Returns all of them, in any version, still failed. It is not called for messages whose
        actor died.
        """
        return messages


class Acknowledger(Protocol):
    """Tells the source what became of its messages: deletes them from the queue, say."""

    def acknowledge(
        self,
        ack_ref: Hashable,
        successful: Sequence[Message[Any]],
        failed: Sequence[Message[Any]],
    ) -> Awaitable[None] | None:
        """Take messages of one `ack_ref`, each of them once and never again.

        What it raises is logged and counted; the messages are not given a second time, so try
        again inside if that helps. With `async def` it runs beside the pipeline.
        """
        ...


class NoAcknowledgement:
    """For sources that do not ask what became of it."""

    def acknowledge(
        self,
        ack_ref: Hashable,
        successful: Sequence[Message[Any]],
        failed: Sequence[Message[Any]],
    ) -> None:
        """See `Acknowledger`."""
