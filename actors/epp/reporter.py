"""What a connection says to its pool, and what it would say to a new one."""

from actors.epp.health import ConnectionState
from actors.epp.messages import StateChanged
from runtime import Actor


class Reporter:
    """The state of one connection as its pool shall know it.

    A pool that is not there misses nothing: its successor asks (`Introduce`).
    """

    def __init__(self, connection: Actor, slot: int, pool_path: str) -> None:
        self._connection = connection
        self._slot = slot
        self._pool_path = pool_path
        self.state: ConnectionState = "connecting"
        self._why: str | None = None
        self._retry_at_s: float | None = None

    def tell(self, message: object) -> None:
        """Cast to the pool, if there is one."""
        pool = self._connection.system.whereis(self._pool_path)
        if pool is not None:
            pool.cast(message)

    def enter(
        self, state: ConnectionState, *, why: str | None = None, retry_in_s: float | None = None
    ) -> None:
        """Be in this state from now on, and say so."""
        self.state = state
        self._why = why
        self._retry_at_s = None
        if retry_in_s is not None:
            self._retry_at_s = self._connection.clock.monotonic() + retry_in_s
        self.tell(StateChanged(self._slot, self._connection.ref, state, why, retry_in_s))

    def repeat(self) -> None:
        """Say the state again."""
        retry_in_s = None
        if self._retry_at_s is not None:
            retry_in_s = max(0.0, self._retry_at_s - self._connection.clock.monotonic())
        self.tell(StateChanged(self._slot, self._connection.ref, self.state, self._why, retry_in_s))
