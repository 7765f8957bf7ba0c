"""What the commands need of the daemon: one interface, implemented where everything is known.

A port that cannot do its work for a reason the visitor should read raises `Refusal`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from actors.control.answers import DomainAnswer, DomainCommand, Fault, PollAnswer
from actors.control.jobs_port import JobsPort
from actors.control.logbook import Logbook
from actors.control.roles import Visitor
from runtime import Ref, System

if TYPE_CHECKING:
    from actors.epp import EppHealth


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the record of who changed what. Holds no secrets."""

    at: datetime
    visitor: Visitor
    command: str
    """The command as typed, secret values hidden."""
    outcome: str
    """`ok`, `cancelled`, or the code of the problem: `not_permitted`, `timed_out` …"""
    exit_code: int


class Ports(Protocol):
    """The daemon as the commands see it."""

    @property
    def system(self) -> System:
        """Where the actors live."""
        ...

    @property
    def root(self) -> Ref:
        """The supervisor above all others."""
        ...

    @property
    def logbook(self) -> Logbook:
        """The latest log lines."""
        ...

    @property
    def jobs(self) -> JobsPort:
        """The room of jobs."""
        ...

    def registries(self) -> tuple[str, ...]:
        """The names of the registries, for completion and error messages."""
        ...

    async def epp_health(self) -> "EppHealth":
        """Every registry, its pool and its connections."""
        ...

    async def domain(self, command: DomainCommand, *, timeout_s: float) -> tuple[DomainAnswer, ...]:
        """Carry out a domain command at the registries that serve the names.

        One answer for each name, in the order asked. What the world may say is an outcome in the
        answer, never an exception; malformed names are `invalid_name` and go nowhere.
        """
        ...

    async def poll(
        self, registry: str | None, *, acknowledge: str | None
    ) -> tuple[PollAnswer, ...]:
        """The oldest message of one registry, or of each; or acknowledge one by its identifier."""
        ...

    async def faults(self, registry: str) -> tuple[Fault, ...]:
        """What the practice registry has been told to get wrong."""
        ...

    async def inject_fault(self, fault: Fault) -> None:
        """Have the practice registry misbehave."""
        ...

    async def clear_faults(self, registry: str) -> int:
        """Forget the faults of a practice registry; how many there were."""
        ...

    async def new_login_link(self, visitor: Visitor) -> str:
        """A fresh one-time link to the pages."""
        ...

    def effective_config(self) -> Mapping[str, object]:
        """The configuration in force, nested; secrets are hidden by the command."""
        ...

    async def drain(self) -> None:
        """Take no new work and finish what is under way."""
        ...

    def shutdown(self) -> None:
        """Begin an orderly end of the daemon; returns at once."""
        ...

    def audit(self, entry: AuditEntry) -> None:
        """Write one line into the record. Must not fail and must not wait."""
        ...
