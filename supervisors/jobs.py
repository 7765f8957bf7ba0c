"""The tree of the room `jobs`.

    jobs (rest_for_one)
    ├── lifeline    this node's life: heartbeat, rescue of dead nodes' jobs
    ├── notifier    hears what others insert and say
    ├── queues (one_for_one)
    │   └── default (one_for_all)
    │       ├── executors   dynamic: as many as there is work for
    │       └── producer    claims, hands out, acknowledges
    ├── stager      makes due jobs available
    ├── scheduler   the clock, on one node at a time
    ├── pruner      forgets old jobs, on one node at a time
    └── surveyor    reads the table for pages and commands

A node that was declared dead loses its lifeline, and with it everything that performs jobs. The
executors of a queue die with its producer, which alone could take what they come to.
"""

from functools import partial

from actors.jobs import (
    JobsSettings,
    Lifeline,
    Notifier,
    Producer,
    Pruner,
    QueueSettings,
    Scheduler,
    Stager,
    Surveyor,
    Workers,
)
from runtime import ActorFactory, Backoff, ChildSpec
from store import Database
from supervisors.dynamic import DynamicSupervisor
from supervisors.strategy import Strategy
from supervisors.supervisor import Supervisor


def jobs_tree(
    database: Database, settings: JobsSettings, workers: Workers, *, node: str
) -> ChildSpec:
    """The room. `node` is the stable name of this daemon."""
    queues = tuple(
        _queue_child(database, queue, settings, workers) for queue in settings.queues.values()
    )
    children = (
        _child("lifeline", partial(Lifeline, database, settings, node=node)),
        _child("notifier", partial(Notifier, database, settings, node=node)),
        ChildSpec(id="queues", start=partial(Supervisor, queues)),
        _child("stager", partial(Stager, database, settings)),
        _child("scheduler", partial(Scheduler, database, settings, workers)),
        _child("pruner", partial(Pruner, database, settings)),
        _child("surveyor", partial(Surveyor, database, settings, workers)),
    )
    start = partial(Supervisor, children, strategy=Strategy.REST_FOR_ONE)
    return ChildSpec(id="jobs", start=start, backoff=Backoff())


def _queue_child(
    database: Database, queue: QueueSettings, settings: JobsSettings, workers: Workers
) -> ChildSpec:
    producer = partial(Producer, database, queue, settings, workers)
    children = (
        ChildSpec(id="executors", start=DynamicSupervisor),
        _child("producer", producer),
    )
    start = partial(Supervisor, children, strategy=Strategy.ONE_FOR_ALL)
    return ChildSpec(id=queue.name, start=start, backoff=Backoff())


def _child(name: str, start: ActorFactory) -> ChildSpec:
    return ChildSpec(id=name, start=start, backoff=Backoff())
