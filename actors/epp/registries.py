"""All registries as one: which of them sells a name, and how they all are."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

from actors.epp.health import EppHealth, RegistryHealth, SessionCounts, UnknownTransform
from actors.epp.ledger import Unknowns
from actors.epp.messages import Execute, Health
from actors.epp.outcomes import EppOutcome, NoRegistry, PoolOutcome, Unknown, Unreachable
from actors.epp.settings import RegistrySettings
from protocols.epp import CheckDomains, Command, parse_domain_name
from runtime import ActorExited, CallError, CallTimeout, MailboxFull, NotRunning, System

_GRACE_S = 1.0
"""A pool honours a deadline by itself; the call to it waits a little longer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command at one registry; `registry` is None when no registry was asked."""

    registry: str | None
    names: tuple[str, ...]
    outcome: EppOutcome
    elapsed_s: float


class Registries:
    """The front door to the pools. Stateless beside the settings; safe to share."""

    def __init__(self, system: System, settings: Iterable[RegistrySettings]) -> None:
        self._system = system
        self.settings: dict[str, RegistrySettings] = {each.name: each for each in settings}

    def selling(self, domain: str) -> RegistrySettings | None:
        """The registry with the longest zone that `domain` ends in."""
        best = max(self.settings.values(), key=lambda each: each.sells(domain), default=None)
        return best if best is not None and best.sells(domain) else None

    @property
    def zones(self) -> tuple[str, ...]:
        """Every zone that is sold here."""
        return tuple(sorted({zone for each in self.settings.values() for zone in each.zones}))

    async def execute(
        self, registry: str, command: Command, *, deadline_s: float = 30.0, origin: str = ""
    ) -> PoolOutcome:
        """Send one command to one registry. Raises KeyError for a registry that is not there."""
        settings = self.settings[registry]
        request = Execute(command, deadline_s, origin)
        try:
            return await self._system.call(
                settings.pool_path, request, timeout_s=deadline_s + _GRACE_S
            )
        except (NotRunning, MailboxFull) as error:
            return Unreachable(registry, str(error), 1.0)
        except (ActorExited, CallTimeout) as error:
            if not command.is_transform:
                return Unreachable(registry, str(error), 1.0)
            # It may have been sent; if so, it stands in the ledger.
            return Unknown(registry, "", command.label, command.object_name or "", str(error))

    async def perform(
        self, command: Command, name: str, *, deadline_s: float = 30.0, origin: str = ""
    ) -> Answer:
        """Send a command about `name` to the registry that sells it.

        Raises InvalidDomainName, naming the label, before anything is sent.
        """
        domain = parse_domain_name(name)
        started_s = self._system.clock.monotonic()
        settings = self.selling(domain)
        if settings is None:
            return Answer(None, (domain,), NoRegistry(domain, self.zones), 0.0)
        outcome = await self.execute(settings.name, command, deadline_s=deadline_s, origin=origin)
        return Answer(settings.name, (domain,), outcome, self._system.clock.monotonic() - started_s)

    async def check(
        self, names: Iterable[str], *, deadline_s: float = 30.0, origin: str = ""
    ) -> tuple[Answer, ...]:
        """Ask every registry concerned about its names, at once, in checks of its size.

        Raises InvalidDomainName, naming the label, before anything is sent.
        """
        domains = tuple(dict.fromkeys(parse_domain_name(name) for name in names))
        homeless = [name for name in domains if self.selling(name) is None]
        batches = [
            (settings, mine[start : start + settings.names_per_check])
            for settings in self.settings.values()
            if (mine := tuple(name for name in domains if self.selling(name) is settings))
            for start in range(0, len(mine), settings.names_per_check)
        ]
        answers = await asyncio.gather(
            *(self._check_batch(settings, batch, deadline_s, origin) for settings, batch in batches)
        )
        return (
            *answers,
            *(Answer(None, (name,), NoRegistry(name, self.zones), 0.0) for name in homeless),
        )

    async def _check_batch(
        self, settings: RegistrySettings, names: tuple[str, ...], deadline_s: float, origin: str
    ) -> Answer:
        started_s = self._system.clock.monotonic()
        outcome = await self.execute(
            settings.name, CheckDomains(names), deadline_s=deadline_s, origin=origin
        )
        return Answer(settings.name, names, outcome, self._system.clock.monotonic() - started_s)

    async def health(self) -> EppHealth:
        """Every registry as it stands; one whose pool is being restarted is shown as down."""
        pairs = [await self._health_of(each) for each in self.settings.values()]
        return EppHealth(
            taken_at=self._system.clock.now(),
            registries=tuple(health for health, _ in pairs),
            unknowns=tuple(unknown for _, unknowns in pairs for unknown in unknowns),
        )

    async def _health_of(
        self, settings: RegistrySettings
    ) -> tuple[RegistryHealth, tuple[UnknownTransform, ...]]:
        unknowns: tuple[UnknownTransform, ...] = ()
        try:
            unknowns = await self._system.call(f"{settings.path}/ledger", Unknowns())
            health = await self._system.call(settings.pool_path, Health())
        except CallError as error:
            return _absent(settings, str(error)), unknowns
        oldest_s = max(
            ((self._system.clock.now() - each.sent_at).total_seconds() for each in unknowns),
            default=None,
        )
        return replace(health, unknowns=len(unknowns), oldest_unknown_s=oldest_s), unknowns


def _absent(settings: RegistrySettings, why: str) -> RegistryHealth:
    return RegistryHealth(
        name=settings.name,
        state="down",
        why=why,
        host=settings.host,
        port=settings.port,
        zones=settings.zones,
        sessions=SessionCounts(0, 0, settings.sessions, settings.sessions),
        utilisation_5s=0.0,
        utilisation_1m=0.0,
        utilisation_5m=0.0,
        queue=0,
        oldest_waiter_s=None,
        commands_per_s=0.0,
        times=(),
        unknowns=0,
        oldest_unknown_s=None,
        reconnects=0,
        codes=(),
        timeouts=0,
        protocol_errors=0,
        utilisation_history=(),
        rate_history=(),
        p95_history=(),
        connections=(),
    )
