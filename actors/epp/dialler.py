"""How a connection comes to its link, gives it up, and tries again."""

import ssl
from dataclasses import dataclass

from actors.epp.deadline import Deadline
from actors.epp.link import Link, describe_failure, run_link
from actors.epp.pacing import Pacing
from actors.epp.reporter import Reporter
from actors.epp.settings import RegistrySettings
from protocols.epp import ClientSession
from runtime import Actor, Timer


@dataclass(frozen=True, slots=True)
class Retry:
    """The back-off is over."""


class Dialler(Actor):
    """The half of a `Connection` that has to do with links; what is said on them is the other's."""

    def __init__(self, settings: RegistrySettings, *, slot: int, tls: ssl.SSLContext) -> None:
        self._settings = settings
        self._slot = slot
        self._tls = tls
        self._session = ClientSession()
        self._link: Link | None = None
        self._holding: int | None = None
        """The task that makes and holds the present link."""
        self._retry: Timer | None = None

    def init(self) -> None:
        """Set up what needs the clock."""
        self._pool = Reporter(self, self._slot, self._settings.pool_path)
        self._deadline = Deadline(self)
        self._pacing = Pacing(self.random, self._settings.limit_backoff_s)

    def _connect(self) -> None:
        self._session = ClientSession()
        self._pool.enter("connecting")
        self._deadline.set(self.clock.monotonic(), self._settings.connect_timeout_s)
        self._holding = self.start_task(run_link(self._settings, self._tls, self.ref))

    def _connected(self, link: Link) -> None:
        if self._pool.state != "connecting":
            link.abort()  # given up meanwhile
            return
        self._link = link
        self._pool.enter("greeting")
        self._deadline.set(self.clock.monotonic(), self._settings.connect_timeout_s)

    def _not_connected(self, error: BaseException) -> None:
        if not isinstance(error, OSError | TimeoutError):
            raise error
        self._back_off(describe_failure(error))

    def _back_off(self, why: str) -> None:
        self._pause(why, self._pacing.failed())

    def _pause(self, why: str, delay_s: float | None) -> None:
        """Drop the link and wait; for ever when `delay_s` is None."""
        self._let_go()
        self._pool.enter("backing_off", why=why, retry_in_s=delay_s)
        if delay_s is not None:
            self._retry = self.send_after(delay_s, Retry())

    def _let_go(self) -> None:
        """Of the link, of an attempt to have one, and of what is planned for it."""
        self._session.abandon()
        self._deadline.lift()
        if self._retry is not None:
            self._retry.cancel()
        link, self._link = self._link, None
        if link is not None:
            link.abort()
        elif self._holding is not None:
            self.cancel_task(self._holding)
        self._holding = None
