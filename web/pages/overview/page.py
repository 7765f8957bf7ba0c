"""The front page: is all well, and if not, where."""

from dataclasses import dataclass

from actors.epp import EppHealth
from runtime.snapshot import RestartRecord, TreeNode
from web.element import element
from web.fragment import fragment
from web.pages.epp.summary import headline, summary, well
from web.pages.history import restarts
from web.pages.jobs import JobsLook, line, look, troubled
from web.pages.overview.registries import registries
from web.pages.page import Screen, SnapshotPage
from web.pages.query import Query
from web.pages.tree import drawing
from web.ports import Backend

_SHOWN_RESTARTS = 8
_FOLD_OVER = 6
"""Supervisors with more children than this start folded here; the tree page shows all."""


@dataclass(frozen=True, slots=True)
class OverviewState:
    """What the page looks at."""

    health: EppHealth
    root: TreeNode
    restarts: tuple[RestartRecord, ...]
    jobs: JobsLook


class OverviewPage(SnapshotPage[OverviewState]):
    """`/`."""

    name = "overview"
    path = "/"
    menu = "Overview"

    async def look(self, backend: Backend, query: Query) -> OverviewState:
        """Registries, tree, restarts and jobs."""
        del query
        return OverviewState(
            await backend.epp_health(),
            await backend.tree(),
            await backend.restarts(),
            await look(backend),
        )

    def render(self, state: OverviewState, query: Query) -> Screen:
        """Registries on top, then the jobs in a line, the tree, and what restarted."""
        del query
        main = fragment(
            "main",
            "main",
            element("h1", "Overview"),
            summary("figures", state.health),
            registries("registries", state.health.registries),
            line("rooms/jobs", state.jobs),
            element("h2", "Supervision tree"),
            drawing(state.root, fold_over=_FOLD_OVER),
            element("h2", "Recent restarts"),
            restarts("restarts", state.restarts[:_SHOWN_RESTARTS], now=state.health.taken_at),
            tabindex=-1,
        )
        return Screen(f"{_headline(state)} · Overview", main)


def _headline(state: OverviewState) -> str:
    """The worst of the registries, and of the jobs if anything is wrong with them."""
    jobs = troubled(state.jobs)
    if jobs is None:
        return headline(state.health)
    return jobs if well(state.health) else f"{headline(state.health)}, {jobs}"
