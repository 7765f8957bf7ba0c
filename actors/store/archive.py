"""Writes what must be remembered for later readers: restarts and what administrators did.

What earlier runs of this daemon wrote is read once, so that its restarts are not forgotten with it.

Nobody waits for it. While the database is away the notes are kept, the oldest dropped and counted
when there are too many; everything is in the log besides.
"""

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from runtime import Actor, RestartRecord
from runtime.telemetry import HISTORY
from store import Database, DatabaseUnreachable
from store.queries import control, runtime

_KEPT = 1_000
_RETRY_S = 1.0
_RESTARTS_STORED = 10_000
_AUDIT_STORED = timedelta(days=2 * 366)
_PRUNED_AT_ONCE = 1_000
_PRUNE_EVERY_NOTES = 500
_PRUNE_EVERY_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Restarted:
    """A supervisor restarted a child."""

    record: RestartRecord


@dataclass(frozen=True, slots=True)
class Audited:
    """Somebody changed something."""

    who: str
    via: str
    command: str
    outcome: str


@dataclass(frozen=True, slots=True)
class _Flush:
    """Try again."""


@dataclass(frozen=True, slots=True)
class _Prune:
    """Time to forget."""


class Archive(Actor):
    """The daemon's memory beyond its own life."""

    def __init__(self, database: Database, *, node: str) -> None:
        self._database = database
        self._node = node
        self._notes: deque[Restarted | Audited] = deque()
        self._dropped = 0
        self._written = 0
        self._waiting = False
        self._recalled = False

    async def init(self) -> None:
        """Read what earlier runs wrote; later, when the database is away."""
        await self._flush()
        self.send_after(0.0, _Prune())

    async def handle_cast(self, message: object) -> object:
        """Take a note."""
        match message:
            case Restarted() | Audited():
                if len(self._notes) >= _KEPT:
                    self._notes.popleft()
                    self._dropped += 1
                self._notes.append(message)
                return None if self._waiting else await self._flush()
            case _:
                return self.unhandled(message)

    async def handle_info(self, message: object) -> object:
        """Try again; forget."""
        match message:
            case _Flush():
                self._waiting = False
                return await self._flush()
            case _Prune():
                self.send_after(_PRUNE_EVERY_S, _Prune())
                with suppress(DatabaseUnreachable):
                    await self._prune()
                return None
            case _:
                return self.unhandled(message)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {
            "written": self._written,
            "waiting": len(self._notes),
            "dropped": self._dropped,
        }

    async def _flush(self) -> None:
        try:
            await self._recall()
            while self._notes:
                await self._write(self._notes[0])
                self._notes.popleft()
                self._written += 1
                if self._written % _PRUNE_EVERY_NOTES == 0:
                    await self._prune()
        except DatabaseUnreachable:
            self._waiting = True
            self.send_after(_RETRY_S, _Flush())

    async def _recall(self) -> None:
        """Before anything is written, so that what is read is of earlier runs."""
        if not self._recalled:
            rows = await self._database.fetch(runtime.LIST_RESTARTS, self._node, HISTORY)
            self.system.telemetry.recall(map(_restart, rows))
            self._recalled = True

    async def _prune(self) -> None:
        """Forget a batch of what is too old: more than was written since the last time."""
        await self._database.execute(runtime.PRUNE_RESTARTS, _RESTARTS_STORED)
        await self._database.execute(control.PRUNE_AUDIT, _AUDIT_STORED, _PRUNED_AT_ONCE)

    async def _write(self, note: Restarted | Audited) -> None:
        match note:
            case Restarted(record=record):
                await self._database.execute(
                    runtime.INSERT_RESTART,
                    self._node,
                    record.path,
                    record.at,
                    record.reason,
                    record.attempt,
                    record.recovered_after_s,
                )
            case Audited():
                await self._database.execute(
                    control.INSERT_AUDIT,
                    self._node,
                    note.who,
                    note.via,
                    note.command,
                    note.outcome,
                )


def _restart(row: asyncpg.Record) -> RestartRecord:
    return RestartRecord(
        row["path"], row["at"], row["reason"], row["attempt"], row["recovered_after_s"]
    )
