"""A pool's dealings with its ledger."""

import structlog

from actors.epp.health import UnknownTransform
from actors.epp.job import Job
from actors.epp.ledger import Begin, Begun, MarkUnknown, NotBegun, Orphan, Settle, Transform
from actors.epp.outcomes import Unknown
from actors.epp.settings import RegistrySettings
from protocols.epp import encode_command, mask_frame
from runtime import Actor, Ref

log = structlog.get_logger("epp")


class Scribe:
    """Has transforms written down before they are sent, and what became of them afterwards."""

    def __init__(self, pool: Actor, settings: RegistrySettings) -> None:
        self._pool = pool
        self._registry = settings.name
        self._path = f"{settings.path}/ledger"
        self._writing: dict[int, Job] = {}

    def begin(self, job: Job) -> bool:
        """Ask the ledger to write it down; `written` finds the job by the end of that task.

        Returns False when there is no ledger. Raises a LocalProtocolError when the command cannot
        be written as EPP.
        """
        frame = mask_frame(encode_command(job.command, job.cltrid))
        ledger = self._pool.system.whereis(self._path)
        if ledger is None:
            return False
        name = job.command.object_name or ""
        transform = Transform(job.cltrid, job.command.label, name, frame)
        task = self._pool.start_task(_begin(ledger, transform, job.deadline_s))
        self._writing[task] = job
        return True

    def written(self, task: int) -> Job | None:
        """The job whose writing has ended with this task; None when it is another task."""
        return self._writing.pop(task, None)

    def settle(self, cltrid: str, code: int, text: str) -> None:
        """The registry has answered."""
        self._tell(Settle(cltrid, code, text, "answered"))

    def unsent(self, job: Job) -> None:
        """It was written down and certainly not sent."""
        self._tell(Settle(job.cltrid, None, "never sent", "the pool gave it up before it was sent"))

    def unknown(self, job: Job, reason: str) -> Unknown:
        """It was sent and the answer is lost."""
        name, label = job.command.object_name or "", job.command.label
        log.error(
            "transform.unknown",
            registry=self._registry,
            cltrid=job.cltrid,
            command=label,
            reason=reason,
        )
        now = self._pool.clock.now()
        self._tell(
            MarkUnknown(UnknownTransform(job.cltrid, self._registry, label, name, now, reason))
        )
        return Unknown(self._registry, job.cltrid, label, name, reason)

    def orphan(self) -> None:
        """Nobody waits any more for what a predecessor of this pool had begun."""
        self._tell(Orphan("the pool was restarted before the answer"))

    def _tell(self, message: object) -> None:
        ledger = self._pool.system.whereis(self._path)
        if ledger is not None:
            ledger.cast(message)


async def _begin(ledger: Ref, transform: Transform, within_s: float) -> Begun | NotBegun:
    return await ledger.call(Begin(transform), timeout_s=within_s)
