"""What a domain may have: name servers, contacts and auth info, by profile."""

from collections.abc import Collection, Iterable
from typing import Final

from actors.sandbox.registry.record import DomainRecord
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from protocols.epp_server import Culprit, ResultCode, refusal
from protocols.epp_server.domain_requests import DomainContact
from protocols.epp_server.namespace import DOMAIN

_SHORTEST_SECRET: Final = 6
_LONGEST_SECRET: Final = 64
_REQUIRED_ROLES: Final = ("admin", "tech")


class DomainPolicy:
    """Holds the parts of a domain against the profile and against the other objects."""

    def __init__(self, state: State, settings: RegistrySettings) -> None:
        self._state = state
        self._settings = settings

    def hold_auth_info(self, auth_info: str) -> None:
        """Raise CommandError 2003 where auth info is required, 2306 for an unfit length."""
        culprit = Culprit(DOMAIN, "authInfo")
        if not auth_info:
            if self._settings.profile == "thin":
                raise refusal(
                    ResultCode.MISSING_PARAMETER, "auth info is required", culprit=culprit
                )
            return
        if not _SHORTEST_SECRET <= len(auth_info) <= _LONGEST_SECRET:
            raise refusal(
                ResultCode.VALUE_POLICY,
                f"auth info has {_SHORTEST_SECRET} to {_LONGEST_SECRET} characters",
                culprit=culprit,
            )

    def hold_nameservers(self, nameservers: Collection[str]) -> None:
        """Raise CommandError 2306 for too many or twice the same, 2303 for an unknown one."""
        limit = self._settings.nameservers_per_domain
        if len(nameservers) > limit:
            raise refusal(
                ResultCode.VALUE_POLICY,
                f"at most {limit} name servers",
                culprit=Culprit(DOMAIN, "ns"),
            )
        for host in nameservers:
            if self._state.hosts.get(host) is None:
                raise refusal(
                    ResultCode.DOES_NOT_EXIST,
                    "there is no such host",
                    culprit=Culprit(DOMAIN, "hostObj", host),
                )
        if len(set(nameservers)) < len(nameservers):
            raise refusal(
                ResultCode.VALUE_POLICY,
                "a name server is given twice",
                culprit=Culprit(DOMAIN, "ns"),
            )

    def hold_contacts(self, registrant: str | None, contacts: Collection[DomainContact]) -> None:
        """Hold the contacts to the profile.

        Raises CommandError 2306 for any contact in the thin profile and for one named twice, 2003
        for a missing role and 2303 for an unknown contact in the thick one.
        """
        if not self._settings.has_contacts:
            if registrant is not None or contacts:
                raise refusal(
                    ResultCode.VALUE_POLICY,
                    "domains have no contacts here",
                    culprit=Culprit(DOMAIN, "contact" if registrant is None else "registrant"),
                )
            return
        if registrant is None:
            raise refusal(
                ResultCode.MISSING_PARAMETER,
                "a registrant is required",
                culprit=Culprit(DOMAIN, "registrant"),
            )
        roles = {contact.role for contact in contacts}
        for role in _REQUIRED_ROLES:
            if role not in roles:
                raise refusal(
                    ResultCode.MISSING_PARAMETER,
                    f"a contact of type {role} is required",
                    culprit=Culprit(DOMAIN, "contact"),
                )
        self._require_contacts([registrant, *(contact.contact_id for contact in contacts)])
        if len(set(contacts)) < len(contacts):
            raise refusal(
                ResultCode.VALUE_POLICY,
                "a contact is given twice in one role",
                culprit=Culprit(DOMAIN, "contact"),
            )

    def _require_contacts(self, contact_ids: Iterable[str]) -> None:
        for contact_id in contact_ids:
            if self._state.contacts.get(contact_id) is None:
                raise refusal(
                    ResultCode.DOES_NOT_EXIST,
                    "there is no such contact",
                    culprit=Culprit(DOMAIN, "contact", contact_id),
                )


def forbid_while_pending(domain: DomainRecord) -> None:
    """Raise CommandError 2304 while a transfer waits (RFC 5731 section 2.3, pendingTransfer)."""
    if domain.pending_transfer is not None:
        raise refusal(ResultCode.STATUS_PROHIBITS, "the object has pendingTransfer")
