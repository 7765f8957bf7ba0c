"""A daemon that says what a test tells it to say, and sign-in without a database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from actors.epp import EppHealth
from actors.jobs import JobFilter, JobLife, JobRow, JobsHealth
from runtime.snapshot import RestartRecord, TreeNode
from store import DatabaseUnreachable
from tests.web import builders, job_builders
from web.accounts import SESSION_LIFETIME, Opened
from web.actions import Action
from web.ports import ActionOutcome, Done, Readiness, Refused
from web.session import Session


@dataclass
class ScriptedBackend:
    """Healthy until told otherwise; `error` is raised by the next look."""

    health: EppHealth = field(default_factory=builders.health)
    root: TreeNode = field(default_factory=builders.tree)
    ready: Readiness = field(default_factory=lambda: Readiness(ready=True))
    error: Exception | None = None
    looks: int = 0
    room: JobsHealth = field(default_factory=job_builders.room)
    rows: tuple[JobRow, ...] = ()
    lives: dict[int, JobLife] = field(default_factory=dict[int, JobLife])
    jobs_error: Exception | None = None
    """Raised by whatever looks at jobs."""
    asked: list[JobFilter] = field(default_factory=list[JobFilter])
    """Lists of jobs that were asked for."""
    acted: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])

    def now(self) -> datetime:
        return builders.NOW

    async def tree(self) -> TreeNode:
        return self.root

    async def epp_health(self) -> EppHealth:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return self.health

    async def restarts(self) -> tuple[RestartRecord, ...]:
        return (builders.restart(), builders.restart("jobs/notifier"))

    async def readiness(self) -> Readiness:
        return self.ready

    async def metrics(self) -> bytes:
        return b"engset_up 1\n"

    async def jobs_health(self) -> JobsHealth:
        self._job_trouble()
        return self.room

    async def jobs(self, wanted: JobFilter, limit: int) -> tuple[JobRow, ...]:
        self._job_trouble()
        self.asked.append(wanted)
        fitting = [row for row in self.rows if wanted.state in (None, row.state)]
        return tuple(fitting[:limit])

    async def job(self, job_id: int) -> JobLife | None:
        self._job_trouble()
        return self.lives.get(job_id)

    async def act(self, action: Action, target: str, *, who: str) -> ActionOutcome:
        self.acted.append((action.name, target, who))
        if target == "epp/nobody":
            return Refused("There is no actor epp/nobody.")
        return Done(f"{action.named(target)}: {action.label.lower()} done")

    def _job_trouble(self) -> None:
        if self.jobs_error is not None:
            raise self.jobs_error


def session(*, role: str = "operator", lasts: timedelta = SESSION_LIFETIME) -> Session:
    """A session that began at the scripted present."""
    return Session("0123456789ab", "alice", role, b"s" * 32, builders.NOW + lasts)


class MemoryAccounts:
    """One link, `once`, and whatever sessions it opened."""

    def __init__(self, *, role: str = "operator") -> None:
        self.links = {"once": role}
        self.sessions: dict[str, Session] = {}
        self.away = False

    async def redeem(self, token: str) -> Opened | None:
        role = self.links.pop(token, None)
        if role is None:
            return None
        cookie = f"cookie-{len(self.sessions) + 1}"
        self.sessions[cookie] = session(role=role)
        return Opened(self.sessions[cookie], cookie)

    async def find(self, cookie: str) -> Session | None:
        if self.away:
            raise DatabaseUnreachable(database="main", reason="refused")
        return self.sessions.get(cookie)

    async def end(self, cookie: str) -> None:
        self.sessions.pop(cookie, None)
