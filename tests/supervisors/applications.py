"""Applications whose callbacks write a log that a test reads."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from runtime import ActorFactory, Ref, System
from supervisors import Application, ApplicationController, Supervisor
from supervisors.application import Environment
from tests.supervisors.ward import Ward


class CallbackFailed(Exception):
    """What a callback raises that was told to."""


class Room(Application):
    """One child, `w`; `failing` names the callbacks that raise."""

    def __init__(
        self,
        name: str,
        ward: Ward,
        *depends_on: str,
        phases: tuple[str, ...] = (),
        environment: Environment | None = None,
    ) -> None:
        self.name = name
        self.description = f"the room {name}"
        self.depends_on = depends_on
        self.start_phases = phases
        self.environment = environment or {}
        self.failing: set[str] = set()
        self.seen: list[Environment] = []
        self._ward = ward

    def tree(self, environment: Environment) -> ActorFactory:
        self._say("tree")
        self.seen.append(environment)
        return partial(Supervisor, [self._ward.spec(self.name)], intensity=0)

    async def start_phase(self, phase: str, top: Ref) -> None:
        assert top.alive
        self._say(phase)

    async def prep_stop(self, top: Ref) -> None:
        assert top.alive
        self._say("prep_stop")

    async def stop(self) -> None:
        self._say("stop")

    def _say(self, what: str) -> None:
        self._ward.log.append(f"{self.name}.{what}")
        if what in self.failing:
            raise CallbackFailed(f"{self.name}.{what}")


async def controlled(system: System, rooms: Iterable[Application], **options: Any) -> Ref:
    """A controller called `apps`, started."""
    return await system.start(partial(ApplicationController, tuple(rooms), **options), name="apps")
