"""The ledger of transforms: written before the first byte leaves, settled by the answer.

What was begun and not settled when the daemon, the pool or the link died is unknown: it may have
happened at the registry, and it may not. While PostgreSQL is away nothing new is begun, and what
the registry has answered meanwhile is kept and written when it is back. Should the daemon die
first, those transforms are found as unknown: that errs on the side of asking.

What is settled is kept for twelve years: a domain may be registered for ten, and ICANN has its
registrars keep their records for two years more. What is unknown is kept until it is settled.
Source: Registrar Accreditation Agreement of 2013, Data Retention Specification, section 1.1.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import asyncpg
import structlog

from actors.epp.health import UnknownTransform
from runtime import Actor, Call, Sender, Timer
from store import Database, DatabaseUnreachable
from store.queries import epp

_LISTED = 500
_RETRY_S = 0.5
_LAST_RETRY_S = 15.0
_REFRESH_S = 15.0
_SETTLED_KEPT = timedelta(days=12 * 366)
_PRUNED_AT_ONCE = 1_000
_PRUNE_EVERY_S = 3_600.0

log = structlog.get_logger("epp")


@dataclass(frozen=True, slots=True)
class Transform:
    """One transform about to be sent. `masked_frame` holds no password and no authInfo."""

    cltrid: str
    command: str
    object_name: str
    masked_frame: bytes


@dataclass(frozen=True, slots=True)
class Begun:
    """It is committed; it may be sent."""


@dataclass(frozen=True, slots=True)
class NotBegun:
    """It could not be written down, so it must not be sent."""

    why: str


@dataclass(frozen=True, slots=True)
class Begin(Call[Begun | NotBegun]):
    """Write a transform down."""

    transform: Transform


@dataclass(frozen=True, slots=True)
class Settle:
    """The registry's answer is known, or it is known that nothing was sent (`code` None)."""

    cltrid: str
    code: int | None
    message: str
    how: str


@dataclass(frozen=True, slots=True)
class MarkUnknown:
    """The answer was lost."""

    transform: UnknownTransform


@dataclass(frozen=True, slots=True)
class Orphan:
    """A new pool begins: what the old one had begun, nobody waits for."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknowns(Call[tuple[UnknownTransform, ...]]):
    """The unknown transforms of this registry, oldest first, at most 500."""


@dataclass(frozen=True, slots=True)
class _Refresh:
    """Write what could not be written, and read the unknowns: others settle some, too."""


_Note = Settle | MarkUnknown | Orphan


class Ledger(Actor):
    """The transforms of one registry. `run_id` tells this run of the daemon from earlier ones."""

    messages: ClassVar[tuple[type, ...]] = (Unknowns,)

    def __init__(self, database: Database, *, registry: str, node: str, run_id: str) -> None:
        self._database = database
        self._registry = registry
        self._node = node
        self._run_id = run_id
        self._unknown: dict[str, UnknownTransform] = {}
        self._unwritten: deque[_Note] = deque()
        self._adopted = False
        self._away: str | None = None
        self._failures = 0
        self._timer: Timer | None = None
        self._prune_due_s = 0.0

    async def init(self) -> None:
        """Find what earlier runs never saw answered."""
        await self._refresh()

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Begin a transform, or list the unknown ones."""
        match request:
            case Begin(transform=transform):
                return await self._begin(transform)
            case Unknowns():
                return tuple(self._unknown.values())
            case _:
                return self.unhandled(request)

    async def handle_cast(self, message: object) -> object:
        """Take what became of a transform."""
        match message:
            case Settle(cltrid=cltrid):
                self._unknown.pop(cltrid, None)
            case MarkUnknown(transform=transform):
                self._unknown[transform.cltrid] = transform
            case Orphan():
                pass
            case _:
                return self.unhandled(message)
        self._unwritten.append(message)
        return await self._write_notes() if self._away is None else None

    async def handle_info(self, message: object) -> object:
        """Take the timer."""
        match message:
            case _Refresh():
                return await self._refresh()
            case _:
                return self.unhandled(message)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        facts: dict[str, object] = {
            "unknown": len(self._unknown),
            "unwritten": len(self._unwritten),
        }
        return facts if self._away is None else {**facts, "away": self._away}

    # Writing.

    async def _begin(self, transform: Transform) -> Begun | NotBegun:
        """Write it down; after what waits, since an orphan's note must not reach this one."""
        try:
            await self._flush()
        except DatabaseUnreachable as error:
            self._went_away(error)
            return NotBegun(str(error))
        try:
            await self._database.execute(
                epp.BEGIN_TRANSFORM,
                transform.cltrid,
                self._registry,
                transform.command,
                transform.object_name,
                transform.masked_frame,
                self._node,
                self._run_id,
            )
        except DatabaseUnreachable as error:
            # It may have been committed all the same; it is certainly not going to be sent.
            self._unwritten.append(Settle(transform.cltrid, None, "never sent", str(error)))
            self._went_away(error)
            return NotBegun(str(error))
        return Begun()

    async def _write_notes(self) -> None:
        try:
            await self._flush()
        except DatabaseUnreachable as error:
            self._went_away(error)

    async def _flush(self) -> None:
        """Write the notes in order; what cannot be written stays. Raises DatabaseUnreachable."""
        while self._unwritten:
            await self._write(self._unwritten[0])
            self._unwritten.popleft()

    async def _write(self, note: _Note) -> None:
        match note:
            case Settle(cltrid=cltrid, code=code, message=message, how=how):
                await self._database.execute(epp.SETTLE_TRANSFORM, cltrid, code, message, how)
            case MarkUnknown(transform=unknown):
                await self._database.execute(epp.MARK_UNKNOWN, unknown.cltrid, unknown.reason)
            case Orphan(reason=reason):
                await self._database.execute(
                    epp.ORPHAN_TRANSFORMS, self._registry, self._node, reason
                )
                await self._read()

    async def _prune(self) -> None:
        """Forget a batch of what was settled long ago; the next one soon, while there is more."""
        now_s = self.clock.monotonic()
        if now_s < self._prune_due_s:
            return
        pruned = await self._database.execute(epp.PRUNE_TRANSFORMS, _SETTLED_KEPT, _PRUNED_AT_ONCE)
        if pruned < _PRUNED_AT_ONCE:
            self._prune_due_s = now_s + _PRUNE_EVERY_S

    # Reading.

    async def _refresh(self) -> None:
        try:
            if not self._adopted:
                await self._adopt()
            await self._flush()
            await self._read()
            await self._prune()
        except DatabaseUnreachable as error:
            self._went_away(error)
            return
        if self._away is not None:
            log.info("ledger.came_back", registry=self._registry)
        self._away = None
        self._failures = 0
        self._timer = self.send_after(_REFRESH_S, _Refresh())

    async def _read(self) -> None:
        rows = await self._database.fetch(epp.LIST_UNKNOWN_TRANSFORMS, self._registry, _LISTED)
        self._unknown = {str(row["cltrid"]): _unknown(row) for row in rows}
        for note in self._unwritten:
            if isinstance(note, Settle):
                self._unknown.pop(note.cltrid, None)
            elif isinstance(note, MarkUnknown):
                self._unknown[note.transform.cltrid] = note.transform

    async def _adopt(self) -> None:
        rows = await self._database.fetch(epp.ADOPT_UNKNOWN_TRANSFORMS, self._node, self._run_id)
        self._adopted = True
        for row in rows:
            log.warning(
                "transform.unknown",
                registry=row["registry"],
                cltrid=row["cltrid"],
                command=row["command"],
                reason="daemon stopped before the answer",
            )

    def _went_away(self, error: DatabaseUnreachable) -> None:
        """Log it once, and try again, ever later; while it is away, each `Begin` is a try, too."""
        if self._away is None:
            log.warning("ledger.deferred", registry=self._registry, reason=str(error))
        elif self._timer is not None and self._timer.active:
            return
        self._away = str(error)
        if self._timer is not None:
            self._timer.cancel()
        delay_s = min(_LAST_RETRY_S, _RETRY_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        self._timer = self.send_after(delay_s * self.random.uniform(0.8, 1.2), _Refresh())


def _unknown(row: asyncpg.Record) -> UnknownTransform:
    sent_at = row["begun_at"]
    assert isinstance(sent_at, datetime)
    return UnknownTransform(
        cltrid=str(row["cltrid"]),
        registry=str(row["registry"]),
        command=str(row["command"]),
        object_name=str(row["object_name"]),
        sent_at=sent_at,
        reason=str(row["reason"] or ""),
    )
