"""Writing a command as an XML document: compact, UTF-8, escaped.

The shape is the one that every server we know accepts: the default namespace on `<epp>`, prefixed
objects, each namespace declared where it is used. Some servers answer `<e:epp>` with 2101.
"""

from typing import assert_never

from protocols.epp.commands import Command, ObjectCommand
from protocols.epp.contact_commands import CheckContacts, CreateContact, DeleteContact, InfoContact
from protocols.epp.contact_encoding import contact_verb
from protocols.epp.domain_commands import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    InfoDomain,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from protocols.epp.domain_encoding import domain_verb
from protocols.epp.errors import InvalidTransactionId
from protocols.epp.escaping import escape
from protocols.epp.host_commands import CheckHosts, CreateHost, DeleteHost, InfoHost
from protocols.epp.host_encoding import host_verb
from protocols.epp.namespaces import EPP
from protocols.epp.session_commands import Hello, Login, Logout, PollAcknowledge, PollRequest
from protocols.epp.session_encoding import session_verb

_OPENING = f'<?xml version="1.0" encoding="UTF-8"?><epp xmlns="{EPP}">'
_HELLO = f"{_OPENING}<hello/></epp>".encode()
_SHORTEST_CLTRID = 3
_LONGEST_CLTRID = 64


def encode_command(command: Command, cltrid: str) -> bytes:
    """The document that carries `command`; a hello has no place for the clTRID (RFC 5730 2.3).

    Raises UnencodableCharacter, InvalidCommand or InvalidTransactionId: nothing is sent then.
    """
    if isinstance(command, Hello):
        return _HELLO
    if not _SHORTEST_CLTRID <= len(cltrid) <= _LONGEST_CLTRID:
        raise InvalidTransactionId(text=cltrid, reason="it must have 3 to 64 characters")
    return (
        f"{_OPENING}<command>{_verb(command)}<clTRID>{escape(cltrid)}</clTRID></command></epp>"
    ).encode()


def _verb(
    command: Login | Logout | PollRequest | PollAcknowledge | ObjectCommand,
) -> str:
    match command:
        case CheckDomains() | InfoDomain() | CreateDomain() | RenewDomain():
            return domain_verb(command)
        case DeleteDomain() | UpdateDomain() | TransferDomain():
            return domain_verb(command)
        case CheckHosts() | InfoHost() | CreateHost() | DeleteHost():
            return host_verb(command)
        case CheckContacts() | InfoContact() | CreateContact() | DeleteContact():
            return contact_verb(command)
        case Login() | Logout() | PollRequest() | PollAcknowledge():
            return session_verb(command)
        case _ as never:
            assert_never(never)
