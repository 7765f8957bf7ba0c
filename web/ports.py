"""What the pages need of the daemon: one small interface, given from above.

The pages know no actor and no supervisor tree; whoever builds the application hands in a `Backend`,
and tests hand in a scripted one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from actors.epp import EppHealth
from actors.jobs import JobFilter, JobLife, JobRow, JobsHealth
from runtime.snapshot import RestartRecord, TreeNode
from web.actions import Action


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the daemon can do its work now."""

    ready: bool
    reasons: tuple[str, ...] = ()
    """When not ready: what is missing, a sentence each."""


@dataclass(frozen=True, slots=True)
class Done:
    """An action was carried out."""

    text: str
    """What to tell the operator: `epp/pir/connections/3 restarted`."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An action was not carried out."""

    reason: str


ActionOutcome = Done | Refused


class Backend(Protocol):
    """The daemon as the pages see it. Looking is cheap and never waits for work to finish.

    Whatever looks at jobs asks their database, and may raise DatabaseUnreachable, or CallError
    while the room is being restarted.
    """

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    async def tree(self) -> TreeNode:
        """The supervision tree from its root."""
        ...

    async def epp_health(self) -> EppHealth:
        """Every registry, its pool and its connections."""
        ...

    async def restarts(self) -> tuple[RestartRecord, ...]:
        """The latest restarts, newest first, at most 100."""
        ...

    async def readiness(self) -> Readiness:
        """Whether the daemon can do its work now."""
        ...

    async def metrics(self) -> bytes:
        """All counters in Prometheus' text format."""
        ...

    async def jobs_health(self) -> JobsHealth:
        """Every queue, node and clock entry."""
        ...

    async def jobs(self, wanted: JobFilter, limit: int) -> tuple[JobRow, ...]:
        """Jobs that fit, the newest first."""
        ...

    async def job(self, job_id: int) -> JobLife | None:
        """Everything about one job; None when there is none."""
        ...

    async def act(self, action: Action, target: str, *, who: str) -> ActionOutcome:
        """Carry out an action on what `target` names, and write down who asked."""
        ...
