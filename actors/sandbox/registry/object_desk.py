"""The object services behind one counter: which of them handles which command."""

from collections.abc import Collection
from datetime import datetime
from typing import assert_never

from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.contacts import Contacts
from actors.sandbox.registry.domain_update import DomainUpdates
from actors.sandbox.registry.domains import Domains
from actors.sandbox.registry.hosts import Hosts
from actors.sandbox.registry.message_queue import MessageQueues
from actors.sandbox.registry.name import Zones
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from actors.sandbox.registry.transfers import Transfers
from protocols.epp_server import Response, ResultCode, refusal
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
from protocols.epp_server.requests import ContactCommand, DomainCommand, HostCommand, ObjectCommand


class ObjectDesk:
    """Hands each command to the service that knows its object."""

    def __init__(self, state: State, settings: RegistrySettings) -> None:
        zones = Zones(settings.zones)
        self._settings = settings
        self._domains = Domains(state, settings, zones)
        self._updates = DomainUpdates(state, settings)
        self._transfers = Transfers(state, settings, MessageQueues(state))
        self._hosts = Hosts(state, settings, zones)
        self._contacts = Contacts(state, settings)

    def approve_overdue(self, at: datetime) -> None:
        """Approve every transfer whose time is up."""
        self._transfers.approve_overdue(at)

    def handle(self, caller: Caller, command: ObjectCommand) -> Response:
        """Carry out one command about an object; raises CommandError when it is refused."""
        if isinstance(command, DomainCommand):
            return self._handle_domain(caller, command)
        if isinstance(command, HostCommand):
            return self._handle_host(caller, command)
        return self._handle_contact(caller, command)

    def _handle_domain(self, caller: Caller, command: DomainCommand) -> Response:
        match command:
            case CheckDomains(names=names):
                self._hold_check(names)
                return self._domains.check(command)
            case InfoDomain():
                return self._domains.info(caller, command)
            case CreateDomain():
                return self._domains.create(caller, command)
            case RenewDomain():
                return self._domains.renew(caller, command)
            case DeleteDomain():
                return self._domains.delete(caller, command)
            case UpdateDomain():
                return self._updates.update(caller, command)
            case TransferDomain():
                return self._transfers.handle(caller, command)
            case _ as never:
                assert_never(never)

    def _handle_host(self, caller: Caller, command: HostCommand) -> Response:
        match command:
            case CheckHosts(names=names):
                self._hold_check(names)
                return self._hosts.check(command)
            case InfoHost():
                return self._hosts.info(command)
            case CreateHost():
                return self._hosts.create(caller, command)
            case DeleteHost():
                return self._hosts.delete(caller, command)
            case UpdateHost():
                return self._hosts.update(caller, command)
            case _ as never:
                assert_never(never)

    def _handle_contact(self, caller: Caller, command: ContactCommand) -> Response:
        match command:
            case CheckContacts(contact_ids=contact_ids):
                self._hold_check(contact_ids)
                return self._contacts.check(command)
            case InfoContact():
                return self._contacts.info(caller, command)
            case CreateContact():
                return self._contacts.create(caller, command)
            case DeleteContact():
                return self._contacts.delete(caller, command)
            case _ as never:
                assert_never(never)

    def _hold_check(self, names: Collection[str]) -> None:
        """Raise CommandError 2306 for more names in one check than the registry allows."""
        limit = self._settings.names_per_check
        if len(names) > limit:
            raise refusal(ResultCode.VALUE_POLICY, f"at most {limit} names in one check")
