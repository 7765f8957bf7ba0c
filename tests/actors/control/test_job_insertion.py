"""`job insert`: what goes in, what is refused at once, and what the audit record keeps."""

from datetime import UTC, datetime, timedelta

import pytest

from actors.control import Desk, ExitCode, Problem, Visitor
from actors.control.events import Acted
from actors.jobs import JobsSettings, NewJob, QueueSettings
from tests.actors.control.scripted import ADMIN, OPERATOR, ScriptedPorts, document, run


async def problem(desk: Desk, *words: str, visitor: Visitor = ADMIN) -> Problem:
    (event,) = [event async for event in desk.take(("job", "insert", *words), visitor).run()]
    assert isinstance(event, Problem)
    return event


async def test_what_is_not_said_is_the_worker_s_own(desk: Desk, ports: ScriptedPorts) -> None:
    (event,) = await run(desk, 'job insert mail.Welcome --args {"user":7}', OPERATOR)
    assert isinstance(event, Acted)
    assert event.message == "job 42 inserted into mail; `job watch 42` follows it"
    assert ports.jobs.inserted == [
        NewJob(
            worker="mail.Welcome",
            args=b'{"user":7}',
            queue="mail",
            priority=2,
            max_attempts=5,
            tags=("welcome",),
        )
    ]


async def test_what_is_said_counts(desk: Desk, ports: ScriptedPorts) -> None:
    said = await document(
        desk,
        "job insert mail.Welcome --queue mail --priority 0 --max-attempts 1 --tag a --tag b"
        " --at 2027-01-31T10:00+01:00",
    )
    (job,) = ports.jobs.inserted
    assert (job.priority, job.max_attempts, job.tags, job.args) == (0, 1, ("a", "b"), b"{}")
    assert job.scheduled_at == datetime(2027, 1, 31, 9, tzinfo=UTC)
    assert said["id"] == 42
    assert said["scheduled_at"] == "2027-01-31T10:00:00+01:00"


async def test_a_delay_counts_from_now(desk: Desk, ports: ScriptedPorts) -> None:
    before = ports.system.clock.now()
    await run(desk, "job insert mail.Welcome --in 10m")
    due_at = ports.jobs.inserted[0].scheduled_at
    assert due_at is not None
    delay = timedelta(minutes=10)
    assert before + delay <= due_at <= ports.system.clock.now() + delay


async def test_a_unique_job_that_is_there_is_named(desk: Desk, ports: ScriptedPorts) -> None:
    ports.jobs.duplicate = True
    said = await document(desk, "job insert mail.Welcome")
    assert (said["id"], said["duplicate"]) == (42, True)
    assert said["message"].startswith("job 42 is there already")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ('{"user":"seven"}', "--args user: expected `int`, got `str`: mail.Welcome would not"),
        ('{"usr":7}', "--args object contains unknown field `usr`: mail.Welcome would not"),
        ("[1]", "--args must be a JSON object"),
        ("{user:7}", "--args cannot be read as JSON"),
        ("", "--args cannot be read as JSON"),
        ('{"a":1e400}', "--args cannot be read as JSON: Number out of range"),
        ('{"a":' * 2_000 + "1" + "}" * 2_000, "--args cannot be read as JSON: maximum recursion"),
        ('{"note":"\\u0000"}', r"--args holds \u0000"),
        ('{"note":"\\\\\\u0000"}', r"--args holds \u0000"),
    ],
)
async def test_arguments_that_the_worker_would_not_take_are_refused_at_once(
    desk: Desk, ports: ScriptedPorts, args: str, said: str
) -> None:
    answer = await problem(desk, "mail.Welcome", "--args", args)
    assert said in answer.message
    assert answer.exit_code is ExitCode.USAGE
    assert not ports.jobs.inserted


async def test_a_backslash_before_u0000_is_text(desk: Desk, ports: ScriptedPorts) -> None:
    await run(desk, 'job insert mail.Welcome --args {"note":"\\\\u0000"}')
    assert ports.jobs.inserted[0].args == b'{"note":"\\\\u0000"}'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--priority", "10"), "--priority must be a whole number from 0 to 9"),
        (("--max-attempts", "0"), "--max-attempts must be a whole number from 1 to 1000"),
        (("--at", "2027-01-31T09:00"), "--at must be a moment with its offset"),
        (("--at", "soon"), "--at must be a moment with its offset"),
        (("--in", "soon"), "--in must be a duration"),
        (("--in", "99999999999999h"), "--in is too long"),
        (("--in", "1h", "--at", "2027-01-31T09:00Z"), "give --at or --in, not both"),
        (("--queue", "x" * 128), "--queue must have 1 to 127 characters"),
    ],
)
async def test_wrong_options_are_named_with_the_reason(
    desk: Desk, ports: ScriptedPorts, words: tuple[str, ...], said: str
) -> None:
    answer = await problem(desk, "mail.Welcome", *words)
    assert said in answer.message
    assert answer.exit_code is ExitCode.USAGE
    assert not ports.jobs.inserted


async def test_an_unknown_worker_needs_anyway(desk: Desk, ports: ScriptedPorts) -> None:
    answer = await problem(desk, "mail.Wellcome")
    assert (answer.exit_code, answer.nearest) == (ExitCode.NOT_FOUND, ("mail.Welcome",))
    assert "--anyway" in answer.message
    await run(desk, "job insert mail.Wellcome --queue nowhere --anyway")
    assert ports.jobs.inserted == [NewJob(worker="mail.Wellcome", queue="nowhere")]
    answer = await problem(desk, "", "--anyway")
    assert answer.message == "WORKER must have 1 to 127 characters"


async def test_an_unknown_queue_needs_anyway_and_that_of_another_node_does_not(
    desk: Desk, ports: ScriptedPorts
) -> None:
    answer = await problem(desk, "mail.Welcome", "--queue", "mial")
    assert (answer.exit_code, answer.nearest) == (ExitCode.NOT_FOUND, ("mail",))
    ports.jobs.settings = JobsSettings(queues={"other": QueueSettings(name="other")})
    await run(desk, "job insert mail.Welcome --queue elsewhere")
    assert [job.queue for job in ports.jobs.inserted] == ["elsewhere"]


async def test_the_audit_record_has_no_arguments_of_jobs(desk: Desk, ports: ScriptedPorts) -> None:
    await run(desk, 'job insert mail.Welcome --args {"user":7} --priority 1', OPERATOR)
    await run(desk, 'job insert mail.Welcome --args={"user":"ada@example.com"}', OPERATOR)
    assert [(entry.command, entry.outcome) for entry in ports.audited] == [
        ("job insert mail.Welcome --args ••• --priority 1", "ok"),
        ("job insert mail.Welcome --args •••", "usage"),
    ]
