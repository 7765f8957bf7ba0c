"""Updates of domains (RFC 5731 section 3.2.5)."""

from dataclasses import replace

from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.domain_policy import DomainPolicy, forbid_while_pending
from actors.sandbox.registry.domain_register import DomainRegister
from actors.sandbox.registry.name import normal_name
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from actors.sandbox.registry.status import changed_statuses, forbid_update
from protocols.epp_server import Culprit, Response, ResultCode, refusal
from protocols.epp_server.domain_requests import DomainContact, DomainParts, UpdateDomain
from protocols.epp_server.namespace import DOMAIN


class DomainUpdates:
    """Changes name servers, contacts, statuses and auth info; all of an update or nothing."""

    def __init__(self, state: State, settings: RegistrySettings) -> None:
        self._state = state
        self._register = DomainRegister(state)
        self._policy = DomainPolicy(state, settings)

    def update(self, caller: Caller, command: UpdateDomain) -> Response:
        """Carry out one update; 2003 for one that changes nothing."""
        domain = self._register.sponsored(caller, command.subject)
        add, remove = command.add or DomainParts(), command.remove or DomainParts()
        forbid_update(domain.statuses, remove.statuses)
        forbid_while_pending(domain)
        _require_change(command)
        nameservers = _changed_nameservers(
            domain.nameservers, _normal(add.nameservers), _normal(remove.nameservers)
        )
        contacts = _changed_contacts(domain.contacts, add.contacts, remove.contacts)
        registrant = domain.registrant if command.registrant is None else command.registrant or None
        self._policy.hold_nameservers(nameservers)
        self._policy.hold_contacts(registrant, contacts)
        if command.auth_info:
            self._policy.hold_auth_info(command.auth_info)
        self._state.domains.put(
            domain.name,
            replace(
                domain,
                nameservers=nameservers,
                contacts=contacts,
                registrant=registrant,
                statuses=changed_statuses(
                    domain.statuses, add=add.statuses, remove=remove.statuses, namespace=DOMAIN
                ),
                auth_info=domain.auth_info if command.auth_info is None else command.auth_info,
                updated_by=caller.client_id,
                updated_at=caller.at,
            ),
        )
        return Response(ResultCode.DONE)


def _require_change(command: UpdateDomain) -> None:
    parts = (command.add, command.remove, command.registrant, command.auth_info)
    if all(part is None for part in parts):
        raise refusal(ResultCode.MISSING_PARAMETER, "nothing to change")


def _normal(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(normal_name(name, DOMAIN) for name in names)


def _changed_nameservers(
    present: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]
) -> tuple[str, ...]:
    """Raise CommandError 2306 for a name server that is not there to remove."""
    for host in remove:
        if host not in present:
            raise refusal(
                ResultCode.VALUE_POLICY,
                "not a name server of this domain",
                culprit=Culprit(DOMAIN, "hostObj", host),
            )
    return tuple(sorted((*(host for host in present if host not in remove), *add)))


def _changed_contacts(
    present: tuple[DomainContact, ...],
    add: tuple[DomainContact, ...],
    remove: tuple[DomainContact, ...],
) -> tuple[DomainContact, ...]:
    """Raise CommandError 2306 for a contact that is not there to remove."""
    for contact in remove:
        if contact not in present:
            raise refusal(
                ResultCode.VALUE_POLICY,
                "not a contact of this domain",
                culprit=Culprit(DOMAIN, "contact", contact.contact_id),
            )
    return (*(contact for contact in present if contact not in remove), *add)
