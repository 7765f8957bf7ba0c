"""The EPP page: figures, one section per registry, lost answers, restarts."""

from dataclasses import dataclass

from actors.epp import EppHealth
from runtime.snapshot import RestartRecord
from web.element import element
from web.fragment import fragment
from web.pages.epp.registry import section
from web.pages.epp.summary import headline, summary
from web.pages.history import restarts, unknowns
from web.pages.page import Screen, SnapshotPage
from web.pages.query import Query
from web.ports import Backend

_SHOWN_RESTARTS = 12


@dataclass(frozen=True, slots=True)
class EppState:
    """What the page looks at."""

    health: EppHealth
    restarts: tuple[RestartRecord, ...]
    """Of EPP actors only, newest first."""


class EppPage(SnapshotPage[EppState]):
    """`/epp`, the health monitor."""

    name = "epp"
    path = "/epp"
    menu = "EPP"

    async def look(self, backend: Backend, query: Query) -> EppState:
        """Every registry, and the restarts below `epp/`."""
        del query
        records = await backend.restarts()
        ours = tuple(record for record in records if record.path.startswith("epp/"))
        return EppState(await backend.epp_health(), ours[:_SHOWN_RESTARTS])

    def render(self, state: EppState, query: Query) -> Screen:
        """Each registry below the figures that sum them up."""
        del query
        now = state.health.taken_at
        main = fragment(
            "main",
            "main",
            element("h1", "EPP health"),
            summary("figures", state.health),
            *(section(registry, now=now) for registry in state.health.registries),
            element("h2", "Unknown outcomes"),
            unknowns("unknowns", state.health.unknowns, now=now),
            element("h2", "Recent restarts"),
            restarts("restarts", state.restarts, now=now),
            tabindex=-1,
        )
        return Screen(f"{headline(state.health)} · EPP", main)
