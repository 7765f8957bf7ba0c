"""What travels through a pipeline: messages, and the batches they are gathered into."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Generic, Literal, TypeVar

Data_co = TypeVar("Data_co", covariant=True)
New = TypeVar("New")

DEFAULT_BATCHER = "default"


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """Why a message was not handled."""

    reason: str
    """One line for people: `ValueError: no recipient`, `its actor ended (killed)`."""
    error: BaseException | None = None

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True, eq=False)
class Message(Generic[Data_co]):
    """One unit of work, acknowledged exactly once.

    A handler returns the message it was given, or a version of it made by the methods below; the
    versions of a message share its `serial`, by which the custodian knows it.
    """

    data: Data_co
    ack_ref: Hashable = None
    """Messages with the same are acknowledged together: the queue they came from, say."""
    metadata: object = None
    """What the source knows of it and its acknowledger needs: a receipt handle, attributes."""
    batcher: str = DEFAULT_BATCHER
    batch_key: Hashable = None
    """Only messages of one key come into one batch."""
    flush: bool = False
    """Do not wait for more: its batch is handled as soon as possible."""
    failure: Failure | None = None
    """None while all is well."""
    serial: int = field(default_factory=count(1).__next__)

    def with_data(self, data: New) -> "Message[New]":
        """The same message with other data."""
        return Message(
            data,
            self.ack_ref,
            self.metadata,
            self.batcher,
            self.batch_key,
            self.flush,
            self.failure,
            self.serial,
        )

    def into(self, batcher: str = DEFAULT_BATCHER, *, key: Hashable = None) -> "Message[Data_co]":
        """The same message, meant for that batcher, in batches of that key."""
        return replace(self, batcher=batcher, batch_key=key)

    def flushed(self) -> "Message[Data_co]":
        """The same message, whose batch is not to wait."""
        return replace(self, flush=True)

    def failed(self, reason: str, error: BaseException | None = None) -> "Message[Data_co]":
        """The same message, as one that could not be handled."""
        return replace(self, failure=Failure(reason, error))


Trigger = Literal["size", "timeout", "flush"]
"""What ended the gathering of a batch."""


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """What a batch is, beside its messages."""

    batcher: str
    key: Hashable
    size: int
    trigger: Trigger


@dataclass(frozen=True, slots=True, eq=False)
class Batch(Generic[Data_co]):
    """Messages of one batcher and one key, at most `batch_size` of them, in order."""

    messages: tuple[Message[Data_co], ...]
    info: BatchInfo
