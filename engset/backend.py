"""The daemon as its pages see it; implements `web.ports.Backend`."""

from contextlib import aclosing
from datetime import datetime

from actors.control import Desk, Problem, Role, Visitor
from actors.epp import EppHealth, Registries
from actors.jobs import JobFilter, JobLife, JobRow, Jobs, JobsHealth
from actors.store import DatabaseStatus
from engset.metrics import render_metrics
from runtime import CallError, Ref, RestartRecord, System, TreeNode
from web.actions import Action
from web.ports import ActionOutcome, Done, Readiness, Refused

_RESTARTS_SHOWN = 100


class DaemonBackend:
    """Looks at the tree from its root, and acts through the command table like everybody else."""

    def __init__(self, system: System, registries: Registries, jobs: Jobs, desk: Desk) -> None:
        self._system = system
        self._registries = registries
        self._jobs = jobs
        self._desk = desk
        self.draining = False

    def now(self) -> datetime:
        """See `Backend.now`."""
        return self._system.clock.now()

    async def tree(self) -> TreeNode:
        """See `Backend.tree`."""
        return self._system.tree(self._root)

    async def epp_health(self) -> EppHealth:
        """See `Backend.epp_health`."""
        return await self._registries.health()

    async def restarts(self) -> tuple[RestartRecord, ...]:
        """See `Backend.restarts`."""
        return self._system.telemetry.history()[:_RESTARTS_SHOWN]

    async def readiness(self) -> Readiness:
        """See `Backend.readiness`. A registry that is away does not make the daemon unready."""
        reasons: list[str] = []
        if self.draining:
            reasons.append("the daemon is stopping")
        try:
            state, why = await self._system.call("store/database", DatabaseStatus())
            if state != "up":
                reasons.append(f"the database is {state}" + (f": {why}" if why else ""))
        except CallError as error:
            reasons.append(f"the database is not there: {error}")
        health = await self._registries.health()
        reasons.extend(
            f"registry {each.name} is logging in"
            for each in health.registries
            if each.state == "starting"
        )
        return Readiness(not reasons, tuple(reasons))

    async def metrics(self) -> bytes:
        """See `Backend.metrics`."""
        epp = await self._registries.health()
        try:
            jobs = await self._jobs.health()
        except CallError:
            jobs = None
        return render_metrics(self._system, self._system.tree(self._root), epp, jobs)

    async def jobs_health(self) -> JobsHealth:
        """See `Backend.jobs_health`."""
        return await self._jobs.health()

    async def jobs(self, wanted: JobFilter, limit: int) -> tuple[JobRow, ...]:
        """See `Backend.jobs`."""
        return await self._jobs.find(wanted, limit=limit)

    async def job(self, job_id: int) -> JobLife | None:
        """See `Backend.job`."""
        return await self._jobs.life(job_id)

    async def act(self, action: Action, target: str, *, who: str) -> ActionOutcome:
        """See `Backend.act`: the button types the command that an administrator would type."""
        visitor = Visitor(who=who, role=Role.OPERATOR, via="web")
        async with aclosing(self._desk.take(action.words(target), visitor).run()) as events:
            async for event in events:
                if isinstance(event, Problem):
                    return Refused(event.message)
        return Done(f"{action.named(target)}: {action.label.lower()} done")

    @property
    def _root(self) -> Ref:
        return self._desk.ports.root
