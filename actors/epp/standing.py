"""How we stand with a registry: its state in one word, and why in one sentence."""

import structlog

from actors.epp.health import RegistryState
from actors.epp.outcomes import PoolOutcome, Unreachable
from actors.epp.roster import Roster
from actors.epp.settings import RegistrySettings

_STOPPING = "the daemon is stopping"

log = structlog.get_logger("epp")


class Standing:
    """The state of one registry, from an administrator's wishes and the sessions there are.

    draining, locked_out and paused come first; else it is up with all wanted sessions, degraded
    with some, down with none, and starting until all are there or one has failed.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        self._name = settings.name
        self._client_id = settings.client_id
        self._noted: RegistryState = "starting"
        self.paused = False
        self.draining = False
        self.drained = False
        self.locked_out: str | None = None
        self.timeouts = 0
        self.protocol_errors = 0

    def lock_out(self, code: int, text: str) -> str:
        """The registry refused our credentials; not another attempt is made by itself."""
        why = self.locked_out = (
            f"login as {self._client_id} refused ({code} {text}); correct the password, then "
            f"`engset send epp/{self._name}/pool Unpause`"
        )
        log.error("registry.locked_out", registry=self._name, code=code, message=text)
        return why

    @property
    def stays_out(self) -> str | None:
        """Why no connection shall log in; None when they may."""
        if self.drained:
            return _STOPPING
        return self.locked_out

    def refusal(self) -> PoolOutcome | None:
        """Why no command is taken now; None when all is well."""
        if self.draining:
            return Unreachable(self._name, _STOPPING, None)
        if self.locked_out is not None:
            return Unreachable(self._name, self.locked_out, None)
        if self.paused:
            return Unreachable(self._name, "paused by an administrator", None)
        return None

    def state(self, roster: Roster) -> RegistryState:
        """The state now."""
        if self.draining:
            return "draining"
        if self.locked_out is not None:
            return "locked_out"
        if self.paused:
            return "paused"
        if roster.ready == roster.counts().allowed:
            return "up"
        if not roster.has_failed:
            return "starting"
        return "degraded" if roster.ready else "down"

    def why(self, roster: Roster) -> str | None:
        """One sentence for people; None when all is well."""
        match self.state(roster):
            case "up":
                return None
            case "starting":
                return "logging in"
            case "draining":
                return "the daemon is stopping; sessions finish and log out"
            case "paused":
                return f"paused; `engset send epp/{self._name}/pool Unpause` goes on"
            case "locked_out":
                return self.locked_out
            case "degraded" | "down":
                return self._shortage(roster)

    def _shortage(self, roster: Roster) -> str:
        counts = roster.counts()
        reason = roster.reason() or "logging in"
        missing = f"{counts.allowed - counts.ready} of {counts.allowed} sessions missing"
        retry_in_s = roster.next_retry_in_s()
        if retry_in_s is None:
            return f"{missing}: {reason}"
        when = f"in {retry_in_s:.0f} s" if retry_in_s >= 1.0 else "now"
        return f"{missing}: {reason}; next attempt {when}"

    def log_change(self, roster: Roster) -> None:
        """Log the state once, when it is another than at the last call."""
        state = self.state(roster)
        if state == self._noted:
            return
        self._noted = state
        level = log.info if state in {"up", "draining", "starting"} else log.warning
        level("registry.changed_state", registry=self._name, state=state, reason=self.why(roster))
