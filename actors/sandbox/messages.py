"""What the actors of this room say to each other, and what others may say to the door."""

from dataclasses import dataclass, field

from actors.sandbox.registry import ArmedFault, Change
from runtime import Call, Ref

# To the door, from everybody.


@dataclass(frozen=True, slots=True)
class Arm(Call[int]):
    """Have a fault happen; answers its number."""

    fault: ArmedFault


@dataclass(frozen=True, slots=True)
class ArmedFaults(Call[tuple[str, ...]]):
    """The faults to come, as `parse_fault` reads them."""


@dataclass(frozen=True, slots=True)
class ClearFaults(Call[int]):
    """Forget all faults; answers how many there were."""


@dataclass(frozen=True, slots=True)
class WhereListening(Call[int]):
    """The port."""


# To the door, from connections and sessions.


@dataclass(frozen=True, slots=True)
class Accepted:
    """A client has connected; nothing was read from it yet."""

    wire: int
    """Its number among the door's `Wires`."""


@dataclass(frozen=True, slots=True)
class FrameMalformed:
    """A session ended because its client lost step."""


# To a session.


@dataclass(frozen=True, slots=True)
class Octets:
    """A piece of what the client wrote, small enough to be answered in one turn."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinkDrained:
    """The client has read what it was behind with; there is room to write again."""


@dataclass(frozen=True, slots=True)
class LinkEnded:
    """The client is gone."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the session asked to be stored is safe."""


@dataclass(frozen=True, slots=True)
class WaitOver:
    """The time for which a fault held the session back has passed."""


@dataclass(frozen=True, slots=True)
class LimitDue:
    """One of the session's limits may have been reached."""


# To the recorder.


@dataclass(frozen=True, slots=True)
class Load(Call[tuple[Change, ...]]):
    """Everything that is stored."""


@dataclass(frozen=True, slots=True)
class Save(Call[None]):
    """Store these; answered when they are safe."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """Store these; `owner` is sent `Stored` when they are safe.

    A cast, so that a session hands its changes over in the turn in which the registry made them,
    and listens to its client meanwhile.
    """

    changes: tuple[Change, ...]
    owner: Ref
