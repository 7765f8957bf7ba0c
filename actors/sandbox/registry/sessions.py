"""Sessions: who is logged in on which connection (RFC 5730 sections 2 and 2.9.1).

| state      | command                  | code        | state afterwards |
|------------|--------------------------|-------------|------------------|
| not logged | hello                    | (greeting)  | not logged       |
| not logged | login, right             | 1000        | logged in        |
| not logged | login, wrong             | 2200        | not logged       |
| not logged | login, wrong the n-th    | 2501        | closed           |
| not logged | login, one session more  | 2502        | closed           |
| not logged | anything else            | 2002        | not logged       |
| logged in  | login                    | 2002        | logged in        |
| logged in  | logout                   | 1500        | closed           |
"""

from dataclasses import dataclass

from actors.sandbox.registry.record import AccountRecord
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from protocols.epp_server import Culprit, Response, ResultCode, refusal
from protocols.epp_server.namespace import EPP
from protocols.epp_server.session_requests import Login


@dataclass(slots=True)
class SessionState:
    """One connection's session; made by `PracticeRegistry.open_session`."""

    number: int
    client_id: str | None = None
    object_uris: frozenset[str] = frozenset()
    wrong_passwords: int = 0


class Sessions:
    """Opens and closes sessions and holds each account to its number of them."""

    def __init__(self, state: State, settings: RegistrySettings) -> None:
        self._state = state
        self._settings = settings
        self._last_number = 0
        self._logged_in: dict[str, set[int]] = {}

    def open(self) -> SessionState:
        """Begin a session that is not logged in."""
        self._last_number += 1
        return SessionState(self._last_number)

    def close(self, session: SessionState) -> None:
        """End a session, so that it counts no more; a second time does nothing."""
        if session.client_id is not None:
            self._logged_in[session.client_id].discard(session.number)
            session.client_id = None

    def count(self, client_id: str) -> int:
        """How many sessions the account has logged in."""
        return len(self._logged_in.get(client_id, ()))

    def login(self, session: SessionState, command: Login) -> Response:
        """Log in, and change the password where a new one is given."""
        if session.client_id is not None:
            raise refusal(ResultCode.USE, "already logged in")
        self._require_services(command)
        account = self._state.accounts.get(command.client_id)
        if account is None or account.password != command.password:
            return self._wrong_password(session)
        if self.count(account.client_id) >= self._settings.sessions_per_account:
            return Response(ResultCode.SESSION_LIMIT_CLOSING)
        if command.new_password is not None:
            self._state.accounts.put(
                account.client_id, AccountRecord(account.client_id, command.new_password)
            )
        session.client_id = account.client_id
        session.object_uris = frozenset(command.object_uris)
        self._logged_in.setdefault(account.client_id, set()).add(session.number)
        return Response(ResultCode.DONE)

    def _wrong_password(self, session: SessionState) -> Response:
        session.wrong_passwords += 1
        if session.wrong_passwords >= self._settings.wrong_passwords:
            return Response(ResultCode.AUTHENTICATION_CLOSING)
        return Response(ResultCode.AUTHENTICATION)

    def _require_services(self, command: Login) -> None:
        """Raise CommandError 2100, 2102, 2307 or 2103 for what the greeting did not offer."""
        if command.version != "1.0":
            raise refusal(
                ResultCode.UNIMPLEMENTED_VERSION, culprit=Culprit(EPP, "version", command.version)
            )
        if command.language.partition("-")[0].lower() != "en":
            raise refusal(
                ResultCode.UNIMPLEMENTED_OPTION, culprit=Culprit(EPP, "lang", command.language)
            )
        for uri in command.object_uris:
            if uri not in self._settings.object_uris:
                raise refusal(ResultCode.UNIMPLEMENTED_SERVICE, culprit=Culprit(EPP, "objURI", uri))
        for uri in command.extension_uris:
            raise refusal(ResultCode.UNIMPLEMENTED_EXTENSION, culprit=Culprit(EPP, "extURI", uri))
