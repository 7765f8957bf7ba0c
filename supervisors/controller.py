"""What runs applications: the controller, with one master for each application that runs.

    applications             the controller, under whatever name it was started
    ├── applications/store   the master of the application `store`
    │   └── store            its top supervisor
    └── applications/mailing
        └── mailing

The controller's own end is the end of the node, and whoever started it waits for that (`Ref.join`).
It ends with `Failed("application_ended", …)` when an application has died that the node cannot do
without; the others are stopped first, the last started first.

Starts and stops happen one after the other, in the order asked for; a request waits for those
before it. Source: application_controller.erl.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, assert_never

from runtime import (
    SHUTDOWN,
    Actor,
    Call,
    Crashed,
    Exited,
    ExitReason,
    Failed,
    Normal,
    Ref,
    Sender,
    StartError,
    StartFailed,
)
from supervisors import report
from supervisors.application import (
    AlreadyRunning,
    Application,
    ApplicationFailed,
    ApplicationsStarted,
    ApplicationStopped,
    ChangeSetting,
    DependencyCycle,
    DependencyNotRunning,
    EnsureAllStarted,
    Environment,
    GetSetting,
    NoSuchApplication,
    NotStarted,
    Permanence,
    RunningApplication,
    StartApplication,
    StopApplication,
    WhichApplications,
)
from supervisors.dependencies import CyclicDependency, UnknownDependency, start_order
from supervisors.master import ApplicationMaster

ENDED = "application_ended"
"""The code of the `Failed` with which the controller ends when an application took it along."""

StartOutcome = (
    ApplicationsStarted
    | AlreadyRunning
    | NoSuchApplication
    | DependencyNotRunning
    | ApplicationFailed
)
EnsureOutcome = ApplicationsStarted | NoSuchApplication | DependencyCycle | ApplicationFailed


class ApplicationsNotStarted(StartError):
    """The controller was to start applications and could not; `outcome` says why."""

    def __init__(self, outcome: NoSuchApplication | DependencyCycle | ApplicationFailed) -> None:
        super().__init__(_sentence(outcome))
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class _Run:
    """One application that runs."""

    application: Application
    permanence: Permanence
    master: Ref


class ApplicationController(Actor):
    """Knows the applications of a node, and starts and stops them."""

    kind = "supervisor"
    trap_exit = True

    def __init__(
        self,
        applications: Iterable[Application],
        *,
        settings: Mapping[str, Environment] | None = None,
        start: Sequence[str] = (),
        permanence: Permanence = Permanence.PERMANENT,
    ) -> None:
        """`settings` of the node, by application, go before those of the applications.

        `start`: what to start in `init`, with all it depends on, and how long it is to last.
        Raises ValueError for two applications of one name, and settings of one that is not there.
        """
        self._known: dict[str, Application] = {}
        for application in applications:
            if application.name in self._known:
                raise ValueError(f"two applications are called {application.name!r}")
            self._known[application.name] = application
        self._settings = {
            name: {**application.environment} for name, application in self._known.items()
        }
        for name, changed in (settings or {}).items():
            if name not in self._known:
                raise ValueError(f"settings of {name!r}, which is no application")
            self._settings[name].update(changed)
        self._start = tuple(start)
        self._permanence = permanence
        self._runs: dict[str, _Run] = {}

    async def init(self) -> None:
        """Start what is to run from the start. Raises ApplicationsNotStarted."""
        match await self._ensure(self._start, self._permanence):
            case ApplicationsStarted():
                return
            case failed:
                raise ApplicationsNotStarted(failed)

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Answer the requests of `supervisors.application`."""
        match request:
            case StartApplication(name=name, permanence=permanence):
                return await self._start_one(name, permanence)
            case EnsureAllStarted(names=names, permanence=permanence):
                return await self._ensure(names, permanence)
            case StopApplication(name=name):
                return await self._stop_one(name)
            case WhichApplications():
                return tuple(self._row(name) for name in self._runs)
            case GetSetting(application=name, key=key):
                return self._settings.get(name, {}).get(key)
            case ChangeSetting(application=name, key=key, value=value):
                self._settings.setdefault(name, {})[key] = value
                return None
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> object:
        """An application has died; those that were stopped or never started are known already."""
        match message:
            case Exited(ref=ref, reason=reason):
                for name, run in self._runs.items():
                    if run.master is ref:
                        return self._ended(name, run, reason)
                return None
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Stop all, the last started first."""
        for name in reversed(tuple(self._runs)):
            await self._stop_one(name)

    def children(self) -> Sequence[Ref]:
        """See `Actor.children`."""
        return tuple(run.master for run in self._runs.values())

    def facts(self) -> dict[str, object]:
        """What runs."""
        return {"applications": ", ".join(self._runs)}

    def _row(self, name: str) -> RunningApplication:
        run = self._runs[name]
        top = self.system.whereis(name)
        return RunningApplication(name, run.application.description, run.permanence, top)

    # Starting.

    async def _start_one(self, name: str, permanence: Permanence) -> StartOutcome:
        application = self._known.get(name)
        if application is None:
            return NoSuchApplication(name)
        if name in self._runs:
            return AlreadyRunning(name)
        for dependency in application.depends_on:
            if dependency not in self._known:
                return NoSuchApplication(dependency, needed_by=name)
            if dependency not in self._runs:
                return DependencyNotRunning(name, dependency)
        reason = await self._run(application, permanence)
        return ApplicationsStarted((name,)) if reason is None else ApplicationFailed(name, reason)

    async def _ensure(self, names: Iterable[str], permanence: Permanence) -> EnsureOutcome:
        depends_on = {name: known.depends_on for name, known in self._known.items()}
        try:
            order = start_order(names, depends_on)
        except UnknownDependency as error:
            return NoSuchApplication(error.name, error.needed_by)
        except CyclicDependency as error:
            return DependencyCycle(error.names)
        started: list[str] = []
        for name in order:
            if name in self._runs:
                continue
            reason = await self._run(self._known[name], permanence)
            if reason is not None:
                for earlier in reversed(started):
                    await self._stop_one(earlier)
                return ApplicationFailed(name, reason)
            started.append(name)
        return ApplicationsStarted(tuple(started))

    async def _run(self, application: Application, permanence: Permanence) -> ExitReason | None:
        """Start an application that does not run. Returns why it did not start."""
        name = application.name
        environment = MappingProxyType(dict(self._settings[name]))
        make = partial(ApplicationMaster, application, environment)
        try:
            master = await self.system.start(make, name=f"{self.path}/{name}", parent=self.ref)
        except StartFailed as error:
            return error.reason
        except StartError as error:
            return Crashed(error)
        self._runs[name] = _Run(application, permanence, master)
        report.application_started(name, permanence=permanence.value)
        return None

    # Ending.

    async def _stop_one(self, name: str) -> ApplicationStopped | NotStarted:
        run = self._runs.pop(name, None)
        if run is None:
            return NotStarted(name)
        await run.master.stop(SHUTDOWN)
        report.application_stopped(name, reason=run.master.exit_reason)
        return ApplicationStopped(name)

    def _ended(self, name: str, run: _Run, reason: ExitReason) -> None:
        """An application ended by itself."""
        del self._runs[name]
        takes_the_node = _takes_the_node(run.permanence, reason)
        report.application_ended(name, reason=reason, takes_the_node=takes_the_node)
        if takes_the_node:
            self.stop(Failed(ENDED, f"{name}: {reason}"))


def _takes_the_node(permanence: Permanence, reason: ExitReason) -> bool:
    """Whether the node ends with an application that died of `reason`."""
    match permanence:
        case Permanence.PERMANENT:
            return True
        case Permanence.TRANSIENT:
            return not isinstance(reason, Normal)
        case Permanence.TEMPORARY:
            return False
        case _ as never:
            assert_never(never)


def _sentence(outcome: NoSuchApplication | DependencyCycle | ApplicationFailed) -> str:
    match outcome:
        case NoSuchApplication(name=name, needed_by=needed_by):
            return str(UnknownDependency(name, needed_by))
        case DependencyCycle(names=names):
            return str(CyclicDependency(names))
        case ApplicationFailed(name=name, reason=reason):
            return f"application {name} failed to start ({reason})"
        case _ as never:
            assert_never(never)
