"""The practice registry: one whole registry in memory, without input and output.

It is synchronous and never asks for the time or for chance other than through what it was given.
Every command that changes something returns the changed records with its answer; whoever sends the
answer stores them first, so that a registry started from the store knows all that clients know.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random
from typing import Final

from actors.sandbox.registry.answer import Answer
from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.message_queue import MessageQueues
from actors.sandbox.registry.object_desk import ObjectDesk
from actors.sandbox.registry.seed import seed
from actors.sandbox.registry.sessions import Sessions, SessionState
from actors.sandbox.registry.settings import Account, RegistrySettings
from actors.sandbox.registry.state import State
from actors.sandbox.registry.table import Change, latest_changes
from protocols.epp_server import (
    Command,
    CommandError,
    Greeting,
    Request,
    Response,
    ResultCode,
    Unreadable,
    refusal,
    write_greeting,
    write_response,
)
from protocols.epp_server.namespace import CONTACT, DOMAIN, HOST
from protocols.epp_server.session_requests import Hello, Login, Logout, PollAck, PollRequest

_SERVICES: Final = {"domain": DOMAIN, "host": HOST, "contact": CONTACT}


class PracticeRegistry:
    """Answers requests and remembers what they did.

    Start one with `restore(documents)` and then `seed()`; the changes that `seed` returns are to
    be stored like those of an answer.
    """

    def __init__(
        self, settings: RegistrySettings, *, now: Callable[[], datetime], random: Random
    ) -> None:
        self._settings = settings
        self._now = now
        self._run = f"{random.getrandbits(48):012x}"
        self._answers = 0
        self._state = State()
        self._sessions = Sessions(self._state, settings)
        self._messages = MessageQueues(self._state)
        self._desk = ObjectDesk(self._state, settings)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts with their present passwords."""
        records = self._state.accounts.many(sorted(self._state.accounts.keys()))
        return tuple(Account(record.client_id, record.password) for record in records)

    def restore(self, documents: Iterable[Change]) -> None:
        """Take up what was stored; the latest document of each record, or all in their order."""
        self._state.restore(documents)

    def seed(self) -> tuple[Change, ...]:
        """Add what is missing at a start (`seed.py`) and return it for storing."""
        seed(self._state, self._settings, self._now())
        return self._state.commit()

    def snapshot(self) -> tuple[Change, ...]:
        """Everything remembered, as the changes that would make it."""
        return self._state.snapshot()

    def session_count(self, client_id: str) -> int:
        """How many sessions an account has logged in."""
        return self._sessions.count(client_id)

    def open_session(self) -> SessionState:
        """Begin the session of a new connection."""
        return self._sessions.open()

    def close_session(self, session: SessionState) -> None:
        """End the session of a connection that is gone."""
        self._sessions.close(session)

    def greeting(self) -> bytes:
        """The data unit that a server speaks first (RFC 5730 section 2.4)."""
        return write_greeting(
            Greeting(self._settings.server_id, self._now(), self._settings.object_uris)
        )

    def execute(self, session: SessionState, request: Request | Unreadable) -> Answer:
        """Carry out one request and answer it; transfers whose time is up are approved first."""
        at = self._now()
        self._desk.approve_overdue(at)
        overdue = self._state.commit()
        response = self._respond(session, request, at)
        changes = latest_changes((*overdue, *self._state.commit()))
        if response.code.ends_session:
            self._sessions.close(session)
        return self._answer(request, response, changes)

    def refuse(
        self, session: SessionState, request: Request | Unreadable, code: ResultCode
    ) -> Answer:
        """Answer with this code and carry out nothing."""
        if code.ends_session:
            self._sessions.close(session)
        return self._answer(request, Response(code), ())

    def _respond(
        self, session: SessionState, request: Request | Unreadable, at: datetime
    ) -> Response:
        try:
            if isinstance(request, Unreadable):
                raise CommandError(request.problem)
            return self._handle(session, request.command, at)
        except CommandError as error:
            self._state.rollback()
            problem = error.problem
            return Response(problem.code, reason=problem.reason, culprit=problem.culprit)

    def _handle(self, session: SessionState, command: Command, at: datetime) -> Response:
        match command:
            case Hello():
                return Response(ResultCode.DONE)
            case Login():
                return self._sessions.login(session, command)
            case _ if session.client_id is None:
                raise refusal(ResultCode.USE, "not logged in")
            case Logout():
                return Response(ResultCode.ENDING_SESSION)
            case PollRequest():
                return self._messages.request(Caller(session.client_id, at))
            case PollAck():
                return self._messages.acknowledge(Caller(session.client_id, at), command)
            case _:
                self._require_service(session, command.label)
                return self._desk.handle(Caller(session.client_id, at), command)

    def _require_service(self, session: SessionState, label: str) -> None:
        """Raise CommandError 2307 for an object not offered, 2002 for one not chosen at login."""
        uri = _SERVICES[label.partition(":")[0]]
        if uri not in self._settings.object_uris:
            raise refusal(ResultCode.UNIMPLEMENTED_SERVICE, "not offered by this registry")
        if uri not in session.object_uris:
            raise refusal(ResultCode.USE, "the object service was not chosen at login")

    def _answer(
        self, request: Request | Unreadable, response: Response, changes: tuple[Change, ...]
    ) -> Answer:
        match request:
            case Request(command=Hello()) if response.code is ResultCode.DONE:
                xml = self.greeting()
            case _:
                self._answers += 1
                xml = write_response(
                    response,
                    client_transaction_id=request.client_transaction_id,
                    server_transaction_id=f"{self._run}-{self._answers}",
                )
        return Answer(
            xml=xml,
            code=response.code,
            closes=response.code.ends_session,
            changes=changes,
            request_label=request.label,
            object_name=request.subject,
        )
