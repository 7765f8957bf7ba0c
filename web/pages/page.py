"""What a page is: a name, a place in the menu, and a pure rendering of what it looked at."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from web.fragment import Fragment
from web.pages.query import Query
from web.ports import Backend

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Screen:
    """One rendering of a page."""

    title: str
    """For the tab: the verdict first, `1 degraded · EPP`."""
    main: Fragment
    """The live region, `<main id="main">`."""


class Page(ABC):
    """A page of the menu."""

    name: ClassVar[str]
    """In topics: `live:<name>?<query>`."""
    path: ClassVar[str]
    menu: ClassVar[str]

    @abstractmethod
    async def draw(self, backend: Backend, query: Query) -> Screen:
        """The page as it stands now."""

    def topic(self, query: Query) -> str:
        """The channel topic on which this page moves."""
        return f"live:{self.name}?{query}"


class SnapshotPage(Page, Generic[State]):
    """A page drawn in two steps; the second is pure, so one rendering serves every viewer."""

    @abstractmethod
    async def look(self, backend: Backend, query: Query) -> State:
        """Take the snapshots that this page shows."""

    @abstractmethod
    def render(self, state: State, query: Query) -> Screen:
        """Turn the snapshots into the page's live region."""

    async def draw(self, backend: Backend, query: Query) -> Screen:
        """Look, then render."""
        return self.render(await self.look(backend, query), query)
