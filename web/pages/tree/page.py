"""The tree page: the whole tree unfolded and, by `?path=`, one actor above it."""

from dataclasses import dataclass
from datetime import datetime

from runtime.snapshot import RestartRecord, TreeNode
from web.components import notice
from web.element import element
from web.fragment import Fragment, fragment
from web.pages.page import Screen, SnapshotPage
from web.pages.query import Query
from web.pages.tree.actor import close_up, find
from web.pages.tree.drawing import drawing
from web.ports import Backend


@dataclass(frozen=True, slots=True)
class TreeState:
    """What the page looks at."""

    root: TreeNode
    restarts: tuple[RestartRecord, ...]
    now: datetime


class TreePage(SnapshotPage[TreeState]):
    """`/tree`."""

    name = "tree"
    path = "/tree"
    menu = "Tree"

    async def look(self, backend: Backend, query: Query) -> TreeState:
        """The tree from its root, and all restarts."""
        del query
        return TreeState(await backend.tree(), await backend.restarts(), backend.now())

    def render(self, state: TreeState, query: Query) -> Screen:
        """The chosen actor, if one is chosen, above the tree."""
        main = fragment(
            "main",
            "main",
            element("h1", "Supervision tree"),
            *_chosen(state, query.path),
            drawing(state.root),
            tabindex=-1,
        )
        return Screen(f"{query.path} · Tree" if query.path else "Tree", main)


def _chosen(state: TreeState, path: str) -> tuple[Fragment, ...]:
    if not path:
        return ()
    actor = find(state.root, path)
    if actor is None:
        return (notice("actor", "It ended, or never was.", lead=f"There is no actor {path} now."),)
    return (close_up(actor, state.restarts, now=state.now),)
