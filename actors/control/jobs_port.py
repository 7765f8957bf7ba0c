"""What the commands `queue …` and `job …` need; `actors.jobs.Jobs` is it."""

from typing import Protocol

from actors.jobs import (
    Inserted,
    JobFilter,
    JobLife,
    JobRow,
    JobsHealth,
    JobsSettings,
    NewJob,
    Workers,
)


class JobsPort(Protocol):
    """The room of jobs. Whatever asks PostgreSQL may raise DatabaseUnreachable."""

    @property
    def settings(self) -> JobsSettings:
        """The queues and the clock of this node."""
        ...

    @property
    def workers(self) -> Workers:
        """Who can perform jobs on this node."""
        ...

    async def insert(self, job: NewJob) -> Inserted:
        """Insert one job, or find that a unique one is there already."""
        ...

    async def health(self) -> JobsHealth:
        """The room as it stands; while the database is away, what this node knows by itself."""
        ...

    async def find(self, wanted: JobFilter, *, limit: int) -> tuple[JobRow, ...]:
        """Jobs that fit, the newest first."""
        ...

    async def life(self, job_id: int) -> JobLife | None:
        """Everything about one job; None when there is none."""
        ...

    async def retry(self, wanted: JobFilter) -> int:
        """Make jobs that wait or have ended available now; returns how many."""
        ...

    async def cancel(self, wanted: JobFilter) -> int:
        """Cancel jobs that have not ended; returns how many."""
        ...

    async def delete(self, wanted: JobFilter) -> int:
        """Forget jobs that do not run; returns how many."""
        ...

    async def pause(self, queue: str) -> None:
        """Begin no more jobs of it, on all nodes. Raises UnknownQueue."""
        ...

    async def resume(self, queue: str) -> None:
        """Undo `pause`. Raises UnknownQueue."""
        ...

    async def scale(self, queue: str, limit: int | None) -> None:
        """So many jobs at once on each node; None: what its configuration says.

        Raises UnknownQueue.
        """
        ...
