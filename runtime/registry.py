"""A registry: actors under keys of their choice, found, counted and addressed by them.

Elixir's `Registry` on one thread. An actor may hold many keys, each with a value; a key has one
holder (`Keys.UNIQUE`) or many (`Keys.DUPLICATE`).

    rooms = Registry[str, int](system, "rooms", keys=Keys.DUPLICATE)
    rooms.register(self.ref, "lobby", 7)
    rooms.dispatch("lobby", lambda entries: [entry.owner.cast(news) for entry in entries])

The keys of an actor that dies are free before anybody hears of its death: who gets the `Down` may
start the successor, which registers the same key. (Elixir's own is looser: its keys go a moment
after the crash.) Order is kept everywhere: entries stand as they were registered.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from runtime.exits import NO_PROCESS, ActorError, NotRunning
from runtime.ref import Ref
from runtime.via import Via

if TYPE_CHECKING:
    from runtime.system import System

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Keys(Enum):
    """How many holders a key may have."""

    UNIQUE = "unique"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, eq=False)
class Entry(Generic[Key, Value]):
    """One registration."""

    key: Key
    owner: Ref
    value: Value


@dataclass(frozen=True, slots=True)
class Registered:
    """Told to the listeners: `owner` has taken a key."""

    registry: str
    key: Hashable
    owner: Ref
    value: object


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Told to the listeners: `owner` has given a key back, or died."""

    registry: str
    key: Hashable
    owner: Ref


class AlreadyRegistered(ActorError):
    """The unique key has a holder: `holder`, which may be the one that asked."""

    def __init__(self, registry: str, key: object, holder: Ref) -> None:
        super().__init__(f"{registry}: {key!r} is held by {holder.path}")
        self.registry = registry
        self.key = key
        self.holder = holder


class NotRegistered(ActorError, LookupError):
    """The actor does not hold the key."""

    def __init__(self, registry: str, key: object, owner: Ref) -> None:
        super().__init__(f"{registry}: {owner.path} does not hold {key!r}")
        self.registry = registry
        self.key = key
        self.owner = owner


class Registry(Generic[Key, Value]):
    """Entries of one system's actors. Belongs to the loop's thread; needs no actor of its own.

    `listeners` are paths: each time, whoever has the path then gets `Registered` and
    `Unregistered` in `handle_info`, in the order of what happened.
    """

    def __init__(
        self,
        system: "System",
        name: str,
        *,
        keys: Keys = Keys.UNIQUE,
        listeners: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.kind = keys
        self._system = system
        self._listeners = tuple(listeners)
        self._by_key: dict[Key, dict[Entry[Key, Value], None]] = {}
        self._by_owner: dict[Ref, dict[Key, list[Entry[Key, Value]]]] = {}
        self._meta: dict[Hashable, object] = {}

    # Taking keys and giving them back.

    def register(self, owner: Ref, key: Key, value: Value) -> None:
        """Put `owner` under `key`.

        Raises AlreadyRegistered with the holder when the key is unique and taken (a holder whose
        end is under way still has it), NotRunning when `owner` is dead.
        """
        if not owner.alive:
            raise NotRunning(owner.path, owner.exit_reason or NO_PROCESS)
        entries = self._by_key.get(key, {})
        if entries and self.kind is Keys.UNIQUE:
            raise AlreadyRegistered(self.name, key, next(iter(entries)).owner)
        entry = Entry(key, owner, value)
        self._by_key.setdefault(key, entries)[entry] = None
        self._by_owner.setdefault(owner, {}).setdefault(key, []).append(entry)
        self._system.on_death(owner, self._release)
        self._tell(Registered(self.name, key, owner, value))

    def unregister(self, owner: Ref, key: Key) -> None:
        """Take every entry of `owner` under `key` away; harmless when there is none."""
        self.unregister_match(owner, key, _anything)

    def unregister_match(self, owner: Ref, key: Key, predicate: Callable[[Value], object]) -> None:
        """Take those entries of `owner` under `key` away whose value satisfies `predicate`."""
        held = self._held(owner, key)
        going = [entry for entry in held if predicate(entry.value)]
        if not going:
            return
        keys = self._by_owner[owner]
        keys[key] = [entry for entry in held if entry not in going]
        if not keys[key]:
            del keys[key]
        if not keys:
            del self._by_owner[owner]
            self._system.off_death(owner, self._release)
        for entry in going:
            self._forget(entry)

    def update_value(self, owner: Ref, key: Key, function: Callable[[Value], Value]) -> Value:
        """Replace the value `owner` has under a unique key; returns the new one.

        Raises NotRegistered when `owner` does not hold the key, TypeError for duplicate keys.
        """
        self._only_unique("update_value")
        for old in self._held(owner, key):
            new = Entry(key, owner, function(old.value))
            self._by_key[key] = {new: None}
            self._by_owner[owner][key] = [new]
            return new.value
        raise NotRegistered(self.name, key, owner)

    # Finding.

    def whereis(self, key: Key) -> Ref | None:
        """The living holder of a unique key, or None. Raises TypeError for duplicate keys."""
        self._only_unique("whereis")
        return next((entry.owner for entry in self.lookup(key)), None)

    def lookup(self, key: Key) -> tuple[Entry[Key, Value], ...]:
        """The entries under `key` whose owners live."""
        return tuple(entry for entry in self._by_key.get(key, ()) if entry.owner.alive)

    def match(
        self, key: Key, predicate: Callable[[Value], object]
    ) -> tuple[Entry[Key, Value], ...]:
        """The entries under `key` whose value satisfies `predicate`."""
        return tuple(entry for entry in self.lookup(key) if predicate(entry.value))

    def select(
        self, predicate: Callable[[Entry[Key, Value]], object]
    ) -> tuple[Entry[Key, Value], ...]:
        """The entries of all keys that satisfy `predicate`."""
        return tuple(
            entry for key in tuple(self._by_key) for entry in self.lookup(key) if predicate(entry)
        )

    def keys(self, owner: Ref) -> tuple[Key, ...]:
        """The keys `owner` holds; one that it holds twice stands there twice."""
        return tuple(entry.key for held in self._by_owner.get(owner, {}).values() for entry in held)

    def values(self, owner: Ref, key: Key) -> tuple[Value, ...]:
        """The values `owner` has under `key`."""
        return tuple(entry.value for entry in self._held(owner, key))

    def count(self, *keys: Key) -> int:
        """How many entries there are under these keys; without one, in all.

        An owner whose end is under way still counts.
        """
        return sum(len(self._by_key.get(key, ())) for key in keys or self._by_key)

    # Addressing.

    def dispatch(
        self, key: Key, function: Callable[[tuple[Entry[Key, Value], ...]], object]
    ) -> None:
        """Give the entries under `key` to `function`, at once; nothing happens if there are none.

        What it raises comes to the caller and changes nothing here.
        """
        entries = self.lookup(key)
        if entries:
            function(entries)

    def via(self, key: Key) -> Via:
        """An address that looks `key` up at each use. Raises TypeError for duplicate keys."""
        self._only_unique("via")
        return Via(f"{self.name}[{key!r}]", lambda: self.whereis(key))

    # Metadata.

    def put_meta(self, key: Hashable, value: object) -> None:
        """Keep a fact about the registry itself."""
        self._meta[key] = value

    def meta(self, key: Hashable, default: object = None) -> object:
        """What `put_meta` kept, or `default`."""
        return self._meta.get(key, default)

    def delete_meta(self, key: Hashable) -> None:
        """Forget it; harmless when there is none."""
        self._meta.pop(key, None)

    def _held(self, owner: Ref, key: Key) -> list[Entry[Key, Value]]:
        return self._by_owner.get(owner, {}).get(key, [])

    def _release(self, owner: Ref) -> None:
        """The owner is dead, and nobody knows yet."""
        for held in self._by_owner.pop(owner).values():
            for entry in held:
                self._forget(entry)

    def _forget(self, entry: Entry[Key, Value]) -> None:
        entries = self._by_key[entry.key]
        del entries[entry]
        if not entries:
            del self._by_key[entry.key]
        self._tell(Unregistered(self.name, entry.key, entry.owner))

    def _tell(self, news: Registered | Unregistered) -> None:
        for path in self._listeners:
            listener = self._system.whereis(path)
            if listener is not None:
                listener.send(news)

    def _only_unique(self, verb: str) -> None:
        if self.kind is not Keys.UNIQUE:
            raise TypeError(f"{self.name}: {verb} needs unique keys")


def _anything(_: object) -> bool:
    return True
