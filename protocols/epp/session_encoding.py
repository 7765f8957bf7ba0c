"""Writing the session's own commands (RFC 5730 section 2.9)."""

from typing import assert_never

from protocols.epp.errors import InvalidCommand
from protocols.epp.escaping import escape
from protocols.epp.session_commands import Login, Logout, PollAcknowledge, PollRequest


def session_verb(command: Login | Logout | PollRequest | PollAcknowledge) -> str:
    """The child of `<command>` that is the command; a hello has no such parent."""
    match command:
        case PollRequest():
            return '<poll op="req"/>'
        case PollAcknowledge(message_id=message_id):
            return f'<poll op="ack" msgID="{escape(message_id)}"/>'
        case Logout():
            return "<logout/>"
        case Login():
            return _login(command)
        case _ as never:
            assert_never(never)


def _login(login: Login) -> str:
    if not login.objects:
        raise InvalidCommand(label=login.label, reason="asks for no object service")
    new_password = (
        "" if login.new_password is None else f"<newPW>{escape(login.new_password)}</newPW>"
    )
    objects = "".join(f"<objURI>{escape(uri)}</objURI>" for uri in login.objects)
    extensions = "".join(f"<extURI>{escape(uri)}</extURI>" for uri in login.extensions)
    if extensions:
        extensions = f"<svcExtension>{extensions}</svcExtension>"
    return (
        f"<login><clID>{escape(login.client_id)}</clID><pw>{escape(login.password)}</pw>"
        f"{new_password}<options><version>{escape(login.version)}</version>"
        f"<lang>{escape(login.language)}</lang></options>"
        f"<svcs>{objects}{extensions}</svcs></login>"
    )
