"""One persistent EPP session over TLS, as one actor.

Theory of operation. The octets are `protocols.epp.ClientSession`'s business; this actor owns the
link, the deadlines and the dealings with its pool.

    state        left by                              to
    connecting   TLS is up                            greeting
    connecting   refused, unreachable, deadline       backing_off, then connecting again
    greeting     greeting                             login
    login        1000                                 idle, LoggedIn
    login        2200, 2501                           backing_off without end, LoginRefused
    login        2502                                 backing_off for minutes, SessionLimited
    login        another refusal, the link is lost    backing_off, then connecting again
    idle         Perform                              busy
    idle         hello_every_s passed                 hello
    hello        greeting                             idle
    busy         the answer                           idle, Performed
    busy         2501, 2502                           as at login
    idle         age, commands, Recycle, LogOut       draining
    draining     1500 or the end of the stream        connecting; after LogOut it stays, logged out
    any session  link lost, deadline, bad frame       the actor dies: `Failed`

What is away (a registry that refuses connections) is a state, retried with growing pauses; what
was lost (an established session) is a death, and the supervisor starts afresh. A link whose
deadline passed is never read again: a late answer would be taken for the next command's.
"""

import ssl
from dataclasses import dataclass
from typing import ClassVar

from actors.epp.deadline import Due
from actors.epp.dialler import Dialler, Retry
from actors.epp.link import NOT_IN_TIME, BytesReceived, LinkOpened
from actors.epp.messages import (
    Declined,
    Introduce,
    LoggedIn,
    LoggedOut,
    LoginRefused,
    LogOut,
    Perform,
    Performed,
    Recycle,
    SessionAnswered,
    SessionLimited,
    Unwritable,
    Violated,
)
from actors.epp.settings import RegistrySettings
from actors.epp.upkeep import Upkeep
from protocols.epp import (
    AuthenticationFailed,
    Command,
    Completed,
    ConnectionClosed,
    ConnectionRefused,
    Event,
    Greeting,
    GreetingReceived,
    Hello,
    LocalProtocolError,
    Login,
    Logout,
    Pending,
    RemoteProtocolError,
    Response,
    ResponseReceived,
    SessionLimitExceeded,
    SessionState,
    TransactionIds,
    login_services,
    outcome_of,
)
from runtime import ExitReason, Failed, TaskDone, TaskFailed, Timer

_LOGOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class _Watch:
    """It may be time for a hello, or for the end of this session."""


class Connection(Dialler):
    """Slot `slot` of a registry's pool."""

    trap_exit = True
    messages: ClassVar[tuple[type, ...]] = (Recycle, LogOut)

    def __init__(
        self,
        settings: RegistrySettings,
        *,
        slot: int,
        tls: ssl.SSLContext,
        cltrids: TransactionIds,
    ) -> None:
        super().__init__(settings, slot=slot, tls=tls)
        self._cltrids = cltrids
        self._watch: Timer | None = None
        self._job: Perform | None = None
        self._sent_s = 0.0
        self._leaving: str | None = None
        self._stays_out = False

    def init(self) -> None:
        """Begin to connect; the supervisor does not wait for the registry."""
        super().init()
        self._upkeep = Upkeep(self._settings, self.random)
        self._connect()

    def handle_cast(self, message: object) -> object:
        """Take octets, commands, and the pool's wishes."""
        match message:
            case BytesReceived(data=data):
                return self._receive(data)
            case Perform():
                return self._perform(message)
            case LinkOpened(link=link):
                return self._connected(link)
            case Introduce():
                return self._introduce()
            case Recycle(why=why):
                return self._recycle(why)
            case LogOut(why=why):
                return self._log_out_for_good(why)
            case _:
                return self.unhandled(message)

    def handle_info(self, message: object) -> object:
        """Take timers and the end of the connecting task."""
        match message:
            case Due():
                return self._too_late() if self._deadline.has_passed() else None
            case _Watch():
                return self._look_after()
            case Retry():
                return self._connect()
            case TaskDone(task=task, value=error):
                return self._link_closed(error) if task == self._holding else None
            case TaskFailed(task=task, error=failure):
                return self._not_connected(failure) if task == self._holding else None
            case _:
                return self.unhandled(message)

    def terminate(self, reason: ExitReason) -> None:
        """Say goodbye if there is a session, and let go of the link."""
        if self._link is None:
            return
        if self._pool.state == "idle":
            self._link.write(self._session.send(Logout(), self._cltrids.take()))
            self._link.close()
        else:
            self._link.abort()

    def facts(self) -> dict[str, object]:
        """See `Actor.facts`."""
        return {
            "state": self._pool.state,
            "registry": f"{self._settings.host}:{self._settings.port}",
            "commands": self._upkeep.commands,
            "doing": self._job.command.label if self._job else "nothing",
            "session": self._session.state,
        }

    # Receiving.

    def _receive(self, data: bytes) -> None:
        if self._link is None:
            return  # octets of a link that was given up; never read
        session = self._session
        try:
            for event in session.receive_data(data):
                self._take(event)
            if session.state is SessionState.BROKEN and self._has_link():
                session.receive_data(b"")  # raises what was wrong behind the good answers
        except RemoteProtocolError as error:
            self._violated(error)

    def _has_link(self) -> bool:
        return self._link is not None

    def _take(self, event: Event) -> None:
        if self._link is None:
            return  # an earlier event of the same octets ended the session
        match event:
            case ResponseReceived(cltrid=cltrid, response=response) if self._pool.state == "busy":
                self._answered(cltrid, response)
            case ResponseReceived(response=response):
                self._session_answered(response)
            case GreetingReceived(greeting=greeting):
                self._greeted(greeting)
            case ConnectionRefused(response=response):
                self._refused(response)
            case ConnectionClosed():
                self._fail("link_lost", "closed by the registry")

    def _greeted(self, greeting: Greeting) -> None:
        if self._pool.state == "hello":
            self._upkeep.last_use_s = self._note_session_answer(None)
            self._become_idle()
            return
        objects, extensions = login_services(greeting)
        if self._settings.extensions:
            extensions = tuple(uri for uri in extensions if uri in self._settings.extensions)
        login = Login(
            client_id=self._settings.client_id,
            password=self._settings.password,
            objects=objects,
            extensions=extensions,
        )
        try:
            self._send(login)
        except LocalProtocolError as error:
            self._back_off(f"no login is possible: {error}")
            return
        self._pool.enter("login")

    def _session_answered(self, response: Response) -> None:
        """Of the session's own commands, login and logout have responses."""
        self._note_session_answer(response.code)
        if self._pool.state == "draining":
            self._drop_link_politely()
            return
        match outcome_of(response):
            case Completed() | Pending():
                self._logged_in()
            case _:
                self._refused(response)

    def _refused(self, response: Response) -> None:
        """The registry will not have this session; what that means hangs on the code."""
        why = f"{response.code} {response.message}"
        match outcome_of(response):
            case SessionLimitExceeded(code=code):
                delay_s = self._pacing.limited()
                self._pause(why, delay_s)
                self._pool.tell(SessionLimited(self._slot, self.ref, code, delay_s))
            case AuthenticationFailed(code=code, message=message):
                self._pause(why, None)
                self._pool.tell(LoginRefused(self._slot, self.ref, code, message))
            case _:
                self._back_off(why)

    def _logged_in(self) -> None:
        assert self._link is not None
        self._pacing.succeeded()
        self._upkeep.begin(self.clock.monotonic())
        self._pool.tell(LoggedIn(self._slot, self.ref, self._link.remote, self._link.tls))
        self._become_idle()
        self._look_after()

    # Working.

    def _perform(self, job: Perform) -> None:
        if self._pool.state == "hello" and self._job is None:
            self._job = job  # goes out when the hello is answered
            return
        if self._pool.state != "idle" or self._link is None:
            self._pool.tell(Declined(self._slot, self.ref, job.job))
            return
        try:
            self._send(job.command, job.cltrid)
        except LocalProtocolError as error:
            self._pool.tell(Unwritable(self._slot, self.ref, job.job, str(error)))
            return
        self._job = job
        self._pool.state = "busy"

    def _send(self, command: Command, cltrid: str | None = None) -> None:
        assert self._link is not None
        frame = self._session.send(command, cltrid or self._cltrids.take())
        now_s = self._sent_s = self.clock.monotonic()
        self._deadline.set(now_s, self._settings.command_timeout_s)
        self._link.write(frame)

    def _answered(self, cltrid: str, response: Response) -> None:
        job, self._job = self._job, None
        assert job is not None
        now_s = self.clock.monotonic()
        self._deadline.lift()
        if self._upkeep.answered(now_s):
            self._leaving = self._leaving or f"{self._upkeep.commands} commands done"
        ended = self._session.state is not SessionState.IDLE  # 25xx, or rubbish behind the answer
        elapsed_s = now_s - self._sent_s
        takes_more = self._leaving is None and not ended
        self._pool.tell(
            Performed(self._slot, self.ref, job.job, cltrid, response, elapsed_s, takes_more)
        )
        if not ended:
            self._become_idle()
        elif self._session.state is SessionState.ENDING:
            self._ended_by(response)

    def _ended_by(self, response: Response) -> None:
        """The registry answered and closes. After 2501 and 2502 nothing is tried at once."""
        match outcome_of(response):
            case AuthenticationFailed() | SessionLimitExceeded():
                self._refused(response)
            case _:
                self._fail("registry_closed", f"{response.code} {response.message}")

    def _become_idle(self) -> None:
        """Free again: send what waited for the hello, leave if that is due, or rest."""
        self._deadline.lift()
        was_busy = self._pool.state == "busy"  # then the pool knows it by the answer
        self._pool.state = "idle"
        job, self._job = self._job, None
        if job is not None:
            self._perform(job)
        elif self._leaving is not None:
            self._log_out()
        elif not was_busy:
            self._pool.enter("idle")

    # Ageing.

    def _look_after(self) -> None:
        """Say hello when idle for long; end the session when it has reached its age."""
        if self._watch is not None:
            self._watch.cancel()
        if self._pool.state not in {"idle", "busy", "hello"}:
            return
        now_s = self.clock.monotonic()
        if self._upkeep.is_old(now_s):
            self._leave(f"{now_s - self._upkeep.logged_in_s:.0f} s old")
            return
        if self._pool.state == "idle" and self._upkeep.needs_hello(now_s):
            self._send(Hello())
            self._pool.enter("hello")
        self._watch = self.send_after(self._upkeep.next_look_in_s(now_s), _Watch())

    def _recycle(self, why: str) -> None:
        match self._pool.state:
            case "idle" | "busy" | "hello":
                self._leave(why)
            case "backing_off":
                self._let_go()
                self._connect()
            case "connecting" | "greeting" | "login" | "draining":
                return  # it is about to be new, or to be gone

    def _log_out_for_good(self, why: str) -> None:
        self._stays_out = True
        match self._pool.state:
            case "idle" | "busy" | "hello" | "login":
                self._leave(why)
            case "connecting" | "greeting" | "backing_off":
                self._let_go()
                self._stay_out(why)
            case "draining":
                return

    def _leave(self, why: str) -> None:
        """Log out as soon as nothing is outstanding."""
        self._leaving = why
        if self._pool.state == "idle":
            self._log_out()

    def _log_out(self) -> None:
        self._pool.enter("draining", why=self._leaving)
        self._send(Logout())
        self._deadline.set(self._sent_s, _LOGOUT_S)

    def _drop_link_politely(self) -> None:
        """The logout was answered; the registry closes, and so do we."""
        link, self._link = self._link, None
        if link is not None:
            link.close()
        self._logged_out()

    def _logged_out(self) -> None:
        self._let_go()
        self._pool.tell(LoggedOut(self._slot, self.ref))
        if self._stays_out:
            self._stay_out(self._leaving)
        else:
            self._leaving = None
            self._connect()

    def _stay_out(self, why: str | None) -> None:
        self._pool.enter("draining", why=f"logged out: {why}")

    def _pause(self, why: str, delay_s: float | None) -> None:
        """See `Dialler`; who was told to stay out does not try again."""
        if self._stays_out:
            self._let_go()
            self._stay_out(self._leaving)
        else:
            super()._pause(why, delay_s)

    # Losing.

    def _link_closed(self, error: object) -> None:
        self._holding = None
        if self._link is None:
            return
        why = str(error or "closed by the registry")
        match self._pool.state:
            case "greeting" | "login":
                self._back_off(f"link lost before {self._pool.state} was done: {why}")
            case "draining":
                self._logged_out()
            case _:
                self._fail("link_lost", why)

    def _violated(self, error: RemoteProtocolError) -> None:
        self._pool.tell(Violated(self._slot, self.ref, str(error)))
        self._fail("protocol_violated", str(error))

    def _too_late(self) -> None:
        """The present step was not done by its deadline."""
        match self._pool.state:
            case "connecting":
                self._back_off(NOT_IN_TIME)
            case "greeting" | "login":
                self._back_off(f"no {self._pool.state} within its deadline")
            case "draining":
                self._logged_out()
            case state:
                doing = self._job.command.label if self._job and state == "busy" else state
                self._fail("timed_out", f"{doing} was not answered in time")

    def _fail(self, code: str, detail: str) -> None:
        """Die; what was outstanding is lost, and the pool hears of it by `Down`."""
        if self._job is not None and self._pool.state != "busy":
            self._pool.tell(Declined(self._slot, self.ref, self._job.job))
        self._let_go()
        self.stop(Failed(code, detail))

    # The pool.

    def _introduce(self) -> None:
        link, upkeep = self._link, self._upkeep
        if link is not None and self._pool.state in {"idle", "busy", "hello"}:
            age_s = self.clock.monotonic() - upkeep.logged_in_s
            self._pool.tell(
                LoggedIn(self._slot, self.ref, link.remote, link.tls, age_s, upkeep.commands)
            )
        self._pool.repeat()

    def _note_session_answer(self, code: int | None) -> float:
        """Tell the pool how long the registry took; returns the time."""
        now_s = self.clock.monotonic()
        self._pool.tell(SessionAnswered(self._slot, self.ref, code, now_s - self._sent_s))
        return now_s
