"""The practice registry's door: it listens, and starts one session actor per client.

The registry itself is a model in memory (`PracticeRegistry`). It belongs to this actor; sessions
use it in their turns, one at a time as all actors of a loop do, and hand every change to the
recorder before they answer. When the door dies its sessions die with it in the same moment, all
connections are cut, and the next door takes the records up from where the recorder put them.

A client's way in, each step a message to the door:

    Accepted ──(records are there)──> TLS handshake ──TaskDone──> session ──Exited──> forgotten

Clients that come while the records are still being loaded wait, as they would at a registry whose
database is away.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import structlog

from actors.sandbox.doorway import Doorway
from actors.sandbox.messages import (
    Accepted,
    Arm,
    ArmedFaults,
    ClearFaults,
    FrameMalformed,
    Load,
    Save,
    WhereListening,
)
from actors.sandbox.registry import (
    ArmedFault,
    Change,
    FaultPlan,
    PracticeRegistry,
    RegistrySettings,
    SchemaCheck,
    ServerSession,
    describe_fault,
)
from actors.sandbox.session import PracticeSession
from actors.sandbox.wire import Wire, Wires
from runtime import (
    Actor,
    Call,
    CallError,
    CallTimeout,
    ChildSpec,
    Exited,
    ExitReason,
    Ref,
    Restart,
    Sender,
    StartChild,
    Started,
    TaskDone,
    TaskFailed,
    is_orderly,
)

_PATIENCE_S = 60.0
_SPARE_CONNECTIONS = 50
"""Beside those that the accounts may log in: for the one too many, which is told so, and others."""

log = structlog.get_logger("sandbox")


class PracticeServer(Actor):
    """Listens for EPP clients over TLS; client certificates of the practice CA are required."""

    trap_exit = True
    messages: ClassVar[tuple[type, ...]] = (ArmedFaults, ClearFaults, WhereListening)

    def __init__(
        self,
        settings: RegistrySettings,
        doorway: Doorway,
        *,
        recorder_path: str,
        sessions_path: str,
        schemas: Path | None = None,
        faults: tuple[ArmedFault, ...] = (),
    ) -> None:
        self._settings = settings
        self._doorway = doorway
        self._recorder_path = recorder_path
        self._sessions_path = sessions_path
        self._schemas = schemas
        self._first_faults = faults
        self._wires = Wires(settings.connections + _SPARE_CONNECTIONS)
        self._waiting: list[int] = []
        self._sessions: dict[Ref, tuple[ServerSession, Wire]] = {}
        self._server: asyncio.Server | None = None
        self._loading = 0
        self._serving = False
        self._served = self._handshakes_failed = self._malformed = 0

    async def init(self) -> None:
        """Listen, and begin to take the records up. Raises PortTaken."""
        self._plan = FaultPlan(self.random)
        for fault in self._first_faults:
            self._plan.arm(fault)
        self._schema = None if self._schemas is None else SchemaCheck(self._schemas)
        self._recorder = self.system.lookup(self._recorder_path)
        self._registry = PracticeRegistry(self._settings, now=self.clock.now, random=self.random)
        self._tls = self._doorway.tls()
        server = await self._doorway.open(partial(Wire, self._wires, self.ref))
        try:
            held = asyncio.Event()
            self.start_task(_hold(server, self._wires, held))
            await held.wait()
        except BaseException:
            server.close()
            raise
        self._server = server
        self._loading = self.start_task(self._take_up())
        log.info("registry.listening", address=str(self._doorway))

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Arm, list and clear faults."""
        match request:
            case Arm(fault=fault):
                return self._plan.arm(fault)
            case ArmedFaults():
                return tuple(describe_fault(fault) for _, fault in self._plan.armed)
            case ClearFaults():
                return self._plan.clear()
            case WhereListening():
                return self._doorway.port
            case _:
                return self.unhandled(request)

    async def handle_cast(self, message: object) -> object:
        """A client has come; a client lost step."""
        match message:
            case Accepted(wire=number) if self._serving:
                return self._secure(number)
            case Accepted(wire=number):
                return self._waiting.append(number)
            case FrameMalformed():
                self._malformed += 1
                return None
            case _:
                return self.unhandled(message)

    async def handle_info(self, message: object) -> object:
        """The records are there; a handshake is done; a session is over."""
        match message:
            case TaskDone(task=number) if number == self._loading:
                return self._serve()
            case TaskDone(value=int(number)):
                return await self._admit(number)
            case TaskDone():
                self._handshakes_failed += 1
                return None
            case TaskFailed(error=error):
                raise error
            case Exited(ref=ref, reason=reason):
                return self._dismiss(ref, reason)
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Listen no more and end all connections; a client has a second to say goodbye."""
        if self._server is not None:
            self._server.close()
        self._wires.release(orderly=is_orderly(reason))
        await self._wires.emptied.wait()

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {
            "listening": str(self._doorway),
            "records": "here" if self._serving else "being loaded",
            "profile": self._settings.profile,
            "zones": ", ".join(self._settings.zones),
            "connections": len(self._wires),
            "served": self._served,
            "refused": self._wires.refused,
            "handshakes failed": self._handshakes_failed,
            "malformed frames": self._malformed,
            "faults": len(self._plan.armed) if self._serving else len(self._first_faults),
        }

    # The records.

    async def _take_up(self) -> None:
        """Load what is stored, however long the database is away; store what is missing."""
        stored = await self._load()
        self._registry.restore(stored)
        changes = self._registry.seed()
        if changes:
            await self._save(changes)

    async def _load(self) -> Sequence[Change]:
        while True:
            try:
                return await self._recorder.call(Load(), timeout_s=_PATIENCE_S)
            except CallTimeout:
                log.info("records.awaited", address=str(self._doorway))

    async def _save(self, changes: tuple[Change, ...]) -> None:
        while True:
            try:
                return await self._recorder.call(Save(changes), timeout_s=_PATIENCE_S)
            except CallTimeout:
                log.info("records.awaited", address=str(self._doorway))

    def _serve(self) -> None:
        self._serving = True
        waiting, self._waiting = self._waiting, []
        for number in waiting:
            self._secure(number)

    # Clients.

    def _secure(self, number: int) -> None:
        wire = self._wires[number]
        if wire is not None:
            self.start_task(self._handshake(number, wire))

    async def _handshake(self, number: int, wire: Wire) -> int | None:
        """Returns the connection's number, None when nothing came of it."""
        try:
            await wire.secure(self._tls)
        except OSError as error:
            log.info("handshake.failed", client=wire.remote, reason=str(error))
            return None
        return number

    async def _admit(self, number: int) -> None:
        wire = self._wires[number]
        if wire is None:
            return
        self._served += 1
        session = ServerSession(self._registry, self._plan, schema=self._schema)
        start = partial(
            PracticeSession,
            session,
            wire,
            self._settings,
            door=self.ref,
            recorder=self._recorder,
        )
        spec = ChildSpec(id=str(self._served), start=start, restart=Restart.TEMPORARY, shutdown=1.0)
        try:
            outcome = await self.system.call(self._sessions_path, StartChild(spec))
        except CallError as error:
            log.warning("session.not_started", client=wire.remote, reason=str(error))
            wire.release(orderly=False)
            return
        match outcome:
            case Started(ref=ref):
                self._sessions[ref] = (session, wire)
            case _:
                log.warning("session.not_started", client=wire.remote, reason=str(outcome))
                wire.release(orderly=False)

    def _dismiss(self, ref: Ref, reason: ExitReason) -> None:
        """A session is over; one that was killed could not tidy up itself."""
        session, wire = self._sessions.pop(ref, (None, None))
        if session is not None and wire is not None:
            session.lost()
            wire.release(orderly=is_orderly(reason))


async def _hold(server: asyncio.Server, wires: Wires, held: asyncio.Event) -> None:
    """Close everything when this task is cancelled, which a killed actor's are, too."""
    held.set()
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        wires.release(orderly=False)
