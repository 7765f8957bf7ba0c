"""An intake for sources that are asked: queues that are polled, files, cursors."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from actors.flow.intake import Intake
from actors.flow.message import Message
from runtime import TaskDone, TaskFailed

Data = TypeVar("Data")
Data_co = TypeVar("Data_co", covariant=True)


class Source(Generic[Data_co]):
    """Where a `Puller` gets messages from: a queue that is polled, say."""

    def pull(
        self, demand: int
    ) -> Sequence[Message[Data_co]] | Awaitable[Sequence[Message[Data_co]]]:
        """At most `demand` messages; none when there are none now.

        With `async def` it may wait for some. What it raises ends the intake, and its supervisor
        starts a fresh one with a fresh source.
        """
        raise NotImplementedError

    def close(self) -> None:
        """No more pulls will come; let one that waits return soon."""


@dataclass(frozen=True, slots=True)
class _Pull:
    """A note to itself: look into the source."""


class Puller(Intake[Data]):
    """An intake that asks its source for what is demanded, one pull at a time."""

    def __init__(self, source: Source[Data], *, poll_s: float = 1.0) -> None:
        """`poll_s` is the pause after a pull that brought nothing."""
        self._source = source
        self._poll_s = poll_s
        self._wanted = 0
        self._task: int | None = None
        self._noted = False
        """A `_Pull` is on its way."""

    def handle_demand(self, demand: int) -> None:
        """See `Producer.handle_demand`."""
        self._wanted += demand
        if self._task is None and not self._noted:
            self._pull_soon()

    def stop_producing(self) -> None:
        """See `Intake.stop_producing`: a pull that runs is waited for."""
        self._source.close()
        if self._task is None:
            self.stopped()

    def handle_info(self, message: object) -> object:
        """Pull, or take what a pull brought."""
        match message:
            case _Pull():
                self._noted = False
                return None if self.stopping else self._pull()
            case TaskDone(task=task, value=value) if task == self._task:
                self._task = None
                self._take(cast("Sequence[Message[Data]]", value))
                return self.stopped() if self.stopping else None
            case TaskFailed(task=task, error=error) if task == self._task:
                raise error
            case _:
                return super().handle_info(message)

    def _pull(self) -> None:
        result: Any = self._source.pull(self._wanted)
        if isinstance(result, Awaitable):
            self._task = self.start_task(_awaited(cast("Awaitable[object]", result)))
        else:
            self._take(result)

    def _take(self, messages: Sequence[Message[Data]]) -> None:
        self._wanted = max(0, self._wanted - len(messages))
        self.emit(messages)
        if self._wanted > 0 and not self.stopping:
            self._pull_soon(after_s=0.0 if messages else self._poll_s)

    def _pull_soon(self, *, after_s: float = 0.0) -> None:
        """At the end of the mailbox, so that demand which is there already comes into one pull."""
        self._noted = True
        if after_s > 0.0:
            self.send_after(after_s, _Pull())
        else:
            self.ref.send(_Pull())


async def _awaited(result: Awaitable[object]) -> object:
    return await result
