"""The root of the tree.

    engset (rest_for_one)
    ├── store      PostgreSQL, the pool, the archive
    ├── control    SSH and the local socket
    ├── jobs       queues of jobs in PostgreSQL, and the clock
    ├── sandbox    the practice registries, when there are any
    ├── epp        one subtree per registry
    └── web        the pages

A room that gives up takes down those after it, which lean on it, and none of those before.
"""

from collections.abc import Sequence
from functools import partial

from runtime import ActorFactory, ChildSpec
from supervisors.strategy import Strategy
from supervisors.supervisor import Supervisor

ROOT = "engset"


def root_supervisor(rooms: Sequence[ChildSpec]) -> ActorFactory:
    """The factory of the root; start it under the name `ROOT`."""
    return partial(
        Supervisor, tuple(rooms), strategy=Strategy.REST_FOR_ONE, names_children_bare=True
    )
