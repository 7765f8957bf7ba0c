"""The health of one registry, put together from what its pool keeps."""

from collections.abc import Iterable

from actors.epp.health import RegistryHealth
from actors.epp.job import Job
from actors.epp.meter import Meter
from actors.epp.roster import Roster
from actors.epp.settings import RegistrySettings
from actors.epp.standing import Standing


def registry_health(
    settings: RegistrySettings,
    *,
    standing: Standing,
    roster: Roster,
    meter: Meter,
    line: Iterable[Job],
    now_s: float,
) -> RegistryHealth:
    """Everything but the unknown transforms, which the ledger keeps."""
    waiting = [job.taken_s for job in line]
    return RegistryHealth(
        name=settings.name,
        state=standing.state(roster),
        why=standing.why(roster),
        host=settings.host,
        port=settings.port,
        zones=settings.zones,
        sessions=roster.counts(),
        utilisation_5s=meter.utilisation(5.0),
        utilisation_1m=meter.utilisation(60.0),
        utilisation_5m=meter.utilisation(300.0),
        queue=len(waiting),
        oldest_waiter_s=now_s - min(waiting) if waiting else None,
        commands_per_s=meter.rate(),
        times=meter.response_times(),
        unknowns=0,
        oldest_unknown_s=None,
        reconnects=roster.reconnects(),
        codes=tuple(sorted(meter.codes.items())),
        timeouts=standing.timeouts,
        protocol_errors=standing.protocol_errors,
        utilisation_history=meter.utilisation_history(),
        rate_history=meter.rate_history(),
        p95_history=meter.p95_history(),
        connections=roster.health(now_s),
    )
