"""What a registry holds before anybody asked it for anything."""

from datetime import datetime
from typing import Final

from actors.sandbox.registry.record import AccountRecord, DomainRecord
from actors.sandbox.registry.roid import next_roid
from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State
from actors.sandbox.registry.term import add_years

_TAKEN: Final = "taken"
_LOCKS: Final = (
    "serverDeleteProhibited",
    "serverTransferProhibited",
    "serverUpdateProhibited",
)


def seed(state: State, settings: RegistrySettings, at: datetime) -> None:
    """Add what is missing: the accounts, and `taken.<zone>` in each zone.

    A stored account keeps its stored password. The taken names belong to the last account and are
    locked by the registry, so that they stay taken.
    """
    for account in settings.accounts:
        if state.accounts.get(account.client_id) is None:
            state.accounts.put(
                account.client_id, AccountRecord(account.client_id, account.password)
            )
    owner = settings.accounts[-1].client_id
    for zone in settings.zones:
        name = f"{_TAKEN}.{zone}"
        if state.domains.get(name) is None:
            state.domains.put(
                name,
                DomainRecord(
                    name=name,
                    roid=next_roid(state, "D", settings),
                    client_id=owner,
                    created_by=owner,
                    created_at=at,
                    expires_at=add_years(at, 1),
                    auth_info="",
                    statuses=_LOCKS,
                ),
            )
