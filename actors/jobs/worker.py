"""Workers: classes that perform jobs, and the table in which they are found by name."""

import difflib
import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

import msgspec

from actors.jobs.job import Job
from actors.jobs.new_job import NewJob
from actors.jobs.outcomes import Outcome
from actors.jobs.unique import Unique

Arguments = TypeVar("Arguments")

_CLAMPED_ATTEMPTS = 20
_LEAST_BACKOFF_S = 15.0
_JITTER = 0.1


def default_backoff_s(attempt: int, max_attempts: int, random: Random) -> float:
    """Two to the power of the attempt and 15 s more, in seconds.

    Attempts of a job with more than 20 are spread over 20 steps; up to a tenth is added by chance.
    Source: Oban's own back-off, so that all who share a table retry alike.
    """
    step = attempt
    if max_attempts > _CLAMPED_ATTEMPTS:
        step = round(attempt / max_attempts * _CLAMPED_ATTEMPTS)
    return (_LEAST_BACKOFF_S + 2.0**step) * (1.0 + _JITTER * random.random())


class Worker(ABC, Generic[Arguments]):
    """Performs the jobs of one name; a fresh one for each job.

        class Welcome(Worker[WelcomeArgs]):
            name = "mail.Welcome"
            queue = "mail"

            async def perform(self, job: Job[WelcomeArgs]) -> Outcome: ...

    `Arguments` is a msgspec struct, a dataclass, or `dict[str, Any]`. What it does must bear being
    done twice: a node that is killed in the middle leaves its job to another.
    """

    name: ClassVar[str] = ""
    """What `oban_jobs.worker` says; the class's module and name unless given."""
    queue: ClassVar[str] = "default"
    max_attempts: ClassVar[int] = 20
    priority: ClassVar[int] = 0
    tags: ClassVar[tuple[str, ...]] = ()
    timeout_s: ClassVar[float | None] = None
    """How long `perform` may take; then it is cancelled, and the attempt has failed."""
    unique: ClassVar[Unique | None] = None
    arguments: ClassVar[Any] = dict[str, Any]
    """The type that args are decoded to; from `Worker[…]`."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "name" not in vars(cls):
            cls.name = f"{cls.__module__}.{cls.__qualname__}"
        for base in getattr(cls, "__orig_bases__", ()):
            if get_origin(base) is Worker:
                cls.arguments = get_args(base)[0]

    @abstractmethod
    async def perform(self, job: Job[Arguments]) -> Outcome:
        """Do the work. What it raises is a `Retry` with the trace."""

    def backoff_s(self, attempt: int, max_attempts: int, random: Random) -> float:
        """How long after a failed `attempt` the next one comes: see `default_backoff_s`."""
        return default_backoff_s(attempt, max_attempts, random)

    @classmethod
    def new(
        cls,
        args: Arguments,
        *,
        queue: str | None = None,
        priority: int | None = None,
        max_attempts: int | None = None,
        tags: tuple[str, ...] | None = None,
        scheduled_at: datetime | None = None,
        unique: Unique | None = None,
    ) -> NewJob:
        """A job of this worker, to be inserted. What is not given is the class's own.

        Raises JobRefused.
        """
        return NewJob(
            worker=cls.name,
            args=msgspec.json.encode(args),
            queue=cls.queue if queue is None else queue,
            priority=cls.priority if priority is None else priority,
            max_attempts=cls.max_attempts if max_attempts is None else max_attempts,
            tags=cls.tags if tags is None else tags,
            scheduled_at=scheduled_at,
            unique=cls.unique if unique is None else unique,
        )


AnyWorker = Worker[Any]


class NameTaken(ValueError):
    """Two workers of one name."""

    def __init__(self, name: str, first: type, second: type) -> None:
        super().__init__(f"{second.__qualname__} is called {name}, as {first.__qualname__} is")
        self.name = name


class Workers:
    """The workers of one daemon, by name."""

    def __init__(self, workers: tuple[type[AnyWorker], ...] = ()) -> None:
        self._by_name: dict[str, type[AnyWorker]] = {}
        for worker in workers:
            self.add(worker)

    def add(self, worker: type[AnyWorker]) -> None:
        """Raises NameTaken when another has its name."""
        known = self._by_name.setdefault(worker.name, worker)
        if known is not worker:
            raise NameTaken(worker.name, known, worker)

    def add_module(self, module: object) -> int:
        """Add every worker that a module defines; returns how many."""
        name = getattr(module, "__name__", None)
        classes = [value for value in vars(module).values() if inspect.isclass(value)]
        found: list[type[AnyWorker]] = [
            kind
            for kind in classes
            if kind.__module__ == name and not inspect.isabstract(kind) and issubclass(kind, Worker)
        ]
        for worker in found:
            self.add(worker)
        return len(found)

    def get(self, name: str) -> type[AnyWorker] | None:
        """The worker of that name."""
        return self._by_name.get(name)

    def nearest(self, name: str) -> tuple[str, ...]:
        """Names that look like a wrong one."""
        return tuple(difflib.get_close_matches(name, self._by_name, n=3))

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._by_name))

    def __iter__(self) -> Iterator[type[AnyWorker]]:
        return iter(self._by_name.values())
