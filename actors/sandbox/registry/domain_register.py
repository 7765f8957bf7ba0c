"""The register of domains: finding one, and finding it to be the caller's."""

from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.name import normal_name
from actors.sandbox.registry.record import DomainRecord
from actors.sandbox.registry.state import State
from protocols.epp_server import Culprit, ResultCode, refusal
from protocols.epp_server.namespace import DOMAIN


class DomainRegister:
    """Looks up domains by the name that a client wrote."""

    def __init__(self, state: State) -> None:
        self._state = state

    def existing(self, text: str) -> DomainRecord:
        """The domain; raises CommandError 2005 for a bad name, 2303 for an unknown one."""
        domain = self._state.domains.get(normal_name(text, DOMAIN))
        if domain is None:
            raise refusal(ResultCode.DOES_NOT_EXIST, culprit=Culprit(DOMAIN, "name", text))
        return domain

    def sponsored(self, caller: Caller, text: str) -> DomainRecord:
        """The domain, which must be the caller's; else CommandError 2201."""
        domain = self.existing(text)
        if domain.client_id != caller.client_id:
            raise refusal(ResultCode.AUTHORIZATION, "another account sponsors this domain")
        return domain


def proves_right(domain: DomainRecord, auth_info: str | None) -> bool:
    """Whether the caller gave the right auth info; where the domain has none, nothing is right.

    Raises CommandError 2202 for a wrong one.
    """
    if auth_info is None:
        return False
    if not domain.auth_info or auth_info != domain.auth_info:
        raise refusal(ResultCode.INVALID_AUTH_INFO, culprit=Culprit(DOMAIN, "authInfo"))
    return True
