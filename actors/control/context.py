"""What a running command may use."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actors.control.census import Census
from actors.control.ports import Ports
from actors.control.roles import Visitor
from actors.control.visits import Visits

if TYPE_CHECKING:
    from actors.control.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Context:
    """The daemon, who asks, and what else there is to type."""

    ports: Ports
    visitor: Visitor
    visits: Visits
    catalogue: "Catalogue"

    def census(self) -> Census:
        """The actors as they stand now."""
        return Census(self.ports.system, self.ports.root)
