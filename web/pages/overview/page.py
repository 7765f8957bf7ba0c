"""The front page: is all well, and if not, where."""

from dataclasses import dataclass

from actors.epp import EppHealth
from runtime.snapshot import RestartRecord, TreeNode
from web.element import element
from web.fragment import fragment
from web.pages.epp.summary import headline, summary
from web.pages.history import restarts
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


class OverviewPage(SnapshotPage[OverviewState]):
    """`/`."""

    name = "overview"
    path = "/"
    menu = "Overview"

    async def look(self, backend: Backend, query: Query) -> OverviewState:
        """Registries, tree and restarts."""
        del query
        return OverviewState(
            await backend.epp_health(), await backend.tree(), await backend.restarts()
        )

    def render(self, state: OverviewState, query: Query) -> Screen:
        """Registries on top, then the tree, then what restarted."""
        del query
        main = fragment(
            "main",
            "main",
            element("h1", "Overview"),
            summary("figures", state.health),
            registries("registries", state.health.registries),
            element("h2", "Supervision tree"),
            drawing(state.root, fold_over=_FOLD_OVER),
            element("h2", "Recent restarts"),
            restarts("restarts", state.restarts[:_SHOWN_RESTARTS], now=state.health.taken_at),
            tabindex=-1,
        )
        return Screen(f"{headline(state.health)} · Overview", main)
