"""Transfers of domains between accounts (RFC 5731 sections 3.1.3 and 3.2.4).

The account that wants the domain (the requester) asks with the auth info; the sponsor (the acting
account) answers, or the registry does in its stead once the time is up.

| state   | what happens                | who may      | state afterwards  | told to        |
|---------|-----------------------------|--------------|-------------------|----------------|
| none    | request                     | not sponsor  | pending           | sponsor        |
| pending | approve                     | sponsor      | clientApproved    | requester      |
| pending | reject                      | sponsor      | clientRejected    | requester      |
| pending | cancel                      | requester    | clientCancelled   | sponsor        |
| pending | the time is up              | the registry | serverApproved    | both           |

Every state but pending counts as none for the next request.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.domain_register import DomainRegister, proves_right
from actors.sandbox.registry.message_queue import MessageQueues
from actors.sandbox.registry.record import DomainRecord
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from actors.sandbox.registry.status import forbid_when_prohibited
from actors.sandbox.registry.term import add_years, latest_expiry, term_years
from protocols.epp_server import Culprit, Response, ResultCode, refusal
from protocols.epp_server.domain_answers import DomainTransfer, TransferStatus
from protocols.epp_server.domain_requests import TransferDomain
from protocols.epp_server.namespace import DOMAIN


class Transfers:
    """Moves domains, with the hosts below them, from account to account."""

    def __init__(self, state: State, settings: RegistrySettings, messages: MessageQueues) -> None:
        self._state = state
        self._settings = settings
        self._messages = messages
        self._register = DomainRegister(state)

    def handle(self, caller: Caller, command: TransferDomain) -> Response:
        """Carry out one transfer command."""
        domain = self._register.existing(command.subject)
        match command.operation:
            case "query":
                return self._query(caller, command, domain)
            case "request":
                return self._request(caller, command, domain)
            case "approve":
                _require_party(caller, domain.client_id, domain)
                return self._approve(caller, domain)
            case "reject":
                _require_party(caller, domain.client_id, domain)
                return self._refuse(caller, domain, "clientRejected")
            case "cancel":
                _require_party(caller, _pending(domain).requested_by, domain)
                return self._refuse(caller, domain, "clientCancelled")

    def approve_overdue(self, at: datetime) -> None:
        """Approve every transfer whose time is up."""
        for domain in self._state.domains_in_transfer():
            transfer = _pending(domain)
            if transfer.acts_at > at:
                continue
            registry = Caller(transfer.acting, at)
            done = self._move(registry, domain, transfer, "serverApproved")
            self._messages.tell(transfer.requested_by, registry, "Transfer approved.", done)
            self._messages.tell(transfer.acting, registry, "Transfer approved.", done)

    def _query(self, caller: Caller, command: TransferDomain, domain: DomainRecord) -> Response:
        """Tell the latest transfer to its parties and to who knows the auth info."""
        proven = proves_right(domain, command.auth_info)
        transfer = domain.transfer
        parties = {domain.client_id}
        if transfer is not None:
            parties |= {transfer.requested_by, transfer.acting}
        if not proven and caller.client_id not in parties:
            raise refusal(ResultCode.AUTHORIZATION)
        if transfer is None:
            raise refusal(ResultCode.NOT_PENDING_TRANSFER, "there was no transfer yet")
        return Response(ResultCode.DONE, transfer)

    def _request(self, caller: Caller, command: TransferDomain, domain: DomainRecord) -> Response:
        """Begin a transfer, 1001; the sponsor has until `acts_at` to answer."""
        if domain.client_id == caller.client_id:
            raise refusal(ResultCode.NOT_ELIGIBLE_FOR_TRANSFER, "the domain is yours already")
        if domain.pending_transfer is not None:
            raise refusal(ResultCode.PENDING_TRANSFER)
        forbid_when_prohibited(domain.statuses, "Transfer")
        if not proves_right(domain, command.auth_info):
            raise refusal(
                ResultCode.MISSING_PARAMETER,
                "auth info is required",
                culprit=Culprit(DOMAIN, "authInfo"),
            )
        prolonged = add_years(domain.expires_at, term_years(command.period))
        transfer = DomainTransfer(
            name=domain.name,
            status="pending",
            requested_by=caller.client_id,
            requested_at=caller.at,
            acting=domain.client_id,
            acts_at=caller.at + timedelta(seconds=self._settings.transfer_s),
            expires_at=min(prolonged, max(latest_expiry(caller.at), domain.expires_at)),
        )
        self._state.domains.put(domain.name, replace(domain, transfer=transfer))
        self._messages.tell(domain.client_id, caller, "Transfer requested.", transfer)
        return Response(ResultCode.PENDING, transfer)

    def _approve(self, caller: Caller, domain: DomainRecord) -> Response:
        transfer = _pending(domain)
        done = self._move(caller, domain, transfer, "clientApproved")
        self._messages.tell(transfer.requested_by, caller, "Transfer approved.", done)
        return Response(ResultCode.DONE, done)

    def _refuse(self, caller: Caller, domain: DomainRecord, status: TransferStatus) -> Response:
        transfer = replace(_pending(domain), status=status, acts_at=caller.at, expires_at=None)
        self._state.domains.put(domain.name, replace(domain, transfer=transfer))
        if status == "clientRejected":
            self._messages.tell(transfer.requested_by, caller, "Transfer rejected.", transfer)
        else:
            self._messages.tell(transfer.acting, caller, "Transfer cancelled.", transfer)
        return Response(ResultCode.DONE, transfer)

    def _move(
        self, caller: Caller, domain: DomainRecord, transfer: DomainTransfer, status: TransferStatus
    ) -> DomainTransfer:
        """Give the domain and the hosts below it to the requester."""
        done = replace(transfer, status=status, acts_at=caller.at)
        self._state.domains.put(
            domain.name,
            replace(
                domain,
                client_id=transfer.requested_by,
                expires_at=transfer.expires_at or domain.expires_at,
                transferred_at=caller.at,
                transfer=done,
            ),
        )
        for host in self._state.hosts_below(domain.name):
            self._state.hosts.put(
                host.name,
                replace(host, client_id=transfer.requested_by, transferred_at=caller.at),
            )
        return done


def _pending(domain: DomainRecord) -> DomainTransfer:
    transfer = domain.pending_transfer
    if transfer is None:
        raise refusal(ResultCode.NOT_PENDING_TRANSFER)
    return transfer


def _require_party(caller: Caller, party: str, domain: DomainRecord) -> None:
    """Raise CommandError 2301 when nothing is pending, 2201 when it is not the caller's to say."""
    _pending(domain)
    if caller.client_id != party:
        raise refusal(ResultCode.AUTHORIZATION, "another account has to do this")
