"""Hosts: name servers as objects (RFC 5732 section 3).

A host below one of our zones is subordinate to a registered domain: it needs that domain, the
domain's sponsor, and at least one address (glue). Any other host is external and has no address.
"""

from dataclasses import replace
from ipaddress import ip_address

from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.name import Zones, normal_name
from actors.sandbox.registry.record import HostRecord
from actors.sandbox.registry.roid import next_roid
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from actors.sandbox.registry.status import (
    changed_statuses,
    forbid_update,
    forbid_when_prohibited,
    host_statuses,
)
from protocols.epp_server import Culprit, Response, ResultCode, refusal
from protocols.epp_server.domain_answers import Availability
from protocols.epp_server.host_answers import HostChecks, HostCreated, HostInfo
from protocols.epp_server.host_requests import (
    Address,
    CheckHosts,
    CreateHost,
    DeleteHost,
    HostParts,
    InfoHost,
    UpdateHost,
)
from protocols.epp_server.namespace import HOST


class Hosts:
    """Checks, tells, creates, deletes and updates hosts."""

    def __init__(self, state: State, settings: RegistrySettings, zones: Zones) -> None:
        self._state = state
        self._settings = settings
        self._zones = zones

    def check(self, command: CheckHosts) -> Response:
        """Which names are free."""
        return Response(ResultCode.DONE, HostChecks(tuple(map(self._line, command.names))))

    def info(self, command: InfoHost) -> Response:
        """Tell all to everybody: what a name server is is no secret."""
        host = self._existing(command.subject)
        linked = bool(self._state.domains_served_by(host.name))
        return Response(
            ResultCode.DONE,
            HostInfo(
                name=host.name,
                roid=host.roid,
                statuses=host_statuses(host, linked=linked),
                addresses=host.addresses,
                client_id=host.client_id,
                created_by=host.created_by,
                created_at=host.created_at,
                updated_by=host.updated_by,
                updated_at=host.updated_at,
                transferred_at=host.transferred_at,
            ),
        )

    def create(self, caller: Caller, command: CreateHost) -> Response:
        """Create a host; 2302 when there is one of this name."""
        name = normal_name(command.subject, HOST)
        self._require_free(name)
        superordinate = self._superordinate(caller, name)
        addresses = _readable(command.addresses)
        _require_glue(superordinate, addresses)
        self._state.hosts.put(
            name,
            HostRecord(
                name=name,
                roid=next_roid(self._state, "H", self._settings),
                client_id=caller.client_id,
                created_by=caller.client_id,
                created_at=caller.at,
                superordinate=superordinate,
                addresses=addresses,
            ),
        )
        return Response(ResultCode.DONE, HostCreated(name, caller.at))

    def delete(self, caller: Caller, command: DeleteHost) -> Response:
        """Delete a host at once; 2305 while a domain has it as a name server."""
        host = self._sponsored(caller, command.subject)
        forbid_when_prohibited(host.statuses, "Delete")
        if self._state.domains_served_by(host.name):
            raise refusal(ResultCode.ASSOCIATION_PROHIBITS, "a domain has this name server")
        self._state.hosts.drop(host.name)
        return Response(ResultCode.DONE)

    def update(self, caller: Caller, command: UpdateHost) -> Response:
        """Change addresses, statuses and the name; domains that it serves follow a new name."""
        host = self._sponsored(caller, command.subject)
        if command.add is None and command.remove is None and command.new_name is None:
            raise refusal(ResultCode.MISSING_PARAMETER, "nothing to change")
        add, remove = command.add or HostParts(), command.remove or HostParts()
        forbid_update(host.statuses, remove.statuses)
        changed = replace(
            host,
            addresses=_changed_addresses(host.addresses, add.addresses, remove.addresses),
            statuses=changed_statuses(
                host.statuses, add=add.statuses, remove=remove.statuses, namespace=HOST
            ),
            updated_by=caller.client_id,
            updated_at=caller.at,
        )
        if command.new_name is not None:
            changed = self._renamed(caller, changed, normal_name(command.new_name, HOST))
        _require_glue(changed.superordinate, changed.addresses)
        self._state.hosts.put(changed.name, changed)
        return Response(ResultCode.DONE)

    def _renamed(self, caller: Caller, host: HostRecord, name: str) -> HostRecord:
        served = self._state.domains_served_by(host.name)
        self._require_free(name)
        if host.superordinate is None and served:
            raise refusal(
                ResultCode.ASSOCIATION_PROHIBITS, "an external name server in use keeps its name"
            )
        for domain in served:
            nameservers = (name if old == host.name else old for old in domain.nameservers)
            self._state.domains.put(
                domain.name, replace(domain, nameservers=tuple(sorted(nameservers)))
            )
        self._state.hosts.drop(host.name)
        return replace(host, name=name, superordinate=self._superordinate(caller, name))

    def _superordinate(self, caller: Caller, name: str) -> str | None:
        """The domain that a host of this name lies below; it must be there and the caller's."""
        parent = self._zones.registrable(name)
        if parent is None:
            return None
        domain = self._state.domains.get(parent)
        if domain is None:
            raise refusal(
                ResultCode.DOES_NOT_EXIST, f"{parent} is not registered", culprit=_name(name)
            )
        if domain.client_id != caller.client_id:
            raise refusal(
                ResultCode.AUTHORIZATION, f"{parent} is sponsored by another", culprit=_name(name)
            )
        return parent

    def _line(self, text: str) -> Availability:
        name = normal_name(text, HOST)
        if self._state.hosts.get(name) is None:
            return Availability(name, available=True)
        return Availability(name, available=False, reason="In use")

    def _require_free(self, name: str) -> None:
        if self._state.hosts.get(name) is not None:
            raise refusal(ResultCode.EXISTS, culprit=_name(name))

    def _existing(self, text: str) -> HostRecord:
        host = self._state.hosts.get(normal_name(text, HOST))
        if host is None:
            raise refusal(ResultCode.DOES_NOT_EXIST, culprit=_name(text))
        return host

    def _sponsored(self, caller: Caller, text: str) -> HostRecord:
        host = self._existing(text)
        if host.client_id != caller.client_id:
            raise refusal(ResultCode.AUTHORIZATION)
        return host


def _readable(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    """The addresses in their usual spelling; raises CommandError 2005 and 2306 for bad ones."""
    readable = tuple(map(_readable_one, addresses))
    if len(set(readable)) < len(readable):
        raise refusal(
            ResultCode.VALUE_POLICY, "an address is given twice", culprit=Culprit(HOST, "addr")
        )
    return readable


def _readable_one(address: Address) -> Address:
    culprit = Culprit(HOST, "addr", address.text)
    try:
        parsed = ip_address(address.text)
    except ValueError as error:
        raise refusal(ResultCode.VALUE_SYNTAX, "not an IP address", culprit=culprit) from error
    if f"v{parsed.version}" != address.version:
        raise refusal(
            ResultCode.VALUE_SYNTAX, f"not an address of IP{address.version}", culprit=culprit
        )
    return Address(str(parsed), address.version)


def _changed_addresses(
    present: tuple[Address, ...], add: tuple[Address, ...], remove: tuple[Address, ...]
) -> tuple[Address, ...]:
    gone = _readable(remove)
    if not set(gone) <= set(present):
        raise refusal(ResultCode.VALUE_POLICY, "an address to remove is not there")
    return _readable((*(address for address in present if address not in gone), *add))


def _require_glue(superordinate: str | None, addresses: tuple[Address, ...]) -> None:
    """Raise CommandError 2003 for a subordinate host without, 2306 for an external one with."""
    if superordinate is not None and not addresses:
        raise refusal(
            ResultCode.MISSING_PARAMETER,
            f"a host below {superordinate} needs an address",
            culprit=Culprit(HOST, "addr"),
        )
    if superordinate is None and addresses:
        raise refusal(
            ResultCode.VALUE_POLICY,
            "a host outside our zones has no address here",
            culprit=Culprit(HOST, "addr", addresses[0].text),
        )


def _name(text: str) -> Culprit:
    return Culprit(HOST, "name", text)
