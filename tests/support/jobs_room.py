"""The room of jobs on a real PostgreSQL, as one node or as several in one process."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from actors.jobs import (
    ClockSettings,
    Jobs,
    JobsHealth,
    JobsSettings,
    LocalQueue,
    QueueSettings,
    Workers,
)
from runtime import Clock, Ref, System
from store import Database
from supervisors import Supervisor
from supervisors.jobs import jobs_tree

PATIENCE_S = 20.0
Found = TypeVar("Found")


def room(
    *queues: QueueSettings, clock: tuple[ClockSettings, ...] = (), **changes: float
) -> JobsSettings:
    """Settings in a hurry: a queue `default` unless others are given."""
    chosen = queues or (QueueSettings(name="default"),)
    quick = {"poll_s": 0.5, "stage_s": 0.05, "heartbeat_s": 0.1, "dead_after_s": 1.0}
    return JobsSettings(
        queues={queue.name: queue for queue in chosen},
        clock=clock,
        **{**quick, **changes},  # type: ignore[arg-type]
    )


def local(health: JobsHealth) -> LocalQueue:
    """The first queue as this node's producer sees it."""
    here = health.queues[0].here
    assert here is not None
    return here


class Node:
    """One node: its tree, and its way in."""

    def __init__(self, system: System, root: Ref, jobs: Jobs, database: Database) -> None:
        self.system = system
        self.root = root
        self.jobs = jobs
        self.database = database


@asynccontextmanager
async def node(
    database: Database,
    settings: JobsSettings,
    workers: Workers,
    *,
    name: str = "node-1",
    clock: Clock | None = None,
) -> AsyncGenerator[Node]:
    """A node that runs the room in a system of its own."""
    async with System(clock=clock) as system:
        tree = jobs_tree(database, settings, workers, node=name)
        root = await system.start(
            partial(Supervisor, [tree], names_children_bare=True), name="engset"
        )
        yield Node(system, root, Jobs(system, database, settings, workers), database)
        if root.alive:
            await root.stop()
