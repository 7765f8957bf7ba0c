"""The daemon as its commands see it; implements `actors.control.Ports`."""

from collections.abc import Awaitable, Callable, Mapping

from actors.control import (
    AuditEntry,
    DomainAnswer,
    DomainCommand,
    ExitCode,
    Fault,
    Logbook,
    PollAnswer,
    Refusal,
    Visitor,
)
from actors.epp import EppHealth, Registries
from actors.jobs import Jobs
from actors.sandbox import Arm, ArmedFaults, ClearFaults, FaultTextError, parse_fault
from actors.store import Audited
from engset.domain_desk import DomainDesk
from runtime import NotRunning, Ref, System
from store import DatabaseUnreachable
from supervisors.root import ROOT


class DaemonPorts:
    """Everything the commands need, from where it is."""

    def __init__(
        self,
        system: System,
        registries: Registries,
        jobs: Jobs,
        *,
        logbook: Logbook,
        effective: Mapping[str, object],
        login_link: Callable[[str, str], Awaitable[str]],
        drain: Callable[[], Awaitable[None]],
        shutdown: Callable[[], None],
    ) -> None:
        self._system = system
        self._registries = registries
        self._jobs = jobs
        self._desk = DomainDesk(registries, system.random)
        self._logbook = logbook
        self._effective = effective
        self._login_link = login_link
        self._drain = drain
        self._shutdown = shutdown

    @property
    def system(self) -> System:
        """See `Ports.system`."""
        return self._system

    @property
    def root(self) -> Ref:
        """See `Ports.root`."""
        return self._system.lookup(ROOT)

    @property
    def logbook(self) -> Logbook:
        """See `Ports.logbook`."""
        return self._logbook

    @property
    def jobs(self) -> Jobs:
        """See `Ports.jobs`."""
        return self._jobs

    def registries(self) -> tuple[str, ...]:
        """See `Ports.registries`."""
        return tuple(self._registries.settings)

    async def epp_health(self) -> EppHealth:
        """See `Ports.epp_health`."""
        return await self._registries.health()

    async def domain(self, command: DomainCommand, *, timeout_s: float) -> tuple[DomainAnswer, ...]:
        """See `Ports.domain`."""
        return await self._desk.domain(command, timeout_s=timeout_s)

    async def poll(
        self, registry: str | None, *, acknowledge: str | None
    ) -> tuple[PollAnswer, ...]:
        """See `Ports.poll`."""
        if registry is not None and registry not in self._registries.settings:
            raise _no_registry(registry, tuple(self._registries.settings))
        return await self._desk.poll(registry, acknowledge=acknowledge)

    async def faults(self, registry: str) -> tuple[Fault, ...]:
        """See `Ports.faults`."""
        armed = await self._sandbox(registry).call(ArmedFaults())
        return tuple(_fault(registry, text) for text in armed)

    async def inject_fault(self, fault: Fault) -> None:
        """See `Ports.inject_fault`."""
        text = " ".join((fault.kind, *(f"{key}={value}" for key, value in fault.settings)))
        try:
            armed = parse_fault(text)
        except FaultTextError as error:
            raise Refusal("bad_fault", str(error), exit_code=ExitCode.USAGE) from error
        await self._sandbox(fault.registry).call(Arm(armed))

    async def clear_faults(self, registry: str) -> int:
        """See `Ports.clear_faults`."""
        return await self._sandbox(registry).call(ClearFaults())

    async def new_login_link(self, visitor: Visitor) -> str:
        """See `Ports.new_login_link`."""
        try:
            return await self._login_link(visitor.who, visitor.role.label)
        except DatabaseUnreachable as error:
            raise Refusal("no_link", f"no link can be made now: {error}") from error

    def effective_config(self) -> Mapping[str, object]:
        """See `Ports.effective_config`."""
        return self._effective

    async def drain(self) -> None:
        """See `Ports.drain`."""
        await self._drain()

    def shutdown(self) -> None:
        """See `Ports.shutdown`."""
        self._shutdown()

    def audit(self, entry: AuditEntry) -> None:
        """See `Ports.audit`."""
        visitor = entry.visitor
        try:
            self._system.cast(
                "store/archive", Audited(visitor.who, visitor.via, entry.command, entry.outcome)
            )
        except NotRunning:
            return  # it is in the log

    def _sandbox(self, registry: str) -> Ref:
        ref = self._system.whereis(f"sandbox/{registry}/server")
        if ref is None:
            known = tuple(
                path.split("/")[1]
                for path in self._system.names.paths()
                if path.startswith("sandbox/") and path.endswith("/server")
            )
            raise _no_registry(registry, known, kind="practice registry")
        return ref


def _no_registry(name: str, known: tuple[str, ...], *, kind: str = "registry") -> Refusal:
    there = f"there are {', '.join(known)}" if known else "there are none"
    return Refusal(
        "not_found", f"no {kind} {name!r}; {there}", exit_code=ExitCode.NOT_FOUND, known=known
    )


def _fault(registry: str, text: str) -> Fault:
    kind, *pairs = text.split()
    settings = tuple((key, value) for key, _, value in (pair.partition("=") for pair in pairs))
    return Fault(registry, kind, settings)
