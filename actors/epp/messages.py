"""What is said in the room `epp`: to a pool, and between a pool and its connections."""

from dataclasses import dataclass

from actors.epp.health import ConnectionState, RegistryHealth
from actors.epp.outcomes import PoolOutcome
from protocols.epp import Command, Response
from runtime import Call, Ref

# To a pool.


@dataclass(frozen=True, slots=True)
class Execute(Call[PoolOutcome]):
    """Send one command to the registry, on whichever session is free."""

    command: Command
    deadline_s: float = 30.0
    """From now; waiting in line counts."""
    origin: str = ""
    """Who asks; those who wait are served in turn, origin by origin."""


@dataclass(frozen=True, slots=True)
class Health(Call[RegistryHealth]):
    """How the registry is doing."""


@dataclass(frozen=True, slots=True)
class Drain(Call[bool]):
    """Take no more commands, finish those in hand, log every session out.

    Answers whether all was finished within `within_s`.
    """

    within_s: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Take no commands until `Unpause`; sessions stay."""


@dataclass(frozen=True, slots=True)
class Unpause:
    """Take commands again; a locked-out account tries to log in again."""


# From a pool to a connection.


@dataclass(frozen=True, slots=True)
class Perform:
    """Send this command now; `Performed` or `Declined` follows, or the connection's death."""

    job: int
    command: Command
    cltrid: str


@dataclass(frozen=True, slots=True)
class Introduce:
    """Tell the pool, which is new, what state you are in."""


@dataclass(frozen=True, slots=True)
class Recycle:
    """Log out when nothing is outstanding and log in afresh; when waiting, wait no longer."""

    why: str


@dataclass(frozen=True, slots=True)
class LogOut:
    """Log out when nothing is outstanding and stay so."""

    why: str = "the daemon is stopping"


# From a connection to its pool.


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A connection entered another state."""

    slot: int
    ref: Ref
    state: ConnectionState
    why: str | None = None
    retry_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session is there and takes commands."""

    slot: int
    ref: Ref
    remote: str
    tls: str
    age_s: float = 0.0
    """More than nothing when it is told to a new pool."""
    commands: int = 0


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """A session has ended as it was asked to."""

    slot: int
    ref: Ref


@dataclass(frozen=True, slots=True)
class LoginRefused:
    """The registry does not want this account: 2200, 2501, or another refusal of the login."""

    slot: int
    ref: Ref
    code: int
    message: str


@dataclass(frozen=True, slots=True)
class SessionLimited:
    """The registry wants no more sessions (2502); the slot waits for `retry_in_s`."""

    slot: int
    ref: Ref
    code: int
    retry_in_s: float


@dataclass(frozen=True, slots=True)
class Performed:
    """The answer to `Perform`."""

    slot: int
    ref: Ref
    job: int
    cltrid: str
    response: Response
    elapsed_s: float
    takes_more: bool = True
    """False when the session ends with this answer."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The connection cannot take this command any more; nothing was sent."""

    slot: int
    ref: Ref
    job: int


@dataclass(frozen=True, slots=True)
class Unwritable:
    """The command cannot be written as EPP; nothing was sent and the session is as it was."""

    slot: int
    ref: Ref
    job: int
    reason: str


@dataclass(frozen=True, slots=True)
class SessionAnswered:
    """A command of the session's own (hello, login, logout) was answered."""

    slot: int
    ref: Ref
    code: int | None
    """None for a hello, whose answer is a greeting."""
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Violated:
    """The registry broke the protocol; the connection is about to die of it."""

    slot: int
    ref: Ref
    reason: str
