"""Each command once, on a real tree with scripted ports."""

import asyncio

import pytest

from actors.control import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    Desk,
    DomainAnswer,
    ExitCode,
    InfoDomain,
    Problem,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from actors.control.events import Logged
from runtime.testing import settle
from tests.actors.control.scripted import OPERATOR, VIEWER, ScriptedPorts, document, run


async def problem(desk: Desk, line: str) -> Problem:
    (event,) = await run(desk, line)
    assert isinstance(event, Problem)
    return event


async def test_tree_nests_every_actor(desk: Desk) -> None:
    tree = await document(desk, "tree")
    assert {"path", "kind", "state", "restarts", "mailbox", "children"} <= tree.keys()
    assert [child["path"] for child in tree["children"]] == ["counter", "deaf", "team"]
    assert [child["path"] for child in tree["children"][2]["children"]] == [
        "team/one",
        "team/brief",
    ]


async def test_tree_of_a_path_begins_there(desk: Desk) -> None:
    assert (await document(desk, "tree team"))["path"] == "team"


async def test_ps_sorts_by_messages(desk: Desk) -> None:
    await run(desk, "call counter Add amount=1")
    await run(desk, "call counter Add amount=1")
    rows = (await document(desk, "ps --sort messages -n 2"))["actors"]
    assert len(rows) == 2
    assert rows[0]["messages"] >= rows[1]["messages"]


async def test_info_shows_an_actor_from_outside(desk: Desk) -> None:
    info = await document(desk, "info team")
    assert info["strategy"] == "one_for_one"
    assert info["children"] == ["team/one", "team/brief"]


async def test_state_shows_what_an_actor_says_of_itself(desk: Desk) -> None:
    assert (await document(desk, "state counter"))["facts"] == {"count": "5", "label": "first"}


async def test_an_unknown_path_is_answered_with_the_nearest_names(desk: Desk) -> None:
    answer = await problem(desk, "info team/onne")
    assert answer.exit_code is ExitCode.NOT_FOUND
    assert answer.nearest[0] == "team/one"


async def test_send_casts_a_typed_message(desk: Desk) -> None:
    await run(desk, "send counter Reset to=42")
    assert (await document(desk, "call counter Add amount=0"))["reply"] == 42


async def test_call_decodes_fields_by_their_types(desk: Desk) -> None:
    answer = await document(desk, "call counter Add amount=5 factors=2,3")
    assert answer == {"actor": "counter", "request": "Add", "reply": 60}


async def test_a_call_that_is_not_answered_times_out(desk: Desk) -> None:
    answer = await problem(desk, "call counter Never --timeout 1ms")
    assert answer.exit_code is ExitCode.TIMED_OUT


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("call counter Reset", "wrong_kind"),
        ("send counter Add amount=1", "wrong_kind"),
        ("call counter Ad amount=1", "unknown_message"),
        ("call counter Add amoun=1", "wrong_field"),
        ("call counter Add amount=many", "wrong_field"),
        ("call counter Add", "wrong_field"),
        ("call counter Add amount=1 amount=2", "wrong_field"),
        ("call counter Add 5", "wrong_field"),
        ("call counter Add amount=1 factors=[1", "wrong_field"),
    ],
)
async def test_a_wrong_message_is_answered_with_what_exists(
    desk: Desk, line: str, code: str
) -> None:
    answer = await problem(desk, line)
    assert (answer.code, answer.exit_code) == (code, ExitCode.USAGE)
    if code != "wrong_kind":
        assert "Add amount=int [factors=tuple[int, ...]]" in answer.known


async def test_an_actor_without_messages_says_so(desk: Desk) -> None:
    assert (await problem(desk, "send deaf Reset")).code == "takes_no_messages"


async def test_restart_shows_the_new_incarnation(desk: Desk, ports: ScriptedPorts) -> None:
    old = ports.system.whereis("counter")
    answer = await document(desk, "restart counter")
    new = ports.system.whereis("counter")
    assert new is not None
    assert new is not old
    assert answer["restarts"] == 1
    (record,) = (await document(desk, "history counter"))["restarts"]
    assert record["reason"] == "restart_requested: by ada"


async def test_a_transient_actor_is_restarted_too(desk: Desk) -> None:
    assert (await document(desk, "restart team/brief"))["state"] == "running"


async def test_a_supervisor_is_restarted_with_its_children(
    desk: Desk, ports: ScriptedPorts
) -> None:
    old = ports.system.whereis("team/one")
    assert (await document(desk, "restart team"))["state"] == "running"
    new = ports.system.whereis("team/one")
    assert new is not None
    assert new is not old


async def test_a_stopped_actor_stays_stopped_until_it_is_restarted(
    desk: Desk, ports: ScriptedPorts
) -> None:
    await run(desk, "stop counter")
    assert ports.system.whereis("counter") is None
    assert (await document(desk, "info counter"))["state"] == "stopped"
    assert (await problem(desk, "state counter")).code == "not_running"
    await run(desk, "restart counter")
    assert ports.system.whereis("counter") is not None


async def test_a_killed_actor_is_restarted_by_its_supervisor(
    desk: Desk, ports: ScriptedPorts
) -> None:
    old = ports.system.whereis("team/one")
    answer = await document(desk, "stop team/one --kill")
    new = ports.system.whereis("team/one")
    assert new is not None
    assert new is not old
    assert answer["state"] == "running"
    (record,) = (await document(desk, "history team"))["restarts"]
    assert record["reason"] == "killed"


async def test_the_root_is_not_stopped_by_hand(desk: Desk) -> None:
    assert (await problem(desk, "stop engset")).code == "is_the_root"
    assert (await problem(desk, "restart engset")).code == "not_supervised"


async def test_a_suspended_actor_keeps_its_mail_until_it_is_resumed(desk: Desk) -> None:
    await run(desk, "suspend counter")
    await run(desk, "send counter Reset to=9")
    info = await document(desk, "info counter")
    assert (info["state"], info["mailbox"]) == ("suspended", 1)
    assert (await document(desk, "resume counter"))["mailbox"] == 1
    assert (await document(desk, "call counter Add amount=0"))["reply"] == 9


async def test_a_suspended_actor_can_be_restarted(desk: Desk) -> None:
    await run(desk, "suspend counter")
    assert (await document(desk, "restart counter"))["state"] == "running"


async def test_a_supervisor_is_suspended_with_a_warning(desk: Desk) -> None:
    answer = await document(desk, "suspend team")
    assert "none of its children is restarted" in answer["message"]
    assert (await document(desk, "info team"))["suspended"] is True
    await run(desk, "resume team")
    assert (await document(desk, "stop team/one --kill"))["state"] == "running"


async def test_pools_shows_every_registry(desk: Desk) -> None:
    (registry,) = (await document(desk, "pools"))["registries"]
    assert registry["name"] == "verisign"
    assert registry["state"] == "degraded"
    assert registry["sessions"] == {"ready": 3, "busy": 1, "wanted": 4, "allowed": 4}


async def test_domain_check_answers_for_each_name_in_one_document(
    desk: Desk, ports: ScriptedPorts
) -> None:
    answer = await document(desk, "domain check example.com example.org --timeout 2s")
    assert [(each["name"], each["registry"], each["available"]) for each in answer["answers"]] == [
        ("example.com", "verisign", True),
        ("example.org", "pir", True),
    ]
    assert answer["answers"][0]["details"]["ns"] == ["ns1.example.net", "ns2.example.net"]
    assert ports.asked == [(CheckDomains(("example.com", "example.org")), 2.0)]


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("domain info a.com --auth x", InfoDomain("a.com", "x")),
        (
            "domain create a.com --years 2 --ns n1.b.net --ns n2.b.net --registrant C1 --auth x",
            CreateDomain("a.com", 2, ("n1.b.net", "n2.b.net"), registrant="C1", auth="x"),
        ),
        (
            "domain renew a.com --years 3 --expires 2027-01-31",
            RenewDomain("a.com", 3, "2027-01-31"),
        ),
        ("domain delete a.com --yes", DeleteDomain("a.com")),
        (
            "domain update a.com --add-ns n1.b.net --rem-status clientHold",
            UpdateDomain("a.com", add_ns=("n1.b.net",), rem_status=("clientHold",)),
        ),
        (
            "domain transfer a.com --op request --auth x",
            TransferDomain("a.com", "request", "x"),
        ),
    ],
)
async def test_domain_commands_reach_the_port(
    desk: Desk, ports: ScriptedPorts, line: str, command: object
) -> None:
    await run(desk, line)
    assert [asked for asked, _ in ports.asked] == [command]


@pytest.mark.parametrize(
    ("answers", "exit_code"),
    [
        ((DomainAnswer(registry="x", name="a", outcome="refused", code=2303),), 2),
        ((DomainAnswer(registry="x", name="a", outcome="unknown"),), 1),
        ((DomainAnswer(registry="x", name="a", outcome="timed_out"),), 124),
        ((DomainAnswer(registry="x", name="a", outcome="pending"),), 0),
        ((DomainAnswer(registry=None, name="-a", outcome="invalid_name"),), 1),
    ],
)
async def test_the_exit_code_tells_what_the_registry_said(
    desk: Desk, ports: ScriptedPorts, answers: tuple[DomainAnswer, ...], exit_code: int
) -> None:
    ports.answers = answers
    (event,) = await run(desk, "domain info a.com")
    assert event.exit_code == exit_code


async def test_an_update_without_a_change_is_refused(desk: Desk) -> None:
    answer = await problem(desk, "domain update a.com")
    assert answer.exit_code is ExitCode.USAGE
    assert answer.usage is not None


async def test_poll_shows_messages_and_acknowledges_one(desk: Desk, ports: ScriptedPorts) -> None:
    answer = await document(desk, "poll")
    assert answer["messages"][0]["message_id"] == "7"
    await run(desk, "poll verisign --ack 7")
    assert ports.polled == [(None, None), ("verisign", "7")]
    assert (await problem(desk, "poll --ack 7")).exit_code is ExitCode.USAGE
    assert (await problem(desk, "poll verisgn")).nearest == ("verisign",)


async def test_faults_are_injected_listed_and_cleared(desk: Desk) -> None:
    await run(desk, "fault verisign latency seconds=0.5 times=3")
    (fault,) = (await document(desk, "fault verisign --list"))["faults"]
    assert fault["settings"] == "seconds=0.5 times=3"
    assert (await document(desk, "fault verisign --clear"))["cleared"] == 1
    assert (await document(desk, "fault verisign --list"))["faults"] == []
    assert (await problem(desk, "fault verisign nonsense")).known == ("latency",)
    assert (await problem(desk, "fault verisign")).exit_code is ExitCode.USAGE
    assert (await problem(desk, "fault verisign latency seconds")).exit_code is ExitCode.USAGE


async def test_a_quoted_fault_is_one_word_or_several(desk: Desk, ports: ScriptedPorts) -> None:
    invocation = desk.take(["fault", "verisign", "latency seconds=0.5 times=3"], OPERATOR)
    assert [event.exit_code async for event in invocation.run()] == [0]
    assert ports.injected[0].settings == (("seconds", "0.5"), ("times", "3"))


async def test_login_gives_one_link(desk: Desk) -> None:
    assert (await document(desk, "login"))["url"].startswith("http://127.0.0.1:8700/")


async def test_config_hides_secrets_and_shows_whether_they_are_set(desk: Desk) -> None:
    config = await document(desk, "config")
    assert config["registry"]["verisign"]["password"] == "•••"
    assert config["registry"]["verisign"]["password_file"] == "pw"
    assert config["registry"]["pir"]["password"] is None
    assert config["provider"] == [{"secret_key": "•••"}]


async def test_drain_and_shutdown_need_yes(desk: Desk, ports: ScriptedPorts) -> None:
    assert (await problem(desk, "drain")).code == "needs_confirmation"
    assert (await problem(desk, "shutdown")).code == "needs_confirmation"
    assert (ports.drained, ports.stopping) == (False, False)
    await run(desk, "drain --yes")
    await run(desk, "shutdown --yes")
    assert (ports.drained, ports.stopping) == (True, True)


async def test_who_lists_the_open_sessions(desk: Desk) -> None:
    visit = desk.visits.enter(VIEWER)
    visit.doing = "log"
    (row,) = (await document(desk, "who"))["visitors"]
    assert (row["who"], row["role"], row["doing"]) == ("vera", "viewer", "log")
    desk.visits.leave(visit)
    assert (await document(desk, "who"))["visitors"] == []


async def test_help_lists_every_command_and_explains_one(desk: Desk) -> None:
    names = {row["name"] for row in (await document(desk, "help"))["commands"]}
    assert {"tree", "domain check", "shutdown"} <= names
    (row,) = (await document(desk, "help domain create"))["commands"]
    assert row["usage"].startswith("domain create NAME [--years N]")
    assert len((await document(desk, "help domain"))["commands"]) == 7
    assert (await document(desk, "domain create --help"))["commands"] == (row,)


async def test_log_shows_the_past_and_follows(desk: Desk, ports: ScriptedPorts) -> None:
    ports.logbook(None, "info", {"event": "link.opened", "actor": "team/one"})
    ports.logbook(None, "debug", {"event": "frame.sent"})
    past = (await document(desk, "log"))["entries"]
    assert [entry["event"] for entry in past] == ["link.opened"]

    invocation = desk.take(["log", "-f", "--actor", "team", "-n", "0"], VIEWER)
    assert invocation.streams
    stream = invocation.run()

    async def write() -> None:
        await settle(ports.system)
        ports.logbook(None, "warning", {"event": "elsewhere", "actor": "counter"})
        ports.logbook(None, "warning", {"event": "link.lost", "actor": "team/one"})

    entry, _ = await asyncio.gather(anext(stream), write())
    assert isinstance(entry, Logged)
    assert entry.entry.event == "link.lost"
    await stream.aclose()
    assert ports.logbook.subscribers == 0
