"""Writing commands about host objects (RFC 5732 section 3)."""

from typing import Literal, assert_never

from protocols.epp.errors import InvalidCommand
from protocols.epp.escaping import escape
from protocols.epp.host_commands import CheckHosts, CreateHost, DeleteHost, HostCommand, InfoHost
from protocols.epp.namespaces import HOST

_XMLNS = f'xmlns:host="{HOST}"'


def host_verb(command: HostCommand) -> str:
    """The child of `<command>` that is the command."""
    match command:
        case CheckHosts():
            return _check(command)
        case InfoHost(name=name):
            return f"<info><host:info {_XMLNS}>{_name(name)}</host:info></info>"
        case CreateHost():
            return _create(command)
        case DeleteHost(name=name):
            return f"<delete><host:delete {_XMLNS}>{_name(name)}</host:delete></delete>"
        case _ as never:
            assert_never(never)


def address_family(address: str) -> Literal["v4", "v6"]:
    """How an address is marked; whether it is a good one is for the registry to say."""
    return "v6" if ":" in address else "v4"


def _check(command: CheckHosts) -> str:
    if not command.names:
        raise InvalidCommand(label=command.label, reason="names no host")
    names = "".join(map(_name, command.names))
    return f"<check><host:check {_XMLNS}>{names}</host:check></check>"


def _create(command: CreateHost) -> str:
    addresses = "".join(
        f'<host:addr ip="{address_family(address)}">{escape(address)}</host:addr>'
        for address in command.addresses
    )
    return f"<create><host:create {_XMLNS}>{_name(command.name)}{addresses}</host:create></create>"


def _name(name: str) -> str:
    return f"<host:name>{escape(name)}</host:name>"
