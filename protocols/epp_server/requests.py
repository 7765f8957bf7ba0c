"""What a client may ask: one frozen value per command, and the frame that it came in.

Each command has a `label`, which names it in logs and in fault filters (`domain:check`), and a
`subject`, the object it is about. Texts are as received, with the whitespace rules of their schema
types applied; whether a name exists or is well made is not decided here.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, get_args

from protocols.epp_server.contact_requests import (
    CheckContacts,
    CreateContact,
    DeleteContact,
    InfoContact,
)
from protocols.epp_server.domain_requests import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    InfoDomain,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from protocols.epp_server.host_requests import (
    CheckHosts,
    CreateHost,
    DeleteHost,
    InfoHost,
    UpdateHost,
)
from protocols.epp_server.problem import Problem
from protocols.epp_server.session_requests import Hello, Login, Logout, PollAck, PollRequest

SessionCommand = Hello | Login | Logout | PollRequest | PollAck
DomainCommand = (
    CheckDomains
    | InfoDomain
    | CreateDomain
    | RenewDomain
    | DeleteDomain
    | TransferDomain
    | UpdateDomain
)
HostCommand = CheckHosts | InfoHost | CreateHost | DeleteHost | UpdateHost
ContactCommand = CheckContacts | InfoContact | CreateContact | DeleteContact
ObjectCommand = DomainCommand | HostCommand | ContactCommand
Command = SessionCommand | ObjectCommand

COMMAND_LABELS: Final[tuple[str, ...]] = tuple(kind.label for kind in get_args(Command))
"""Every label that a command can have."""

UNREADABLE: Final = "unreadable"
"""The label of what could not be read as a command."""


@dataclass(frozen=True, slots=True)
class Request:
    """One command as it arrived; `client_transaction_id` is to be echoed in the answer."""

    command: Command
    client_transaction_id: str | None = None

    @property
    def label(self) -> str:
        """What the command is called."""
        return self.command.label

    @property
    def subject(self) -> str:
        """The object that the command is about."""
        return self.command.subject


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A data unit that is no command of ours; it is answered with its problem."""

    label: ClassVar[str] = UNREADABLE
    subject: ClassVar[str] = ""
    problem: Problem
    client_transaction_id: str | None = None
