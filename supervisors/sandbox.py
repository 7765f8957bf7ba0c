"""The tree of the room `sandbox`: the practice registries.

    sandbox (one_for_one)
    └── verisign (rest_for_one)
        ├── recorder   stores changes in order
        ├── sessions   dynamic: one actor per connected client
        └── server     the registry itself, and its door; when it ends, so do its sessions

All of it has a back-off: a practice registry that fails is no reason to stop a daemon.
"""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from actors.sandbox import (
    ArmedFault,
    Doorway,
    Practice,
    PracticeServer,
    Recorder,
    Repository,
)
from runtime import Backoff, ChildSpec
from supervisors.dynamic import DynamicSupervisor
from supervisors.strategy import Strategy
from supervisors.supervisor import Supervisor


def practice_child(
    practice: Practice,
    repository: Repository,
    *,
    parent: str = "sandbox",
    schemas: Path | None = None,
    faults: tuple[ArmedFault, ...] = (),
) -> ChildSpec:
    """One practice registry below the supervisor `parent`."""
    path = f"{parent}/{practice.name}"
    server = partial(
        PracticeServer,
        practice.settings,
        Doorway(practice),
        recorder_path=f"{path}/recorder",
        sessions_path=f"{path}/sessions",
        schemas=schemas,
        faults=faults,
    )
    children = (
        ChildSpec(id="recorder", start=partial(Recorder, repository)),
        ChildSpec(id="sessions", start=DynamicSupervisor),
        ChildSpec(id="server", start=server),
    )
    start = partial(Supervisor, children, strategy=Strategy.REST_FOR_ONE)
    return ChildSpec(id=practice.name, start=start, backoff=Backoff())


def sandbox_tree(practices: Iterable[ChildSpec]) -> ChildSpec:
    """The room; each child is a `practice_child`."""
    return ChildSpec(id="sandbox", start=partial(Supervisor, tuple(practices)), backoff=Backoff())
