"""What is asked of registries and what they answer, as commands see it: plain and frozen."""

from dataclasses import dataclass
from typing import Literal

from actors.control.refusal import ExitCode

OutcomeKind = Literal[
    "completed",
    "pending",
    "refused",
    "unknown",
    "unreachable",
    "timed_out",
    "queue_full",
    "invalid_name",
]


@dataclass(frozen=True, slots=True)
class CheckDomains:
    """May these names be registered? Names of several registries are sorted by zone."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InfoDomain:
    """What the registry holds of a name."""

    name: str
    auth: str | None = None


@dataclass(frozen=True, slots=True)
class CreateDomain:
    """Register a name."""

    name: str
    years: int
    nameservers: tuple[str, ...] = ()
    registrant: str | None = None
    """Contact identifiers; a thick registry asks for them."""
    admin: str | None = None
    tech: str | None = None
    billing: str | None = None
    auth: str | None = None


@dataclass(frozen=True, slots=True)
class RenewDomain:
    """Renew a name."""

    name: str
    years: int
    expires: str | None = None
    """The present expiry date, `2027-01-31`; None has it asked of the registry first."""


@dataclass(frozen=True, slots=True)
class DeleteDomain:
    """Delete a name."""

    name: str


@dataclass(frozen=True, slots=True)
class UpdateDomain:
    """Change the nameservers and statuses of a name."""

    name: str
    add_ns: tuple[str, ...] = ()
    rem_ns: tuple[str, ...] = ()
    add_status: tuple[str, ...] = ()
    rem_status: tuple[str, ...] = ()


TransferOperation = Literal["query", "request", "approve", "reject", "cancel"]


@dataclass(frozen=True, slots=True)
class TransferDomain:
    """Ask for, answer or look at a transfer."""

    name: str
    operation: TransferOperation
    auth: str | None = None


DomainCommand = (
    CheckDomains
    | InfoDomain
    | CreateDomain
    | RenewDomain
    | DeleteDomain
    | UpdateDomain
    | TransferDomain
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainAnswer:
    """What came of one name."""

    registry: str | None
    """None where no registry serves the name's zone, or the name is malformed."""
    name: str
    outcome: OutcomeKind
    available: bool | None = None
    """For a check that completed."""
    reason: str | None = None
    code: int | None = None
    """The registry's EPP result code."""
    cltrid: str | None = None
    elapsed_ms: float | None = None
    details: tuple[tuple[str, str], ...] = ()
    """What the registry said beyond that: ordered key and value."""

    @property
    def exit_code(self) -> ExitCode:
        """How a script should take it."""
        match self.outcome:
            case "completed" | "pending":
                return ExitCode.OK
            case "refused" if self.code == 2303:
                return ExitCode.NOT_FOUND
            case "timed_out":
                return ExitCode.TIMED_OUT
            case "refused" | "unknown" | "unreachable" | "queue_full" | "invalid_name":
                return ExitCode.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class PollAnswer:
    """The head of one registry's message queue, or the acknowledgement of one message."""

    registry: str
    outcome: OutcomeKind
    waiting: int = 0
    """Messages still in the queue."""
    message_id: str | None = None
    queued_at: str | None = None
    text: str | None = None
    code: int | None = None
    reason: str | None = None
    details: tuple[tuple[str, str], ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """How a script should take it."""
        return ExitCode.OK if self.outcome in ("completed", "pending") else ExitCode.FAILED


@dataclass(frozen=True, slots=True)
class Fault:
    """A misbehaviour that the practice registry has been told to show."""

    registry: str
    kind: str
    settings: tuple[tuple[str, str], ...] = ()


def worst(codes: tuple[ExitCode, ...]) -> ExitCode:
    """The exit code of a command with several answers: the one that needs most attention."""
    order = (ExitCode.TIMED_OUT, ExitCode.FAILED, ExitCode.NOT_FOUND)
    return next((code for code in order if code in codes), ExitCode.OK)
