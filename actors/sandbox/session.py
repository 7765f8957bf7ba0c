"""One client's session at a practice registry, as one actor.

Theory of operation. `ServerSession` turns octets into a row of actions; this actor does them one
after the other and takes no further octets before the row is empty. It never waits inside a
handler: what it has to wait for comes as a message, so that it hears of the client's end, of its
limits and of a stop at any time.

    the row stands still while …                 it goes on with
    changes are being stored                     Stored
    a fault makes the client wait                WaitOver
    the client does not read (wire.congested)    LinkDrained

What the registry changed is handed to the recorder in the very turn in which it was changed, so
that the records see all sessions' changes in the registry's own order. The session is linked to
the door: the registry's memory dies with the door, and nobody may act on it any more.
"""

from collections import deque
from collections.abc import Mapping

import structlog

from actors.sandbox.messages import (
    FrameMalformed,
    LimitDue,
    LinkDrained,
    LinkEnded,
    Octets,
    Store,
    Stored,
    WaitOver,
)
from actors.sandbox.registry import (
    Abort,
    AnswerInvalid,
    Close,
    FrameRefused,
    GoSilent,
    Handled,
    InvalidAnswerError,
    Persist,
    RegistrySettings,
    Send,
    ServerSession,
    SessionAction,
    Wait,
    latest_changes,
)
from actors.sandbox.wire import Wire
from runtime import Actor, Continue, ExitReason, Ref, Timer, is_orderly

_BUSY_S = 5.0
"""A session that owes its client something is not ended by a limit; this is when to look again."""

log = structlog.get_logger("sandbox")


class PracticeSession(Actor):
    """Does what its `ServerSession` says, in order; what was changed is stored first of all."""

    def __init__(
        self,
        session: ServerSession,
        wire: Wire,
        settings: RegistrySettings,
        *,
        door: Ref,
        recorder: Ref,
    ) -> None:
        self._session = session
        self._wire = wire
        self._settings = settings
        self._door = door
        self._recorder = recorder
        self._actions: deque[SessionAction] = deque()
        self._storing = False
        self._waiting: Timer | None = None
        self._greeted = False
        self._last: Handled | None = None
        self._began_s = self._greeted_s = self._active_s = 0.0

    def init(self) -> Continue:
        """Take the connection over; the greeting comes at once."""
        self.link(self._door)
        self._began_s = self._active_s = self.clock.monotonic()
        self._wire.adopt(self.ref)
        return Continue(None)

    def handle_continue(self, message: object) -> None:
        """Speak first (RFC 5734 section 2)."""
        self._take_on(self._session.connected())
        self._go_on()
        self._look_again()

    def handle_cast(self, message: object) -> object:
        """Take what the client wrote, or what the row of actions waited for."""
        match message:
            case Octets(data=data):
                return self._read(data)
            case Stored():
                self._storing = False
                return self._go_on()
            case LinkDrained():
                return self._go_on()
            case LinkEnded():
                return self.stop()
            case _:
                return self.unhandled(message)

    def handle_info(self, message: object) -> object:
        """Time has passed."""
        match message:
            case WaitOver():
                self._waiting = None
                return self._go_on()
            case LimitDue():
                return self._enforce_limits()
            case _:
                return self.unhandled(message)

    def terminate(self, reason: ExitReason) -> None:
        """The session counts no more; the client sees the link end."""
        self._session.lost()
        self._wire.release(orderly=is_orderly(reason))

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        last = self._last
        told = () if last is None else (last.label, last.object_name, str(int(last.code)))
        return {
            "client": self._session.client_id or "not logged in",
            "from": self._wire.remote,
            "commands": self._session.commands,
            "last": " ".join(filter(None, told)) or "none",
        }

    # The row of actions.

    @property
    def _owes(self) -> bool:
        """Whether the client waits for us."""
        return self._storing or self._waiting is not None

    def _take_on(self, actions: tuple[SessionAction, ...]) -> None:
        changes = latest_changes(
            change for action in actions if isinstance(action, Persist) for change in action.changes
        )
        if changes:
            self._storing = True
            self._recorder.cast(Store(changes, self.ref))
        self._actions.extend(actions)

    def _go_on(self) -> None:
        """Do what can be done now."""
        while not self._owes and not self._wire.congested:
            if not self._actions:
                self._wire.more()
                return
            self._do(self._actions.popleft())

    def _read(self, data: bytes) -> None:
        before = self._session.commands
        self._take_on(self._session.receive_data(data))
        if self._session.commands > before:
            self._active_s = self.clock.monotonic()
        self._go_on()

    def _do(self, action: SessionAction) -> None:
        match action:
            case Persist():
                pass  # stored before the row began
            case Handled(label=label, code=code):
                self._last = action
                log.debug("request.handled", label=label, code=int(code))
            case FrameRefused(reason=reason):
                self._door.cast(FrameMalformed())
                log.info("frame.refused", client=self._wire.remote, reason=reason)
            case AnswerInvalid(problem=problem):
                raise InvalidAnswerError(problem)
            case Send(data=data):
                self._wire.write(data)
                if not self._greeted:
                    self._greeted = True
                    self._greeted_s = self.clock.monotonic()
            case Wait(seconds=seconds):
                self._waiting = self.send_after(seconds, WaitOver())
            case Close():
                self._wire.release(orderly=True)
            case Abort():
                self._wire.release(orderly=False)
            case GoSilent():
                self._wire.silence()

    # Limits.

    def _enforce_limits(self) -> None:
        """End the session when one of its times is up."""
        now_s = self.clock.monotonic()
        if self._owes:
            self._active_s = now_s
            self.send_after(_BUSY_S, LimitDue())
            return
        due_s, limit = self._next_limit()
        if due_s > now_s:
            self._look_again()
            return
        client = self._session.client_id
        log.info("session.timed_out", client=client, remote=self._wire.remote, limit=limit)
        self._session.lost()
        self._wire.release(orderly=not self._wire.congested)

    def _look_again(self) -> None:
        due_s, _ = self._next_limit()
        self.send_after(max(0.0, due_s - self.clock.monotonic()), LimitDue())

    def _next_limit(self) -> tuple[float, str]:
        """When the session ends if nothing more is heard, and by which limit."""
        settings = self._settings
        limits = [
            (self._began_s + settings.age_limit_s, "age"),
            (self._active_s + settings.idle_limit_s, "idle"),
        ]
        if self._greeted and self._session.client_id is None:
            limits.append((self._greeted_s + settings.login_limit_s, "login"))
        return min(limits)
