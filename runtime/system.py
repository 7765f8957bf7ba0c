"""The system: one event loop's run queue, names, clock and actors."""

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from datetime import datetime, timedelta
from itertools import count
from random import Random, SystemRandom
from types import TracebackType
from typing import ClassVar, Self

from runtime.actor import Actor, ActorFactory
from runtime.bonds import Obituaries
from runtime.clock import Clock, LoopClock
from runtime.exits import (
    KILLED,
    SHUTDOWN,
    AlreadyStarted,
    Crashed,
    NotRunning,
    StartFailed,
    StartTimeout,
)
from runtime.freezing import FrozenProcess
from runtime.messages import Call, Reply
from runtime.names import Names
from runtime.process import Process
from runtime.ref import DEFAULT_TIMEOUT_S, Ref
from runtime.run_queue import INLINE_CREDIT, RunQueue
from runtime.service import Service
from runtime.snapshot import ActorSnapshot, TreeNode
from runtime.telemetry import Telemetry
from runtime.timers import Deadlines

HANDOVER_S = 5.0
"""How long a name is kept for an actor whose parent is dead and whose own end is under way."""
CLOSE_GRACE_S = 2.0
"""How long `System.close` lets actors end by themselves, in real time."""


class UnknownPath(LookupError):
    """No actor of that name. `nearest` holds the names that look most like it."""

    def __init__(self, path: str, nearest: tuple[str, ...]) -> None:
        hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(f"no actor {path!r}{hint}")
        self.path = path
        self.nearest = nearest


class System:
    """Everything the actors of one event loop share.

    `async with System() as system:` ends with every actor dead and every task done. Make it on
    the loop it is for. `inline_calls=False` sends every call by the mailbox; what can be observed
    is the same; None is the class's default, which a test run may switch. `frozen_messages=True`
    refuses messages that are not deeply immutable (for debugging: see `runtime.freezing`).
    """

    process_type: type[Process] = Process
    """What runs an actor of this system."""
    inline_calls_by_default: ClassVar[bool] = True

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        random: Random | None = None,
        inline_calls: bool | None = None,
        frozen_messages: bool = False,
    ) -> None:
        if inline_calls is None:
            inline_calls = self.inline_calls_by_default
        if frozen_messages:
            self.process_type = FrozenProcess
        self.loop = asyncio.get_running_loop()
        self.clock: Clock = clock or LoopClock(self.loop)
        self.random: Random = random or SystemRandom()
        self.inline_calls = inline_calls
        self.run_queue = RunQueue(self.loop, credit=INLINE_CREDIT if inline_calls else 0)
        self.names = Names()
        self.deadlines = Deadlines(self.clock)
        self.telemetry = Telemetry()
        self.obituaries = Obituaries()
        self.context: Context = copy_context()
        self._closing = False
        self._living: set[Process] = set()
        self._releases: dict[Ref, dict[Callable[[Ref], None], None]] = {}
        self._serials = count(1)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    # Starting.

    def spawn(self, factory: ActorFactory, *, name: str | None = None) -> Ref:
        """Start an actor whose `init` is plain, without a parent. Returns when init is done.

        Raises StartFailed, StartIgnored, AlreadyStarted; TypeError for an `async def init`.
        """
        process = self._make(factory, name, None)
        if process.begin() is not None:
            process.kill()
            raise TypeError(f"{process.path}: an async init needs `await system.start(…)`")
        return process

    async def start(
        self,
        factory: ActorFactory,
        *,
        name: str | None = None,
        parent: Ref | None = None,
        restarts: int = 0,
        last_exit: str | None = None,
        timeout_s: float | None = None,
    ) -> Ref:
        """Start an actor and wait for its `init`; linked to `parent` if one is given.

        Raises StartFailed, StartIgnored, StartTimeout (the half-started actor is killed) and
        AlreadyStarted. The name is registered before init runs and free when this raises. While
        the name belongs to an orphan that is about to end, this waits for it (see HANDOVER_S).
        """
        assert parent is None or isinstance(parent, Process)
        holder = None if name is None else self.names.holder(name)
        if isinstance(holder, Process):
            await self._make_way(holder)
        process = self._make(factory, name, parent)
        if last_exit is not None or restarts:
            record = process.record()
            record.restarts, record.last_exit = restarts, last_exit
        if parent is not None:
            process.link(parent)
        service = process.begin()
        if service is None:
            return process
        if timeout_s is None:
            await self._begun(process, service)
        else:
            await self._begun_within(process, service, timeout_s)
        return process

    async def _begun(self, process: Process, service: Service) -> None:
        try:
            await service.started()
        except asyncio.CancelledError:
            process.kill()
            raise

    async def _begun_within(self, process: Process, service: Service, timeout_s: float) -> None:
        late = False

        def give_up() -> None:
            nonlocal late
            late = True
            process.kill()

        timer = self.clock.call_later(timeout_s, give_up)
        try:
            await self._begun(process, service)
        except StartFailed as error:
            if late:
                raise StartTimeout(process.path, timeout_s) from error
            raise
        finally:
            timer.cancel()

    async def _make_way(self, holder: Process) -> None:
        """Wait for the end of who holds a name, if it is dying or its parent is dead.

        The successor of a killed supervisor comes to names whose holders still tidy up.
        """
        parent = holder.parent
        if holder.alive and (parent is None or parent.alive):
            raise AlreadyStarted(holder.path)
        await holder.stop(SHUTDOWN, timeout_s=HANDOVER_S)

    def _make(self, factory: ActorFactory, name: str | None, parent: Process | None) -> Process:
        if self._closing:
            raise StartFailed(name or "unnamed actor", SHUTDOWN)
        if name is not None and self.names.holder(name) is not None:
            raise AlreadyStarted(name)
        try:
            actor = factory()
            if not isinstance(actor, Actor):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(f"the factory made {actor!r}, which is no Actor")
        except Exception as error:
            raise StartFailed(name or "unnamed actor", Crashed(error)) from error
        if name is None:
            process = self.process_type(self, actor, next(self._serials), parent)
        else:
            process = self.process_type(self, actor, name, parent)
            self.names.register(name, process)
        self._living.add(process)
        return process

    def next_serial(self) -> int:
        """A number never given before in this system."""
        return next(self._serials)

    def forget(self, process: Process) -> None:
        """Free the name of a process that has just died, and whatever else it held."""
        self._living.discard(process)
        if process.name is not None:
            self.names.unregister(process.name, process)
        if self._releases:
            for release in self._releases.pop(process, ()):
                release(process)

    def on_death(self, ref: Ref, release: Callable[[Ref], None]) -> None:
        """Call `release(ref)` once `ref`, alive now, is dead and before anybody hears of it.

        For what is to be free by then, such as keys of a registry. It must not raise.
        """
        self._releases.setdefault(ref, {})[release] = None

    def off_death(self, ref: Ref, release: Callable[[Ref], None]) -> None:
        """Undo `on_death`; harmless when there is nothing to undo."""
        releases = self._releases.get(ref, {})
        releases.pop(release, None)
        if not releases:
            self._releases.pop(ref, None)

    # Finding and talking.

    def whereis(self, path: str) -> Ref | None:
        """The living actor of that name, or None."""
        return self.names.whereis(path)

    def lookup(self, path: str) -> Ref:
        """The living actor of that name. Raises UnknownPath with the nearest names."""
        ref = self.names.whereis(path)
        if ref is None:
            raise UnknownPath(path, self.names.nearest(path))
        return ref

    async def call(
        self, path: str, request: Call[Reply], *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> Reply:
        """Call by name; the name is looked up anew each time. Raises NotRunning at once."""
        ref = self.names.whereis(path)
        if ref is None:
            raise NotRunning(path)
        return await ref.call(request, timeout_s=timeout_s)

    def cast(self, path: str, message: object) -> None:
        """Cast by name. Raises NotRunning when nobody has it (as in OTP for local names)."""
        ref = self.names.whereis(path)
        if ref is None:
            raise NotRunning(path)
        ref.cast(message)

    # Looking.

    def at(self, monotonic_s: float) -> datetime:
        """The time of day at a past moment of the monotonic clock."""
        return self.clock.now() - timedelta(seconds=self.clock.monotonic() - monotonic_s)

    def living(self) -> tuple[Ref, ...]:
        """Every living actor, named or not."""
        return tuple(self._living)

    def tree(self, root: Ref) -> TreeNode:
        """The supervision tree below `root`, as it stands."""
        assert isinstance(root, Process)
        children = tuple(
            TreeNode(child) if isinstance(child, ActorSnapshot) else self.tree(child)
            for child in root.actor.children()
        )
        return TreeNode(root.snapshot(), children)

    # Ending.

    async def close(self, *, grace_s: float = CLOSE_GRACE_S) -> None:
        """Kill what has no parent, and wait until every actor and task has ended.

        The others end by their links: those that trap exits run `terminate`. Who is not done
        after `grace_s` (real time) is killed. An orderly stop is `stop` of the root, before this.
        """
        self._closing = True
        everybody = tuple(self._living)
        tasks = {task for process in everybody for task in process.running_tasks()}
        for process in everybody:
            if process.parent is None:
                process.kill()
        try:
            async with asyncio.timeout(grace_s):
                for process in everybody:
                    await process.join()
        except TimeoutError:
            for process in everybody:
                process.die(KILLED)
        tasks.discard(asyncio.current_task())
        if tasks:
            await asyncio.wait(tasks, timeout=grace_s)
        self.deadlines.close()
