"""An application: a tree that is started and stopped as one, after those it depends on.

    start:  tree(environment) ─► start_phase for each of `start_phases` ─► runs
    stop:   prep_stop ─► the tree stops ─► stop
    death:  the top supervisor ended by itself ─► stop

Source: application(3), application_master.erl. What to say to the actor that runs them (see
`supervisors.controller`) is below: requests and their outcomes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from runtime import ActorFactory, Call, ExitReason, Ref

Environment = Mapping[str, object]
"""The settings of one application."""

_NO_SETTINGS: Environment = MappingProxyType({})


class Application:
    """What can be started. Override `tree`, and the callbacks you need; what one raises is a crash.

    A callback must not call the controller: it waits for the callback.
    """

    name: str
    """Also the registered name of the top supervisor."""
    description: str = ""
    depends_on: tuple[str, ...] = ()
    """Applications that have to run before this one starts, by name."""
    environment: Environment = _NO_SETTINGS
    """Settings that hold unless the node says otherwise."""
    start_phases: tuple[str, ...] = ()
    """Steps of the start that need the tree: `start_phase` is called for each, in order."""

    def tree(self, environment: Environment) -> ActorFactory:
        """Make the factory of the top supervisor."""
        raise NotImplementedError

    async def start_phase(self, phase: str, top: Ref) -> None:
        """Take one step of the start; the application runs when the last has returned."""

    async def prep_stop(self, top: Ref) -> None:
        """Prepare for the stop, while the tree still runs. Not called when the tree died."""

    async def stop(self) -> None:
        """Tidy up; the tree is gone. Called also when it died by itself."""


class Permanence(Enum):
    """What the death of an application means to the node."""

    PERMANENT = "permanent"
    """Its end."""
    TRANSIENT = "transient"
    """Its end, unless the reason is normal. (A supervisor that gives up ends with `shutdown`.)"""
    TEMPORARY = "temporary"
    """Nothing; it is reported."""


@dataclass(frozen=True, slots=True)
class ApplicationsStarted:
    """These were started, in this order; none if all ran already."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlreadyRunning:
    """The application runs."""

    name: str


@dataclass(frozen=True, slots=True)
class NoSuchApplication:
    """There is none of that name; `needed_by` depends on it, or it was asked for."""

    name: str
    needed_by: str | None = None


@dataclass(frozen=True, slots=True)
class DependencyNotRunning:
    """`name` depends on `dependency`, which does not run."""

    name: str
    dependency: str


@dataclass(frozen=True, slots=True)
class DependencyCycle:
    """These depend on each other; the first is named again at the end."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApplicationFailed:
    """The application did not start. Those started for its sake are stopped again."""

    name: str
    reason: ExitReason


@dataclass(frozen=True, slots=True)
class ApplicationStopped:
    """The application has stopped."""

    name: str


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The application does not run."""

    name: str


@dataclass(frozen=True, slots=True)
class StartApplication(
    Call[
        ApplicationsStarted
        | AlreadyRunning
        | NoSuchApplication
        | DependencyNotRunning
        | ApplicationFailed
    ]
):
    """Start one application. All it depends on has to run."""

    name: str
    permanence: Permanence = Permanence.TEMPORARY


@dataclass(frozen=True, slots=True)
class EnsureAllStarted(
    Call[ApplicationsStarted | NoSuchApplication | DependencyCycle | ApplicationFailed]
):
    """Start these and all they depend on, as far as they do not run, dependencies first."""

    names: tuple[str, ...]
    permanence: Permanence = Permanence.TEMPORARY


@dataclass(frozen=True, slots=True)
class StopApplication(Call[ApplicationStopped | NotStarted]):
    """Stop one application, whatever its permanence. Those that depend on it run on."""

    name: str


@dataclass(frozen=True, slots=True)
class RunningApplication:
    """One row of `WhichApplications`."""

    name: str
    description: str
    permanence: Permanence
    top: Ref | None
    """Its top supervisor; None when that has just died."""


@dataclass(frozen=True, slots=True)
class WhichApplications(Call[tuple[RunningApplication, ...]]):
    """The applications that run, in the order in which they were started."""


@dataclass(frozen=True, slots=True)
class GetSetting(Call[object]):
    """One setting of an application; None where there is none."""

    application: str
    key: str


@dataclass(frozen=True, slots=True)
class ChangeSetting(Call[None]):
    """Change one setting; an application that runs sees it at its next start."""

    application: str
    key: str
    value: object
