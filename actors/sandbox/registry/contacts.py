"""Contacts in the thick profile (RFC 5733 section 3)."""

from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.record import ContactRecord
from actors.sandbox.registry.roid import next_roid
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from protocols.epp_server import Culprit, Response, ResultCode, refusal
from protocols.epp_server.contact_answers import ContactChecks, ContactCreated, ContactInfo
from protocols.epp_server.contact_requests import (
    CheckContacts,
    CreateContact,
    DeleteContact,
    InfoContact,
)
from protocols.epp_server.domain_answers import Availability
from protocols.epp_server.namespace import CONTACT


class Contacts:
    """Checks, tells, creates and deletes contacts."""

    def __init__(self, state: State, settings: RegistrySettings) -> None:
        self._state = state
        self._settings = settings

    def check(self, command: CheckContacts) -> Response:
        """Which identifiers are free."""
        return Response(ResultCode.DONE, ContactChecks(tuple(map(self._line, command.contact_ids))))

    def info(self, caller: Caller, command: InfoContact) -> Response:
        """Tell all to the sponsor and to who proves a right; 2201 to others, for it is personal."""
        contact = self._existing(command.subject)
        proven = command.auth_info is not None and command.auth_info == contact.auth_info != ""
        if command.auth_info is not None and not proven:
            raise refusal(ResultCode.INVALID_AUTH_INFO)
        if caller.client_id != contact.client_id and not proven:
            raise refusal(ResultCode.AUTHORIZATION)
        linked = bool(self._state.domains_of_contact(contact.contact_id))
        return Response(
            ResultCode.DONE,
            ContactInfo(
                contact_id=contact.contact_id,
                roid=contact.roid,
                statuses=("ok", "linked") if linked else ("ok",),
                postal_infos=contact.postal_infos,
                voice=contact.voice,
                fax=contact.fax,
                email=contact.email,
                client_id=contact.client_id,
                created_by=contact.created_by,
                created_at=contact.created_at,
                auth_info=contact.auth_info or None,
                disclosure=contact.disclosure,
            ),
        )

    def create(self, caller: Caller, command: CreateContact) -> Response:
        """Create a contact; 2302 when the identifier is taken."""
        if self._state.contacts.get(command.subject) is not None:
            raise refusal(ResultCode.EXISTS, culprit=_id(command.subject))
        _hold_rules(command)
        self._state.contacts.put(
            command.subject,
            ContactRecord(
                contact_id=command.subject,
                roid=next_roid(self._state, "C", self._settings),
                client_id=caller.client_id,
                created_by=caller.client_id,
                created_at=caller.at,
                postal_infos=command.postal_infos,
                voice=command.voice,
                fax=command.fax,
                email=command.email,
                auth_info=command.auth_info,
                disclosure=command.disclosure,
            ),
        )
        return Response(ResultCode.DONE, ContactCreated(command.subject, caller.at))

    def delete(self, caller: Caller, command: DeleteContact) -> Response:
        """Delete a contact; 2305 while a domain refers to it."""
        contact = self._existing(command.subject)
        if contact.client_id != caller.client_id:
            raise refusal(ResultCode.AUTHORIZATION)
        if self._state.domains_of_contact(contact.contact_id):
            raise refusal(ResultCode.ASSOCIATION_PROHIBITS, "a domain refers to this contact")
        self._state.contacts.drop(contact.contact_id)
        return Response(ResultCode.DONE)

    def _line(self, contact_id: str) -> Availability:
        if self._state.contacts.get(contact_id) is None:
            return Availability(contact_id, available=True)
        return Availability(contact_id, available=False, reason="In use")

    def _existing(self, contact_id: str) -> ContactRecord:
        contact = self._state.contacts.get(contact_id)
        if contact is None:
            raise refusal(ResultCode.DOES_NOT_EXIST, culprit=_id(contact_id))
        return contact


def _hold_rules(command: CreateContact) -> None:
    """Raise CommandError 2005 for an address that cannot work, 2306 for two blocks of one type."""
    local, _, host = command.email.rpartition("@")
    if not local or "." not in host or " " in command.email:
        raise refusal(
            ResultCode.VALUE_SYNTAX, "not a mail address", culprit=Culprit(CONTACT, "email")
        )
    for info in command.postal_infos:
        if not (info.country.isascii() and info.country.isalpha()):
            raise refusal(
                ResultCode.VALUE_SYNTAX,
                "a country is two letters",
                culprit=Culprit(CONTACT, "cc", info.country),
            )
    if len({info.kind for info in command.postal_infos}) < len(command.postal_infos):
        raise refusal(
            ResultCode.VALUE_POLICY,
            "one postalInfo of each type at most",
            culprit=Culprit(CONTACT, "postalInfo"),
        )


def _id(contact_id: str) -> Culprit:
    return Culprit(CONTACT, "id", contact_id)
