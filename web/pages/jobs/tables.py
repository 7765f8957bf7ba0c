"""Nodes, the clock, and workers that nobody has."""

from datetime import datetime

from markupsafe import Markup

from actors.jobs import ClockHealth, JobsHealth, NodeHealth, UnknownWorker
from web.components import Column, Row, badge, table, timestamp
from web.element import element, join
from web.formatting import NOTHING, ago, count, duration
from web.fragment import Fragment
from web.pages.jobs.addresses import job_link, list_address
from web.pages.jobs.states import is_silent

_NODES = (
    Column("Node", width=26),
    Column("State", width=14),
    Column("Host", width=22),
    Column("PID", width=9, number=True),
    Column("Since", "UTC", width=18),
    Column("Heartbeat", width=12, number=True, moves=False),
    Column("Executing", width=10, number=True),
    Column("Leases"),
)

_CLOCK = (
    Column("Entry", width=14),
    Column("When", width=26),
    Column("Worker", width=26, code=True),
    Column("Next", "UTC", width=26),
    Column("Last", "UTC", width=20),
    Column("Missed", width=12),
    Column("Why"),
)

_UNKNOWN = (
    Column("Worker", width=36, code=True),
    Column("Queue", width=14),
    Column("Jobs", width=11, number=True),
    Column("Oldest since", "UTC", width=18),
    Column("What happens"),
)


def nodes(id_: str, health: JobsHealth) -> Fragment:
    """Every daemon on this table, this one marked."""
    return table(
        id_,
        _NODES,
        [_node(id_, node, health) for node in health.nodes],
        caption="Nodes",
        empty="No node has said that it is there.",
    )


def _node(id_: str, node: NodeHealth, health: JobsHealth) -> Row:
    silent = is_silent(node, health)
    here = element("small", " this one") if node.here else join()
    return Row(
        f"{id_}/{node.id}",
        (
            element("span", node.node, here, title=node.id),
            badge("silent", "warn", quiet=True) if silent else badge("alive", "good", quiet=True),
            node.host,
            node.pid,
            timestamp(node.started_at, now=health.taken_at),
            ago(node.seen_s),
            count(node.executing),
            ", ".join(node.leases) or NOTHING,
        ),
        "warn" if silent else None,
    )


def clock(id_: str, health: JobsHealth) -> Fragment:
    """Every entry of the clock, with its last firing and its next."""
    return table(
        id_,
        _CLOCK,
        [_entry(id_, entry, now=health.taken_at) for entry in health.clock],
        caption="The clock",
        empty="The clock has no entries. Each is a section [cron.NAME] of the configuration.",
    )


def _entry(id_: str, entry: ClockHealth, *, now: datetime) -> Row:
    said = entry.why or _missed(entry, now=now)
    return Row(
        f"{id_}/{entry.name}",
        (
            entry.name,
            join(
                element("span", entry.expression, class_="code"),
                element("small", f" {entry.zone}"),
            ),
            join(entry.worker, element("small", f" {entry.queue}")),
            _next(entry, now=now),
            _last(entry, now=now),
            join(
                count(entry.missed),
                element("small", " run once" if entry.missed_policy == "run" else " skipped"),
            ),
            element("span", said, title=said),
        ),
        "warn" if entry.why else None,
    )


def _next(entry: ClockHealth, *, now: datetime) -> Markup:
    if entry.next_at is None:
        return element("span", "never again", class_="empty")
    left = duration((entry.next_at - now).total_seconds())
    return join(timestamp(entry.next_at, now=now), element("small", f" in {left}"))


def _last(entry: ClockHealth, *, now: datetime) -> Markup:
    """When it fired, and the job that came of it."""
    link = join() if entry.job_id is None else job_link(entry.job_id)
    return join(timestamp(entry.fired_at, now=now), " ", link)


def _missed(entry: ClockHealth, *, now: datetime) -> Markup | str:
    if entry.missed_at is None:
        return NOTHING
    return join("last missed ", timestamp(entry.missed_at, now=now))


def unknown_workers(id_: str, health: JobsHealth) -> Fragment:
    """Jobs that are due and that nobody here can perform."""
    return table(
        id_,
        _UNKNOWN,
        [_unknown(id_, one, now=health.taken_at) for one in health.unknown_workers],
        caption="Unknown workers",
        empty="None: every job that is due has its worker.",
    )


def _unknown(id_: str, one: UnknownWorker, *, now: datetime) -> Row:
    to = list_address(state="available", queue=one.queue, worker=one.worker)
    return Row(
        f"{id_}/{one.queue}/{one.worker}",
        (
            element("a", one.worker, href=to),
            one.queue,
            count(one.jobs),
            timestamp(one.oldest_at, now=now),
            "They stay where they are until a node has this worker.",
        ),
        "warn",
    )
