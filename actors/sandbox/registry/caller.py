"""Who asks, and when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """The logged-in account behind a command, and the moment at which it is carried out."""

    client_id: str
    at: datetime
