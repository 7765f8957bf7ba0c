"""`/metrics`: what Prometheus reads, by Prometheus' own parser."""

import math

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from actors.epp import EppHealth
from actors.jobs import JobsHealth
from engset.metrics import render_metrics
from runtime import System, sys
from runtime.testing import Probe, settle
from tests.engset.healths import health, jobs_health

FAMILIES = {
    "engset_crashes",
    "engset_restarts",
    "engset_unhandled_messages",
    "engset_blocked_turns",
    "engset_actors",
    "engset_mailbox_length",
    "engset_messages",
    "engset_mailbox_oldest_seconds",
    "engset_loop_blocked",
    "engset_loop_blocked_seconds",
    "engset_epp_up",
    "engset_epp_sessions",
    "engset_epp_queue",
    "engset_epp_unknown_transforms",
    "engset_epp_utilisation",
    "engset_epp_results",
    "engset_epp_response_ms",
    "engset_epp_faults",
    "engset_jobs_up",
    "engset_jobs",
    "engset_jobs_oldest_seconds",
    "engset_jobs_paused",
    "engset_job_nodes",
    "engset_jobs_unknown_worker",
    "engset_jobs_running",
    "engset_jobs_limit",
    "engset_jobs_unacknowledged",
    "engset_jobs_finished",
    "engset_jobs_failed",
    "engset_job_ms",
    "engset_job_missed_firings",
    "process_resident_memory_bytes",
    "python_info",
    "python_gc_collections",
}


JOBS = jobs_health()


async def scrape(state: EppHealth, jobs: JobsHealth | None = JOBS) -> dict[str, Metric]:
    async with System() as system:
        root = await system.start(Probe, name='engset "quoted"')
        root.cast("hello")
        await settle(system)
        system.telemetry.blocked("epp", "rooms:f:1", 0.25)
        await sys.suspend(system, root)
        root.cast("unread")
        text = render_metrics(system, system.tree(root), state, jobs).decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(family: Metric, **labels: str) -> float:
    [found] = [sample.value for sample in family.samples if sample.labels == labels]
    return found


async def test_every_family_is_there_and_explained() -> None:
    families = await scrape(health())
    assert set(families) >= FAMILIES
    assert all(families[name].documentation for name in FAMILIES)


async def test_counters_and_gauges_are_told_apart() -> None:
    families = await scrape(health())
    counters = {name for name in FAMILIES if families[name].type == "counter"}
    assert counters == {
        "engset_crashes",
        "engset_restarts",
        "engset_unhandled_messages",
        "engset_blocked_turns",
        "engset_messages",
        "engset_loop_blocked",
        "engset_loop_blocked_seconds",
        "engset_epp_results",
        "engset_epp_faults",
        "engset_jobs_finished",
        "engset_jobs_failed",
        "engset_job_missed_firings",
        "python_gc_collections",
    }


async def test_a_registry_is_shown_as_its_snapshot_has_it() -> None:
    families = await scrape(health())
    sessions = families["engset_epp_sessions"]
    counts = {"ready": 4.0, "busy": 1.0, "wanted": 4.0, "allowed": 5.0}
    assert {kind: value(sessions, registry="verisign", kind=kind) for kind in counts} == counts
    assert value(families["engset_epp_up"], registry="verisign") == 1.0
    assert value(families["engset_epp_queue"], registry="verisign") == 3.0
    assert value(families["engset_epp_unknown_transforms"], registry="verisign") == 2.0
    assert value(families["engset_epp_utilisation"], registry="verisign") == 0.25
    assert value(families["engset_epp_results"], registry="verisign", code="2303") == 10.0
    assert value(families["engset_epp_faults"], registry="verisign", kind="reconnect") == 7.0


async def test_a_registry_that_is_degraded_is_not_up() -> None:
    families = await scrape(health(state="degraded"))
    assert value(families["engset_epp_up"], registry="verisign") == 0.0


async def test_a_percentile_of_nothing_is_left_out_and_nothing_is_nan() -> None:
    families = await scrape(health())
    times = families["engset_epp_response_ms"]
    assert {sample.labels["class"] for sample in times.samples} == {"query"}
    labels = {"registry": "verisign", "class": "query", "quantile": "0.95"}
    assert value(times, **labels) == 2.0
    assert not any(math.isnan(each.value) for every in families.values() for each in every.samples)


async def test_actors_are_told_by_their_path_whatever_it_holds() -> None:
    families = await scrape(health())
    assert value(families["engset_messages"], actor='engset "quoted"') == 1.0
    assert value(families["engset_mailbox_length"], actor='engset "quoted"') == 1.0
    assert value(families["engset_mailbox_oldest_seconds"], actor='engset "quoted"') >= 0.0
    assert value(families["engset_actors"]) == 1.0


async def test_a_daemon_without_registries_has_metrics_too() -> None:
    families = await scrape(EppHealth(taken_at=health().taken_at, registries=(), unknowns=()))
    assert families["engset_epp_up"].samples == []


async def test_who_held_the_loop_is_counted_by_its_path() -> None:
    families = await scrape(health())
    assert value(families["engset_loop_blocked"], actor="epp") == 1.0
    assert value(families["engset_loop_blocked_seconds"], actor="epp") == 0.25


async def test_a_queue_is_shown_as_its_snapshot_has_it() -> None:
    families = await scrape(health())
    assert value(families["engset_jobs_up"]) == 1.0
    assert value(families["engset_jobs"], queue="mail", state="available") == 7.0
    assert value(families["engset_jobs"], queue="mail", state="discarded") == 0.0
    assert value(families["engset_jobs_oldest_seconds"], queue="mail") == 1.5
    assert value(families["engset_jobs_paused"], queue="mail") == 1.0
    assert value(families["engset_jobs_running"], queue="mail") == 2.0
    assert value(families["engset_jobs_finished"], queue="mail") == 90.0
    assert value(families["engset_jobs_failed"], queue="mail") == 4.0
    assert value(families["engset_job_ms"], queue="mail", phase="wait", quantile="0.99") == 3.0
    assert value(families["engset_job_missed_firings"], entry="nightly") == 2.0
    assert value(families["engset_jobs_unknown_worker"]) == 5.0


async def test_what_this_node_does_not_run_has_no_figures_of_this_node() -> None:
    families = await scrape(health())
    assert value(families["engset_jobs"], queue="elsewhere", state="available") == 1.0
    assert {each.labels["queue"] for each in families["engset_jobs_running"].samples} == {"mail"}


async def test_while_jobs_are_being_restarted_the_rest_is_still_there() -> None:
    families = await scrape(health(), jobs=None)
    assert "engset_epp_up" in families
    assert not {name for name in families if name.startswith("engset_job")}
