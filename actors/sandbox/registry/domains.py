"""Domains, all but updates and transfers (RFC 5731 section 3)."""

from dataclasses import replace

from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.domain_policy import DomainPolicy, forbid_while_pending
from actors.sandbox.registry.domain_register import DomainRegister, proves_right
from actors.sandbox.registry.name import Zones, is_reserved, normal_name
from actors.sandbox.registry.record import DomainRecord
from actors.sandbox.registry.roid import next_roid
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from actors.sandbox.registry.status import domain_statuses, forbid_when_prohibited
from actors.sandbox.registry.term import add_years, latest_expiry, term_years
from protocols.epp_server import Culprit, Response, ResultCode, refusal
from protocols.epp_server.domain_answers import (
    Availability,
    DomainChecks,
    DomainCreated,
    DomainInfo,
    DomainRenewed,
)
from protocols.epp_server.domain_requests import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    InfoDomain,
    RenewDomain,
)
from protocols.epp_server.namespace import DOMAIN


class Domains:
    """Checks, tells, registers, renews and deletes domains."""

    def __init__(self, state: State, settings: RegistrySettings, zones: Zones) -> None:
        self._state = state
        self._settings = settings
        self._zones = zones
        self._register = DomainRegister(state)
        self._policy = DomainPolicy(state, settings)

    def check(self, command: CheckDomains) -> Response:
        """Which names may be registered; a name in no zone of ours is not available."""
        return Response(ResultCode.DONE, DomainChecks(tuple(map(self._line, command.names))))

    def info(self, caller: Caller, command: InfoDomain) -> Response:
        """Tell of a domain; its auth info only to the sponsor and to who knows it already."""
        domain = self._register.existing(command.subject)
        proven = proves_right(domain, command.auth_info)
        trusted = proven or domain.client_id == caller.client_id
        below = self._state.hosts_below(domain.name)
        return Response(
            ResultCode.DONE,
            DomainInfo(
                name=domain.name,
                roid=domain.roid,
                statuses=domain_statuses(domain),
                registrant=domain.registrant,
                contacts=domain.contacts,
                nameservers=domain.nameservers if command.hosts in {"all", "del"} else (),
                hosts=tuple(host.name for host in below) if command.hosts in {"all", "sub"} else (),
                client_id=domain.client_id,
                created_by=domain.created_by,
                created_at=domain.created_at,
                updated_by=domain.updated_by,
                updated_at=domain.updated_at,
                expires_at=domain.expires_at,
                transferred_at=domain.transferred_at,
                auth_info=(domain.auth_info or None) if trusted else None,
            ),
        )

    def create(self, caller: Caller, command: CreateDomain) -> Response:
        """Register a name; 2306 for one that is not for registration, 2302 for a taken one."""
        name = normal_name(command.subject, DOMAIN)
        self._require_registrable(name)
        if self._state.domains.get(name) is not None:
            raise refusal(ResultCode.EXISTS, culprit=_name(name))
        expires_at = add_years(caller.at, term_years(command.period))
        nameservers = tuple(sorted(normal_name(host, DOMAIN) for host in command.nameservers))
        self._policy.hold_auth_info(command.auth_info)
        self._policy.hold_contacts(command.registrant, command.contacts)
        self._policy.hold_nameservers(nameservers)
        self._state.domains.put(
            name,
            DomainRecord(
                name=name,
                roid=next_roid(self._state, "D", self._settings),
                client_id=caller.client_id,
                created_by=caller.client_id,
                created_at=caller.at,
                expires_at=expires_at,
                auth_info=command.auth_info,
                registrant=command.registrant,
                contacts=command.contacts,
                nameservers=nameservers,
            ),
        )
        return Response(ResultCode.DONE, DomainCreated(name, caller.at, expires_at))

    def renew(self, caller: Caller, command: RenewDomain) -> Response:
        """Prolong a registration; 2004 when the expiry named is not the present one.

        That comparison is what makes a repeated renew harmless (RFC 5731 section 3.2.3). A term
        of more than ten years from now gives 2105.
        """
        domain = self._register.sponsored(caller, command.subject)
        forbid_when_prohibited(domain.statuses, "Renew")
        forbid_while_pending(domain)
        if command.current_expiry != domain.expires_at.date():
            raise refusal(
                ResultCode.VALUE_RANGE,
                "not the present expiry date",
                culprit=Culprit(DOMAIN, "curExpDate", command.current_expiry.isoformat()),
            )
        expires_at = add_years(domain.expires_at, term_years(command.period))
        if expires_at > latest_expiry(caller.at):
            raise refusal(ResultCode.NOT_ELIGIBLE_FOR_RENEWAL, "more than ten years from now")
        self._state.domains.put(
            domain.name,
            replace(
                domain, expires_at=expires_at, updated_by=caller.client_id, updated_at=caller.at
            ),
        )
        return Response(ResultCode.DONE, DomainRenewed(domain.name, expires_at))

    def delete(self, caller: Caller, command: DeleteDomain) -> Response:
        """Delete a domain at once, without grace or redemption; 2305 while it has hosts."""
        domain = self._register.sponsored(caller, command.subject)
        forbid_when_prohibited(domain.statuses, "Delete")
        forbid_while_pending(domain)
        if self._state.hosts_below(domain.name):
            raise refusal(ResultCode.ASSOCIATION_PROHIBITS, "there are hosts below this domain")
        self._state.domains.drop(domain.name)
        return Response(ResultCode.DONE)

    def _line(self, text: str) -> Availability:
        name = normal_name(text, DOMAIN)
        if not self._zones.holds(name):
            return Availability(name, available=False, reason="Not in our zones")
        if self._state.domains.get(name) is not None:
            return Availability(name, available=False, reason="In use")
        if is_reserved(name):
            return Availability(name, available=False, reason="Reserved")
        return Availability(name, available=True)

    def _require_registrable(self, name: str) -> None:
        if not self._zones.holds(name):
            raise refusal(
                ResultCode.VALUE_POLICY, "not one label below our zones", culprit=_name(name)
            )
        if is_reserved(name):
            raise refusal(ResultCode.VALUE_POLICY, "the name is reserved", culprit=_name(name))


def _name(text: str) -> Culprit:
    return Culprit(DOMAIN, "name", text)
