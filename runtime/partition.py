"""Work spread over numbered children: which of them a key belongs to, and the way there.

The children are those of a `PartitionSupervisor`; this is the part that their callers need, on
whatever floor they live. Source: Elixir's PartitionSupervisor (integers by the remainder of their
absolute value, other keys by a hash).
"""

from dataclasses import dataclass
from typing import TypeAlias
from zlib import crc32

from runtime.actor import Actor
from runtime.children import ChildFailed, ChildRefused
from runtime.messages import Call, Reply
from runtime.process import Process
from runtime.ref import DEFAULT_TIMEOUT_S, Ref
from runtime.system import System, UnknownPath

PartitionKey: TypeAlias = "int | str | bytes | Ref | tuple[PartitionKey, ...]"
"""What can be hashed alike by every process and every run; an actor counts as its path."""


def partition_of(key: PartitionKey, partitions: int) -> int:
    """The number of the partition `key` belongs to, the same in every process and every run.

    Raises TypeError for a key of another kind, whose hash would differ from run to run.
    """
    if isinstance(key, int):
        return abs(key) % partitions
    return crc32(_canonical(key)) % partitions


def _canonical(key: PartitionKey) -> bytes:
    """Octets that differ where keys differ."""
    match key:
        case int():
            return b"i%d" % key
        case str():
            return b"s" + key.encode("utf-8", "surrogatepass")
        case bytes():
            return b"b" + key
        case Ref():
            return b"r" + key.path.encode()
        case tuple():
            parts = [_canonical(part) for part in key]
            return b"t" + b"".join(b"%d:%b" % (len(part), part) for part in parts)
        case _:
            raise TypeError(f"{type(key).__name__} is no key: its hash differs from run to run")


class Partitioned(Actor):
    """An actor whose children are called `0` to `partitions - 1` and share its work."""

    partitions: int


@dataclass(frozen=True, slots=True)
class Resized:
    """So many partitions run now."""

    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Resize(Call[Resized | ChildRefused | ChildFailed]):
    """Run so many partitions: from none up to as many as there were at the start.

    Refused with bad_size. When one does not start, those started for this are stopped again.
    """

    partitions: int


class Partitions:
    """The way to the partitions of the supervisor at `path`, whichever incarnation it is."""

    __slots__ = ("_path", "_system")

    def __init__(self, system: System, path: str) -> None:
        self._system = system
        self._path = path

    def __len__(self) -> int:
        """How many partitions run. Raises UnknownPath; TypeError if the actor has none."""
        ref = self._system.lookup(self._path)
        assert isinstance(ref, Process)
        if not isinstance(ref.actor, Partitioned):
            raise TypeError(f"{self._path} has no partitions")
        return ref.actor.partitions

    def path(self, key: PartitionKey) -> str:
        """The name of the partition `key` belongs to now; a resize may change it.

        Raises UnknownPath when there is no supervisor, or no partition.
        """
        partitions = len(self)
        if not partitions:
            raise UnknownPath(f"{self._path}/0", ())
        return f"{self._path}/{partition_of(key, partitions)}"

    def route(self, key: PartitionKey) -> Ref:
        """The partition itself. Raises UnknownPath, also while it is being restarted."""
        return self._system.lookup(self.path(key))

    async def call(
        self, key: PartitionKey, request: Call[Reply], *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> Reply:
        """Call the partition. As `System.call`; raises UnknownPath as `path` does."""
        return await self._system.call(self.path(key), request, timeout_s=timeout_s)

    def cast(self, key: PartitionKey, message: object) -> None:
        """Cast to the partition. As `System.cast`; raises UnknownPath as `path` does."""
        self._system.cast(self.path(key), message)
