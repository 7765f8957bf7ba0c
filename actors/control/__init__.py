"""The control room: one command table and the faces by which administrators reach it.

`Desk` carries commands out for whoever asks: the two servers (`actors.control.local_socket` and
`actors.control.ssh_server`, imported from there, because the command line reads the table without
them), and the buttons of the pages. What the commands need of the daemon is `Ports`.
"""

from actors.control.answers import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    DomainAnswer,
    DomainCommand,
    Fault,
    InfoDomain,
    PollAnswer,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from actors.control.desk import Desk, Invocation
from actors.control.events import Event, Problem
from actors.control.logbook import Logbook, LogEntry, LogFilter
from actors.control.ports import AuditEntry, Ports
from actors.control.refusal import ExitCode, Refusal
from actors.control.roles import Role, Visitor
from actors.control.table import COMMANDS

__all__ = [
    "COMMANDS",
    "AuditEntry",
    "CheckDomains",
    "CreateDomain",
    "DeleteDomain",
    "Desk",
    "DomainAnswer",
    "DomainCommand",
    "Event",
    "ExitCode",
    "Fault",
    "InfoDomain",
    "Invocation",
    "LogEntry",
    "LogFilter",
    "Logbook",
    "PollAnswer",
    "Ports",
    "Problem",
    "Refusal",
    "RenewDomain",
    "Role",
    "TransferDomain",
    "UpdateDomain",
    "Visitor",
]
