"""Taking jobs: the one statement of most queues, and the turns that limited ones take.

A queue without limits over all nodes claims by one statement (`claim.sql`). One with such limits
claims in a transaction that begins by locking the queue's row of `job_pace`, so that nodes take
turns; then it counts what runs and what was begun lately, and takes no more than that permits.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import asyncpg
import msgspec

from actors.jobs.job import Claimed
from actors.jobs.messages import Life
from actors.jobs.pace import SLOTS, Pace, slot_s
from actors.jobs.settings import QueueSettings
from store import Database, Session
from store.queries import jobs as queries

_LOW_EVERY = 10
"""One job in so many is of a lower priority."""
_NO_PRIORITY = -1
_LOOK_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """What was taken."""

    jobs: tuple[Claimed, ...]
    held_back: bool = False
    """Whether a limit over all nodes, and not the end of the line, kept it short."""


class Claims:
    """One queue's way of taking jobs.

    A tenth of what it takes is of a priority below the most urgent one, in turn, so that a steady
    stream of urgent jobs starves nobody.
    """

    def __init__(
        self,
        database: Database,
        settings: QueueSettings,
        *,
        workers: Sequence[str],
        life: Life,
        fresh_s: float,
    ) -> None:
        """`fresh_s`: how old this node's heartbeat may be when it claims."""
        self._database = database
        self._settings = settings
        self._workers = list(workers)
        self._life = life
        self._fresh_s = fresh_s
        self._full = True
        """Whether the claim before took all that it was to: only then somebody may be starving."""
        self._low_due = 0
        self._low_priority = _NO_PRIORITY

    async def take(self, wanted: int) -> Claim:
        """Take at most `wanted` jobs. Raises DatabaseUnreachable."""
        if self._settings.limited:
            async with self._database.transaction() as session:
                return await self._take_in_turn(session, wanted)
        rows = await self._take(self._database, wanted)
        return Claim(_in_order(rows))

    async def _take(self, place: Database | Session, wanted: int) -> list[asyncpg.Record]:
        low = await self._low_share(place, wanted) if self._full else 0
        rows = await place.fetch(
            queries.CLAIM,
            self._settings.name,
            self._workers,
            wanted,
            low,
            self._low_priority,
            self._life.id,
            self._life.node,
            self._fresh_s,
            not self._settings.limited,
        )
        self._full = len(rows) == wanted
        return rows

    async def _low_share(self, place: Database | Session, wanted: int) -> int:
        """How many of a lower priority this claim takes first, and of which."""
        self._low_due += wanted
        if self._low_due < _LOW_EVERY:
            return 0
        found = await place.fetch_value(
            queries.NEXT_PRIORITY, self._settings.name, self._low_priority
        )
        share, self._low_due = divmod(self._low_due, _LOW_EVERY)
        if not isinstance(found, int):
            self._low_priority = _NO_PRIORITY
            return 0
        self._low_priority = found
        return share

    # With limits over all nodes.

    async def _take_in_turn(self, session: Session, wanted: int) -> Claim:
        settings = self._settings
        await session.execute(queries.LOCK_PACE, settings.name)
        present, paces = await self._paces(session)
        room = wanted
        if settings.global_limit is not None:
            counts = await self._executing(session, key=None)
            room = min(room, max(0, settings.global_limit - counts.total()))
        if settings.rate is not None:
            room = min(room, paces.get("", Pace(present)).room(settings.rate))
        if not room:
            return Claim((), held_back=True)
        if settings.key is None:
            rows = await self._take(session, room)
            begun = Counter({"": len(rows)})
            short = len(rows) == room < wanted
        else:
            rows, begun, short = await self._take_by_key(session, room, present, paces)
        await self._save(session, present, paces, begun)
        return Claim(_in_order(rows), held_back=short)

    async def _take_by_key(
        self, session: Session, room: int, present: int, paces: Mapping[str, Pace]
    ) -> tuple[list[asyncpg.Record], Counter[str], bool]:
        settings = self._settings
        executing = await self._executing(session, key=settings.key)

        def free(key: str) -> int:
            places = room
            if settings.key_limit is not None:
                places = min(places, settings.key_limit - executing[key])
            if settings.key_rate is not None:
                pace = paces.get(_named(key), Pace(present))
                places = min(places, pace.room(settings.key_rate))
            return places

        known = {*executing, *(key.removeprefix("=") for key in paces if key)}
        full = [key for key in known if free(key) <= 0]
        candidates = await session.fetch(
            queries.LIST_CANDIDATES,
            settings.name,
            self._workers,
            room * _LOOK_AHEAD,
            settings.key,
            full,
        )
        chosen: list[int] = []
        taken: Counter[str] = Counter()
        for row in candidates:
            if len(chosen) < room and taken[row["key"]] < free(row["key"]):
                taken[row["key"]] += 1
                chosen.append(row["id"])
        rows = await session.fetch(
            queries.CLAIM_CHOSEN, chosen, self._life.id, self._life.node, self._fresh_s
        )
        begun = Counter({_named(key): jobs for key, jobs in taken.items()})
        begun[""] = len(rows)
        return rows, begun, bool(full) or len(chosen) < len(candidates)

    async def _executing(self, session: Session, *, key: str | None) -> Counter[str]:
        rows = await session.fetch(queries.COUNT_EXECUTING, self._settings.name, key)
        return Counter({row["key"]: row["jobs"] for row in rows})

    async def _paces(self, session: Session) -> tuple[int, dict[str, Pace]]:
        rows = await session.fetch(
            queries.LOAD_PACES, self._settings.name, slot_s(self._settings.rate_period_s), SLOTS
        )
        present = int(rows[0]["present"])
        return present, {
            row["key"]: Pace(row["slot"], tuple(row["counts"])).at(present)
            for row in rows
            if row["key"] is not None
        }

    async def _save(
        self, session: Session, present: int, paces: Mapping[str, Pace], begun: Counter[str]
    ) -> None:
        after = {
            key: paces.get(key, Pace(present)).at(present).begun(jobs)
            for key, jobs in begun.items()
            if jobs
        }
        if after:
            counts = [msgspec.json.encode(pace.counts) for pace in after.values()]
            await session.execute(
                queries.SAVE_PACE,
                self._settings.name,
                list(after),
                present,
                counts,
                2.0 * self._settings.rate_period_s,
            )


def _named(key: str) -> str:
    """How a key's pace is stored: the queue's own has the empty name."""
    return f"={key}"


def _in_order(rows: list[asyncpg.Record]) -> tuple[Claimed, ...]:
    """The most urgent first, which RETURNING does not promise."""
    jobs = [_claimed(row) for row in rows]
    jobs.sort(key=attrgetter("priority", "scheduled_at", "id"))
    return tuple(jobs)


def _claimed(row: asyncpg.Record) -> Claimed:
    return Claimed(
        row["id"],
        row["worker"],
        row["args"],
        row["meta"] or b"{}",
        tuple(row["tags"] or ()),
        row["attempt"],
        row["max_attempts"],
        row["priority"],
        row["inserted_at"],
        row["scheduled_at"],
        row["attempted_at"],
    )
