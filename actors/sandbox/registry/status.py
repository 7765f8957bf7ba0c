"""Statuses: who may set them, and what they forbid (RFC 5731 section 2.3, RFC 5732 section 2.3)."""

from collections.abc import Sequence
from typing import Literal

from actors.sandbox.registry.record import DomainRecord, HostRecord
from protocols.epp_server import Culprit, ResultCode, refusal

Action = Literal["Delete", "Renew", "Transfer", "Update"]


def forbid_when_prohibited(statuses: Sequence[str], action: Action) -> None:
    """Raise CommandError 2304 when the client or the server has prohibited the action."""
    for status in (f"client{action}Prohibited", f"server{action}Prohibited"):
        if status in statuses:
            raise refusal(ResultCode.STATUS_PROHIBITS, f"the object has {status}")


def forbid_update(statuses: Sequence[str], removed: Sequence[str]) -> None:
    """Raise CommandError 2304 unless updates are allowed or this one lifts the prohibition.

    Source: RFC 5731 section 2.3 (clientUpdateProhibited: all but its own removal is refused).
    """
    lifted = [status for status in statuses if status not in removed]
    forbid_when_prohibited(lifted, "Update")


def changed_statuses(
    statuses: Sequence[str], *, add: Sequence[str], remove: Sequence[str], namespace: str
) -> tuple[str, ...]:
    """The statuses after an update, in alphabetical order.

    Raises CommandError 2306 for a status that is not a client's to set, for one that is there
    already and for one that is not there to remove.
    """
    for status in (*add, *remove):
        if not status.startswith("client"):
            raise _policy(f"{status} is not for clients to set", namespace)
    for status in remove:
        if status not in statuses:
            raise _policy(f"{status} is not set", namespace)
    kept = [status for status in statuses if status not in remove]
    for status in add:
        if status in kept:
            raise _policy(f"{status} is set already", namespace)
    return tuple(sorted({*kept, *add}))


def domain_statuses(domain: DomainRecord) -> tuple[str, ...]:
    """Every status that a domain shows; `ok` stands alone (RFC 5731 section 2.3)."""
    shown = [*domain.statuses]
    if domain.pending_transfer is not None:
        shown.append("pendingTransfer")
    if not domain.nameservers:
        shown.append("inactive")
    return tuple(shown) or ("ok",)


def host_statuses(host: HostRecord, *, linked: bool) -> tuple[str, ...]:
    """Every status that a host shows; `ok` goes with `linked` alone (RFC 5732 section 2.3)."""
    return (*(host.statuses or ("ok",)), *(("linked",) if linked else ()))


def _policy(reason: str, namespace: str) -> Exception:
    return refusal(ResultCode.VALUE_POLICY, reason, culprit=Culprit(namespace, "status"))
