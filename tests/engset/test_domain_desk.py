"""Domain commands as typed, through the real front door of the registries, to scripted pools."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from functools import partial
from random import Random
from typing import Any

import pytest

from actors.control import answers as control
from actors.epp import (
    DeadlinePassed,
    Execute,
    InvalidRequest,
    PoolOutcome,
    QueueFull,
    Registries,
    RegistrySettings,
    Unknown,
    Unreachable,
)
from engset.domain_desk import DomainDesk
from protocols.epp import (
    CheckDomains,
    Command,
    Completed,
    CreateDomain,
    DeleteDomain,
    DomainCheck,
    DomainChecks,
    DomainContact,
    DomainCreated,
    DomainInfo,
    DomainPending,
    DomainRenewed,
    DomainTransfer,
    InfoDomain,
    MessageQueue,
    ObjectDoesNotExist,
    ObjectExists,
    Pending,
    PollAcknowledge,
    PollRequest,
    RenewDomain,
    Response,
    Result,
    ServerClosing,
    TransferDomain,
    UpdateDomain,
)
from runtime import Call, System
from runtime.testing import Probe, VirtualClock

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EXPIRY = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
AUTH = "secret-auth-info"
INFO = DomainInfo(
    name="example.com",
    roid="D1-COM",
    statuses=("ok", "clientHold"),
    registrant="C1",
    contacts=(DomainContact("admin", "C2"), DomainContact("tech", "C3")),
    nameservers=("ns1.example.net", "ns2.example.net"),
    sponsor="registrar-1",
    created_at=AT,
    expires_at=EXPIRY,
    auth_info=AUTH,
)
Script = Callable[[Command], PoolOutcome]


def response(
    data: Any = None, *, code: int = 1000, text: str = "done", queue: MessageQueue | None = None
) -> Response:
    result = Result(code=code, message=text)
    return Response(results=(result,), cltrid="E-1", svtrid="S-1", data=data, queue=queue)


def done(data: Any = None) -> Completed:
    return Completed(response(data))


class Bench:
    """A desk above two registries; `script` answers for both pools, `seen` is what they got."""

    def __init__(self, system: System, clock: VirtualClock) -> None:
        self.system = system
        self.clock = clock
        self.seen: dict[str, list[Execute]] = {"verisign": [], "pir": []}
        self.script: Script = lambda _command: done()
        settings = [
            RegistrySettings(
                name=name, host=name, zones=zones, client_id="registrar-1", password=AUTH
            )
            for name, zones in (("verisign", ("com", "net")), ("pir", ("org",)))
        ]
        self.desk = DomainDesk(Registries(system, settings), Random(1))

    async def start(self) -> None:
        for name in self.seen:
            await self.system.start(partial(self._pool, name), name=f"epp/{name}/pool")

    def _pool(self, name: str) -> Probe:
        def answer(request: Call[Any]) -> object:
            assert isinstance(request, Execute)
            self.seen[name].append(request)
            return self.script(request.command)

        return Probe(answer)

    @property
    def commands(self) -> list[Command]:
        return [each.command for requests in self.seen.values() for each in requests]

    async def ask(
        self, command: control.DomainCommand, timeout_s: float = 5.0
    ) -> control.DomainAnswer:
        [answer] = await self.desk.domain(command, timeout_s=timeout_s)
        return answer


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock = VirtualClock()
    async with System(clock=clock) as system:
        bench = Bench(system, clock)
        await bench.start()
        yield bench


# Outcomes.

INFO_COMMAND = control.InfoDomain("example.com")


@pytest.mark.parametrize(
    ("outcome", "kind", "reason"),
    [
        (done(), "completed", None),
        (Pending(response(code=1001, text="pending")), "pending", "pending"),
        (
            Unknown("verisign", "E-1", "domain:create", "example.com", "link lost"),
            "unknown",
            "link lost; it may have happened, ask `domain info` before repeating it",
        ),
        (Unreachable("verisign", "no session", 2.0), "unreachable", "no session"),
        (QueueFull("verisign", 1_000), "queue_full", "1000 commands wait already"),
        (DeadlinePassed("verisign", 2.5), "timed_out", "no answer within 2.5 s"),
        (InvalidRequest("verisign", "no years"), "refused", "no years"),
        (
            ObjectExists(code=2302, message="exists", reasons=("in use",), svtrid="", cltrid="E-1"),
            "refused",
            "exists; in use",
        ),
        (
            ServerClosing(code=2500, message="failed", reasons=(), svtrid="", cltrid=None),
            "refused",
            "failed",
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else None,
)
async def test_every_outcome_becomes_an_answer(
    bench: Bench, outcome: PoolOutcome, kind: str, reason: str | None
) -> None:
    bench.script = lambda _command: outcome
    answer = await bench.ask(INFO_COMMAND)
    assert (answer.registry, answer.name) == ("verisign", "example.com")
    assert (answer.outcome, answer.reason) == (kind, reason)
    assert answer.elapsed_ms == 0.0


async def test_codes_and_transaction_ids_are_handed_on(bench: Bench) -> None:
    assert (await bench.ask(INFO_COMMAND)).code == 1000
    assert (await bench.ask(INFO_COMMAND)).cltrid == "E-1"
    bench.script = lambda _: ObjectDoesNotExist(
        code=2303, message="none", reasons=(), svtrid="S", cltrid="E-9"
    )
    answer = await bench.ask(INFO_COMMAND)
    assert (answer.code, answer.cltrid, int(answer.exit_code)) == (2303, "E-9", 2)


async def test_an_unknown_transform_keeps_its_transaction_id(bench: Bench) -> None:
    bench.script = lambda _: Unknown("verisign", "E-7", "domain:delete", "example.com", "lost")
    answer = await bench.ask(control.DeleteDomain("example.com"))
    assert (answer.outcome, answer.cltrid) == ("unknown", "E-7")


async def test_a_pool_that_is_not_there_is_unreachable(bench: Bench) -> None:
    await bench.system.lookup("epp/pir/pool").stop()
    answer = await bench.ask(control.InfoDomain("example.org"))
    assert (answer.registry, answer.outcome) == ("pir", "unreachable")
    assert answer.reason


async def test_a_zone_that_nobody_sells_is_told_with_those_that_are(bench: Bench) -> None:
    answer = await bench.ask(control.InfoDomain("example.de"))
    assert (answer.registry, answer.outcome) == (None, "invalid_name")
    assert answer.reason == "no registry here sells it; zones: .com, .net, .org"
    assert bench.commands == []


# Names.


async def test_u_labels_reach_the_registry_as_a_labels(bench: Bench) -> None:
    answer = await bench.ask(control.InfoDomain("Bücher.COM"))
    assert answer.name == "xn--bcher-kva.com"
    assert bench.commands == [InfoDomain("xn--bcher-kva.com")]


@pytest.mark.parametrize(
    "command",
    [
        control.CheckDomains(("exa_mple.com",)),
        control.InfoDomain("exa_mple.com"),
        control.CreateDomain("exa_mple.com", 1),
        control.RenewDomain("exa_mple.com", 1),
        control.RenewDomain("exa_mple.com", 1, "2027-01-31"),
        control.DeleteDomain("exa_mple.com"),
        control.UpdateDomain("exa_mple.com", add_status=("clientHold",)),
        control.TransferDomain("exa_mple.com", "query"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_a_malformed_name_goes_nowhere_and_its_label_is_named(
    bench: Bench, command: control.DomainCommand
) -> None:
    answer = await bench.ask(command)
    assert (answer.registry, answer.name) == (None, "exa_mple.com")
    assert answer.outcome == "invalid_name"
    assert answer.reason is not None
    assert "'exa_mple'" in answer.reason
    assert bench.commands == []


@pytest.mark.parametrize(
    "command",
    [
        control.CreateDomain("example.com", 1, ("ns1.example.net", "n_s.example.net")),
        control.UpdateDomain("example.com", add_ns=("n_s.example.net",)),
        control.UpdateDomain("example.com", rem_ns=("n_s.example.net",)),
    ],
)
async def test_a_malformed_nameserver_goes_nowhere_either(
    bench: Bench, command: control.DomainCommand
) -> None:
    answer = await bench.ask(command)
    assert (answer.name, answer.outcome) == ("example.com", "invalid_name")
    assert answer.reason is not None
    assert "'n_s'" in answer.reason
    assert bench.commands == []


# Checks.


def some_taken(command: Command) -> PoolOutcome:
    assert isinstance(command, CheckDomains)
    return done(
        DomainChecks(
            tuple(
                DomainCheck(name.upper(), "free" in name, None if "free" in name else "In use")
                for name in reversed(command.names)
            )
        )
    )


async def test_checks_are_answered_in_the_order_asked_from_all_registries(bench: Bench) -> None:
    bench.script = some_taken
    names = ("free.org", "taken.com", "b_d.com", "free.com", "free.de", "FREE.org")
    answers = await bench.desk.domain(control.CheckDomains(names), timeout_s=5.0)
    assert [(each.name, each.registry, each.outcome, each.available) for each in answers] == [
        ("free.org", "pir", "completed", True),
        ("taken.com", "verisign", "completed", False),
        ("b_d.com", None, "invalid_name", None),
        ("free.com", "verisign", "completed", True),
        ("free.de", None, "invalid_name", None),
        ("free.org", "pir", "completed", True),
    ]
    assert answers[1].reason == "In use"
    assert bench.commands == [CheckDomains(("taken.com", "free.com")), CheckDomains(("free.org",))]


async def test_a_name_that_the_registry_leaves_out_is_no_free_name(bench: Bench) -> None:
    bench.script = lambda _: done(DomainChecks((DomainCheck("other.com", available=True),)))
    answer = await bench.ask(control.CheckDomains(("example.com",)))
    assert (answer.outcome, answer.available) == ("refused", None)
    assert answer.reason == "the registry's answer leaves this name out"
    bench.script = lambda _: done()
    assert (await bench.ask(control.CheckDomains(("example.com",)))).outcome == "refused"


async def test_one_registry_s_trouble_is_not_the_other_s(bench: Bench) -> None:
    def script(command: Command) -> PoolOutcome:
        assert isinstance(command, CheckDomains)
        if command.names == ("free.org",):
            return Unreachable("pir", "no session", 1.0)
        return some_taken(command)

    bench.script = script
    names = ("free.com", "free.org")
    first, second = await bench.desk.domain(control.CheckDomains(names), timeout_s=5.0)
    assert (first.outcome, first.available) == ("completed", True)
    assert (second.outcome, second.available) == ("unreachable", None)


# What is sent.


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (control.InfoDomain("a.com", AUTH), InfoDomain("a.com", auth_info=AUTH)),
        (control.DeleteDomain("a.com"), DeleteDomain("a.com")),
        (
            control.RenewDomain("a.com", 2, "2027-01-31"),
            RenewDomain("a.com", date(2027, 1, 31), 2),
        ),
        (
            control.TransferDomain("a.com", "request", AUTH),
            TransferDomain(name="a.com", operation="request", auth_info=AUTH),
        ),
        (
            control.UpdateDomain("a.com", ("NS1.a.com",), ("ns2.a.com",), ("clientHold",), ("ok",)),
            UpdateDomain(
                name="a.com",
                add_nameservers=("ns1.a.com",),
                remove_nameservers=("ns2.a.com",),
                add_statuses=("clientHold",),
                remove_statuses=("ok",),
            ),
        ),
        (
            control.CreateDomain("a.com", 2, ("NS1.A.com",), "C1", "C2", None, "C3", AUTH),
            CreateDomain(
                name="a.com",
                years=2,
                nameservers=("ns1.a.com",),
                registrant="C1",
                contacts=(DomainContact("admin", "C2"), DomainContact("billing", "C3")),
                auth_info=AUTH,
            ),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_commands_are_sent_as_they_were_meant(
    bench: Bench, asked: control.DomainCommand, sent: Command
) -> None:
    await bench.ask(asked, timeout_s=7.0)
    [request] = bench.seen["verisign"]
    assert request.command == sent
    assert request.deadline_s == 7.0
    assert request.origin == "control"


async def test_a_new_domain_gets_an_auth_info_by_chance(bench: Bench) -> None:
    for _ in range(2):
        await bench.ask(control.CreateDomain("a.com", 1))
    codes = {each.auth_info for each in bench.commands if isinstance(each, CreateDomain)}
    assert len(codes) == 2
    assert {len(code) for code in codes} == {24}


# Renewals.


async def test_a_renewal_asks_for_the_expiry_first(bench: Bench) -> None:
    bench.script = lambda command: (
        done(INFO) if isinstance(command, InfoDomain) else done(DomainRenewed("a.com", EXPIRY))
    )
    answer = await bench.ask(control.RenewDomain("a.com", 1))
    assert bench.commands == [InfoDomain("a.com"), RenewDomain("a.com", EXPIRY.date(), 1)]
    assert answer.details == (("expires", "2027-01-02T03:04:05Z"),)


@pytest.mark.parametrize(
    "outcome",
    [
        Unreachable("verisign", "no session", None),
        ObjectDoesNotExist(code=2303, message="none", reasons=(), svtrid="S", cltrid="E-1"),
        done(),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_nothing_is_renewed_when_the_expiry_is_not_known(
    bench: Bench, outcome: PoolOutcome
) -> None:
    bench.script = lambda _: outcome
    answer = await bench.ask(control.RenewDomain("a.com", 1))
    assert bench.commands == [InfoDomain("a.com")]
    assert answer.outcome in {"unreachable", "refused"}


async def test_a_renewal_s_two_commands_share_its_time(bench: Bench) -> None:
    def slow(command: Command) -> PoolOutcome:
        bench.clock._elapsed_s += 2.0
        return done(INFO) if isinstance(command, InfoDomain) else done()

    bench.script = slow
    answer = await bench.ask(control.RenewDomain("a.com", 1), timeout_s=5.0)
    assert [each.deadline_s for each in bench.seen["verisign"]] == [5.0, 3.0]
    assert answer.elapsed_ms == 4_000.0


async def test_a_renewal_out_of_time_is_not_begun(bench: Bench) -> None:
    def slow(_command: Command) -> PoolOutcome:
        bench.clock._elapsed_s += 2.0
        return done(INFO)

    bench.script = slow
    answer = await bench.ask(control.RenewDomain("a.com", 1), timeout_s=2.0)
    assert bench.commands == [InfoDomain("a.com")]
    assert (answer.outcome, answer.registry) == ("timed_out", "verisign")


# Details.


async def test_an_info_tells_everything_but_the_auth_info(bench: Bench) -> None:
    bench.script = lambda _: done(INFO)
    answer = await bench.ask(INFO_COMMAND)
    assert answer.details == (
        ("name", "example.com"),
        ("roid", "D1-COM"),
        ("status", "ok, clientHold"),
        ("registrant", "C1"),
        ("contacts", "admin: C2, tech: C3"),
        ("nameservers", "ns1.example.net, ns2.example.net"),
        ("sponsor", "registrar-1"),
        ("created", "2026-01-02T03:04:05Z"),
        ("expires", "2027-01-02T03:04:05Z"),
    )
    assert AUTH not in repr(answer)


@pytest.mark.parametrize(
    ("data", "details"),
    [
        (
            DomainCreated("a.com", AT, EXPIRY),
            (("created", "2026-01-02T03:04:05Z"), ("expires", "2027-01-02T03:04:05Z")),
        ),
        (DomainRenewed("a.com"), ()),
        (
            DomainTransfer(
                name="a.com",
                status="pending",
                requested_by="other",
                requested_at=AT,
                acted_by="registrar-1",
                act_by_at=EXPIRY,
            ),
            (
                ("transfer", "pending"),
                ("requested by", "other"),
                ("requested", "2026-01-02T03:04:05Z"),
                ("to be acted on by", "registrar-1"),
                ("until", "2027-01-02T03:04:05Z"),
            ),
        ),
        (
            DomainPending(name="a.com", succeeded=False, cltrid="E-1", svtrid="S-1", at=AT),
            (
                ("name", "a.com"),
                ("ended", "refused"),
                ("clTRID", "E-1"),
                ("decided", "2026-01-02T03:04:05Z"),
            ),
        ),
        (None, ()),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_what_the_registry_tells_is_told(
    bench: Bench, data: Any, details: tuple[tuple[str, str], ...]
) -> None:
    bench.script = lambda _: done(data)
    assert (await bench.ask(control.TransferDomain("a.com", "query"))).details == details


# Poll messages.


async def test_poll_shows_the_oldest_message_of_each_registry(bench: Bench) -> None:
    queue = MessageQueue(count=3, id="77", at=AT, text="Transfer requested.")
    bench.script = lambda _: Completed(response(code=1301, queue=queue))
    first, second = await bench.desk.poll(None, acknowledge=None)
    assert (first.registry, second.registry) == ("verisign", "pir")
    assert (first.waiting, first.message_id, first.text) == (3, "77", "Transfer requested.")
    assert first.queued_at == "2026-01-02T03:04:05+00:00"
    assert (first.outcome, first.code) == ("completed", 1301)
    assert bench.commands == [PollRequest(), PollRequest()]


async def test_an_empty_queue_is_empty(bench: Bench) -> None:
    bench.script = lambda _: Completed(response(code=1300))
    [answer] = await bench.desk.poll("pir", acknowledge=None)
    assert (answer.waiting, answer.message_id, answer.code) == (0, None, 1300)


async def test_a_message_is_acknowledged_at_its_registry(bench: Bench) -> None:
    await bench.desk.poll("pir", acknowledge="77")
    assert bench.seen["verisign"] == []
    assert bench.commands == [PollAcknowledge("77")]


async def test_a_registry_that_cannot_be_asked_says_so(bench: Bench) -> None:
    bench.script = lambda _: Unreachable("pir", "no session", 1.0)
    [answer] = await bench.desk.poll("pir", acknowledge=None)
    assert (answer.outcome, answer.reason) == ("unreachable", "no session")
    with pytest.raises(KeyError):
        await bench.desk.poll("denic", acknowledge=None)
