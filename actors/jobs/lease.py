"""What only one node may do at a time is done by who holds its lease in PostgreSQL."""

from actors.jobs.messages import LIFELINE, Standing
from runtime import Actor
from store import Database
from store.queries import jobs as queries


class Lease:
    """One lease, asked for again and again by an actor; by the database's clock.

    Holding it is a hint for who should work and no lock: what is done under it must bear that two
    do it at once for a moment, as when a node is paused in the middle.
    """

    def __init__(self, actor: Actor, database: Database, *, name: str, hold_s: float) -> None:
        self.held = False
        self._actor = actor
        self._database = database
        self._name = name
        self._hold_s = hold_s

    @property
    def renew_s(self) -> float:
        """How often to ask: three times before it would run out."""
        return self._hold_s / 3.0

    async def hold(self) -> bool:
        """Take it if it is free, keep it if it is ours. Raises DatabaseUnreachable, CallError."""
        self.held = False
        standing = await self._actor.system.call(LIFELINE, Standing())
        if standing.state != "up":
            return False
        life = standing.life
        row = await self._database.fetch_row(
            queries.HOLD_LEASE, self._name, life.id, life.node, self._hold_s
        )
        self.held = row is not None
        return self.held

    async def drop(self) -> None:
        """Let another have it at once. Raises DatabaseUnreachable, CallError."""
        if self.held:
            self.held = False
            standing = await self._actor.system.call(LIFELINE, Standing())
            await self._database.execute(queries.DROP_LEASE, self._name, standing.life.id)
