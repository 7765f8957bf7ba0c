"""A small daemon for tests of the control room: a real tree, and scripted ports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from actors.control import (
    AuditEntry,
    CheckDomains,
    Desk,
    DomainAnswer,
    DomainCommand,
    Event,
    Fault,
    Logbook,
    PollAnswer,
    Refusal,
    Role,
    Visitor,
)
from actors.epp import (
    ConnectionHealth,
    EppHealth,
    RegistryHealth,
    ResponseTimes,
    SessionCounts,
    UnknownTransform,
)
from runtime import NO_REPLY, Actor, Call, ChildSpec, Ref, Restart, Sender, System
from supervisors import Supervisor
from tests.actors.control.scripted_jobs import ScriptedJobs

ADMIN = Visitor("ada", Role.ADMIN, "ssh", "192.0.2.1")
OPERATOR = Visitor("otto", Role.OPERATOR, "ssh", "192.0.2.2")
VIEWER = Visitor("vera", Role.VIEWER, "ssh", "192.0.2.3")


@dataclass(frozen=True, slots=True)
class Add(Call[int]):
    amount: int
    factors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reset:
    to: int = 0
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Never(Call[int]):
    """A request that is not answered."""


class Counter(Actor):
    messages: ClassVar[tuple[type, ...]] = (Add, Reset, Never)

    def __init__(self, start: int, label: str = "") -> None:
        self.count = start
        self.label = label

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        match request:
            case Add(amount=amount, factors=factors):
                self.count += amount
                for factor in factors:
                    self.count *= factor
                return self.count
            case Never():
                return NO_REPLY
            case _:
                return self.unhandled(request)

    def handle_cast(self, message: object) -> object:
        match message:
            case Reset(to=to):
                self.count = to
                return None
            case _:
                return self.unhandled(message)

    def facts(self) -> Mapping[str, object]:
        return {"count": self.count, "label": self.label}


class Deaf(Actor):
    """Takes no typed messages, and its facts try to move the cursor."""

    def facts(self) -> Mapping[str, object]:
        return {"title": "\x1b]0;owned\x07 \u202e\x9b31m"}


@dataclass
class ScriptedPorts:
    system: System
    root: Ref
    logbook: Logbook
    jobs: ScriptedJobs = field(default_factory=ScriptedJobs)
    answers: tuple[DomainAnswer, ...] | None = None
    asked: list[tuple[DomainCommand, float]] = field(default_factory=list[Any])
    polled: list[tuple[str | None, str | None]] = field(default_factory=list[Any])
    injected: list[Fault] = field(default_factory=list[Fault])
    audited: list[AuditEntry] = field(default_factory=list[AuditEntry])
    drained: bool = False
    stopping: bool = False

    def registries(self) -> tuple[str, ...]:
        return ("verisign", "pir")

    async def epp_health(self) -> EppHealth:
        return HEALTH

    async def domain(self, command: DomainCommand, *, timeout_s: float) -> tuple[DomainAnswer, ...]:
        self.asked.append((command, timeout_s))
        if self.answers is not None:
            return self.answers
        names = command.names if isinstance(command, CheckDomains) else (command.name,)
        return tuple(
            DomainAnswer(
                registry="pir" if name.endswith(".org") else "verisign",
                name=name,
                outcome="completed",
                available=True if isinstance(command, CheckDomains) else None,
                code=1000,
                cltrid="ENG-1",
                elapsed_ms=1.5,
                details=(("status", "ok"), ("ns", "ns1.example.net"), ("ns", "ns2.example.net")),
            )
            for name in names
        )

    async def poll(
        self, registry: str | None, *, acknowledge: str | None
    ) -> tuple[PollAnswer, ...]:
        self.polled.append((registry, acknowledge))
        return (
            PollAnswer(registry="verisign", outcome="completed", waiting=2, message_id="7",
                       text="Transfer requested."),
            PollAnswer(registry="pir", outcome="completed"),
        )  # fmt: skip

    async def faults(self, registry: str) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.injected if fault.registry == registry)

    async def inject_fault(self, fault: Fault) -> None:
        if fault.kind != "latency":
            raise Refusal("no_such_fault", f"no fault {fault.kind!r}", known=("latency",))
        self.injected.append(fault)

    async def clear_faults(self, registry: str) -> int:
        count = len(self.injected)
        self.injected.clear()
        return count

    async def new_login_link(self, visitor: Visitor) -> str:
        return f"http://127.0.0.1:8700/enter/once?for={visitor.who}"

    def effective_config(self) -> Mapping[str, object]:
        return {
            "data_dir": "var",
            "registry": {
                "verisign": {"host": "epp.example", "password": "hunter2", "password_file": "pw"},
                "pir": {"password": None},
            },
            "provider": [{"secret_key": "hush"}],
        }

    async def drain(self) -> None:
        self.drained = True

    def shutdown(self) -> None:
        self.stopping = True

    def audit(self, entry: AuditEntry) -> None:
        self.audited.append(entry)


def tree() -> Supervisor:
    """engset ─ counter, deaf, team ─ one (permanent), brief (transient)."""
    return Supervisor(
        (
            ChildSpec(id="counter", start=partial(Counter, 5, "first")),
            ChildSpec(id="deaf", start=Deaf),
            ChildSpec(
                id="team",
                start=partial(
                    Supervisor,
                    (
                        ChildSpec(id="one", start=partial(Counter, 1)),
                        ChildSpec(id="brief", start=partial(Counter, 2), restart=Restart.TRANSIENT),
                    ),
                ),
            ),
        ),
        names_children_bare=True,
        intensity=100,
    )


async def start(system: System) -> ScriptedPorts:
    """Start the tree and script its ports."""
    root = await system.start(tree, name="engset")
    return ScriptedPorts(system, root, Logbook(system.clock.now))


async def run(desk: Desk, line: str, visitor: Visitor = ADMIN) -> list[Event]:
    """What a command says, typed as simple words."""
    return [event async for event in desk.take(line.split(), visitor).run()]


async def document(desk: Desk, line: str, visitor: Visitor = ADMIN) -> Any:
    """The one document of a command."""
    (event,) = await run(desk, line, visitor)
    return event.document()


_AT = datetime(2026, 1, 1, tzinfo=UTC)

CONNECTION = ConnectionHealth(
    slot=1,
    path="epp/verisign/connections/1",
    state="busy",
    since_s=1.0,
    doing="domain:check",
    age_s=60.0,
    commands=12,
    idle_s=0.5,
    last_code=1000,
    last_cltrid="ENG-1",
    restarts=1,
    last_exit="link_lost: \x1b[31m",
    last_exit_at=_AT,
    retry_in_s=None,
    remote="192.0.2.1:700",
    tls="TLSv1.3",
)

HEALTH = EppHealth(
    taken_at=_AT,
    registries=(
        RegistryHealth(
            name="verisign",
            state="degraded",
            why="sessions refused with 2502",
            host="epp.example",
            port=700,
            zones=("com", "net"),
            sessions=SessionCounts(ready=3, busy=1, wanted=4, allowed=4),
            utilisation_5s=0.25,
            utilisation_1m=0.2,
            utilisation_5m=0.1,
            queue=0,
            oldest_waiter_s=None,
            commands_per_s=2.5,
            times=(ResponseTimes("query", 10, 5.0, 9.0, 11.0, 2000.0),),
            unknowns=1,
            oldest_unknown_s=3.0,
            reconnects=1,
            codes=((1000, 10),),
            timeouts=0,
            protocol_errors=0,
            utilisation_history=(),
            rate_history=(),
            p95_history=(),
            connections=(CONNECTION,),
        ),
    ),
    unknowns=(
        UnknownTransform("ENG-9", "verisign", "domain:create", "example.com", _AT, "link_lost"),
    ),
)
