"""Workers for tests: each writes down what it was given, and ends as its arguments say."""

import asyncio
from typing import Any, Literal

import msgspec

from actors.jobs import Cancel, Discard, Done, Job, Outcome, Retry, Snooze, Worker, Workers


class Told(msgspec.Struct, frozen=True):
    """What a `Teller` is to do."""

    number: int = 0
    end: Literal["done", "snooze", "retry", "cancel", "discard", "crash", "nonsense"] = "done"


class Book:
    """What was performed, and the gate that `Waiter`s wait at."""

    def __init__(self) -> None:
        self.performed: list[int] = []
        self.begun: list[int] = []
        self.gate = asyncio.Event()


_BOOKS = [Book()]
"""The present test's is the last; a worker is made afresh for each job and finds it here."""


def open_book() -> Book:
    """A fresh one."""
    _BOOKS.append(Book())
    return _BOOKS[-1]


class Teller(Worker[Told]):
    """Ends as it is told to."""

    name = "test.Teller"

    async def perform(self, job: Job[Told]) -> Outcome:
        _BOOKS[-1].performed.append(job.args.number)
        match job.args.end:
            case "done":
                return Done()
            case "snooze":
                return Snooze(0.05) if job.meta.get("snoozed", 0) < 2 else Done()
            case "retry":
                return Retry("not yet", after_s=0.05)
            case "cancel":
                return Cancel("not wanted")
            case "discard":
                return Discard("hopeless")
            case "crash":
                raise LookupError("nobody expected that")
            case "nonsense":
                return None  # type: ignore[return-value]

    def backoff_s(self, attempt: int, max_attempts: int, random: Any) -> float:
        return 0.05


class Waiter(Worker[Told]):
    """Waits at the gate."""

    name = "test.Waiter"

    async def perform(self, job: Job[Told]) -> Outcome:
        _BOOKS[-1].begun.append(job.id)
        job.progress(1, 4)
        await _BOOKS[-1].gate.wait()
        _BOOKS[-1].performed.append(job.args.number)
        return Done()


class Hasty(Worker[Told]):
    """Has a hundredth of a second and wants for ever."""

    name = "test.Hasty"
    timeout_s = 0.01
    max_attempts = 1

    async def perform(self, job: Job[Told]) -> Outcome:
        await asyncio.Event().wait()
        return Done()


class Cancelled(Worker[Told]):
    """Is cancelled by its own library, which is a crash and not a silent end."""

    name = "test.Cancelled"
    max_attempts = 1

    async def perform(self, job: Job[Told]) -> Outcome:
        raise asyncio.CancelledError


TEST_WORKERS = Workers((Teller, Waiter, Hasty, Cancelled))
