"""What a pool knows of one of its connections."""

from dataclasses import dataclass
from datetime import datetime

from actors.epp.health import ConnectionHealth, ConnectionState
from actors.epp.job import Job
from runtime import Ref


@dataclass(slots=True)
class Slot:
    """A place in the pool and the connection that lives in it, if one does."""

    number: int
    path: str
    ref: Ref | None = None
    monitor: int | None = None
    ready: bool = False
    """Logged in."""
    job: Job | None = None
    state: ConnectionState = "connecting"
    since_s: float = 0.0
    why: str | None = None
    retry_at_s: float | None = None
    logged_in_s: float | None = None
    last_use_s: float | None = None
    commands: int = 0
    last_code: int | None = None
    last_cltrid: str | None = None
    restarts: int = 0
    was_lost: bool = False
    """A connection of this pool died here."""
    logins: int = 0
    last_exit: str | None = None
    last_exit_at: datetime | None = None
    remote: str | None = None
    tls: str | None = None
    limited: bool = False
    """Refused with 2502 and waiting."""

    def health(self, now_s: float) -> ConnectionHealth:
        """What the page shows of it."""
        busy = self.job is not None and self.ready
        return ConnectionHealth(
            slot=self.number,
            path=self.path,
            state="busy" if busy else self.state,
            since_s=now_s - self.since_s,
            doing=self.job.command.label if self.job is not None and busy else None,
            age_s=None if self.logged_in_s is None else now_s - self.logged_in_s,
            commands=self.commands,
            idle_s=None if self.last_use_s is None or busy else now_s - self.last_use_s,
            last_code=self.last_code,
            last_cltrid=self.last_cltrid,
            restarts=self.restarts,
            last_exit=self.last_exit,
            last_exit_at=self.last_exit_at,
            retry_in_s=None if self.retry_at_s is None else max(0.0, self.retry_at_s - now_s),
            remote=self.remote,
            tls=self.tls,
        )

    def log_out(self) -> None:
        """The session is over."""
        self.ready = False
        self.logged_in_s = self.last_use_s = None
        self.commands = 0
