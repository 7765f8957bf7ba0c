"""The master of one application: starts its tree, takes its start phases, and stops it in order.

Source: application_master.erl.
"""

from collections.abc import Sequence

from runtime import SHUTDOWN, Actor, Exited, ExitReason, Ref
from supervisors.application import Application, Environment


class ApplicationMaster(Actor):
    """Lives as long as its application runs, and dies of what its top supervisor died of."""

    kind = "supervisor"
    trap_exit = True

    def __init__(self, application: Application, environment: Environment) -> None:
        self._application = application
        self._environment = environment
        self._top: Ref | None = None

    async def init(self) -> None:
        """Start the tree and take the phases; when one of them fails, stop the tree again."""
        application = self._application
        factory = application.tree(self._environment)
        top = await self.system.start(factory, name=application.name, parent=self.ref)
        self._top = top
        complete = False
        try:
            for phase in application.start_phases:
                await application.start_phase(phase, top)
            complete = True
        finally:
            if not complete:
                await self._wind_up()

    def handle_info(self, message: object) -> object:
        """The tree has ended by itself, and so does its master."""
        match message:
            case Exited(ref=ref, reason=reason) if ref is self._top:
                self._top = None
                return self.stop(reason)
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Stop the application in order, or tidy up after a tree that ended by itself."""
        try:
            if self._top is not None:
                await self._application.prep_stop(self._top)
        finally:
            await self._wind_up()

    async def _wind_up(self) -> None:
        try:
            if self._top is not None:
                await self._top.stop(SHUTDOWN)
        finally:
            await self._application.stop()

    def children(self) -> Sequence[Ref]:
        """See `Actor.children`."""
        return () if self._top is None else (self._top,)
