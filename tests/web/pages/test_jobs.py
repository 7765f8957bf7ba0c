"""The jobs page says all that it was given, asks for what the address says, and is never silent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actors.jobs import (
    JOB_STATES,
    JobError,
    JobFilter,
    JobLife,
    JobRow,
    JobsHealth,
    JobState,
    Progress,
    QueueHealth,
)
from store import DatabaseUnreachable
from tests.web import job_builders as builders
from tests.web.builders import NOW
from tests.web.parsing import assert_sound, parse, text_of
from tests.web.scripted import ScriptedBackend
from web.components import Tone
from web.fragment import changes
from web.pages import JobsPage, Query, Screen
from web.pages.jobs.line import Away
from web.pages.jobs.page import JobView, RoomView


def screen(room: JobsHealth | None = None, *rows: JobRow, query: str = "") -> Screen:
    view = RoomView(room or builders.room(), rows)
    return JobsPage().render(view, Query.parse(query))


def one(job: JobLife | Away | None = None) -> Screen:
    return JobsPage().render(JobView(7, job, NOW), Query(job=7))


def said(shown: Screen, id_: str) -> str:
    return text_of(parse(shown.main).get_element_by_id(id_))


def buttons(shown: Screen, id_: str) -> list[str]:
    read = parse(shown.main).get_element_by_id(id_)
    return [text_of(button) for button in read.xpath(".//button")]


def moved(old: Screen, new: Screen) -> list[str]:
    return [each.id for each in changes(old.main, new.main)]


async def drawn(backend: ScriptedBackend, query: str = "") -> Screen:
    return await JobsPage().draw(backend, Query.parse(query))


# Soundness and the verdict.


@pytest.mark.parametrize(
    "room",
    [
        builders.room(),
        builders.room(queues=(), nodes=(), clock=()),
        builders.room(state="degraded", why="The database is away.", counted_at=None),
        builders.room(unknown_workers=(builders.unknown(),)),
    ],
)
def test_the_page_is_sound_whatever_the_state(room: JobsHealth) -> None:
    rows = [builders.row(number, state) for number, state in enumerate(JOB_STATES, 1)]
    assert_sound(parse(screen(room, *rows, query="tag=a&worker=b&queue=c").main))


@pytest.mark.parametrize("state", JOB_STATES)
def test_the_page_of_a_job_is_sound_in_every_state(state: JobState) -> None:
    assert_sound(parse(one(builders.life(state)).main))


def busy(**counts: int) -> QueueHealth:
    return builders.queue("mail", here=builders.local(), paused=False, **counts)


@pytest.mark.parametrize(
    ("room", "verdict", "tone"),
    [
        (builders.room(), "all queues run", "good"),
        (builders.room(state="refused", why="version 99"), "table refused", "bad"),
        (builders.room(state="degraded", why="away"), "degraded", "warn"),
        (builders.room(state="starting"), "starting", "active"),
        (builders.room(busy(discarded=3)), "3 dead jobs", "warn"),
        (builders.room(replace(busy(), paused=True)), "1 queue paused", "off"),
        (builders.room(nodes=(builders.node(seen_s=6.0),)), "1 node silent", "warn"),
        (
            builders.room(nodes=(builders.node(seen_s=6.0),), dead_after_s=7.0),
            "all queues run",
            "good",
        ),
        (builders.room(clock=(builders.entry(why="?"),)), "1 clock entry wrong", "warn"),
        (builders.room(unknown_workers=(builders.unknown(),)), "1 unknown worker", "warn"),
        (builders.room(queues=()), "no queues", "off"),
        (
            builders.room(builders.queue(here=replace(builders.local(), state="degraded"))),
            "1 queue degraded",
            "warn",
        ),
    ],
)
def test_the_worst_news_is_the_verdict_and_the_title(
    room: JobsHealth, verdict: str, tone: Tone
) -> None:
    shown = screen(room)
    assert shown.title == f"{verdict} · Jobs"
    head = parse(shown.main).get_element_by_id("jobs/head")
    assert text_of(head).startswith(f"Jobs {verdict} on node-1, table of Oban 15")
    assert head.xpath(".//span/@class") == [f"badge {tone}"]


def test_a_degraded_room_says_why_and_shows_what_is_known() -> None:
    shown = screen(builders.room(state="degraded", why="main: refused"))
    assert said(shown, "jobs/why") == "main: refused"
    assert said(shown, "jobs/head").endswith("counted at 14:03:22")
    assert "41.2 /s" in said(shown, "jobs/queues/mail")
    never = screen(builders.room(state="degraded", why="x", counted_at=None))
    assert said(never, "jobs/head").endswith("never counted")


# Queues.


def test_a_queue_shows_its_state_limits_and_times() -> None:
    shown = screen(
        builders.room(
            builders.queue(
                here=builders.local(running=(builders.running(),)),
                oldest_s=12.0,
                executing=4,
                available=31,
            )
        )
    )
    id_ = "jobs/queues/mail"
    assert said(shown, f"{id_}/head") == (
        "mail running 10 at once here 40 on all nodes 100 in 60 s by worker: 2 at once "
        "Pause queue mail"
    )
    assert said(shown, f"{id_}/at-work/now") == "Running 1 of 10 all nodes 4 to be written 0"
    assert said(shown, f"{id_}/finished/now") == (
        "Finished 41.2 /s failing 0.2 /s ended 12,040 failed 3"
    )
    assert said(shown, f"{id_}/waiting/now") == ("Waiting 31 oldest 12s p50 2.1 ms p95 8.4 ms")
    assert said(shown, f"{id_}/run/now") == "Run p95 12s p50 310 ms p99 1m 01s jobs 12,040"


def test_the_counts_of_a_queue_lead_to_the_list_of_them() -> None:
    read = parse(screen(builders.room(busy(discarded=3))).main)
    count = read.get_element_by_id("jobs/queues/mail/counts/discarded")
    assert text_of(count) == "discarded 3"
    assert count.xpath(".//a/@href") == ["/jobs?state=discarded&queue=mail#listed"]


def test_a_running_job_leads_to_its_life_and_its_executor() -> None:
    shown = screen()
    assert said(shown, "jobs/queues/mail/now") == "Running now 1, the longest for 1m 31s"
    row = parse(shown.main).get_element_by_id("jobs/queues/mail/running/7")
    assert row.xpath(".//a/@href") == ["/jobs?job=7", "/tree?path=jobs/queues/mail/executors/7"]


def test_a_paused_queue_is_resumed_by_its_button() -> None:
    paused = builders.queue(here=replace(builders.local(), state="paused"), paused=True)
    shown = screen(builders.room(paused))
    assert said(shown, "jobs/queues/mail/head").startswith("mail paused 10 at once here")
    assert buttons(shown, "jobs/queues/mail/head") == ["Resume queue mail"]


def test_a_queue_of_other_nodes_shows_its_counts_and_how_long_its_oldest_job_waits() -> None:
    shown = screen(builders.room(builders.queue("other", paused=True, oldest_s=90, available=2)))
    head = said(shown, "jobs/queues/other/head")
    assert head.startswith("other not run here paused 40 on all nodes")
    assert "oldest waits 1m 30s" in head
    assert said(shown, "jobs/queues/other/counts").startswith("available 2 suspended 0")


def test_a_degraded_queue_says_what_happens_next() -> None:
    local = replace(builders.local(), state="degraded", why="no database; tried again in 2 s")
    shown = screen(builders.room(builders.queue(here=local)))
    assert said(shown, "jobs/queues/mail/why") == "no database; tried again in 2 s"


def test_a_figure_that_changed_moves_alone() -> None:
    faster = replace(builders.local(running=(builders.running(),)), finished_per_s=50.0)
    queue = builders.room().queues[0]
    assert moved(screen(), screen(builders.room(replace(queue, here=faster)))) == [
        "figures/finished",
        "jobs/queues/mail/finished/now",
    ]


# Nodes, the clock, unknown workers.


def test_a_node_shows_its_heartbeat_and_its_leases() -> None:
    shown = screen(builders.room(nodes=(builders.node(), builders.node(here=False, seen_s=9.0))))
    assert said(shown, "nodes/all/life-True") == (
        "node-1 this one alive alpha 4711 13:03:22 just now 1 scheduler"
    )
    assert said(shown, "nodes/all/life-False").startswith("node-2 silent alpha 4711")


def test_the_clock_shows_firings_past_and_to_come_and_those_it_missed() -> None:
    shown = screen()
    assert said(shown, "clock/entries/nightly") == (
        "nightly 0 3 * * * Europe/Berlin shop.Invoices mail 23 Nov 02:03:22 in 12h 00m "
        "02:03:22 5 1 run once last missed 15 Nov 14:03:22"
    )
    row = parse(shown.main).get_element_by_id("clock/entries/nightly")
    assert row.xpath(".//a/@href") == ["/jobs?job=5"]


def test_a_clock_entry_that_never_fires_again_or_is_wrong_says_so() -> None:
    entry = replace(builders.entry(why="no worker here is called x"), next_at=None, job_id=None)
    text = said(screen(builders.room(clock=(entry,))), "clock/entries/nightly")
    assert "never again" in text
    assert text.endswith("no worker here is called x")


def test_jobs_of_unknown_workers_are_shown_and_lead_to_the_list_of_them() -> None:
    shown = screen(builders.room(unknown_workers=(builders.unknown(),)))
    assert said(shown, "unknown/jobs/mail/MyApp.Mailer") == (
        "MyApp.Mailer mail 3 14:01:22 They stay where they are until a node has this worker."
    )
    row = parse(shown.main).get_element_by_id("unknown/jobs/mail/MyApp.Mailer")
    assert row.xpath(".//a/@href") == [
        "/jobs?state=available&queue=mail&worker=MyApp.Mailer#listed"
    ]


# The list and its filter.


async def test_what_runs_and_what_failed_is_listed_first() -> None:
    backend = ScriptedBackend(
        rows=tuple(builders.row(number, state) for number, state in enumerate(JOB_STATES, 1))
    )
    read = parse((await drawn(backend)).main)
    ids = read.xpath("//tbody[@id='listed/jobs/rows']/tr/@id")
    assert ids == ["listed/4", "listed/5", "listed/7"]
    assert [each.state for each in backend.asked] == ["executing", "retryable", "discarded"]


async def test_the_address_says_which_jobs_are_listed() -> None:
    backend = ScriptedBackend()
    await drawn(backend, "state=completed&queue=mail&worker=shop.Import&tag=a")
    assert backend.asked == [
        JobFilter(state="completed", queue="mail", worker="shop.Import", tag="a")
    ]


def test_a_row_leads_to_its_job_and_shows_progress_and_error() -> None:
    shown = screen(None, builders.row())
    assert said(shown, "listed/7") == (
        "7 executing mail shop.Import customer-42 import 2 / 20 14:01:22 \N{EN DASH} "
        "250 of 1,000 shop.Refused: no funds Cancel job 7"
    )
    row = parse(shown.main).get_element_by_id("listed/7")
    assert row.xpath("./th/a/@href") == ["/jobs?job=7"]
    assert row.xpath(".//rect[@class='fill']/@width") == ["25.0"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("executing", ["Cancel job 7"]),
        ("scheduled", ["Cancel job 7"]),
        ("discarded", ["Retry job 7"]),
        ("completed", []),
    ],
)
def test_a_row_offers_what_one_would_most_likely_do(state: JobState, expected: list[str]) -> None:
    assert buttons(screen(None, builders.row(state=state)), "listed/7") == expected


def test_the_filter_marks_what_is_chosen_and_keeps_the_rest() -> None:
    shown = screen(
        builders.room(busy(discarded=3)), query="refresh=2&state=discarded&queue=mail&tag=a"
    )
    read = parse(shown.main).get_element_by_id("listed/filter")
    assert [text_of(chip) for chip in read.xpath(".//a[@aria-current]")] == [
        "discarded 3",
        "mail",
        "a",
    ]
    assert read.get_element_by_id("listed/state/completed").get("href") == (
        "?refresh=2&state=completed&queue=mail&tag=a#listed"
    )
    assert read.get_element_by_id("listed/tag/any").get("href") == (
        "?refresh=2&state=discarded&queue=mail#listed"
    )


def test_a_queue_that_is_gone_can_still_be_chosen_away_from() -> None:
    read = parse(screen(query="queue=gone").main)
    assert text_of(read.get_element_by_id("listed/queue")) == "Queue any mail gone"


def test_an_empty_list_says_what_to_type() -> None:
    assert "engset job insert engset.Rehearsal --args" in said(screen(), "listed/jobs")


def test_a_filter_that_nothing_fits_leads_back() -> None:
    shown = screen(query="refresh=2&tag=nothing")
    assert "No job fits." in said(shown, "listed/jobs")
    read = parse(shown.main).get_element_by_id("listed/jobs")
    assert read.xpath(".//a/@href") == ["?refresh=2#listed"]


@pytest.mark.parametrize("query", ["", "job=7"])
@pytest.mark.parametrize("state", ["refused", "starting"])
async def test_a_table_that_is_not_ours_is_neither_asked_nor_shown(state: str, query: str) -> None:
    backend = ScriptedBackend(
        room=builders.room(state=state, why="Oban's version 99"), lives={7: builders.life()}
    )
    shown = await drawn(backend, query)
    assert backend.asked == []
    assert "Oban's version 99" in text_of(parse(shown.main))
    assert not parse(shown.main).xpath("//table | //dl")


async def test_a_database_that_goes_away_between_two_looks_is_said_so() -> None:
    class Fickle(ScriptedBackend):
        async def jobs(self, wanted: JobFilter, limit: int) -> tuple[JobRow, ...]:
            raise DatabaseUnreachable(database="main", reason="refused")

    shown = await drawn(Fickle())
    assert said(shown, "listed/jobs").startswith("The jobs cannot be read now:")
    assert "all queues run" in said(shown, "jobs/head")


# One job.


def test_a_job_shows_what_it_is() -> None:
    shown = one(builders.life())
    assert shown.title == "executing · job 7"
    assert said(shown, "job/facts") == (
        "Queue mail Worker shop.Import Attempt 2 of 20 Priority 0 (0 is first) "
        "Tags customer-42 , import Due 14:01:22 Attempted by node-1"
    )
    assert said(shown, "job/args") == 'Arguments { "order": "<7>" }'
    assert said(shown, "job/meta") == "Meta {}"
    assert said(shown, "job/progress") == "250 of 1,000 25 % 250 of 1,000"


def test_a_job_that_is_not_there_is_said_so() -> None:
    shown = one(None)
    assert shown.title == "no job 7"
    assert said(shown, "job") == "There is no job 7. It was deleted, or never was."


def steps(shown: Screen) -> list[str]:
    read = parse(shown.main).get_element_by_id("job/timeline")
    return [text_of(step) for step in read.xpath("./li")]


FAILED = "14:00:01 Attempt 1 failed shop.Refused: no funds " + " ".join(builders.TRACE.split())


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        ("available", ["14:01:22 for 2m 00s Waits for its turn"]),
        ("suspended", ["14:01:22 Suspended"]),
        ("executing", ["14:01:51 for 1m 31s Attempt 2 runs"]),
        ("completed", ["14:01:51 Attempt 2 began", "14:02:52 after 1m 01s Completed"]),
        ("discarded", ["14:02:52 after 1m 01s Given up"]),
        ("cancelled", ["14:02:52 after 1m 01s Cancelled"]),
    ],
)
def test_a_job_s_life_is_told_from_its_beginning(state: JobState, ending: list[str]) -> None:
    assert steps(one(builders.life(state))) == ["13:58:22 Inserted", FAILED, *ending]


@pytest.mark.parametrize(
    ("state", "words"),
    [("retryable", "Is tried again"), ("scheduled", "Due"), ("available", "Due")],
)
def test_a_job_that_is_due_later_says_when(state: JobState, words: str) -> None:
    later = builders.row(state=state, scheduled_at=NOW + timedelta(seconds=90))
    assert steps(one(builders.life(state, row=later)))[-1] == f"14:04:52 in 1m 30s {words}"


def test_a_trace_unfolds_and_a_reason_stands_alone() -> None:
    errors = (
        JobError(1, "2026-11-22T14:00:01", builders.TRACE),
        JobError(2, "yesterday", "no funds"),
        JobError(0, "", '{"odd": 1}'),
    )
    shown = one(builders.life(errors=errors))
    read = parse(shown.main).get_element_by_id("job/timeline")
    assert text_of(read.xpath(".//details/summary")[0]) == "shop.Refused: no funds"
    assert read.xpath(".//details/pre/code/text()") == [builders.TRACE]
    assert steps(shown)[2] == "yesterday Attempt 2 failed no funds"
    assert steps(shown)[3] == '\N{EN DASH} Attempt 0 failed {"odd": 1}'


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("available", ["Cancel", "Delete"]),
        ("scheduled", ["Retry", "Cancel", "Delete"]),
        ("executing", ["Cancel"]),
        ("retryable", ["Retry", "Cancel", "Delete"]),
        ("completed", ["Retry", "Delete"]),
        ("discarded", ["Retry", "Delete"]),
        ("cancelled", ["Retry", "Delete"]),
    ],
)
def test_a_job_offers_what_its_state_allows(state: JobState, expected: list[str]) -> None:
    assert buttons(one(builders.life(state)), "job/head") == [f"{each} job 7" for each in expected]


@pytest.mark.parametrize(
    "row",
    [
        builders.row(progress=None),
        builders.row(progress=Progress(0, 0)),
        builders.row(state="completed", progress=Progress(9, 10)),
    ],
)
def test_a_job_that_is_done_or_reports_nothing_shows_no_progress(row: JobRow) -> None:
    assert said(one(builders.life(row=row)), "job/progress") == ""
    assert not parse(screen(None, row).main).xpath("//tr[@id='listed/7']//title")


def test_progress_beyond_the_end_stays_within_its_track() -> None:
    life = builders.life(row=builders.row(progress=Progress(12, 10)))
    assert said(one(life), "job/progress") == "12 of 10 100 % 12 of 10"


async def test_a_job_of_a_database_that_is_away_says_so() -> None:
    backend = ScriptedBackend(jobs_error=DatabaseUnreachable(database="main", reason="refused"))
    shown = await drawn(backend, "job=7")
    assert shown.title == "job 7"
    assert said(shown, "job").startswith("The job cannot be read now:")
